//! The SQL of disposal.

use super::{proof::Line, rules::Facts};
use crate::store::{Row, Store, StoreError, Tx, Value};
use comity_model::{AuthorityId, id::ItemId};

/// Parts that a refusal names at most.
const NAMED: u64 = 20;

fn of(authority: &AuthorityId, item: ItemId) -> [Value; 2] {
    [authority.as_str().into(), item.to_string().into()]
}

/// What the decision is made by, uploads apart. Holds the item's row until the commit, so that no hand-over of it begins meanwhile.
pub(super) async fn facts(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<Facts>, StoreError> {
    let sql = "/* hold_item */ UPDATE evidence_item SET events = events WHERE authority = $1 AND id = $2 \
               RETURNING case_id, state, taken_by, retain_until";
    let Some(row) = tx.fetch_optional(sql, &of(authority, item)).await? else { return Ok(None) };
    Ok(Some(Facts {
        case: row.word(0)?,
        state: row.code(1)?,
        taken_by: row.text(2)?,
        retain_until: row.optional_text(3)?.and_then(|day| day.parse().ok()),
        offers: offers(tx, authority, item).await?,
        parts: parts(tx, authority, item).await?,
        uploads: Vec::new(),
    }))
}

async fn offers(tx: &mut Tx, authority: &AuthorityId, item: ItemId) -> Result<Vec<String>, StoreError> {
    let sql = "/* open_offers_of_item */ SELECT message FROM evidence_offer WHERE authority = $1 AND item = $2 \
               AND state IN ('open', 'fetching') ORDER BY message";
    tx.fetch_all(sql, &of(authority, item)).await?.iter().map(|row| row.text(0)).collect()
}

async fn parts(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<(ItemId, String)>, StoreError> {
    let sql = "/* held_parts */ SELECT id, exhibit FROM evidence_item WHERE authority = $1 AND part_of = $2 \
               AND state = 'held' ORDER BY id LIMIT $3";
    let [authority, item] = of(authority, item);
    let rows = tx.fetch_all(sql, &[authority, item, NAMED.into()]).await?;
    rows.iter().map(|row| Ok((row.word(0)?, row.text(1)?))).collect()
}

/// Deletes the wrap, the kept manifests and the references to objects; the epoch of the wrap.
pub(super) async fn shred(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<u64>, StoreError> {
    let wrap =
        "/* destroy_wrap */ DELETE FROM evidence_wrap WHERE authority = $1 AND item = $2 RETURNING epoch";
    let epoch = tx.fetch_optional(wrap, &of(authority, item)).await?;
    for sql in [
        "/* destroy_manifest */ UPDATE evidence_item SET manifest = NULL WHERE authority = $1 AND id = $2",
        "/* destroy_offered */ UPDATE evidence_offer SET manifest = NULL, epoch = NULL, kept = NULL WHERE authority = $1 AND item = $2",
        "/* drop_references */ DELETE FROM evidence_object WHERE authority = $1 AND item = $2",
    ] {
        tx.execute(sql, &of(authority, item)).await?;
    }
    epoch.map(|row| row.unsigned(0)).transpose()
}

/// Forgets the item's name, which may say what it was. The exhibit number stays: files of the proceedings go by it.
pub(super) async fn blank_name(tx: &mut Tx, authority: &AuthorityId, item: ItemId) -> Result<(), StoreError> {
    let sql = "/* blank_name */ UPDATE evidence_item SET name = '' WHERE authority = $1 AND id = $2";
    tx.execute(sql, &of(authority, item)).await.map(|_| ())
}

/// The journal entries of an item's custody and of the end of its wrap.
pub(super) async fn lines_of_item(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<Line>, StoreError> {
    let sql = "/* disposal_lines */ SELECT seq, act, document, salt FROM journal WHERE item = $2 AND authority = $1 \
               AND act IN ('custody_returned', 'custody_destroyed', 'wrap_destroyed') AND document IS NOT NULL \
               AND salt IS NOT NULL ORDER BY seq";
    lines(store, sql, &of(authority, item)).await
}

/// The journal entries about epochs.
pub(super) async fn lines_of_epochs(store: &Store, authority: &AuthorityId) -> Result<Vec<Line>, StoreError> {
    let sql = "/* epoch_lines */ SELECT seq, act, document, salt FROM journal WHERE authority = $1 \
               AND act IN ('epoch_begun', 'epoch_retired', 'epoch_ended') AND document IS NOT NULL \
               AND salt IS NOT NULL ORDER BY seq";
    lines(store, sql, &[authority.as_str().into()]).await
}

async fn lines(store: &Store, sql: &'static str, values: &[Value]) -> Result<Vec<Line>, StoreError> {
    let read = |row: &Row| {
        Ok(Line { seq: row.unsigned(0)?, act: row.text(1)?, document: row.text(2)?, salt: row.bytes(3)? })
    };
    store.fetch_all(sql, values).await?.iter().map(read).collect()
}
