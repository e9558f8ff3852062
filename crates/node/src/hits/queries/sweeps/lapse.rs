//! A request for consent that nobody decides has an end, which the request itself says: so both sides know it, and each ends its own
//! without another message. A consent that is under way when the time is over comes too late; both journals say so.

use super::{SweepState, entry, store};
use crate::{
    Node,
    hits::queries::{
        MatchingError,
        asked::{QueryState, store as asked},
    },
    journal::{About, Actor, Entry},
};
use jiff::Timestamp;
use std::sync::Arc;
use store::SweepRow;

/// The rule in whose name requests end.
const RULE: Actor = Actor::Rule("lapse_undecided");

/// Ends what nobody has decided in its time, asked from here or here; how many.
///
/// # Errors
/// Where the database fails; what was done stays done.
pub async fn lapse(node: &Arc<Node>, now: Timestamp) -> Result<u64, MatchingError> {
    let mut count = 0;
    for row in store::overdue(&node.store, now).await? {
        if node.serves(&row.authority) {
            count += u64::from(lapse_received(node, row, now).await?);
        }
    }
    for row in asked::overdue(&node.store, now).await? {
        if node.serves(&row.authority) {
            count += u64::from(lapse_asked(node, &row, now).await?);
        }
    }
    Ok(count)
}

async fn lapse_received(node: &Node, row: SweepRow, now: Timestamp) -> Result<bool, MatchingError> {
    let decided_by = Some("rule:lapse_undecided".to_owned());
    let row = SweepRow { state: SweepState::Lapsed, decided_by, decided_at: Some(now), ..row };
    let mut tx = node.store.begin("lapse_sweep").await?;
    if !store::decide(&mut tx, &row).await? {
        return Ok(false);
    }
    tx.record(entry(&row, &RULE, "sweep_lapsed", now));
    tx.commit().await?;
    Ok(true)
}

async fn lapse_asked(node: &Node, row: &asked::QueryRow, now: Timestamp) -> Result<bool, MatchingError> {
    let who = row.consent_from.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut tx = node.store.begin("lapse_query").await?;
    if !asked::lapse(&mut tx, row, &format!("`{who}` did not decide in time; ask anew"), now).await? {
        return Ok(false);
    }
    let about = About {
        case: Some(row.case),
        exchange: Some(row.exchange),
        message: Some(row.id),
        ..About::default()
    };
    let detail = serde_json::json!({
        "request": row.consent_request, "query": row.id, "consent_from": row.consent_from, "batch_sha256": row.batch_sha256,
        "count": row.count, "decide_by": row.decide_by, "state": QueryState::Lapsed,
    });
    tx.record(Entry::new(now, Some(&row.authority), &RULE, "sweep_lapsed", about, detail));
    tx.commit().await?;
    Ok(true)
}
