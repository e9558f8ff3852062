use super::*;
use crate::deadline::Standing;
use comity_model::Jurisdiction;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Noon of the day of most questions.
fn now() -> Timestamp {
    "2024-05-01T12:00:00Z".parse().unwrap()
}

fn place(code: &str) -> Place {
    code.parse().unwrap()
}

/// A question for the first of May 2024 without facts.
fn ask(from: &str, to: &str, need: Need) -> Question {
    Question {
        from: place(from),
        to: place(to),
        need,
        event: None,
        on: date(2024, 5, 1),
        facts: Facts::default(),
    }
}

fn answer(question: &Question) -> Answer {
    pathways(Law::shipped(), question, now())
}

fn by(answer: &Answer, instrument: Instrument) -> &Pathway {
    answer.pathways.iter().find(|pathway| pathway.instrument == instrument).unwrap()
}

fn keys(phrases: &[Phrase]) -> BTreeSet<&'static str> {
    phrases.iter().map(Phrase::key).collect()
}

fn return_between(from: &str, to: &str, event: Date) -> Answer {
    answer(&Question { event: Some(event), ..ask(from, to, Need::ReturnOfAbductedChild) })
}

#[test]
fn a_return_between_france_and_spain_goes_by_brussels_iib_and_hague_1980_together() {
    let answer = return_between("FR", "ES", date(2024, 3, 1));
    let first = &answer.pathways[0];
    let instruments: Vec<_> = first.relations.iter().map(|part| part.instrument).collect();
    assert_eq!(instruments, [Instrument::BrusselsIIb, Instrument::Hague1980]);
    assert_eq!(first.usable, LawAnswer::InForce);
    assert!(answer.fallback.is_none());
    assert!(
        first
            .contents
            .iter()
            .any(|content| content.instrument == Instrument::Hague1980 && content.article == "8(2)(a)")
    );
    assert!(!first.contents.iter().any(|content| content.article == "82(1)"), "a placement is no return");
    let next = by(&answer, Instrument::Hague1996);
    assert!(keys(&next.caveats).contains("pathway.precedence"));
}

#[test]
fn a_return_between_france_and_morocco_is_unknown_and_a_fallback_is_offered() {
    let answer = return_between("FR", "MA", date(2024, 3, 1));
    assert_eq!(by(&answer, Instrument::Hague1980).usable, LawAnswer::Unknown);
    if answer.pathways.iter().all(|pathway| pathway.usable != LawAnswer::InForce) {
        let fallback = answer.fallback.as_ref().unwrap();
        assert_eq!((fallback.instrument, fallback.usable), (Instrument::NonTreaty, LawAnswer::Unknown));
    }
}

#[test]
fn a_return_between_spain_and_morocco_rests_on_the_accepted_accession() {
    let answer = return_between("ES", "MA", date(2024, 3, 1));
    let hague = by(&answer, Instrument::Hague1980);
    assert_eq!(hague.usable, LawAnswer::InForce);
    assert!(keys(&hague.reasons).contains("pathway.event.after"));
    assert_eq!(answer.pathways[0].instrument, Instrument::Hague1980);
}

#[test]
fn denmark_is_outside_brussels_iib_and_returns_go_by_hague_1980_alone() {
    let answer = return_between("FR", "DK", date(2024, 3, 1));
    assert_eq!(by(&answer, Instrument::BrusselsIIb).usable, LawAnswer::NotInForce);
    assert_eq!(answer.pathways[0].written, "HAGUE_1980");
    assert_eq!(answer.pathways[0].usable, LawAnswer::InForce);
    assert_eq!(answer.pathways.last().unwrap().usable, LawAnswer::NotInForce);
}

#[test]
fn the_united_kingdom_is_bound_by_hague_1980_and_not_by_brussels_iib() {
    let answer = return_between("FR", "GB", date(2024, 3, 1));
    assert_ne!(by(&answer, Instrument::BrusselsIIb).usable, LawAnswer::InForce);
    assert_eq!(by(&answer, Instrument::Hague1980).usable, LawAnswer::InForce);
}

fn return_of_child(born: Date, on: Date) -> Answer {
    let facts = Facts { child_born: Some(born), ..Facts::default() };
    let question =
        Question { event: Some(date(2024, 3, 1)), on, facts, ..ask("FR", "ES", Need::ReturnOfAbductedChild) };
    answer(&question)
}

#[test]
fn a_child_of_fifteen_years_and_eleven_months_is_protected_and_the_birthday_is_named() {
    let answer = return_of_child(date(2008, 6, 1), date(2024, 5, 1));
    let first = &answer.pathways[0];
    assert_eq!(first.usable, LawAnswer::InForce);
    let said: Vec<String> = first.caveats.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|text| text.contains("turns 16 on 2024-06-01")), "{said:?}");
    let due = |article: &str| {
        let of = |deadline: &&Deadline| {
            deadline.instrument == Instrument::Hague1980 && deadline.article == article
        };
        first.deadlines.iter().find(of).unwrap().due.as_ref().unwrap().at.unwrap()
    };
    let day = |moment| serde_json::to_string(&moment).unwrap();
    assert!(day(due("12(1)")).contains("2025-0"), "{}", day(due("12(1)")));
    assert_eq!(day(due("4")), "\"2024-06-01\"");
    let year = first.deadlines.iter().find(|deadline| deadline.article == "12(1)").unwrap();
    assert_ne!(year.standing, Standing::NotStarted);
}

#[test]
fn on_the_sixteenth_birthday_hague_1980_ends_and_hague_1996_goes_on() {
    let answer = return_of_child(date(2008, 5, 1), date(2024, 5, 1));
    assert_eq!(by(&answer, Instrument::Hague1980).usable, LawAnswer::NotInForce);
    assert_eq!(by(&answer, Instrument::BrusselsIIb).usable, LawAnswer::NotInForce);
    assert_eq!(answer.pathways[0].instrument, Instrument::Hague1996);
}

#[test]
fn an_age_that_only_a_row_to_be_confirmed_gives_makes_the_answer_unknown_and_no_more() {
    let answer = return_of_child(date(2008, 5, 1), date(2024, 5, 1));
    assert!(keys(&by(&answer, Instrument::Luxembourg1980).reasons).contains("pathway.age.reached_low"));
    assert_ne!(by(&answer, Instrument::Luxembourg1980).usable, LawAnswer::NotInForce);
}

#[test]
fn an_event_before_entry_into_force_between_the_two_closes_hague_1980_for_good() {
    let answer = return_between("FR", "ES", date(1980, 3, 1));
    let hague = by(&answer, Instrument::Hague1980);
    assert_eq!(hague.usable, LawAnswer::NotInForce);
    assert_eq!(hague.relations[0].relation.state, LawAnswer::InForce);
    assert!(keys(&hague.reasons).contains("pathway.event.before"));
    assert_eq!(
        by(&answer, Instrument::BrusselsIIb).usable,
        LawAnswer::NotInForce,
        "it only complements Hague 1980"
    );
}

#[test]
fn an_access_request_does_not_depend_on_the_day_of_a_removal() {
    let question = Question { event: Some(date(1980, 3, 1)), ..ask("FR", "US", Need::AccessRights) };
    assert_eq!(by(&answer(&question), Instrument::Hague1980).usable, LawAnswer::InForce);
}

#[test]
fn luxembourg_1980_asks_for_an_enforceable_decision() {
    let with = |enforceable_decision| {
        let facts = Facts { enforceable_decision, ..Facts::default() };
        let answer = answer(&Question { facts, ..ask("FR", "CH", Need::ReturnOfAbductedChild) });
        by(&answer, Instrument::Luxembourg1980).usable
    };
    assert_eq!(with(Some(true)), LawAnswer::InForce);
    assert_eq!(with(None), LawAnswer::Unknown);
    assert_eq!(with(Some(false)), LawAnswer::NotInForce);
}

#[test]
fn preservation_needs_no_dual_criminality_whether_or_not_the_other_state_is_known_to_be_a_party() {
    for (other, expected) in [("DE", LawAnswer::InForce), ("US", LawAnswer::Unknown)] {
        let facts = Facts { offence: Some("C12".into()), ..Facts::default() };
        let answer = answer(&Question { facts, ..ask("FR", other, Need::PreservationComputerData) });
        let budapest = by(&answer, Instrument::Budapest);
        assert_eq!(budapest.usable, expected, "{other}");
        assert!(keys(&budapest.reasons).contains("pathway.dual.not_required"));
        assert!(!keys(&budapest.caveats).contains("pathway.dual.remains"));
        assert!(budapest.contents.iter().all(|content| content.article.starts_with("29")));
    }
}

#[test]
fn an_act_of_the_union_stands_behind_what_else_is_unknown_where_one_state_is_no_member() {
    let answer = answer(&ask("FR", "US", Need::PreservationComputerData));
    assert_eq!(answer.pathways[0].instrument, Instrument::Budapest);
    assert_eq!(
        answer.pathways.iter().rfind(|one| one.usable == LawAnswer::Unknown).unwrap().instrument,
        Instrument::EEvidence
    );
    assert!(!keys(&answer.pathways[0].caveats).contains("pathway.low.relation"), "a missing row is no lead");
}

#[test]
fn extradition_between_france_and_germany_goes_by_the_warrant_and_a_mere_listing_stays_unknown() {
    let answer = answer(&ask("FR", "DE", Need::Extradition));
    assert_eq!(answer.pathways[0].instrument, Instrument::Eaw);
    let convention = by(&answer, Instrument::Extradition1957);
    assert_eq!(convention.usable, LawAnswer::Unknown);
    assert!(keys(&convention.caveats).contains("pathway.low.relation"));
}

#[test]
fn what_is_unknown_keeps_its_order_of_priority_and_the_reason_that_decides_stands_first() {
    let answer = answer(&ask("FR", "US", Need::Extradition));
    check(&answer);
    let protocol = by(&answer, Instrument::Opsc);
    assert_eq!(protocol.reasons[0].key(), "pathway.offence.not_stated");
}

#[test]
fn a_penalty_of_less_than_a_year_is_not_extraditable() {
    let facts = Facts { highest_penalty_years: Some(0), ..Facts::default() };
    let answer = answer(&Question { facts, ..ask("FR", "DE", Need::Extradition) });
    assert_eq!(by(&answer, Instrument::Extradition1957).usable, LawAnswer::NotInForce);
}

#[test]
fn the_optional_protocol_carries_its_own_offences_only() {
    let with = |offence: Option<&str>| {
        let facts = Facts { offence: offence.map(Into::into), ..Facts::default() };
        let answer = answer(&Question { facts, ..ask("FR", "US", Need::Evidence) });
        by(&answer, Instrument::Opsc).usable
    };
    assert_eq!(with(Some("C19")), LawAnswer::InForce);
    assert_eq!(with(Some("C17")), LawAnswer::NotInForce);
    assert_eq!(with(Some("C99")), LawAnswer::Unknown);
    assert_eq!(with(None), LawAnswer::Unknown);
}

#[test]
fn joint_teams_under_ets_182_stay_unknown_since_its_parties_are_not_in_the_tables() {
    let answer = answer(&ask("FR", "CH", Need::JointInvestigationTeam));
    let team = by(&answer, Instrument::Mla1959);
    assert_ne!(team.usable, LawAnswer::InForce);
    assert!(keys(&team.reasons).contains("pathway.protocols.ets_182"));
}

#[test]
fn an_event_that_the_facts_tell_is_not_told_twice() {
    let told = Event { event: "removal_or_retention".into(), at: crate::time::Moment::Day(date(2024, 2, 1)) };
    let facts = Facts { events: vec![told], ..Facts::default() };
    let question =
        Question { event: Some(date(2024, 3, 1)), facts, ..ask("FR", "ES", Need::ReturnOfAbductedChild) };
    assert_eq!(build::matter(&question).events, question.facts.events);
}

#[test]
fn the_same_state_on_both_sides_needs_no_instrument() {
    let answer = answer(&ask("FR", "FR", Need::ReturnOfAbductedChild));
    assert!(answer.pathways.iter().all(|pathway| pathway.usable == LawAnswer::NotInForce));
    assert!(keys(&answer.caveats).contains("pathway.same_place"));
}

#[test]
fn every_need_has_a_pathway_or_says_what_remains() {
    for need in Need::ALL {
        let answer = answer(&ask("TD", "NR", need));
        let remains = answer.caveats.iter().any(|caveat| caveat.key().starts_with("pathway.fallback"));
        assert!(answer.fallback.is_some() || remains, "{need}");
    }
}

/// How usable an instrument is for a need between two states on the last day of the data, with such facts.
fn usable(from: &str, to: &str, need: Need, instrument: Instrument, facts: Facts) -> LawAnswer {
    let answer = answer(&Question { on: date(2026, 11, 21), facts, ..ask(from, to, need) });
    by(&answer, instrument).usable
}

#[test]
fn a_european_production_order_is_for_electronic_evidence() {
    let with = |electronic| {
        let facts = Facts { electronic, ..Facts::default() };
        usable("FR", "ES", Need::Evidence, Instrument::EEvidence, facts)
    };
    assert_eq!(with(Some(true)), LawAnswer::InForce);
    assert_eq!(with(Some(false)), LawAnswer::NotInForce);
    assert_eq!(with(None), LawAnswer::Unknown);
}

#[test]
fn the_budapest_convention_carries_evidence_that_is_electronic_or_of_an_offence_of_its_own() {
    let with = |electronic, offence: &str| {
        let facts = Facts { electronic, offence: Some(offence.into()), ..Facts::default() };
        usable("FR", "DE", Need::Evidence, Instrument::Budapest, facts)
    };
    assert_eq!(with(Some(false), "C12"), LawAnswer::InForce, "possession is an offence of art. 9");
    assert_eq!(with(Some(true), "C19"), LawAnswer::InForce);
    assert_eq!(with(Some(false), "C19"), LawAnswer::NotInForce);
}

#[test]
fn untoc_carries_trafficking_and_leaves_other_serious_crime_to_be_shown() {
    let with = |offence: Option<&str>, highest_penalty_years| {
        let facts = Facts { offence: offence.map(Into::into), highest_penalty_years, ..Facts::default() };
        usable("FR", "DE", Need::Evidence, Instrument::Untoc, facts)
    };
    assert_eq!(with(Some("C22"), None), LawAnswer::InForce);
    assert_eq!(with(Some("C12"), Some(5)), LawAnswer::Unknown);
    assert_eq!(with(Some("C12"), Some(2)), LawAnswer::NotInForce);
    assert_eq!(with(None, None), LawAnswer::Unknown);
}

#[test]
fn dual_criminality_is_looked_at_where_the_need_calls_for_it_and_the_offence_is_known() {
    let with = |need, offence: Option<&str>| {
        let facts = Facts { offence: offence.map(Into::into), ..Facts::default() };
        let answer = answer(&Question { facts, ..ask("FR", "DE", need) });
        answer.pathways.iter().any(|pathway| pathway.dual_criminality.is_some())
    };
    assert!(with(Need::Extradition, Some("C12")));
    assert!(!with(Need::Extradition, None));
    assert!(!with(Need::PoliceIntelligence, Some("C12")));
}

#[test]
fn only_the_deadlines_of_urgent_cases_are_given_in_one() {
    let articles = |emergency| {
        let facts = Facts { electronic: Some(true), emergency, ..Facts::default() };
        let answer = answer(&Question { on: date(2026, 11, 21), facts, ..ask("FR", "ES", Need::Evidence) });
        let of = by(&answer, Instrument::EEvidence).deadlines.iter().map(|deadline| deadline.article.clone());
        of.collect::<BTreeSet<_>>()
    };
    assert!(articles(Some(true)).contains("10(4)") && !articles(Some(true)).contains("10(3)"));
    assert!(articles(Some(false)).contains("10(3)") && !articles(Some(false)).contains("10(4)"));
}

/// What holds for every answer.
fn check(answer: &Answer) {
    let order: Vec<_> = answer.pathways.iter().map(place_in_order).collect();
    assert!(order.is_sorted(), "{order:?}");
    for pathway in &answer.pathways {
        let worst = pathway
            .relations
            .iter()
            .map(|part| weighing::rank(part.relation.state))
            .max()
            .unwrap_or_default();
        assert!(weighing::rank(pathway.usable) >= worst, "{}", pathway.written);
    }
    let settled = answer.pathways.iter().any(|pathway| pathway.usable == LawAnswer::InForce);
    assert!(!settled || answer.fallback.is_none());
}

#[test]
fn every_need_is_answered_between_a_few_states_and_all_others() {
    for one in ["FR", "HK"] {
        for other in Jurisdiction::all().step_by(5) {
            for need in Need::ALL {
                check(&answer(&Question { to: other.into(), ..ask(one, "FR", need) }));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_question_is_answered(
        one in 0usize..250, other in 0usize..250, need in 0usize..10,
        on in 0i32..40_000, event in proptest::option::of(0i32..40_000), born in proptest::option::of(0i32..40_000),
        offence in proptest::option::of("C(0[1-9]|1[0-9]|2[0-9])|nonsense"), years in proptest::option::of(0u8..30),
        flags in proptest::array::uniform3(proptest::option::of(any::<bool>())),
    ) {
        let places: Vec<Jurisdiction> = Jurisdiction::all().collect();
        let day = |offset: i32| date(1950, 1, 1).saturating_add(jiff::Span::new().days(offset));
        let facts = Facts {
            child_born: born.map(day), offence, highest_penalty_years: years, enforceable_decision: flags[0],
            electronic: flags[1], emergency: flags[2], ..Facts::default()
        };
        let question = Question {
            from: places[one % places.len()].into(), to: places[other % places.len()].into(), need: Need::ALL[need],
            event: event.map(day), on: day(on), facts,
        };
        check(&answer(&question));
    }
}
