//! The SQL of delivery: the outbox, its lease, its verdicts, the dead letters.

use super::{answer::HeldReceipt, courier::AboutMessage};
use crate::{
    journal::About,
    store::{Bulk, Row, Store, StoreError, Tx, Value},
};
use comity_delivery::{Item, Millis};
use comity_model::{AuthorityId, id::MessageId, message::MessageKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What a lane delivers: one message to one recipient.
pub type DeliveryId = (MessageId, AuthorityId);

/// The envelope of a due delivery, as it is stored.
pub(super) struct Due {
    pub envelope: String,
    pub body: Vec<u8>,
}

/// What is due for a peer.
#[derive(Default)]
pub(super) struct Outbox {
    pub items: Vec<Item<DeliveryId>>,
    pub due: BTreeMap<DeliveryId, Due>,
    /// What entries about them are about.
    pub abouts: BTreeMap<DeliveryId, AboutMessage>,
    pub more: bool,
    pub next_due: Option<Millis>,
}

/// Whether a peer's lane is ours.
pub(super) enum LaneHeld {
    /// It is, until the time that was asked for.
    Ours,
    /// Another replica has it, until then unless it renews or returns it.
    Until(Timestamp),
}

/// Takes or renews the lease on a peer's lane.
pub(super) async fn take_lane(
    store: &Store,
    peer: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<LaneHeld, StoreError> {
    let mut tx = store.begin("take_lane").await?;
    let sql = "/* take_lane */ INSERT INTO lane (node, holder, leased_until) VALUES ($1, $2, $3) ON CONFLICT (node) \
               DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until \
               WHERE lane.holder = excluded.holder OR lane.leased_until < $4";
    let taken = tx.execute(sql, &[peer.into(), holder.into(), until.into(), now.into()]).await? == 1;
    let sql = "/* lane_until */ SELECT leased_until FROM lane WHERE node = $1";
    let theirs = if taken { None } else { tx.fetch_optional(sql, &[peer.into()]).await? };
    tx.commit().await?;
    Ok(match theirs {
        _ if taken => LaneHeld::Ours,
        Some(row) => LaneHeld::Until(row.time(0)?),
        // It was returned at this very moment.
        None => LaneHeld::Until(now),
    })
}

/// Gives a peer's lane back, if it is ours, so that whoever comes next does not wait for the end of the lease.
pub(super) async fn return_lane(store: &Store, peer: &str, holder: &str) -> Result<(), StoreError> {
    let mut tx = store.begin("return_lane").await?;
    let sql = "/* return_lane */ DELETE FROM lane WHERE node = $1 AND holder = $2";
    tx.execute(sql, &[peer.into(), holder.into()]).await?;
    tx.commit().await.map(|_| ())
}

/// Due deliveries for a peer, most urgent and oldest first, at most `limit` and `bytes` of them but at least one.
pub(super) async fn due(
    store: &Store,
    peer: &str,
    now: Timestamp,
    limit: u32,
    bytes: u64,
) -> Result<Outbox, StoreError> {
    let sql = "/* due_deliveries */ SELECT message, recipient, attempts, bytes FROM delivery \
               WHERE node = $1 AND state = 'queued' AND next_at <= $2 ORDER BY urgency, queued_at, message LIMIT $3";
    let wanted = u64::from(limit) + 1;
    let rows = store.fetch_all(sql, &[peer.into(), now.into(), wanted.into()]).await?;
    let mut outbox = Outbox::default();
    let mut total = 0;
    for row in &rows {
        total += row.unsigned(3)?;
        let full = outbox.items.len() as u64 + 1 == wanted || (total > bytes && !outbox.items.is_empty());
        if full {
            outbox.more = true;
            break;
        }
        let id: DeliveryId = (row.word(0)?, row.word(1)?);
        let tries = u32::try_from(row.unsigned(2)?).unwrap_or(u32::MAX);
        outbox.items.push(Item { id, tries });
    }
    load_due(store, peer, now, &mut outbox).await?;
    if !outbox.more {
        outbox.next_due = next_due(store, peer, now).await?;
    }
    Ok(outbox)
}

/// Loads the envelopes of what is due.
async fn load_due(store: &Store, peer: &str, now: Timestamp, outbox: &mut Outbox) -> Result<(), StoreError> {
    let sql = "/* load_due */ SELECT d.message, d.recipient, m.sender, m.exchange, m.kind, m.envelope, m.body \
               FROM delivery d JOIN message m ON m.authority = d.sender AND m.id = d.message AND m.sender = d.sender \
               WHERE d.node = $1 AND d.state = 'queued' AND d.next_at <= $2 \
               ORDER BY d.urgency, d.queued_at, d.message LIMIT $3";
    let count = outbox.items.len() as u64;
    for row in store.fetch_all(sql, &[peer.into(), now.into(), count.into()]).await? {
        outbox.take(&row)?;
    }
    // Something more urgent may have come in between the two queries, in place of these.
    let sql = "/* load_one_due */ SELECT d.message, d.recipient, m.sender, m.exchange, m.kind, m.envelope, m.body \
               FROM delivery d JOIN message m ON m.authority = d.sender AND m.id = d.message AND m.sender = d.sender \
               WHERE d.message = $1 AND d.recipient = $2";
    let missing = outbox.items.iter().filter(|item| !outbox.due.contains_key(&item.id));
    for (message, recipient) in missing.map(|item| item.id.clone()).collect::<Vec<_>>() {
        let row = store.fetch_optional(sql, &[message.to_string().into(), recipient.as_str().into()]).await?;
        outbox.take(&row.ok_or(StoreError::Corrupt { column: 0, expected: "the message of a delivery" })?)?;
    }
    Ok(())
}

impl Outbox {
    fn take(&mut self, row: &Row) -> Result<(), StoreError> {
        let id: DeliveryId = (row.word(0)?, row.word(1)?);
        let alert = (row.text(4)? == MessageKind::Alert.as_str()).then_some(id.0);
        let about = About { exchange: Some(row.word(3)?), message: Some(id.0), alert, ..About::default() };
        self.abouts.insert(id.clone(), (about, Some(row.word(2)?)));
        let due = Due { envelope: row.text(5)?, body: row.optional_bytes(6)?.unwrap_or_default() };
        self.due.insert(id, due);
        Ok(())
    }
}

async fn next_due(store: &Store, peer: &str, now: Timestamp) -> Result<Option<Millis>, StoreError> {
    let sql = "/* next_due */ SELECT MIN(next_at) FROM delivery WHERE node = $1 AND state = 'queued' AND next_at > $2";
    let row = store.fetch_optional(sql, &[peer.into(), now.into()]).await?;
    Ok(row.and_then(|row| row.optional_time(0).transpose()).transpose()?.map(super::millis))
}

static RECEIPTED: Bulk = Bulk::new(
    "/* receipted */ UPDATE delivery SET state = 'receipted', receipt = told.column3, receipted_at = told.column4, \
     fault = NULL FROM (VALUES",
    4,
    ") AS told WHERE delivery.message = told.column1 AND delivery.recipient = told.column2 \
     AND delivery.state <> 'receipted' RETURNING delivery.message, delivery.recipient",
);

/// Marks deliveries as receipted; those that were not before.
pub(super) async fn receipted(
    tx: &mut Tx,
    receipts: &[(&DeliveryId, &HeldReceipt)],
    at: Timestamp,
) -> Result<BTreeSet<DeliveryId>, StoreError> {
    let row = |(id, receipt): &(&DeliveryId, &HeldReceipt)| -> Vec<Value> {
        vec![id.0.to_string().into(), id.1.as_str().into(), receipt.json.clone().into(), at.into()]
    };
    let rows: Vec<Vec<Value>> = receipts.iter().map(row).collect();
    let new = tx.execute_many(&RECEIPTED, &rows).await?;
    new.iter().map(|row| Ok((row.word(0)?, row.word(1)?))).collect()
}

/// Puts a delivery off.
pub(super) async fn put_off(
    tx: &mut Tx,
    id: &DeliveryId,
    at: Timestamp,
    tries: u32,
    why: &str,
) -> Result<(), StoreError> {
    let sql = "/* put_off */ UPDATE delivery SET next_at = $3, attempts = $4, fault = $5 \
               WHERE message = $1 AND recipient = $2 AND state = 'queued'";
    let values =
        [id.0.to_string().into(), id.1.as_str().into(), at.into(), u64::from(tries).into(), Value::from(why)];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Moves a delivery to the dead letters; `false` where it was not waiting any more.
pub(super) async fn bury(tx: &mut Tx, id: &DeliveryId, code: &str) -> Result<bool, StoreError> {
    let sql = "/* bury */ UPDATE delivery SET state = 'dead', fault = $3, attempts = attempts + 1 \
               WHERE message = $1 AND recipient = $2 AND state = 'queued'";
    Ok(tx.execute(sql, &[id.0.to_string().into(), id.1.as_str().into(), code.into()]).await? == 1)
}

/// Where one recipient's copy of a message stands.
#[derive(Debug, Clone)]
pub struct DeliveryView {
    /// The recipient.
    pub authority: AuthorityId,
    /// `queued`, `receipted` or `dead`.
    pub state: String,
    /// When it was put into the outbox.
    pub queued_at: Timestamp,
    /// When the receipt was verified and stored.
    pub receipted_at: Option<Timestamp>,
    /// When the recipient says that it has withdrawn name and photograph.
    pub withdrawn_at: Option<Timestamp>,
    /// How often it was tried in vain.
    pub attempts: u64,
    /// The last fault: a refusal code, or words.
    pub fault: Option<String>,
    /// The receipt, a DSSE envelope in JSON.
    pub receipt: Option<String>,
}

impl DeliveryView {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            state: row.text(1)?,
            queued_at: row.time(2)?,
            receipted_at: row.optional_time(3)?,
            withdrawn_at: row.optional_time(4)?,
            attempts: row.unsigned(5)?,
            fault: row.optional_text(6)?,
            receipt: row.optional_text(7)?,
        })
    }
}

/// Where every copy of a message stands, by recipient.
///
/// # Errors
/// Where the database fails.
pub async fn deliveries_of(store: &Store, message: MessageId) -> Result<Vec<DeliveryView>, StoreError> {
    let sql = "/* deliveries_of */ SELECT recipient, state, queued_at, receipted_at, withdrawn_at, attempts, fault, \
               receipt FROM delivery WHERE message = $1 ORDER BY recipient";
    store.fetch_all(sql, &[message.to_string().into()]).await?.iter().map(DeliveryView::read).collect()
}

/// A message that a recipient refused for good.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// The message.
    pub message: MessageId,
    /// The recipient.
    pub recipient: AuthorityId,
    /// Why: a refusal code.
    pub code: String,
    /// Since when it waited.
    pub since: Timestamp,
    /// How often it was tried.
    pub attempts: u64,
}

/// The dead letters of one sending authority, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn dead_letters(store: &Store, sender: &AuthorityId) -> Result<Vec<DeadLetter>, StoreError> {
    let sql = "/* dead_letters */ SELECT message, recipient, fault, queued_at, attempts FROM delivery \
               WHERE sender = $1 AND state = 'dead' ORDER BY queued_at, message LIMIT 500";
    let rows = store.fetch_all(sql, &[sender.as_str().into()]).await?;
    let read = |row: &Row| {
        let code = row.optional_text(2)?.unwrap_or_default();
        let (message, recipient) = (row.word(0)?, row.word(1)?);
        Ok(DeadLetter { message, recipient, code, since: row.time(3)?, attempts: row.unsigned(4)? })
    };
    rows.iter().map(read).collect()
}

/// Puts a dead letter back into the outbox; `false` where there is none.
///
/// # Errors
/// Where the database fails.
pub async fn retry_dead_letter(
    tx: &mut Tx,
    sender: &AuthorityId,
    message: MessageId,
    recipient: &AuthorityId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* retry_dead_letter */ UPDATE delivery SET state = 'queued', next_at = $4 \
               WHERE message = $1 AND recipient = $2 AND sender = $3 AND state = 'dead'";
    let values = [message.to_string().into(), recipient.as_str().into(), sender.as_str().into(), now.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}
