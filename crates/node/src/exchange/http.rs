//! The routes of exchanges.

mod send;
mod view;

pub use send::{NewMany, NewManyItem, NewMessage, Sent, SentMany};
pub use view::{ExchangeLine, ExchangeList, ExchangeView, MessageView};

use super::{exchanges, messages_of, reads, record};
use crate::{
    Node,
    access::{Act, Caller},
    journal::{About, Entry},
    random,
    store::StoreError,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use comity_law::Language;
use comity_model::id::ExchangeId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(get_exchanges))
        .routes(routes!(get_exchange))
        .routes(routes!(get_record))
        .routes(routes!(post_message))
        .routes(routes!(post_messages))
}

/// Looking at an exchange again within this time is one look in the journal.
const ONE_LOOK: SignedDuration = SignedDuration::from_secs(60);
/// The most exchanges in one answer.
const LONGEST_PAGE: u64 = 100;

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// `next` of the page before.
    #[param(value_type = Option<String>, format = DateTime)]
    after: Option<Timestamp>,
    /// At most so many, 1 to 100; otherwise 50.
    limit: Option<u64>,
}

/// The exchanges of the caller's authority, the one with the newest message first.
#[utoipa::path(get, path = "/exchanges", tag = "exchanges", params(Page), responses(
    (status = 200, description = "a page", body = ExchangeList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn get_exchanges(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<ExchangeList>, Problem> {
    caller.may(Act::ReadExchanges)?;
    let limit = page.limit.unwrap_or(50).clamp(1, LONGEST_PAGE);
    let before = page.after.unwrap_or(Timestamp::MAX);
    let found = exchanges(&node.store, &caller.authority, before, limit).await?;
    let full = u64::try_from(found.len()).is_ok_and(|count| count == limit);
    let next = found.last().filter(|_| full).map(|last| last.last_at);
    let mut items = Vec::with_capacity(found.len());
    for summary in found {
        let mut with = reads::parties(&node.store, &caller.authority, summary.id).await?;
        with.remove(&caller.authority);
        items.push(ExchangeLine::new(summary, with));
    }
    Ok(Json(ExchangeList { items, next }))
}

/// What to show of an exchange.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// Photographs are left out unless this is `true`.
    #[serde(default)]
    photographs: bool,
    /// The language of what the law engine says: `en`, `fr`, `es` or `ar`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// One exchange with its messages, in the order in which they were stored. The look is recorded, at most once a minute.
#[utoipa::path(get, path = "/exchanges/{id}", tag = "exchanges", params(("id" = String, Path), Shown), responses(
    (status = 200, description = "the exchange", body = ExchangeView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn get_exchange(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<ExchangeId>,
    Query(shown): Query<Shown>,
) -> Result<Json<ExchangeView>, Problem> {
    caller.may(Act::ReadExchanges)?;
    let messages = messages_of(&node.store, &caller.authority, id).await?;
    if messages.is_empty() {
        return Err(Problem::not_found("exchange"));
    }
    record_look(&node, &caller, id, random::now()).await?;
    let proofs = view::Proofs::read(&node, &caller.authority, id).await?;
    let deliveries = reads::deliveries_in(&node.store, &caller.authority, id).await?;
    Ok(Json(ExchangeView::new(id, messages, deliveries, &proofs, &shown)))
}

async fn record_look(
    node: &Node,
    caller: &Caller,
    exchange: ExchangeId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let actor = caller.actor();
    let last = reads::last_read(&node.store, &caller.authority, exchange, &actor.to_string()).await?;
    if last.is_some_and(|last| now.duration_since(last) < ONE_LOOK) {
        return Ok(());
    }
    let about = About { exchange: Some(exchange), ..About::default() };
    let mut tx = node.store.begin("exchange_read").await?;
    let detail = serde_json::json!({});
    tx.record(Entry::new(now, Some(&caller.authority), &actor, "exchange_read", about, detail));
    tx.commit().await.map(|_| ())
}

/// The exportable record of an exchange, which `comity verify` checks without any node.
#[utoipa::path(get, path = "/exchanges/{id}/record", tag = "exchanges", params(("id" = String, Path)), responses(
    (status = 200, description = "the signed record", body = Object, content_type = "application/json"),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 503, description = "`not_witnessed`: too few witnesses can be reached", body = ProblemView)))]
async fn get_record(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<ExchangeId>,
) -> Result<Response, Problem> {
    caller.may(Act::ExportRecord)?;
    let bytes = record::export(&node, &caller.authority, id, caller.actor()).await?;
    let file = format!("attachment; filename=\"{id}.comity-record.json\"");
    let headers =
        [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, file)];
    Ok((headers, bytes).into_response())
}

/// Says something in an exchange.
#[utoipa::path(post, path = "/exchanges/{id}/messages", tag = "exchanges", params(("id" = String, Path)),
    request_body = NewMessage, responses(
    (status = 201, description = "in the outbox", body = Sent),
    (status = 403, description = "`onward_forbidden`: a marking forbids it; `ask` names whom to ask", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 422, description = "`message_refused`, `reply_to_unknown`, `not_member`, `marking_refused`, `legal_basis_refused` with `verdict`, `needs` and `reasons`, `authorisation_refused`, `recipients_refused`", body = ProblemView)))]
async fn post_message(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<ExchangeId>,
    Json(new): Json<NewMessage>,
) -> Result<(StatusCode, Json<Sent>), Problem> {
    caller.may(Act::SendMessage)?;
    let sent = send::send_one(&node, &caller, id, new).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}

/// Says many things at once, in one transaction: all of them leave, or none. Without an exchange, an item opens one.
#[utoipa::path(post, path = "/messages", tag = "exchanges", request_body = NewMany, responses(
    (status = 201, description = "all in the outbox, in the order given", body = SentMany),
    (status = 403, description = "`onward_forbidden`", body = ProblemView),
    (status = 404, description = "`not_found`: an exchange that is not known here", body = ProblemView),
    (status = 422, description = "as for one message; `too_many` for more than the largest batch", body = ProblemView)))]
async fn post_messages(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(new): Json<NewMany>,
) -> Result<(StatusCode, Json<SentMany>), Problem> {
    caller.may(Act::SendMessage)?;
    let sent = send::send_many(&node, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}

impl From<record::ExportError> for Problem {
    fn from(fault: record::ExportError) -> Self {
        match fault {
            record::ExportError::Unknown(_) => Self::not_found("exchange"),
            record::ExportError::NotWitnessed => Self::unavailable("not_witnessed", fault.to_string()),
            record::ExportError::Store(fault) => fault.into(),
            fault => {
                tracing::error!(%fault, "a record cannot be exported");
                Self::internal()
            }
        }
    }
}
