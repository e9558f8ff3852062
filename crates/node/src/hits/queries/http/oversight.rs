//! The auditor's view, and canaries.

use crate::{
    Node,
    access::{Act, Caller},
    hits::queries::{self, CanaryView, NewCanary, Usage},
    web::{Problem, ProblemView},
};
use axum::{Json, extract::State, http::StatusCode};
use std::sync::Arc;

/// What was asked from here and here, held against the journal; claims on canaries. Selectors are not shown: nobody needs them
/// to see whether the use was right.
#[utoipa::path(get, path = "/matching/usage", tag = "matching", responses(
    (status = 200, description = "the newest 500 of each side", body = Usage),
    (status = 403, description = "`role_forbids`: only an auditor may", body = ProblemView)))]
pub(super) async fn get_usage(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<Usage>, Problem> {
    caller.may(Act::AuditMatching)?;
    Ok(Json(queries::usage(&node, &caller).await?))
}

/// Plants an entry that nobody should ever hit, a selector or an invented person. What it is is sealed and not shown again.
#[utoipa::path(post, path = "/matching/canaries", tag = "matching", request_body = NewCanary, responses(
    (status = 201, description = "planted", body = CanaryView),
    (status = 403, description = "`role_forbids`: only an auditor may", body = ProblemView),
    (status = 422, description = "`query_refused`", body = ProblemView)))]
pub(super) async fn post_canary(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(new): Json<NewCanary>,
) -> Result<(StatusCode, Json<CanaryView>), Problem> {
    caller.may(Act::PlantCanaries)?;
    Ok((StatusCode::CREATED, Json(queries::plant(&node, &caller, new).await?)))
}
