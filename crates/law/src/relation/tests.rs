//! Each rule on the shipped tables, named by what it says.

use super::{
    age::{birthday, hague_1980_art_4, hague_1996_art_2, luxembourg_1980_art_1},
    applies_to_event,
    matrix::matrix,
};
use crate::{Confidence, Instrument, Law, Place, Relation};
use comity_model::{Jurisdiction, legal::LawAnswer};
use jiff::civil::{Date, date};

fn place(code: &str) -> Place {
    code.parse().unwrap()
}

fn ask(instrument: Instrument, one: &str, other: &str, on: Date) -> Relation {
    Law::shipped().relation(instrument, &place(one), &place(other), on)
}

fn hague_1980(one: &str, other: &str, on: Date) -> Relation {
    ask(Instrument::Hague1980, one, other, on)
}

const TODAY: Date = date(2026, 11, 21);

#[track_caller]
fn in_force(relation: &Relation, since: Option<Date>) {
    assert_eq!((relation.state, relation.since), (LawAnswer::InForce, since), "{}", relation.rule);
}

#[track_caller]
fn not_in_force(relation: &Relation, rule: &str) {
    assert_eq!((relation.state, relation.rule.key()), (LawAnswer::NotInForce, rule), "{}", relation.rule);
    assert_eq!(relation.since, None);
}

#[track_caller]
fn unknown(relation: &Relation, rule: &str) {
    assert_eq!((relation.state, relation.rule.key()), (LawAnswer::Unknown, rule), "{}", relation.rule);
    assert_eq!(relation.since, None);
}

#[test]
fn ratifying_states_are_bound_from_the_later_entry_into_force() {
    let relation = hague_1980("FR", "ES", date(2024, 5, 1));
    in_force(&relation, Some(date(1987, 9, 1)));
    assert_eq!(relation.rule.key(), "relation.hague_1980.ratifications");
    assert_eq!(relation.sources.len(), 2);
    assert!(relation.caveats.is_empty());
    not_in_force(&hague_1980("FR", "ES", date(1987, 8, 31)), "relation.before_entry");
    in_force(&hague_1980("FR", "ES", date(1987, 9, 1)), Some(date(1987, 9, 1)));
}

#[test]
fn an_accession_that_the_other_accepted_is_in_force_from_the_day_of_its_effect() {
    let relation = hague_1980("ES", "MA", date(2024, 5, 1));
    in_force(&relation, Some(date(2011, 5, 1)));
    assert_eq!(
        relation.rule.to_string(),
        "The accession of MA was accepted by ES; in force between them since 2011-05-01 (art. 38(4), (5))."
    );
    assert!(relation.sources.iter().any(|row| row.table == crate::tables::Table::Hague1980Acceptances));
    let before = hague_1980("ES", "MA", date(2011, 4, 30));
    not_in_force(&before, "relation.hague_1980.acceptance_before_effect");
}

#[test]
fn a_reading_that_an_accession_was_not_accepted_holds_on_its_own_day_only() {
    let that_day = hague_1980("FR", "MA", date(2010, 4, 20));
    not_in_force(&that_day, "relation.hague_1980.accession_not_accepted");
    assert_eq!(that_day.confidence, Some(Confidence::Medium));
    let later = hague_1980("MA", "FR", date(2024, 5, 1));
    unknown(&later, "relation.hague_1980.not_accepted_on_another_day");
    assert_eq!(later.sources.len(), 1);
    not_in_force(&hague_1980("KR", "US", date(2013, 5, 22)), "relation.hague_1980.accession_not_accepted");
    unknown(&hague_1980("KR", "US", date(2013, 5, 23)), "relation.hague_1980.not_accepted_on_another_day");
}

#[test]
fn before_an_acceding_state_is_a_party_nothing_is_in_force_even_without_a_row_for_the_pair() {
    not_in_force(&hague_1980("FR", "MA", date(2010, 5, 31)), "relation.before_entry");
}

#[test]
fn an_acceptance_without_a_date_is_in_force_from_the_day_it_was_read() {
    in_force(&hague_1980("MA", "AT", date(2018, 12, 10)), None);
    in_force(&hague_1980("AT", "MA", TODAY), None);
    unknown(
        &hague_1980("MA", "AT", date(2018, 12, 9)),
        "relation.hague_1980.acceptance_undated_before_reading",
    );
    not_in_force(&hague_1980("MA", "AT", date(2010, 4, 20)), "relation.hague_1980.accession_not_accepted");
    not_in_force(&hague_1980("MA", "AT", date(2009, 1, 1)), "relation.before_entry");
}

#[test]
fn an_accession_without_a_row_for_the_pair_is_unknown() {
    let relation = hague_1980("AL", "MA", TODAY);
    unknown(&relation, "relation.hague_1980.no_acceptance_row");
    assert_eq!(relation.confidence, None);
    assert_eq!(relation.sources.len(), 2);
}

#[test]
fn a_state_without_a_row_is_unknown() {
    unknown(&hague_1980("FR", "IN", TODAY), "relation.no_row");
    unknown(&ask(Instrument::Untoc, "TV", "VA", TODAY), "relation.no_row");
}

#[test]
fn within_one_state_there_is_no_relation_between_states() {
    for instrument in Instrument::ALL {
        not_in_force(&ask(*instrument, "FR", "FR", TODAY), "relation.same_state");
    }
    not_in_force(&hague_1980("CA-AB", "CA-ON", TODAY), "relation.same_state");
    not_in_force(&hague_1980("CN", "HK", TODAY), "relation.same_state");
    not_in_force(&hague_1980("CN", "CN-MO", TODAY), "relation.same_state");
}

#[test]
fn hong_kong_and_macao_have_dates_of_their_own_and_the_mainland_is_not_bound() {
    in_force(&hague_1980("HK", "FR", TODAY), Some(date(1997, 7, 1)));
    assert_eq!(
        hague_1980("HK", "FR", date(1997, 6, 30)).state,
        LawAnswer::Unknown,
        "extended by GB, day not known"
    );
    assert_eq!(hague_1980("HK", "FR", date(1983, 11, 30)).state, LawAnswer::NotInForce);
    in_force(&hague_1980("CN-HK", "FR", TODAY), Some(date(1997, 7, 1)));
    in_force(&hague_1980("MO", "FR", TODAY), Some(date(1999, 3, 1)));
    in_force(&hague_1980("HK", "KR", TODAY), Some(date(2014, 2, 1)));
    unknown(&hague_1980("HK", "AL", TODAY), "relation.hague_1980.no_acceptance_row");
    unknown(&hague_1980("CN", "FR", TODAY), "relation.negative_on_another_day");
    not_in_force(&hague_1980("CN", "FR", date(2024, 1, 1)), "relation.not_bound_on_that_day");
}

#[test]
fn between_hong_kong_and_macao_it_was_in_force_until_both_stood_under_one_state() {
    not_in_force(&hague_1980("HK", "MO", date(1999, 2, 28)), "relation.before_entry");
    for day in [date(1999, 3, 1), date(1999, 12, 19)] {
        let relation = hague_1980("MO", "HK", day);
        in_force(&relation, Some(date(1999, 3, 1)));
        assert_eq!(relation.until, Some(date(1999, 12, 19)));
    }
    let now = hague_1980("HK", "MO", date(1999, 12, 20));
    not_in_force(&now, "relation.hague_1980.one_state_now");
    assert_eq!(now.until, Some(date(1999, 12, 19)));
}

#[test]
fn a_territory_and_the_state_that_held_it_are_one_state_until_it_passed_to_another() {
    not_in_force(&hague_1980("MO", "PT", date(1999, 12, 19)), "relation.same_state");
    in_force(&hague_1980("MO", "PT", date(1999, 12, 20)), Some(date(1999, 12, 20)));
    not_in_force(&hague_1980("HK", "GB", date(1997, 6, 30)), "relation.same_state");
    in_force(&hague_1980("HK", "GB", date(1997, 7, 1)), Some(date(1997, 7, 1)));
    not_in_force(&hague_1980("MO", "CN", date(1999, 12, 20)), "relation.same_state");
    assert_eq!(hague_1980("MO", "CN", date(1999, 12, 19)).state, LawAnswer::Unknown);
}

#[test]
fn of_canada_as_a_whole_it_is_not_said_since_when_unless_the_other_state_came_after_every_part() {
    in_force(&hague_1980("CA", "FR", date(1990, 1, 1)), None);
    in_force(&hague_1980("CA", "IL", TODAY), Some(date(1991, 12, 1)));
}

#[test]
fn a_canadian_province_is_bound_from_its_own_day() {
    not_in_force(&hague_1980("CA-AB", "GB", date(1987, 1, 31)), "relation.before_entry");
    in_force(&hague_1980("GB", "CA-AB", date(1987, 2, 1)), Some(date(1987, 2, 1)));
    in_force(&hague_1980("GB", "CA-ON", date(1986, 8, 1)), Some(date(1986, 8, 1)));
    in_force(&hague_1980("GB", "CA-SK", TODAY), Some(date(1986, 11, 1)));
    in_force(&hague_1980("GB", "CA-NT", TODAY), Some(date(1988, 4, 1)));
    unknown(&hague_1980("GB", "CA-QC", TODAY), "relation.hague_1980.no_row_for_part");
}

#[test]
fn a_province_read_as_against_one_state_is_shown_as_against_others_by_that_day() {
    let relation = hague_1980("CA-AB", "FR", date(1990, 1, 1));
    in_force(&relation, None);
    assert_eq!(relation.caveats[0].key(), "relation.caveat.part_towards_another");
    unknown(&hague_1980("CA-AB", "FR", date(1986, 1, 1)), "relation.hague_1980.no_row_for_part");
    not_in_force(&hague_1980("CA-AB", "FR", date(1983, 1, 1)), "relation.before_entry");
    in_force(&hague_1980("CA-AB", "ES", date(1990, 1, 1)), Some(date(1987, 9, 1)));
}

#[test]
fn canada_as_a_whole_needs_the_province_before_the_last_came_in() {
    unknown(&hague_1980("CA", "GB", date(1988, 3, 31)), "relation.hague_1980.name_the_part");
    let relation = hague_1980("CA", "GB", date(1988, 4, 1));
    in_force(&relation, None);
    assert_eq!(relation.caveats[0].key(), "relation.caveat.by_parts");
    not_in_force(&hague_1980("CA", "FR", date(1983, 11, 30)), "relation.before_entry");
}

#[test]
fn a_limit_to_parts_of_a_state_is_told() {
    let relation = hague_1980("AU", "FR", TODAY);
    in_force(&relation, Some(date(1987, 1, 1)));
    assert!(relation.caveats[0].to_string().contains("mainland Territories"), "{}", relation.caveats[0]);
}

#[test]
fn a_removal_is_covered_from_the_very_day_of_entry_into_force() {
    let event = |one: &str, other: &str, day| {
        applies_to_event(Law::shipped(), Instrument::Hague1980, &place(one), &place(other), day).unwrap()
    };
    assert_eq!(event("ES", "MA", date(2011, 5, 1)).state, LawAnswer::InForce);
    let before = event("ES", "MA", date(2011, 4, 30));
    not_in_force(&before, "relation.hague_1980.event_outside");
    assert_eq!(before.caveats[0].key(), "relation.hague_1980.acceptance_before_effect");
    unknown(&event("MA", "AT", date(2015, 1, 1)), "relation.hague_1980.event_unknown");
    assert_eq!(event("MA", "AT", date(2019, 1, 1)).state, LawAnswer::InForce);
    unknown(&event("CA", "GB", date(1987, 1, 1)), "relation.hague_1980.event_unknown");
    let none = applies_to_event(Law::shipped(), Instrument::Untoc, &place("FR"), &place("ES"), TODAY);
    assert_eq!(none, None);
}

#[test]
fn under_hague_1996_an_objection_keeps_the_accession_from_having_effect() {
    for day in [date(2020, 1, 1), TODAY] {
        not_in_force(&ask(Instrument::Hague1996, "SV", "DK", day), "relation.hague_1996.objection");
    }
    unknown(&ask(Instrument::Hague1996, "SV", "FR", TODAY), "relation.hague_1996.no_entry_date");
}

#[test]
fn under_hague_1996_ratifications_bind_by_themselves_and_accessions_unless_objected_to() {
    let ratified = ask(Instrument::Hague1996, "DK", "MA", TODAY);
    in_force(&ratified, Some(date(2011, 10, 1)));
    assert_eq!(ratified.confidence, Some(Confidence::High));
    let acceded = ask(Instrument::Hague1996, "AL", "DK", TODAY);
    in_force(&acceded, Some(date(2011, 10, 1)));
    assert_eq!(acceded.confidence, Some(Confidence::Medium));
    assert_eq!(acceded.caveats[0].key(), "relation.caveat.objections_incomplete");
}

#[test]
fn a_row_to_be_confirmed_decides_nothing_and_is_cited() {
    for relation in [
        ask(Instrument::Hague1996, "RU", "FR", TODAY),
        ask(Instrument::Eio, "FR", "ES", TODAY),
        ask(Instrument::Eio, "FR", "DK", TODAY),
        ask(Instrument::EuNoIsSurrender, "FR", "NO", TODAY),
        ask(Instrument::Directive2023977, "CH", "FR", TODAY),
    ] {
        unknown(&relation, "relation.to_be_confirmed");
        assert_eq!(relation.confidence, Some(Confidence::Low));
        assert!(relation.sources.iter().any(|row| row.confidence == Confidence::Low));
    }
}

#[test]
fn a_signatory_is_not_bound_on_the_day_that_was_read_and_unknown_on_others() {
    not_in_force(&ask(Instrument::Hague1996, "AR", "FR", date(2022, 2, 2)), "relation.not_bound_on_that_day");
    unknown(&ask(Instrument::Hague1996, "AR", "FR", TODAY), "relation.negative_on_another_day");
    not_in_force(&ask(Instrument::Cets224, "GB", "CA", date(2025, 7, 9)), "relation.not_bound_on_that_day");
    unknown(&ask(Instrument::Cets224, "GB", "CA", date(2025, 7, 10)), "relation.negative_on_another_day");
}

#[test]
fn denmark_takes_no_part_in_brussels_iib_on_any_day() {
    for day in [date(1900, 1, 1), date(2022, 8, 1), TODAY, date(2100, 1, 1)] {
        for other in ["FR", "SE", "US"] {
            not_in_force(&ask(Instrument::BrusselsIIb, other, "DK", day), "relation.eu.brussels_iib_denmark");
        }
    }
    not_in_force(&ask(Instrument::EEvidence, "FR", "DK", TODAY), "relation.eu.takes_no_part");
}

#[test]
fn an_act_of_the_union_binds_those_who_take_part_from_its_application() {
    in_force(&ask(Instrument::BrusselsIIb, "FR", "ES", TODAY), Some(date(2022, 8, 1)));
    not_in_force(
        &ask(Instrument::BrusselsIIb, "FR", "ES", date(2022, 7, 31)),
        "relation.eu.before_application",
    );
    in_force(&ask(Instrument::Eaw, "FR", "HR", TODAY), Some(date(2013, 7, 1)));
    unknown(&ask(Instrument::BrusselsIIb, "FR", "US", TODAY), "relation.eu.not_listed");
    unknown(&ask(Instrument::BrusselsIIb, "FR", "GB", TODAY), "relation.eu.not_listed");
}

#[test]
fn an_agreement_of_the_union_binds_its_partner_and_each_member_state() {
    let relation = ask(Instrument::EuUkTcaPart3, "DK", "GB", TODAY);
    in_force(&relation, Some(date(2021, 1, 1)));
    assert_eq!(relation.confidence, Some(Confidence::Medium));
    in_force(&ask(Instrument::EuUkTcaPart3, "EU", "GB", TODAY), Some(date(2021, 1, 1)));
    not_in_force(
        &ask(Instrument::EuUkTcaPart3, "FR", "GB", date(2020, 12, 31)),
        "relation.eu.before_application",
    );
    unknown(&ask(Instrument::EuUkTcaPart3, "FR", "DE", TODAY), "relation.no_row");
    unknown(&ask(Instrument::EuUkTcaPart3, "US", "GB", TODAY), "relation.no_row");
}

#[test]
fn parties_without_a_date_are_bound_from_the_day_that_was_read() {
    in_force(&ask(Instrument::Lanzarote, "AD", "AL", TODAY), None);
    in_force(&ask(Instrument::Lanzarote, "AD", "AL", date(2019, 10, 15)), None);
    unknown(&ask(Instrument::Lanzarote, "AD", "AL", date(2019, 10, 14)), "relation.undated_before_reading");
    in_force(&ask(Instrument::Budapest, "AL", "DK", TODAY), Some(date(2005, 10, 1)));
}

#[test]
fn a_list_of_participants_proves_no_membership() {
    for instrument in [Instrument::Mla1959, Instrument::Extradition1957] {
        unknown(&ask(instrument, "AD", "AL", TODAY), "relation.listed_only");
    }
}

#[test]
fn the_luxembourg_convention_is_in_force_from_the_later_entry_into_force() {
    in_force(&ask(Instrument::Luxembourg1980, "DK", "GB", TODAY), Some(date(1991, 8, 1)));
    in_force(&ask(Instrument::Luxembourg1980, "FR", "PT", TODAY), Some(date(1983, 9, 1)));
    not_in_force(&ask(Instrument::Luxembourg1980, "FR", "PT", date(1983, 8, 31)), "relation.before_entry");
}

#[test]
fn networks_have_members_that_the_tables_do_not_list_and_models_bind_nobody() {
    for instrument in [Instrument::Interpol, Instrument::G7Network] {
        unknown(&ask(instrument, "FR", "ES", TODAY), "relation.members_not_listed");
    }
    for instrument in [Instrument::NonTreaty, Instrument::UnModelMla1990, Instrument::LuxembourgTerminology] {
        unknown(&ask(instrument, "FR", "ES", TODAY), "relation.binds_nobody");
    }
}

#[test]
fn a_child_is_protected_until_the_day_before_the_sixteenth_birthday() {
    let law = Law::shipped();
    let born = date(2008, 6, 15);
    let last = hague_1980_art_4(law, born, date(2024, 6, 14));
    assert_eq!((last.state, last.last_day), (LawAnswer::InForce, Some(date(2024, 6, 14))));
    assert_eq!(hague_1980_art_4(law, born, date(2024, 6, 15)).state, LawAnswer::NotInForce);
    assert_eq!(hague_1980_art_4(law, born, date(2008, 6, 14)).state, LawAnswer::Unknown);
    assert_eq!(hague_1996_art_2(law, born, date(2026, 6, 14)).state, LawAnswer::InForce);
    assert_eq!(hague_1996_art_2(law, born, date(2026, 6, 15)).state, LawAnswer::NotInForce);
    assert_eq!(luxembourg_1980_art_1(law, born, date(2010, 1, 1)).state, LawAnswer::Unknown);
}

#[test]
fn a_child_born_on_a_leap_day_comes_of_age_on_the_first_of_march_of_a_common_year() {
    let born = date(2008, 2, 29);
    assert_eq!(birthday(born, 16), Some(date(2024, 2, 29)));
    assert_eq!(birthday(born, 18), Some(date(2026, 3, 1)));
    assert_eq!(hague_1996_art_2(Law::shipped(), born, date(2026, 2, 28)).state, LawAnswer::InForce);
    assert_eq!(hague_1996_art_2(Law::shipped(), born, date(2026, 3, 1)).state, LawAnswer::NotInForce);
    assert_eq!(birthday(date(9990, 1, 1), 16), None);
}

#[test]
fn the_matrix_says_what_each_relation_says() {
    let matrix = matrix(Law::shipped(), Instrument::Hague1980, TODAY);
    assert_eq!(matrix.places().len(), 250);
    let spain: Jurisdiction = "ES".parse().unwrap();
    for (other, cell) in matrix.of(spain) {
        let relation = hague_1980("ES", other.code(), TODAY);
        assert_eq!((cell.state, cell.since), (relation.state, relation.since), "{other}");
        assert_eq!(matrix.cell(other, spain), Some(cell));
    }
    let csv = matrix.csv();
    assert!(csv.starts_with("one,other,state,since\n"));
    assert!(csv.contains("\nES,MA,in_force,2011-05-01\n") && csv.contains("\nMA,ES,in_force,2011-05-01\n"));
    assert!(csv.contains("\nFR,MA,unknown,\n"));
    assert_eq!(csv.lines().count(), 1 + 250 * 249);
}
