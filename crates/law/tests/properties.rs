//! What holds of the shipped tables for every pair of states, whatever is asked: the engine always answers, the order of
//! two states never matters, nothing rests on a row to be confirmed, and what binds goes on binding.
//!
//! A sample by default, the same in each run. `COMITY_LAW_ALL=1 cargo test --release -p comity-law --test properties` takes
//! every pair of jurisdictions, every need and every instrument.

#![allow(clippy::unwrap_used, reason = "a test may fail by panic, in its helpers too")]

use comity_law::{
    Confidence, Instrument, Law, Need, Place, Relation,
    basis::{Claim, Verdict, check},
    pathway::{Facts, Question, pathways},
};
use comity_model::{Jurisdiction, legal::LawAnswer, message::MessageKind};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

/// Days for which rows of the tables were read or on which they begin, a leap day, and days before and after all of them.
const DAYS: [Date; 12] = [
    date(1967, 3, 19),
    date(1983, 12, 1),
    date(1991, 12, 1),
    date(2003, 9, 29),
    date(2010, 4, 20),
    date(2014, 1, 27),
    date(2018, 12, 10),
    date(2020, 2, 29),
    date(2022, 8, 25),
    date(2024, 5, 1),
    date(2026, 11, 21),
    date(2040, 1, 1),
];

fn places() -> Vec<Place> {
    let parts = ["CA-AB", "CA-NT", "CA-QC", "CN-HK"].map(|code| code.parse().unwrap());
    Jurisdiction::all().map(Place::from).chain(parts).collect()
}

/// Every pair if the environment asks for it, otherwise one in `step`; each in one order.
fn pairs(step: usize) -> Vec<(Place, Place)> {
    let step = if std::env::var_os("COMITY_LAW_ALL").is_some() { 1 } else { step };
    let places = places();
    let number = places.len();
    let all = (0..number).flat_map(|one| (one..number).map(move |other| (one, other)));
    all.step_by(step).map(|(one, other)| (places[one].clone(), places[other].clone())).collect()
}

fn ask(instrument: Instrument, (one, other): &(Place, Place), on: Date) -> Relation {
    Law::shipped().relation(instrument, one, other, on)
}

#[test]
fn no_answer_depends_on_the_order_of_the_states_or_rests_on_a_row_to_be_confirmed() {
    for pair in pairs(61) {
        let turned = (pair.1.clone(), pair.0.clone());
        for instrument in Instrument::ALL {
            for on in [DAYS[4], DAYS[10]] {
                let found = ask(*instrument, &pair, on);
                assert_eq!(found, ask(*instrument, &turned, on), "{instrument} {pair:?} {on}");
                let low = found.sources.iter().any(|row| row.confidence == Confidence::Low);
                assert!(!low || found.state == LawAnswer::Unknown, "{instrument} {pair:?} {on}");
                assert!(!found.binds() || !found.sources.is_empty(), "{instrument} {pair:?} {on}");
            }
        }
    }
}

#[test]
fn what_is_in_force_stays_in_force_until_the_day_on_which_it_is_said_to_end() {
    for pair in pairs(151) {
        for instrument in Instrument::ALL {
            let mut last: Option<Relation> = None;
            for on in DAYS {
                let found = ask(*instrument, &pair, on);
                if let Some(before) = last.filter(|before| before.until.is_none_or(|until| on <= until)) {
                    assert!(found.binds(), "{instrument} {pair:?}: in force, and on {on} {:?}", found.state);
                    assert_eq!(found.since, before.since, "{instrument} {pair:?} {on}");
                }
                last = found.binds().then_some(found);
            }
        }
    }
}

/// All facts, so that every rule has work; the child turns sixteen between two of the days.
fn facts() -> Facts {
    Facts {
        child_born: Some(date(2008, 2, 29)),
        offence: Some("C22".into()),
        enforceable_decision: Some(true),
        electronic: Some(true),
        emergency: Some(false),
        highest_penalty_years: Some(4),
        ..Facts::default()
    }
}

fn answered(need: Need, (from, to): &(Place, Place), on: Date, facts: Facts) {
    let event = Some(date(2011, 4, 30));
    let question = Question { from: from.clone(), to: to.clone(), need, event, on, facts };
    let answer = pathways(Law::shipped(), &question, Timestamp::UNIX_EPOCH);
    let said = format!("{need} {from} {to} {on}");
    assert!(!answer.pathways.is_empty() || answer.fallback.is_some(), "{said}");
    let states: Vec<_> = answer.pathways.iter().map(|way| way.usable).collect();
    let rank = |state: &LawAnswer| match state {
        LawAnswer::InForce => 0,
        LawAnswer::Unknown => 1,
        LawAnswer::NotInForce => 2,
    };
    assert!(states.is_sorted_by_key(rank), "{said}: {states:?}");
    for way in &answer.pathways {
        let all_bind = way.relations.iter().all(|part| part.relation.binds());
        assert!(way.usable != LawAnswer::InForce || all_bind, "{said}: {}", way.written);
    }
}

#[test]
fn every_need_is_answered_between_every_two_states_and_what_can_be_used_stands_first() {
    for (number, pair) in pairs(37).into_iter().enumerate() {
        let on = DAYS[number % DAYS.len()];
        let turned = (pair.1.clone(), pair.0.clone());
        for need in Need::ALL {
            answered(need, &pair, on, facts());
            answered(need, &turned, on, Facts::default());
        }
    }
}

#[test]
fn a_supported_claim_is_one_whose_instrument_binds_and_a_contradicted_one_has_a_reason() {
    for (number, pair) in pairs(67).into_iter().enumerate() {
        for instrument in Instrument::ALL {
            let on = DAYS[number % DAYS.len()];
            let to = [pair.1.clone()];
            let claim = Claim {
                instrument: instrument.code(),
                article: "8",
                kind: MessageKind::Information,
                purpose: "exercise",
                from: &pair.0,
                to: &to,
                on,
                event: None,
                child_born: None,
                offence: None,
            };
            let found = check(Law::shipped(), &claim);
            let binds = ask(*instrument, &pair, on).binds();
            assert!(found.verdict != Verdict::Supported || binds, "{instrument} {pair:?} {on}");
            assert!(found.verdict != Verdict::Contradicted || !binds, "{instrument} {pair:?} {on}");
            assert!(!found.reasons.is_empty());
        }
    }
}
