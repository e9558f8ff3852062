//! Queries asked from here: composed within budgets, sent, read, and their hits claimed.

use super::{OfCase, at_most};
use crate::{
    Node,
    access::{Act, Caller},
    hits::{
        parts::Claimed,
        queries::{self, NewClaim, NewQuery, QueryView, oversight::BudgetView},
    },
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use comity_model::id::MessageId;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Queries, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryList {
    /// The queries, without their hits.
    items: Vec<QueryView>,
}

/// Asks holders whether they have selectors, without showing them. Blinded once; one envelope goes to all.
#[utoipa::path(post, path = "/selector-queries", tag = "matching", request_body = NewQuery, responses(
    (status = 201, description = "in the outbox, or awaiting consent", body = QueryView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`: the case", body = ProblemView),
    (status = 422, description = "`query_refused`, `consent_needed`, `marking_refused`, `legal_basis_refused`, `authorisation_refused`, `not_member`, `recipients_refused`", body = ProblemView)))]
pub(super) async fn post_query(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(new): Json<NewQuery>,
) -> Result<(StatusCode, Json<QueryView>), Problem> {
    caller.may(Act::AskSelectors)?;
    let id = queries::ask(&node, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(queries::view(&node, &caller.authority, id).await?)))
}

/// The newest queries of the caller's authority, each with where its holders stand.
#[utoipa::path(get, path = "/selector-queries", tag = "matching", params(OfCase), responses(
    (status = 200, description = "at most 200", body = QueryList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn get_queries(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(which): Query<OfCase>,
) -> Result<Json<QueryList>, Problem> {
    caller.may(Act::ReadQueries)?;
    let items = queries::list(&node, &caller.authority, which.case, at_most(which.limit)).await?;
    Ok(Json(QueryList { items }))
}

/// One query with its hits.
#[utoipa::path(get, path = "/selector-queries/{id}", tag = "matching",
    params(("id" = String, Path, description = "the query")), responses(
    (status = 200, description = "the query", body = QueryView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
pub(super) async fn get_query(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> Result<Json<QueryView>, Problem> {
    caller.may(Act::ReadQueries)?;
    Ok(Json(queries::view(&node, &caller.authority, id).await?))
}

/// Claims hits of a holder: it learns which of its entries are meant, and decides what to show.
#[utoipa::path(post, path = "/selector-queries/{id}/claims", tag = "matching",
    params(("id" = String, Path, description = "the query")), request_body = NewClaim, responses(
    (status = 201, description = "in the outbox", body = Claimed),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`hit_claimed`", body = ProblemView),
    (status = 422, description = "`query_refused`, `marking_refused`, `legal_basis_refused`", body = ProblemView)))]
pub(super) async fn post_claim(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(new): Json<NewClaim>,
) -> Result<(StatusCode, Json<Claimed>), Problem> {
    caller.may(Act::AskSelectors)?;
    let claim = queries::claim(&node, &caller, id, new).await?;
    Ok((StatusCode::CREATED, Json(Claimed { claim })))
}

/// What the caller may still ask, holder by holder; with a case, what of its budget is used.
#[utoipa::path(get, path = "/matching/budget", tag = "matching", params(OfCase), responses(
    (status = 200, description = "limits, use and what is left", body = BudgetView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`: the case", body = ProblemView)))]
pub(super) async fn get_budget(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(which): Query<OfCase>,
) -> Result<Json<BudgetView>, Problem> {
    caller.may(Act::ReadQueries)?;
    Ok(Json(queries::budget(&node, &caller, which.case).await?))
}
