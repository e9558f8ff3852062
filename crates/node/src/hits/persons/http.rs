//! The routes of persons.

use super::{Duplicate, MergeView, PersonQuery, PersonRef, PersonView, search::FoundList};
use crate::{
    Node,
    access::{Act, Caller},
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use comity_model::id::{CaseId, MergeId, SubjectId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(search))
        .routes(routes!(person))
        .routes(routes!(duplicates))
        .routes(routes!(merge, list))
        .routes(routes!(get))
        .routes(routes!(undo))
}

/// The most merges in one answer.
const LONGEST_PAGE: u64 = 100;

/// Persons to hold to be one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// Who: 2 to 20 persons in cases of the caller's authority.
    pub subjects: Vec<PersonRef>,
    /// Why; it stays here.
    pub reason: String,
}

/// Why a merge is undone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// The reason; it stays here.
    pub reason: String,
}

/// A merge with the person that it is part of.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergedView {
    /// The merge.
    pub merge: MergeView,
    /// The persons as they now are: one where the merge stands, several where it was undone and nothing else makes one of them.
    pub persons: Vec<PersonView>,
}

/// A page of merges, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeList {
    /// The merges.
    pub items: Vec<MergeView>,
    /// What to give as `after` for the next page; null on the last.
    #[schema(value_type = Option<String>)]
    pub next: Option<MergeId>,
}

/// Likely duplicates.
#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicateList {
    /// The duplicates, person by person, the likeliest first.
    pub items: Vec<Duplicate>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Page {
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<MergeId>,
    /// At most so many, 1 to 100; otherwise 50.
    limit: Option<u64>,
}

/// Searches the persons of the authority's own cases. That it was searched, and whose cases were shown, is recorded.
#[utoipa::path(get, path = "/persons", tag = "persons", params(PersonQuery), responses(
    (status = 200, description = "who it may be, the likeliest first", body = FoundList),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 422, description = "`search_too_wide`, `person_refused`", body = ProblemView)))]
async fn search(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(query): Query<PersonQuery>,
) -> Result<Json<FoundList>, Problem> {
    caller.may(Act::SearchPersons)?;
    Ok(Json(super::search(&node, &caller, &query).await?))
}

/// A person of a case with whoever is held to be the same. The look is recorded.
#[utoipa::path(get, path = "/persons/{case}/{subject}", tag = "persons",
    params(("case" = String, Path), ("subject" = String, Path)), responses(
    (status = 200, description = "the person", body = PersonView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn person(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path((case, subject)): Path<(CaseId, SubjectId)>,
) -> Result<Json<PersonView>, Problem> {
    caller.may(Act::ReadCases)?;
    Ok(Json(super::person(&node, &caller, PersonRef { case, subject }).await?))
}

/// Who of a case is likely to be in another case too, and not held to be one yet. The look at the others is recorded.
#[utoipa::path(get, path = "/cases/{id}/duplicates", tag = "persons", params(("id" = String, Path)), responses(
    (status = 200, description = "at most five for each person", body = DuplicateList),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn duplicates(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<CaseId>,
) -> Result<Json<DuplicateList>, Problem> {
    caller.may(Act::ReadCases)?;
    Ok(Json(DuplicateList { items: super::duplicates_of_case(&node, &caller, id).await? }))
}

/// Holds persons of cases to be one. Nothing of the cases is changed.
#[utoipa::path(post, path = "/person-merges", tag = "persons", request_body = Merge, responses(
    (status = 201, description = "the merge, and the person", body = MergedView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`: no such person in such a case", body = ProblemView),
    (status = 409, description = "`persons_merged`: they are one already; `merge` names why", body = ProblemView),
    (status = 422, description = "`person_refused`", body = ProblemView)))]
async fn merge(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(merge): Json<Merge>,
) -> Result<(StatusCode, Json<MergedView>), Problem> {
    caller.may(Act::MergePersons)?;
    let row = super::merge(&node, &caller, &merge.subjects, &merge.reason).await?;
    Ok((StatusCode::CREATED, Json(merged(&node, &caller, row).await?)))
}

/// The merges of the caller's authority, newest first, undone ones too.
#[utoipa::path(get, path = "/person-merges", tag = "persons", params(Page), responses(
    (status = 200, description = "a page", body = MergeList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<MergeList>, Problem> {
    caller.may(Act::ReadCases)?;
    let limit = page.limit.unwrap_or(50).clamp(1, LONGEST_PAGE);
    let items = super::list(&node, &caller.authority, page.after, limit).await?;
    let full = u64::try_from(items.len()).is_ok_and(|count| count == limit);
    let next = items.last().filter(|_| full).map(|last| last.id);
    Ok(Json(MergeList { items: items.into_iter().map(MergeView::from).collect(), next }))
}

/// One merge, with its persons as they now are. The look is recorded.
#[utoipa::path(get, path = "/person-merges/{id}", tag = "persons", params(("id" = String, Path)), responses(
    (status = 200, description = "the merge", body = MergedView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn get(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MergeId>,
) -> Result<Json<MergedView>, Problem> {
    caller.may(Act::ReadCases)?;
    let row = super::read(&node, &caller.authority, id).await?;
    Ok(Json(merged(&node, &caller, row).await?))
}

/// Undoes a merge. Once only; the persons can be merged anew.
#[utoipa::path(post, path = "/person-merges/{id}/undo", tag = "persons", params(("id" = String, Path)),
    request_body = Undo, responses(
    (status = 200, description = "the merge, and the persons as they now are", body = MergedView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`merge_undone`", body = ProblemView),
    (status = 422, description = "`person_refused`: no reason", body = ProblemView)))]
async fn undo(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<MergeId>,
    Json(undo): Json<Undo>,
) -> Result<Json<MergedView>, Problem> {
    caller.may(Act::MergePersons)?;
    let row = super::undo(&node, &caller, id, &undo.reason).await?;
    Ok(Json(merged(&node, &caller, row).await?))
}

async fn merged(node: &Node, caller: &Caller, row: super::MergeRow) -> Result<MergedView, Problem> {
    let mut persons: Vec<PersonView> = Vec::new();
    for at in &row.subjects {
        let shows = |view: &PersonView| {
            view.subjects.iter().any(|one| one.case == at.case && one.subject.id == at.subject)
        };
        if !persons.iter().any(shows) {
            persons.push(super::person(node, caller, *at).await?);
        }
    }
    Ok(MergedView { merge: row.into(), persons })
}
