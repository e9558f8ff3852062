//! The routes of deconfliction.

use super::{Accepting, DeconflictionView, LimitsView, NewDeconfliction, NewMatchClaim};
use crate::{
    Node,
    access::{Act, Caller},
    hits::parts::{Claimed, Reason, Which, at_most},
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
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(post_offer))
        .routes(routes!(get_deconflictions))
        .routes(routes!(get_limits))
        .routes(routes!(get_deconfliction))
        .routes(routes!(post_confirm_offer))
        .routes(routes!(post_accept_offer))
        .routes(routes!(post_decline_offer))
        .routes(routes!(post_withdraw_offer))
        .routes(routes!(post_match_claim))
}

/// Deconflictions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeconflictionList {
    /// The deconflictions, without what was found.
    items: Vec<DeconflictionView>,
}

/// Prepares an offer to compare whole case loads. Nothing leaves before another, releasing officer confirms it.
#[utoipa::path(post, path = "/deconflictions", tag = "deconfliction", request_body = NewDeconfliction, responses(
    (status = 201, description = "prepared", body = DeconflictionView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 422, description = "`deconfliction_refused`, `marking_refused`, `legal_basis_refused`, `authorisation_refused`, `not_member`", body = ProblemView)))]
async fn post_offer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(new): Json<NewDeconfliction>,
) -> Result<(StatusCode, Json<DeconflictionView>), Problem> {
    caller.may(Act::PrepareDeconfliction)?;
    let id = super::prepare(&node, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(super::view(&node, &caller.authority, id).await?)))
}

/// The newest deconflictions of the caller's authority, offered by it and to it.
#[utoipa::path(get, path = "/deconflictions", tag = "deconfliction", params(Which), responses(
    (status = 200, description = "at most 200", body = DeconflictionList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn get_deconflictions(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<DeconflictionList>, Problem> {
    caller.may(Act::ReadDeconflictions)?;
    let items = super::list(&node, &caller.authority, which.open, at_most(which.limit)).await?;
    Ok(Json(DeconflictionList { items }))
}

/// How much may be compared, and how many own entries there are.
#[utoipa::path(get, path = "/deconflictions/limits", tag = "deconfliction", responses(
    (status = 200, description = "limits, own entries by kind, and what is left with each member", body = LimitsView),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn get_limits(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<LimitsView>, Problem> {
    caller.may(Act::ReadDeconflictions)?;
    Ok(Json(super::limits(&node, &caller).await?))
}

/// One deconfliction; once it is finished, with our entries that the other side has too.
#[utoipa::path(get, path = "/deconflictions/{id}", tag = "deconfliction",
    params(("id" = String, Path, description = "the deconfliction")), responses(
    (status = 200, description = "the deconfliction", body = DeconflictionView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn get_deconfliction(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> Result<Json<DeconflictionView>, Problem> {
    caller.may(Act::ReadDeconflictions)?;
    Ok(Json(super::view(&node, &caller.authority, id).await?))
}

/// Confirms what another officer has prepared, an offer or an acceptance: it leaves, and once both sides consent the nodes compare.
#[utoipa::path(post, path = "/deconflictions/{id}/confirm", tag = "deconfliction",
    params(("id" = String, Path, description = "the deconfliction")), responses(
    (status = 200, description = "in the outbox", body = DeconflictionView),
    (status = 403, description = "`role_forbids`, `second_officer_needed`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`deconfliction_state`", body = ProblemView),
    (status = 422, description = "`deconfliction_refused`, `marking_refused`, `legal_basis_refused`, `authorisation_refused`", body = ProblemView)))]
async fn post_confirm_offer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
) -> Result<Json<DeconflictionView>, Problem> {
    caller.may(Act::ConfirmDeconfliction)?;
    super::confirm(&node, &caller, id).await?;
    Ok(Json(super::view(&node, &caller.authority, id).await?))
}

/// Prepares the acceptance of an offer. Nothing leaves before another, releasing officer confirms it.
#[utoipa::path(post, path = "/deconflictions/{id}/accept", tag = "deconfliction",
    params(("id" = String, Path, description = "the deconfliction")), request_body = Accepting, responses(
    (status = 200, description = "prepared", body = DeconflictionView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`deconfliction_state`", body = ProblemView),
    (status = 422, description = "`deconfliction_refused`, `marking_refused`, `legal_basis_refused`, `authorisation_refused`", body = ProblemView)))]
async fn post_accept_offer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(accepting): Json<Accepting>,
) -> Result<Json<DeconflictionView>, Problem> {
    caller.may(Act::PrepareDeconfliction)?;
    super::accept(&node, &caller, id, accepting).await?;
    Ok(Json(super::view(&node, &caller.authority, id).await?))
}

/// Declines an offer; the other side is told why.
#[utoipa::path(post, path = "/deconflictions/{id}/decline", tag = "deconfliction",
    params(("id" = String, Path, description = "the deconfliction")), request_body = Reason, responses(
    (status = 200, description = "declined", body = DeconflictionView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`deconfliction_state`", body = ProblemView),
    (status = 422, description = "`deconfliction_refused`", body = ProblemView)))]
async fn post_decline_offer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(end): Json<Reason>,
) -> Result<Json<DeconflictionView>, Problem> {
    caller.may(Act::PrepareDeconfliction)?;
    super::decline(&node, &caller, id, &end.reason).await?;
    Ok(Json(super::view(&node, &caller.authority, id).await?))
}

/// Takes our consent back, before it is finished. The other side is told where it knows of it; an acceptance that nobody has
/// confirmed leaves the offer open.
#[utoipa::path(post, path = "/deconflictions/{id}/withdraw", tag = "deconfliction",
    params(("id" = String, Path, description = "the deconfliction")), request_body = Reason, responses(
    (status = 200, description = "withdrawn", body = DeconflictionView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`deconfliction_state`", body = ProblemView),
    (status = 422, description = "`deconfliction_refused`", body = ProblemView)))]
async fn post_withdraw_offer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(end): Json<Reason>,
) -> Result<Json<DeconflictionView>, Problem> {
    caller.may(Act::PrepareDeconfliction)?;
    super::withdraw(&node, &caller, id, &end.reason).await?;
    Ok(Json(super::view(&node, &caller.authority, id).await?))
}

/// Claims entries in common of the other side: its officer decides what to show, in the same inbox as after private queries.
#[utoipa::path(post, path = "/deconflictions/{id}/claims", tag = "deconfliction",
    params(("id" = String, Path, description = "the deconfliction")), request_body = NewMatchClaim, responses(
    (status = 201, description = "in the outbox", body = Claimed),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`hit_claimed`, `deconfliction_state`", body = ProblemView),
    (status = 422, description = "`deconfliction_refused`, `marking_refused`, `legal_basis_refused`", body = ProblemView)))]
async fn post_match_claim(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(new): Json<NewMatchClaim>,
) -> Result<(StatusCode, Json<Claimed>), Problem> {
    caller.may(Act::AskSelectors)?;
    let claim = super::claim(&node, &caller, id, new).await?;
    Ok((StatusCode::CREATED, Json(Claimed { claim })))
}
