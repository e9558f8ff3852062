//! What arrived messages mean for hand-overs, in the transaction that stores them. The envelope is accepted by then: what
//! cannot be believed leaves an entry that says why, and nothing else.

use super::{
    check::{self, Believed, False},
    commands::{about_offer, end_event},
    digest_of, rules,
    store::{self, Direction, OfferRow, OfferState},
};
use crate::{
    Node,
    evidence::{
        EvidenceError, ItemState,
        custody::{Hand, record_event},
        epochs::{self, KeptKey},
        rotate, store as vault,
    },
    exchange::Incoming,
    journal::{About, Actor, Entry},
    random,
    store::{StoreError, Tx},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_blobs::NamedFault;
use comity_model::{
    AuthorityId,
    message::{EvidenceAnswer, EvidenceOffer, Message, OfferOutcome},
};
use comity_vault::{custody::Act, item::unwrap_key};
use std::sync::Arc;

/// The rule under which a node records that an offer of its authority was declined.
const RULE: Actor = Actor::Rule("end_declined_offer");

/// What an arrived message means for hand-overs.
///
/// # Errors
/// Where the database or the store of epoch keys fails; the whole batch is then put off.
pub(crate) async fn arrived(node: &Arc<Node>, tx: &mut Tx, incoming: &Incoming) -> Result<(), StoreError> {
    let outcome = match &incoming.message {
        Message::EvidenceOffer(content) => offered(node, tx, incoming, content).await?,
        Message::EvidenceAnswer(content) => answered(node, tx, incoming, content).await?,
        _ => Ok(()),
    };
    if let Err(False(why)) = outcome {
        let item = match &incoming.message {
            Message::EvidenceOffer(content) => Some(content.item),
            Message::EvidenceAnswer(content) => Some(content.item),
            _ => None,
        };
        let detail = serde_json::json!({ "kind": incoming.message.kind(), "why": why });
        let about = About { item, ..incoming.about() };
        let (at, by) = (incoming.at, Some(&incoming.authority));
        tx.record(Entry::new(at, by, &Actor::Node, "message_without_effect", about, detail));
    }
    Ok(())
}

type Outcome = Result<(), False>;

fn without_effect(why: impl Into<String>) -> Result<Outcome, StoreError> {
    Ok(Err(False(why.into())))
}

async fn offered(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    content: &EvidenceOffer,
) -> Result<Outcome, StoreError> {
    let statement = incoming.verified.statement();
    let named = (statement.id, &statement.from);
    let shown = store::hide_key(tx, &incoming.authority, named, content).await?;
    let (believed, _) = match check::offer(&node.registry(), incoming, content) {
        Ok(believed) => believed,
        Err(why) => return Ok(Err(why)),
    };
    let kept = match keep_key(node, tx, incoming, content).await? {
        Ok(kept) => kept,
        Err(why) => return Ok(Err(why)),
    };
    let row = OfferRow {
        authority: incoming.authority.clone(),
        message: statement.id,
        item: content.item,
        direction: Direction::Incoming,
        peer: statement.from.clone(),
        exchange: statement.exchange,
        state: OfferState::Open,
        keeps_copy: content.keeps_copy,
        event: believed.row.sha256,
        offer: shown,
        marking: statement.marking.clone(),
        legal_basis: statement.legal_basis.clone(),
        case: None,
        kept: Some(kept),
        manifest: None,
        officer: None,
        reason: None,
        fetched: 0,
        fault: None,
        made_at: statement.time,
        changed_at: incoming.at,
    };
    if !store::insert(tx, &row).await? {
        return without_effect("an offer of that identifier is here already");
    }
    let detail = serde_json::json!({ "event": row.event, "keeps_copy": row.keeps_copy });
    tx.record(about_offer(&row, &Actor::Node, "evidence_offered", detail, incoming.at));
    if store::was_withdrawn(tx, &row).await? {
        return withdrawn(tx, incoming, row).await;
    }
    Ok(Ok(()))
}

/// Opens the wrapped key and keeps it under the epoch.
async fn keep_key(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    content: &EvidenceOffer,
) -> Result<Result<KeptKey, False>, StoreError> {
    let authority = &incoming.authority;
    // Not `epochs::current`, which begins a transaction of its own while this one holds the database.
    let known = vault::current_epoch(&node.store, authority).await?;
    let epoch = known.unwrap_or(1);
    let (shared, whose, content) = (node.clone(), authority.clone(), content.clone());
    let kept = epochs::blocking(move || {
        if known.is_none() {
            match shared.evidence.epochs.make(&shared, &whose, epoch) {
                Ok(()) | Err(EvidenceError::Named(NamedFault::Exists { .. })) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(open_and_keep(&shared, &whose, &content, epoch))
    });
    let kept = kept.await.map_err(put_off)?;
    if known.is_none() && vault::insert_epoch(tx, authority, epoch, incoming.at).await? {
        tx.record(rotate::entry(authority, &Actor::Node, "epoch_begun", epoch, incoming.at));
    }
    rotate::hold_epoch(tx, authority, epoch).await?;
    match kept {
        Ok(kept) => Ok(Ok(kept)),
        Err(EvidenceError::Sealed(_)) => Ok(Err(False("its key does not open with ours".to_owned()))),
        Err(fault) => Err(put_off(fault)),
    }
}

fn open_and_keep(
    node: &Node,
    authority: &AuthorityId,
    content: &EvidenceOffer,
    epoch: u64,
) -> Result<KeptKey, EvidenceError> {
    let not_a_key = || EvidenceError::Sealed(comity_vault::item::SealedFault::NotAKey);
    let wrap = BASE64_STANDARD.decode(&content.key).map_err(|_| not_a_key())?;
    let keys = node.keys.authorities.get(authority).ok_or(EvidenceError::NotFound("authority"))?;
    let key = unwrap_key(&wrap, content.item, &keys.sealing)?;
    epochs::keep(node, authority, content.item, &key, epoch)
}

/// What fails here is ours, so the sender is to try again.
fn put_off(fault: EvidenceError) -> StoreError {
    match fault {
        EvidenceError::Store(fault) => fault,
        fault => {
            tracing::error!(%fault, "an offer of evidence cannot be stored now");
            StoreError::Aborted { name: "offer_of_evidence" }
        }
    }
}

async fn answered(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    answer: &EvidenceAnswer,
) -> Result<Outcome, StoreError> {
    let from = &incoming.verified.statement().from;
    let row = store::load_in(tx, &incoming.authority, answer.offer).await?;
    let Some(row) = row.filter(|row| row.peer == *from && row.item == answer.item) else {
        return without_effect("no such offer to or from that authority is known here");
    };
    match (answer.outcome, row.direction) {
        (OfferOutcome::Accepted, Direction::Outgoing) => accepted(node, tx, incoming, row, answer).await,
        (OfferOutcome::Declined, Direction::Outgoing) => declined(node, tx, incoming, row, answer).await,
        (OfferOutcome::Withdrawn, Direction::Incoming) => withdrawn(tx, incoming, row).await,
        _ => without_effect("it is not for that side to say this of the offer"),
    }
}

/// The receiver has the item: its event joins our chain, and where no copy stays the item is gone from here.
async fn accepted(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    row: OfferRow,
    answer: &EvidenceAnswer,
) -> Result<Outcome, StoreError> {
    let event = match believed_receipt(node, incoming, &row, answer) {
        Ok(event) => event,
        Err(why) => return Ok(Err(why)),
    };
    let event = event.row;
    vault::insert_events(tx, &row.authority, &[(row.item, event.clone())]).await?;
    let detail = serde_json::json!({ "event": event.sha256 });
    tx.record(about_offer(&row, &Actor::Node, "evidence_accepted", detail, incoming.at));
    if row.state != OfferState::Open {
        return without_effect("it came after the offer had ended here; the chain of custody shows it");
    }
    store::move_on(tx, &row, OfferState::Accepted, None, incoming.at).await?;
    if !row.keeps_copy {
        store::hand_over(tx, &row.authority, row.item).await?;
        tx.record(about_offer(
            &row,
            &Actor::Node,
            "evidence_handed_over",
            serde_json::json!({}),
            incoming.at,
        ));
    }
    Ok(Ok(()))
}

fn believed_receipt(
    node: &Node,
    incoming: &Incoming,
    row: &OfferRow,
    answer: &EvidenceAnswer,
) -> Result<Believed, False> {
    let text = answer.event.as_deref().ok_or_else(|| False("it holds no custody event".to_owned()))?;
    let believed = check::event(&node.registry(), text, incoming.at)?;
    let manifest = digest_of(&row.offer.manifest_sha256).ok_or_else(|| False("no manifest".to_owned()))?;
    check::of(&believed.event, &row.peer, row.item, manifest)?;
    if believed.event.act != (Act::Received { from: row.authority.clone(), offer: row.event }) {
        return Err(False("its custody event does not receive what was offered".to_owned()));
    }
    Ok(believed)
}

async fn declined(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    row: OfferRow,
    answer: &EvidenceAnswer,
) -> Result<Outcome, StoreError> {
    if row.state != OfferState::Open {
        return without_effect("the offer had ended before");
    }
    store::move_on(tx, &row, OfferState::Declined, None, incoming.at).await?;
    let detail = serde_json::json!({ "reason": answer.reason });
    tx.record(about_offer(&row, &Actor::Node, "evidence_offer_declined", detail, incoming.at));
    let item = vault::item(&node.store, &row.authority, row.item).await?;
    let held = item.is_some_and(|item| item.state == ItemState::Held);
    let Some((officer, _)) = row.officer.clone().filter(|_| held) else { return Ok(Ok(())) };
    let hand = Hand { officer, authority: row.authority.clone(), actor: RULE };
    let reason = format!("`{}` declined the offer: {}", row.peer, answer.reason);
    match record_event(node, tx, &hand, end_event(&row, reason, true), random::now()).await {
        Ok(_) => Ok(Ok(())),
        Err(EvidenceError::Store(fault)) => Err(fault),
        Err(fault) => without_effect(fault.to_string()),
    }
}

/// The giver took an offer back; what was fetched is given up.
async fn withdrawn(tx: &mut Tx, incoming: &Incoming, row: OfferRow) -> Result<Outcome, StoreError> {
    if !rules::is_pending(row.state) {
        return without_effect("the offer had ended before");
    }
    store::move_on(tx, &row, OfferState::Withdrawn, None, incoming.at).await?;
    store::give_up(tx, &row.authority, row.item).await?;
    tx.record(about_offer(
        &row,
        &Actor::Node,
        "evidence_offer_withdrawn",
        serde_json::json!({}),
        incoming.at,
    ));
    Ok(Ok(()))
}
