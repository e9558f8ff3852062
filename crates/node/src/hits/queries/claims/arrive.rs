//! Claims and answers to claims, as they arrive.

use super::{
    ClaimState,
    held::{NO_EPOCH, under},
    store,
};
use crate::{
    Node,
    exchange::Incoming,
    hits::{
        deconfliction, found,
        queries::{
            Outcome,
            epochs::store::{self as epochs, HeldRow},
            keyed::PERSON_KEY,
            received::{self, ReceivedState},
            rules,
        },
    },
    journal::{About, Actor, Entry},
    store::{StoreError, Tx},
};
use comity_model::message::{HitAnswer, HitClaim, matching::HitOutcome};
use std::{collections::BTreeMap, sync::Arc};
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
    let asked = match rests_on(node, tx, incoming, claim).await? {
        Ok(asked) => asked,
        Err(why) => return Ok(Err(why)),
    };
    if let Err(why) = rules::check_claim(claim, asked.count, asked.epoch) {
        return Ok(Err(why));
    }
    let before = store::claimed_of(tx, authority, &statement.from, claim.query).await?;
    if before.saturating_add(claim.handles.len() as u64) > asked.count {
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
        case_reference: asked.case_reference,
        purpose: statement.marking.purpose,
        marking: statement.marking.clone(),
        legal_basis: statement.legal_basis.clone(),
        arrived_at: incoming.at,
    };
    if !store::insert(tx, &row).await? {
        return Ok(Err("a claim of that identifier is here already"));
    }
    let (mut unknown, mut taken, mut touched) = (0u64, 0u64, BTreeMap::<_, Vec<&String>>::new());
    for handle in &claim.handles {
        let held = under(node, authority, (claim.query, claim.epoch), handle).await?;
        unknown += u64::from(held.is_empty());
        let canary = canary_of(&held);
        if !store::insert_handle(tx, &row, handle, canary.map(|held| held.subject.as_str())).await? {
            continue;
        }
        taken += 1;
        if let Some(canary) = canary {
            touched.entry((canary.kind.clone(), canary.subject.clone())).or_default().push(handle);
        }
    }
    for ((kind, canary), handles) in touched {
        record_touched(node, tx, &row, (&kind, &canary), &handles).await?;
    }
    if taken == 0 {
        return Ok(Err("every handle of it was claimed before"));
    }
    let detail = serde_json::json!({
        "claim": row.id, "query": row.query, "from": row.sender, "batch_sha256": asked.batch_sha256,
        "session": asked.session, "count": asked.count, "epoch": row.epoch, "hits": row.hits, "handles": claim.handles.len(), "unknown": unknown,
    });
    tx.record(entry(&row, "hit_claim_received", detail));
    Ok(Ok(()))
}

/// The canary under a handle. A key of an invented person that a person of ours has too is none: who claims it may mean that person.
fn canary_of(held: &[HeldRow]) -> Option<&HeldRow> {
    let ours = held.iter().any(|held| !held.canary);
    held.iter().find(|held| held.canary && !(held.kind == PERSON_KEY && ours))
}

/// Tells whoever oversees: for each handle of a selector, and once for an invented person, with how many of its keys were claimed.
async fn record_touched(
    node: &Node,
    tx: &mut Tx,
    row: &ClaimRow,
    (kind, canary): (&str, &str),
    handles: &[&String],
) -> Result<(), StoreError> {
    let detail = |more: serde_json::Value| {
        let mut detail = serde_json::json!({ "claim": row.id, "query": row.query, "from": row.sender });
        if let (Some(detail), serde_json::Value::Object(more)) = (detail.as_object_mut(), more) {
            detail.extend(more);
        }
        detail
    };
    if kind != PERSON_KEY {
        for handle in handles {
            tx.record(entry(row, "canary_touched", detail(serde_json::json!({ "handle": handle }))));
        }
        return Ok(());
    }
    let of = epochs::keys_of_canary(&node.store, &row.authority, row.epoch, canary).await?;
    let more = serde_json::json!({ "canary": canary, "handles": handles, "keys": handles.len(), "of": of });
    tx.record(entry(row, "canary_touched", detail(more)));
    Ok(())
}

/// What a claim rests on: a query that was evaluated here, or a comparison of whole case loads that is finished.
#[derive(Default)]
struct Rests {
    batch_sha256: Option<String>,
    session: Option<String>,
    case_reference: String,
    epoch: u64,
    /// So many handles may be claimed.
    count: u64,
}

async fn rests_on(
    node: &Node,
    tx: &mut Tx,
    incoming: &Incoming,
    claim: &HitClaim,
) -> Result<Result<Rests, &'static str>, StoreError> {
    let (from, authority) = (&incoming.verified.statement().from, &incoming.authority);
    let query = received::store::load(&node.store, authority, from, claim.query).await?;
    if let Some(query) = query.filter(|query| query.state == ReceivedState::Answered) {
        let epoch = epochs::numbered(&node.store, authority, claim.epoch).await?;
        let of_query = query.epoch.unwrap_or(NO_EPOCH);
        if claim.epoch == of_query && epoch.is_none_or(|epoch| epoch.sealed_key.is_none()) {
            return Ok(Err("the epoch has ended for good; ask anew"));
        }
        return Ok(Ok(Rests {
            batch_sha256: Some(query.batch_sha256),
            case_reference: query.case_reference,
            epoch: of_query,
            count: query.count,
            ..Rests::default()
        }));
    }
    let compared = deconfliction::store::load_in(tx, authority, claim.query).await?;
    let compared = compared.filter(|row| row.peer == *from && row.state == deconfliction::State::Finished);
    let Some(compared) = compared else {
        return Ok(Err("that authority has no query here that was evaluated under that identifier"));
    };
    if compared.purged_at.is_some() {
        return Ok(Err("what was in common has been purged; compare anew"));
    }
    let (session, count) = (compared.session, compared.matches.unwrap_or(0));
    Ok(Ok(Rests { session, count, epoch: NO_EPOCH, ..Rests::default() }))
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
    let (shown, note): (_, Option<String>) = match &answer.outcome {
        HitOutcome::Disclosed(shown) => (Some(shown.as_ref()), None),
        HitOutcome::Declined { note } => (None, Some(note.chars().take(2000).collect())),
    };
    let whose = (authority, answer.query, &statement.from);
    let what = (answer.handle.as_str(), answer.claim);
    if !found::answer(tx, whose, what, (shown, note), incoming.at).await? {
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
    pub(in crate::hits::queries) fn is_open(&self) -> bool {
        self.state == ClaimState::Open
    }
}
