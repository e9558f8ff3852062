//! What tests of private queries do alike: nodes with cases, questions, claims and what auditors see of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, missing_docs)]

use super::handover_world::{ES, FR, FR_COURT, MA, PART, World, eventually, id, marking, new_offer, officer};
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::{
    id::{CaseId, MessageId},
    marking::OnwardRule,
    message::{
        Message, SelectorQuery,
        matching::{MATCHING_SUITE, ShownHit},
    },
    selector::SelectorKind,
};
use comity_node::{
    access::{Caller, Role},
    hits::queries::{self, AskTo, Asked, NewClaim, NewQuery, QueryView},
    random,
};
use comity_psi::{Seed, oprf::Query};
use std::collections::BTreeSet;

pub const PHONE: &str = "+212 600 000 841";

/// Nodes, of which France and Spain have the same person in their files and Morocco has nobody.
pub async fn world(fronted: bool) -> (World, CaseId, CaseId) {
    let world = World::with(PART, fronted).await;
    let (ours, theirs) = (world.case(FR).await, world.case(ES).await);
    for at in [FR, FR_COURT, ES, MA] {
        queries::refresh(world.node(at), &id(at)).await.unwrap();
    }
    (world, ours, theirs)
}

pub fn phone(value: &str) -> Asked {
    Asked { kind: SelectorKind::Phone, value: value.to_owned() }
}

pub fn to(names: &[&str]) -> AskTo {
    AskTo::These(names.iter().map(|name| id(name)).collect())
}

pub fn everyone() -> AskTo {
    serde_json::from_str("\"everyone\"").unwrap()
}

pub fn new_query(case: CaseId, to: AskTo, selectors: Option<Vec<Asked>>) -> NewQuery {
    NewQuery {
        case,
        selectors,
        persons: BTreeSet::new(),
        with_persons: false,
        to,
        why: "the same telephone may be in their files".into(),
        marking: marking(OnwardRule::OwnJurisdiction),
        legal_basis: new_offer(ES, true).legal_basis,
        urgency: None,
        consent_from: None,
    }
}

pub async fn finished(world: &World, at: &str, query: MessageId) -> QueryView {
    let view = async || queries::view(world.node(at), &id(at), query).await.unwrap();
    let state = async || serde_json::to_value(view().await.state).unwrap();
    eventually("the query is finished", || async { state().await == "finished" }).await;
    view().await
}

pub fn states(view: &QueryView) -> Vec<(String, serde_json::Value, Option<u64>)> {
    let state = |holder: &queries::HolderView| {
        (holder.authority.to_string(), serde_json::to_value(holder.state).unwrap(), holder.hits)
    };
    view.holders.iter().map(state).collect()
}

pub fn auditor(at: &str) -> Caller {
    Caller { role: Role::Auditor, name: "oda".into(), ..officer(at) }
}

/// The one claim at an authority.
pub async fn claim_at(world: &World, at: &str) -> MessageId {
    let list = async || queries::list_claims(world.node(at), &id(at), false, 10).await.unwrap();
    eventually("the claim arrives", || async { list().await.len() == 1 }).await;
    list().await[0].id
}

pub async fn claimed(world: &World, query: MessageId, holder: &str) -> MessageId {
    let new = NewClaim {
        holder: id(holder),
        handles: None,
        why: "we look for him too".into(),
        marking: None,
        legal_basis: None,
    };
    queries::claim(world.node(FR), &officer(FR), query, new).await.unwrap();
    claim_at(world, holder).await
}

pub async fn answered_hit(world: &World, query: MessageId) -> (String, Option<ShownHit>) {
    let hit = async || {
        let view = queries::view(world.node(FR), &id(FR), query).await.unwrap();
        view.holders.into_iter().flat_map(|holder| holder.found).next().unwrap()
    };
    let state = async || serde_json::to_value(hit().await.state).unwrap().as_str().unwrap().to_owned();
    eventually("the hit is answered", || async { state().await != "claimed" }).await;
    (state().await, hit().await.shown)
}

pub fn elements(inputs: usize) -> Vec<u8> {
    let inputs = (0..inputs).map(|n| format!("nobody-{n}").into_bytes()).collect();
    Query::new(inputs, Seed::from_bytes(random::bytes())).unwrap().blinded().to_vec()
}

pub fn raw(elements: &[u8], count: usize) -> SelectorQuery {
    SelectorQuery {
        suite: MATCHING_SUITE.into(),
        case_reference: "FR-1".into(),
        officer: "0".repeat(32),
        count: count as u32,
        elements: BASE64_STANDARD.encode(elements),
        consent: None,
    }
}

pub async fn say(world: &World, query: SelectorQuery) -> MessageId {
    world.say(FR, ES, Message::SelectorQuery(Box::new(query))).await
}

/// Waits until a holder has refused so many queries: the journal's entries.
pub async fn refusals(world: &World, number: usize) -> Vec<String> {
    let entries = || world.entries(ES, "selector_query_declined");
    eventually("the query is refused", || async { entries().await.len() >= number }).await;
    entries().await
}

pub async fn findings(world: &World, at: &str) -> Vec<String> {
    let usage = queries::usage(world.node(at), &auditor(at)).await.unwrap();
    usage.findings.into_iter().map(|finding| finding.what).collect()
}
