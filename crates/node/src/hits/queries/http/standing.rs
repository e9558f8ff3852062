//! Standing rules of disclosure, and consent to others' sweeps.

use super::{LONGEST_LIST, Reason};
use crate::{
    Node,
    access::{Act, Caller},
    hits::queries::{self, RuleView, SweepView, rules::RuleTerms},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use comity_model::id::MessageId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Rules, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleList {
    /// The rules.
    items: Vec<RuleView>,
}

/// Requests for consent, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SweepList {
    /// The requests.
    items: Vec<SweepView>,
}

/// A consent to give.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsent {
    /// The request.
    #[schema(value_type = String, format = "uuid")]
    request: MessageId,
    /// For how many hours it holds, 1 to 168.
    hours: u32,
}

/// The standing rules of the caller's authority.
#[utoipa::path(get, path = "/disclosure-rules", tag = "matching", responses(
    (status = 200, description = "at most 500", body = RuleList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn get_rules(
    State(node): State<Arc<Node>>,
    caller: Caller,
) -> Result<Json<RuleList>, Problem> {
    caller.may(Act::ReadClaims)?;
    Ok(Json(RuleList { items: queries::list_rules(&node, &caller.authority).await? }))
}

/// Proposes a standing rule; another releasing officer confirms it.
#[utoipa::path(post, path = "/disclosure-rules", tag = "matching", request_body = RuleTerms, responses(
    (status = 201, description = "proposed", body = RuleView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 422, description = "`query_refused`", body = ProblemView)))]
pub(super) async fn post_rule(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(terms): Json<RuleTerms>,
) -> Result<(StatusCode, Json<RuleView>), Problem> {
    caller.may(Act::RuleMatching)?;
    Ok((StatusCode::CREATED, Json(queries::propose_rule(&node, &caller, terms).await?)))
}

/// Confirms a rule that another releasing officer has proposed: the authority signs it.
#[utoipa::path(post, path = "/disclosure-rules/{id}/confirm", tag = "matching",
    params(("id" = String, Path, description = "the rule")), responses(
    (status = 200, description = "in force", body = RuleView),
    (status = 403, description = "`role_forbids`, `second_officer_needed`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`rule_state`", body = ProblemView)))]
pub(super) async fn post_confirm(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RuleView>, Problem> {
    caller.may(Act::RuleMatching)?;
    Ok(Json(queries::confirm_rule(&node, &caller, &id).await?))
}

/// Withdraws a rule.
#[utoipa::path(post, path = "/disclosure-rules/{id}/withdraw", tag = "matching",
    params(("id" = String, Path, description = "the rule")), responses(
    (status = 200, description = "withdrawn", body = RuleView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`rule_state`", body = ProblemView)))]
pub(super) async fn post_withdraw(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<RuleView>, Problem> {
    caller.may(Act::RuleMatching)?;
    Ok(Json(queries::withdraw_rule(&node, &caller, &id).await?))
}

/// Others' requests that this authority consent to a sweep.
#[utoipa::path(get, path = "/sweep-requests", tag = "matching", responses(
    (status = 200, description = "at most 200", body = SweepList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn get_sweeps(
    State(node): State<Arc<Node>>,
    caller: Caller,
) -> Result<Json<SweepList>, Problem> {
    caller.may(Act::ReadClaims)?;
    Ok(Json(SweepList { items: queries::list_sweeps(&node, &caller.authority, LONGEST_LIST).await? }))
}

/// Consents to a sweep: signed over exactly that batch.
#[utoipa::path(post, path = "/sweep-consents", tag = "matching", request_body = NewConsent, responses(
    (status = 201, description = "signed and in the outbox", body = SweepView),
    (status = 403, description = "`role_forbids`: only a releasing officer may", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`sweep_decided`, `sweep_lapsed`", body = ProblemView),
    (status = 422, description = "`query_refused`", body = ProblemView)))]
pub(super) async fn post_consent(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(new): Json<NewConsent>,
) -> Result<(StatusCode, Json<SweepView>), Problem> {
    caller.may(Act::RuleMatching)?;
    Ok((StatusCode::CREATED, Json(queries::consent(&node, &caller, new.request, new.hours).await?)))
}

/// Does not consent to a sweep.
#[utoipa::path(post, path = "/sweep-requests/{id}/decline", tag = "matching",
    params(("id" = String, Path, description = "the request")), request_body = Reason, responses(
    (status = 200, description = "declined", body = SweepView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`sweep_decided`, `sweep_lapsed`", body = ProblemView),
    (status = 422, description = "`query_refused`", body = ProblemView)))]
pub(super) async fn post_decline_sweep(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(reason): Json<Reason>,
) -> Result<Json<SweepView>, Problem> {
    caller.may(Act::RuleMatching)?;
    Ok(Json(queries::decline_sweep(&node, &caller, id, &reason.reason).await?))
}
