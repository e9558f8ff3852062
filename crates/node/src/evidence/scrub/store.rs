//! The SQL of the scrubber. Every object that is referred to has a row in `evidence_scrub`, which is also the lock between new
//! references and the collector of garbage, see [`crate::evidence::collect`].

use crate::{
    evidence::store::digest,
    store::{Store, StoreError, Tx},
};
use comity_model::AuthorityId;
use comity_vault::Digest;
use jiff::Timestamp;

/// How the scrubber stands, over all authorities of the node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Objects that were checked at least once.
    pub checked: u64,
    /// Objects that were not checked yet.
    pub unchecked: u64,
    /// Objects that are altered or missing.
    pub damaged: u64,
    /// When the object was checked that waits longest of those that were checked.
    pub oldest_check: Option<Timestamp>,
}

/// Makes sure that every object that is referred to waits for its check.
pub(crate) async fn enqueue(store: &Store) -> Result<(), StoreError> {
    let sql = "/* enqueue_scrub */ INSERT INTO evidence_scrub (name, checked_at) SELECT DISTINCT name, 0 \
               FROM evidence_object WHERE name NOT IN (SELECT name FROM evidence_scrub) ON CONFLICT (name) DO NOTHING";
    let mut tx = store.begin("enqueue_scrub").await?;
    tx.execute(sql, &[]).await?;
    tx.commit().await.map(|_| ())
}

/// The objects that were checked longest ago, before `before`.
pub(super) async fn oldest(store: &Store, before: Timestamp, limit: u64) -> Result<Vec<Digest>, StoreError> {
    let sql = "/* oldest_checks */ SELECT name FROM evidence_scrub WHERE checked_at < $1 ORDER BY checked_at, name LIMIT $2";
    let rows = store.fetch_all(sql, &[before.into(), limit.into()]).await?;
    rows.iter().map(|row| digest(row, 0)).collect()
}

/// Does an item refer to the object?
pub(super) async fn is_referred_to(store: &Store, name: Digest) -> Result<bool, StoreError> {
    let sql = "/* scrub_referred */ SELECT 1 FROM evidence_object WHERE name = $1 LIMIT 1";
    Ok(store.fetch_optional(sql, &[name.to_string().into()]).await?.is_some())
}

/// Forgets the check of an object to which nothing refers.
pub(super) async fn forget(store: &Store, name: Digest) -> Result<(), StoreError> {
    let sql = "/* forget_check */ DELETE FROM evidence_scrub WHERE name = $1 \
               AND NOT EXISTS (SELECT 1 FROM evidence_object WHERE evidence_object.name = $1)";
    let mut tx = store.begin("forget_check").await?;
    tx.execute(sql, &[name.to_string().into()]).await?;
    tx.commit().await.map(|_| ())
}

/// Notes a check; what the check before found.
pub(super) async fn set_finding(
    tx: &mut Tx,
    name: Digest,
    finding: Option<&str>,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let hold = "/* hold_check */ UPDATE evidence_scrub SET checked_at = checked_at WHERE name = $1 RETURNING finding";
    let before = tx.fetch_optional(hold, &[name.to_string().into()]).await?;
    let sql = "/* note_check */ UPDATE evidence_scrub SET checked_at = $2, finding = $3 WHERE name = $1";
    let finding = finding.map(str::to_owned);
    tx.execute(sql, &[name.to_string().into(), now.into(), finding.into()]).await?;
    before.map_or(Ok(None), |row| row.optional_text(0))
}

/// The items that need an object.
pub(super) async fn items_of(tx: &mut Tx, name: Digest) -> Result<Vec<(AuthorityId, String)>, StoreError> {
    let sql = "/* items_of_object */ SELECT authority, item FROM evidence_object WHERE name = $1 ORDER BY authority, item";
    let rows = tx.fetch_all(sql, &[name.to_string().into()]).await?;
    rows.iter().map(|row| Ok((row.word(0)?, row.text(1)?))).collect()
}

/// Says on the items what was found, or takes back what was said of this object.
pub(super) async fn mark_items(tx: &mut Tx, name: Digest, finding: Option<&str>) -> Result<(), StoreError> {
    let said = format!("object `{name}` is ");
    let Some(finding) = finding else {
        let sql = "/* clear_damage */ UPDATE evidence_item SET damage = NULL WHERE damage LIKE $2 AND EXISTS \
                   (SELECT 1 FROM evidence_object o WHERE o.name = $1 AND o.authority = evidence_item.authority \
                   AND o.item = evidence_item.id)";
        let like = format!("{said}%");
        return tx.execute(sql, &[name.to_string().into(), like.into()]).await.map(|_| ());
    };
    let sql = "/* mark_damage */ UPDATE evidence_item SET damage = $2 WHERE EXISTS (SELECT 1 FROM evidence_object o \
               WHERE o.name = $1 AND o.authority = evidence_item.authority AND o.item = evidence_item.id)";
    let text = format!("{said}{finding}; restore it from a copy");
    tx.execute(sql, &[name.to_string().into(), text.into()]).await.map(|_| ())
}

/// How the scrubber stands.
pub(crate) async fn summary(store: &Store) -> Result<Summary, StoreError> {
    let sql = "/* scrub_summary */ SELECT COUNT(*), COUNT(NULLIF(checked_at, 0)), COUNT(finding), \
               MIN(NULLIF(checked_at, 0)) FROM evidence_scrub";
    let Some(row) = store.fetch_optional(sql, &[]).await? else { return Ok(Summary::default()) };
    let (all, checked) = (row.unsigned(0)?, row.unsigned(1)?);
    Ok(Summary {
        checked,
        unchecked: all.saturating_sub(checked),
        damaged: row.unsigned(2)?,
        oldest_check: row.optional_time(3)?,
    })
}
