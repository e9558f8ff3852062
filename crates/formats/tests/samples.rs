//! The sample reports of the repository: each is read to the end, and they tell one story.

#![allow(clippy::unwrap_used, reason = "a test may fail by panic, in its helpers too")]

use comity_formats::{
    FormatError, ReportFormat,
    cap::{CapAct, CapAlert, CapReference, write_alert},
    detect, read_report,
};
use comity_model::{
    case::CaseReport,
    id::{MessageId, SubjectId},
    marking::{HandlingCode, InformationEvaluation, Marking, OnwardRule, Purpose, SourceEvaluation},
    message::Alert,
    statement::{Mode, Urgency},
    subject::{Sex, SubjectRole},
};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/reports").join(name)
}

fn read(format: ReportFormat, bytes: &[u8]) -> Result<CaseReport, FormatError> {
    let mut ids = (1u64..).map(|ms| SubjectId::new(ms, [0; 10]));
    read_report(format, bytes, &mut || ids.next().unwrap())
}

fn sample(name: &str) -> CaseReport {
    let bytes = fs::read(path(name)).unwrap();
    read(detect(&bytes).unwrap(), &bytes).unwrap()
}

/// The alert that an officer would raise from the richest sample.
fn alert() -> CapAlert {
    let report = sample("missing-child.comity.json");
    let [child, taker] = report.subjects.try_into().unwrap();
    CapAlert {
        identifier: MessageId::new(1_794_700_000_000, [9; 10]),
        sender: "FR-NCB".parse().unwrap(),
        sent: "2026-11-14T19:40:00Z".parse().unwrap(),
        mode: Mode::Exercise,
        act: CapAct::Alert,
        marking: Marking {
            handling: BTreeSet::from([HandlingCode::H1]),
            restrictions: None,
            purpose: Purpose::LocateMissingChild,
            source: SourceEvaluation::A,
            information: InformationEvaluation::KnownToSource,
            onward: OnwardRule::OwnJurisdiction,
            retain_until: "2027-11-14".parse().unwrap(),
        },
        urgency: Urgency::Immediate,
        language: "en".into(),
        areas: vec![],
        alert: Alert {
            headline: report.title,
            child,
            alleged_taker: Some(taker),
            vehicles: report.vehicles,
            circumstances: report.circumstances,
            missing_since: report.happened_at.unwrap(),
            last_seen: report.place.unwrap(),
            requested_action: "Locate the child, keep it safe, inform the sender at once.".into(),
            runs_until: "2026-11-21T19:40:00Z".parse().unwrap(),
        },
    }
}

/// `COMITY_BLESS=1` writes the sample anew, after a change that is meant.
#[test]
fn the_cap_sample_is_what_the_writer_writes() {
    let written = write_alert(&alert());
    let file = path("missing-child.cap.xml");
    if std::env::var_os("COMITY_BLESS").is_some() {
        fs::write(&file, &written).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap(), written);
}

/// Where a directory is given in `COMITY_CAP_OUT`, writes what the schema check of the interoperability suite reads.
#[test]
fn alert_update_and_cancellation_differ_as_they_should() {
    let earlier = || vec![CapReference::to_alert(&alert().sender, alert().identifier, alert().sent)];
    let mut withdrawn = CapAlert { act: CapAct::Update(earlier()), ..alert() };
    withdrawn.alert.child.withdraw_identity();
    let cancel = CapAlert { act: CapAct::Cancel(earlier()), mode: Mode::Live, ..alert() };
    let written = [("alert", alert()), ("update", withdrawn), ("cancel", cancel)];
    let [alert, update, cancel] = written.map(|(name, input)| (name, write_alert(&input)));
    assert!(alert.1.contains("<status>Exercise</status>") && alert.1.contains("Inès"));
    assert!(update.1.contains("<msgType>Update</msgType>") && !update.1.contains("Inès"));
    assert!(!update.1.contains("derefUri"));
    assert!(cancel.1.contains("<msgType>Cancel</msgType>") && cancel.1.contains("<status>Actual</status>"));
    for name in ["Inès", "Karim", "Bensaïd", "Lemaire", "derefUri", "passport", "Perpignan", "parameter"] {
        assert!(!cancel.1.contains(name), "{name}");
    }
    if let Some(directory) = std::env::var_os("COMITY_CAP_OUT") {
        for (name, text) in [alert, update, cancel] {
            fs::write(PathBuf::from(&directory).join(format!("{name}.cap.xml")), text).unwrap();
        }
    }
}

#[test]
fn the_three_formats_tell_of_the_same_child() {
    let [yellow, cap, own] =
        ["missing-child.yellow.json", "missing-child.cap.xml", "missing-child.comity.json"].map(sample);
    for report in [&yellow, &cap, &own] {
        let child = &report.subjects[0];
        assert_eq!(child.role, SubjectRole::Child);
        assert_eq!(child.born.unwrap().to_string(), "2017-03-09");
        assert_eq!(child.sex, Some(Sex::F));
        assert_eq!(child.description.height_cm, Some(132));
        assert_eq!(child.name.as_ref().unwrap().family.to_lowercase(), "lemaire");
        assert_eq!(report.place.as_ref().unwrap().jurisdiction.unwrap().code(), "FR");
    }
    assert_eq!(yellow.subjects.len(), 1, "a notice names parents, and no taker is made of them");
    assert!(yellow.circumstances.contains("BENSAÏD"));
}

#[test]
fn cap_loses_nothing_of_comitys_own_json_but_reference_and_exercise() {
    let (cap, mut own) = (sample("missing-child.cap.xml"), sample("missing-child.comity.json"));
    own.reference.clone_from(&cap.reference);
    own.title = format!("EXERCISE: {}", own.title);
    assert_eq!(cap, own);
}

#[test]
fn the_own_cases_are_read() {
    for name in ["own-case-spain.comity.json", "own-case-unrelated.comity.json"] {
        assert_eq!(sample(name).subjects.len(), 2, "{name}");
    }
}

#[test]
fn persons_get_the_identifiers_that_are_handed_out() {
    let text = r#"{"version":1,"kind":"abduction","reference":"r","title":"t","subjects":[{"role":"child"},
        {"id":"019a0000-0000-7000-8000-000000000000","role":"witness"}]}"#;
    let report = read(ReportFormat::Comity, text.as_bytes()).unwrap();
    let ids: Vec<SubjectId> = report.subjects.iter().map(|subject| subject.id).collect();
    assert_eq!(ids, [SubjectId::new(1, [0; 10]), SubjectId::new(2, [0; 10])]);
}

#[test]
fn a_fault_in_comitys_json_is_pointed_at() {
    let cases = [
        (
            r#"{"version":1,"kind":"abduction","reference":"r","title":"t","subjects":[{"role":"child","born":"2017-13"}]}"#,
            "/subjects/0/born",
        ),
        (
            r#"{"version":1,"kind":"abduction","reference":"r","title":"t","subjects":[{"role":"child","sekret":1}]}"#,
            "/subjects/0/sekret",
        ),
        (
            r#"{"version":1,"kind":"abduction","reference":"r","title":"t","subjects":[{"role":"child","photograph":{"media_type":"image/png","base64":"AAAA"}}]}"#,
            "/subjects/0/photograph",
        ),
        (
            r#"{"version":1,"kind":"abduction","reference":"r","title":"t","subjects":[{"role":"child"}],"vehicles":[{"description":"car","plate":"AB-123"}]}"#,
            "/vehicles/0/plate",
        ),
    ];
    for (text, expected) in cases {
        match read(ReportFormat::Comity, text.as_bytes()) {
            Err(FormatError::Field { at, .. }) => assert_eq!(at, expected),
            other => panic!("{other:?}"),
        }
    }
    let cut = read(ReportFormat::Comity, b"{\n\"version\": 1,");
    assert!(matches!(cut, Err(FormatError::Malformed { line: 2, .. })), "{cut:?}");
    let nobody = br#"{"version":1,"kind":"abduction","reference":"r","title":"t","subjects":[]}"#;
    assert!(matches!(read(ReportFormat::Comity, nobody), Err(FormatError::Report { .. })));
}
