//! The routes of hits.

use super::{Disclose, HitView, parts::LONGEST_LIST};
use crate::{
    Node,
    access::{Act, Caller},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use comity_model::id::HitId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(disclose))
        .routes(routes!(dismiss))
}

/// Hits, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitList {
    /// The hits.
    pub items: Vec<HitView>,
}

/// Why a hit is dismissed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dismiss {
    /// The reason; it stays here.
    pub reason: String,
}

/// What to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// Photographs are left out unless this is `true`, and shown only with an entry in the journal.
    #[serde(default)]
    photographs: bool,
}

/// The newest hits of the caller's authority.
#[utoipa::path(get, path = "/hits", tag = "hits", responses(
    (status = 200, description = "at most 200", body = HitList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn list(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<HitList>, Problem> {
    caller.may(Act::ReadHits)?;
    Ok(Json(HitList { items: super::list(&node, &caller.authority, LONGEST_LIST).await? }))
}

/// One hit. The look at it is recorded.
#[utoipa::path(get, path = "/hits/{id}", tag = "hits", params(("id" = String, Path, description = "the hit"), Shown),
    responses(
    (status = 200, description = "the hit", body = HitView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn get(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<HitId>,
    Query(shown): Query<Shown>,
) -> Result<Json<HitView>, Problem> {
    caller.may(Act::ReadHits)?;
    Ok(Json(super::read(&node, &caller, id, shown.photographs).await?))
}

/// Shows the chosen fields of our person to the alert's originator. Once only.
#[utoipa::path(post, path = "/hits/{id}/disclose", tag = "hits", params(("id" = String, Path, description = "the hit")),
    request_body = Disclose, responses(
    (status = 200, description = "the hit as it now stands", body = HitView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`hit_decided`, `alert_over`", body = ProblemView),
    (status = 422, description = "`decision_refused`, `marking_refused`, `legal_basis_refused`, `authorisation_refused`", body = ProblemView)))]
async fn disclose(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<HitId>,
    Json(choice): Json<Disclose>,
) -> Result<Json<HitView>, Problem> {
    caller.may(Act::DecideHit)?;
    super::disclose(&node, &caller, id, choice).await?;
    Ok(Json(super::read(&node, &caller, id, false).await?))
}

/// Decides that nothing is shown. Once only.
#[utoipa::path(post, path = "/hits/{id}/dismiss", tag = "hits", params(("id" = String, Path, description = "the hit")),
    request_body = Dismiss, responses(
    (status = 200, description = "the hit as it now stands", body = HitView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`hit_decided`", body = ProblemView),
    (status = 422, description = "`decision_refused`", body = ProblemView)))]
async fn dismiss(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<HitId>,
    Json(dismissal): Json<Dismiss>,
) -> Result<Json<HitView>, Problem> {
    caller.may(Act::DecideHit)?;
    super::dismiss(&node, &caller, id, &dismissal.reason).await?;
    Ok(Json(super::read(&node, &caller, id, false).await?))
}
