//! Custody events: signed by the authority that acts, journalled in the transaction of the act, and read back as a chain.

use super::{
    EvidenceError,
    store::{self, CustodyRow, ItemState},
};
use crate::{
    Node,
    access::Caller,
    journal::{About, Actor, Entry},
    random,
    store::Tx,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId, OfficerId},
};
use comity_seal::Dsse;
use comity_vault::{
    Digest,
    custody::{self, Act, CUSTODY_EVENT_TYPE, Chain, Event, EventFormat},
};
use jiff::Timestamp;

/// What an officer does to an item, why, and under which law.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The item.
    pub item: ItemId,
    /// The case it belongs to, for the journal.
    pub case: Option<CaseId>,
    /// What is done.
    pub act: Act,
    /// Why.
    pub reason: String,
    /// Under which authority or law, where the reason alone does not carry it.
    pub basis: Option<String>,
    /// Where, in words.
    pub place: Option<String>,
}

/// Who acts: the officer, for whom, and the name in the journal.
#[derive(Debug, Clone)]
pub struct Hand {
    /// The account.
    pub officer: OfficerId,
    /// For which authority.
    pub authority: AuthorityId,
    /// How the journal names whoever acted.
    pub actor: Actor,
}

impl From<&Caller> for Hand {
    fn from(caller: &Caller) -> Self {
        Self { officer: caller.officer, authority: caller.authority.clone(), actor: caller.actor() }
    }
}

/// Where an event stands in its strand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub number: u64,
    pub previous: Option<Digest>,
    pub manifest: Digest,
}

/// Records an event of an item that this authority's vault knows, in the transaction of the act: numbered after the last,
/// signed, journalled. The kept event is returned.
///
/// # Errors
/// Where the item is not held, the event says too little, or the database fails.
pub async fn record_event(
    node: &Node,
    tx: &mut Tx,
    hand: &Hand,
    new: NewEvent,
    now: Timestamp,
) -> Result<CustodyRow, EvidenceError> {
    let next = store::next_event(tx, &hand.authority, new.item).await?;
    let (number, previous, manifest, state) = next.ok_or(EvidenceError::NotFound("item of evidence"))?;
    let begins = matches!(new.act, Act::Received { .. });
    let gone = matches!(state, ItemState::HandedOver);
    if state != ItemState::Held && !(begins && gone) {
        return Err(EvidenceError::NotHeld { state: state.as_str() });
    }
    let place = Place { number, previous, manifest };
    let (item, case) = (new.item, new.case);
    let (row, act) = sign_event(node, hand, new, place, now)?;
    store::insert_events(tx, &hand.authority, &[(item, row.clone())]).await?;
    store::set_last_event(tx, &hand.authority, item, row.sha256).await?;
    tx.record(entry(hand, item, case, &row, &act, now));
    Ok(row)
}

/// Signs an event at its place.
pub(super) fn sign_event(
    node: &Node,
    hand: &Hand,
    new: NewEvent,
    place: Place,
    now: Timestamp,
) -> Result<(CustodyRow, Act), EvidenceError> {
    let event = Event {
        format: EventFormat::V1,
        item: new.item,
        manifest: place.manifest,
        by: hand.authority.clone(),
        officer: hand.officer,
        number: place.number,
        previous: place.previous,
        at: now,
        act: new.act,
        reason: new.reason,
        basis: new.basis,
        place: new.place,
    };
    let payload = event.to_json()?;
    let key = node.keys.signing_key(&hand.authority, &node.registry(), now, random::now());
    let dsse = key.ok_or(EvidenceError::NotFound("authority"))?.sign_dsse(CUSTODY_EVENT_TYPE, &payload)?;
    let row = CustodyRow {
        sha256: Digest::of(&payload),
        by: hand.authority.clone(),
        number: place.number,
        at: now,
        event: String::from_utf8_lossy(&dsse.to_json()).into_owned(),
        proof: None,
    };
    Ok((row, event.act))
}

/// The journal entry of an event. It names the event by its digest, and holds nothing of the item.
pub(super) fn entry(
    hand: &Hand,
    item: ItemId,
    case: Option<CaseId>,
    row: &CustodyRow,
    act: &Act,
    now: Timestamp,
) -> Entry {
    let about = About { case, item: Some(item), ..About::default() };
    let detail = serde_json::json!({ "item": item, "event": row.sha256, "number": row.number });
    Entry::new(now, Some(&hand.authority), &hand.actor, &format!("custody_{}", act.as_str()), about, detail)
}

/// The custody events of an item as an authority's vault knows them, in the order of their dates.
///
/// # Errors
/// Where the database fails.
pub async fn custody_of(
    node: &Node,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<CustodyRow>, EvidenceError> {
    Ok(store::events(&node.store, authority, item).await?)
}

/// The chain of an item from its kept events. Their signatures were verified when they came in.
///
/// # Errors
/// Where an event that is kept cannot be read.
pub fn chain_of(item: ItemId, events: &[CustodyRow]) -> Result<Chain, EvidenceError> {
    Ok(Chain::new(item, custody_entries(events)?))
}

/// Kept events as the chain takes them.
///
/// # Errors
/// Where an event that is kept cannot be read.
pub fn custody_entries(events: &[CustodyRow]) -> Result<Vec<custody::Entry>, EvidenceError> {
    let read = |row: &CustodyRow| {
        let dsse = Dsse::from_json(row.event.as_bytes());
        let dsse =
            dsse.map_err(|_| EvidenceError::unfit("event", "is kept but cannot be read; restore it"))?;
        Ok(custody::Entry::read(&dsse.payload)?)
    };
    events.iter().map(read).collect()
}
