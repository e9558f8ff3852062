//! What holds whatever is asked.

use super::*;
use crate::admissibility::{code::REQUIREMENTS, points::all};
use proptest::prelude::*;

type Change = fn(&mut Facts);

/// Each takes one fact away.
const REMOVALS: &[Change] = &[
    |facts| facts.acquisition = None,
    |facts| facts.seizure = None,
    |facts| facts.exhibit_number = None,
    |facts| facts.hashes = None,
    |facts| facts.custody = None,
    |facts| facts.examinations = None,
    |facts| facts.timestamps = None,
    |facts| facts.cosignatures = None,
    |facts| facts.marking = None,
    |facts| facts.languages.described.clear(),
    |facts| facts.languages.translated.clear(),
    |facts| facts.languages.accepted.clear(),
    |facts| facts.request = None,
    |facts| facts.request.iter_mut().for_each(|request| request.contents.clear()),
    |facts| facts.documents.clear(),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.method = None),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.tools.clear()),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.finished_on = None),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.source = None),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.write_blocker = None),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.deviations.clear()),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.clock_ahead_seconds = None),
    |facts| facts.seizure.iter_mut().for_each(|known| known.instrument = None),
    |facts| facts.seizure.iter_mut().for_each(|known| known.for_another_state = None),
    |facts| facts.seizure.iter_mut().for_each(|known| known.law = None),
    |facts| facts.hashes.iter_mut().for_each(|known| known.verified = None),
    |facts| facts.hashes.iter_mut().for_each(|known| known.made_on = None),
    |facts| facts.marking.iter_mut().for_each(|known| known.may_pass_on = None),
    |facts| facts.marking.iter_mut().for_each(|known| known.permitted = Permissions::default()),
    |facts| facts.marking.iter_mut().for_each(|known| known.restrictions = None),
];

/// Each makes one fact say something that does not meet.
const SPOILS: &[Change] = &[
    |facts| facts.custody = Some(Custody { events: 3, breaks: 2, open_hand_overs: vec!["DE-LAB".into()] }),
    |facts| facts.marking = Some(marking([HandlingCode::H1, HandlingCode::H3])),
    |facts| facts.marking.iter_mut().for_each(|known| known.may_pass_on = Some(false)),
    |facts| facts.marking.iter_mut().for_each(|known| known.purpose = Purpose::ChildProtection),
    |facts| facts.marking.iter_mut().for_each(|known| known.retain_until = date(2020, 1, 1)),
    |facts| facts.marking.iter_mut().for_each(|known| known.permitted.judicial_use = Some("letter".into())),
    |facts| facts.languages.accepted = vec!["ar".into()],
    |facts| facts.timestamps = Some(0),
    |facts| facts.acquisition.iter_mut().for_each(|known| known.method = Some(Method::HandedOver)),
    |facts| facts.seizure.iter_mut().for_each(|known| known.for_another_state = Some(false)),
    |facts| {
        let damaged = Verification { on: date(2026, 11, 19), intact: false };
        facts.hashes.iter_mut().for_each(|known| known.verified = Some(damaged));
    },
    |facts| facts.hashes.iter_mut().for_each(|known| known.made_on = Some(date(2026, 10, 1))),
    |facts| facts.examinations = Some(Examinations { count: 2, without_method: 2 }),
];

fn facts() -> impl Strategy<Value = Facts> {
    let some =
        |changes: &'static [Change]| proptest::collection::vec(proptest::sample::select(changes), 0..6);
    (some(SPOILS), some(REMOVALS)).prop_map(|(spoils, removals)| {
        let mut facts = full();
        spoils.iter().chain(&removals).for_each(|change| change(&mut facts));
        facts
    })
}

fn questions() -> impl Strategy<Value = Question> {
    let states = || proptest::sample::select(&["FR", "ES", "DK", "MA", "US", "CA-QC", "TD", "NR"][..]);
    let instrument = proptest::option::of(proptest::sample::select(Instrument::ALL));
    let need = proptest::sample::select(&Need::ALL[..]);
    (states(), states(), instrument, need, facts()).prop_map(|(from, to, instrument, need, facts)| Question {
        need,
        ..asked(from, to, instrument, facts)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn taking_a_fact_away_never_turns_anything_into_met(
        question in questions(), removal in proptest::sample::select(REMOVALS)
    ) {
        let before = all(Law::shipped(), &question, &choice::choose(Law::shipped(), &question));
        let mut less = question;
        removal(&mut less.facts);
        let after = all(Law::shipped(), &less, &choice::choose(Law::shipped(), &less));
        prop_assert_eq!(before.len(), after.len());
        for (was, is) in before.iter().zip(&after) {
            prop_assert_eq!((&was.requirement, &was.item), (&is.requirement, &is.item));
            prop_assert!(is.status != Status::Met || was.status == Status::Met, "{was:?} {is:?}");
        }
    }

    #[test]
    fn nothing_is_met_without_a_row(question in questions()) {
        let list = checklist(Law::shipped(), &question);
        for point in &list.points {
            prop_assert!(!point.sources.is_empty() || !matches!(point.status, Status::Met | Status::Missing)
                || point.requirement.key() == "admissibility.requirement.binds", "{point:?}");
            prop_assert!(!point.findings.is_empty());
        }
        prop_assert!(list.points.is_sorted_by_key(Point::order));
    }

    #[test]
    fn every_sentence_of_a_list_is_said_in_every_language(question in questions()) {
        let list = checklist(Law::shipped(), &question);
        let phrases = list.points.iter().flat_map(|point| point.findings.iter().chain([&point.requirement]));
        for phrase in phrases.chain(&list.caveats) {
            let english = phrase.say(Language::En);
            prop_assert!(!english.contains(phrase.key()) && !english.contains('{'), "{english}");
            for language in [Language::Fr, Language::Es, Language::Ar] {
                let said = phrase.say(language);
                prop_assert!(!said.contains('{') && !said.is_empty(), "{said}");
            }
        }
    }
}

#[test]
fn every_requirement_of_the_shipped_rows_is_a_code_and_every_code_stands_in_a_row() {
    let rows = &Law::shipped().tables().admissibility;
    for row in rows {
        assert!(REQUIREMENTS.iter().any(|(code, _)| *code == row.requirement), "{}", row.requirement);
    }
    for (code, key) in REQUIREMENTS {
        assert!(rows.iter().any(|row| row.requirement == *code), "{code}");
        assert_ne!(Phrase::new(key).say(Language::Ar), Phrase::new(key).say(Language::En), "{key}");
    }
}

#[test]
fn a_shipped_row_is_of_high_confidence_only_where_its_source_was_read() {
    for row in &Law::shipped().tables().admissibility {
        let recalled = row.cite.source == "general-knowledge";
        assert_eq!(recalled, row.cite.confidence == Confidence::Low, "line {}", row.cite.line);
    }
}

#[test]
fn no_shipped_row_is_about_the_law_of_a_state() {
    let rows = &Law::shipped().tables().admissibility;
    assert!(rows.iter().all(|row| !matches!(row.scope, Scope::Place(_))));
}
