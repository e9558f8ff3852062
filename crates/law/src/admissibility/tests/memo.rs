use super::*;
use crate::memo::Line;

fn written(facts: Facts, instrument: Option<Instrument>, language: Language) -> crate::memo::Memo {
    super::super::memo(&checklist(Law::shipped(), &asked("FR", "ES", instrument, facts)), language)
}

/// Some things met, some not.
fn mixed() -> Facts {
    let mut facts = full();
    facts.marking = Some(marking([HandlingCode::H1]));
    facts.custody = Some(Custody { events: 4, breaks: 1, open_hand_overs: Vec::new() });
    facts.languages.accepted.clear();
    facts.documents.clear();
    facts.request = None;
    facts
}

#[test]
fn the_memo_of_evidence_under_mutual_assistance_in_english() {
    insta::assert_snapshot!(written(mixed(), Some(Instrument::Mla1959), Language::En).text());
}

#[test]
fn the_memo_of_evidence_under_an_investigation_order_in_arabic() {
    insta::assert_snapshot!(written(mixed(), Some(Instrument::Eio), Language::Ar).text());
}

#[test]
fn a_memo_holds_every_point_once_and_says_no_key() {
    for language in Language::ALL {
        for facts in [full(), mixed(), Facts::default()] {
            let list = checklist(Law::shipped(), &asked("FR", "ES", None, facts));
            let memo = super::super::memo(&list, language);
            let text = memo.text();
            assert!(!text.contains("admissibility.") && !text.contains('{'), "{text}");
            let ticks = memo.sections.iter().flat_map(|section| &section.lines);
            let ticks = ticks.filter(|line| matches!(line, Line::Tick(_))).count();
            assert_eq!(ticks, list.counts.missing + list.counts.unknown);
        }
    }
}

#[test]
fn a_memo_marks_what_is_to_be_confirmed() {
    assert!(written(full(), Some(Instrument::Eio), Language::En).text().contains("TO BE CONFIRMED"));
}
