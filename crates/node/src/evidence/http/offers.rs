//! Offers of evidence: made and taken back, accepted and declined.

use crate::{
    Node,
    access::{Act, Caller},
    evidence::handover::{self, Direction, NewOffer, OfferRow, OfferState},
    law::BasisChoice,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, ItemId, MessageId},
    legal::LegalBasis,
    marking::Marking,
    statement::Urgency,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// The most offers in one answer.
const LONGEST_LIST: u64 = 200;

/// An offer of an item to another authority.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfferRequest {
    /// To whom.
    #[schema(value_type = String, example = "ES-NCB")]
    to: AuthorityId,
    /// Whether a copy stays here.
    keeps_copy: bool,
    /// Why, for the chain of custody.
    reason: String,
    /// What the receiver should know.
    #[serde(default)]
    note: String,
    /// The marking, as `docs/schemas/statement.schema.json` defines it.
    #[schema(value_type = Object)]
    marking: Marking,
    /// The legal basis; the node finds out what it is worth.
    legal_basis: BasisChoice,
    /// `immediate`, `urgent`, `priority` or `routine`; otherwise `routine`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    urgency: Option<Urgency>,
    /// An exchange with the receiver; otherwise a new one.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    exchange: Option<ExchangeId>,
}

/// An acceptance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Acceptance {
    /// The case to which the item will belong here.
    #[schema(value_type = String, format = "uuid")]
    case: CaseId,
    /// Why it is received, for the chain of custody.
    reason: String,
}

/// Why an offer ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Ending {
    /// Why; the other side reads it.
    reason: String,
}

/// An offer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferView {
    /// The message that made it.
    #[schema(value_type = String, format = "uuid")]
    message: MessageId,
    /// The item.
    #[schema(value_type = String)]
    item: ItemId,
    /// Which way.
    direction: Direction,
    /// The other side.
    #[schema(value_type = String)]
    peer: AuthorityId,
    /// The thread.
    #[schema(value_type = String, format = "uuid")]
    exchange: ExchangeId,
    /// Where it stands.
    state: OfferState,
    /// The exhibit number.
    exhibit: String,
    /// The name, for people.
    name: String,
    /// Bytes of content.
    size: u64,
    /// Bytes of content that are here, of one that is being fetched.
    fetched: u64,
    /// Does the giver keep a copy?
    keeps_copy: bool,
    /// What the giver adds.
    note: String,
    /// The conditions.
    #[schema(value_type = Object)]
    marking: Marking,
    /// On which law it was made, as `docs/schemas/statement.schema.json` defines it.
    #[schema(value_type = Object)]
    legal_basis: LegalBasis,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    made_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Timestamp,
    /// What keeps it waiting, or why it failed.
    fault: Option<String>,
    /// `storage_full` where the receiver has no room left and fetching goes on by itself once it has; otherwise null.
    waits_for: Option<&'static str>,
}

/// Offers, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferList {
    /// The offers.
    items: Vec<OfferView>,
}

/// Which offers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `incoming` or `outgoing`; otherwise both.
    #[param(value_type = Option<String>)]
    direction: Option<Direction>,
    /// Those in this state; otherwise all.
    #[param(value_type = Option<String>)]
    state: Option<OfferState>,
    /// At most so many, 1 to 200; otherwise 100.
    limit: Option<u64>,
}

impl From<OfferRow> for OfferView {
    fn from(row: OfferRow) -> Self {
        Self {
            waits_for: row.waits_for_room().then_some(handover::STORAGE_FULL),
            message: row.message,
            item: row.item,
            direction: row.direction,
            peer: row.peer,
            exchange: row.exchange,
            state: row.state,
            exhibit: row.offer.exhibit,
            name: row.offer.name,
            size: row.offer.size,
            fetched: row.fetched,
            keeps_copy: row.keeps_copy,
            note: row.offer.note,
            marking: row.marking,
            legal_basis: row.legal_basis,
            made_at: row.made_at,
            changed_at: row.changed_at,
            fault: row.fault,
        }
    }
}

/// Offers an item to another authority, which fetches it once it has accepted. The content is not encrypted again.
#[utoipa::path(post, path = "/evidence/{item}/offers", tag = "evidence", params(("item" = String, Path)),
    request_body = OfferRequest, responses(
    (status = 201, description = "the offer, on its way", body = OfferView),
    (status = 403, description = "`role_forbids`; `onward_forbidden`: the marking under which the item was received \
        forbids it, `ask` names whom to ask", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`, `offer_open`", body = ProblemView),
    (status = 422, description = "`evidence_refused`, `not_member`, `marking_refused`, `legal_basis_refused`, \
        `authorisation_refused`", body = ProblemView)))]
pub(super) async fn offer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(request): Json<OfferRequest>,
) -> Result<(StatusCode, Json<OfferView>), Problem> {
    caller.may(Act::OfferEvidence)?;
    let OfferRequest { to, keeps_copy, reason, note, marking, legal_basis, urgency, exchange } = request;
    let urgency = urgency.unwrap_or(Urgency::Routine);
    let new = NewOffer { to, keeps_copy, reason, note, marking, legal_basis, urgency, exchange };
    let message = handover::offer(&node, &caller, item, new).await?;
    Ok((StatusCode::CREATED, Json(view(&node, &caller, message).await?)))
}

async fn view(node: &Node, caller: &Caller, message: MessageId) -> Result<OfferView, Problem> {
    Ok(handover::load(node, &caller.authority, message).await?.into())
}

/// The newest offers of the caller's authority, its own and others'.
#[utoipa::path(get, path = "/evidence/offers", tag = "evidence", params(Which), responses(
    (status = 200, description = "offers, newest first", body = OfferList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<OfferList>, Problem> {
    caller.may(Act::ReadEvidence)?;
    let limit = which.limit.unwrap_or(100).clamp(1, LONGEST_LIST);
    let rows = handover::list(&node, &caller.authority, which.direction, which.state, limit).await?;
    Ok(Json(OfferList { items: rows.into_iter().map(Into::into).collect() }))
}

/// One offer.
#[utoipa::path(get, path = "/evidence/offers/{message}", tag = "evidence", params(("message" = String, Path)), responses(
    (status = 200, description = "the offer", body = OfferView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
pub(super) async fn get(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(message): Path<MessageId>,
) -> Result<Json<OfferView>, Problem> {
    caller.may(Act::ReadEvidence)?;
    Ok(Json(view(&node, &caller, message).await?))
}

/// Accepts an offer: the item is fetched in the background, and received once it is here whole. Accepting one that failed tries
/// again.
#[utoipa::path(post, path = "/evidence/offers/{message}/accept", tag = "evidence", params(("message" = String, Path)),
    request_body = Acceptance, responses(
    (status = 202, description = "it is being fetched", body = OfferView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`offer_answered`, `item_known`, `item_fetching`", body = ProblemView),
    (status = 422, description = "`evidence_refused`", body = ProblemView)))]
pub(super) async fn accept(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(message): Path<MessageId>,
    Json(given): Json<Acceptance>,
) -> Result<(StatusCode, Json<OfferView>), Problem> {
    caller.may(Act::AnswerOffer)?;
    handover::accept(&node, &caller, message, given.case, &given.reason).await?;
    Ok((StatusCode::ACCEPTED, Json(view(&node, &caller, message).await?)))
}

/// Declines an offer. What was fetched of it is given up.
#[utoipa::path(post, path = "/evidence/offers/{message}/decline", tag = "evidence", params(("message" = String, Path)),
    request_body = Ending, responses(
    (status = 200, description = "declined", body = OfferView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`offer_answered`", body = ProblemView),
    (status = 422, description = "`evidence_refused`", body = ProblemView)))]
pub(super) async fn decline(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(message): Path<MessageId>,
    Json(given): Json<Ending>,
) -> Result<Json<OfferView>, Problem> {
    caller.may(Act::AnswerOffer)?;
    handover::decline(&node, &caller, message, &given.reason).await?;
    Ok(Json(view(&node, &caller, message).await?))
}

/// Takes back an offer that was not answered.
#[utoipa::path(post, path = "/evidence/offers/{message}/withdraw", tag = "evidence", params(("message" = String, Path)),
    request_body = Ending, responses(
    (status = 200, description = "withdrawn", body = OfferView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`offer_answered`, `item_not_held`", body = ProblemView),
    (status = 422, description = "`evidence_refused`", body = ProblemView)))]
pub(super) async fn withdraw(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(message): Path<MessageId>,
    Json(given): Json<Ending>,
) -> Result<Json<OfferView>, Problem> {
    caller.may(Act::OfferEvidence)?;
    handover::withdraw(&node, &caller, message, &given.reason).await?;
    Ok(Json(view(&node, &caller, message).await?))
}
