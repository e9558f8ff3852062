//! A hash set handed over between authorities: under its marking, and under nothing laxer, on every step.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod handover_world;

use axum::body::Bytes;
use comity_model::marking::{Marking, OnwardRule};
use comity_node::{
    evidence::{self, EvidenceError, Hand, handover},
    hits::hash_sets::{self, Asked, HashSetError, LoadSet, NewSet},
};
use futures_util::stream;
use handover_world::{ES, FR, MA, World, id, marking, new_offer, officer};
use std::collections::BTreeSet;

const KNOWN: &str = "00112233445566778899aabbccddeeff";

async fn imported(world: &World, marking: Marking) -> comity_model::id::ItemId {
    let case = world.case(FR).await;
    let new: NewSet = serde_json::from_value(serde_json::json!({
        "case": case, "name": "Drawings", "source": "A museum", "scheme": "invented", "format": "plain",
        "marking": marking, "legal_basis": "an invented act", "reason": "given", "place": "Lyon",
    }))
    .unwrap();
    let body = stream::iter([Ok::<_, std::io::Error>(Bytes::from(format!("{KNOWN}\n")))]);
    hash_sets::import(world.node(FR), &officer(FR), new, body).await.unwrap().item
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_was_handed_over_is_loaded_under_the_giver_s_marking_and_goes_no_further() {
    let world = World::new().await;
    let rule = OnwardRule::Only(BTreeSet::from([id(ES)]));
    let set = imported(&world, marking(rule.clone())).await;
    let laxer = handover::offer(world.node(FR), &officer(FR), set, new_offer(MA, true)).await;
    assert!(matches!(laxer, Err(EvidenceError::Onward { .. })), "{laxer:?}");
    world.hand_over(FR, ES, set, true).await;
    let (node, luz) = (world.node(ES), officer(ES));
    let opened = evidence::open_item(node, &id(ES), set).await.unwrap();
    let whole = 0..opened.row.size;
    let hand = Hand::from(&luz);
    let taken = evidence::content::take_content(node, &hand, opened, whole, "to look".into()).await;
    assert!(
        matches!(taken, Err(EvidenceError::Forbidden { code: "hash_set_sealed", .. })),
        "before it is loaded"
    );
    let load: LoadSet = serde_json::from_value(serde_json::json!({
        "item": set, "legal_basis": "an invented act", "reason": "to search it",
    }))
    .unwrap();
    let own = LoadSet { marking: Some(marking(OnwardRule::AskOriginator)), ..load.clone() };
    let refused = hash_sets::load(node, &luz, own).await;
    assert!(matches!(refused, Err(HashSetError::Unfit { field: "marking", .. })), "{refused:?}");
    let row = hash_sets::load(node, &luz, load).await.unwrap();
    assert_eq!((row.received_from.clone(), row.words.name.as_str()), (Some(id(FR)), "Drawings"));
    let given = evidence::load(node, &id(ES), set).await.unwrap().marking;
    assert_eq!(Some(&row.marking), given.as_ref());
    let asked = Asked { hashes: vec![KNOWN.into()], reason: "found".into(), ..Asked::default() };
    let found = hash_sets::search(node, &luz, asked).await.unwrap();
    assert_eq!((found.leads.len(), &found.leads[0].marking), (1, &row.marking));
    let onward = handover::offer(node, &luz, set, new_offer(MA, true)).await;
    assert!(matches!(onward, Err(EvidenceError::Onward { .. })), "{onward:?}");
    world.end().await;
}
