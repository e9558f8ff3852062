use super::*;
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::{
    id::{MessageId, SubjectId},
    subject::{PersonName, SubjectRole},
};

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap()
}

fn id(text: &str) -> AuthorityId {
    text.parse().unwrap()
}

fn query(count: u32) -> SelectorQuery {
    SelectorQuery {
        suite: MATCHING_SUITE.into(),
        case_reference: "C-1".into(),
        officer: "0".repeat(32),
        count,
        elements: BASE64_STANDARD.encode(vec![1; count as usize * ELEMENT_LEN]),
        consent: None,
    }
}

fn form(query: &SelectorQuery) -> Result<(), &'static str> {
    check_form(query, &BASE64_STANDARD.decode(&query.elements).unwrap_or_default())
}

#[test]
fn a_query_has_one_of_the_sizes_and_says_who_asks_for_which_case() {
    assert_eq!(form(&query(16)), Ok(()));
    for wrong in [
        query(0),
        query(17),
        query(8192),
        SelectorQuery { suite: "other".into(), ..query(16) },
        SelectorQuery { count: 64, ..query(16) },
        SelectorQuery { elements: "%".into(), ..query(16) },
        SelectorQuery { officer: "A".repeat(32), ..query(16) },
        SelectorQuery { officer: "officer".into(), ..query(16) },
        SelectorQuery { case_reference: " ".into(), ..query(16) },
        SelectorQuery { case_reference: "x".repeat(3000), ..query(16) },
    ] {
        assert!(form(&wrong).is_err(), "{wrong:?}");
    }
}

const LIMITS: QueryLimits = QueryLimits {
    authority_per_day: 1000,
    officer_per_day: 100,
    case_per_day: 64,
    authority_per_epoch: 2000,
    sweep_threshold: 256,
};

#[test]
fn each_budget_ends_by_itself_and_says_when_it_begins_anew() {
    let ask = |used: Used, count| within_budget(&LIMITS, &used, count, at(0), at(99));
    assert!(ask(Used::default(), 64).is_ok());
    let (code, _, again) = ask(Used::default(), 65).unwrap_err();
    assert_eq!((code, again), (QueryRefusal::OverBudget, Some(at(24))));
    assert!(ask(Used { case_today: 48, ..Used::default() }, 16).is_ok());
    assert!(ask(Used { case_today: 49, ..Used::default() }, 16).is_err());
    assert!(ask(Used { officer_today: 85, ..Used::default() }, 16).is_err());
    assert!(ask(Used { authority_today: 985, ..Used::default() }, 16).is_err());
    let (_, why, again) = ask(Used { authority_in_epoch: 1990, ..Used::default() }, 16).unwrap_err();
    assert_eq!(again, Some(at(99)));
    assert!(why.contains("10 elements left"), "{why}");
    assert!(ask(Used { case_today: u64::MAX, ..Used::default() }, 1).is_err());
}

fn consent() -> SweepConsent {
    SweepConsent {
        by: id("FR-TJ-PARIS"),
        asker: id("FR-NCB"),
        batch_sha256: "ab".repeat(32),
        count: 4096,
        purpose: Purpose::CriminalInvestigation,
        given_at: at(0),
        expires_at: at(24),
    }
}

fn covers(consent: &SweepConsent, kind: AuthorityKind, now: Timestamp) -> Result<(), &'static str> {
    let (asker, batch) = (id("FR-NCB"), "ab".repeat(32));
    let asked =
        Asked { asker: &asker, batch_sha256: &batch, count: 4096, purpose: Purpose::CriminalInvestigation };
    consent_covers(consent, Some(kind), &asked, now)
}

#[test]
fn a_consent_is_of_a_court_for_this_batch_and_purpose_and_runs_out() {
    assert_eq!(covers(&consent(), AuthorityKind::Court, at(1)), Ok(()));
    assert!(covers(&consent(), AuthorityKind::Ncb, at(1)).is_err());
    assert!(covers(&consent(), AuthorityKind::Court, at(24)).is_err(), "expired");
    for wrong in [
        SweepConsent { by: id("FR-NCB"), ..consent() },
        SweepConsent { asker: id("ES-NCB"), ..consent() },
        SweepConsent { batch_sha256: "cd".repeat(32), ..consent() },
        SweepConsent { count: 1024, ..consent() },
        SweepConsent { purpose: Purpose::Exercise, ..consent() },
        SweepConsent { expires_at: at(1000), ..consent() },
        SweepConsent { given_at: at(5), ..consent() },
    ] {
        assert!(covers(&wrong, AuthorityKind::Court, at(1)).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_claim_is_about_no_more_than_was_asked_in_the_epoch_of_the_answer() {
    let claim = HitClaim {
        query: MessageId::new(1, [0; 10]),
        epoch: 3,
        hits: 2,
        handles: BTreeSet::from(["0".repeat(32)]),
        why: "the same child".into(),
    };
    assert_eq!(check_claim(&claim, 16, 3), Ok(()));
    assert!(check_claim(&claim, 16, 4).is_err());
    assert!(check_claim(&claim, 1, 3).is_err());
    for wrong in [
        HitClaim { hits: 0, ..claim.clone() },
        HitClaim { handles: BTreeSet::new(), ..claim.clone() },
        HitClaim { handles: BTreeSet::from(["x".into()]), ..claim.clone() },
        HitClaim { why: String::new(), ..claim.clone() },
    ] {
        assert!(check_claim(&wrong, 16, 3).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_standing_rule_answers_its_kinds_to_its_authorities_for_its_purposes_while_it_runs() {
    let terms = RuleTerms {
        kinds: BTreeSet::from(["phone".to_owned()]),
        authorities: BTreeSet::from([id("ES-NCB")]),
        purposes: BTreeSet::from([Purpose::LocateMissingChild]),
        contact: "desk".into(),
        note: String::new(),
        legal_basis: serde_json::from_value(serde_json::json!({ "instrument": "X", "article": "1" }))
            .unwrap(),
        until: Some(at(10)),
    };
    let find = Purpose::LocateMissingChild;
    assert!(rule_answers(&terms, &id("ES-NCB"), find, "phone", at(0)));
    assert!(!rule_answers(&terms, &id("MA-NCB"), find, "phone", at(0)));
    assert!(!rule_answers(&terms, &id("ES-NCB"), Purpose::Exercise, "phone", at(0)));
    assert!(!rule_answers(&terms, &id("ES-NCB"), find, "email", at(0)));
    assert!(!rule_answers(&terms, &id("ES-NCB"), find, "phone", at(10)));
    let open = RuleTerms { authorities: BTreeSet::new(), ..terms };
    assert!(rule_answers(&open, &id("MA-NCB"), find, "phone", at(0)));
}

#[test]
fn what_was_not_chosen_is_not_shown_the_role_included() {
    let mut ours = Subject::new(SubjectId::new(1, [3; 10]), SubjectRole::Suspect);
    ours.name = Some(PersonName::new("Lemaire", "Inès").unwrap());
    ours.birthplace = Some("Lyon".into());
    let shown = shown_person(&ours, &BTreeSet::from([ShownField::Birthplace]));
    assert_eq!(shown, ShownPerson { birthplace: Some("Lyon".into()), ..ShownPerson::default() });
    let role = shown_person(&ours, &BTreeSet::from([ShownField::Role]));
    assert_eq!(role.role, Some(SubjectRole::Suspect));
}
