//! Relations: of one pair, of one place to all others, and of all pairs.

use super::{apart, file, instrument, told, word};
use crate::{
    Node,
    access::{Act, Caller},
    law::ask::{as_known_on, csv, matrix, relations_of},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use comity_law::{Language, Place};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// A question about one pair.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfPair {
    /// The instrument, by its code.
    #[param(example = "HAGUE_1980")]
    instrument: String,
    /// The one place: ISO 3166-1, or 3166-2 for a part of a state.
    #[param(example = "FR")]
    from: String,
    /// The other.
    #[param(example = "MA")]
    to: String,
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

/// Does an instrument bind two places on a day? With the rule, the rows that it rests on, and the data sets.
#[utoipa::path(get, path = "/law/relation", tag = "law", params(OfPair), responses(
    (status = 200, description = "`state`, `since`, `until`, `rule`, `confidence`, `caveats`, `sources`, `data_set`", body = Object),
    (status = 422, description = "`question_refused`, `not_known_then`", body = ProblemView)))]
pub(super) async fn get_relation(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(asked): Query<OfPair>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let (from, to): (Place, Place) = (word("from", &asked.from)?, word("to", &asked.to)?);
    let law = as_known_on(&node, asked.as_known_on).await?;
    let found = law.relation(instrument(&asked.instrument)?, &from, &to, asked.on);
    let mut answer = told(&found, asked.language)?;
    answer["data_set"] = law.name().into();
    Ok(answer)
}

/// A question about one place and all others.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfPlace {
    /// The instrument, by its code.
    #[param(example = "HAGUE_1980")]
    instrument: String,
    /// The place.
    #[param(example = "FR")]
    of: String,
    /// The day.
    #[param(value_type = String, format = Date)]
    on: Date,
    /// With the tables that this node held at the end of that day in UTC.
    #[param(value_type = Option<String>, format = Date)]
    as_known_on: Option<Date>,
}

/// How one place stands to every other under an instrument on a day, for a map.
#[utoipa::path(get, path = "/law/relations", tag = "law", params(OfPlace), responses(
    (status = 200, description = "`of`, `instrument`, `on`, `data_set`, and `relations` with `place`, `state`, `since`", body = Object),
    (status = 422, description = "`question_refused`, `not_known_then`", body = ProblemView)))]
pub(super) async fn get_relations(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(asked): Query<OfPlace>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let (of, instrument): (Place, _) = (word("of", &asked.of)?, instrument(&asked.instrument)?);
    let law = as_known_on(&node, asked.as_known_on).await?;
    let relations = relations_of(&law, instrument, &of, asked.on);
    Ok(Json(json!({
        "of": of, "instrument": instrument, "on": asked.on, "data_set": law.name(), "relations": relations,
    })))
}

/// A question about all pairs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfAll {
    /// The instrument, by its code.
    #[param(example = "HAGUE_1980")]
    instrument: String,
    /// The day.
    #[param(value_type = String, format = Date)]
    on: Date,
    /// With the tables that this node held at the end of that day in UTC.
    #[param(value_type = Option<String>, format = Date)]
    as_known_on: Option<Date>,
    /// `json` or `csv`.
    #[serde(default)]
    #[param(inline)]
    format: TableFormat,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TableFormat {
    #[default]
    Json,
    Csv,
}

/// Every pair of places whose relation under an instrument is known on a day; what is not named is `unknown`.
#[utoipa::path(get, path = "/law/matrix", tag = "law", params(OfAll), responses(
    (status = 200, description = "`instrument`, `on`, `data_set`, and `pairs` with `one`, `other`, `state`, `since`; as CSV the pairs alone",
        content((Object = "application/json"), (String = "text/csv"))),
    (status = 422, description = "`question_refused`, `not_known_then`", body = ProblemView)))]
pub(super) async fn get_matrix(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(asked): Query<OfAll>,
) -> Result<Response, Problem> {
    caller.may(Act::ReadLaw)?;
    let instrument = instrument(&asked.instrument)?;
    let law = as_known_on(&node, asked.as_known_on).await?;
    let (name, on) = (law.name().to_owned(), asked.on);
    let pairs = apart(move || matrix(&law, instrument, on)).await?;
    Ok(match asked.format {
        TableFormat::Csv => file("text/csv; charset=utf-8", &format!("{instrument}-{on}.csv"), csv(&pairs)),
        TableFormat::Json => {
            Json(json!({ "instrument": instrument, "on": on, "data_set": name, "pairs": pairs }))
                .into_response()
        }
    })
}
