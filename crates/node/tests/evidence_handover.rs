//! Evidence handed over between authorities: what holds on both sides, and what must not come of a giver or receiver that lies.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod handover_world;

use comity_model::{
    id::ItemId,
    marking::OnwardRule,
    message::{EvidenceAnswer, EvidenceOffer, Message, OfferOutcome},
};
use comity_node::{
    evidence::{
        self, EvidenceError, ItemState,
        handover::{self, OfferState},
    },
    federation::client::PeerClient,
    random,
};
use handover_world::{ES, FR, FR_COURT, MA, PART, World, content, front, id, marking, new_offer, officer};

/// Six full parts and a short one.
const LEN: usize = 6 * PART as usize + 1234;

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_handed_over_whole_under_its_identity_and_both_sides_know_one_chain() {
    let world = World::new().await;
    let bytes = content(LEN);
    let item = world.item(FR, &bytes).await;
    let offer = world.hand_over(FR, ES, item, true).await;
    assert_eq!(world.content(ES, item).await, bytes);
    let load = async |at| evidence::load(world.node(at), &id(at), item).await.unwrap();
    let (given, got) = (load(FR).await, load(ES).await);
    assert_eq!(given.manifest_sha256, got.manifest_sha256);
    assert_eq!((got.state, got.received_from), (ItemState::Held, Some(id(FR))));
    assert_eq!(got.marking, Some(marking(OnwardRule::OwnJurisdiction)));
    assert!(got.verified_at.is_some());
    let chain = world.chain(FR, item).await;
    assert_eq!(chain, world.chain(ES, item).await);
    assert_eq!((chain.0.len(), chain.1), (3, Vec::<String>::new()));
    assert_eq!(chain.2, [ES, FR]);
    let row = handover::load(world.node(ES), &id(ES), offer).await.unwrap();
    assert_eq!(row.fetched, LEN as u64);
    let proved = evidence::custody_of(world.node(ES), &id(ES), item).await.unwrap();
    assert_eq!(proved.iter().filter(|event| event.proof.is_some()).count(), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_an_offered_item_is_in_no_database_but_under_the_epoch() {
    let world = World::new().await;
    let item = world.item(FR, &content(10)).await;
    let offer = world.offer(FR, ES, item, true).await;
    let row = world.arrived(ES, offer).await;
    assert_eq!(row.offer.key, "");
    let sql = "/* test */ SELECT COUNT(*) FROM message WHERE kind = 'evidence_offer' AND content LIKE '%\"key\":\"\"%'";
    assert_eq!((world.count(FR, sql).await, world.count(ES, sql).await), (1, 1));
    let sealed = "/* test */ SELECT COUNT(*) FROM message WHERE kind = 'evidence_offer' AND body IS NOT NULL";
    assert_eq!(world.count(ES, sealed).await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetch_that_a_restart_interrupts_goes_on_from_the_parts_that_are_here() {
    let mut world = World::new().await;
    let bytes = content(LEN);
    let item = world.item(FR, &bytes).await;
    world.front.alter(|path, mut answer| {
        if ["/3", "/4", "/5", "/6"].iter().any(|end| path.ends_with(end)) {
            (answer.status, answer.body) = (503, Vec::new());
        }
        answer
    });
    let offer = world.offer(FR, ES, item, true).await;
    world.accept(ES, offer).await;
    let here = async || handover::load(world.node(ES), &id(ES), offer).await.unwrap().fetched;
    handover_world::eventually("three parts are here", || async { here().await == 3 * PART }).await;
    world.stop(ES).await;
    world.front.honest();
    world.front.asked();
    world.start(ES).await;
    world.comes_to(ES, offer, OfferState::Accepted).await;
    assert_eq!(world.content(ES, item).await, bytes);
    let asked = world.front.asked();
    assert!(asked.iter().any(|path| path.ends_with("/parts/3")), "{asked:?}");
    assert!(!asked.iter().any(|path| path.ends_with("/parts/0")), "{asked:?}");
    world.end().await;
}

/// Offers an item whose parts the front alters, and gives the fault with which the fetch fails; then all is honest, and the
/// same offer accepted again must do.
async fn caught(
    world: &World,
    alter: impl Fn(&str, front::Answer) -> front::Answer + Send + Sync + 'static,
) -> String {
    let bytes = content(LEN);
    let item = world.item(FR, &bytes).await;
    world.front.alter(alter);
    let offer = world.offer(FR, ES, item, true).await;
    world.accept(ES, offer).await;
    let fault = world.comes_to(ES, offer, OfferState::Failed).await.fault.unwrap();
    assert!(evidence::load(world.node(ES), &id(ES), item).await.is_err());
    assert_eq!(world.state(FR, offer).await, OfferState::Open);
    world.front.honest();
    world.accept(ES, offer).await;
    world.comes_to(ES, offer, OfferState::Accepted).await;
    assert_eq!(world.content(ES, item).await, bytes);
    fault
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giver_that_sends_other_bytes_fewer_or_more_is_noticed_and_nothing_is_received() {
    let world = World::new().await;
    let fault = caught(&world, |path, mut answer| {
        if path.ends_with("/parts/2") {
            answer.body[17] ^= 1;
        }
        answer
    });
    assert!(fault.await.contains("not those that the manifest names"));
    let fault = caught(&world, |path, mut answer| {
        if path.ends_with("/parts/2") {
            answer.body.pop();
        }
        answer
    });
    assert!(fault.await.contains("shorter"));
    let fault = caught(&world, |path, mut answer| {
        if path.ends_with("/parts/6") {
            answer.body.push(0);
        }
        answer
    });
    assert!(fault.await.contains("longer"));
    assert_eq!(world.entries(ES, "evidence_fetch_failed").await.len(), 3);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_giver_that_swaps_parts_manifests_or_events_is_noticed() {
    let world = World::new().await;
    let seen = std::sync::Mutex::new(None);
    let fault = caught(&world, move |path, mut answer| {
        // Each part but the first is answered with the one that came before it.
        if path.contains("/parts/") && answer.body.len() as u64 > PART {
            let before = seen.lock().unwrap().replace(answer.body.clone());
            answer.body = before.unwrap_or(answer.body);
        }
        answer
    });
    assert!(fault.await.contains("not those that the manifest names"));
    let fault = caught(&world, |path, mut answer| {
        if path.ends_with("/manifest") {
            let last = answer.body.len() - 1;
            answer.body[last] ^= 1;
        }
        answer
    });
    assert!(fault.await.contains("the manifest does not open"));
    let fault = caught(&world, |path, mut answer| {
        if path.ends_with("/custody") {
            let text = String::from_utf8(answer.body).unwrap();
            answer.body = text
                .replacen("\\\"sig\\\":\\\"A", "\\\"sig\\\":\\\"B", 1)
                .replacen("\\\"sig\\\":\\\"", "\\\"sig\\\":\\\"AAAA", 1)
                .into_bytes();
        }
        answer
    });
    assert!(!fault.await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_lies_about_its_content_is_noticed_when_all_parts_are_here() {
    let world = World::new().await;
    let lie =
        |manifest: &mut comity_vault::item::Manifest| manifest.sha256 = comity_vault::Digest::of(b"another");
    let item = world.item_of(FR, &content(LEN), lie).await;
    let offer = world.offer(FR, ES, item, true).await;
    world.accept(ES, offer).await;
    let fault = world.comes_to(ES, offer, OfferState::Failed).await.fault.unwrap();
    assert!(fault.contains("hashes differ"), "{fault}");
    assert!(evidence::load(world.node(ES), &id(ES), item).await.is_err());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_offered_nothing_gets_the_same_answer_as_for_what_is_not_there() {
    let world = World::new().await;
    let item = world.item(FR, &content(LEN)).await;
    let nothing = random::new_id(ItemId::new);
    let giver = world.node(FR).config.name.clone();
    let ask = async |at: &str, item: ItemId, what: &str| {
        let client = PeerClient::for_evidence(world.node(at), &giver).unwrap();
        client.get(&format!("/v1/evidence/{FR}/{item}/{what}"), 1 << 20).await.unwrap()
    };
    let offer = world.offer(FR, ES, item, true).await;
    world.arrived(ES, offer).await;
    assert_eq!(ask(ES, item, "parts/0").await.0, 200);
    assert_eq!(ask(ES, item, "parts/7").await, (404, Vec::new()));
    for what in ["manifest", "custody", "parts/0"] {
        assert_eq!(ask(MA, item, what).await, (404, Vec::new()), "{what}");
        assert_eq!(ask(MA, nothing, what).await, (404, Vec::new()), "{what}");
    }
    handover::withdraw(world.node(FR), &officer(FR), offer, "sent by mistake").await.unwrap();
    assert_eq!(ask(ES, item, "parts/0").await, (404, Vec::new()));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_declined_or_withdrawn_and_the_chain_says_so_on_the_giver_s_side() {
    let world = World::new().await;
    let item = world.item(FR, &content(100)).await;
    let declined = world.offer(FR, ES, item, false).await;
    world.arrived(ES, declined).await;
    handover::decline(world.node(ES), &officer(ES), declined, "no proceedings here").await.unwrap();
    world.comes_to(FR, declined, OfferState::Declined).await;
    assert_eq!(world.chain(FR, item).await.1, Vec::<String>::new());
    let withdrawn = world.offer(FR, ES, item, false).await;
    world.arrived(ES, withdrawn).await;
    handover::withdraw(world.node(FR), &officer(FR), withdrawn, "another laptop").await.unwrap();
    world.comes_to(ES, withdrawn, OfferState::Withdrawn).await;
    let (events, findings, holders) = world.chain(FR, item).await;
    assert_eq!((events.len(), findings, holders), (5, Vec::new(), vec![FR.to_owned()]));
    let case = world.case(ES).await;
    let late = handover::accept(world.node(ES), &officer(ES), withdrawn, case, "late").await;
    assert!(matches!(late, Err(EvidenceError::Conflict { code: "offer_answered", .. })), "{late:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_copy_the_item_is_gone_from_the_giver_and_comes_back_by_an_offer_the_other_way() {
    let world = World::new().await;
    let bytes = content(LEN);
    let item = world.item(FR, &bytes).await;
    world.hand_over(FR, ES, item, false).await;
    let gone = evidence::load(world.node(FR), &id(FR), item).await.unwrap();
    assert_eq!((gone.state, gone.manifest), (ItemState::HandedOver, None));
    assert!(evidence::open_item(world.node(FR), &id(FR), item).await.is_err());
    let kept =
        "/* test */ SELECT (SELECT COUNT(*) FROM evidence_wrap) + (SELECT COUNT(*) FROM evidence_object)";
    assert_eq!(world.count(FR, kept).await, 0);
    assert_eq!(world.chain(FR, item).await.2, [ES]);
    world.hand_over(ES, FR, item, false).await;
    assert_eq!(world.content(FR, item).await, bytes);
    let back = evidence::load(world.node(FR), &id(FR), item).await.unwrap();
    assert_eq!((back.state, back.events, back.received_from), (ItemState::Held, 3, Some(id(ES))));
    let (events, findings, holders) = world.chain(FR, item).await;
    assert_eq!((events.len(), findings, holders), (5, Vec::new(), vec![FR.to_owned()]));
    assert_eq!(world.chain(FR, item).await, world.chain(ES, item).await);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_received_under_ask_originator_is_not_passed_on_and_the_originator_is_named() {
    let world = World::new().await;
    let item = world.item(FR, &content(100)).await;
    let mut new = new_offer(ES, true);
    new.marking = marking(OnwardRule::AskOriginator);
    let offer = handover::offer(world.node(FR), &officer(FR), item, new).await.unwrap();
    world.accept(ES, offer).await;
    world.comes_to(ES, offer, OfferState::Accepted).await;
    let onward = handover::offer(world.node(ES), &officer(ES), item, new_offer(MA, true)).await;
    let Err(EvidenceError::Onward { ask, next }) = onward else { panic!("{onward:?}") };
    assert_eq!((ask, next), (id(FR), id(MA)));
    let problem = comity_node::web::Problem::from(EvidenceError::Onward { ask: id(FR), next: id(MA) });
    assert_eq!((problem.code, &problem.extra["ask"]), ("onward_forbidden", &serde_json::json!(FR)));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_goes_through_three_authorities_with_the_proofs_of_all() {
    let world = World::new().await;
    let bytes = content(LEN);
    let item = world.item(FR, &bytes).await;
    let mut new = new_offer(ES, true);
    new.marking = marking(OnwardRule::Only([id(MA)].into()));
    let offer = handover::offer(world.node(FR), &officer(FR), item, new).await.unwrap();
    world.accept(ES, offer).await;
    world.comes_to(ES, offer, OfferState::Accepted).await;
    world.hand_over(ES, MA, item, true).await;
    assert_eq!(world.content(MA, item).await, bytes);
    let (events, findings, holders) = world.chain(MA, item).await;
    assert_eq!((events.len(), findings), (5, Vec::<String>::new()));
    assert_eq!(holders, [ES, FR, MA]);
    let proved = evidence::custody_of(world.node(MA), &id(MA), item).await.unwrap();
    assert_eq!(proved.iter().filter(|event| event.proof.is_some()).count(), 4);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_authorities_of_one_node_hand_over_as_any_two_do() {
    let world = World::new().await;
    let bytes = content(LEN);
    let item = world.item(FR, &bytes).await;
    world.hand_over(FR, FR_COURT, item, true).await;
    assert_eq!(world.content(FR_COURT, item).await, bytes);
    let chain = world.chain(FR, item).await;
    assert_eq!(chain, world.chain(FR_COURT, item).await);
    assert_eq!((chain.1, chain.2), (Vec::<String>::new(), vec![FR.to_owned(), FR_COURT.to_owned()]));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_offer_without_a_copy_stands_alone() {
    let world = World::new().await;
    let item = world.item(FR, &content(100)).await;
    world.offer(FR, ES, item, true).await;
    let refused = async |to: &str, keeps_copy| {
        let made = handover::offer(world.node(FR), &officer(FR), item, new_offer(to, keeps_copy)).await;
        assert!(matches!(made, Err(EvidenceError::Conflict { code: "offer_open", .. })), "{made:?}");
    };
    refused(ES, true).await;
    refused(MA, false).await;
    world.offer(FR, MA, item, true).await;
    assert_eq!(world.chain(FR, item).await.0.len(), 3);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn false_offers_and_false_answers_leave_an_entry_that_says_why_and_nothing_else() {
    let world = World::new().await;
    let item = world.item(FR, &content(100)).await;
    let offer = world.offer(FR, MA, item, true).await;
    let real = world.arrived(MA, offer).await.offer;
    let offered = |change: fn(&mut EvidenceOffer)| {
        let mut content = real.clone();
        change(&mut content);
        Message::EvidenceOffer(Box::new(content))
    };
    // The event of the offer to another authority, sent on to us.
    world.say(FR, ES, offered(|_| {})).await;
    assert!(world.without_effect(ES, 1).await.contains("does not offer the item to us"));
    world.say(FR, ES, offered(|offer| offer.item = random::new_id(ItemId::new))).await;
    assert!(world.without_effect(ES, 2).await.contains("names another item"));
    world.say(FR, ES, offered(|offer| offer.manifest_sha256 = "0".repeat(64))).await;
    assert!(world.without_effect(ES, 3).await.contains("names another manifest"));
    world.say(FR, ES, offered(|offer| offer.name = "invoice\u{202e}fdp.exe".into())).await;
    assert!(world.without_effect(ES, 4).await.contains("hides something"));
    // The right event, by somebody whose it is not; and by the right one, without a key that opens.
    world.say(ES, MA, offered(|_| {})).await;
    assert!(world.without_effect(MA, 1).await.contains("names another authority"));
    world.say(FR, MA, offered(|_| {})).await;
    assert!(world.without_effect(MA, 2).await.contains("key does not open"));
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM evidence_offer").await, 0);
    let answer = |event: Option<String>| {
        let (outcome, reason) = (OfferOutcome::Accepted, "mine now".to_owned());
        Message::EvidenceAnswer(EvidenceAnswer { offer, item, outcome, event, reason })
    };
    world.say(ES, FR, answer(Some(real.event.clone()))).await;
    assert!(world.without_effect(FR, 1).await.contains("no such offer"));
    world.say(MA, FR, answer(Some(real.event.clone()))).await;
    assert!(world.without_effect(FR, 2).await.contains("names another authority"));
    world.say(MA, FR, answer(None)).await;
    assert!(world.without_effect(FR, 3).await.contains("no custody event"));
    assert_eq!(world.state(FR, offer).await, OfferState::Open);
    assert_eq!(world.chain(FR, item).await.0.len(), 2);
    world.end().await;
}
