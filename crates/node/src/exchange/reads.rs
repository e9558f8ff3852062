//! What the API reads of exchanges beyond single messages: who is part of one, deliveries and proofs of all its messages.

use crate::store::{Store, StoreError};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    marking::Marking,
};
use comity_record::envelope::read_statement;
use comity_seal::Dsse;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Everyone who has said something in an exchange or was told something, as one authority knows it; nobody where it
/// does not know the exchange.
///
/// # Errors
/// Where the database fails.
pub async fn parties(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
) -> Result<BTreeSet<AuthorityId>, StoreError> {
    let sql = "/* exchange_parties */ SELECT DISTINCT sender, recipients FROM message \
               WHERE authority = $1 AND exchange = $2";
    let mut parties = BTreeSet::new();
    for row in store.fetch_all(sql, &[authority.as_str().into(), exchange.to_string().into()]).await? {
        parties.insert(row.word(0)?);
        parties.extend(row.json::<BTreeSet<AuthorityId>>(1)?);
    }
    Ok(parties)
}

/// Sender and marking of everything that an authority has received in an exchange.
///
/// # Errors
/// Where the database fails.
pub async fn received_markings(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
) -> Result<Vec<(AuthorityId, Marking)>, StoreError> {
    let sql = "/* received_envelopes */ SELECT sender, envelope FROM message \
               WHERE authority = $1 AND exchange = $2 AND direction = 'incoming'";
    let corrupt = StoreError::Corrupt { column: 1, expected: "a signed statement" };
    let mut markings = Vec::new();
    for row in store.fetch_all(sql, &[authority.as_str().into(), exchange.to_string().into()]).await? {
        let dsse: Dsse = row.json(1)?;
        let Ok(statement) = read_statement(&dsse.payload) else { return Err(corrupt) };
        markings.push((row.word(0)?, statement.marking));
    }
    Ok(markings)
}

/// Where one recipient's copy of a message stands, in short.
pub struct Delivered {
    /// The recipient.
    pub authority: AuthorityId,
    /// `queued`, `receipted` or `dead`.
    pub state: String,
    /// When the receipt was verified and stored.
    pub receipted_at: Option<Timestamp>,
}

/// Where the copies of an exchange's messages stand, by message.
///
/// # Errors
/// Where the database fails.
pub async fn deliveries_in(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
) -> Result<BTreeMap<MessageId, Vec<Delivered>>, StoreError> {
    let sql = "/* exchange_deliveries */ SELECT d.message, d.recipient, d.state, d.receipted_at FROM message m \
               JOIN delivery d ON d.message = m.id WHERE m.authority = $1 AND m.exchange = $2 \
               AND m.direction = 'outgoing' ORDER BY d.recipient";
    let mut found: BTreeMap<MessageId, Vec<Delivered>> = BTreeMap::new();
    for row in store.fetch_all(sql, &[authority.as_str().into(), exchange.to_string().into()]).await? {
        let delivered =
            Delivered { authority: row.word(1)?, state: row.text(2)?, receipted_at: row.optional_time(3)? };
        found.entry(row.word(0)?).or_default().push(delivered);
    }
    Ok(found)
}

/// The ledger's index of each message of an exchange: where its release or its arrival was recorded.
///
/// # Errors
/// Where the database fails.
pub async fn ledger_indices(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
) -> Result<BTreeMap<MessageId, u64>, StoreError> {
    let sql = "/* exchange_indices */ SELECT message, seq FROM journal WHERE exchange = $1 AND authority = $2 \
               AND message IS NOT NULL AND act IN ('message_released', 'envelope_stored') ORDER BY seq DESC";
    let rows = store.fetch_all(sql, &[exchange.to_string().into(), authority.as_str().into()]).await?;
    rows.iter().map(|row| Ok((row.word(0)?, row.unsigned(1)?))).collect()
}

/// When the actor was last recorded to have read the exchange.
///
/// # Errors
/// Where the database fails.
pub async fn last_read(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
    actor: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "/* exchange_last_read */ SELECT at FROM journal WHERE exchange = $1 AND act = 'exchange_read' \
               AND actor = $2 AND authority = $3 ORDER BY seq DESC LIMIT 1";
    let values = [exchange.to_string().into(), actor.into(), authority.as_str().into()];
    store.fetch_optional(sql, &values).await?.map(|row| row.time(0)).transpose()
}
