//! An alert as a CAP 1.2 file, for systems that speak that.

use super::{AlertError, AlertRow, StoredState};
use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    random,
};
use comity_formats::cap::{CapAct, CapAlert, CapReference, write_alert};
use comity_model::id::MessageId;

/// Writes an alert as it now stands: as alert, as update, or as its end. Taking it away is written down.
///
/// # Errors
/// A draft, no such alert, or a failing database.
pub async fn export(
    node: &Node,
    caller: &Caller,
    id: MessageId,
    language: &str,
) -> Result<String, AlertError> {
    let row = super::load(node, &caller.authority, id).await?;
    if row.state == StoredState::Raised || row.released_at.is_none() {
        return Err(AlertError::State(
            "is not released; what has not left Comity does not leave as CAP either",
        ));
    }
    let mut tx = node.store.begin("export_alert").await?;
    let (at, about) = (random::now(), About { message: Some(row.latest), ..row.about() });
    let detail = serde_json::json!({ "format": "cap" });
    tx.record(Entry::new(at, Some(&row.authority), &caller.actor(), "alert_exported", about, detail));
    tx.commit().await?;
    Ok(write_alert(&cap(node, row, language)))
}

fn cap(node: &Node, row: AlertRow, language: &str) -> CapAlert {
    let first = CapReference::to_alert(&row.sender, row.id, row.released_at.unwrap_or(row.raised_at));
    let act = match (row.is_over(), row.latest == row.id) {
        (true, _) => CapAct::Cancel(vec![first]),
        (false, true) => CapAct::Alert,
        (false, false) => CapAct::Update(vec![first]),
    };
    CapAlert {
        identifier: row.latest,
        sender: row.sender,
        sent: row.changed_at,
        mode: node.mode(),
        act,
        marking: row.marking,
        urgency: row.urgency,
        language: language.to_owned(),
        alert: row.alert,
        areas: Vec::new(),
    }
}
