//! Which points a list has, and in which order.

use super::*;
use crate::set::{Bundle, DataSet};
use comity_model::legal::LawAnswer;

const HEAD: &str = "scope,article,requirement,met_by,weight,source,as_of,confidence\n";

/// The shipped law with rows of a desk laid over.
fn with(rows: &str) -> Law {
    let files = [("admissibility".to_owned(), format!("{HEAD}{rows}\n"))];
    let bundle = Bundle::new("es-desk", date(2026, 12, 1), "", files).unwrap();
    Law::shipped().with(&DataSet::read(&bundle).unwrap()).unwrap()
}

fn listed(from: &str, to: &str, instrument: Option<Instrument>, facts: Facts) -> Checklist {
    checklist(Law::shipped(), &asked(from, to, instrument, facts))
}

fn by_key<'a>(list: &'a Checklist, key: &str) -> Vec<&'a Point> {
    let key = format!("admissibility.requirement.{key}");
    list.points.iter().filter(|point| point.requirement.key() == key).collect()
}

fn one<'a>(list: &'a Checklist, key: &str) -> &'a Point {
    let found = by_key(list, key);
    assert_eq!(found.len(), 1, "{key}");
    found[0]
}

#[test]
fn a_state_without_a_row_gives_an_unknown_point_that_must_be_and_cites_nothing() {
    let list = listed("FR", "ES", Some(Instrument::Eio), full());
    let national = one(&list, "national");
    assert_eq!((national.status, national.weight), (Status::Unknown, Weight::Must));
    assert!(national.sources.is_empty());
    assert!(national.findings[0].to_string().contains("no row for ES: ask the receiving authority"));
}

#[test]
fn a_row_that_an_authority_adds_for_the_receiving_state_stands_in_its_place() {
    let law = with(
        "ES,Act 1/2026 art. 5,A certified translation of the report,certification,must,desk,2026-12-01,high",
    );
    let to_spain = checklist(&law, &asked("FR", "ES", Some(Instrument::Eio), full()));
    assert!(by_key(&to_spain, "national").is_empty());
    let own = one(&to_spain, "own");
    assert_eq!(own.requirement.say(Language::Fr), "A certified translation of the report");
    assert_eq!((own.status, own.scope.to_string().as_str()), (Status::Met, "ES"));
    assert_eq!(own.sources[0].set, "es-desk");
    let to_italy = checklist(&law, &asked("FR", "IT", Some(Instrument::Eio), full()));
    assert!(by_key(&to_italy, "own").is_empty());
    assert_eq!(one(&to_italy, "national").status, Status::Unknown);
}

#[test]
fn a_row_of_a_part_of_a_state_holds_for_that_part_alone_and_one_of_the_state_for_every_part() {
    let row =
        |scope: &str| format!("{scope},art. 1,A sworn statement,witness_statement,must,desk,2026-12-01,high");
    let count =
        |scope: &str, to| by_key(&checklist(&with(&row(scope)), &asked("FR", to, None, full())), "own").len();
    assert_eq!((count("CA-QC", "CA-QC"), count("CA-QC", "CA-ON"), count("CA-QC", "CA")), (1, 0, 0));
    assert_eq!((count("CA", "CA-QC"), count("CA", "CA")), (1, 1));
}

#[test]
fn a_row_with_the_key_of_a_shipped_one_replaces_it() {
    let law = with("*,RFC 3161,time_proven,timestamps,must,desk,2026-12-01,high");
    let facts = Facts { timestamps: Some(0), ..full() };
    let list = checklist(&law, &asked("FR", "ES", None, facts));
    let point = one(&list, "time_proven");
    assert_eq!((point.weight, point.sources[0].set.as_str()), (Weight::Must, "es-desk"));
    assert_eq!(list.points[0].requirement.key(), "admissibility.requirement.time_proven");
}

#[test]
fn an_instrument_in_force_meets_its_point_by_the_rule_of_the_relation_with_its_rows() {
    let list = listed("FR", "ES", Some(Instrument::Mla1959), full());
    let binds = one(&list, "binds");
    let relation = Law::shipped().relation(
        Instrument::Mla1959,
        &"FR".parse().unwrap(),
        &"ES".parse().unwrap(),
        date(2026, 11, 21),
    );
    assert_eq!(binds.status == Status::Met, relation.state == LawAnswer::InForce);
    assert_eq!((&binds.findings[0], &binds.sources), (&relation.rule, &relation.sources));
}

#[test]
fn an_instrument_that_does_not_bind_is_missing_and_nothing_that_it_asks_applies() {
    let mut abduction = asked("FR", "DK", Some(Instrument::BrusselsIIb), full());
    abduction.need = Need::ReturnOfAbductedChild;
    let list = checklist(Law::shipped(), &abduction);
    assert_eq!(list.instruments, [Instrument::BrusselsIIb, Instrument::Hague1980]);
    let binds: Vec<_> = by_key(&list, "binds").iter().map(|point| point.status).collect();
    assert_eq!(binds, [Status::Missing, Status::Met]);
    let asks = list.points.iter().filter(|point| point.instrument == Some(Instrument::BrusselsIIb));
    let asks: Vec<_> = asks.filter(|point| point.met_by.is_some()).collect();
    assert!(asks.len() > 2 && asks.iter().all(|point| point.status == Status::NotApplicable));
}

#[test]
fn without_an_instrument_the_first_usable_one_is_taken() {
    let mut question = asked("FR", "US", None, full());
    question.matter.offence = Some("C22".into());
    let list = checklist(Law::shipped(), &question);
    assert_eq!(list.instruments, [Instrument::Untoc]);
    assert_eq!(one(&list, "binds").status, Status::Met);
}

#[test]
fn where_no_instrument_is_known_to_be_usable_that_is_a_point_of_its_own() {
    let list = listed("TD", "NR", None, full());
    assert!(list.instruments.is_empty());
    assert_eq!(one(&list, "instrument").status, Status::Unknown);
    assert!(list.points.iter().all(|point| point.instrument.is_none()));
    let near = listed("FR", "ES", None, full());
    let said: Vec<_> = one(&near, "instrument").findings.iter().map(ToString::to_string).collect();
    assert!(said[1].contains("EIO") && said[1].contains("MLA_1959"), "{said:?}");
}

#[test]
fn an_instrument_without_a_row_is_unknown_and_never_met() {
    let list = listed("FR", "ES", Some(Instrument::Lanzarote), full());
    let silent = one(&list, "by_instrument");
    assert_eq!((silent.status, silent.sources.len()), (Status::Unknown, 0));
}

#[test]
fn the_palermo_protocol_brings_what_its_convention_asks() {
    let list = listed("FR", "ES", Some(Instrument::PalermoTip), full());
    assert_eq!(list.instruments, [Instrument::PalermoTip, Instrument::Untoc]);
    assert_eq!(one(&list, "use_limited").article, "18(19)");
    assert!(list.grounds.iter().any(|ground| ground.article == "18(21)"));
}

#[test]
fn contents_of_a_request_are_asked_by_their_obligation() {
    let request = |contents: &[&str]| Request {
        reference: "LR 3/2026".into(),
        contents: contents.iter().map(|item| (*item).to_owned()).collect(),
    };
    let facts = Facts { request: Some(request(&["requesting authority"])), ..full() };
    let list = listed("FR", "ES", Some(Instrument::Mla1959), facts);
    let content = |item: &str| {
        let of = by_key(&list, "request_contains");
        let point = of.into_iter().find(|point| point.item.as_deref() == Some(item)).unwrap();
        (point.status, point.weight)
    };
    assert_eq!(content("requesting authority"), (Status::Met, Weight::Must));
    assert_eq!(content("object of and reason for the request"), (Status::Missing, Weight::Must));
    let where_possible = content("identity and nationality of the person concerned");
    assert_eq!(where_possible, (Status::Unknown, Weight::WhereApplicable));
    let none = listed("FR", "ES", Some(Instrument::Mla1959), Facts { request: None, ..full() });
    assert!(by_key(&none, "request_contains").iter().all(|point| point.status == Status::Unknown));
}

#[test]
fn what_may_not_be_asked_for_does_not_apply() {
    let mut abduction = asked("FR", "MA", Some(Instrument::Hague1980), full());
    abduction.need = Need::ReturnOfAbductedChild;
    let list = checklist(Law::shipped(), &abduction);
    let formality =
        by_key(&list, "request_contains").into_iter().find(|point| point.article == "23").unwrap();
    assert_eq!(formality.status, Status::NotApplicable);
}

#[test]
fn rows_of_low_confidence_are_marked_and_warned_of() {
    let list = listed("FR", "ES", Some(Instrument::Eio), full());
    let procedures = one(&list, "procedures_followed");
    assert_eq!((procedures.to_be_confirmed, procedures.status), (true, Status::Met));
    assert!(!one(&list, "hash_verified").to_be_confirmed);
    assert!(list.caveats.iter().any(|said| said.key() == "admissibility.caveat.low"));
}

#[test]
fn within_one_state_no_instrument_is_needed() {
    let list = listed("FR", "FR", Some(Instrument::Eio), full());
    assert_eq!(one(&list, "binds").status, Status::NotApplicable);
}

#[test]
fn h1_is_among_the_first_points_where_the_evidence_goes_to_a_court() {
    let facts = Facts { marking: Some(marking([HandlingCode::H1])), ..full() };
    let list = listed("FR", "ES", Some(Instrument::Eio), facts);
    assert_eq!(list.points[0].requirement.key(), "admissibility.requirement.judicial_use_allowed");
    assert_eq!((list.counts.missing, list.counts.missing_must), (1, 1));
}

#[test]
fn what_is_missing_and_must_be_stands_first_and_every_point_is_counted_once() {
    let list = listed("FR", "ES", Some(Instrument::Mla1959), Facts::default());
    let order: Vec<_> = list.points.iter().map(Point::order).collect();
    assert!(order.is_sorted());
    assert_eq!(order[0], (Status::Missing, Weight::Must));
    let counts = list.counts;
    assert_eq!(counts.missing + counts.unknown + counts.met + counts.not_applicable, list.points.len());
    assert!(counts.missing_must > 0 && counts.missing_must <= counts.missing);
}

#[test]
fn a_list_as_json_is_said_in_the_readers_language() {
    let list = listed("FR", "ES", Some(Instrument::Mla1959), full());
    let mut answer = serde_json::to_value(&list).unwrap();
    crate::phrase::localise(&mut answer, Language::Fr);
    crate::phrase::flatten(&mut answer);
    let points = answer["points"].as_array().unwrap();
    let of = |article: &str| points.iter().find(|point| point["article"] == article).unwrap();
    assert_eq!(of("14(1)(a)")["item"], "autorité requérante");
    assert_eq!(of("H1")["findings"][0], "Aucun code de traitement ne l'interdit.");
    assert_eq!((&of("H1")["met_by"], &of("H1")["scope"]), (&"judicial_use".into(), &"*".into()));
    assert_eq!((&of("H1")["status"], &of("H1")["weight"]), (&"met".into(), &"must".into()));
}

#[test]
fn a_list_names_its_data_and_says_that_the_court_decides() {
    let list = listed("FR", "ES", None, full());
    assert_eq!((list.data_set.as_str(), list.dated), (Law::shipped().name(), Law::shipped().dated()));
    assert!(list.caveats.iter().any(|said| said.key() == "admissibility.caveat.court"));
}

#[test]
fn a_question_is_read_from_json_with_nothing_but_states_purpose_and_day() {
    let text = r#"{"from":"FR","to":"ES","purpose":"judicial_proceedings","on":"2026-11-21"}"#;
    let question: Question = serde_json::from_str(text).unwrap();
    assert_eq!((question.need, question.facts.clone()), (Need::Evidence, Facts::default()));
    assert!(serde_json::from_str::<Question>(&text.replace("on\"", "when\"")).is_err());
    let facts: Facts =
        serde_json::from_str(r#"{"documents":{"return_terms":"annex 4"},"timestamps":1}"#).unwrap();
    assert_eq!(facts.documents[&DocumentKind::ReturnTerms], "annex 4");
}
