//! Old queries lose what they were about: so many days after a query is finished, and never while a claim on it is open, its hits,
//! handles, reasons and messages' contents go. What an auditor needs stays: the commitment to the batch, counts, epochs, the number of
//! hits, and the signed statements.

mod store;

use super::QueryError;
use crate::{
    Node,
    journal::{About, Actor, Entry},
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use store::Old;

/// The rule in whose name contents go.
const RULE: Actor = Actor::Rule("purge_old_queries");

/// Purges what is older than the settings say; how many queries, asked and received.
///
/// # Errors
/// Where the database fails; what was done stays done.
pub async fn purge_old(node: &Arc<Node>, now: Timestamp) -> Result<u64, QueryError> {
    let days = i64::from(node.config.matching.retention_days);
    let Ok(before) = now.checked_sub(SignedDuration::from_hours(24 * days)) else { return Ok(0) };
    let mut count = 0;
    for authority in &node.config.authorities {
        loop {
            let mut old = store::asked_before(&node.store, authority, before).await?;
            old.extend(store::received_before(&node.store, authority, before).await?);
            if old.is_empty() {
                break;
            }
            for one in old {
                purge(node, &one, (before, now)).await?;
                count += 1;
            }
        }
    }
    Ok(count)
}

async fn purge(node: &Arc<Node>, old: &Old, (before, now): (Timestamp, Timestamp)) -> Result<(), QueryError> {
    let mut tx = node.store.begin("purge_query").await?;
    // Whoever comes second, of two replicas or after a claim that has just arrived, finds nothing to do.
    let removed = match &old.sender {
        None => store::purge_asked(&mut tx, old, before, now).await?,
        Some(sender) => store::purge_received(&mut tx, old, sender, before, now).await?,
    };
    let Some(removed) = removed else { return Ok(()) };
    store::erase_messages(&mut tx, old).await?;
    let about = About { exchange: Some(old.exchange), message: Some(old.query), ..About::default() };
    let detail = serde_json::json!({
        "query": old.query, "from": old.sender, "batch_sha256": old.batch_sha256, "count": old.count, "removed": removed,
    });
    tx.record(Entry::new(now, Some(&old.authority), &RULE, "selector_query_purged", about, detail));
    tx.commit().await?;
    Ok(())
}
