//! The decisions, and what the store keeps, on both engines.

use super::{
    basis::BasisChoice,
    held::Held,
    rules::*,
    store::{self, SetRow},
};
use crate::{
    random,
    store::testing::{on_both_engines, open},
};
use comity_law::{
    Law, Phrase,
    basis::{Assessment, Verdict},
    set::{Bundle, SET_TYPE},
};
use comity_model::{AuthorityId, id::AuthorisationId, legal::LawAnswer};
use comity_seal::SigningKey;
use jiff::{SignedDuration, Timestamp, civil::date};
use std::collections::{BTreeMap, BTreeSet};

fn id(text: &str) -> AuthorityId {
    text.parse().unwrap()
}

fn ids(texts: &[&str]) -> BTreeSet<AuthorityId> {
    texts.iter().map(|text| id(text)).collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn choice() -> BasisChoice {
    BasisChoice {
        instrument: "HAGUE_1980".into(),
        article: "7".into(),
        reason: None,
        event_date: Some(date(2026, 11, 1)),
        offence: None,
        authorisation: None,
    }
}

fn given() -> Authorisation {
    Authorisation {
        id: AuthorisationId::new(1, [0; 10]),
        authority: id("FR-NCB"),
        instrument: "HAGUE_1980".into(),
        article: "7".into(),
        to: ids(&["MA-NCB", "ES-NCB"]),
        reason: "a life is at risk".into(),
        given_by: "benoit".into(),
        given_at: at("2026-11-21T10:00:00Z"),
        expires_at: at("2026-11-22T10:00:00Z"),
    }
}

fn covered(
    given: &Authorisation,
    from: &str,
    to: &[&str],
    choice: &BasisChoice,
    by: &str,
    now: &str,
) -> String {
    let (from, to, officers) = (id(from), ids(to), BTreeSet::from([by.to_owned()]));
    let sending = Sending { from: &from, to: &to, choice, officers: &officers };
    covers(given, &sending, at(now)).map_or_else(|fault| fault.to_string(), |()| "yes".into())
}

#[test]
fn an_authorisation_covers_its_own_terms_for_a_day_and_nothing_else() {
    let noon = "2026-11-21T12:00:00Z";
    let ask = |to: &[&str], choice: &BasisChoice| covered(&given(), "FR-NCB", to, choice, "amel", noon);
    assert_eq!(ask(&["MA-NCB"], &choice()), "yes");
    assert_eq!(ask(&["MA-NCB", "ES-NCB"], &choice()), "yes");
    assert!(ask(&["MA-NCB", "PT-NCB"], &choice()).contains("another recipient"));
    assert!(ask(&["MA-NCB"], &BasisChoice { article: "8".into(), ..choice() }).contains("another article"));
    let other = BasisChoice { instrument: "HAGUE_1996".into(), ..choice() };
    assert!(ask(&["MA-NCB"], &other).contains("another instrument"));
    let stranger = covered(&given(), "ES-NCB", &["MA-NCB"], &choice(), "amel", noon);
    assert!(stranger.contains("no authorisation"), "{stranger}");
}

#[test]
fn an_authorisation_ends_after_a_day_to_the_instant() {
    let ask = |now| covered(&given(), "FR-NCB", &["MA-NCB"], &choice(), "amel", now);
    assert_eq!(ask("2026-11-22T09:59:59.999Z"), "yes");
    assert!(ask("2026-11-22T10:00:00Z").contains("ended"));
}

#[test]
fn nobody_authorises_what_they_write_or_send_themselves() {
    let own = covered(&given(), "FR-NCB", &["MA-NCB"], &choice(), "benoit", "2026-11-21T12:00:00Z");
    assert!(own.contains("another officer must"), "{own}");
}

#[test]
fn only_a_supported_basis_needs_nothing_and_only_an_authorisation_answers_a_contradiction() {
    let table = [
        (Verdict::Supported, None, false, None),
        (Verdict::Unknown, None, false, Some(Needs::Reason)),
        (Verdict::Unknown, Some(" \n"), false, Some(Needs::Reason)),
        (Verdict::Unknown, Some("urgent"), false, None),
        (Verdict::Unknown, None, true, None),
        (Verdict::Contradicted, None, false, Some(Needs::Authorisation)),
        (Verdict::Contradicted, Some("urgent"), false, Some(Needs::Authorisation)),
        (Verdict::Contradicted, None, true, None),
    ];
    for (verdict, reason, authorised, expected) in table {
        assert_eq!(needs(verdict, reason, authorised), expected, "{verdict:?} {reason:?} {authorised}");
    }
}

#[test]
fn whatever_may_leave_is_a_statement_that_its_receiver_takes() {
    let verdicts = [Verdict::Supported, Verdict::Unknown, Verdict::Contradicted];
    for verdict in verdicts {
        for reason in [None, Some("urgent".to_owned())] {
            for authorised in [None, Some(given())] {
                let assessment = Assessment {
                    verdict,
                    reasons: vec![Phrase::new("basis.instrument_unknown")],
                    data_set: "set".into(),
                    sources: Vec::new(),
                };
                let choice = BasisChoice { reason: reason.clone(), ..choice() };
                let basis = stated(&choice, &assessment, authorised.as_ref(), date(2026, 11, 21));
                let may = needs(verdict, reason.as_deref(), authorised.is_some()).is_none();
                assert_eq!(basis.check().is_ok(), may, "{basis:?}");
            }
        }
    }
}

#[test]
fn the_node_states_the_answer_its_date_and_its_data() {
    let assessment = Assessment {
        verdict: Verdict::Contradicted,
        reasons: Vec::new(),
        data_set: "a + b".into(),
        sources: Vec::new(),
    };
    let basis = stated(&choice(), &assessment, Some(&given()), date(2026, 11, 21));
    assert_eq!((basis.answer, basis.assessed_on), (LawAnswer::NotInForce, date(2026, 11, 21)));
    assert_eq!(basis.data_set.as_deref(), Some("a + b"));
    assert_eq!(basis.supervisor_reason.as_deref(), Some("a life is at risk"));
}

fn row(number: u64, shipped: bool, loaded: &str, withdrawn: Option<&str>) -> SetRow {
    SetRow {
        number,
        id: format!("set-{number}"),
        dated: date(2026, 11, 1),
        title: String::new(),
        sha256: String::new(),
        shipped,
        signed_by: (!shipped).then(|| id("FR-NCB")),
        loaded_at: at(loaded),
        loaded_by: "node".into(),
        withdrawn_at: withdrawn.map(at),
        withdrawn_by: None,
    }
}

#[test]
fn the_stack_of_a_day_is_what_was_in_force_at_its_end_the_shipped_set_first() {
    let rows = [
        row(1, true, "2026-01-01T08:00:00Z", Some("2026-03-01T08:00:00Z")),
        row(2, false, "2026-02-01T23:59:59Z", None),
        row(4, true, "2026-03-01T08:00:00Z", None),
        row(5, false, "2026-04-01T08:00:00Z", Some("2026-04-01T09:00:00Z")),
    ];
    let on = |day| stack(&rows, end_of(day)).iter().map(|row| row.number).collect::<Vec<_>>();
    assert!(on(date(2025, 12, 31)).is_empty());
    assert_eq!(on(date(2026, 1, 1)), [1]);
    assert_eq!(on(date(2026, 2, 1)), [1, 2]);
    assert_eq!(on(date(2026, 3, 1)), [4, 2]);
    assert_eq!(on(date(2026, 4, 1)), [4, 2], "what came and went on one day leaves no trace");
}

/// A small data set with one acceptance.
fn bundle(name: &str) -> Bundle {
    let table = "acceding_state,accepting_state,date_in_force_between,source,as_of,confidence,notes\n";
    let tables = BTreeMap::from([("hague_1980_acceptances".to_owned(), table.to_owned())]);
    Bundle { id: name.into(), dated: date(2026, 12, 1), title: "a test".into(), tables }
}

#[tokio::test]
async fn the_shipped_set_is_recorded_once_and_found_again_after_a_restart() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let first = Held::open(&store).await.unwrap().now();
        let again = Held::open(&store).await.unwrap().now();
        assert_eq!(first.law.name(), Law::shipped().name());
        assert_eq!((again.version, again.law.name()), (first.version, first.law.name()));
        let rows = store::sets(&store).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert!(rows[0].shipped && rows[0].active());
        let document = store::document(&store, rows[0].number).await.unwrap();
        let kept: Bundle = serde_json::from_str(&document).unwrap();
        assert_eq!(kept.id, Law::shipped().name(), "the tables themselves are kept");
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn another_release_s_set_gives_way_and_stays_on_record() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut tx = store.begin("test").await.unwrap();
        let number = store::next_version(&mut tx).await.unwrap();
        let old = row(number, true, "2026-01-01T08:00:00Z", None);
        store::insert(&mut tx, &old, &serde_json::to_string(&bundle("old")).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        Held::open(&store).await.unwrap();
        let rows = store::sets(&store).await.unwrap();
        let active: Vec<bool> = rows.iter().map(SetRow::active).collect();
        assert_eq!(active, [false, true]);
        assert_eq!(stack(&rows, at("2026-06-01T00:00:00Z"))[0].number, number);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_set_that_cannot_be_laid_over_any_more_is_left_out_and_named() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let before = Held::open(&store).await.unwrap().now();
        let mut tx = store.begin("test").await.unwrap();
        let number = store::next_version(&mut tx).await.unwrap();
        let mut spoiled = bundle("spoiled");
        spoiled.tables.insert("no_such_table".into(), "a,b\n".into());
        let key = SigningKey::generate().unwrap();
        let dsse = key.sign_dsse(SET_TYPE, &serde_json::to_vec(&spoiled).unwrap()).unwrap();
        let text = String::from_utf8(dsse.to_json()).unwrap();
        store::insert(&mut tx, &row(number, false, "2026-01-01T08:00:00Z", None), &text).await.unwrap();
        tx.commit().await.unwrap();
        let now = Held::open(&store).await.unwrap().now();
        assert_eq!(now.law.name(), before.law.name());
        assert_eq!(now.left_out.keys().collect::<Vec<_>>(), [&number]);
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_set_is_withdrawn_once() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        Held::open(&store).await.unwrap();
        let rows = store::sets(&store).await.unwrap();
        let mut tx = store.begin("test").await.unwrap();
        let now = random::now();
        assert!(store::withdraw(&mut tx, rows[0].number, "officer:a", now).await.unwrap());
        assert!(!store::withdraw(&mut tx, rows[0].number, "officer:b", now).await.unwrap());
        tx.commit().await.unwrap();
        let after = store::sets(&store).await.unwrap();
        assert_eq!(after[0].withdrawn_by.as_deref(), Some("officer:a"));
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_authorisation_is_read_back_as_given_and_only_by_its_authority() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut tx = store.begin("test").await.unwrap();
        store::insert_authorisation(&mut tx, &given()).await.unwrap();
        tx.commit().await.unwrap();
        let found = store::authorisation(&store, &id("FR-NCB"), given().id).await.unwrap();
        assert_eq!(found, Some(given()));
        assert_eq!(store::authorisation(&store, &id("ES-NCB"), given().id).await.unwrap(), None);
        store.close().await;
    })
    .await;
}

#[test]
fn a_reason_says_something_and_not_too_much() {
    assert!(is_reason("because"));
    assert!(!is_reason(" \n") && !is_reason(&"x".repeat(LONGEST_REASON + 1)));
    assert_eq!(AUTHORISED_FOR, SignedDuration::from_hours(24));
}

#[test]
fn a_basis_that_would_not_fit_into_a_statement_names_the_field() {
    assert_eq!(too_long(&choice()), None);
    assert_eq!(too_long(&BasisChoice { reason: Some("é".repeat(2000)), ..choice() }), None);
    assert_eq!(too_long(&BasisChoice { reason: Some("x".repeat(2001)), ..choice() }), Some("reason"));
    assert_eq!(too_long(&BasisChoice { article: "7".repeat(201), ..choice() }), Some("article"));
    assert_eq!(too_long(&BasisChoice { offence: Some("C".repeat(21)), ..choice() }), Some("offence"));
}
