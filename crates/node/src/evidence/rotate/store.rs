//! The SQL of epochs.

use crate::store::{Row, Store, StoreError, Tx, Value};
use comity_model::{AuthorityId, id::ItemId};
use jiff::Timestamp;

/// An epoch as the database knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochRow {
    /// Its number, from 1.
    pub number: u64,
    /// When it began.
    pub begun_at: Timestamp,
    /// Since when nothing is kept under its key.
    pub retired_at: Option<Timestamp>,
    /// When its key was removed.
    pub ended_at: Option<Timestamp>,
}

/// The name under which it is told that an epoch is retired.
pub(super) const HOLD_EPOCH: &str = "hold_epoch";

/// Is something kept under an epoch's key?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// No.
    Nothing,
    /// Keys of items, uploads or offers.
    Wraps,
}

/// A key that is kept: of an item, an upload or an offer.
pub(super) struct KeptRow {
    /// What names the row: the item, or the offer's message.
    pub id: String,
    pub item: ItemId,
    pub kept: Vec<u8>,
}

/// Which table keeps it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Wraps,
    Uploads,
    Offers,
}

impl Table {
    pub(super) const ALL: [Self; 3] = [Self::Wraps, Self::Uploads, Self::Offers];
}

impl EpochRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            number: row.unsigned(0)?,
            begun_at: row.time(1)?,
            retired_at: row.optional_time(2)?,
            ended_at: row.optional_time(3)?,
        })
    }
}

fn of(authority: &AuthorityId, number: u64) -> [Value; 2] {
    [authority.as_str().into(), number.into()]
}

/// All epochs of an authority, oldest first.
pub(crate) async fn epochs_of(store: &Store, authority: &AuthorityId) -> Result<Vec<EpochRow>, StoreError> {
    let sql = "/* epochs */ SELECT number, begun_at, retired_at, ended_at FROM evidence_epoch WHERE authority = $1 \
               ORDER BY number";
    store.fetch_all(sql, &[authority.as_str().into()]).await?.iter().map(EpochRow::read).collect()
}

/// One epoch.
pub(crate) async fn epoch_in(
    tx: &mut Tx,
    authority: &AuthorityId,
    number: u64,
) -> Result<Option<EpochRow>, StoreError> {
    let sql = "/* epoch */ SELECT number, begun_at, retired_at, ended_at FROM evidence_epoch \
               WHERE authority = $1 AND number = $2";
    tx.fetch_optional(sql, &of(authority, number)).await?.as_ref().map(EpochRow::read).transpose()
}

/// The newest epoch's number.
pub(crate) async fn newest_in(tx: &mut Tx, authority: &AuthorityId) -> Result<Option<u64>, StoreError> {
    let sql = "/* newest_epoch */ SELECT number FROM evidence_epoch WHERE authority = $1 ORDER BY number DESC LIMIT 1";
    let row = tx.fetch_optional(sql, &[authority.as_str().into()]).await?;
    row.map(|row| row.unsigned(0)).transpose()
}

/// Holds an epoch that is not retired.
pub(super) async fn hold_current(
    tx: &mut Tx,
    authority: &AuthorityId,
    number: u64,
) -> Result<(), StoreError> {
    let sql = "/* hold_epoch */ UPDATE evidence_epoch SET number = number WHERE authority = $1 AND number = $2 \
               AND retired_at IS NULL";
    let held = tx.execute(sql, &of(authority, number)).await?;
    if held == 0 { Err(StoreError::Busy { name: HOLD_EPOCH }) } else { Ok(()) }
}

/// Waits for whoever holds the epoch, holds it, and says whether something is kept under its key. Two statements, so that the
/// second sees what was committed while the first waited.
pub(super) async fn hold(tx: &mut Tx, authority: &AuthorityId, number: u64) -> Result<Used, StoreError> {
    let sql =
        "/* hold_old_epoch */ UPDATE evidence_epoch SET number = number WHERE authority = $1 AND number = $2";
    tx.execute(sql, &of(authority, number)).await?;
    let sql = "/* epoch_used */ SELECT (SELECT COUNT(*) FROM evidence_wrap WHERE authority = $1 AND epoch = $2) \
               + (SELECT COUNT(*) FROM evidence_upload WHERE authority = $1 AND epoch = $2) \
               + (SELECT COUNT(*) FROM evidence_offer WHERE authority = $1 AND epoch = $2 AND kept IS NOT NULL)";
    let row = tx.fetch_optional(sql, &of(authority, number)).await?;
    let count = row.map_or(Ok(0), |row| row.unsigned(0))?;
    Ok(if count == 0 { Used::Nothing } else { Used::Wraps })
}

/// Retires an epoch; false where it was already.
pub(super) async fn retire(
    tx: &mut Tx,
    authority: &AuthorityId,
    number: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* retire_epoch */ UPDATE evidence_epoch SET retired_at = $3 WHERE authority = $1 AND number = $2 \
               AND retired_at IS NULL";
    Ok(tx.execute(sql, &[authority.as_str().into(), number.into(), now.into()]).await? > 0)
}

/// Notes that an epoch's key is gone; false where it was noted already.
pub(super) async fn end(
    tx: &mut Tx,
    authority: &AuthorityId,
    number: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* end_epoch */ UPDATE evidence_epoch SET ended_at = $3 WHERE authority = $1 AND number = $2 \
               AND retired_at IS NOT NULL AND ended_at IS NULL";
    Ok(tx.execute(sql, &[authority.as_str().into(), number.into(), now.into()]).await? > 0)
}

/// The next keys that are kept under an epoch, after the row `after`.
pub(super) async fn kept_under(
    store: &Store,
    table: Table,
    authority: &AuthorityId,
    number: u64,
    after: &str,
    limit: u64,
) -> Result<Vec<KeptRow>, StoreError> {
    let sql = match table {
        Table::Wraps => {
            "/* wraps_of_epoch */ SELECT item, item, kept FROM evidence_wrap WHERE authority = $1 AND epoch = $2 \
             AND item > $3 ORDER BY item LIMIT $4"
        }
        Table::Uploads => {
            "/* uploads_of_epoch */ SELECT item, item, kept FROM evidence_upload WHERE authority = $1 AND epoch = $2 \
             AND item > $3 ORDER BY item LIMIT $4"
        }
        Table::Offers => {
            "/* offers_of_epoch */ SELECT message, item, kept FROM evidence_offer WHERE authority = $1 AND epoch = $2 \
             AND kept IS NOT NULL AND message > $3 ORDER BY message LIMIT $4"
        }
    };
    let rows =
        store.fetch_all(sql, &[authority.as_str().into(), number.into(), after.into(), limit.into()]).await?;
    rows.iter().map(|row| Ok(KeptRow { id: row.text(0)?, item: row.word(1)?, kept: row.bytes(2)? })).collect()
}

/// Replaces a kept key by itself under another epoch, unless it was destroyed or replaced meanwhile.
pub(super) async fn replace(
    tx: &mut Tx,
    table: Table,
    authority: &AuthorityId,
    [from, to]: [u64; 2],
    row: KeptRow,
) -> Result<bool, StoreError> {
    let sql = match table {
        Table::Wraps => {
            "/* reseal_wrap */ UPDATE evidence_wrap SET epoch = $3, kept = $4 WHERE authority = $1 AND item = $2 \
             AND epoch = $5"
        }
        Table::Uploads => {
            "/* reseal_upload */ UPDATE evidence_upload SET epoch = $3, kept = $4 WHERE authority = $1 AND item = $2 \
             AND epoch = $5"
        }
        Table::Offers => {
            "/* reseal_offer */ UPDATE evidence_offer SET epoch = $3, kept = $4 WHERE authority = $1 AND message = $2 \
             AND epoch = $5 AND kept IS NOT NULL"
        }
    };
    let values = [authority.as_str().into(), row.id.into(), to.into(), row.kept.into(), from.into()];
    Ok(tx.execute(sql, &values).await? > 0)
}
