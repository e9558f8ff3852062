//! Messages between authorities: prepared (checked, sealed, signed), put into the outbox in the transaction of the act,
//! and stored when they arrive. What a kind of message means is its own capability's business.

pub mod http;
mod outgoing;
mod reads;
pub mod record;
pub mod rules;
mod store;

pub use outgoing::{ExchangeError, Outgoing, Prepared, prepare, prepare_many, put};
pub use store::{
    ExchangeSummary, MessageRow, Place, Stored, about_message, exchanges, message, messages_of,
    stored_entries,
};

use crate::{
    Node,
    federation::{courier::receipt_detail, wire},
    journal::{About, Actor, Entry},
    store::{StoreError, Tx},
};
use comity_model::{AuthorityId, id::MessageId, message::Message};
use comity_record::{VerifiedEnvelope, receipt::stored_entry};
use jiff::Timestamp;
use std::{collections::BTreeMap, sync::Arc};

/// A verified, opened envelope for one of the authorities served here.
pub struct Incoming {
    /// The recipient.
    pub authority: AuthorityId,
    /// Statement and sealed body.
    pub verified: VerifiedEnvelope,
    /// What it says.
    pub message: Message,
    /// When it arrived.
    pub at: Timestamp,
}

impl Incoming {
    /// What entries about it are about.
    #[must_use]
    pub fn about(&self) -> About {
        let statement = self.verified.statement();
        About { exchange: Some(statement.exchange), message: Some(statement.id), ..About::default() }
    }
}

/// Stores an arrived envelope once, with its journal entry and what follows from its kind, in the batch's transaction.
///
/// # Errors
/// Where the database fails; the whole batch is then put off.
pub async fn store_incoming(node: &Arc<Node>, tx: &mut Tx, incoming: &Incoming) -> Result<Place, StoreError> {
    let Incoming { authority, verified, at, .. } = incoming;
    if !store::insert_incoming(tx, incoming).await? {
        return store::place_of(tx, authority, verified).await;
    }
    let document = stored_entry(*at, authority, verified.statement(), verified.sha256());
    let act = comity_model::receipt::ENVELOPE_STORED;
    let entry = Entry::of_document(*at, Some(authority), &Actor::Node, act, incoming.about(), document);
    let place = tx.record(entry);
    crate::alerts::arrived(node, tx, incoming).await?;
    Ok(Place::New(place))
}

/// What follows from arrivals once they are committed: standing rules that send something.
pub fn after_arrivals(node: &Arc<Node>, arrivals: &BTreeMap<(String, String), Incoming>) {
    if arrivals.values().any(|incoming| matches!(incoming.message, Message::AlertCancellation(_))) {
        crate::alerts::withdraw_soon(node);
    }
}

/// Records a verified receipt in the journal.
///
/// # Errors
/// Where the database fails.
pub async fn record_receipt(
    tx: &mut Tx,
    (message, receiver): &(MessageId, AuthorityId),
    receipt: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (about, sender) = about_message(tx, *message).await?;
    let detail = receipt_detail(receipt, receiver);
    tx.record(Entry::new(at, sender.as_ref(), &Actor::Node, "receipt_verified", about, detail));
    Ok(())
}

/// The largest number of messages that one request may send.
pub const MAX_MANY: usize = wire::MAX_BATCH;
