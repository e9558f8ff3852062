//! The SQL of an authority's own epochs.

use super::build::{EntryRow, Segment};
use crate::store::{Bulk, Row, Store, StoreError, Tx, Value};
use comity_model::{AuthorityId, subject::Subject};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// An epoch as it is kept.
#[derive(Debug, Clone)]
pub struct EpochRow {
    /// Whose it is.
    pub authority: AuthorityId,
    /// Its number.
    pub number: u64,
    /// The key, sealed to the authority; gone once the epoch has ended for good.
    pub sealed_key: Option<Vec<u8>>,
    /// The public key, in base64.
    pub public_key: String,
    /// The signed statement: a DSSE envelope as JSON text.
    pub statement: String,
    /// Which revision of it.
    pub revision: u64,
    /// The count of changes that it takes in.
    pub changes: u64,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it is to end.
    pub until_at: Timestamp,
    /// When the next began.
    pub retired_at: Option<Timestamp>,
}

impl EpochRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            number: row.unsigned(1)?,
            sealed_key: row.optional_bytes(2)?,
            public_key: row.text(3)?,
            statement: row.text(4)?,
            revision: row.unsigned(5)?,
            changes: row.unsigned(6)?,
            begun_at: row.time(7)?,
            until_at: row.time(8)?,
            retired_at: row.optional_time(9)?,
        })
    }

    fn key(&self) -> [Value; 2] {
        [self.authority.as_str().into(), self.number.into()]
    }
}

/// An entry that an epoch has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub source: String,
    pub handle: String,
    pub case: String,
    pub subject: String,
}

impl Known {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let (source, handle) = (row.text(0)?, row.text(1)?);
        Ok(Self { source, handle, case: row.text(2)?, subject: row.text(3)? })
    }

    pub(super) fn pair(&self) -> (String, String, String) {
        (self.source.clone(), self.case.clone(), self.subject.clone())
    }
}

/// A canary as it is kept: its value is sealed.
pub(in super::super) struct CanaryRow {
    pub id: String,
    pub kind: String,
    pub sealed: Vec<u8>,
    pub note: String,
    pub made_by: String,
    pub made_at: Timestamp,
}

/// One of our entries under a handle.
#[derive(Debug, Clone)]
pub(in super::super) struct HeldRow {
    pub case: String,
    pub subject: String,
    pub kind: String,
    pub canary: bool,
    pub source: String,
}

static INSERT_ENTRIES: Bulk = Bulk::new(
    "/* insert_matching_entries */ INSERT INTO matching_entry \
     (authority, epoch, handle, case_id, subject_id, kind, source, canary) VALUES",
    8,
    " ON CONFLICT (authority, epoch, handle, case_id, subject_id) DO NOTHING",
);

/// Takes the row by which replicas and budgets of an authority wait for each other.
pub(in super::super) async fn hold(tx: &mut Tx, authority: &AuthorityId) -> Result<(), StoreError> {
    let sql = "/* hold_matching */ INSERT INTO matching_head (authority, changes) VALUES ($1, 0) \
               ON CONFLICT (authority) DO UPDATE SET changes = matching_head.changes";
    tx.execute(sql, &[authority.as_str().into()]).await.map(|_| ())
}

/// Counts a change, and notes which case it concerns; a blank one stands for the canaries.
pub(super) async fn count_change(tx: &mut Tx, authority: &AuthorityId, case: &str) -> Result<(), StoreError> {
    let sql = "/* count_matching_change */ INSERT INTO matching_head (authority, changes) VALUES ($1, 1) \
               ON CONFLICT (authority) DO UPDATE SET changes = matching_head.changes + 1 RETURNING changes";
    let Some(row) = tx.fetch_optional(sql, &[authority.as_str().into()]).await? else { return Ok(()) };
    let sql = "/* note_matching_change */ INSERT INTO matching_change (authority, change, case_id) VALUES ($1, $2, $3) \
               ON CONFLICT (authority, change) DO NOTHING";
    tx.execute(sql, &[authority.as_str().into(), row.integer(0)?.into(), case.into()]).await.map(|_| ())
}

/// Which cases changed after a count up to another; none where that is not known of all, as after an update of the program.
pub(super) async fn changed_cases(
    store: &Store,
    authority: &AuthorityId,
    (after, until): (u64, u64),
) -> Result<Option<BTreeSet<String>>, StoreError> {
    let sql = "/* changed_cases */ SELECT case_id FROM matching_change WHERE authority = $1 AND change > $2 AND change <= $3";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), after.into(), until.into()]).await?;
    let all = u64::try_from(rows.len()).ok() == until.checked_sub(after);
    let cases = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    Ok(all.then_some(cases))
}

/// Forgets which cases changed, up to a count that an epoch takes in.
pub(super) async fn forget_changes(tx: &mut Tx, row: &EpochRow) -> Result<(), StoreError> {
    let sql =
        "/* forget_matching_changes */ DELETE FROM matching_change WHERE authority = $1 AND change <= $2";
    tx.execute(sql, &[row.authority.as_str().into(), row.changes.into()]).await.map(|_| ())
}

pub(super) async fn changes(store: &Store, authority: &AuthorityId) -> Result<u64, StoreError> {
    let sql = "/* matching_changes */ SELECT changes FROM matching_head WHERE authority = $1";
    let row = store.fetch_optional(sql, &[authority.as_str().into()]).await?;
    row.map_or(Ok(0), |row| row.unsigned(0))
}

/// The newest epoch of an authority.
pub(in super::super) async fn newest(
    store: &Store,
    authority: &AuthorityId,
) -> Result<Option<EpochRow>, StoreError> {
    let sql = "/* newest_matching_epoch */ SELECT authority, number, sealed_key, public_key, statement, revision, changes, \
               begun_at, until_at, retired_at FROM matching_epoch WHERE authority = $1 ORDER BY number DESC LIMIT 1";
    let row = store.fetch_optional(sql, &[authority.as_str().into()]).await?;
    row.map(|row| EpochRow::read(&row)).transpose()
}

/// One epoch of an authority.
pub(in super::super) async fn numbered(
    store: &Store,
    authority: &AuthorityId,
    number: u64,
) -> Result<Option<EpochRow>, StoreError> {
    let sql = "/* matching_epoch */ SELECT authority, number, sealed_key, public_key, statement, revision, changes, \
               begun_at, until_at, retired_at FROM matching_epoch WHERE authority = $1 AND number = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), number.into()]).await?;
    row.map(|row| EpochRow::read(&row)).transpose()
}

/// Epochs that were retired before that time and still have their keys.
pub(super) async fn retired_before(
    store: &Store,
    authority: &AuthorityId,
    before: Timestamp,
) -> Result<Vec<EpochRow>, StoreError> {
    let sql = "/* old_matching_epochs */ SELECT authority, number, sealed_key, public_key, statement, revision, changes, \
               begun_at, until_at, retired_at FROM matching_epoch WHERE authority = $1 AND retired_at < $2 \
               AND sealed_key IS NOT NULL";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), before.into()]).await?;
    rows.iter().map(EpochRow::read).collect()
}

/// Stores a new epoch; `false` where another replica has begun it.
pub(super) async fn insert(tx: &mut Tx, row: &EpochRow) -> Result<bool, StoreError> {
    let sql = "/* insert_matching_epoch */ INSERT INTO matching_epoch (authority, number, sealed_key, public_key, statement, \
               revision, changes, begun_at, until_at, retired_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL) \
               ON CONFLICT (authority, number) DO NOTHING";
    let [authority, number] = row.key();
    let values = [
        authority,
        number,
        row.sealed_key.clone().into(),
        row.public_key.as_str().into(),
        row.statement.as_str().into(),
        row.revision.into(),
        row.changes.into(),
        row.begun_at.into(),
        row.until_at.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Retires the epochs before that one.
pub(super) async fn retire_before(tx: &mut Tx, row: &EpochRow, now: Timestamp) -> Result<(), StoreError> {
    let [authority, number] = row.key();
    let sql = "/* retire_matching_epochs */ UPDATE matching_epoch SET retired_at = $3 \
               WHERE authority = $1 AND number < $2 AND retired_at IS NULL";
    tx.execute(sql, &[authority, number, now.into()]).await.map(|_| ())
}

/// Writes the next revision of an epoch; `false` where another replica was quicker.
pub(super) async fn revise(tx: &mut Tx, row: &EpochRow, before: u64) -> Result<bool, StoreError> {
    let [authority, number] = row.key();
    let sql = "/* revise_matching_epoch */ UPDATE matching_epoch SET statement = $3, revision = $4, changes = $5 \
               WHERE authority = $1 AND number = $2 AND revision = $6 AND retired_at IS NULL";
    let values = [
        authority,
        number,
        row.statement.as_str().into(),
        row.revision.into(),
        row.changes.into(),
        before.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

pub(super) async fn insert_segment(
    tx: &mut Tx,
    row: &EpochRow,
    at: u64,
    segment: &Segment,
) -> Result<(), StoreError> {
    let [authority, number] = row.key();
    let sql = "/* insert_matching_segment */ INSERT INTO matching_segment (authority, sha256, epoch, number, entries, content) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let sha256 = segment.sha256.as_str().into();
    let values =
        [authority, sha256, number, at.into(), segment.entries.into(), segment.content.clone().into()];
    tx.execute(sql, &values).await.map(|_| ())
}

/// A segment by its digest.
pub(in super::super) async fn segment(
    store: &Store,
    authority: &AuthorityId,
    sha256: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql =
        "/* matching_segment */ SELECT content FROM matching_segment WHERE authority = $1 AND sha256 = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), sha256.into()]).await?;
    row.map(|row| row.bytes(0)).transpose()
}

pub(super) async fn drop_segments(tx: &mut Tx, row: &EpochRow) -> Result<(), StoreError> {
    let sql = "/* drop_matching_segments */ DELETE FROM matching_segment WHERE authority = $1 AND epoch = $2";
    tx.execute(sql, &row.key()).await.map(|_| ())
}

pub(super) async fn drop_entries(tx: &mut Tx, row: &EpochRow) -> Result<(), StoreError> {
    let sql = "/* drop_matching_entries */ DELETE FROM matching_entry WHERE authority = $1 AND epoch = $2";
    tx.execute(sql, &row.key()).await.map(|_| ())
}

/// Ends an epoch for good: its key, filter and handles are gone.
pub(super) async fn end(tx: &mut Tx, row: &EpochRow) -> Result<(), StoreError> {
    let sql = "/* end_matching_epoch */ UPDATE matching_epoch SET sealed_key = NULL WHERE authority = $1 AND number = $2";
    tx.execute(sql, &row.key()).await?;
    drop_segments(tx, row).await?;
    drop_entries(tx, row).await
}

pub(super) async fn insert_entries(
    tx: &mut Tx,
    row: &EpochRow,
    entries: &[EntryRow],
) -> Result<(), StoreError> {
    let [authority, number] = row.key();
    let values = |entry: &EntryRow| {
        vec![
            authority.clone(),
            number.clone(),
            entry.handle.as_str().into(),
            entry.source.case.as_str().into(),
            entry.source.subject.as_str().into(),
            entry.source.keyed.kind.as_str().into(),
            entry.source.keyed.source().into(),
            entry.source.canary.into(),
        ]
    };
    let rows: Vec<Vec<Value>> = entries.iter().map(values).collect();
    tx.execute_many(&INSERT_ENTRIES, &rows).await.map(|_| ())
}

/// Takes entries out that are there no more; what the filter says of them stays until the key is changed.
pub(super) async fn remove(tx: &mut Tx, row: &EpochRow, gone: &[Known]) -> Result<(), StoreError> {
    let sql = "/* remove_matching_entry */ DELETE FROM matching_entry WHERE authority = $1 AND epoch = $2 AND handle = $3 \
               AND case_id = $4 AND subject_id = $5";
    for known in gone {
        let [authority, number] = row.key();
        let (handle, case) = (known.handle.as_str().into(), known.case.as_str().into());
        tx.execute(sql, &[authority, number, handle, case, known.subject.as_str().into()]).await?;
    }
    Ok(())
}

/// What an epoch has.
pub(super) async fn known(store: &Store, row: &EpochRow) -> Result<Vec<Known>, StoreError> {
    let sql = "/* matching_entries */ SELECT source, handle, case_id, subject_id FROM matching_entry \
               WHERE authority = $1 AND epoch = $2";
    store.fetch_all(sql, &row.key()).await?.iter().map(Known::read).collect()
}

/// What an epoch has of a case.
pub(super) async fn known_of(store: &Store, row: &EpochRow, case: &str) -> Result<Vec<Known>, StoreError> {
    let sql = "/* matching_entries_of_case */ SELECT source, handle, case_id, subject_id FROM matching_entry \
               WHERE authority = $1 AND epoch = $2 AND case_id = $3";
    let [authority, number] = row.key();
    store.fetch_all(sql, &[authority, number, case.into()]).await?.iter().map(Known::read).collect()
}

/// Some of the entries that an epoch has under a source.
pub(super) async fn known_as(store: &Store, row: &EpochRow, source: &str) -> Result<Vec<Known>, StoreError> {
    let sql = "/* matching_entries_of_source */ SELECT source, handle, case_id, subject_id FROM matching_entry \
               WHERE authority = $1 AND epoch = $2 AND source = $3 ORDER BY case_id DESC LIMIT 100";
    let [authority, number] = row.key();
    store.fetch_all(sql, &[authority, number, source.into()]).await?.iter().map(Known::read).collect()
}

/// Our entries under a handle of an epoch.
pub(in super::super) async fn held(
    store: &Store,
    authority: &AuthorityId,
    epoch: u64,
    handle: &str,
) -> Result<Vec<HeldRow>, StoreError> {
    let sql = "/* held_under_handle */ SELECT case_id, subject_id, kind, canary, source FROM matching_entry \
               WHERE authority = $1 AND epoch = $2 AND handle = $3 ORDER BY case_id DESC, subject_id LIMIT 50";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), epoch.into(), handle.into()]).await?;
    let read = |row: &Row| {
        let canary = row.integer(3)? != 0;
        let (case, subject, kind) = (row.text(0)?, row.text(1)?, row.text(2)?);
        Ok(HeldRow { case, subject, kind, canary, source: row.text(4)? })
    };
    rows.iter().map(read).collect()
}

/// How many keys of a canary an epoch has.
pub(in super::super) async fn keys_of_canary(
    store: &Store,
    authority: &AuthorityId,
    epoch: u64,
    canary: &str,
) -> Result<u64, StoreError> {
    let sql = "/* keys_of_canary */ SELECT COUNT(*) FROM matching_entry WHERE authority = $1 AND epoch = $2 AND case_id = '' \
               AND subject_id = $3";
    let values = [authority.as_str().into(), epoch.into(), canary.into()];
    store.fetch_optional(sql, &values).await?.map_or(Ok(0), |row| row.unsigned(0))
}

/// The persons of an authority's cases, each with its case.
pub(super) async fn subjects(
    store: &Store,
    authority: &AuthorityId,
) -> Result<Vec<(String, Subject)>, StoreError> {
    let sql = "/* matching_subjects */ SELECT case_id, subject FROM case_subject WHERE authority = $1";
    let rows = store.fetch_all(sql, &[authority.as_str().into()]).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.json(1)?))).collect()
}

/// The persons of one case.
pub(super) async fn subjects_of(
    store: &Store,
    authority: &AuthorityId,
    case: &str,
) -> Result<Vec<Subject>, StoreError> {
    let sql = "/* matching_subjects_of_case */ SELECT subject FROM case_subject WHERE authority = $1 AND case_id = $2";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), case.into()]).await?;
    rows.iter().map(|row| row.json(0)).collect()
}

/// The canaries of an authority.
pub(in super::super) async fn canaries(
    store: &Store,
    authority: &AuthorityId,
) -> Result<Vec<CanaryRow>, StoreError> {
    let sql = "/* canaries */ SELECT id, kind, sealed, note, made_by, made_at FROM matching_canary WHERE authority = $1 \
               ORDER BY made_at DESC";
    let rows = store.fetch_all(sql, &[authority.as_str().into()]).await?;
    let read = |row: &Row| {
        let (id, kind, sealed) = (row.text(0)?, row.text(1)?, row.bytes(2)?);
        Ok(CanaryRow { id, kind, sealed, note: row.text(3)?, made_by: row.text(4)?, made_at: row.time(5)? })
    };
    rows.iter().map(read).collect()
}

/// Plants a canary.
pub(in super::super) async fn insert_canary(
    tx: &mut Tx,
    authority: &AuthorityId,
    row: &CanaryRow,
) -> Result<(), StoreError> {
    let sql = "/* insert_canary */ INSERT INTO matching_canary (authority, id, kind, sealed, note, made_by, made_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        authority.as_str().into(),
        row.id.as_str().into(),
        row.kind.as_str().into(),
        row.sealed.clone().into(),
        row.note.as_str().into(),
        row.made_by.as_str().into(),
        row.made_at.into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}
