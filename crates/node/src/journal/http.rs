//! The journal, for auditors and administrators.

use super::{About, JournalRow, rows_after};
use crate::{
    Node,
    access::{Act, Caller},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Query, State},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The most entries in one answer.
const LONGEST_PAGE: u64 = 500;

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new().routes(routes!(get_journal))
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// Entries after that number; from the beginning where it is absent.
    after: Option<u64>,
    /// At most so many, 1 to 500; otherwise 100.
    limit: Option<u64>,
}

/// A page of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct JournalPage {
    /// The oldest first.
    items: Vec<JournalView>,
    /// For `after` of the next page; null on the last.
    next: Option<u64>,
}

/// An entry of the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct JournalView {
    /// Its number.
    seq: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// In whose name; null for the node itself.
    authority: Option<String>,
    /// Who: `officer:<name>`, `rule:<name>` or `node`.
    actor: String,
    /// What.
    act: String,
    /// About what.
    about: About,
    /// What more the entry says; null once it was erased.
    #[schema(value_type = Option<Object>)]
    detail: Option<Value>,
    /// Where the commitment to the entry is in the ledger.
    ledger_index: u64,
}

impl From<JournalRow> for JournalView {
    fn from(row: JournalRow) -> Self {
        let detail = row.document.as_deref().and_then(detail_of);
        let JournalRow { seq, at, authority, actor, act, about, .. } = row;
        Self { seq, at, authority, actor, act, about, detail, ledger_index: seq }
    }
}

/// The document's `detail`; the whole of a document that has a shape of its own.
fn detail_of(document: &str) -> Option<Value> {
    let mut document: Value = serde_json::from_str(document).ok()?;
    match document.get_mut("detail") {
        Some(detail) => Some(detail.take()),
        None => Some(document),
    }
}

/// What was done at this authority, by whom and when, and what the node did by itself.
#[utoipa::path(get, path = "/journal", tag = "journal", params(Page), responses(
    (status = 200, description = "a page, the oldest first", body = JournalPage),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn get_journal(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<JournalPage>, Problem> {
    caller.may(Act::ReadJournal)?;
    let limit = page.limit.unwrap_or(100).clamp(1, LONGEST_PAGE);
    let from = page.after.map_or(0, |after| after.saturating_add(1));
    let rows = rows_after(&node.store, &caller.authority, from, limit).await?;
    let full = u64::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next = rows.last().filter(|_| full).map(|last| last.seq);
    Ok(Json(JournalPage { items: rows.into_iter().map(Into::into).collect(), next }))
}
