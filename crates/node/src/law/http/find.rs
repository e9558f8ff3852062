//! What an officer looks for: pathways, their memo, deadlines, offences.

use super::{apart, file, instrument, told, word};
use crate::{
    Node,
    access::{Act, Caller},
    law::{LawError, ask::as_known_on, print_memo},
    random,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Query, State},
    response::Response,
};
use comity_law::{
    Instrument, Language, Place,
    deadline::{Matter, Trigger, deadlines, triggers},
    memo::memo,
    offence::{concepts, dual_criminality},
    pathway::{Question, pathways},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// With which data, and in which language.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct With {
    /// With the tables that this node held at the end of that day in UTC.
    #[param(value_type = Option<String>, format = Date)]
    as_known_on: Option<Date>,
    /// `en`, `fr`, `es` or `ar`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// The ways to what is needed from another state, in order of priority, each with its relation, channel, contents, deadlines,
/// grounds of refusal, caveats and sources.
#[utoipa::path(post, path = "/law/pathways", tag = "law", params(With), request_body(content = Object,
    description = "`from`, `to`, `need`, `on`, and where known `event` and `facts`",
    example = json!({"from": "FR", "to": "MA", "need": "return_of_abducted_child", "on": "2026-11-21",
        "event": "2026-11-01", "facts": {"child_born": "2017-03-09"}})), responses(
    (status = 200, description = "`question`, `data_set`, `dated`, `pathways`, `fallback`, `caveats`", body = Object),
    (status = 422, description = "`not_known_then`, `unreadable_body`", body = ProblemView)))]
pub(super) async fn post_pathways(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(with): Query<With>,
    Json(question): Json<Question>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let law = as_known_on(&node, with.as_known_on).await?;
    told(&pathways(&law, &question, random::now()), with.language)
}

/// With which data, in which language, in which form.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Written {
    /// With the tables that this node held at the end of that day in UTC.
    #[param(value_type = Option<String>, format = Date)]
    as_known_on: Option<Date>,
    /// `en`, `fr`, `es` or `ar`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
    /// `text` or `pdf`.
    #[serde(default)]
    #[param(inline)]
    format: MemoFormat,
}

/// How a memo is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MemoFormat {
    #[default]
    Text,
    Pdf,
}

/// The same as a memo of one page with its sources, in the reader's language.
#[utoipa::path(post, path = "/law/memo", tag = "law", params(Written), request_body(content = Object,
    description = "as for the pathways"), responses(
    (status = 200, description = "the memo", content((String = "text/plain"), (String = "application/pdf"))),
    (status = 422, description = "`not_known_then`, `unreadable_body`", body = ProblemView)))]
pub(super) async fn post_memo(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(written): Query<Written>,
    Json(question): Json<Question>,
) -> Result<Response, Problem> {
    caller.may(Act::ReadLaw)?;
    let law = as_known_on(&node, written.as_known_on).await?;
    let language = written.language.unwrap_or(Language::En);
    let name = format!("{}-{}-{}", question.from, question.to, question.need);
    let (format, now) = (written.format, random::now());
    let bytes = apart(move || {
        let answer = pathways(&law, &question, now);
        match format {
            MemoFormat::Text => Ok(memo(&answer, language).text().into_bytes()),
            MemoFormat::Pdf => print_memo(&answer, language, question.on),
        }
    });
    let bytes = bytes.await?.map_err(|fault| {
        tracing::error!(%fault, "a memo cannot be set");
        Problem::internal()
    })?;
    Ok(match format {
        MemoFormat::Text => file("text/plain; charset=utf-8", &format!("{name}.txt"), bytes),
        MemoFormat::Pdf => file("application/pdf", &format!("{name}.pdf"), bytes),
    })
}

/// A matter whose deadlines are asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeadlinesOf {
    /// The instrument; otherwise every one that sets deadlines.
    #[serde(default)]
    instrument: Option<String>,
    /// `from`, `to`, `events` (each `event` and `at`), `zone`.
    #[schema(value_type = Object)]
    matter: Matter,
}

/// The deadlines of a matter, computed from what has happened, and who is late by how much.
#[utoipa::path(post, path = "/law/deadlines", tag = "law", params(With), request_body = DeadlinesOf, responses(
    (status = 200, description = "`data_set` and `deadlines`", body = Object),
    (status = 422, description = "`question_refused`, `not_known_then`, `unreadable_body`", body = ProblemView)))]
pub(super) async fn post_deadlines(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(with): Query<With>,
    Json(asked): Json<DeadlinesOf>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let law = as_known_on(&node, with.as_known_on).await?;
    let instruments = match &asked.instrument {
        Some(text) => vec![instrument(text)?],
        None => Instrument::ALL.to_vec(),
    };
    let now = random::now();
    let found = instruments.into_iter().flat_map(|one| deadlines(&law, one, &asked.matter, now));
    let found: Vec<_> = found.collect();
    told(&json!({ "data_set": law.name(), "deadlines": found }), with.language)
}

/// Which instrument's.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TriggersOf {
    /// The instrument; otherwise every one.
    instrument: Option<String>,
    /// `en`, `fr`, `es` or `ar`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// The events that start, pause, resume or end a deadline, by code, for `events` of a matter.
#[utoipa::path(get, path = "/law/triggers", tag = "law", params(TriggersOf), responses(
    (status = 200, description = "`data_set`, and `triggers` with `instrument`, `code`, `text`, `starts`, `meets`", body = Object),
    (status = 422, description = "`question_refused`", body = ProblemView)))]
pub(super) async fn get_triggers(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(of): Query<TriggersOf>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let law = as_known_on(&node, None).await?;
    let instruments = match &of.instrument {
        Some(text) => vec![instrument(text)?],
        None => Instrument::ALL.to_vec(),
    };
    let of_one = |one: Instrument| {
        triggers(&law, one).into_iter().map(move |found| TriggerOf { instrument: one, found })
    };
    let found: Vec<_> = instruments.into_iter().flat_map(of_one).collect();
    told(&json!({ "data_set": law.name(), "triggers": found }), of.language)
}

/// A trigger with its instrument.
#[derive(Serialize)]
struct TriggerOf {
    instrument: Instrument,
    #[serde(flatten)]
    found: Trigger,
}

/// The harmonised concepts of offences, and where each instrument defines them.
#[utoipa::path(get, path = "/law/offences", tag = "law", params(With), responses(
    (status = 200, description = "`data_set` and `concepts`", body = Object),
    (status = 422, description = "`not_known_then`", body = ProblemView)))]
pub(super) async fn get_offences(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(with): Query<With>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let law = as_known_on(&node, with.as_known_on).await?;
    told(&json!({ "data_set": law.name(), "concepts": concepts(&law) }), with.language)
}

/// Two places, a concept and a day.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Conduct {
    /// The requesting place.
    #[param(example = "FR")]
    from: String,
    /// The requested place.
    #[param(example = "MA")]
    to: String,
    /// The concept, such as `C08`.
    #[param(example = "C08")]
    concept: String,
    /// The day.
    #[param(value_type = String, format = Date)]
    on: Date,
    /// With the tables that this node held at the end of that day in UTC.
    #[param(value_type = Option<String>, format = Date)]
    as_known_on: Option<Date>,
    /// `en`, `fr`, `es` or `ar`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// Is the conduct criminal in both states, by what their instruments oblige them to; what waives the test; what remains.
#[utoipa::path(get, path = "/law/dual-criminality", tag = "law", params(Conduct), responses(
    (status = 200, description = "`met`, `covered_by`, `waived_by`, `remains`, `sources`, `data_set`", body = Object),
    (status = 404, description = "`not_found`: no such concept", body = ProblemView),
    (status = 422, description = "`question_refused`, `not_known_then`", body = ProblemView)))]
pub(super) async fn get_dual_criminality(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(asked): Query<Conduct>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let (from, to): (Place, Place) = (word("from", &asked.from)?, word("to", &asked.to)?);
    let law = as_known_on(&node, asked.as_known_on).await?;
    let found = dual_criminality(&law, &from, &to, &asked.concept, asked.on);
    let mut answer = told(&found.ok_or(LawError::NoConcept(asked.concept))?, asked.language)?;
    answer["data_set"] = law.name().into();
    Ok(answer)
}
