//! The routes of cases.

use super::{CaseError, CaseFile, CaseSummary};
use crate::{
    Node,
    access::{Act, Caller},
    alerts::{self, AlertSummary},
    hits::persons::{self, Duplicate, PersonView},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
};
use comity_formats::ReportFormat;
use comity_model::{
    AuthorityId,
    case::{CaseKind, CaseReport},
    id::CaseId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new().routes(routes!(import)).routes(routes!(list)).routes(routes!(get))
}

/// The most cases in one answer.
const LONGEST_PAGE: u64 = 200;

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseView {
    /// Its identifier.
    #[schema(value_type = String)]
    pub id: CaseId,
    /// Whose it is.
    #[schema(value_type = String)]
    pub authority: AuthorityId,
    /// The reference of the report that opened it.
    pub reference: String,
    /// One line without names.
    pub title: String,
    /// `abduction` or `exploitation`.
    #[schema(value_type = String)]
    pub kind: CaseKind,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// The format of that report: `yellow`, `cap` or `comity`.
    pub source_format: String,
    /// What is known; see the schema `case-report`. Photographs are absent unless asked for.
    #[schema(value_type = Object)]
    pub report: CaseReport,
    /// The alerts that it has raised.
    pub alerts: Vec<AlertSummary>,
    /// Those of its persons that officers hold to be one with others, each with all that is known and by whom.
    pub persons: Vec<PersonView>,
    /// Who of it is likely to be in another case already; told when it is opened, and later by `/cases/{id}/duplicates`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<Duplicate>,
}

/// A case in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLine {
    /// Its identifier.
    #[schema(value_type = String)]
    pub id: CaseId,
    /// The reference of the report that opened it.
    pub reference: String,
    /// One line without names.
    pub title: String,
    /// `abduction` or `exploitation`.
    #[schema(value_type = String)]
    pub kind: CaseKind,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// How many persons it names.
    pub subjects_count: u64,
    /// Does it hold a child's data or photographs?
    pub protected: bool,
}

/// A page of cases, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseList {
    /// The cases.
    pub items: Vec<CaseLine>,
    /// What to give as `after` for the next page; null on the last.
    #[schema(value_type = Option<String>)]
    pub next: Option<CaseId>,
}

/// How to read the file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Import {
    /// `auto` (by its content), `yellow`, `cap` or `comity`.
    #[serde(default)]
    format: Option<String>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<CaseId>,
    /// At most so many, 1 to 200; otherwise 50.
    limit: Option<u64>,
}

/// What to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// Photographs are left out unless this is `true`, and shown only with an entry in the journal.
    #[serde(default)]
    photographs: bool,
}

/// Opens a case from the file in the request's body: an INTERPOL yellow notice as JSON, CAP 1.2, or Comity's own JSON.
#[utoipa::path(post, path = "/cases/import", tag = "cases", params(Import),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 201, description = "the case", body = CaseView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 409, description = "`case_already_open`; `case` names it", body = ProblemView),
    (status = 422, description = "`format_unknown`, `report_refused`: what is wrong, and where", body = ProblemView)))]
async fn import(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(query): Query<Import>,
    body: Bytes,
) -> Result<(StatusCode, Json<CaseView>), Problem> {
    caller.may(Act::OpenCase)?;
    let mut file = super::import(&node, &caller, format_of(query.format.as_deref())?, &body).await?;
    let duplicates = persons::duplicates_of_file(&node, &caller, &file).await?;
    file.report = super::without_photographs(file.report);
    Ok((StatusCode::CREATED, Json(CaseView { duplicates, ..CaseView::new(file, Vec::new()) })))
}

fn format_of(text: Option<&str>) -> Result<Option<ReportFormat>, CaseError> {
    match text {
        None | Some("auto" | "") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| CaseError::UnknownFormat),
    }
}

/// The cases of the caller's authority, newest first.
#[utoipa::path(get, path = "/cases", tag = "cases", params(Page), responses(
    (status = 200, description = "a page", body = CaseList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<CaseList>, Problem> {
    caller.may(Act::ReadCases)?;
    let limit = page.limit.unwrap_or(50).clamp(1, LONGEST_PAGE);
    let items = super::list(&node, &caller.authority, page.after, limit).await?;
    let full = u64::try_from(items.len()).is_ok_and(|count| count == limit);
    let next = items.last().filter(|_| full).map(|last| last.id);
    Ok(Json(CaseList { items: items.into_iter().map(CaseLine::from).collect(), next }))
}

/// One case. The look at it is recorded.
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", params(("id" = String, Path, description = "the case"), Shown),
    responses(
    (status = 200, description = "the case", body = CaseView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn get(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<CaseId>,
    Query(shown): Query<Shown>,
) -> Result<Json<CaseView>, Problem> {
    caller.may(Act::ReadCases)?;
    let file = super::read(&node, &caller, id, shown.photographs).await?;
    let alerts = alerts::summaries(&node, &caller.authority, id).await?;
    let persons = persons::in_case(&node, &caller, &file).await?;
    Ok(Json(CaseView { persons, ..CaseView::new(file, alerts) }))
}

impl CaseView {
    fn new(file: CaseFile, alerts: Vec<AlertSummary>) -> Self {
        Self {
            id: file.id,
            authority: file.authority,
            reference: file.reference,
            title: file.report.title.clone(),
            kind: file.report.kind,
            opened_at: file.opened_at,
            source_format: file.source_format,
            report: file.report,
            alerts,
            persons: Vec::new(),
            duplicates: Vec::new(),
        }
    }
}

impl From<CaseSummary> for CaseLine {
    fn from(summary: CaseSummary) -> Self {
        Self {
            id: summary.id,
            reference: summary.reference,
            title: summary.title,
            kind: summary.kind,
            opened_at: summary.opened_at,
            subjects_count: summary.subjects_count,
            protected: summary.protected,
        }
    }
}
