//! Cases: opened from three formats, once for each reference, read with an entry in the journal.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alerts_world;

use alerts_world::*;
use comity_formats::ReportFormat;
use comity_node::cases::{self, CaseError};

#[tokio::test]
async fn a_case_is_opened_from_each_of_three_formats() {
    let world = World::new().await;
    for (authority, file, format) in [(FR, CHILD, "comity"), (ES, YELLOW, "yellow"), (MA, CAP, "cap")] {
        let case = world.case(authority, file).await;
        let read =
            cases::read(world.node(authority), &officer(authority, "amel"), case, false).await.unwrap();
        assert_eq!(read.source_format, format);
        assert!(read.report.subjects.iter().any(|subject| subject.name.is_some()));
        assert_eq!(world.count(authority, "case_opened").await, 1);
    }
}

#[tokio::test]
async fn the_same_reference_opens_one_case_and_the_refusal_names_it() {
    let world = World::new().await;
    let first = world.case(FR, CHILD).await;
    match cases::import(world.node(FR), &officer(FR, "amel"), Some(ReportFormat::Comity), CHILD).await {
        Err(CaseError::AlreadyOpen { case, reference }) => {
            assert_eq!((case, reference.as_str()), (first, "FR-2026-0841"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.count(FR, "case_opened").await, 1);
    let keys =
        world.node(FR).store.fetch_all("/* test_keys */ SELECT case_id FROM subject_key", &[]).await.unwrap();
    assert!(!keys.is_empty() && keys.iter().all(|row| row.text(0).unwrap() == first.to_string()));
}

#[tokio::test]
async fn a_file_that_is_no_report_opens_nothing_and_says_why() {
    let world = World::new().await;
    let amel = officer(FR, "amel");
    let of = |format, bytes: &'static [u8]| cases::import(world.node(FR), &amel, format, bytes);
    assert!(matches!(of(None, b"hello").await, Err(CaseError::UnknownFormat)));
    assert!(matches!(of(Some(ReportFormat::Cap), b"<alert/>").await, Err(CaseError::Format(_))));
    assert!(matches!(of(Some(ReportFormat::Comity), b"{}").await, Err(CaseError::Format(_))));
    assert!(cases::list(world.node(FR), &id(FR), None, 10).await.unwrap().is_empty());
    assert_eq!(world.count(FR, "case_opened").await, 0);
}

#[tokio::test]
async fn cases_are_listed_newest_first_page_by_page_and_each_authority_sees_its_own() {
    let world = World::new().await;
    let mut opened = Vec::new();
    for file in [CHILD, SPANISH, UNRELATED] {
        opened.push(world.case(FR, file).await);
    }
    opened.reverse();
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = cases::list(world.node(FR), &id(FR), after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        listed.extend(page.into_iter().map(|case| case.id));
    }
    // Cases opened within one millisecond have no order among themselves.
    assert_eq!(listed.len(), 3);
    assert!(opened.iter().all(|case| listed.contains(case)));
    assert!(listed.is_sorted_by(|newer, older| newer > older));
    assert!(cases::list(world.node(FR), &id(ES), None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_look_at_a_case_is_one_entry_and_its_photographs_are_another() {
    let world = World::new().await;
    let case = world.case(FR, CHILD).await;
    let (node, amel) = (world.node(FR), officer(FR, "amel"));
    let plain = cases::read(node, &amel, case, false).await.unwrap();
    assert!(plain.report.subjects.iter().all(|subject| subject.photograph.is_none()));
    cases::read(node, &amel, case, false).await.unwrap();
    assert_eq!((world.count(FR, "case_read").await, world.count(FR, "photograph_shown").await), (1, 0));
    let shown = cases::read(node, &amel, case, true).await.unwrap();
    assert!(shown.report.subjects.iter().any(|subject| subject.photograph.is_some()));
    assert_eq!((world.count(FR, "case_read").await, world.count(FR, "photograph_shown").await), (1, 1));
    cases::read(node, &officer(FR, "benoit"), case, false).await.unwrap();
    assert_eq!(world.count(FR, "case_read").await, 2);
}

#[tokio::test]
async fn the_journal_holds_no_name_from_a_case() {
    let world = World::new().await;
    let case = world.case(FR, CHILD).await;
    cases::read(world.node(FR), &officer(FR, "amel"), case, true).await.unwrap();
    let dump = world.dump(FR).await;
    let journal: Vec<&str> = dump.lines().filter(|line| line.starts_with("journal.")).collect();
    assert!(!journal.is_empty());
    for name in ["Lemaire", "Inès", "Bensaïd", "Karim"] {
        assert!(journal.iter().all(|line| !line.contains(name)), "{name}");
    }
}
