//! What holds for every instrument, pair and day.

use super::{applies_to_event, finding, own_code};
use crate::{Confidence, Instrument, Language, Law, Place, Relation};
use comity_model::{Jurisdiction, legal::LawAnswer};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

fn instruments() -> impl Strategy<Value = Instrument> {
    proptest::sample::select(Instrument::ALL.to_vec())
}

/// Half of them places with something of their own.
fn places() -> impl Strategy<Value = Place> {
    let all: Vec<Place> = Jurisdiction::all().map(Place::from).collect();
    let odd = [
        "HK", "MO", "CN", "CA", "CA-AB", "CA-ON", "CA-QC", "CN-HK", "AU", "MA", "KR", "DK", "EU", "SV", "CH",
        "GB",
    ];
    let odd: Vec<Place> = odd.iter().map(|code| code.parse().unwrap()).collect();
    prop_oneof![proptest::sample::select(all), proptest::sample::select(odd)]
}

/// From 1975 to 2035, and the ends of the calendar.
fn days() -> impl Strategy<Value = Date> {
    prop_oneof![
        60 => (0i64..22_000).prop_map(|days| date(1975, 1, 1) + days.days()),
        1 => Just(Date::MIN),
        1 => Just(Date::MAX),
    ]
}

fn ask(instrument: Instrument, one: &Place, other: &Place, on: Date) -> Relation {
    Law::shipped().relation(instrument, one, other, on)
}

fn said(relation: &Relation) -> Vec<String> {
    let phrases = std::iter::once(&relation.rule).chain(&relation.caveats);
    phrases.flat_map(|phrase| Language::ALL.map(|language| phrase.say(language))).collect()
}

fn sound(relation: &Relation) {
    for text in said(relation) {
        assert!(!text.contains('{') && !text.starts_with("relation."), "{text}");
    }
    let decided = relation.state != LawAnswer::Unknown;
    assert!(!decided || relation.confidence != Some(Confidence::Low), "{}", relation.rule);
    assert!(
        !decided || relation.sources.iter().all(|row| row.confidence > Confidence::Low),
        "{}",
        relation.rule
    );
    assert!(!relation.binds() || !relation.sources.is_empty(), "{}", relation.rule);
    assert!(relation.binds() || relation.since.is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_order_of_the_two_places_never_matters(
        instrument in instruments(), one in places(), other in places(), on in days()
    ) {
        prop_assert_eq!(ask(instrument, &one, &other, on), ask(instrument, &other, &one, on));
    }

    #[test]
    fn no_answer_rests_on_a_row_to_be_confirmed_and_each_can_be_said_in_every_language(
        instrument in instruments(), one in places(), other in places(), on in days()
    ) {
        sound(&ask(instrument, &one, &other, on));
        if let Some(event) = applies_to_event(Law::shipped(), instrument, &one, &other, on) {
            prop_assert_eq!(event.state, ask(instrument, &one, &other, on).state);
            sound(&event);
        }
    }

    #[test]
    fn what_is_in_force_stays_so_with_the_same_date_unless_it_ends(
        instrument in instruments(), one in places(), other in places(), first in days(), second in days()
    ) {
        let (before, after) = (first.min(second), first.max(second));
        let (then, later) = (ask(instrument, &one, &other, before), ask(instrument, &one, &other, after));
        if then.binds() && then.until.is_none_or(|last| after <= last) {
            prop_assert!(later.binds(), "{} then {}", then.rule, later.rule);
            prop_assert_eq!(then.since, later.since);
        }
        if let Some(since) = later.since {
            prop_assert!(since <= after);
        }
    }
}

#[test]
fn every_pair_of_places_has_an_answer_under_every_instrument_on_telling_days() {
    let places: Vec<Place> = Jurisdiction::all().map(Place::from).collect();
    let law = Law::shipped();
    for instrument in Instrument::ALL {
        for on in [Date::MIN, date(2010, 4, 20), date(2026, 11, 21)] {
            for one in &places {
                for other in &places {
                    let found = finding(law.relations(), *instrument, (one, other), on);
                    let weak = found.confidence() == Some(Confidence::Low);
                    assert!(!weak || found.state == LawAnswer::Unknown, "{instrument} {one} {other}");
                }
            }
        }
    }
}

#[test]
fn a_territory_by_its_code_as_a_part_is_the_territory() {
    let same = |part: &str, own: &str| {
        assert_eq!(*own_code(&part.parse().unwrap()), own.parse::<Place>().unwrap());
    };
    same("CN-HK", "HK");
    same("US-PR", "PR");
    same("NL-AW", "AW");
    same("CA-NL", "CA-NL");
    same("CA-SK", "CA-SK");
}

#[test]
fn a_denunciation_ends_the_relation_on_its_day_and_says_the_last_day() {
    let mut tables = Law::shipped().tables().clone();
    let parties = tables.parties.get_mut(&Instrument::Hague1980).unwrap();
    let spain = parties.iter_mut().find(|party| party.state.code() == "ES").unwrap();
    spain.no_longer_bound_from = Some(date(2025, 1, 1));
    let index = super::Index::new(&tables);
    for other in ["FR", "MA"] {
        let (one, other): (Place, Place) = ("ES".parse().unwrap(), other.parse().unwrap());
        let on = |day| finding(&index, Instrument::Hague1980, (&one, &other), day).relation();
        let last = on(date(2024, 12, 31));
        assert_eq!((last.state, last.until), (LawAnswer::InForce, Some(date(2024, 12, 31))));
        let after = on(date(2025, 1, 1));
        assert_eq!((after.state, after.until), (LawAnswer::NotInForce, Some(date(2024, 12, 31))));
        assert_eq!(after.rule.key(), "relation.denounced");
    }
}

#[test]
fn an_acceptance_to_be_confirmed_never_makes_an_accession_in_force() {
    let mut tables = Law::shipped().tables().clone();
    let row = tables
        .acceptances
        .iter_mut()
        .find(|row| (row.acceding.code(), row.accepting.code(), row.accepted) == ("MA", "ES", true));
    let row = row.unwrap();
    row.cite = std::sync::Arc::new(crate::Cite { confidence: Confidence::Low, ..(*row.cite).clone() });
    let index = super::Index::new(&tables);
    let (one, other): (Place, Place) = ("ES".parse().unwrap(), "MA".parse().unwrap());
    let found = finding(&index, Instrument::Hague1980, (&one, &other), date(2024, 5, 1)).relation();
    assert_eq!(found.state, LawAnswer::Unknown);
    assert_eq!(found.rule.key(), "relation.hague_1980.acceptance_to_be_confirmed");
}
