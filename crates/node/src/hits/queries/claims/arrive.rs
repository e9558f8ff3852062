//! Claims and answers to claims, as they arrive.

use super::{ClaimState, store};
use crate::{
    Node,
    exchange::Incoming,
    hits::queries::{
        Outcome, asked,
        epochs::store as epochs,
        received::{self, ReceivedState},
        rules,
    },
    journal::{About, Actor, Entry},
    store::{StoreError, Tx},
};
use comity_model::message::{HitAnswer, HitClaim, matching::HitOutcome};
use std::sync::Arc;
use store::{ClaimRow, HandleRow};

/// Stores a claim on a query that this authority has asked here and that was evaluated. Handles that are none of ours are kept
/// like others, and tell the asker nothing.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits::queries) async fn claimed(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    claim: &HitClaim,
) -> Result<Outcome, StoreError> {
    let (statement, authority) = (incoming.verified.statement(), &incoming.authority);
    let query = received::store::load(&node.store, authority, &statement.from, claim.query).await?;
    let Some(query) = query.filter(|query| query.state == ReceivedState::Answered) else {
        return Ok(Err("that authority has no query here that was evaluated under that identifier"));
    };
    if let Err(why) = rules::check_claim(claim, query.count, query.epoch.unwrap_or(0)) {
        return Ok(Err(why));
    }
    let epoch = epochs::numbered(&node.store, authority, claim.epoch).await?;
    if epoch.is_none_or(|epoch| epoch.sealed_key.is_none()) {
        return Ok(Err("the epoch has ended for good; ask anew"));
    }
    let before = store::claimed_of(tx, authority, &statement.from, claim.query).await?;
    if before.saturating_add(claim.handles.len() as u64) > query.count {
        return Ok(Err("more handles are claimed than were asked"));
    }
    let row = ClaimRow {
        authority: authority.clone(),
        sender: statement.from.clone(),
        id: statement.id,
        query: claim.query,
        exchange: statement.exchange,
        epoch: claim.epoch,
        hits: u64::from(claim.hits),
        why: rules::words(&claim.why).unwrap_or_default(),
        case_reference: query.case_reference.clone(),
        purpose: statement.marking.purpose,
        marking: statement.marking.clone(),
        legal_basis: statement.legal_basis.clone(),
        arrived_at: incoming.at,
    };
    if !store::insert(tx, &row).await? {
        return Ok(Err("a claim of that identifier is here already"));
    }
    let (mut unknown, mut taken) = (0u64, 0u64);
    for handle in &claim.handles {
        let held = epochs::held(&node.store, authority, claim.epoch, handle).await?;
        unknown += u64::from(held.is_empty());
        let canary = held.iter().any(|held| held.canary);
        if !store::insert_handle(tx, &row, handle, canary).await? {
            continue;
        }
        taken += 1;
        if canary {
            let detail = serde_json::json!({ "claim": row.id, "query": row.query, "from": row.sender, "handle": handle });
            tx.record(entry(&row, "canary_touched", detail));
        }
    }
    if taken == 0 {
        return Ok(Err("every handle of it was claimed before"));
    }
    let detail = serde_json::json!({
        "claim": row.id, "query": row.query, "from": row.sender, "batch_sha256": query.batch_sha256,
        "count": query.count, "epoch": row.epoch, "hits": row.hits, "handles": claim.handles.len(), "unknown": unknown,
    });
    tx.record(entry(&row, "hit_claim_received", detail));
    Ok(Ok(()))
}

fn entry(row: &ClaimRow, act: &str, detail: serde_json::Value) -> Entry {
    let about = About { exchange: Some(row.exchange), message: Some(row.query), ..About::default() };
    Entry::new(row.arrived_at, Some(&row.authority), &Actor::Node, act, about, detail)
}

/// Stores what a holder shows of a hit that we claimed of it.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits::queries) async fn answered(
    tx: &mut Tx,
    incoming: &Incoming,
    answer: &HitAnswer,
) -> Result<Outcome, StoreError> {
    let (statement, authority) = (incoming.verified.statement(), &incoming.authority);
    let (shown, note) = match &answer.outcome {
        HitOutcome::Disclosed(shown) => (Some(shown.as_ref()), None),
        HitOutcome::Declined { note } => (None, Some(note.chars().take(2000).collect())),
    };
    let whose = (authority, answer.query, &statement.from);
    let what = (answer.handle.as_str(), answer.claim);
    if !asked::store::answer_hit(tx, whose, what, (shown, note), incoming.at).await? {
        return Ok(Err("no such claim to that authority waits for an answer"));
    }
    let outcome = if shown.is_some() { ClaimState::Disclosed } else { ClaimState::Declined };
    let detail = serde_json::json!({
        "query": answer.query, "claim": answer.claim, "holder": statement.from, "outcome": outcome,
    });
    let about = About { message: Some(answer.query), ..incoming.about() };
    let by = Some(authority);
    tx.record(Entry::new(incoming.at, by, &Actor::Node, "hit_answer_received", about, detail));
    Ok(Ok(()))
}

impl HandleRow {
    /// Can it still be decided?
    pub(super) fn is_open(&self) -> bool {
        self.state == ClaimState::Open
    }
}
