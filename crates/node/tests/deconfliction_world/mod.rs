//! What tests of comparisons of whole case loads do alike: cases with telephones, officers, offers and acceptances.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, missing_docs)]

use super::handover_world::{World, eventually, id, marking, new_offer, officer};
use comity_model::{
    id::{CaseId, MessageId},
    marking::OnwardRule,
    message::{DeconflictionOffer, Message, deconfliction::DECONFLICTION_SUITE},
    selector::SelectorKind,
};
use comity_node::{
    access::{Caller, Role},
    cases,
    hits::{
        MatchingError,
        deconfliction::{self, Accepting, DeconflictionView, NewDeconfliction, State},
        queries,
    },
    random,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// An officer who prepares, and one who confirms.
pub fn second(at: &str) -> Caller {
    Caller { name: "ines".into(), display_name: "Officer Ines".into(), ..officer(at) }
}

pub fn auditor(at: &str) -> Caller {
    Caller { role: Role::Auditor, name: "oda".into(), ..officer(at) }
}

/// Opens a case with one person who has these telephones.
pub async fn case_with(world: &World, at: &str, reference: &str, phones: &[String]) -> CaseId {
    let selectors: Vec<_> =
        phones.iter().map(|phone| serde_json::json!({ "kind": "phone", "value": phone })).collect();
    let report = serde_json::json!({
        "version": 1, "kind": "abduction", "reference": reference, "title": "telephones",
        "subjects": [{ "role": "suspect", "name": { "family": reference, "forename": "Nadia" }, "born": "1990",
            "sex": "F", "nationalities": ["FR"], "selectors": selectors }],
        "circumstances": "invented", "happened_at": "2026-11-10T10:00:00Z",
        "place": { "name": "Lyon", "jurisdiction": "FR", "position": [45.76, 4.83] },
    });
    let bytes = serde_json::to_vec(&report).unwrap();
    cases::import(world.node(at), &officer(at), None, &bytes).await.unwrap().id
}

pub fn phones(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|n| format!("+33 6 12 {:02} {:02} 00", n / 100, n % 100)).collect()
}

pub fn new_deconfliction(with: &str) -> NewDeconfliction {
    NewDeconfliction {
        with: id(with),
        scope: BTreeSet::from([SelectorKind::Phone, SelectorKind::Email]),
        why: "the same ring may work on both sides".into(),
        marking: marking(OnwardRule::OwnJurisdiction),
        legal_basis: new_offer(with, true).legal_basis,
        urgency: None,
        hours: Some(24),
    }
}

pub fn accepting(with: &str) -> Accepting {
    Accepting { why: "so do we".into(), marking: None, legal_basis: new_offer(with, true).legal_basis }
}

/// An offer that two officers made.
pub async fn offered(world: &World, from: &str, to: &str) -> MessageId {
    let node = world.node(from);
    let offer = deconfliction::prepare(node, &officer(from), new_deconfliction(to)).await.unwrap();
    deconfliction::confirm(node, &second(from), offer).await.unwrap();
    offer
}

/// An offer that arrived, accepted by two officers.
pub async fn accept(world: &World, at: &str, from: &str, offer: MessageId) {
    comes_to(world, at, offer, State::Received).await;
    let node = world.node(at);
    deconfliction::accept(node, &officer(at), offer, accepting(from)).await.unwrap();
    deconfliction::confirm(node, &second(at), offer).await.unwrap();
}

pub async fn view(world: &World, at: &str, offer: MessageId) -> DeconflictionView {
    deconfliction::view(world.node(at), &id(at), offer).await.unwrap()
}

pub async fn comes_to(world: &World, at: &str, offer: MessageId, state: State) -> DeconflictionView {
    let reached = async || match deconfliction::view(world.node(at), &id(at), offer).await {
        Ok(view) => view.state == state,
        Err(MatchingError::NotFound(_)) => false,
        Err(fault) => panic!("{fault}"),
    };
    let what = format!("the deconfliction is {state:?} at {at}");
    eventually(&what, || async { reached().await }).await;
    view(world, at, offer).await
}

pub fn values(view: &DeconflictionView) -> Vec<String> {
    view.found.iter().map(|one| one.value.clone()).collect()
}

pub async fn findings(world: &World, at: &str) -> Vec<String> {
    let usage = queries::usage(world.node(at), &auditor(at)).await.unwrap();
    usage.findings.into_iter().map(|finding| finding.what).collect()
}

/// No spool is left at a node.
pub fn nothing_spooled(world: &World, at: &str) -> bool {
    let folder = world.directory(at).join("deconfliction");
    std::fs::read_dir(folder).map_or(true, |mut all| all.next().is_none())
}

/// An offer as a hostile program makes it, which no officer has seen: nobody leads it.
pub fn raw_offer(entries: u32) -> DeconflictionOffer {
    DeconflictionOffer {
        suite: DECONFLICTION_SUITE.into(),
        session: format!("{:032x}", u128::from_be_bytes(random::bytes())),
        entries,
        scope: BTreeSet::from([SelectorKind::Phone]),
        why: "because".into(),
        officer: "0".repeat(32),
        expires_at: random::now() + SignedDuration::from_hours(2),
    }
}

pub fn message(offer: &DeconflictionOffer) -> Message {
    Message::DeconflictionOffer(Box::new(offer.clone()))
}
