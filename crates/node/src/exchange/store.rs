//! The SQL of messages and exchanges.

use super::{Incoming, outgoing::Prepared};
use crate::{
    federation::courier::AboutMessage,
    journal::About,
    store::{Bulk, Row, Store, StoreError, Tx, Value, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    message::{Message, MessageKind},
    statement::{Statement, Urgency},
};
use comity_record::VerifiedEnvelope;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

static INSERT_MESSAGES: Bulk = Bulk::new(
    "/* insert_messages */ INSERT INTO message (authority, id, direction, exchange, kind, \
     sender, recipients, reply_to, time, stored_at, urgency, statement_sha256, envelope, body, content, assessment) VALUES",
    16,
    " ON CONFLICT (authority, id, sender) DO NOTHING RETURNING authority, id, sender",
);
static QUEUE_DELIVERIES: Bulk = Bulk::new(
    "/* queue_deliveries */ INSERT INTO delivery (message, recipient, sender, node, state, urgency, queued_at, \
     next_at, attempts, bytes) VALUES",
    10,
    "",
);

/// By what a stored message is known: whose it is, its identifier, its sender.
type Key = (String, String, String);

/// Where an arrived envelope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Stored by this transaction, as its journal entry of that number.
    New(u64),
    /// Stored before, at that index of the ledger.
    Known(u64),
    /// The same id was stored before with other content; nothing was stored now.
    Conflict,
}

struct NewMessage<'a> {
    authority: &'a AuthorityId,
    direction: &'a str,
    statement: &'a Statement,
    stored_at: Timestamp,
    sha256: [u8; 32],
    envelope: String,
    body: &'a [u8],
    content: String,
    assessment: String,
}

fn values_of(new: NewMessage<'_>) -> Vec<Value> {
    let statement = new.statement;
    vec![
        Value::from(new.authority.as_str()),
        statement.id.to_string().into(),
        new.direction.into(),
        statement.exchange.to_string().into(),
        statement.kind.as_str().into(),
        statement.from.as_str().into(),
        json_text(&statement.to).into(),
        statement.reply_to.map(|id| id.to_string()).into(),
        statement.time.into(),
        new.stored_at.into(),
        code_text(&statement.urgency).into(),
        hex::encode(new.sha256).into(),
        new.envelope.into(),
        new.body.to_vec().into(),
        new.content.into(),
        new.assessment.into(),
    ]
}

/// Those that were not there before.
async fn insert(tx: &mut Tx, rows: &[Vec<Value>]) -> Result<BTreeSet<Key>, StoreError> {
    let returned = tx.execute_many(&INSERT_MESSAGES, rows).await?;
    returned.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.text(2)?))).collect()
}

/// Stores what arrived; for each, `false` where the message is already there.
pub(super) async fn insert_incoming(tx: &mut Tx, arrived: &[&Incoming]) -> Result<Vec<bool>, StoreError> {
    let rows: Vec<Vec<Value>> = arrived.iter().map(|incoming| incoming_values(incoming)).collect();
    let mut new = insert(tx, &rows).await?;
    let key = |incoming: &Incoming| {
        let statement = incoming.verified.statement();
        (incoming.authority.to_string(), statement.id.to_string(), statement.from.to_string())
    };
    // Taken out, so that of two with one key only the first is new.
    Ok(arrived.iter().map(|incoming| new.remove(&key(incoming))).collect())
}

fn incoming_values(incoming: &Incoming) -> Vec<Value> {
    let verified = &incoming.verified;
    values_of(NewMessage {
        authority: &incoming.authority,
        direction: "incoming",
        statement: verified.statement(),
        stored_at: incoming.at,
        sha256: verified.sha256(),
        envelope: json_text(&verified.envelope().statement),
        body: &verified.envelope().body,
        content: json_text(&incoming.message),
        assessment: incoming.assessed.text(),
    })
}

/// Stores messages that leave, and a delivery for each of their recipients.
pub(super) async fn insert_outgoing(tx: &mut Tx, prepared: &[Prepared]) -> Result<(), StoreError> {
    let rows: Vec<Vec<Value>> = prepared.iter().map(outgoing_values).collect();
    if insert(tx, &rows).await?.len() < prepared.len() {
        return Err(StoreError::Contradiction {
            name: "insert_outgoing",
            rule: "the message was sent before".into(),
        });
    }
    let rows: Vec<Vec<Value>> = prepared.iter().flat_map(delivery_values).collect();
    tx.execute_many(&QUEUE_DELIVERIES, &rows).await.map(|_| ())
}

fn outgoing_values(prepared: &Prepared) -> Vec<Value> {
    let statement = prepared.envelope.statement();
    values_of(NewMessage {
        authority: &statement.from,
        direction: "outgoing",
        statement,
        stored_at: statement.time,
        sha256: prepared.envelope.sha256(),
        envelope: json_text(&prepared.envelope.envelope().statement),
        body: &prepared.envelope.envelope().body,
        content: prepared.content.clone(),
        assessment: prepared.stood.assessed.text(),
    })
}

fn delivery_values(prepared: &Prepared) -> impl Iterator<Item = Vec<Value>> {
    let statement = prepared.envelope.statement();
    let bytes = prepared.envelope.envelope().body.len() as u64 + 8192;
    prepared.nodes.iter().map(move |(recipient, node)| {
        vec![
            statement.id.to_string().into(),
            recipient.as_str().into(),
            statement.from.as_str().into(),
            node.as_str().into(),
            "queued".into(),
            rank(statement.urgency).into(),
            statement.time.into(),
            statement.time.into(),
            0i64.into(),
            bytes.into(),
        ]
    })
}

/// The order in which urgencies leave: 0 first.
fn rank(urgency: Urgency) -> i64 {
    match urgency {
        Urgency::Immediate => 0,
        Urgency::Urgent => 1,
        Urgency::Priority => 2,
        Urgency::Routine => 3,
    }
}

/// Where a message that was stored before is: the same content, or other.
pub(super) async fn place_of(
    tx: &mut Tx,
    authority: &AuthorityId,
    verified: &VerifiedEnvelope,
) -> Result<Place, StoreError> {
    let (statement, sha256) = (verified.statement(), hex::encode(verified.sha256()));
    let sql = "/* known_digest */ SELECT statement_sha256 FROM message WHERE authority = $1 AND id = $2 AND sender = $3";
    let id = Value::from(statement.id.to_string());
    let row = tx
        .fetch_optional(sql, &[authority.as_str().into(), id.clone(), statement.from.as_str().into()])
        .await?;
    if row.map(|row| row.text(0)).transpose()?.as_ref() != Some(&sha256) {
        return Ok(Place::Conflict);
    }
    // Two senders may have used one id: the entry that names this digest is the one.
    let sql = "/* known_place */ SELECT seq, document FROM journal WHERE message = $1 AND act = 'envelope_stored' \
               AND authority = $2";
    for row in tx.fetch_all(sql, &[id, authority.as_str().into()]).await? {
        if row.optional_text(1)?.is_some_and(|document| document.contains(&sha256)) {
            return Ok(Place::Known(row.unsigned(0)?));
        }
    }
    Err(StoreError::Ledger("a stored message has no journal entry".into()))
}

/// A journal entry's document, salt and time, by its index.
pub type Stored = (String, Vec<u8>, Timestamp);

/// The entries at these indices of the ledger, for receipts.
///
/// # Errors
/// Where the database fails.
pub async fn stored_entries(store: &Store, indices: &[u64]) -> Result<BTreeMap<u64, Stored>, StoreError> {
    let sql = "/* stored_entries */ SELECT seq, document, salt, at FROM journal WHERE seq >= $1 AND seq <= $2 \
               AND act = 'envelope_stored' AND document IS NOT NULL";
    let mut entries = BTreeMap::new();
    // Neighbours are read together; a duplicate's entry may be far away and is read alone.
    let mut sorted: Vec<u64> = indices.to_vec();
    sorted.sort_unstable();
    for run in sorted.chunk_by(|a, b| b - a < 64) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        for row in store.fetch_all(sql, &[(*first).into(), (*last).into()]).await? {
            entries.insert(row.unsigned(0)?, (row.text(1)?, row.bytes(2)?, row.time(3)?));
        }
    }
    Ok(entries)
}

/// What entries about an outgoing message are about, and in whose name.
///
/// # Errors
/// Where the database fails.
pub async fn about_message(tx: &mut Tx, id: MessageId) -> Result<AboutMessage, StoreError> {
    // By way of its deliveries, which name the sender: the messages' key begins with whose they are.
    let sql = "/* about_message */ SELECT m.exchange, m.sender, m.kind FROM delivery d JOIN message m \
               ON m.authority = d.sender AND m.id = d.message AND m.sender = d.sender WHERE d.message = $1 LIMIT 1";
    let Some(row) = tx.fetch_optional(sql, &[id.to_string().into()]).await? else {
        return Ok((About { message: Some(id), ..About::default() }, None));
    };
    let alert = (row.text(2)? == MessageKind::Alert.as_str()).then_some(id);
    let about = About { exchange: Some(row.word(0)?), message: Some(id), alert, ..About::default() };
    Ok((about, Some(row.word(1)?)))
}

/// A message as it is kept.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// The message.
    pub id: MessageId,
    /// `outgoing` or `incoming`.
    pub direction: String,
    /// The thread.
    pub exchange: ExchangeId,
    /// Its kind.
    pub kind: MessageKind,
    /// Who said it.
    pub sender: AuthorityId,
    /// To whom.
    pub recipients: BTreeSet<AuthorityId>,
    /// What it answers.
    pub reply_to: Option<MessageId>,
    /// When, by the sender's clock.
    pub time: Timestamp,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// SHA-256 of the statement's payload, in hexadecimal.
    pub statement_sha256: String,
    /// The DSSE envelope in JSON.
    pub envelope: String,
    /// The sealed body, until it is withdrawn.
    pub body: Option<Vec<u8>>,
    /// What it says, until it is withdrawn.
    pub content: Option<Message>,
    /// What this node's check of its basis found, as JSON; absent once withdrawn, and for what an earlier release stored.
    pub assessment: Option<serde_json::Value>,
}

const MESSAGE_COLUMNS: &str = "/* messages_of */ SELECT id, direction, exchange, kind, sender, recipients, reply_to, \
    time, urgency, statement_sha256, envelope, body, content, assessment FROM message WHERE authority = $1 AND exchange = $2 \
    ORDER BY stored_at, id";
const ONE_MESSAGE: &str = "/* message */ SELECT id, direction, exchange, kind, sender, recipients, reply_to, \
    time, urgency, statement_sha256, envelope, body, content, assessment FROM message WHERE authority = $1 AND id = $2";

impl MessageRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.word(0)?,
            direction: row.text(1)?,
            exchange: row.word(2)?,
            kind: row.code(3)?,
            sender: row.word(4)?,
            recipients: row.json(5)?,
            reply_to: if row.is_null(6) { None } else { Some(row.word(6)?) },
            time: row.time(7)?,
            urgency: row.code(8)?,
            statement_sha256: row.text(9)?,
            envelope: row.text(10)?,
            body: row.optional_bytes(11)?,
            content: row.optional_json(12)?,
            assessment: row.optional_json(13)?,
        })
    }
}

/// The messages of an exchange at one authority, in the order in which they were stored.
///
/// # Errors
/// Where the database fails.
pub async fn messages_of(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
) -> Result<Vec<MessageRow>, StoreError> {
    let rows =
        store.fetch_all(MESSAGE_COLUMNS, &[authority.as_str().into(), exchange.to_string().into()]).await?;
    rows.iter().map(MessageRow::read).collect()
}

/// One message at one authority.
///
/// # Errors
/// Where the database fails.
pub async fn message(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<MessageRow>, StoreError> {
    let row = store.fetch_optional(ONE_MESSAGE, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| MessageRow::read(&row)).transpose()
}

/// What this node's check of a message's basis found, as it is stored beside the message.
///
/// # Errors
/// Where the database fails.
pub async fn assessment_of(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
    sender: &AuthorityId,
) -> Result<Option<serde_json::Value>, StoreError> {
    let sql =
        "/* assessment */ SELECT assessment FROM message WHERE authority = $1 AND id = $2 AND sender = $3";
    let values = [authority.as_str().into(), id.to_string().into(), sender.as_str().into()];
    store.fetch_optional(sql, &values).await?.map_or(Ok(None), |row| row.optional_json(0))
}

/// An exchange in a line.
#[derive(Debug, Clone)]
pub struct ExchangeSummary {
    /// The exchange.
    pub id: ExchangeId,
    /// When its last message was stored.
    pub last_at: Timestamp,
    /// How many messages.
    pub messages: u64,
    /// The first message's kind.
    pub about: MessageKind,
    /// Everyone who has spoken in it.
    pub senders: BTreeSet<AuthorityId>,
}

/// The exchanges of an authority, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn exchanges(
    store: &Store,
    authority: &AuthorityId,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<ExchangeSummary>, StoreError> {
    let sql = "/* exchanges */ SELECT exchange, MAX(stored_at), COUNT(*) FROM message WHERE authority = $1 \
               GROUP BY exchange HAVING MAX(stored_at) < $2 ORDER BY MAX(stored_at) DESC LIMIT $3";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), before.into(), limit.into()]).await?;
    let mut summaries = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: ExchangeId = row.word(0)?;
        let sql = "/* exchange_kinds */ SELECT kind, sender FROM message WHERE authority = $1 AND exchange = $2 \
                   ORDER BY stored_at, id LIMIT 200";
        let kinds = store.fetch_all(sql, &[authority.as_str().into(), id.to_string().into()]).await?;
        let Some(first) = kinds.first() else { continue };
        let senders = kinds.iter().map(|row| row.word(1)).collect::<Result<_, _>>()?;
        let (last_at, messages, about) = (row.time(1)?, row.unsigned(2)?, first.code(0)?);
        summaries.push(ExchangeSummary { id, last_at, messages, about, senders });
    }
    Ok(summaries)
}
