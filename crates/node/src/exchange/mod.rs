//! Messages between authorities: prepared (checked, sealed, signed), put into the outbox in the transaction of the act,
//! and stored when they arrive. What a kind of message means is its own capability's business.

pub mod http;
mod outgoing;
mod reads;
pub mod record;
pub mod rules;
mod store;

pub use outgoing::{ExchangeError, Outgoing, Prepared, prepare, prepare_many, put, put_many};
pub use store::{
    ExchangeSummary, MessageRow, Place, Stored, about_message, assessment_of, exchanges, message,
    messages_of, stored_entries,
};

use crate::{
    Node,
    federation::{courier::AboutMessage, wire},
    journal::{About, Actor, Entry},
    law::{self, Assessed},
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
    /// What our own check of its basis finds.
    pub assessed: Assessed,
}

impl Incoming {
    /// What entries about it are about.
    #[must_use]
    pub fn about(&self) -> About {
        let statement = self.verified.statement();
        About { exchange: Some(statement.exchange), message: Some(statement.id), ..About::default() }
    }
}

/// Stores arrived envelopes once each, with their journal entries and what follows from their kind, in the batch's
/// transaction; where each is, in their order.
///
/// # Errors
/// Where the database fails; the whole batch is then put off.
pub async fn store_incoming(
    node: &Arc<Node>,
    tx: &mut Tx,
    arrived: &[&Incoming],
) -> Result<Vec<Place>, StoreError> {
    let mut places = Vec::with_capacity(arrived.len());
    // What has an effect looks for what came before it, so it is stored alone and in its turn.
    let alike = |one: &&Incoming, next: &&Incoming| without_effect(one) && without_effect(next);
    for run in arrived.chunk_by(alike) {
        for (incoming, new) in run.iter().zip(store::insert_incoming(tx, run).await?) {
            places.push(place(node, tx, incoming, new).await?);
        }
    }
    Ok(places)
}

fn without_effect(incoming: &Incoming) -> bool {
    matches!(incoming.message, Message::Information(_))
}

async fn place(node: &Arc<Node>, tx: &mut Tx, incoming: &Incoming, new: bool) -> Result<Place, StoreError> {
    let Incoming { authority, verified, at, .. } = incoming;
    if !new {
        return store::place_of(tx, authority, verified).await;
    }
    let document = stored_entry(*at, authority, verified.statement(), verified.sha256());
    let act = comity_model::receipt::ENVELOPE_STORED;
    let entry = Entry::of_document(*at, Some(authority), &Actor::Node, act, incoming.about(), document);
    let place = tx.record(entry);
    law::note_arrival(tx, incoming);
    crate::alerts::arrived(node, tx, incoming).await?;
    crate::evidence::arrived(node, tx, incoming).await?;
    crate::hits::queries::arrived(node, tx, incoming).await?;
    crate::hits::deconfliction::arrived(node, tx, incoming).await?;
    Ok(Place::New(place))
}

/// What follows from arrivals once they are committed: standing rules that send something.
pub fn after_arrivals(node: &Arc<Node>, arrivals: &BTreeMap<(String, String), Incoming>) {
    if arrivals.values().any(|incoming| matches!(incoming.message, Message::AlertCancellation(_))) {
        crate::alerts::withdraw_soon(node);
    }
    if arrivals.values().any(|incoming| crate::hits::queries::concerns(&incoming.message)) {
        node.matching.wake();
    }
    if arrivals.values().any(|incoming| crate::hits::deconfliction::concerns(&incoming.message)) {
        node.deconflictions.wake();
    }
}

/// Records a verified receipt in the journal; `known` is what entries about the message are about, if it is known.
///
/// # Errors
/// Where the database fails.
pub async fn record_receipt(
    tx: &mut Tx,
    (message, receiver): &(MessageId, AuthorityId),
    known: Option<&AboutMessage>,
    receipt_sha256: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (about, sender) = match known {
        Some(known) => known.clone(),
        None => about_message(tx, *message).await?,
    };
    let detail = serde_json::json!({ "receiver": receiver, "receipt_sha256": receipt_sha256 });
    tx.record(Entry::new(at, sender.as_ref(), &Actor::Node, "receipt_verified", about, detail));
    Ok(())
}

/// The largest number of messages that one request may send.
pub const MAX_MANY: usize = wire::MAX_BATCH;
