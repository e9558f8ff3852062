//! What keeps private queries in bounds: consent to sweeps, and its end where nobody decides; canaries, standing rules, and what goes when it
//! is old.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod handover_world;
mod query_world;

use comity_model::{
    id::{CaseId, MessageId},
    marking::Purpose,
    message::{Message, SelectorQuery, SweepRequest},
    selector::SelectorKind,
};
use comity_node::{
    access::Caller,
    hits::{
        MatchingError,
        queries::{self, Asked, Declining, NewCanary, NewClaim, NewQuery, SweepView, rules::RuleTerms},
    },
    random,
};
use handover_world::{ES, FR, FR_COURT, World, eventually, id, new_offer, officer};
use jiff::{SignedDuration, Timestamp};
use query_world::{
    PHONE, answered_hit, auditor, claimed, elements, finished, new_query, phone, raw, refusals, say, states,
    to, world,
};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_waits_for_the_consent_of_a_court_that_covers_exactly_its_batch() {
    let (world, case, _) = world(false).await;
    let many: Vec<Asked> = (0..1100)
        .map(|n| phone(&format!("+33 6 12 {:02} {:02} 00", n / 100, n % 100)))
        .chain([phone(PHONE)])
        .collect();
    let sweep = || new_query(case, to(&[ES]), Some(many.clone()));
    let amel = officer(FR);
    let refused = queries::ask(world.node(FR), &amel, sweep()).await;
    assert!(
        matches!(refused, Err(MatchingError::ConsentNeeded { count: 4096, threshold: 1024, .. })),
        "{refused:?}"
    );
    let with_court = NewQuery { consent_from: Some(id(FR_COURT)), ..sweep() };
    let query = queries::ask(world.node(FR), &amel, with_court).await.unwrap();
    let court = world.node(FR_COURT);
    let requests = async || queries::list_sweeps(court, &id(FR_COURT), 10).await.unwrap();
    eventually("the request arrives", || async { requests().await.len() == 1 }).await;
    assert_eq!(world.entries(ES, "selector_query_received").await.len(), 0, "nothing goes out before");
    let request = requests().await.remove(0);
    assert_eq!((request.count, request.purpose), (4096, Purpose::Exercise));
    let judge = Caller { name: "judge".into(), ..officer(FR_COURT) };
    queries::consent(court, &judge, request.id, 24).await.unwrap();
    assert!(queries::consent(court, &judge, request.id, 24).await.is_err());
    let view = finished(&world, FR, query).await;
    assert_eq!(states(&view), [(ES.to_owned(), "answered".into(), Some(1))]);
    // The consent does not carry another batch.
    let sql = "/* test */ SELECT consent FROM selector_query WHERE consent IS NOT NULL";
    let consent = world.node(FR).store.fetch_optional(sql, &[]).await.unwrap().unwrap().text(0).unwrap();
    let other = SelectorQuery { consent: Some(consent), ..raw(&elements(1100), 4096) };
    say(&world, other).await;
    assert!(refusals(&world, 1).await[0].contains("consent_invalid"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_consent_was_asked_and_what_peers_published_in_old_epochs_goes_when_it_is_old() {
    let (mut world, case, _) = world(false).await;
    world.reconfigure(ES, |config| config.matching.case_per_day = 20_000).await;
    let many: Vec<Asked> =
        (0..1100).map(|n| phone(&format!("+33 6 12 {:02} {:02} 00", n / 100, n % 100))).collect();
    let sweep = NewQuery { consent_from: Some(id(FR_COURT)), ..new_query(case, to(&[ES]), Some(many)) };
    let query = queries::ask(world.node(FR), &officer(FR), sweep).await.unwrap();
    let court = world.node(FR_COURT);
    let requests = async || queries::list_sweeps(court, &id(FR_COURT), 10).await.unwrap();
    eventually("the request arrives", || async { requests().await.len() == 1 }).await;
    let later = random::now() + jiff::SignedDuration::from_hours(24 * 366);
    assert_eq!(queries::purge_old(court, later).await.unwrap(), 0, "nothing was decided");
    let request = requests().await.remove(0);
    queries::consent(court, &officer(FR_COURT), request.id, 24).await.unwrap();
    finished(&world, FR, query).await;
    queries::rotate(world.node(ES), &id(ES)).await.unwrap();
    let next = new_query(case, to(&[ES]), None);
    let next = queries::ask(world.node(FR), &officer(FR), next).await.unwrap();
    finished(&world, FR, next).await;
    let epochs = "/* test */ SELECT COUNT(*) FROM peer_epoch WHERE holder = 'ES-NCB'";
    let of_others = "/* test */ SELECT COUNT(*) FROM peer_segment s WHERE NOT EXISTS \
                     (SELECT 1 FROM peer_epoch e WHERE e.holder = s.holder AND e.number = s.epoch)";
    assert_eq!(world.count(FR, epochs).await, 2);
    let on_the_way = "/* test */ SELECT COUNT(*) FROM delivery WHERE state <> 'receipted'";
    eventually("everything is delivered", || async { world.count(FR, on_the_way).await == 0 }).await;
    assert_eq!(queries::purge_old(court, random::now()).await.unwrap(), 0, "it is not old enough");
    assert_eq!(world.count(FR, epochs).await, 2);
    assert_eq!(queries::purge_old(court, later).await.unwrap(), 3, "two queries and the request");
    assert_eq!(queries::purge_old(court, later).await.unwrap(), 0, "once");
    assert_eq!((world.count(FR, epochs).await, world.count(FR, of_others).await), (1, 0));
    for act in ["sweep_purged", "peer_epochs_purged"] {
        assert_eq!(world.entries(FR, act).await.len(), 1, "{act}");
    }
    let purged = requests().await.remove(0);
    assert!(purged.purged_at.is_some() && purged.why.is_empty());
    assert_eq!((purged.batch_sha256, purged.count), (request.batch_sha256, 4096));
    let told = "/* test */ SELECT COUNT(*) FROM message WHERE kind LIKE 'sweep%' \
                AND (content IS NOT NULL OR body IS NOT NULL)";
    assert_eq!(world.count(FR, told).await, 0);
    // A further question is asked of the epoch that is kept.
    let last = queries::ask(world.node(FR), &officer(FR), new_query(case, to(&[ES]), None)).await.unwrap();
    assert_eq!(finished(&world, FR, last).await.holders[0].hits, Some(1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_on_a_canary_is_told_to_the_auditor_and_looks_like_any_other_to_the_asker() {
    let (world, case, _) = world(false).await;
    let oda = auditor(ES);
    let new = NewCanary {
        kind: Some(SelectorKind::Phone),
        value: Some("+34 600 000 001".into()),
        note: "nobody's".into(),
        ..NewCanary::default()
    };
    queries::plant(world.node(ES), &oda, new).await.unwrap();
    queries::refresh(world.node(ES), &id(ES)).await.unwrap();
    assert!(!world.entries(ES, "canary_planted").await[0].contains("600000001"));
    let asked = new_query(case, to(&[ES]), Some(vec![phone("+34600000001")]));
    let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
    assert_eq!(finished(&world, FR, query).await.holders[0].hits, Some(1));
    let claim = claimed(&world, query, ES).await;
    assert_eq!(world.entries(ES, "canary_touched").await.len(), 1);
    let read = queries::read_claim(world.node(ES), &officer(ES), claim).await.unwrap();
    assert!(read.handles[0].entries.is_empty());
    let usage = queries::usage(world.node(ES), &oda).await.unwrap();
    assert_eq!((usage.canaries_touched.len(), usage.canaries_touched[0].claim), (1, claim));
    let declining = Declining { handles: None, note: String::new() };
    queries::decline(world.node(ES), &officer(ES), claim, declining).await.unwrap();
    assert_eq!(answered_hit(&world, query).await.0, "declined");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_rule_that_two_officers_made_answers_with_reference_and_contact_only() {
    let (world, case, _) = world(false).await;
    let (luz, ana) = (officer(ES), Caller { name: "ana".into(), ..officer(ES) });
    let terms = RuleTerms {
        kinds: BTreeSet::from(["phone".to_owned()]),
        authorities: BTreeSet::from([id(FR)]),
        purposes: BTreeSet::from([Purpose::Exercise]),
        contact: "duty desk Madrid".into(),
        note: String::new(),
        legal_basis: new_offer(FR, true).legal_basis,
        until: None,
    };
    let node = world.node(ES);
    let rule = queries::propose_rule(node, &luz, terms).await.unwrap();
    let alone = queries::confirm_rule(node, &luz, &rule.id).await;
    assert!(matches!(alone, Err(MatchingError::SecondOfficerNeeded(_))));
    let rule = queries::confirm_rule(node, &ana, &rule.id).await.unwrap();
    assert!(rule.signed.is_some() && rule.state == "in_force");
    let query = queries::ask(world.node(FR), &officer(FR), new_query(case, to(&[ES]), None)).await.unwrap();
    finished(&world, FR, query).await;
    claimed(&world, query, ES).await;
    let (state, shown) = answered_hit(&world, query).await;
    let shown = shown.unwrap();
    assert_eq!((state.as_str(), shown.reference.as_str()), ("disclosed", "ES-2026-0107"));
    assert_eq!((shown.contact.as_str(), shown.person), ("duty desk Madrid", None));
    queries::withdraw_rule(node, &luz, &rule.id).await.unwrap();
    let query = queries::ask(world.node(FR), &officer(FR), new_query(case, to(&[ES]), None)).await.unwrap();
    finished(&world, FR, query).await;
    let new =
        NewClaim { holder: id(ES), handles: None, why: "again".into(), marking: None, legal_basis: None };
    queries::claim(world.node(FR), &officer(FR), query, new).await.unwrap();
    let open = async || queries::list_claims(node, &id(ES), true, 10).await.unwrap().len();
    eventually("the second claim waits for an officer", || async { open().await == 1 }).await;
    world.end().await;
}

/// Telephones enough for a sweep.
fn many() -> Vec<Asked> {
    (0..1100).map(|n| phone(&format!("+33 6 12 {:02} {:02} 00", n / 100, n % 100))).collect()
}

/// France asks Spain so much that the court must consent, and the request has arrived there.
async fn requested(world: &World, case: CaseId) -> (MessageId, SweepView) {
    let sweep = NewQuery { consent_from: Some(id(FR_COURT)), ..new_query(case, to(&[ES]), Some(many())) };
    let query = queries::ask(world.node(FR), &officer(FR), sweep).await.unwrap();
    let arrived = async || sweep_of(world, query).await.is_some();
    eventually("the request arrives", || async { arrived().await }).await;
    (query, sweep_of(world, query).await.unwrap())
}

async fn sweep_of(world: &World, query: MessageId) -> Option<SweepView> {
    let requests = queries::list_sweeps(world.node(FR_COURT), &id(FR_COURT), 10).await.unwrap();
    requests.into_iter().find(|one| one.query == query)
}

fn state(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_consent_that_nobody_decides_lapses_on_both_sides_at_the_time_that_it_says() {
    // One node serves both here; each of them ends its own.
    let (mut world, case, _) = world(false).await;
    world.reconfigure(FR, |config| config.matching.consent_days = 3).await;
    let (query, request) = requested(&world, case).await;
    let asked = async || queries::view(world.node(FR), &id(FR), query).await.unwrap();
    assert_eq!(asked().await.decide_by, Some(request.decide_by), "both know the same end");
    let days = request.decide_by.duration_since(asked().await.asked_at);
    assert_eq!(days, 3 * DAY);
    let node = world.node(FR);
    let shortly = request.decide_by - SignedDuration::from_millis(1);
    assert_eq!(queries::lapse(node, shortly).await.unwrap(), 0, "there is time left");
    assert_eq!(queries::lapse(node, request.decide_by).await.unwrap(), 2, "the asker's and the court's");
    assert_eq!(queries::lapse(node, request.decide_by).await.unwrap(), 0, "once");
    let (ours, theirs) = (asked().await, sweep_of(&world, query).await.unwrap());
    assert_eq!((state(ours.state), state(theirs.state)), ("lapsed".into(), "lapsed".into()));
    assert!(ours.fault.unwrap().contains("did not decide in time"));
    let sealed = "/* test */ SELECT COUNT(*) FROM selector_query WHERE sealed IS NOT NULL";
    assert_eq!(world.count(FR, sealed).await, 0, "nothing is to be unblinded");
    let told = world.entries(FR, "sweep_lapsed").await;
    assert!(told.len() == 2 && told.iter().all(|one| one.contains(&request.batch_sha256)), "{told:?}");
    for late in [
        queries::consent(node, &officer(FR_COURT), request.id, 24).await,
        queries::decline_sweep(node, &officer(FR_COURT), request.id, "too wide").await,
    ] {
        assert!(matches!(late, Err(MatchingError::Conflict { code: "sweep_lapsed", .. })), "{late:?}");
    }
    assert_eq!(world.entries(ES, "selector_query_received").await.len(), 0);
    // It goes as others do, counted from when it lapsed.
    let on_the_way = "/* test */ SELECT COUNT(*) FROM delivery WHERE state <> 'receipted'";
    eventually("everything is delivered", || async { world.count(FR, on_the_way).await == 0 }).await;
    assert_eq!(queries::purge_old(node, request.decide_by + 364 * DAY).await.unwrap(), 0);
    assert_eq!(queries::purge_old(node, request.decide_by + 366 * DAY).await.unwrap(), 2);
    let purged = sweep_of(&world, query).await.unwrap();
    assert!(purged.purged_at.is_some() && purged.why.is_empty());
    assert_eq!((purged.decide_by, asked().await.why.as_str()), (request.decide_by, ""));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_after_the_time_has_no_effect_before_any_round_has_noticed() {
    let (world, case, _) = world(false).await;
    let (_, request) = requested(&world, case).await;
    let store = &world.node(FR).store;
    let set = async |table: &'static str, at: Timestamp| {
        let mut tx = store.begin("test_time").await.unwrap();
        tx.execute(table, &[at.into()]).await.unwrap();
        tx.commit().await.unwrap();
    };
    let (received, asked) = (
        "/* test */ UPDATE sweep_request SET decide_by = $1 WHERE state = 'open'",
        "/* test */ UPDATE selector_query SET decide_by = $1 WHERE state = 'awaiting_consent'",
    );
    set(received, random::now() - DAY).await;
    let late = queries::consent(world.node(FR), &officer(FR_COURT), request.id, 24).await;
    assert!(matches!(late, Err(MatchingError::Conflict { code: "sweep_lapsed", .. })), "{late:?}");
    // A consent that was given in time and arrives after it.
    let (query, request) = requested(&world, case).await;
    set(asked, random::now() - DAY).await;
    queries::consent(world.node(FR), &officer(FR_COURT), request.id, 24).await.unwrap();
    assert!(world.without_effect(FR, 1).await.contains("time to decide"));
    let lapsed = async || state(queries::view(world.node(FR), &id(FR), query).await.unwrap().state);
    world.node(FR).matching.wake();
    eventually("it lapses by itself", || async { lapsed().await == "lapsed" }).await;
    assert_eq!(world.entries(ES, "selector_query_received").await.len(), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_late_or_gives_years_has_no_effect_and_one_without_a_time_has_the_courts_own() {
    let (world, ..) = world(false).await;
    let request = |decide_by| {
        Message::SweepRequest(SweepRequest {
            query: random::new_id(MessageId::new),
            batch_sha256: "ab".repeat(32),
            count: 4096,
            case_reference: "ES-1".into(),
            officer: "0".repeat(32),
            holders: BTreeSet::from([id(FR)]),
            why: "because".into(),
            decide_by,
        })
    };
    world.say(ES, FR_COURT, request(Some(random::now() - SignedDuration::from_mins(1)))).await;
    assert!(world.without_effect(FR, 1).await.contains("time to decide on it is over"));
    world.say(ES, FR_COURT, request(Some(random::now() + 91 * DAY))).await;
    assert!(world.without_effect(FR, 2).await.contains("longer than 90 days"));
    world.say(ES, FR_COURT, request(None)).await;
    let requests = async || queries::list_sweeps(world.node(FR_COURT), &id(FR_COURT), 10).await.unwrap();
    eventually("the request arrives", || async { requests().await.len() == 1 }).await;
    let one = requests().await.remove(0);
    assert_eq!(one.decide_by.duration_since(one.arrived_at), 14 * DAY);
    world.end().await;
}
