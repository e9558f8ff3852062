//! The end of a fetch: an item that was verified as a whole is received.

use super::{
    commands::{answer_to, send_answer},
    fetch::{FetchFault, Fetched},
    store::{self, OfferRow, OfferState},
};
use crate::{
    Node,
    evidence::{
        EvidenceError, ItemRow, ItemState, NewEvent, NewItem, admit,
        custody::{Hand, record_event},
        epochs::{self, blocking},
        store as vault,
    },
    journal::Actor,
    random,
    store::Tx,
};
use comity_model::{id::CaseId, message::OfferOutcome};
use comity_vault::{custody::Act, item::keep_manifest};
use std::sync::Arc;

/// Receives what was fetched and verified: custody event, item and answer in one transaction.
pub(super) async fn complete(node: &Arc<Node>, fetched: Fetched) -> Result<(), FetchFault> {
    let row = &fetched.row;
    let (Some((officer, name)), Some(case)) = (row.officer.clone(), row.case) else {
        return Err(FetchFault::Final("nobody has accepted the offer".to_owned()));
    };
    let hand = Hand { officer, authority: row.authority.clone(), actor: Actor::Officer(name) };
    let known = vault::item(&node.store, &row.authority, row.item).await?;
    match known {
        None => take(node, &hand, case, fetched).await,
        Some(known) if known.state == ItemState::HandedOver => {
            take_back(node, &hand, case, known, fetched).await
        }
        Some(_) => Err(FetchFault::Final("the item is here already".to_owned())),
    }?;
    node.wake_outbox();
    Ok(())
}

async fn take(node: &Arc<Node>, hand: &Hand, case: CaseId, fetched: Fetched) -> Result<(), FetchFault> {
    let Fetched { row, key, manifest, before, packed, .. } = fetched;
    let new = NewItem {
        manifest,
        key,
        case,
        act: received(&row),
        reason: row.reason.clone().unwrap_or_default(),
        marking: Some(row.marking.clone()),
        received_from: Some(row.peer.clone()),
        retain_until: Some(row.marking.retain_until),
        before,
        packed,
    };
    let shared = node.clone();
    admit(node, hand, vec![new], async move |tx| finish(&shared, tx, hand, &row).await).await?;
    Ok(())
}

fn received(row: &OfferRow) -> Act {
    Act::Received { from: row.peer.clone(), offer: row.event }
}

/// Receives an item that was here before and had been handed over: the same row, the next number in our strand.
async fn take_back(
    node: &Arc<Node>,
    hand: &Hand,
    case: CaseId,
    known: ItemRow,
    fetched: Fetched,
) -> Result<(), FetchFault> {
    let Fetched { row, key, json, before, packed, manifest } = fetched;
    let (now, item) = (random::now(), row.item);
    let epoch = epochs::current_open(node, &hand.authority).await?;
    let (shared, whose) = (node.clone(), hand.authority.clone());
    let (kept_json, kept) = blocking(move || {
        let kept_json = keep_manifest(&json, item, &key, epochs::salt());
        let kept_json = kept_json.map_err(|source| EvidenceError::Kept { item, source })?;
        Ok((kept_json, epochs::keep(&shared, &whose, item, &key, epoch)?))
    })
    .await?;
    let again = ItemRow {
        case,
        manifest: Some(kept_json),
        marking: Some(row.marking.clone()),
        received_from: Some(row.peer.clone()),
        retain_until: Some(row.marking.retain_until),
        taken_at: now,
        taken_by: hand.actor.to_string(),
        ..known
    };
    let reason = row.reason.clone().unwrap_or_default();
    let event = NewEvent { item, case: Some(case), act: received(&row), reason, basis: None, place: None };
    let mut tx = node.store.begin("take_evidence_back").await?;
    let before: Vec<_> = before.into_iter().map(|event| (item, event)).collect();
    vault::insert_events(&mut tx, &hand.authority, &before).await?;
    record_event(node, &mut tx, hand, event, now).await?;
    store::take_back(&mut tx, &again).await?;
    vault::insert_wraps(&mut tx, &hand.authority, &[(item, kept)]).await?;
    let object = |part: &comity_vault::item::PartRef| {
        let in_pack = packed.iter().find(|(name, _)| *name == part.sealed_sha256);
        (item, in_pack.map_or(part.sealed_sha256, |(_, at)| at.object), part.sealed_size)
    };
    let objects: Vec<_> = manifest.parts.iter().map(object).collect();
    vault::insert_objects(&mut tx, &hand.authority, &objects).await?;
    finish(node, &mut tx, hand, &row).await?;
    tx.commit().await?;
    Ok(())
}

/// What belongs to the transaction in which an item is received: the offer ends, and the giver is told.
async fn finish(node: &Arc<Node>, tx: &mut Tx, hand: &Hand, row: &OfferRow) -> Result<(), EvidenceError> {
    let now = random::now();
    if !store::move_on(tx, row, OfferState::Accepted, None, now).await? {
        let why = "the offer ended while its item was being received".to_owned();
        return Err(EvidenceError::Conflict { code: "offer_answered", why });
    }
    store::forget_parts(tx, &row.authority, row.item).await?;
    store::set_verified(tx, &row.authority, row.item, now).await?;
    let event = store::last_event(tx, &row.authority, row.item).await?;
    let reason = row.reason.clone().unwrap_or_default();
    let answer = answer_to(row, OfferOutcome::Accepted, event, &reason);
    send_answer(node, tx, row, answer, &hand.actor).await
}
