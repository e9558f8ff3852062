//! Old comparisons lose what they were about, by the same rule as queries: so many days after one is over, and never while something claimed of
//! it is open, its entries in common, reasons and messages' contents go. What an auditor needs stays: session, sizes, digests, the
//! number of matches, and the signed statements.

use super::{MatchingError, store};
use crate::{
    Node,
    hits::{purge::by_pages, queries::whole},
    journal::Actor,
};
use comity_model::{AuthorityId, id::MessageId};
use jiff::Timestamp;
use std::sync::Arc;

/// The rule in whose name contents go.
const RULE: Actor = Actor::Rule("purge_old_deconflictions");

/// Purges the comparisons of an authority that were over before a time; how many.
///
/// # Errors
/// Where the database fails; what was done stays done.
pub(in crate::hits) async fn purge_old(
    node: &Arc<Node>,
    authority: &AuthorityId,
    (before, now): (Timestamp, Timestamp),
) -> Result<u64, MatchingError> {
    by_pages(
        || async { Ok(store::purge::over_before(&node.store, authority, before).await?) },
        |id| purge(node, authority, id, (before, now)),
    )
    .await
}

/// Purges one; `false` where there is nothing to do any more, after another replica or a claim that has just arrived.
async fn purge(
    node: &Arc<Node>,
    authority: &AuthorityId,
    id: MessageId,
    (before, now): (Timestamp, Timestamp),
) -> Result<bool, MatchingError> {
    let mut tx = node.store.begin("purge_deconfliction").await?;
    let Some(mut row) = store::load_in(&mut tx, authority, id).await? else { return Ok(false) };
    row.detail.why = String::new();
    (row.detail.reason, row.detail.fault) = (None, None);
    if !store::purge::mark(&mut tx, &row, before, now).await? {
        return Ok(false);
    }
    store::matches::forget(&mut tx, &row).await?;
    store::purge::erase_messages(&mut tx, &row).await?;
    let handles = whole::purge_claims(&mut tx, authority, &row.peer, id, now).await?;
    let detail = serde_json::json!({ "matches": row.matches, "handles": handles });
    tx.record(row.entry(&RULE, "deconfliction_purged", detail, now));
    tx.commit().await?;
    Ok(true)
}
