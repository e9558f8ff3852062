//! The routes of alerts and sightings.

use super::{AlertView, Direction, NewSighting, Over, Raise, SightingView};
use crate::{
    Node,
    access::{Act, Caller},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use comity_law::{Language, phrase::localise};
use comity_model::{
    id::{AuthorisationId, CaseId, MessageId},
    message::{Alert, CancellationReason},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(raise))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(release))
        .routes(routes!(update))
        .routes(routes!(cancel))
        .routes(routes!(report_sighting))
        .routes(routes!(cap))
}

/// The most alerts in one answer.
const LONGEST_LIST: u64 = 200;

/// Alerts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertList {
    /// The alerts.
    pub items: Vec<AlertView>,
}

/// Which alerts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// `outgoing`, `incoming` or `all`.
    #[serde(default)]
    #[param(inline)]
    direction: Towards,
    /// At most so many, 1 to 200; otherwise 100.
    limit: Option<u64>,
}

/// A direction, or both.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Towards {
    Outgoing,
    Incoming,
    #[default]
    All,
}

/// What to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// Photographs are left out unless this is `true`, and shown only with an entry in the journal.
    #[serde(default)]
    photographs: bool,
    /// The language of what the law engine says: `en`, `fr`, `es` or `ar`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// How to write it.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Written {
    /// The language of the texts as a tag, such as `fr`; otherwise `en`.
    language: Option<String>,
}

/// A release.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Release {
    /// Why one officer alone releases what the same officer wrote.
    pub emergency_reason: Option<String>,
    /// Why it goes although the tables do not say whether its basis carries it; otherwise what the draft gives.
    pub basis_reason: Option<String>,
    /// A supervising officer's authorisation, where they contradict it; otherwise what the draft names.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub authorisation: Option<AuthorisationId>,
}

/// A correction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// What changed, in a line; may be empty for a draft.
    #[serde(default)]
    pub what_changed: String,
    /// The alert as it now reads; see the schema `alert`.
    #[schema(value_type = Object)]
    pub alert: Alert,
    /// Why it goes although the tables do not say whether its basis carries it; otherwise that of the alert.
    #[serde(default)]
    pub basis_reason: Option<String>,
    /// A supervising officer's authorisation, where they contradict it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub authorisation: Option<AuthorisationId>,
}

/// An end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// `child_found`, `raised_in_error` or `no_longer_needed`.
    #[schema(value_type = String)]
    pub reason: CancellationReason,
    /// What else the receivers should know; names do not leave.
    #[serde(default)]
    pub note: String,
}

/// Raises an alert in a case; what is absent is taken from the case. It goes nowhere before it is released.
#[utoipa::path(post, path = "/cases/{id}/alerts", tag = "alerts",
    params(("id" = String, Path, description = "the case")), request_body = Raise, responses(
    (status = 201, description = "the draft, with what is missing", body = AlertView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn raise(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(case): Path<CaseId>,
    Json(given): Json<Raise>,
) -> Result<(StatusCode, Json<AlertView>), Problem> {
    caller.may(Act::RaiseAlert)?;
    let id = super::raise(&node, &caller, case, given).await?;
    Ok((StatusCode::CREATED, Json(super::read(&node, &caller, id, false).await?)))
}

/// The newest alerts of the caller's authority, its own and others'.
#[utoipa::path(get, path = "/alerts", tag = "alerts", params(Which), responses(
    (status = 200, description = "alerts, newest first", body = AlertList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<AlertList>, Problem> {
    caller.may(Act::ReadAlerts)?;
    let direction = match which.direction {
        Towards::Outgoing => Some(Direction::Outgoing),
        Towards::Incoming => Some(Direction::Incoming),
        Towards::All => None,
    };
    let limit = which.limit.unwrap_or(100).clamp(1, LONGEST_LIST);
    Ok(Json(AlertList { items: super::list(&node, &caller.authority, direction, limit).await? }))
}

/// One alert. The look at it is recorded.
#[utoipa::path(get, path = "/alerts/{id}", tag = "alerts",
    params(("id" = String, Path, description = "the alert"), Shown), responses(
    (status = 200, description = "the alert", body = AlertView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn get(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Query(shown): Query<Shown>,
) -> Result<Json<AlertView>, Problem> {
    caller.may(Act::ReadAlerts)?;
    let mut view = super::read(&node, &caller, id, shown.photographs).await?;
    if let (Some(found), Some(language)) = (&mut view.assessment, shown.language) {
        localise(found, language);
    }
    Ok(Json(view))
}

/// Lets an alert leave: a second officer, or the same with the reason of an emergency.
#[utoipa::path(post, path = "/alerts/{id}/release", tag = "alerts",
    params(("id" = String, Path, description = "the alert")), request_body = Release, responses(
    (status = 200, description = "the alert as it now stands", body = AlertView),
    (status = 403, description = "`role_forbids`, `second_officer_needed`, `not_originator`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`alert_state`, `alert_changed`", body = ProblemView),
    (status = 422, description = "`alert_incomplete` with `missing`, `not_member`, `recipients_refused`, \
        `marking_refused`, `legal_basis_refused`, `authorisation_refused`, `body_too_large`", body = ProblemView)))]
async fn release(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(given): Json<Release>,
) -> Result<Json<AlertView>, Problem> {
    caller.may(Act::ReleaseAlert)?;
    let over = Over { basis_reason: given.basis_reason, authorisation: given.authorisation };
    super::release(&node, &caller, id, given.emergency_reason.as_deref(), over).await?;
    Ok(Json(super::read(&node, &caller, id, false).await?))
}

/// Corrects an alert: a draft in place, a running alert by a message to its recipients.
#[utoipa::path(post, path = "/alerts/{id}/updates", tag = "alerts",
    params(("id" = String, Path, description = "the alert")), request_body = Update, responses(
    (status = 200, description = "the alert as it now stands", body = AlertView),
    (status = 403, description = "`role_forbids`, `not_originator`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`alert_state`, `alert_changed`", body = ProblemView),
    (status = 422, description = "`alert_incomplete` with `missing`, `alert_refused`, `legal_basis_refused`, \
        `authorisation_refused`", body = ProblemView)))]
async fn update(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(given): Json<Update>,
) -> Result<Json<AlertView>, Problem> {
    caller.may(Act::UpdateAlert)?;
    let over = Over { basis_reason: given.basis_reason, authorisation: given.authorisation };
    super::update(&node, &caller, id, &given.what_changed, given.alert, over).await?;
    Ok(Json(super::read(&node, &caller, id, false).await?))
}

/// Ends an alert; names and photographs are withdrawn here and at every recipient.
#[utoipa::path(post, path = "/alerts/{id}/cancel", tag = "alerts",
    params(("id" = String, Path, description = "the alert")), request_body = Cancel, responses(
    (status = 200, description = "the alert as it now stands", body = AlertView),
    (status = 403, description = "`role_forbids`, `not_originator`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`alert_state`, `alert_changed`", body = ProblemView)))]
async fn cancel(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(given): Json<Cancel>,
) -> Result<Json<AlertView>, Problem> {
    caller.may(Act::CancelAlert)?;
    super::cancel(&node, &caller, id, given.reason, &given.note).await?;
    Ok(Json(super::read(&node, &caller, id, false).await?))
}

/// Reports a sighting: on another's alert it goes to the originator, on an own one it is only kept.
#[utoipa::path(post, path = "/alerts/{id}/sightings", tag = "alerts",
    params(("id" = String, Path, description = "the alert")), request_body = NewSighting, responses(
    (status = 201, description = "the sighting, with what speaks against it", body = SightingView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`alert_state`", body = ProblemView),
    (status = 422, description = "`alert_refused`, `legal_basis_refused`, `authorisation_refused`", body = ProblemView)))]
async fn report_sighting(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(given): Json<NewSighting>,
) -> Result<(StatusCode, Json<SightingView>), Problem> {
    caller.may(Act::SendSighting)?;
    let sighting = super::report_sighting(&node, &caller, id, given).await?;
    let view = super::read(&node, &caller, id, false).await?;
    let found = view.sightings.into_iter().find(|seen| seen.id == sighting && seen.from == caller.authority);
    Ok((StatusCode::CREATED, Json(found.ok_or_else(Problem::internal)?)))
}

/// An alert as a CAP 1.2 file. Taking it away is recorded.
#[utoipa::path(get, path = "/alerts/{id}/cap", tag = "alerts",
    params(("id" = String, Path, description = "the alert"), Written), responses(
    (status = 200, description = "CAP 1.2", body = String, content_type = "application/cap+xml"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`alert_state`: it is not released", body = ProblemView)))]
async fn cap(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Query(written): Query<Written>,
) -> Result<Response, Problem> {
    caller.may(Act::ReadAlerts)?;
    let language = written.language.as_deref().unwrap_or("en");
    let text = super::cap::export(&node, &caller, id, language).await?;
    Ok(([(header::CONTENT_TYPE, "application/cap+xml")], text).into_response())
}
