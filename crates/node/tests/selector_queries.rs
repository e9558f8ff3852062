//! Private matching between real nodes: what an honest exchange comes to on both sides, and what must not come of peers that lie,
//! replay, stop or ask too much.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod handover_world;
mod query_world;

use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::{
    id::{CaseId, MessageId},
    message::{
        HitClaim, Message, SelectorAnswer, SelectorQuery,
        matching::{EPOCH_STATEMENT_TYPE, QueryOutcome, QueryRefusal, Refused},
    },
};
use comity_node::{
    access::Caller,
    hits::{
        MatchingError, ShownField,
        queries::{self, Declining, DisclosingHit},
    },
    random,
};
use handover_world::{ES, FR, FR_COURT, MA, PART, World, eventually, id, new_offer, officer};
use query_world::{
    PHONE, answered_hit, claim_at, claimed, elements, everyone, findings, finished, new_query, phone, raw,
    refusals, say, states, to, world,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn one_query_asks_everyone_and_only_the_asker_learns_of_the_hit_until_an_officer_decides() {
    let (world, case, _) = world(false).await;
    let amel = officer(FR);
    let query = queries::ask(world.node(FR), &amel, new_query(case, everyone(), None)).await.unwrap();
    let view = finished(&world, FR, query).await;
    let answered = |name: &str, hits| (name.to_owned(), "answered".into(), Some(hits));
    assert_eq!(states(&view), [answered(ES, 1), answered(FR_COURT, 0), answered(MA, 0)]);
    assert_eq!((view.selectors, view.count), (1, 16));
    let hit = &view.holders[0].found[0];
    assert_eq!((hit.kind.as_str(), hit.value.as_str()), ("phone", "+212600000841"));
    assert_eq!(
        world.count(FR, "/* test */ SELECT COUNT(*) FROM selector_query WHERE sealed IS NOT NULL").await,
        0
    );
    assert_eq!(
        world.count(ES, "/* test */ SELECT COUNT(*) FROM received_query WHERE elements IS NOT NULL").await,
        0
    );
    let said = world.entries(ES, "selector_query_answered").await;
    assert!(said[0].contains(&view.batch_sha256) && !said[0].contains("600000841"), "{}", said[0]);
    assert_eq!(world.entries(FR, "selector_query_finished").await.len(), 3);

    let claim = claimed(&world, query, ES).await;
    let luz = Caller { name: "luz".into(), ..officer(ES) };
    let read = queries::read_claim(world.node(ES), &luz, claim).await.unwrap();
    assert_eq!((read.hits, read.case_reference.as_str()), (1, "ES-2026-0107"));
    let entry = &read.handles[0].entries[0];
    assert_eq!((entry.kind.as_str(), entry.person.photograph.is_none()), ("phone", true));
    let choice = DisclosingHit {
        handle: read.handles[0].handle.clone(),
        case: None,
        subject: None,
        fields: BTreeSet::from([ShownField::Born]),
        contact: Some("duty desk".into()),
        note: "call first".into(),
        marking: None,
        legal_basis: new_offer(FR, true).legal_basis,
    };
    queries::disclose(world.node(ES), &luz, claim, choice.clone()).await.unwrap();
    let again = queries::disclose(world.node(ES), &luz, claim, choice).await;
    assert!(matches!(again, Err(MatchingError::Conflict { code: "claim_decided", .. })), "{again:?}");
    let (state, shown) = answered_hit(&world, query).await;
    let shown = shown.unwrap();
    assert_eq!((state.as_str(), shown.contact.as_str()), ("disclosed", "duty desk"));
    let person = shown.person.unwrap();
    assert!(
        person.born.is_some()
            && person.name.is_none()
            && person.role.is_none()
            && person.selectors.is_empty()
    );
    for at in [FR, ES, MA] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_opened_later_is_found_and_a_new_epoch_has_another_key_and_other_handles() {
    let world = World::with(PART, false).await;
    let case = world.case(FR).await;
    let ask = async || {
        queries::refresh(world.node(ES), &id(ES)).await.unwrap();
        let asked = new_query(case, to(&[ES]), Some(vec![phone(PHONE)]));
        let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
        finished(&world, FR, query).await.holders.remove(0)
    };
    let before = ask().await;
    assert_eq!((before.hits, before.found.len()), (Some(0), 0));
    world.case(ES).await;
    let one = ask().await;
    assert_eq!(one.found.len(), 1);
    assert!(queries::rotate(world.node(ES), &id(ES)).await.unwrap());
    let two = ask().await;
    assert_eq!((two.found.len(), two.epoch), (1, one.epoch.map(|epoch| epoch + 1)));
    assert_ne!(one.found[0].handle, two.found[0].handle);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_query_is_refused_before_anything_is_evaluated() {
    let (world, _, _) = world(false).await;
    let good = elements(3);
    // The identity, a number beyond the field, sizes that are none, and less than it says.
    let with = |element: [u8; 32]| [element.as_slice(), &good[32..]].concat();
    let odd = SelectorQuery { officer: "amel".into(), ..raw(&good, 16) };
    let wrong = [
        raw(&with([0; 32]), 16),
        raw(&with([255; 32]), 16),
        raw(&good, 17),
        raw(&good, 4_000_000),
        raw(&good[32..], 16),
        raw(&[], 0),
        odd,
    ];
    let number = wrong.len();
    for query in wrong {
        say(&world, query).await;
    }
    let entries = refusals(&world, number).await;
    assert!(entries.iter().all(|entry| entry.contains("malformed")), "{entries:?}");
    assert_eq!(world.entries(ES, "selector_query_answered").await.len(), 0);
    let evaluated =
        "/* test */ SELECT COUNT(*) FROM message WHERE kind = 'selector_answer' AND content LIKE '%proof%'";
    assert_eq!(world.count(ES, evaluated).await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_asked_again_and_more_than_the_budget_or_a_sweep_without_consent_are_refused() {
    let (world, _, _) = world(false).await;
    let batch = raw(&elements(2), 16);
    say(&world, batch.clone()).await;
    eventually("it is answered", || async { world.entries(ES, "selector_query_answered").await.len() == 1 })
        .await;
    say(&world, batch).await;
    assert!(refusals(&world, 1).await[0].contains("replayed"));
    say(&world, raw(&elements(1100), 4096)).await;
    assert!(refusals(&world, 2).await[1].contains("consent_needed"));
    for _ in 0..3 {
        say(&world, raw(&elements(1000), 1024)).await;
    }
    eventually("three are answered", || async {
        world.entries(ES, "selector_query_answered").await.len() == 4
    })
    .await;
    // 16 and three times 1,024 of 4,096 a day for the officer and the case.
    say(&world, raw(&elements(1000), 1024)).await;
    assert!(refusals(&world, 3).await[2].contains("over_budget"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_for_anothers_query_or_of_too_much_has_no_effect_and_an_unknown_handle_tells_nothing() {
    let (world, case, _) = world(false).await;
    let asked = new_query(case, to(&[ES]), None);
    let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
    let view = finished(&world, FR, query).await;
    let handle = view.holders[0].found[0].handle.clone();
    let claim = |handles: &[&str], hits: u32, epoch: u64| {
        let handles = handles.iter().map(|handle| (*handle).to_owned()).collect();
        Message::HitClaim(HitClaim { query, epoch, hits, handles, why: "because".into() })
    };
    world.say(MA, ES, claim(&[&handle], 1, 1)).await;
    assert!(world.without_effect(ES, 1).await.contains("no query here"));
    world.say(FR, ES, claim(&[&handle], 1, 7)).await;
    assert!(world.without_effect(ES, 2).await.contains("another epoch"));
    world.say(FR, ES, claim(&[&handle], 17, 1)).await;
    assert!(world.without_effect(ES, 3).await.contains("more than was asked"));
    let unknown = "f".repeat(32);
    world.say(FR, ES, claim(&[&unknown], 1, 1)).await;
    let id_of = claim_at(&world, ES).await;
    let read = queries::read_claim(world.node(ES), &officer(ES), id_of).await.unwrap();
    assert!(read.handles[0].entries.is_empty());
    let choice = DisclosingHit {
        handle: unknown,
        case: None,
        subject: None,
        fields: BTreeSet::new(),
        contact: None,
        note: String::new(),
        marking: None,
        legal_basis: new_offer(FR, true).legal_basis,
    };
    let shown = queries::disclose(world.node(ES), &officer(ES), id_of, choice).await;
    assert!(matches!(shown, Err(MatchingError::Unfit { field: "handle", .. })), "{shown:?}");
    let declining = Declining { handles: None, note: "nothing".into() };
    queries::decline(world.node(ES), &officer(ES), id_of, declining).await.unwrap();
    // France never found such a hit: what is said of it has no effect there.
    assert!(world.without_effect(FR, 1).await.contains("no such claim"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_somebody_who_was_not_asked_or_who_has_answered_has_no_effect() {
    let (world, case, _) = world(false).await;
    let asked = new_query(case, to(&[ES]), None);
    let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
    let refused = Refused { code: QueryRefusal::OverBudget, why: "no".into(), again_at: None };
    let answer = SelectorAnswer { query, outcome: QueryOutcome::Refused(refused) };
    let before = finished(&world, FR, query).await;
    world.say(MA, FR, Message::SelectorAnswer(Box::new(answer.clone()))).await;
    assert!(world.without_effect(FR, 1).await.contains("was not asked"));
    world.say(ES, FR, Message::SelectorAnswer(Box::new(answer))).await;
    assert!(world.without_effect(FR, 2).await.contains("answered the query before"));
    assert_eq!(states(&queries::view(world.node(FR), &id(FR), query).await.unwrap()), states(&before));
    world.end().await;
}

/// Spain asks France, whose door gives nothing of its epoch away until it is opened again: the answer waits. The count is of
/// those whom the door has turned away.
async fn held_up(world: &World, case: CaseId) -> (MessageId, Arc<AtomicUsize>) {
    let turned_away = Arc::new(AtomicUsize::new(0));
    let count = turned_away.clone();
    world.front.alter(move |path, mut answer| {
        if path.starts_with("/v1/matching/") {
            count.fetch_add(1, Ordering::SeqCst);
            (answer.status, answer.body) = (503, Vec::new());
        }
        answer
    });
    let asked = new_query(case, to(&[FR]), None);
    let query = queries::ask(world.node(ES), &officer(ES), asked).await.unwrap();
    let checking = "/* test */ SELECT COUNT(*) FROM selector_query_holder WHERE state = 'checking'";
    eventually("the answer waits", || async { world.count(ES, checking).await == 1 }).await;
    (query, turned_away)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_stops_in_the_middle_is_waited_for_and_one_that_changes_its_filter_is_found_out() {
    let (world, _, case) = world(true).await;
    let (query, _) = held_up(&world, case).await;
    world.front.honest();
    let view = finished(&world, ES, query).await;
    assert_eq!(states(&view), [(FR.to_owned(), "answered".into(), Some(1))]);

    // A segment that is not the signed one, or longer; asked for by an authority that has kept none.
    type Change = fn(&mut Vec<u8>);
    let changes: [Change; 2] = [|segment| segment[20] ^= 1, |segment| segment.push(0)];
    for (number, change) in (1..).zip(changes) {
        let ours = queries::rotate(world.node(FR), &id(FR)).await.unwrap();
        assert!(ours);
        world.front.alter(move |path, mut answer| {
            if path.contains("/segments/") {
                change(&mut answer.body);
            }
            answer
        });
        let asked = new_query(case, to(&[FR]), None);
        let query = queries::ask(world.node(ES), &officer(ES), asked).await.unwrap();
        found_out(&world, query, (number, "not the one that the holder has signed")).await;
    }
    world.end().await;
}

/// What a hostile holder's answer says, in place of what the honest one said.
type Spoil = fn(&mut serde_json::Value);

fn spoil_bytes(value: &mut serde_json::Value, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = BASE64_STANDARD.decode(value.as_str().unwrap()).unwrap();
    change(&mut bytes);
    *value = BASE64_STANDARD.encode(bytes).into();
}

/// Makes of an answer that Spain keeps what a hostile holder would have said.
async fn say_instead(world: &World, query: MessageId, spoil: Spoil) {
    let node = world.node(ES);
    let sql = "/* test */ SELECT id, content FROM message WHERE kind = 'selector_answer' AND content LIKE $1";
    let like = format!("%{query}%");
    let row = node.store.fetch_optional(sql, &[like.into()]).await.unwrap().unwrap();
    let mut content: serde_json::Value = row.json(1).unwrap();
    spoil(&mut content["content"]["outcome"]["detail"]);
    let mut tx = node.store.begin("test_spoil").await.unwrap();
    let sql = "/* test */ UPDATE message SET content = $2 WHERE id = $1";
    tx.execute(sql, &[row.text(0).unwrap().into(), content.to_string().into()]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_a_wrong_proof_point_key_epoch_or_batch_is_false_and_nothing_of_it_is_used() {
    let (world, _, case) = world(true).await;
    let spoils: [Spoil; 7] = [
        |detail| spoil_bytes(&mut detail["proof"], |proof| proof[3] ^= 1),
        |detail| spoil_bytes(&mut detail["proof"], |proof| proof.truncate(10)),
        |detail| spoil_bytes(&mut detail["elements"], |all| all[..32].fill(0)),
        |detail| spoil_bytes(&mut detail["elements"], |all| all.rotate_left(32)),
        |detail| spoil_bytes(&mut detail["public_key"], |key| key[0] ^= 2),
        |detail| detail["epoch"] = 0.into(),
        |detail| detail["batch_sha256"] = "ab".repeat(32).into(),
    ];
    for (number, spoil) in spoils.into_iter().enumerate() {
        let (query, turned_away) = held_up(&world, case).await;
        say_instead(&world, query, spoil).await;
        // A check that began before may have read the honest answer; it is turned away too.
        let before = turned_away.load(Ordering::SeqCst);
        let later = async || {
            world.node(ES).matching.wake();
            turned_away.load(Ordering::SeqCst) > before + 1
        };
        // What is said wrongly is found out before the holder is asked, in two of the cases.
        let over = async || world.entries(ES, "selector_answer_false").await.len() > number;
        eventually("the changed answer is looked at", || async { later().await || over().await }).await;
        world.front.honest();
        let view = finished(&world, ES, query).await;
        assert_eq!(states(&view), [(FR.to_owned(), "false".into(), None)], "{number}");
        assert_eq!(world.entries(ES, "selector_answer_false").await.len(), number + 1);
    }
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM selector_hit").await, 0);
    world.end().await;
}

/// Spain has asked France in this way, found its answer false for this reason, and used nothing of it.
async fn found_out(world: &World, query: MessageId, (number, why): (usize, &str)) {
    let view = finished(world, ES, query).await;
    assert_eq!(states(&view), [(FR.to_owned(), "false".into(), None)], "{why}");
    assert!(view.holders[0].found.is_empty(), "{why}");
    let entries = world.entries(ES, "selector_answer_false").await;
    assert_eq!(entries.len(), number, "{why}");
    assert!(entries[number - 1].contains(why), "{why}: {}", entries[number - 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_whose_signed_epoch_cannot_be_is_found_out_and_nothing_is_looked_up() {
    let (world, _, case) = world(true).await;
    let honest = queries::ask(world.node(ES), &officer(ES), new_query(case, to(&[FR]), None)).await.unwrap();
    assert_eq!(finished(&world, ES, honest).await.holders[0].hits, Some(1));
    let spoils: [(&str, Spoil, &str); 9] = [
        (FR, |said| said["segments"][0]["size"] = (1u64 << 40).into(), "absurdly large"),
        (FR, |said| said["segments"] = vec![said["segments"][0].clone(); 300].into(), "absurdly large"),
        (FR, |said| said["segments"] = serde_json::json!([]), "or none"),
        (FR, |said| said["authority"] = MA.into(), "another authority or suite"),
        (FR, |said| said["number"] = 7.into(), "the statement of another epoch"),
        (FR, |said| said["until"] = said["from"].clone(), "times cannot be"),
        (FR, |said| said["public_key"] = BASE64_STANDARD.encode([0; 32]).into(), "public key is none"),
        (
            FR,
            |said| said["public_key"] = BASE64_STANDARD.encode(&elements(1)[..32]).into(),
            "another key for the same epoch",
        ),
        (MA, |_| {}, "is no key of"),
    ];
    for (number, (signer, spoil, why)) in (1..).zip(spoils) {
        let (query, _) = held_up(&world, case).await;
        let node = world.node(signer).clone();
        world.front.alter(move |path, mut answer| {
            if path.contains("/epochs/") {
                let dsse: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                let payload = BASE64_STANDARD.decode(dsse["payload"].as_str().unwrap()).unwrap();
                let mut said = serde_json::from_slice(&payload).unwrap();
                spoil(&mut said);
                let now = random::now();
                let key = node.keys.signing_key(&id(signer), &node.registry(), now, now).unwrap();
                let payload = serde_json::to_vec(&said).unwrap();
                answer.body = key.sign_dsse(EPOCH_STATEMENT_TYPE, &payload).unwrap().to_json();
            }
            answer
        });
        found_out(&world, query, (number, why)).await;
    }
    let (query, _) = held_up(&world, case).await;
    world.front.alter(|path, mut answer| {
        if path.contains("/epochs/") {
            answer.body.resize(4_000_000, b' ');
        }
        answer
    });
    found_out(&world, query, (10, "larger than any")).await;
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM selector_hit").await, 1, "the honest one");
    assert_eq!(findings(&world, ES).await, [""; 0]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_answers_in_an_epoch_that_had_ended_is_found_out() {
    let (world, _, case) = world(true).await;
    for _ in 0..2 {
        assert!(queries::rotate(world.node(FR), &id(FR)).await.unwrap());
        let query = new_query(case, to(&[FR]), None);
        let query = queries::ask(world.node(ES), &officer(ES), query).await.unwrap();
        assert_eq!(finished(&world, ES, query).await.holders[0].hits, Some(1));
    }
    let (query, _) = held_up(&world, case).await;
    say_instead(&world, query, |detail| detail["epoch"] = 2.into()).await;
    found_out(&world, query, (1, "in an epoch that had ended")).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_in_an_epoch_that_has_ended_for_good_has_no_effect() {
    let (mut world, case, _) = world(false).await;
    let asked = new_query(case, to(&[ES]), None);
    let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
    let found = finished(&world, FR, query).await.holders.remove(0);
    world.reconfigure(ES, |config| config.matching.epoch_grace_days = 0).await;
    assert!(queries::rotate(world.node(ES), &id(ES)).await.unwrap());
    let ended = async || {
        queries::refresh(world.node(ES), &id(ES)).await.unwrap();
        world.entries(ES, "matching_epoch_ended").await.len() == 1
    };
    eventually("the epoch's key is gone", || async { ended().await }).await;
    let (epoch, handles) = (found.epoch.unwrap(), [found.found[0].handle.clone()].into());
    let claim = HitClaim { query, epoch, hits: 1, handles, why: "because".into() };
    world.say(FR, ES, Message::HitClaim(claim)).await;
    assert!(world.without_effect(ES, 1).await.contains("ended for good"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_composer_sees_what_each_holder_takes_and_what_is_used_of_it() {
    let (world, case, _) = world(false).await;
    let amel = officer(FR);
    let query = queries::ask(world.node(FR), &amel, new_query(case, to(&[ES]), None)).await.unwrap();
    finished(&world, FR, query).await;
    let budget = queries::budget(world.node(FR), &amel, Some(case)).await.unwrap();
    assert_eq!((budget.case_selectors, budget.sweep_threshold), (Some(1), Some(1024)));
    let spain = budget.holders.iter().find(|holder| holder.authority == id(ES)).unwrap();
    assert!(spain.publishes && spain.entries.unwrap() > 1, "random entries hide that there is one");
    assert_eq!(
        (spain.used.officer_today, spain.used.case_today, spain.used.authority_in_epoch),
        (16, 16, 16)
    );
    assert_eq!(spain.left.unwrap().case_today, 4096 - 16);
    world.end().await;
}
