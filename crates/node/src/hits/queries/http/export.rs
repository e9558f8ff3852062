//! The use of private matching, signed, for an auditor to lay beside another authority's.

use crate::{
    Node,
    access::{Act, Caller},
    hits::queries,
    web::{Problem, ProblemView},
};
use axum::{
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// What GET /matching/usage shows, with the authority and the time, signed by the authority: a DSSE envelope. `comity match usage`
/// compares two of them.
#[utoipa::path(get, path = "/matching/usage/export", tag = "matching", responses(
    (status = 200, description = "a DSSE envelope (`application/vnd.comity.matching-usage.v1+json`)", body = Object),
    (status = 403, description = "`role_forbids`: only an auditor may", body = ProblemView)))]
pub(super) async fn get_export(State(node): State<Arc<Node>>, caller: Caller) -> Result<Response, Problem> {
    caller.may(Act::AuditMatching)?;
    let signed = queries::export_usage(&node, &caller).await?;
    Ok(([(CONTENT_TYPE, "application/json")], signed).into_response())
}
