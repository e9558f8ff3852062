//! How the vault is: what it holds, its epochs, its scrubber; and the items that are due.

use super::{
    EvidenceError, ItemRow,
    rotate::{EpochRow, epochs_of},
    scrub,
    store::items_due,
};
use crate::{Node, store::Store, store::StoreError};
use comity_model::{AuthorityId, id::ItemId};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

/// How the vault is, to the authority of the caller. The scrubber's counts are of the whole node.
#[derive(Debug, Serialize, ToSchema)]
pub struct VaultStatus {
    /// Items that are held.
    items: u64,
    /// Bytes of their content.
    bytes: u64,
    /// Stored objects that they need.
    objects: u64,
    /// Held items past the day until which they are retained.
    due: u64,
    /// The epoch in which keys are kept; null before the first item.
    epoch: Option<CurrentEpoch>,
    /// Epochs that are retired and whose keys are not removed yet.
    retired: Vec<RetiredEpoch>,
    /// The scrubber.
    scrub: ScrubStatus,
    /// Uploads that are not finished.
    uploads: u64,
}

/// The epoch in which keys are kept.
#[derive(Debug, Serialize, ToSchema)]
struct CurrentEpoch {
    /// Its number, from 1.
    number: u64,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    begun_at: Timestamp,
}

/// An epoch that is retired.
#[derive(Debug, Serialize, ToSchema)]
struct RetiredEpoch {
    /// Its number.
    number: u64,
    /// When it was retired.
    #[schema(value_type = String, format = DateTime)]
    retired_at: Timestamp,
    /// When its key is removed, as the settings stand.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

/// How the scrubber stands.
#[derive(Debug, Serialize, ToSchema)]
struct ScrubStatus {
    /// Objects that were checked at least once.
    checked: u64,
    /// Objects that wait for their first check.
    unchecked: u64,
    /// Objects that are altered or missing.
    damaged: u64,
    /// When the check was that lies back longest; null before the first.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_check: Option<Timestamp>,
}

/// How the vault is on the day `today`.
///
/// # Errors
/// Where the database fails.
pub async fn status(node: &Node, authority: &AuthorityId, today: Date) -> Result<VaultStatus, EvidenceError> {
    let rows = epochs_of(&node.store, authority).await?;
    let current = rows.iter().rev().find(|row| row.retired_at.is_none());
    let retired = |row: &EpochRow| {
        let ends_at = row.ends_at(&node.config.evidence);
        let retired_at = row.retired_at.filter(|_| row.ended_at.is_none())?;
        Some(RetiredEpoch { number: row.number, retired_at, ends_at })
    };
    let scrub = scrub::summary(&node.store).await?;
    let [items, bytes, objects, due, uploads] = counts(&node.store, authority, today).await?;
    Ok(VaultStatus {
        items,
        bytes,
        objects,
        due,
        epoch: current.map(|row| CurrentEpoch { number: row.number, begun_at: row.begun_at }),
        retired: rows.iter().filter_map(retired).collect(),
        scrub: ScrubStatus {
            checked: scrub.checked,
            unchecked: scrub.unchecked,
            damaged: scrub.damaged,
            oldest_check: scrub.oldest_check,
        },
        uploads,
    })
}

async fn counts(store: &Store, authority: &AuthorityId, today: Date) -> Result<[u64; 5], StoreError> {
    let sql = "/* vault_counts */ SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT), \
               (SELECT COUNT(DISTINCT name) FROM evidence_object WHERE authority = $1), \
               COUNT(CASE WHEN retain_until < $2 THEN 1 END), \
               (SELECT COUNT(*) FROM evidence_upload WHERE authority = $1) \
               FROM evidence_item WHERE authority = $1 AND state = 'held'";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), today.to_string().into()]).await?;
    let Some(row) = row else { return Ok([0; 5]) };
    Ok([row.unsigned(0)?, row.unsigned(1)?, row.unsigned(2)?, row.unsigned(3)?, row.unsigned(4)?])
}

/// The held items past the day until which they are retained, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn due_items(
    node: &Node,
    authority: &AuthorityId,
    today: Date,
    after: Option<ItemId>,
    limit: u64,
) -> Result<Vec<ItemRow>, EvidenceError> {
    Ok(items_due(&node.store, authority, today, after, limit).await?)
}

/// What the metrics say of evidence, over all authorities: held items, their bytes, and how many of them are damaged.
///
/// # Errors
/// Where the database fails.
pub async fn totals(store: &Store) -> Result<[u64; 3], StoreError> {
    let sql = "/* evidence_totals */ SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT), COUNT(damage) \
               FROM evidence_item WHERE state = 'held'";
    let Some(row) = store.fetch_optional(sql, &[]).await? else { return Ok([0; 3]) };
    Ok([row.unsigned(0)?, row.unsigned(1)?, row.unsigned(2)?])
}

/// When the check was that lies back longest; none before the first.
///
/// # Errors
/// Where the database fails.
pub async fn oldest_check(store: &Store) -> Result<Option<Timestamp>, StoreError> {
    Ok(scrub::summary(store).await?.oldest_check)
}
