//! Whole case loads compared between real nodes: what both sides come to know, what needs whom, and what becomes of sessions that
//! break off.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod deconfliction_world;
mod handover_world;

use comity_model::{id::MessageId, selector::SelectorKind};
use comity_node::{
    access::Caller,
    hits::{
        MatchingError, ShownField,
        deconfliction::{self, NewMatchClaim, State, limits},
        queries::{self, Declining, DisclosingHit, NewCanary},
    },
    random,
};
use deconfliction_world::{
    accept, accepting, auditor, case_with, comes_to, findings, new_deconfliction, nothing_spooled, offered,
    phones, second, values, view,
};
use handover_world::{ES, FR, MA, PART, World, eventually, id, new_offer, officer};
use jiff::SignedDuration;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// What France and Spain both have.
const COMMON: [&str; 3] = ["+212600000841", "+33612005100", "+33612005200"];

/// France has a hundred telephones, Spain two of them and others; both have the same person.
async fn world(fronted: bool) -> World {
    let world = World::with(PART, fronted).await;
    for at in [FR, ES] {
        world.case(at).await;
    }
    case_with(&world, FR, "FR-2026-1", &phones(0..53)).await;
    case_with(&world, ES, "ES-2026-1", &phones(51..53)).await;
    case_with(&world, ES, "ES-2026-2", &phones(52..90)).await;
    case_with(&world, ES, "ES-2026-3", &phones(100..110)).await;
    world
}

async fn both_finish(world: &World, offer: MessageId) {
    comes_to(world, FR, offer, State::Finished).await;
    comes_to(world, ES, offer, State::Finished).await;
}

fn detail(entries: &[String]) -> Value {
    assert_eq!(entries.len(), 1, "{entries:?}");
    serde_json::from_str::<Value>(&entries[0]).unwrap()["detail"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_learn_exactly_what_they_have_in_common_and_their_journals_commit_to_the_same() {
    let world = world(false).await;
    let offer = offered(&world, FR, ES).await;
    accept(&world, ES, FR, offer).await;
    both_finish(&world, offer).await;
    let (ours, theirs) = (view(&world, FR, offer).await, view(&world, ES, offer).await);
    assert_eq!(values(&ours), COMMON);
    assert_eq!(values(&theirs), COMMON);
    let handles = |view: &deconfliction::DeconflictionView| {
        view.found.iter().map(|one| one.handle.clone()).collect::<Vec<_>>()
    };
    assert_eq!(handles(&ours), handles(&theirs));
    assert_eq!(
        (ours.matches, ours.attempts, ours.own_entries, ours.peer_entries),
        (Some(3), 1, Some(100), Some(100))
    );
    // An entry of two cases names both.
    let twice = theirs.found.iter().find(|one| one.value == "+33612005200").unwrap();
    let references: BTreeSet<&str> = twice.persons.iter().map(|one| one.reference.as_str()).collect();
    assert_eq!(references, BTreeSet::from(["ES-2026-1", "ES-2026-2"]));
    let (one, other) = (
        detail(&world.entries(FR, "deconfliction_finished").await),
        detail(&world.entries(ES, "deconfliction_finished").await),
    );
    assert_eq!((&one["session"], &one["matches"]), (&other["session"], &other["matches"]));
    assert_eq!((&one["sent"], &one["received"]), (&other["received"], &other["sent"]));
    assert_eq!((&one["own_entries"], &one["peer_entries"]), (&other["peer_entries"], &other["own_entries"]));
    for at in [FR, ES, MA] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
        let like = "/* test */ SELECT COUNT(*) FROM journal WHERE act LIKE 'deconfliction%' AND \
                    (document LIKE '%6120051%' OR document LIKE '%600000841%')";
        assert_eq!(world.count(at, like).await, 0, "no journal has a selector");
        assert!(nothing_spooled(&world, at), "{at}");
    }
    assert_eq!(world.count(MA, "/* test */ SELECT COUNT(*) FROM deconfliction").await, 0);
    let usage = queries::usage(world.node(ES), &auditor(ES)).await.unwrap();
    assert_eq!((usage.deconflictions.len(), usage.deconflictions[0].matches), (1, Some(3)));
    world.end().await;
}

/// A claim of one side, and what the other's officer shows of it.
async fn claimed_and_shown(world: &World, (at, holder): (&str, &str), offer: MessageId) {
    let found = view(world, at, offer).await.found;
    let entry = found.iter().find(|one| one.value == "+212600000841").unwrap();
    let new = NewMatchClaim {
        handles: Some(BTreeSet::from([entry.handle.clone()])),
        why: "we look for him too".into(),
        marking: None,
        legal_basis: None,
        urgency: None,
    };
    let claim = deconfliction::claim(world.node(at), &officer(at), offer, new.clone()).await.unwrap();
    let again = deconfliction::claim(world.node(at), &officer(at), offer, new).await;
    assert!(matches!(again, Err(MatchingError::Conflict { code: "hit_claimed", .. })), "{again:?}");
    let (node, luz) = (world.node(holder), officer(holder));
    let list = async || queries::list_claims(node, &id(holder), true, 10).await.unwrap();
    eventually("the claim arrives", || async { list().await.iter().any(|one| one.id == claim) }).await;
    let read = queries::read_claim(node, &luz, claim).await.unwrap();
    assert_eq!((read.deconfliction, read.query, read.hits), (true, offer, 3));
    assert_eq!(read.handles[0].entries[0].reference, "ES-2026-0107");
    let choice = DisclosingHit {
        handle: entry.handle.clone(),
        case: None,
        subject: None,
        fields: BTreeSet::from([ShownField::Born]),
        contact: Some("duty desk".into()),
        note: String::new(),
        marking: None,
        legal_basis: new_offer(at, true).legal_basis,
    };
    queries::disclose(node, &luz, claim, choice).await.unwrap();
    let entry = async || {
        let found = view(world, at, offer).await.found;
        found.into_iter().find(|one| one.value == "+212600000841").unwrap()
    };
    eventually("it is shown", || async { entry().await.shown.is_some() }).await;
    let shown = entry().await.shown.unwrap();
    assert_eq!((shown.contact.as_str(), shown.person.unwrap().born.is_some()), ("duty desk", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn either_side_claims_what_is_in_common_and_the_others_officer_decides() {
    let world = world(false).await;
    let offer = offered(&world, FR, ES).await;
    accept(&world, ES, FR, offer).await;
    both_finish(&world, offer).await;
    claimed_and_shown(&world, (FR, ES), offer).await;
    claimed_and_shown(&world, (ES, FR), offer).await;
    for at in [FR, ES] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_had_in_common_goes_when_it_is_old_but_not_while_a_claim_is_open() {
    let world = world(false).await;
    let offer = offered(&world, FR, ES).await;
    accept(&world, ES, FR, offer).await;
    both_finish(&world, offer).await;
    let all = NewMatchClaim {
        handles: None,
        why: "we too".into(),
        marking: None,
        legal_basis: None,
        urgency: None,
    };
    let claim = deconfliction::claim(world.node(FR), &officer(FR), offer, all).await.unwrap();
    let list = async || queries::list_claims(world.node(ES), &id(ES), true, 10).await.unwrap();
    eventually("the claim arrives", || async { list().await.len() == 1 }).await;
    let later = random::now() + SignedDuration::from_hours(24 * 366);
    let soon = random::now() + SignedDuration::from_hours(24 * 300);
    for at in [FR, ES] {
        assert_eq!(queries::purge_old(world.node(at), later).await.unwrap(), 0, "a claim is open: {at}");
    }
    let declining = Declining { handles: None, note: "not now".into() };
    queries::decline(world.node(ES), &officer(ES), claim, declining).await.unwrap();
    let waiting = "/* test */ SELECT COUNT(*) FROM deconfliction_match WHERE state = 'claimed'";
    eventually("all of it is answered", || async { world.count(FR, waiting).await == 0 }).await;
    // What is still to be delivered would keep its sealed body.
    let on_the_way = "/* test */ SELECT COUNT(*) FROM delivery WHERE state <> 'receipted'";
    for at in [FR, ES] {
        let before = view(&world, at, offer).await;
        eventually("everything is delivered", || async { world.count(at, on_the_way).await == 0 }).await;
        assert_eq!(queries::purge_old(world.node(at), soon).await.unwrap(), 0, "it is not old enough: {at}");
        assert_eq!(queries::purge_old(world.node(at), later).await.unwrap(), 1, "{at}");
        assert_eq!(queries::purge_old(world.node(at), later).await.unwrap(), 0, "once: {at}");
        assert_eq!(world.entries(at, "deconfliction_purged").await.len(), 1);
        for left in [
            "/* test */ SELECT COUNT(*) FROM deconfliction_match",
            "/* test */ SELECT COUNT(*) FROM deconfliction_person",
            "/* test */ SELECT COUNT(*) FROM hit_claim_handle",
            "/* test */ SELECT COUNT(*) FROM hit_claim WHERE why <> ''",
            "/* test */ SELECT COUNT(*) FROM message WHERE (kind LIKE 'deconfliction%' OR kind LIKE 'hit%') \
             AND (content IS NOT NULL OR body IS NOT NULL)",
        ] {
            assert_eq!(world.count(at, left).await, 0, "{at}: {left}");
        }
        let purged = view(&world, at, offer).await;
        assert!(purged.purged_at.is_some() && purged.why.is_empty() && purged.found.is_empty());
        assert_eq!((purged.matches, purged.session), (before.matches, before.session));
        assert_eq!(purged.commitments, before.commitments);
        assert_eq!(findings(&world, at).await, [""; 0], "what an auditor needs is there: {at}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_officers_of_each_side_must_consent_and_a_step_out_of_turn_is_refused() {
    let world = world(false).await;
    let (fr, es) = (world.node(FR), world.node(ES));
    let offer = deconfliction::prepare(fr, &officer(FR), new_deconfliction(ES)).await.unwrap();
    let alone = deconfliction::confirm(fr, &officer(FR), offer).await;
    assert!(matches!(alone, Err(MatchingError::SecondOfficerNeeded(_))), "{alone:?}");
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM deconfliction").await, 0);
    deconfliction::confirm(fr, &second(FR), offer).await.unwrap();
    let again = deconfliction::confirm(fr, &second(FR), offer).await;
    assert!(matches!(again, Err(MatchingError::Conflict { code: "deconfliction_state", .. })));
    let own = deconfliction::accept(fr, &officer(FR), offer, accepting(ES)).await;
    assert!(matches!(own, Err(MatchingError::Conflict { .. })), "nobody accepts their own offer");
    comes_to(&world, ES, offer, State::Received).await;
    let early = deconfliction::confirm(es, &second(ES), offer).await;
    assert!(matches!(early, Err(MatchingError::Conflict { .. })), "{early:?}");
    deconfliction::accept(es, &officer(ES), offer, accepting(FR)).await.unwrap();
    let alone = deconfliction::confirm(es, &officer(ES), offer).await;
    assert!(matches!(alone, Err(MatchingError::SecondOfficerNeeded(_))), "{alone:?}");
    // Taken back before it was confirmed, the offer is open again, and may be declined.
    deconfliction::withdraw(es, &officer(ES), offer, "not yet").await.unwrap();
    assert_eq!(view(&world, ES, offer).await.state, State::Received);
    deconfliction::decline(es, &officer(ES), offer, "no such ring here").await.unwrap();
    let declined = comes_to(&world, FR, offer, State::Declined).await;
    assert_eq!(declined.fault.as_deref(), Some("no such ring here"));
    assert_eq!(world.entries(ES, "deconfliction_begun").await.len(), 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn either_side_takes_its_consent_back_and_nothing_is_compared_any_more() {
    let world = world(true).await;
    // Nobody gets through to France, so that what is agreed waits.
    world.front.alter(|path, mut answer| {
        if path.starts_with("/v1/deconfliction/") {
            answer.status = 503;
        }
        answer
    });
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    comes_to(&world, ES, offer, State::Accepted).await;
    deconfliction::withdraw(world.node(FR), &officer(FR), offer, "the case is closed").await.unwrap();
    let ended = comes_to(&world, ES, offer, State::Ended).await;
    assert_eq!(ended.fault.as_deref(), Some("the case is closed"));
    world.front.honest();
    let offer = offered(&world, ES, FR).await;
    comes_to(&world, FR, offer, State::Received).await;
    deconfliction::withdraw(world.node(ES), &officer(ES), offer, "too early").await.unwrap();
    comes_to(&world, FR, offer, State::Ended).await;
    let late = deconfliction::accept(world.node(FR), &officer(FR), offer, accepting(ES)).await;
    assert!(matches!(late, Err(MatchingError::Conflict { .. })), "{late:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_taken_back_whatever_the_node_writes_in_the_same_moment() {
    let world = world(true).await;
    // Nobody gets through to France, so that what is agreed waits.
    world.front.alter(|path, mut answer| {
        if path.starts_with("/v1/deconfliction/") {
            answer.status = 503;
        }
        answer
    });
    let offer = offered(&world, ES, FR).await;
    comes_to(&world, FR, offer, State::Received).await;
    withdrawn_meanwhile(&world, ES, offer).await;
    comes_to(&world, FR, offer, State::Ended).await;
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    withdrawn_meanwhile(&world, FR, offer).await;
    comes_to(&world, ES, offer, State::Ended).await;
    world.end().await;
}

/// Takes consent back while something else is being written to the same row.
async fn withdrawn_meanwhile(world: &World, at: &'static str, offer: MessageId) {
    let mut tx = world.node(at).store.begin("test_meanwhile").await.unwrap();
    let sql = "/* test */ UPDATE deconfliction SET version = version + 1 WHERE id = $1";
    assert_eq!(tx.execute(sql, &[offer.to_string().into()]).await.unwrap(), 1);
    let officer = officer(at);
    let withdrawn = deconfliction::withdraw(world.node(at), &officer, offer, "too early");
    let (withdrawn, committed) = tokio::join!(withdrawn, tx.commit());
    committed.unwrap();
    withdrawn.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_refuses_all_or_too_many_or_too_large_ones_as_its_settings_say() {
    let mut world = world(false).await;
    world.reconfigure(ES, |config| config.matching.deconfliction = false).await;
    let offer = offered(&world, FR, ES).await;
    let declined = comes_to(&world, FR, offer, State::Declined).await;
    assert!(declined.fault.unwrap().contains("compares no case loads"));
    let own = deconfliction::prepare(world.node(ES), &officer(ES), new_deconfliction(FR)).await;
    assert!(matches!(own, Err(MatchingError::Unfit { field: "limit", .. })), "{own:?}");
    world
        .reconfigure(ES, |config| {
            config.matching.deconfliction = true;
            config.matching.deconfliction_entries = 99;
        })
        .await;
    let offer = offered(&world, FR, ES).await;
    assert!(comes_to(&world, FR, offer, State::Declined).await.fault.unwrap().contains("more than 99"));
    world
        .reconfigure(ES, |config| {
            config.matching.deconfliction_entries = 1000;
            config.matching.deconfliction_sessions_per_day = 2;
        })
        .await;
    let offer = offered(&world, FR, ES).await;
    assert!(comes_to(&world, FR, offer, State::Declined).await.fault.unwrap().contains("24 hours"));
    let left = limits(world.node(FR), &officer(FR)).await.unwrap();
    let spain = left.members.iter().find(|member| member.authority == id(ES)).unwrap();
    assert_eq!((spain.left_today, left.sessions_per_day, left.own_padded), (1, 4, Some(100)));
    assert_eq!((left.own[0].kind.as_str(), left.own[0].entries), ("phone", 54));
    world.end().await;
}

/// The follower's answers to requests whose path ends so are lost, for so many times.
fn lose(world: &World, ends: &'static str, status: u16, times: usize) -> Arc<AtomicUsize> {
    let lost = Arc::new(AtomicUsize::new(0));
    let count = lost.clone();
    world.front.alter(move |path, mut answer| {
        let is_meant = path.starts_with("/v1/deconfliction/") && path.ends_with(ends);
        if is_meant && count.fetch_add(1, Ordering::SeqCst) < times {
            (answer.status, answer.body) = (status, Vec::new());
        }
        answer
    });
    lost
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_breaks_off_is_begun_anew_with_the_same_sets_and_three_times_at_most() {
    let world = world(true).await;
    lose(&world, "/masked/0", 404, 1);
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    both_finish(&world, offer).await;
    let done = view(&world, ES, offer).await;
    assert_eq!((done.attempts, values(&done)), (2, COMMON.map(str::to_owned).to_vec()));
    let begun = world.entries(FR, "deconfliction_begun").await;
    let session = |entry: &String| serde_json::from_str::<Value>(entry).unwrap()["detail"]["session"].clone();
    assert_eq!(begun.len(), 2);
    assert_eq!(session(&begun[0]), session(&begun[1]));

    lose(&world, "/masked/0", 404, 3);
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    let failed = comes_to(&world, ES, offer, State::Failed).await;
    assert_eq!((failed.attempts, failed.attempts_left, failed.found.len()), (3, 0, 0));
    let ended = comes_to(&world, FR, offer, State::Ended).await;
    assert_eq!((ended.attempts, ended.matches, ended.found.len()), (3, None, 0));
    for at in [FR, ES] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
        assert!(nothing_spooled(&world, at), "{at}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_is_asked_for_again_and_the_last_one_costs_nobody_the_result() {
    let world = world(true).await;
    let lost = lose(&world, "/masked", 503, 2);
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    both_finish(&world, offer).await;
    assert_eq!(view(&world, ES, offer).await.attempts, 1);
    assert!(lost.load(Ordering::SeqCst) >= 3);
    // The answer to the last frame is lost: France is done, and Spain learns of it when it would begin again.
    let told = AtomicUsize::new(0);
    world.front.alter(move |path, mut answer| {
        if path.ends_with("/matched") && told.fetch_add(1, Ordering::SeqCst) > 0 {
            answer.status = 503;
        }
        answer
    });
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    both_finish(&world, offer).await;
    let done = view(&world, ES, offer).await;
    assert_eq!((done.attempts, values(&done)), (1, COMMON.map(str::to_owned).to_vec()));
    assert_eq!(values(&view(&world, FR, offer).await), COMMON);
    for at in [FR, ES] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_either_node_in_the_middle_costs_an_attempt_and_no_more() {
    for restarted in [FR, ES] {
        let mut world = world(true).await;
        let asked = lose(&world, "/masked/0", 503, usize::MAX);
        let offer = offered(&world, ES, FR).await;
        accept(&world, FR, ES, offer).await;
        eventually("it is in the middle", || async { asked.load(Ordering::SeqCst) > 0 }).await;
        world.stop(restarted).await;
        world.front.honest();
        world.start(restarted).await;
        both_finish(&world, offer).await;
        let done = view(&world, FR, offer).await;
        assert_eq!((done.attempts, values(&done)), (2, COMMON.map(str::to_owned).to_vec()), "{restarted}");
        for at in [FR, ES] {
            assert_eq!(findings(&world, at).await, [""; 0], "{at}");
            assert!(nothing_spooled(&world, at), "{at}");
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_made_before_both_nodes_are_started_anew_arrives_and_no_stopped_node_keeps_a_lane() {
    let mut world = world(false).await;
    let first = offered(&world, FR, ES).await;
    comes_to(&world, ES, first, State::Received).await;
    world.stop(ES).await;
    let second = offered(&world, FR, ES).await;
    world.stop(FR).await;
    let lanes = "/* test */ SELECT COUNT(*) FROM lane WHERE node LIKE '%/ledger'";
    let store = world.store_of(FR).await;
    let taken = store.fetch_optional(lanes, &[]).await.unwrap().unwrap().unsigned(0).unwrap();
    assert_eq!(taken, 0, "whoever starts next would wait for its end");
    store.close().await;
    world.start(FR).await;
    world.start(ES).await;
    comes_to(&world, ES, second, State::Received).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_that_the_other_side_has_guessed_is_the_auditors_to_see_and_no_officers() {
    let world = world(false).await;
    let oda = auditor(ES);
    let new = NewCanary {
        kind: Some(SelectorKind::Phone),
        value: Some("+33 6 12 00 10 00".into()),
        note: "nobody's".into(),
        ..NewCanary::default()
    };
    queries::plant(world.node(ES), &oda, new).await.unwrap();
    let offer = offered(&world, FR, ES).await;
    accept(&world, ES, FR, offer).await;
    both_finish(&world, offer).await;
    let theirs = view(&world, ES, offer).await;
    assert_eq!((theirs.matches, values(&theirs)), (Some(3), COMMON.map(str::to_owned).to_vec()));
    assert_eq!(view(&world, FR, offer).await.matches, Some(4));
    assert_eq!(world.entries(ES, "canary_touched").await.len(), 1);
    let usage = queries::usage(world.node(ES), &oda).await.unwrap();
    let one = &usage.deconflictions[0];
    assert_eq!((one.matches, one.canaries), (Some(4), 1));
    let luz = Caller { name: "luz".into(), ..officer(FR) };
    let all = NewMatchClaim {
        handles: None,
        why: "all of them".into(),
        marking: None,
        legal_basis: None,
        urgency: None,
    };
    let claim = deconfliction::claim(world.node(FR), &luz, offer, all).await.unwrap();
    let list = async || queries::list_claims(world.node(ES), &id(ES), true, 10).await.unwrap();
    eventually("the claim arrives", || async { list().await.len() == 1 }).await;
    let read = queries::read_claim(world.node(ES), &officer(ES), claim).await.unwrap();
    assert_eq!(read.handles.iter().filter(|handle| handle.entries.is_empty()).count(), 1);
    let usage = queries::usage(world.node(ES), &oda).await.unwrap();
    assert_eq!(usage.canaries_touched.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_nobody_decides_or_confirms_ends_on_both_sides_and_is_refused_after_that() {
    let world = world(false).await;
    let (fr, es) = (world.node(FR), world.node(ES));
    let offer = offered(&world, FR, ES).await;
    comes_to(&world, ES, offer, State::Received).await;
    let accepting_too = offered(&world, FR, ES).await;
    comes_to(&world, ES, accepting_too, State::Received).await;
    deconfliction::accept(es, &officer(ES), accepting_too, accepting(FR)).await.unwrap();
    let unconfirmed = deconfliction::prepare(fr, &officer(FR), new_deconfliction(ES)).await.unwrap();
    let end = view(&world, FR, accepting_too).await.expires_at.unwrap();
    assert_eq!(view(&world, ES, accepting_too).await.expires_at, Some(end), "both know the same end");
    for at in [FR, ES] {
        let before = view(&world, FR, offer).await.expires_at.unwrap() - SignedDuration::from_millis(1);
        deconfliction::expire(world.node(at), before).await.unwrap();
        assert!(!view(&world, at, offer).await.state.is_over(), "there is time left: {at}");
        deconfliction::expire(world.node(at), end).await.unwrap();
        for one in [offer, accepting_too] {
            let ended = view(&world, at, one).await;
            assert_eq!((ended.state, ended.attempts), (State::Expired, 0), "{at}");
            assert!(ended.fault.unwrap().contains("nobody decided"));
        }
        assert_eq!(world.entries(at, "deconfliction_expired").await.len(), 2, "{at}");
    }
    for late in [
        deconfliction::accept(es, &officer(ES), offer, accepting(FR)).await,
        deconfliction::decline(es, &officer(ES), offer, "too late").await,
        deconfliction::confirm(es, &second(ES), accepting_too).await,
    ] {
        let why = late.unwrap_err().to_string();
        assert!(why.contains("its time is over on both sides"), "{why}");
    }
    assert_eq!(view(&world, FR, unconfirmed).await.state, State::Prepared);
    deconfliction::expire(fr, random::now() + SignedDuration::from_hours(24 * 15)).await.unwrap();
    let ended = view(&world, FR, unconfirmed).await;
    assert!(ended.state == State::Expired && ended.fault.unwrap().contains("no second officer"));
    assert!(deconfliction::confirm(fr, &second(FR), unconfirmed).await.is_err());
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM deconfliction").await, 2);
    let on_the_way = "/* test */ SELECT COUNT(*) FROM delivery WHERE state <> 'receipted'";
    eventually("everything is delivered", || async { world.count(FR, on_the_way).await == 0 }).await;
    let later = random::now() + SignedDuration::from_hours(24 * 400);
    assert_eq!(queries::purge_old(fr, later).await.unwrap(), 3);
    assert_eq!(queries::purge_old(es, later).await.unwrap(), 2);
    world.end().await;
}
