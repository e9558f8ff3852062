//! The data sets: what answers rest on, and how an administrator changes it.

use super::apart;
use crate::{
    Node,
    access::{Act, Caller},
    law::{
        LawError, SetView,
        ask::{as_known_on, places},
        load_set, preview_set,
        rules::day,
        sets, withdraw_set,
    },
    random,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use comity_law::{Instrument, Need, set::diff::diff};
use comity_seal::Dsse;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// What this node knows of the law.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LawView {
    /// The data sets that answers rest on, the oldest first, joined by ` + `.
    data_set: String,
    /// The date of the newest.
    #[schema(value_type = Option<String>, format = Date)]
    dated: Option<Date>,
    /// Every set that this node has held, withdrawn ones too.
    sets: Vec<SetView>,
    /// The instruments.
    instruments: Vec<InstrumentView>,
    /// The needs, by code.
    needs: Vec<&'static str>,
    /// The places, by ISO 3166 code.
    places: Vec<String>,
}

/// An instrument.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InstrumentView {
    /// Its code.
    code: &'static str,
    /// Its title.
    title: &'static str,
}

/// What this node knows of the law: data sets, instruments, needs, places.
#[utoipa::path(get, path = "/law", tag = "law", responses(
    (status = 200, description = "what may be asked, and on what the answers rest", body = LawView),
    (status = 401, description = "`not_signed_in`", body = ProblemView)))]
pub(super) async fn get_law(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<LawView>, Problem> {
    caller.may(Act::ReadLaw)?;
    let sets = sets(&node).await?;
    let law = as_known_on(&node, None).await?;
    let instrument = |known: &Instrument| InstrumentView { code: known.code(), title: known.title() };
    Ok(Json(LawView {
        data_set: law.name().to_owned(),
        dated: law.dated(),
        sets,
        instruments: Instrument::ALL.iter().map(instrument).collect(),
        needs: Need::ALL.iter().map(|need| need.code()).collect(),
        places: places(&law).iter().map(ToString::to_string).collect(),
    }))
}

/// Which day's answers are compared.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Day {
    /// Otherwise today, in UTC.
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
}

/// What loading a data set would change: the answers that would differ, by instrument and pair. Nothing is stored.
#[utoipa::path(post, path = "/law/sets/preview", tag = "law", params(Day), request_body(content = Object,
    description = "a DSSE envelope whose payload is a data set, signed by an authority of the registry"), responses(
    (status = 200, description = "`id`, `dated`, `title`, `signed_by`, `on`, and `changes` with `relations` (`instrument`, `one`, `other`, `before`, `after`) and `rows`", body = Object),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 422, description = "`set_not_signed`; `set_refused` with `faults`, each with `file`, `line`, `reason`", body = ProblemView)))]
pub(super) async fn post_preview(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(asked): Query<Day>,
    Json(dsse): Json<Dsse>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ManageLaw)?;
    let found = preview_set(&node, dsse).await?;
    let (before, after, on) = (found.before, found.after, asked.on.unwrap_or_else(|| day(random::now())));
    let changes = apart(move || diff(&before, &after, on)).await?;
    let changes = serde_json::to_value(changes).map_err(|_| LawError::Interrupted)?;
    Ok(Json(json!({
        "id": found.id, "dated": found.dated, "title": found.title, "signed_by": found.signed_by,
        "on": on, "changes": changes,
    })))
}

/// Loads a data set over those in force. It can be withdrawn again.
#[utoipa::path(post, path = "/law/sets", tag = "law", request_body(content = Object,
    description = "a DSSE envelope whose payload is a data set, signed by an authority of the registry"), responses(
    (status = 201, description = "loaded; answers rest on it from now on", body = SetView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 409, description = "`set_loaded`, `sets_changed`", body = ProblemView),
    (status = 422, description = "`set_not_signed`; `set_refused` with `faults`, each with `file`, `line`, `reason`", body = ProblemView)))]
pub(super) async fn post_set(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(dsse): Json<Dsse>,
) -> Result<(StatusCode, Json<SetView>), Problem> {
    caller.may(Act::ManageLaw)?;
    Ok((StatusCode::CREATED, Json(load_set(&node, &caller, dsse).await?)))
}

/// Withdraws a loaded data set: answers are again what they were without it. It may be loaded again.
#[utoipa::path(delete, path = "/law/sets/{id}", tag = "law",
    params(("id" = String, Path, description = "its name")), responses(
    (status = 204, description = "withdrawn"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`set_shipped`: it belongs to the program", body = ProblemView)))]
pub(super) async fn delete_set(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    caller.may(Act::ManageLaw)?;
    withdraw_set(&node, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
