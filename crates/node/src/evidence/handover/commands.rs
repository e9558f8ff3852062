//! What officers do: offer an item and take the offer back; accept what is offered and decline it.

use super::{
    rules::{self, Forbidden},
    store::{self, Direction, OfferRow, OfferState},
};
use crate::{
    Node,
    access::Caller,
    evidence::{
        EvidenceError, ItemState, NewEvent,
        custody::{Hand, record_event},
        epochs::blocking,
        items, store as vault,
    },
    exchange::{self, ExchangeError, Outgoing},
    hits::hash_sets::marking_of,
    journal::{About, Actor, Entry},
    law::{Basis, BasisChoice},
    random,
    store::Tx,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, ItemId, MessageId},
    marking::Marking,
    message::{EvidenceAnswer, EvidenceOffer, Message, OfferOutcome},
    statement::Urgency,
};
use comity_vault::{custody::Act, item::wrap_key};
use jiff::{Timestamp, tz::TimeZone};
use std::{collections::BTreeSet, sync::Arc};

/// An offer to make.
#[derive(Debug, Clone)]
pub struct NewOffer {
    /// To whom.
    pub to: AuthorityId,
    /// Whether a copy stays here.
    pub keeps_copy: bool,
    /// Why, for the custody event.
    pub reason: String,
    /// What the receiver should know.
    pub note: String,
    /// The conditions.
    pub marking: Marking,
    /// The basis in law.
    pub legal_basis: BasisChoice,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// The thread; a new one where it is absent.
    pub exchange: Option<ExchangeId>,
}

/// The offers of an authority, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    direction: Option<Direction>,
    state: Option<OfferState>,
    limit: u64,
) -> Result<Vec<OfferRow>, EvidenceError> {
    Ok(store::list(&node.store, authority, direction, state, limit).await?)
}

/// One offer.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn load(
    node: &Node,
    authority: &AuthorityId,
    message: MessageId,
) -> Result<OfferRow, EvidenceError> {
    let row = store::load(&node.store, authority, message).await?;
    row.ok_or(EvidenceError::NotFound("offer of evidence"))
}

/// Offers an item to another authority: custody event, offer and message in one transaction.
///
/// # Errors
/// Where it is not held, a marking or the law forbids it, another offer stands in the way, or the message may not leave.
pub async fn offer(
    node: &Arc<Node>,
    caller: &Caller,
    item: ItemId,
    new: NewOffer,
) -> Result<MessageId, EvidenceError> {
    if new.to == caller.authority {
        return Err(EvidenceError::unfit("to", "is your own authority; name another"));
    }
    let opened = items::open_item(node, &caller.authority, item).await?;
    // A hash set that was imported here is bound by its marking like one that was received.
    let own = marking_of(&node.store, &caller.authority, item).await?;
    let received = opened.row.received_from.as_ref().zip(opened.row.marking.as_ref());
    let received = received.or(own.as_ref().map(|marking| (&caller.authority, marking)));
    rules::may_pass_on(&caller.authority, &new.to, received, &new.marking)
        .map_err(|fault| forbidden(&new.to, fault))?;
    let exchange = thread(node, caller, &new).await?;
    let directory = node.registry();
    let to = directory.sealing_key(&new.to).ok_or_else(|| ExchangeError::NotMember(new.to.clone()))?.clone();
    let key = opened.key.clone();
    let wrap = blocking(move || Ok(wrap_key(&key, item, &to)?)).await?;
    let content = EvidenceOffer {
        item,
        exhibit: opened.row.exhibit.clone(),
        name: opened.row.name.clone(),
        size: opened.row.size,
        manifest_sha256: opened.row.manifest_sha256.to_string(),
        event: String::new(),
        key: BASE64_STANDARD.encode(wrap),
        keeps_copy: new.keeps_copy,
        note: new.note.clone(),
    };
    let message = random::new_id(MessageId::new);
    put_offer(node, caller, Making { message, exchange, case: opened.row.case, content, new }).await?;
    node.wake_outbox();
    Ok(message)
}

/// An offer that is being made.
struct Making {
    message: MessageId,
    exchange: ExchangeId,
    case: CaseId,
    content: EvidenceOffer,
    new: NewOffer,
}

async fn put_offer(node: &Arc<Node>, caller: &Caller, making: Making) -> Result<(), EvidenceError> {
    let Making { message, exchange, case, mut content, new } = making;
    let (now, hand, item) = (random::now(), Hand::from(caller), content.item);
    let mut tx = node.store.begin("offer_evidence").await?;
    let event = NewEvent {
        item,
        case: Some(case),
        act: Act::Transferred { to: new.to.clone(), keeps_copy: new.keeps_copy },
        reason: new.reason.clone(),
        basis: Some(format!("{} {}", new.legal_basis.instrument, new.legal_basis.article)),
        place: None,
    };
    // The event holds the item's row to the commit, so that of two offers made at once one sees the other.
    let event = record_event(node, &mut tx, &hand, event, now).await?;
    let open = store::pending_of(&mut tx, &hand.authority, item, Direction::Outgoing).await?;
    rules::may_offer_beside(&open, &new.to, new.keeps_copy).map_err(|fault| forbidden(&new.to, fault))?;
    content.event.clone_from(&event.event);
    let outgoing = Outgoing {
        id: message,
        from: hand.authority.clone(),
        to: BTreeSet::from([new.to.clone()]),
        exchange,
        reply_to: None,
        urgency: new.urgency,
        marking: new.marking.clone(),
        legal_basis: Basis::chosen(new.legal_basis.clone(), &caller.name),
        message: Message::EvidenceOffer(Box::new(content.clone())),
    };
    let prepared = exchange::prepare(node, outgoing).await?;
    let about = About { case: Some(case), item: Some(item), ..About::default() };
    exchange::put(&mut tx, &prepared, &hand.actor, about).await?;
    let shown = store::hide_key(&mut tx, &hand.authority, (message, &hand.authority), &content).await?;
    let row = OfferRow {
        authority: hand.authority.clone(),
        message,
        item,
        direction: Direction::Outgoing,
        peer: new.to,
        exchange,
        state: OfferState::Open,
        keeps_copy: new.keeps_copy,
        event: event.sha256,
        offer: shown,
        marking: new.marking,
        legal_basis: prepared.statement().legal_basis.clone(),
        case: Some(case),
        kept: None,
        manifest: None,
        officer: Some((caller.officer, caller.name.clone())),
        reason: Some(new.reason),
        fetched: 0,
        fault: None,
        made_at: now,
        changed_at: now,
    };
    store::insert(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(())
}

fn forbidden(to: &AuthorityId, fault: Forbidden) -> EvidenceError {
    match fault {
        Forbidden::Onward { ask } => EvidenceError::Onward { ask, next: to.clone() },
        Forbidden::Laxer { field } => EvidenceError::unfit(
            field,
            "is laxer than the marking under which the item was received; keep to that",
        ),
        Forbidden::Open { to } => EvidenceError::Conflict {
            code: "offer_open",
            why: format!("an offer of the item to `{to}` is open; withdraw it, or wait for the answer"),
        },
    }
}

/// The exchange that was asked for, if both take part in it; otherwise a new one.
async fn thread(node: &Node, caller: &Caller, new: &NewOffer) -> Result<ExchangeId, EvidenceError> {
    let Some(exchange) = new.exchange else { return Ok(random::new_id(ExchangeId::new)) };
    if store::is_party(&node.store, &caller.authority, exchange, &new.to).await? {
        return Ok(exchange);
    }
    let why = format!("is no exchange with `{}`; leave it out to begin one", new.to);
    Err(EvidenceError::unfit("exchange", why))
}

/// Takes an offer back that was not answered.
///
/// # Errors
/// Where there is none, it was answered, or the message may not leave.
pub async fn withdraw(
    node: &Arc<Node>,
    caller: &Caller,
    message: MessageId,
    reason: &str,
) -> Result<(), EvidenceError> {
    let mut tx = node.store.begin("withdraw_offer").await?;
    let row = of_direction(&mut tx, caller, message, Direction::Outgoing).await?;
    let now = random::now();
    if row.state != OfferState::Open
        || !store::move_on(&mut tx, &row, OfferState::Withdrawn, None, now).await?
    {
        return Err(answered(&row));
    }
    let event = end_event(&row, reason.to_owned(), false);
    let event = record_event(node, &mut tx, &Hand::from(caller), event, now).await?;
    let answer = answer_to(&row, OfferOutcome::Withdrawn, Some(event.event), reason);
    send_answer(node, &mut tx, &row, answer, &caller.actor()).await?;
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}

/// The event by which a giver's offer ends without being accepted.
pub(super) fn end_event(row: &OfferRow, reason: String, declined: bool) -> NewEvent {
    NewEvent {
        item: row.item,
        case: row.case,
        act: Act::OfferEnded { offer: row.event, declined },
        reason,
        basis: None,
        place: None,
    }
}

/// Accepts an offer: its parts are fetched from now on, and the item is received when it is whole.
///
/// # Errors
/// Where there is none, it was answered, or the item is here already.
pub async fn accept(
    node: &Arc<Node>,
    caller: &Caller,
    message: MessageId,
    case: CaseId,
    reason: &str,
) -> Result<(), EvidenceError> {
    if reason.trim().is_empty() {
        return Err(EvidenceError::unfit("reason", "is blank; say why the item is received"));
    }
    if !store::has_case(&node.store, &caller.authority, case).await? {
        return Err(EvidenceError::NotFound("case"));
    }
    let row = load(node, &caller.authority, message).await?;
    may_receive(node, &row).await?;
    let mut tx = node.store.begin("accept_offer").await?;
    let row = of_direction(&mut tx, caller, message, Direction::Incoming).await?;
    let others = store::pending_of(&mut tx, &row.authority, row.item, Direction::Incoming).await?;
    if others.iter().any(|other| other.state == OfferState::Fetching && other.message != message) {
        let why = "the same item is being fetched by another offer; wait for it, or decline it".to_owned();
        return Err(EvidenceError::Conflict { code: "item_fetching", why });
    }
    let now = random::now();
    let accepted = OfferRow {
        case: Some(case),
        officer: Some((caller.officer, caller.name.clone())),
        reason: Some(reason.to_owned()),
        changed_at: now,
        ..row
    };
    if !rules::may_accept(accepted.state) || !store::begin_fetch(&mut tx, &accepted).await? {
        return Err(answered(&accepted));
    }
    let entry = about_offer(&accepted, &caller.actor(), "evidence_fetch_begun", serde_json::json!({}), now);
    tx.record(entry);
    tx.commit().await?;
    node.evidence.hand_overs.wake();
    Ok(())
}

/// Is there room for the item: not held, not taken in just now, not destroyed, and the same that was here before?
async fn may_receive(node: &Node, row: &OfferRow) -> Result<(), EvidenceError> {
    let conflict = |code, why: &str| Err(EvidenceError::Conflict { code, why: why.to_owned() });
    if store::is_uploaded(&node.store, &row.authority, row.item).await? {
        return conflict("item_known", "an item of that identifier is being uploaded; decline the offer");
    }
    let Some(known) = vault::item(&node.store, &row.authority, row.item).await? else { return Ok(()) };
    if known.state != ItemState::HandedOver {
        let why = "the item is here, or was returned or destroyed here; decline the offer";
        return conflict("item_known", why);
    }
    if known.manifest_sha256.to_string() != row.offer.manifest_sha256 {
        return conflict(
            "item_known",
            "the manifest is not that of the item which was here; decline the offer",
        );
    }
    Ok(())
}

/// Declines an offer.
///
/// # Errors
/// Where there is none, it was answered, or the message may not leave.
pub async fn decline(
    node: &Arc<Node>,
    caller: &Caller,
    message: MessageId,
    reason: &str,
) -> Result<(), EvidenceError> {
    if reason.trim().is_empty() {
        return Err(EvidenceError::unfit("reason", "is blank; say why the item is not received"));
    }
    let mut tx = node.store.begin("decline_offer").await?;
    let row = of_direction(&mut tx, caller, message, Direction::Incoming).await?;
    let now = random::now();
    if !rules::is_pending(row.state)
        || !store::move_on(&mut tx, &row, OfferState::Declined, None, now).await?
    {
        return Err(answered(&row));
    }
    store::give_up(&mut tx, &row.authority, row.item).await?;
    let answer = answer_to(&row, OfferOutcome::Declined, None, reason);
    send_answer(node, &mut tx, &row, answer, &caller.actor()).await?;
    let detail = serde_json::json!({ "reason": reason });
    tx.record(about_offer(&row, &caller.actor(), "evidence_offer_declined", detail, now));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}

async fn of_direction(
    tx: &mut Tx,
    caller: &Caller,
    message: MessageId,
    direction: Direction,
) -> Result<OfferRow, EvidenceError> {
    let row = store::load_in(tx, &caller.authority, message).await?;
    row.filter(|row| row.direction == direction).ok_or(EvidenceError::NotFound("offer of evidence"))
}

fn answered(row: &OfferRow) -> EvidenceError {
    let state = crate::store::code_text(&row.state);
    let why = format!("the offer is `{state}`; nothing more can be done with it");
    EvidenceError::Conflict { code: "offer_answered", why }
}

/// A journal entry about an offer.
pub(super) fn about_offer(
    row: &OfferRow,
    actor: &Actor,
    act: &str,
    mut detail: serde_json::Value,
    now: Timestamp,
) -> Entry {
    let about = About {
        exchange: Some(row.exchange),
        message: Some(row.message),
        case: row.case,
        item: Some(row.item),
        ..About::default()
    };
    if let Some(members) = detail.as_object_mut() {
        members.insert("item".into(), serde_json::json!(row.item));
        members.insert("peer".into(), serde_json::json!(row.peer));
    }
    Entry::new(now, Some(&row.authority), actor, act, about, detail)
}

/// What is said of an offer's end.
pub(super) fn answer_to(
    row: &OfferRow,
    outcome: OfferOutcome,
    event: Option<String>,
    reason: &str,
) -> EvidenceAnswer {
    EvidenceAnswer { offer: row.message, item: row.item, outcome, event, reason: reason.to_owned() }
}

/// Puts an answer into the outbox, under the conditions and on the basis of the offer: an answer shares nothing new.
pub(super) async fn send_answer(
    node: &Arc<Node>,
    tx: &mut Tx,
    row: &OfferRow,
    answer: EvidenceAnswer,
    actor: &Actor,
) -> Result<(), EvidenceError> {
    let outgoing = Outgoing {
        id: random::new_id(MessageId::new),
        from: row.authority.clone(),
        to: BTreeSet::from([row.peer.clone()]),
        exchange: row.exchange,
        reply_to: Some(row.message),
        urgency: Urgency::Routine,
        marking: marking_that_runs(&row.marking, random::now()),
        legal_basis: Basis::Stored(row.legal_basis.clone()),
        message: Message::EvidenceAnswer(answer),
    };
    let prepared = exchange::prepare(node, outgoing).await?;
    let about = About { case: row.case, item: Some(row.item), ..About::default() };
    Ok(exchange::put(tx, &prepared, actor, about).await?)
}

/// An answer can follow when the retention of the offer has run out; it then runs to the day.
fn marking_that_runs(marking: &Marking, now: Timestamp) -> Marking {
    let today = now.to_zoned(TimeZone::UTC).date();
    Marking { retain_until: marking.retain_until.max(today), ..marking.clone() }
}
