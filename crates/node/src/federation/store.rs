//! The SQL of delivery: the outbox, its lease, its verdicts, the dead letters.

use crate::store::{Row, Store, StoreError, Tx, Value};
use comity_delivery::{Item, Millis};
use comity_model::{AuthorityId, id::MessageId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a lane delivers: one message to one recipient.
pub type DeliveryId = (MessageId, AuthorityId);

/// The envelope of a due delivery, as it is stored.
pub(super) struct Due {
    pub envelope: String,
    pub body: Vec<u8>,
}

/// What is due for a peer.
pub(super) struct Outbox {
    pub items: Vec<Item<DeliveryId>>,
    pub due: BTreeMap<DeliveryId, Due>,
    pub more: bool,
    pub next_due: Option<Millis>,
}

/// Takes or renews the lease on a peer's lane; `false` where another replica holds it.
pub(super) async fn take_lane(
    store: &Store,
    peer: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let mut tx = store.begin("take_lane").await?;
    let sql = "/* take_lane */ INSERT INTO lane (node, holder, leased_until) VALUES ($1, $2, $3) ON CONFLICT (node) \
               DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until \
               WHERE lane.holder = excluded.holder OR lane.leased_until < $4";
    let taken = tx.execute(sql, &[peer.into(), holder.into(), until.into(), now.into()]).await?;
    tx.commit().await?;
    Ok(taken == 1)
}

/// Due deliveries for a peer, most urgent and oldest first, at most `limit` and `bytes` of them but at least one.
pub(super) async fn due(
    store: &Store,
    peer: &str,
    now: Timestamp,
    limit: u32,
    bytes: u64,
) -> Result<Outbox, StoreError> {
    let sql = "/* due_deliveries */ SELECT message, recipient, sender, attempts, bytes FROM delivery \
               WHERE node = $1 AND state = 'queued' AND next_at <= $2 ORDER BY urgency, queued_at, message LIMIT $3";
    let wanted = u64::from(limit) + 1;
    let rows = store.fetch_all(sql, &[peer.into(), now.into(), wanted.into()]).await?;
    let mut outbox = Outbox { items: Vec::new(), due: BTreeMap::new(), more: false, next_due: None };
    let mut total = 0;
    for row in &rows {
        total += row.unsigned(4)?;
        let full = outbox.items.len() as u64 + 1 == wanted || (total > bytes && !outbox.items.is_empty());
        if full {
            outbox.more = true;
            break;
        }
        let id: DeliveryId = (row.word(0)?, row.word(1)?);
        let tries = u32::try_from(row.unsigned(3)?).unwrap_or(u32::MAX);
        outbox.due.insert(id.clone(), load_due(store, &id, &row.text(2)?).await?);
        outbox.items.push(Item { id, tries });
    }
    if !outbox.more {
        outbox.next_due = next_due(store, peer, now).await?;
    }
    Ok(outbox)
}

async fn load_due(store: &Store, id: &DeliveryId, sender: &str) -> Result<Due, StoreError> {
    let sql = "/* load_due */ SELECT envelope, body FROM message WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[sender.into(), id.0.to_string().into()]).await?;
    let row = row.ok_or(StoreError::Corrupt { column: 0, expected: "the message of a delivery" })?;
    Ok(Due { envelope: row.text(0)?, body: row.optional_bytes(1)?.unwrap_or_default() })
}

async fn next_due(store: &Store, peer: &str, now: Timestamp) -> Result<Option<Millis>, StoreError> {
    let sql = "/* next_due */ SELECT MIN(next_at) FROM delivery WHERE node = $1 AND state = 'queued' AND next_at > $2";
    let row = store.fetch_optional(sql, &[peer.into(), now.into()]).await?;
    Ok(row.and_then(|row| row.optional_time(0).transpose()).transpose()?.map(super::millis))
}

/// Marks a delivery as receipted; `false` where it was already.
pub(super) async fn receipted(
    tx: &mut Tx,
    id: &DeliveryId,
    receipt: String,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* receipted */ UPDATE delivery SET state = 'receipted', receipt = $3, receipted_at = $4, fault = NULL \
               WHERE message = $1 AND recipient = $2 AND state <> 'receipted'";
    let values = [id.0.to_string().into(), id.1.as_str().into(), Value::from(receipt), at.into()];
    Ok(tx.execute(sql, &values).await? == 1)
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
