//! The SQL of uploads.

use super::{epochs::KeptKey, rotate::hold_epoch, store};
use crate::store::{Bulk, Row, Store, StoreError, Tx, Value};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
};
use comity_vault::{Digest, item::PartRef, store::PieceRef};
use jiff::Timestamp;

/// An upload that is not an item yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadRow {
    /// Whose vault.
    pub authority: AuthorityId,
    /// The item that it becomes.
    pub item: ItemId,
    /// The case it belongs to.
    pub case: CaseId,
    /// Bytes that were announced.
    pub length: u64,
    /// Bytes that are kept: the offset to go on from.
    pub received: u64,
    /// Bytes of content in each part but the last.
    pub part_size: u64,
    /// The exhibit number.
    pub exhibit: String,
    /// The name, for people.
    pub name: String,
    /// The description, sealed under the item's key; empty once refused.
    pub description: Vec<u8>,
    /// The item's key; empty once refused.
    pub key: KeptKey,
    /// When it was begun.
    pub started_at: Timestamp,
    /// By whom.
    pub started_by: String,
    /// When bytes last came.
    pub touched_at: Timestamp,
    /// Why it was refused, if it was.
    pub fault: Option<String>,
}

/// What became durable of an upload.
pub(super) struct Progress {
    /// Bytes that were noted before.
    pub from: u64,
    /// Bytes that are durable now.
    pub to: u64,
    /// Bytes in whole parts: pieces before that are not needed any more.
    pub whole: u64,
    /// Parts that were not noted yet, by number.
    pub parts: Vec<(u64, PartRef)>,
    /// Pieces that were not noted yet.
    pub pieces: Vec<PieceRef>,
    /// A mark that was not noted yet, sealed.
    pub mark: Option<Vec<u8>>,
}

/// What is durable of an upload.
pub(super) struct Durable {
    /// The newest mark, sealed.
    pub mark: Option<Vec<u8>>,
    /// Its parts, in order.
    pub parts: Vec<PartRef>,
    /// The pieces after them, in order.
    pub pieces: Vec<PieceRef>,
}

const COLUMNS: usize = 14;
static INSERT_UPLOAD: Bulk = Bulk::new(
    "/* insert_upload */ INSERT INTO evidence_upload (authority, item, case_id, length, received, part_size, exhibit, name, \
     description, epoch, kept, started_at, started_by, touched_at) VALUES",
    COLUMNS,
    "",
);
static INSERT_PARTS: Bulk = Bulk::new(
    "/* insert_upload_parts */ INSERT INTO evidence_part (authority, item, number, sealed_sha256, sealed_size) VALUES",
    5,
    "",
);
static INSERT_PIECES: Bulk = Bulk::new(
    "/* insert_upload_pieces */ INSERT INTO evidence_piece (authority, item, start, size, sealed_sha256, sealed_size) VALUES",
    6,
    "",
);

fn text(id: &impl ToString) -> Value {
    Value::from(id.to_string())
}

fn digest(row: &Row, at: usize) -> Result<Digest, StoreError> {
    row.text(at)?.parse().map_err(|_| StoreError::Corrupt { column: at, expected: "a hash" })
}

impl UploadRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            item: row.word(1)?,
            case: row.word(2)?,
            length: row.unsigned(3)?,
            received: row.unsigned(4)?,
            part_size: row.unsigned(5)?,
            exhibit: row.text(6)?,
            name: row.text(7)?,
            description: row.bytes(8)?,
            key: KeptKey { epoch: row.unsigned(9)?, kept: row.bytes(10)? },
            started_at: row.time(11)?,
            started_by: row.text(12)?,
            touched_at: row.time(13)?,
            fault: row.optional_text(14)?,
        })
    }

    fn id(&self) -> [Value; 2] {
        [self.authority.as_str().into(), text(&self.item)]
    }
}

/// Stores a new upload.
pub(super) async fn insert(tx: &mut Tx, row: &UploadRow) -> Result<(), StoreError> {
    hold_epoch(tx, &row.authority, row.key.epoch).await?;
    let values = vec![
        row.authority.as_str().into(),
        text(&row.item),
        text(&row.case),
        row.length.into(),
        row.received.into(),
        row.part_size.into(),
        row.exhibit.as_str().into(),
        row.name.as_str().into(),
        row.description.clone().into(),
        row.key.epoch.into(),
        row.key.kept.clone().into(),
        row.started_at.into(),
        row.started_by.as_str().into(),
        row.touched_at.into(),
    ];
    tx.execute_many(&INSERT_UPLOAD, &[values]).await.map(|_| ())
}

/// One upload.
pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<UploadRow>, StoreError> {
    let sql = "/* upload */ SELECT authority, item, case_id, length, received, part_size, exhibit, name, description, epoch, \
               kept, started_at, started_by, touched_at, fault FROM evidence_upload WHERE authority = $1 AND item = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), text(&item)]).await?;
    row.as_ref().map(UploadRow::read).transpose()
}

/// The unfinished uploads of an authority, newest first.
pub(super) async fn list(
    store: &Store,
    authority: &AuthorityId,
    limit: u64,
) -> Result<Vec<UploadRow>, StoreError> {
    let sql = "/* uploads */ SELECT authority, item, case_id, length, received, part_size, exhibit, name, description, epoch, \
               kept, started_at, started_by, touched_at, fault FROM evidence_upload WHERE authority = $1 \
               ORDER BY item DESC LIMIT $2";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), limit.into()]).await?;
    rows.iter().map(UploadRow::read).collect()
}

/// Uploads to which nobody sent anything since `before`, of all authorities.
pub(super) async fn idle(store: &Store, before: Timestamp, limit: u64) -> Result<Vec<UploadRow>, StoreError> {
    let sql = "/* idle_uploads */ SELECT authority, item, case_id, length, received, part_size, exhibit, name, description, \
               epoch, kept, started_at, started_by, touched_at, fault FROM evidence_upload WHERE touched_at < $1 \
               ORDER BY touched_at LIMIT $2";
    let rows = store.fetch_all(sql, &[before.into(), limit.into()]).await?;
    rows.iter().map(UploadRow::read).collect()
}

/// What is durable of an upload.
pub(super) async fn durable(store: &Store, row: &UploadRow) -> Result<Durable, StoreError> {
    // First, so that it is never newer than the parts.
    let sql = "/* upload_mark */ SELECT mark FROM evidence_upload WHERE authority = $1 AND item = $2";
    let noted = store.fetch_optional(sql, &row.id()).await?;
    let mark = noted.map(|row| row.optional_bytes(0)).transpose()?.flatten();
    let sql = "/* upload_parts */ SELECT sealed_sha256, sealed_size FROM evidence_part \
               WHERE authority = $1 AND item = $2 ORDER BY number";
    let part = |row: &Row| Ok(PartRef { sealed_sha256: digest(row, 0)?, sealed_size: row.unsigned(1)? });
    let parts = store.fetch_all(sql, &row.id()).await?.iter().map(part).collect::<Result<_, StoreError>>()?;
    let sql = "/* upload_pieces */ SELECT start, size, sealed_sha256, sealed_size FROM evidence_piece \
               WHERE authority = $1 AND item = $2 ORDER BY start";
    let piece = |row: &Row| {
        let (start, size) = (row.unsigned(0)?, row.unsigned(1)?);
        let end = start.saturating_add(size);
        Ok(PieceRef { start, end, sealed_sha256: digest(row, 2)?, sealed_size: row.unsigned(3)? })
    };
    let pieces =
        store.fetch_all(sql, &row.id()).await?.iter().map(piece).collect::<Result<_, StoreError>>()?;
    Ok(Durable { mark, parts, pieces })
}

/// Notes what became durable, with references to it. False where the upload went on elsewhere, or ended.
pub(super) async fn note(
    tx: &mut Tx,
    row: &UploadRow,
    progress: &Progress,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* note_upload */ UPDATE evidence_upload SET received = $4, touched_at = $5, mark = COALESCE($6, mark) \
               WHERE authority = $1 AND item = $2 AND received = $3 AND fault IS NULL";
    let [authority, item] = row.id();
    let (from, to, mark) = (progress.from.into(), progress.to.into(), progress.mark.clone().into());
    let values = [authority.clone(), item.clone(), from, to, now.into(), mark];
    if tx.execute(sql, &values).await? != 1 {
        return Ok(false);
    }
    let id = || vec![authority.clone(), item.clone()];
    let part = |(number, part): &(u64, PartRef)| {
        [id(), vec![(*number).into(), text(&part.sealed_sha256), part.sealed_size.into()]].concat()
    };
    let parts: Vec<_> = progress.parts.iter().map(part).collect();
    tx.execute_many(&INSERT_PARTS, &parts).await?;
    let piece = |piece: &PieceRef| {
        let size = piece.end.saturating_sub(piece.start);
        [id(), vec![piece.start.into(), size.into(), text(&piece.sealed_sha256), piece.sealed_size.into()]]
            .concat()
    };
    let pieces: Vec<_> = progress.pieces.iter().map(piece).collect();
    tx.execute_many(&INSERT_PIECES, &pieces).await?;
    let of_parts = progress.parts.iter().map(|(_, part)| (row.item, part.sealed_sha256, part.sealed_size));
    let of_pieces = progress.pieces.iter().map(|piece| (row.item, piece.sealed_sha256, piece.sealed_size));
    store::insert_objects(tx, &row.authority, &of_parts.chain(of_pieces).collect::<Vec<_>>()).await?;
    drop_pieces(tx, row, progress.whole).await?;
    Ok(true)
}

/// Forgets the pieces before byte `whole`, and the references to their objects.
async fn drop_pieces(tx: &mut Tx, row: &UploadRow, whole: u64) -> Result<(), StoreError> {
    let sql = "/* drop_piece_references */ DELETE FROM evidence_object WHERE authority = $1 AND item = $2 AND name IN \
               (SELECT sealed_sha256 FROM evidence_piece WHERE authority = $1 AND item = $2 AND start < $3)";
    let [authority, item] = row.id();
    let values = [authority, item, whole.into()];
    tx.execute(sql, &values).await?;
    let sql =
        "/* drop_pieces */ DELETE FROM evidence_piece WHERE authority = $1 AND item = $2 AND start < $3";
    tx.execute(sql, &values).await.map(|_| ())
}

/// Forgets the parts; the references to their objects stay for the item that they became.
async fn drop_parts(tx: &mut Tx, row: &UploadRow) -> Result<(), StoreError> {
    let sql = "/* drop_parts */ DELETE FROM evidence_part WHERE authority = $1 AND item = $2";
    tx.execute(sql, &row.id()).await.map(|_| ())
}

/// Ends an upload whose item is admitted in the same transaction. False where it went on elsewhere, or ended.
pub(super) async fn complete(tx: &mut Tx, row: &UploadRow, noted: u64) -> Result<bool, StoreError> {
    let sql = "/* complete_upload */ DELETE FROM evidence_upload WHERE authority = $1 AND item = $2 AND received = $3 \
               AND fault IS NULL";
    let [authority, item] = row.id();
    if tx.execute(sql, &[authority, item, noted.into()]).await? != 1 {
        return Ok(false);
    }
    drop_pieces(tx, row, u64::MAX).await?;
    drop_parts(tx, row).await?;
    Ok(true)
}

/// Removes an upload that never becomes an item, with all references. False where it went on since `row` was read, or ended.
pub(super) async fn remove(tx: &mut Tx, row: &UploadRow) -> Result<bool, StoreError> {
    let sql = "/* remove_upload */ DELETE FROM evidence_upload WHERE authority = $1 AND item = $2 AND touched_at = $3";
    let [authority, item] = row.id();
    if tx.execute(sql, &[authority, item, row.touched_at.into()]).await? != 1 {
        return Ok(false);
    }
    drop_all(tx, row).await?;
    Ok(true)
}

/// Marks an upload as refused: what came of it is not needed any more, nor is its key, which is of no epoch then.
pub(super) async fn refuse(tx: &mut Tx, row: &UploadRow, why: &str) -> Result<bool, StoreError> {
    let sql = "/* refuse_upload */ UPDATE evidence_upload SET fault = $3, description = $4, kept = $4, epoch = 0, mark = NULL \
               WHERE authority = $1 AND item = $2 AND fault IS NULL";
    let [authority, item] = row.id();
    if tx.execute(sql, &[authority, item, why.into(), Vec::new().into()]).await? != 1 {
        return Ok(false);
    }
    drop_all(tx, row).await?;
    Ok(true)
}

async fn drop_all(tx: &mut Tx, row: &UploadRow) -> Result<(), StoreError> {
    let sql = "/* drop_upload_references */ DELETE FROM evidence_object WHERE authority = $1 AND item = $2";
    tx.execute(sql, &row.id()).await?;
    drop_pieces(tx, row, u64::MAX).await?;
    drop_parts(tx, row).await
}

/// Notes what a verification of an item found, and when it was verified where it was read as a whole.
pub(super) async fn set_verified(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
    at: Option<Timestamp>,
    damage: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "/* set_verified */ UPDATE evidence_item SET verified_at = COALESCE($3, verified_at), damage = $4 \
               WHERE authority = $1 AND id = $2";
    let damage = damage.map(str::to_owned);
    tx.execute(sql, &[authority.as_str().into(), text(&item), at.into(), damage.into()]).await.map(|_| ())
}
