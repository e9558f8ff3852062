//! Old queries lose what they were about: so many days after a query is finished, and never while a claim on it is open, its hits,
//! handles, reasons and messages' contents go. What an auditor needs stays: the commitment to the batch, counts, epochs, the number of
//! hits, and the signed statements. The same rule takes what comparisons of whole case loads had in common, why consent to a sweep was
//! asked, and what other holders published in epochs that are over.

pub(super) mod store;

use super::{
    MatchingError, peers,
    sweeps::{self, SweepRow},
};
use crate::{
    Node,
    hits::{deconfliction, purge::by_pages},
    journal::{About, Actor, Entry},
};
use comity_model::AuthorityId;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use store::Old;

/// The rule in whose name contents go.
const RULE: Actor = Actor::Rule("purge_old_queries");

/// Purges what is older than the settings say; how many queries, asked and received, comparisons and requests for consent.
///
/// # Errors
/// Where the database fails; what was done stays done.
pub async fn purge_old(node: &Arc<Node>, now: Timestamp) -> Result<u64, MatchingError> {
    let days = i64::from(node.config.matching.retention_days);
    let Ok(before) = now.checked_sub(SignedDuration::from_hours(24 * days)) else { return Ok(0) };
    let mut count = 0;
    for authority in &node.config.authorities {
        count += purge_queries(node, authority, (before, now)).await?;
        count += deconfliction::purge_old(node, authority, (before, now)).await?;
        count += purge_sweeps(node, authority, (before, now)).await?;
    }
    purge_peers(node, (before, now)).await?;
    Ok(count)
}

/// Purges queries, asked and received, that were over before a time; how many.
async fn purge_queries(
    node: &Arc<Node>,
    authority: &AuthorityId,
    (before, now): (Timestamp, Timestamp),
) -> Result<u64, MatchingError> {
    let next = || async {
        let mut old = store::asked_before(&node.store, authority, before).await?;
        old.extend(store::received_before(&node.store, authority, before).await?);
        Ok(old)
    };
    by_pages(next, |old| purge(node, old, (before, now))).await
}

/// Purges requests for consent that were decided before a time; how many.
async fn purge_sweeps(
    node: &Arc<Node>,
    authority: &AuthorityId,
    (before, now): (Timestamp, Timestamp),
) -> Result<u64, MatchingError> {
    by_pages(
        || async { Ok(sweeps::decided_before(&node.store, authority, before).await?) },
        |row| purge_sweep(node, row, now),
    )
    .await
}

async fn purge_sweep(node: &Arc<Node>, mut row: SweepRow, now: Timestamp) -> Result<bool, MatchingError> {
    row.content.why = String::new();
    let mut tx = node.store.begin("purge_sweep").await?;
    if !sweeps::purge(&mut tx, &row, now).await? {
        return Ok(false);
    }
    tx.record(sweeps::entry(&row, &Actor::Rule("purge_old_sweeps"), "sweep_purged", now));
    tx.commit().await?;
    Ok(true)
}

/// Purges what other holders published in epochs that were last seen before a time and are not their newest. It is of no one authority here.
async fn purge_peers(node: &Arc<Node>, (before, now): (Timestamp, Timestamp)) -> Result<(), MatchingError> {
    let mut tx = node.store.begin("purge_peer_epochs").await?;
    let (epochs, segments) = peers::purge(&mut tx, before).await?;
    if epochs > 0 || segments > 0 {
        let detail = serde_json::json!({ "epochs": epochs, "segments": segments });
        let actor = Actor::Rule("purge_old_peer_epochs");
        tx.record(Entry::new(now, None, &actor, "peer_epochs_purged", About::default(), detail));
        tx.commit().await?;
    }
    Ok(())
}

async fn purge(
    node: &Arc<Node>,
    old: Old,
    (before, now): (Timestamp, Timestamp),
) -> Result<bool, MatchingError> {
    let mut tx = node.store.begin("purge_query").await?;
    // Whoever comes second, of two replicas or after a claim that has just arrived, finds nothing to do.
    let removed = match &old.sender {
        None => store::purge_asked(&mut tx, &old, before, now).await?,
        Some(sender) => store::purge_received(&mut tx, &old, sender, before, now).await?,
    };
    let Some(removed) = removed else { return Ok(false) };
    store::erase_messages(&mut tx, &old).await?;
    let about = About { exchange: Some(old.exchange), message: Some(old.query), ..About::default() };
    let detail = serde_json::json!({
        "query": old.query, "from": old.sender, "batch_sha256": old.batch_sha256, "count": old.count, "removed": removed,
    });
    tx.record(Entry::new(now, Some(&old.authority), &RULE, "selector_query_purged", about, detail));
    tx.commit().await?;
    Ok(true)
}
