//! Is the process alive, and can it do its work? For supervisors and load balancers; needs no sign-in.

use super::problem::Problem;
use crate::{Node, journal::ledger::root_at, random, store::StoreError};
use axum::{Json, extract::State};
use serde_json::{Value, json};
use std::sync::Arc;

/// The process answers.
pub(super) async fn get_healthz() -> &'static str {
    "ok\n"
}

/// The database answers, the ledger's head can be read, the registry is in force.
pub(super) async fn get_readyz(State(node): State<Arc<Node>>) -> Result<Json<Value>, Problem> {
    let size = head_reads(&node).await.map_err(|fault| {
        tracing::error!(%fault, "not ready");
        Problem::unavailable("not_ready", "the database or the ledger cannot be read; see the log")
    })?;
    let directory = node.registry();
    if directory.registry().expires <= random::now() {
        let detail = "the registry has expired; nothing is sent or accepted until a newer one is there";
        return Err(Problem::unavailable("registry_expired", detail));
    }
    Ok(Json(json!({ "ready": true, "ledger_size": size, "registry_version": directory.registry().version })))
}

async fn head_reads(node: &Node) -> Result<u64, StoreError> {
    let size = node.store.ledger_size().await?;
    root_at(node, size).await?;
    Ok(size)
}
