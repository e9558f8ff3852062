//! What others claim of our entries, and what is decided on it.

use super::{Which, at_most};
use crate::{
    Node,
    access::{Act, Caller},
    hits::queries::{self, ClaimView, Declining, DisclosingHit},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use comity_model::id::MessageId;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Claims, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimList {
    /// The claims, without our entries.
    items: Vec<ClaimView>,
}

/// The newest claims on entries of the caller's authority.
#[utoipa::path(get, path = "/hit-claims", tag = "matching", params(Which), responses(
    (status = 200, description = "at most 200", body = ClaimList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn get_claims(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<ClaimList>, Problem> {
    caller.may(Act::ReadClaims)?;
    let items = queries::list_claims(&node, &caller.authority, which.open, at_most(which.limit)).await?;
    Ok(Json(ClaimList { items }))
}

/// One claim, with what of ours each handle is. The look at it is recorded.
#[utoipa::path(get, path = "/hit-claims/{id}", tag = "matching",
    params(("id" = String, Path, description = "the claim")), responses(
    (status = 200, description = "the claim", body = ClaimView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
pub(super) async fn get_claim(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> Result<Json<ClaimView>, Problem> {
    caller.may(Act::ReadClaims)?;
    Ok(Json(queries::read_claim(&node, &caller, id).await?))
}

/// Shows the chosen fields of the person under a handle to whoever claims it; with no fields, reference and contact. Once only.
#[utoipa::path(post, path = "/hit-claims/{id}/disclose", tag = "matching",
    params(("id" = String, Path, description = "the claim")), request_body = DisclosingHit, responses(
    (status = 200, description = "the claim as it now stands", body = ClaimView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`claim_decided`", body = ProblemView),
    (status = 422, description = "`query_refused`, `marking_refused`, `legal_basis_refused`, `authorisation_refused`", body = ProblemView)))]
pub(super) async fn post_disclosure(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(choice): Json<DisclosingHit>,
) -> Result<Json<ClaimView>, Problem> {
    caller.may(Act::DecideClaim)?;
    queries::disclose(&node, &caller, id, choice).await?;
    Ok(Json(queries::read_claim(&node, &caller, id).await?))
}

/// Shows nothing under the named handles, or under all that are open. Once only.
#[utoipa::path(post, path = "/hit-claims/{id}/decline", tag = "matching",
    params(("id" = String, Path, description = "the claim")), request_body = Declining, responses(
    (status = 200, description = "the claim as it now stands", body = ClaimView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`claim_decided`", body = ProblemView)))]
pub(super) async fn post_decline(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(declining): Json<Declining>,
) -> Result<Json<ClaimView>, Problem> {
    caller.may(Act::DecideClaim)?;
    queries::decline(&node, &caller, id, declining).await?;
    Ok(Json(queries::read_claim(&node, &caller, id).await?))
}
