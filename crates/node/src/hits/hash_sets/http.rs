//! The routes of hash sets. None of them gives hashes of a set out.

use super::{
    Asked, HashSetError, Leads, LoadSet, NewSet, SetFormat, SetRow, SetState,
    gathering::memory_of,
    memory::day,
    store::{CategoryCount, Counts},
};
use crate::{
    Node,
    access::{Act, Caller},
    random,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
    marking::Marking,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest description of a set, in bytes of JSON.
const MAX_DESCRIPTION: usize = 32 << 10;

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(search))
        .routes(routes!(withdraw))
}

/// The routes whose bodies or whose work are as long as a set: without the limits of the others.
pub fn streams() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new().routes(routes!(import)).routes(routes!(load))
}

/// A hash set.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetView {
    /// Its identifier, which is that of the item of evidence.
    #[schema(value_type = String)]
    id: ItemId,
    /// The case it belongs to here.
    #[schema(value_type = String)]
    case: CaseId,
    /// What it is called.
    name: String,
    /// Who compiled it.
    source: String,
    /// By which scheme its entries have their categories.
    scheme: String,
    /// Its version.
    version: Option<String>,
    /// How it is written.
    format: SetFormat,
    /// The conditions under which it was given.
    #[schema(value_type = Object)]
    marking: Marking,
    /// The authority that handed it over.
    #[schema(value_type = Option<String>)]
    received_from: Option<AuthorityId>,
    /// Under which law it is kept.
    legal_basis: String,
    /// How many entries it has, and with which hashes.
    counts: SetCounts,
    /// Entries in each category.
    categories: Vec<CategoryCount>,
    /// What has become of it.
    state: SetState,
    /// Is it in memory, so that it is searched?
    ready: bool,
    /// Bytes of memory that its index takes where it is.
    memory: u64,
    /// When it was taken into use.
    #[schema(value_type = String, format = DateTime)]
    loaded_at: Timestamp,
    /// By which officer.
    loaded_by: String,
    /// When it was taken out of use.
    #[schema(value_type = Option<String>, format = DateTime)]
    withdrawn_at: Option<Timestamp>,
    /// By which officer.
    withdrawn_by: Option<String>,
    /// Why.
    withdrawal: Option<String>,
}

/// How many entries a set has, and with which hashes.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetCounts {
    /// Entries.
    entries: u64,
    /// With MD5.
    md5: u64,
    /// With SHA-1.
    sha1: u64,
    /// With SHA-256.
    sha256: u64,
    /// With BLAKE3.
    blake3: u64,
    /// With a PDQ hash that is searched.
    pdq: u64,
    /// With a PDQ hash of a quality too low to be searched.
    pdq_low: u64,
}

/// The hash sets.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetList {
    /// The sets, newest first.
    items: Vec<SetView>,
}

/// Why a set is taken out of use.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawSet {
    /// The reason; it stays here.
    reason: String,
}

impl SetView {
    fn new(node: &Node, row: SetRow) -> Self {
        let state = row.state(day(random::now()));
        let ready = state == SetState::Standing && node.hash_sets.get(&row.authority, row.item).is_some();
        let memory = memory_of(&row.counts);
        let Counts { entries, md5, sha1, sha256, blake3, pdq, pdq_low, categories } = row.counts;
        let (withdrawn_at, rest) = row.withdrawn.map(|one| (one.at, (one.by, one.reason))).unzip();
        let (withdrawn_by, withdrawal) = rest.unzip();
        Self {
            id: row.item,
            case: row.case,
            name: row.words.name,
            source: row.words.source,
            scheme: row.words.scheme,
            version: row.words.version,
            format: row.words.format,
            marking: row.marking,
            received_from: row.received_from,
            legal_basis: row.legal_basis,
            counts: SetCounts { entries, md5, sha1, sha256, blake3, pdq, pdq_low },
            categories,
            state,
            ready,
            memory,
            loaded_at: row.loaded_at,
            loaded_by: row.loaded_by,
            withdrawn_at,
            withdrawn_by,
            withdrawal,
        }
    }
}

/// The hash sets of the caller's authority, newest first, those that are not searched any more too.
#[utoipa::path(get, path = "/hash-sets", tag = "hash sets", responses(
    (status = 200, description = "the sets", body = SetList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
async fn list(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<SetList>, Problem> {
    caller.may(Act::ReadHashSets)?;
    let rows = super::list(&node, &caller.authority).await?;
    Ok(Json(SetList { items: rows.into_iter().map(|row| SetView::new(&node, row)).collect() }))
}

/// One hash set.
#[utoipa::path(get, path = "/hash-sets/{id}", tag = "hash sets", params(("id" = String, Path)), responses(
    (status = 200, description = "the set", body = SetView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
async fn get(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<ItemId>,
) -> Result<Json<SetView>, Problem> {
    caller.may(Act::ReadHashSets)?;
    let row = super::read(&node, &caller.authority, id).await?;
    Ok(Json(SetView::new(&node, row)))
}

/// Takes a hash set in. It becomes an item of evidence, and is sealed before it is read. All of it can be read, or nothing is kept.
#[utoipa::path(post, path = "/hash-sets", tag = "hash sets", params(
    ("Upload-Metadata" = String, Header, description = "`description` and the base64 of JSON: `case`, `name`, `source`, `scheme`, \
     `version` (where there is one), `format` (`vics`, `csv`, `plain`, `plain_blake3`, `plain_pdq`), `marking`, `legal_basis`, `reason`, `place`, and, where it \
     is to have another number, `exhibit`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 201, description = "the set", body = SetView),
    (status = 400, description = "`malformed_request`", body = ProblemView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 408, description = "`upload_interrupted`", body = ProblemView),
    (status = 422, description = "`hash_set_refused`, `evidence_refused`: what must be said of it; `hash_set_unreadable`: \
     `faults` has each `place` and `why`; `hash_sets_full`: no room in memory", body = ProblemView),
    (status = 503, description = "`busy`: another set is being taken in", body = ProblemView),
    (status = 507, description = "`storage_full`", body = ProblemView)))]
async fn import(
    State(node): State<Arc<Node>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<SetView>), Problem> {
    caller.may(Act::ImportHashSet)?;
    let row = super::import(&node, &caller, description(&headers)?, body.into_data_stream()).await?;
    Ok((StatusCode::CREATED, Json(SetView::new(&node, row))))
}

fn description(headers: &HeaderMap) -> Result<NewSet, Problem> {
    let given = headers.get("upload-metadata").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut pairs = given.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let value = pairs.find(|(key, _)| *key == "description").map(|(_, value)| value.trim());
    let json = value.filter(|text| text.len() <= MAX_DESCRIPTION).and_then(|text| STANDARD.decode(text).ok());
    let detail = "`Upload-Metadata` must hold `description`, which is the base64 of JSON, at most 32 KiB";
    let json = json.ok_or_else(|| Problem::malformed(detail))?;
    serde_json::from_slice(&json).map_err(|fault| {
        let said: String = fault.to_string().chars().take(300).collect();
        HashSetError::unfit("description", format!("is not what describes a hash set: {said}")).into()
    })
}

/// Takes an item of evidence into use as a hash set, such as one that another authority handed over, whose marking stays.
#[utoipa::path(post, path = "/hash-sets/load", tag = "hash sets", request_body = LoadSet, responses(
    (status = 201, description = "the set", body = SetView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`hash_set_known`, `item_not_held`, `evidence_damaged`", body = ProblemView),
    (status = 422, description = "`hash_set_refused`, `hash_set_unreadable`, `hash_sets_full`", body = ProblemView),
    (status = 503, description = "`busy`: another set is being taken in", body = ProblemView)))]
async fn load(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(set): Json<LoadSet>,
) -> Result<(StatusCode, Json<SetView>), Problem> {
    caller.may(Act::ImportHashSet)?;
    let row = super::load(&node, &caller, set).await?;
    Ok((StatusCode::CREATED, Json(SetView::new(&node, row))))
}

/// Asks hash sets for hashes. What is found is a lead. The search is recorded, without the hashes.
#[utoipa::path(post, path = "/hash-sets/search", tag = "hash sets", request_body = Asked, responses(
    (status = 200, description = "the leads", body = Leads),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 422, description = "`hash_set_refused`", body = ProblemView),
    (status = 429, description = "`budget_spent`; `left` says how many may still be asked today", body = ProblemView)))]
async fn search(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(asked): Json<Asked>,
) -> Result<Json<Leads>, Problem> {
    caller.may(Act::SearchHashSets)?;
    Ok(Json(super::search(&node, &caller, asked).await?))
}

/// Takes a hash set out of use. Once only; the item of evidence stays until it is disposed of.
#[utoipa::path(post, path = "/hash-sets/{id}/withdraw", tag = "hash sets", params(("id" = String, Path)),
    request_body = WithdrawSet, responses(
    (status = 200, description = "the set", body = SetView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`hash_set_withdrawn`", body = ProblemView),
    (status = 422, description = "`hash_set_refused`: no reason", body = ProblemView)))]
async fn withdraw(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(id): Path<ItemId>,
    Json(why): Json<WithdrawSet>,
) -> Result<Json<SetView>, Problem> {
    caller.may(Act::WithdrawHashSet)?;
    let row = super::withdraw(&node, &caller, id, &why.reason).await?;
    Ok(Json(SetView::new(&node, row)))
}
