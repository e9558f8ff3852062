//! The release of an alert: who may, whether it is complete, and one transaction that marks it and puts it into the outbox.

use super::{
    AlertError, AlertRow, AlertState, Direction, Over, StoredState,
    rules::{self, ReleasePath},
    store,
};
use crate::{
    Node,
    access::Caller,
    exchange::{self, Outgoing, Prepared},
    journal::Entry,
    random,
};
use comity_model::{id::MessageId, message::Message};
use jiff::Timestamp;
use std::sync::Arc;

/// Lets an alert leave. Two officers take part, or one with the reason of an emergency, which the journal keeps.
///
/// # Errors
/// Who or what is missing.
pub async fn release(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    emergency_reason: Option<&str>,
    over: Over,
) -> Result<(), AlertError> {
    let row = super::load(node, &caller.authority, id).await?;
    let path = decide(&row, caller, emergency_reason, random::now())?;
    let mut officers = row.written_by.clone();
    officers.insert(caller.name.clone());
    let basis = row.checked_again(officers, over);
    let message = Message::Alert(Box::new(row.alert.clone()));
    let outgoing = Outgoing { id: row.id, reply_to: None, ..row.reply(message, basis) };
    let prepared = exchange::prepare(node, outgoing).await?;
    let released = released(&row, caller, &path, &prepared);
    let mut tx = node.store.begin("release_alert").await?;
    if !store::release(&mut tx, &row, &released).await? {
        return Err(AlertError::Changed);
    }
    exchange::put(&mut tx, &prepared, &caller.actor(), released.about()).await?;
    tx.record(entry(&released, caller, &path, prepared.statement().time));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}

fn decide(
    row: &AlertRow,
    caller: &Caller,
    emergency_reason: Option<&str>,
    now: Timestamp,
) -> Result<ReleasePath, AlertError> {
    if row.direction == Direction::Incoming {
        return Err(AlertError::NotOurs);
    }
    if rules::state(row, false, now) != AlertState::Raised {
        return Err(AlertError::State("is released or over; only a raised one can be released"));
    }
    let path = rules::release_path(&row.written_by, &caller.name, emergency_reason);
    let path = path.ok_or(AlertError::SecondOfficerNeeded)?;
    let missing = rules::missing(&row.alert, now);
    if missing.is_empty() { Ok(path) } else { Err(AlertError::Incomplete(missing)) }
}

fn released(row: &AlertRow, caller: &Caller, path: &ReleasePath, prepared: &Prepared) -> AlertRow {
    let emergency_reason = match path {
        ReleasePath::TwoOfficers => None,
        ReleasePath::Emergency(reason) => Some(reason.clone()),
    };
    AlertRow {
        state: StoredState::Released,
        released_by: Some(caller.name.clone()),
        released_at: Some(prepared.statement().time),
        legal_basis: prepared.statement().legal_basis.clone(),
        emergency_reason,
        ..row.clone()
    }
}

fn entry(row: &AlertRow, caller: &Caller, path: &ReleasePath, at: Timestamp) -> Entry {
    let act = match path {
        ReleasePath::TwoOfficers => "alert_released",
        ReleasePath::Emergency(_) => "alert_released_in_emergency",
    };
    let detail = serde_json::json!({
        "to": row.recipients, "raised_by": row.raised_by, "written_by": row.written_by,
        "emergency_reason": row.emergency_reason,
    });
    Entry::new(at, Some(&row.authority), &caller.actor(), act, row.about(), detail)
}
