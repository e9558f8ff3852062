use super::*;
use crate::Confidence;
use jiff::civil::date;
use proptest::prelude::*;

const ON: Date = date(2026, 11, 21);

fn between(one: &str, other: &str, concept: &str) -> DualCriminality {
    with(one, other, concept, Act::default())
}

fn with(one: &str, other: &str, concept: &str, act: Act) -> DualCriminality {
    let (one, other) = (one.parse().unwrap(), other.parse().unwrap());
    dual_criminality_of(Law::shipped(), &one, &other, concept, ON, act).unwrap()
}

fn covering(answer: &DualCriminality) -> Vec<Instrument> {
    answer.covered_by.iter().map(|definition| definition.instrument).collect()
}

fn keys(phrases: &[Phrase]) -> Vec<&'static str> {
    phrases.iter().map(Phrase::key).collect()
}

#[test]
fn every_concept_of_the_data_is_listed_once_with_its_definitions() {
    let all = concepts(Law::shipped());
    assert_eq!((all.len(), all[0].id.as_str(), all[26].id.as_str()), (27, "C01", "C27"));
    let producing = all.iter().find(|concept| concept.id == "C08").unwrap();
    let articles: Vec<_> = producing.definitions.iter().map(|found| found.article.as_str()).collect();
    assert_eq!(articles, ["20(1)(a)", "9(1)(a)", "3(1)(c)", "5(6)"]);
    assert_eq!(producing.iccs.as_deref(), Some("030221"));
}

#[test]
fn a_concept_that_the_data_do_not_know_has_no_answer() {
    let (one, other) = ("FR".parse().unwrap(), "DE".parse().unwrap());
    for concept in ["", "C99", "c08", "murder"] {
        assert_eq!(dual_criminality(Law::shipped(), &one, &other, concept, ON), None, "{concept}");
    }
}

#[test]
fn conduct_that_an_instrument_in_force_for_both_obliges_both_to_punish_is_criminal_in_both() {
    let answer = between("FR", "DE", "C10");
    assert_eq!(answer.met, LawAnswer::InForce);
    assert_eq!(covering(&answer), [Instrument::Lanzarote, Instrument::Budapest, Instrument::Opsc]);
}

#[test]
fn a_protocol_of_the_united_nations_covers_a_pair_that_no_european_convention_binds() {
    let answer = between("FR", "MA", "C08");
    assert_eq!(answer.met, LawAnswer::InForce);
    assert_eq!(covering(&answer), [Instrument::Opsc]);
}

#[test]
fn a_definition_that_may_be_reserved_does_not_answer_the_question() {
    let answer = between("FR", "DE", "C26");
    assert_eq!(answer.met, LawAnswer::Unknown);
    assert_eq!(covering(&answer), [Instrument::Budapest, Instrument::Lanzarote]);
    assert_eq!(keys(&answer.remains).iter().filter(|key| **key == "offence.reservation").count(), 2);
}

#[test]
fn a_definition_that_covers_part_of_the_conduct_leaves_the_facts_to_a_lawyer() {
    let answer = between("FR", "MA", "C12");
    assert_eq!(answer.met, LawAnswer::Unknown);
    let words = answer.remains.iter().find(|phrase| phrase.key() == "offence.own_words").unwrap();
    assert!(words.to_string().contains("only possession for the listed purposes"));
}

#[test]
fn an_offence_that_turns_on_the_national_age_is_left_to_a_lawyer() {
    let answer = between("FR", "DE", "C01");
    assert_eq!((answer.met, covering(&answer)), (LawAnswer::Unknown, vec![Instrument::Lanzarote]));
    assert!(keys(&answer.remains).contains(&"offence.national_age"));
}

#[test]
fn the_lower_limit_for_a_minor_matters_only_from_sixteen() {
    let remains = |age| {
        let act = Act { child_age_years: age, ..Act::default() };
        keys(&with("FR", "DE", "C10", act).remains).contains(&"offence.lower_limit")
    };
    assert!(remains(None) && remains(Some(16)) && !remains(Some(15)));
}

#[test]
fn a_row_of_low_confidence_is_a_lead_and_covers_nothing() {
    let answer = between("FR", "DE", "C18");
    assert_eq!((answer.met, answer.covered_by.len()), (LawAnswer::Unknown, 0));
    assert!(answer.sources.iter().any(|cite| cite.confidence == Confidence::Low));
    assert!(keys(&answer.remains).contains(&"offence.not_covered"));
}

#[test]
fn parental_abduction_is_civil_and_not_harmonised_as_an_offence() {
    let answer = between("FR", "DE", "C24");
    assert_eq!((answer.met, answer.covered_by.len()), (LawAnswer::Unknown, 0));
    assert!(keys(&answer.remains).contains(&"offence.civil"));
}

#[test]
fn a_term_of_the_guidelines_is_no_offence_of_its_own() {
    for concept in ["C25", "C27"] {
        let answer = between("FR", "DE", concept);
        assert_eq!((answer.met, answer.covered_by.len()), (LawAnswer::Unknown, 0), "{concept}");
        assert!(keys(&answer.remains).contains(&"offence.not_separate"), "{concept}");
    }
}

#[test]
fn attempt_and_complicity_follow_the_main_offence() {
    let answer = between("FR", "DE", "C23");
    assert_eq!(answer.met, LawAnswer::Unknown);
    assert!(keys(&answer.remains).contains(&"offence.accessory"));
}

#[test]
fn trafficking_in_a_child_is_covered_by_the_palermo_protocol() {
    let answer = between("FR", "US", "C22");
    assert_eq!((answer.met, covering(&answer)), (LawAnswer::InForce, vec![Instrument::PalermoTip]));
    assert_eq!(answer.waived_by, []);
}

#[test]
fn lists_of_the_union_waive_the_test_on_a_penalty_of_three_years() {
    let told = |years| {
        let act = Act { highest_penalty_years: years, ..Act::default() };
        let answer = with("FR", "DE", "C10", act);
        let lists = keys(&answer.waived_by).into_iter().filter(|key| !key.ends_with("preservation"));
        (lists.collect::<Vec<_>>(), keys(&answer.remains).contains(&"offence.penalty_below"))
    };
    assert_eq!(told(Some(3)), (vec!["offence.waived"; 2], false));
    assert_eq!(told(None), (vec!["offence.waived_if_penalty"; 2], false));
    assert_eq!(told(Some(2)), (vec![], true));
}

#[test]
fn a_list_known_from_recollection_alone_is_to_be_confirmed() {
    let answer = between("FR", "DE", "C10");
    let said: Vec<_> = answer.remains.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|text| text.contains("EAW art. 2(2) is to be confirmed")), "{said:?}");
    assert!(said.iter().any(|text| text.contains("Annex D") && text.contains("is unknown")), "{said:?}");
    assert!(
        !said.iter().any(|text| text.contains("E_EVIDENCE art. 12(1)(d) is to be confirmed")),
        "{said:?}"
    );
}

#[test]
fn the_sale_of_a_child_has_no_category_in_the_lists_that_the_tables_show() {
    let answer = between("FR", "DE", "C19");
    assert_eq!(answer.met, LawAnswer::InForce);
    assert_eq!(keys(&answer.waived_by), ["offence.waived_for_preservation"]);
    assert!(keys(&answer.remains).contains(&"offence.not_listed"));
    assert!(keys(&answer.remains).contains(&"offence.preservation_reservation"));
}

#[test]
fn lists_of_the_union_waive_nothing_towards_a_state_outside_it() {
    let answer = between("FR", "MA", "C08");
    assert!(!keys(&answer.waived_by).iter().any(|key| key.starts_with("offence.waived_if")));
}

#[test]
fn an_answer_says_each_thing_once() {
    for concept in concepts(Law::shipped()) {
        let answer = between("FR", "DE", &concept.id);
        let once = |found: usize, kept: usize| assert_eq!(found, kept, "{}", concept.id);
        once(answer.remains.len(), super::once(answer.remains.clone()).len());
        once(answer.sources.len(), super::once(answer.sources.clone()).len());
    }
}

proptest! {
    #[test]
    fn the_answer_is_never_that_the_test_fails_and_what_is_open_is_always_said(
        one in 0_usize..252, other in 0_usize..252, concept in 0_usize..27, day in 0_i32..20_000,
    ) {
        use jiff::ToSpan;
        let place = |at| Place::from(comity_model::Jurisdiction::all().nth(at).unwrap());
        let concept = &concepts(Law::shipped())[concept];
        let on = date(1980, 1, 1).checked_add(day.days()).unwrap();
        let (one, other) = (place(one), place(other));
        let answer = dual_criminality(Law::shipped(), &one, &other, &concept.id, on).unwrap();
        prop_assert_ne!(answer.met, LawAnswer::NotInForce);
        prop_assert!(answer.met == LawAnswer::InForce || !answer.remains.is_empty());
        prop_assert!(answer.met == LawAnswer::Unknown || !answer.covered_by.is_empty());
        let all = answer.covered_by.iter().flat_map(|found| &found.sources);
        prop_assert!(all.into_iter().all(|cite| cite.confidence > Confidence::Low));
        let back = dual_criminality(Law::shipped(), &other, &one, &concept.id, on).unwrap();
        prop_assert_eq!((back.met, back.covered_by), (answer.met, answer.covered_by));
    }
}
