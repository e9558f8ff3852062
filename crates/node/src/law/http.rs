//! The routes of the law. Any signed-in officer may ask; an administrator loads data sets; a releasing officer authorises.

mod basis;
mod find;
mod relations;
mod sets;

use super::LawError;
use crate::{Node, web::Problem};
use axum::{Json, http::header, response::IntoResponse, response::Response};
use comity_law::{Instrument, Language, phrase::localise};
use serde::Serialize;
use std::{str::FromStr, sync::Arc};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(sets::get_law))
        .routes(routes!(relations::get_relation))
        .routes(routes!(relations::get_relations))
        .routes(routes!(relations::get_matrix))
        .routes(routes!(find::post_pathways))
        .routes(routes!(find::post_memo))
        .routes(routes!(find::post_deadlines))
        .routes(routes!(find::get_triggers))
        .routes(routes!(find::get_offences))
        .routes(routes!(find::get_dual_criminality))
        .routes(routes!(basis::post_check))
        .routes(routes!(basis::post_authorisation))
        .routes(routes!(sets::post_preview))
        .routes(routes!(sets::post_set))
        .routes(routes!(sets::delete_set))
}

/// An answer in the reader's language.
pub(crate) fn told<T: Serialize>(
    answer: &T,
    language: Option<Language>,
) -> Result<Json<serde_json::Value>, Problem> {
    let mut answer = serde_json::to_value(answer).map_err(|fault| {
        tracing::error!(%fault, "an answer of the law cannot be written");
        Problem::internal()
    })?;
    localise(&mut answer, language.unwrap_or(Language::En));
    Ok(Json(answer))
}

/// A word of a question.
fn word<T: FromStr<Err = comity_model::Nonsense>>(field: &'static str, text: &str) -> Result<T, LawError> {
    text.parse().map_err(|fault| LawError::word(field, &fault))
}

fn instrument(text: &str) -> Result<Instrument, LawError> {
    word("instrument", text)
}

/// Runs what takes more than a moment off the event loop.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LawError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| LawError::Interrupted)
}

/// A file for a reader.
pub(crate) fn file(kind: &'static str, name: &str, bytes: impl Into<axum::body::Body>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, bytes.into()).into_response()
}
