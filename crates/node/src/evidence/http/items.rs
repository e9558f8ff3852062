//! Items, their descriptions and their custody.

use crate::{
    Node,
    access::{Act, Caller},
    cases::{Look, look},
    evidence::{self, CustodyRow, EvidenceError, ItemRow, ItemState, NewEvent, custody::Hand},
    journal::About,
    random,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
    marking::Marking,
};
use comity_vault::custody::{self as chain, Finding};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// The most items in one answer.
const LONGEST_PAGE: u64 = 200;

/// An item in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemLine {
    /// The item.
    #[schema(value_type = String)]
    id: ItemId,
    /// The case it belongs to here.
    #[schema(value_type = String)]
    case: CaseId,
    /// What has become of it.
    state: ItemState,
    /// The exhibit number.
    exhibit: String,
    /// The name, for people: hidden characters are written out.
    name: String,
    /// Bytes of content.
    size: u64,
    /// The item of which it is a part.
    #[schema(value_type = Option<String>)]
    part_of: Option<ItemId>,
    /// The conditions under which another authority gave it.
    #[schema(value_type = Option<Object>)]
    marking: Option<Marking>,
    /// Who handed it over; null for what was acquired here.
    #[schema(value_type = Option<String>)]
    received_from: Option<AuthorityId>,
    /// The day after which it is due to be returned or destroyed.
    #[schema(value_type = Option<String>)]
    retain_until: Option<Date>,
    /// When it was taken in.
    #[schema(value_type = String, format = DateTime)]
    taken_at: Timestamp,
    /// By whom.
    taken_by: String,
    /// When it was last read as a whole and compared with its manifest.
    #[schema(value_type = Option<String>, format = DateTime)]
    verified_at: Option<Timestamp>,
    /// What was found damaged then; null where nothing was.
    damage: Option<String>,
}

/// A page of items, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemList {
    /// The items.
    items: Vec<ItemLine>,
    /// What to give as `after` for the next page; null on the last.
    #[schema(value_type = Option<String>)]
    next: Option<ItemId>,
}

/// An item with its description.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemView {
    /// What lists show.
    #[serde(flatten)]
    line: ItemLine,
    /// SHA-256 of the manifest, by which custody events name it.
    manifest_sha256: String,
    /// The manifest: hashes, parts, exhibit, acquisition, seizure. Null where the item is not held any more.
    #[schema(value_type = Option<Object>)]
    manifest: Option<serde_json::Value>,
    /// The chain of custody.
    custody: CustodyList,
}

/// The chain of custody of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustodyList {
    /// The events in the order of their dates.
    events: Vec<CustodyView>,
    /// Gaps and breaks, and hand-overs that wait for their acceptance.
    findings: Vec<FindingView>,
    /// The authorities that have it, as far as is known here.
    #[schema(value_type = Vec<String>)]
    holders: Vec<AuthorityId>,
}

/// A custody event.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustodyView {
    /// SHA-256 of the signed payload.
    sha256: String,
    /// The event as it was signed: `act`, `by`, `officer`, `at`, `reason`, ...
    #[schema(value_type = Object)]
    event: serde_json::Value,
    /// What was done, in a word.
    act: &'static str,
}

/// Something that a court should know of the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingView {
    /// The authority of the event that shows it; null where it is of the chain as a whole.
    by: Option<String>,
    /// That event's number.
    number: Option<u64>,
    /// What it is.
    what: String,
    /// Does it break the chain? A hand-over that waits does not.
    is_break: bool,
}

/// Which items.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Those of this case only.
    #[param(value_type = Option<String>)]
    case: Option<CaseId>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    after: Option<ItemId>,
    /// At most so many, 1 to 200; otherwise 50.
    limit: Option<u64>,
    /// Only held items past the day until which they are retained, of all cases.
    due: Option<bool>,
}

/// An event that an officer records: the content was opened, copied or examined.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// `"opened"`, `{"copied": {"onto": "..."}}` or `{"examined": {"how": "..."}}`.
    #[schema(value_type = Object)]
    act: chain::Act,
    /// Why.
    reason: String,
    /// Under which authority or law.
    #[serde(default)]
    basis: Option<String>,
    /// Where, in words.
    #[serde(default)]
    place: Option<String>,
}

impl From<ItemRow> for ItemLine {
    fn from(row: ItemRow) -> Self {
        Self {
            id: row.id,
            case: row.case,
            state: row.state,
            exhibit: row.exhibit,
            name: row.name,
            size: row.size,
            part_of: row.part_of,
            marking: row.marking,
            received_from: row.received_from,
            retain_until: row.retain_until,
            taken_at: row.taken_at,
            taken_by: row.taken_by,
            verified_at: row.verified_at,
            damage: row.damage,
        }
    }
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        let is_break = finding.is_break();
        let (by, number) = finding.event.map(|(by, number)| (by.to_string(), number)).unzip();
        Self { by, number, what: finding.kind.to_string(), is_break }
    }
}

/// What is shown of a chain.
pub(super) fn chain_view(item: ItemId, rows: &[CustodyRow]) -> Result<CustodyList, EvidenceError> {
    let chain = evidence::chain_of(item, rows)?;
    let view = |entry: &&chain::Entry| CustodyView {
        sha256: entry.digest().to_string(),
        event: serde_json::to_value(entry.event()).unwrap_or_default(),
        act: entry.event().act.as_str(),
    };
    Ok(CustodyList {
        events: chain.events().iter().map(view).collect(),
        findings: chain.check().into_iter().map(Into::into).collect(),
        holders: chain.holders().into_iter().cloned().collect(),
    })
}

/// The items of evidence of the caller's authority, newest first.
#[utoipa::path(get, path = "/evidence", tag = "evidence", params(Page), responses(
    (status = 200, description = "a page", body = ItemList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<ItemList>, Problem> {
    caller.may(Act::ReadEvidence)?;
    let limit = page.limit.unwrap_or(50).clamp(1, LONGEST_PAGE);
    let items = if page.due == Some(true) {
        let today = random::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        evidence::vault_status::due_items(&node, &caller.authority, today, page.after, limit).await?
    } else {
        evidence::list(&node, &caller.authority, page.case, page.after, limit).await?
    };
    let full = u64::try_from(items.len()).is_ok_and(|count| count == limit);
    let next = items.last().filter(|_| full).map(|last| last.id);
    Ok(Json(ItemList { items: items.into_iter().map(Into::into).collect(), next }))
}

/// One item: its description and its custody. The look at it is recorded; its content is not touched.
#[utoipa::path(get, path = "/evidence/{item}", tag = "evidence", params(("item" = String, Path)), responses(
    (status = 200, description = "the item", body = ItemView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
pub(super) async fn get(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<ItemView>, Problem> {
    caller.may(Act::ReadEvidence)?;
    let row = evidence::load(&node, &caller.authority, item).await?;
    let about = About { case: Some(row.case), item: Some(item), ..About::default() };
    look(&node, &caller, Look { act: "evidence_read", about, photographs: false }, random::now()).await?;
    let manifest = match evidence::open_item(&node, &caller.authority, item).await {
        Ok(opened) => serde_json::from_slice(&opened.json).ok(),
        Err(EvidenceError::NotHeld { .. } | EvidenceError::EpochGone { .. }) => None,
        Err(fault) => return Err(fault.into()),
    };
    let custody = chain_view(item, &evidence::custody_of(&node, &caller.authority, item).await?)?;
    let manifest_sha256 = row.manifest_sha256.to_string();
    Ok(Json(ItemView { line: row.into(), manifest_sha256, manifest, custody }))
}

/// The chain of custody of an item, with what is wrong or open in it.
#[utoipa::path(get, path = "/evidence/{item}/custody", tag = "evidence", params(("item" = String, Path)), responses(
    (status = 200, description = "the chain", body = CustodyList),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
pub(super) async fn custody(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<CustodyList>, Problem> {
    caller.may(Act::ReadEvidence)?;
    evidence::load(&node, &caller.authority, item).await?;
    Ok(Json(chain_view(item, &evidence::custody_of(&node, &caller.authority, item).await?)?))
}

/// Records that an item was opened, copied or examined outside of this program.
#[utoipa::path(post, path = "/evidence/{item}/custody", tag = "evidence", params(("item" = String, Path)),
    request_body = Record, responses(
    (status = 201, description = "the chain with the event", body = CustodyList),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`", body = ProblemView),
    (status = 422, description = "`evidence_refused`", body = ProblemView)))]
pub(super) async fn record(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(record): Json<Record>,
) -> Result<(StatusCode, Json<CustodyList>), Problem> {
    caller.may(Act::OpenEvidence)?;
    if !matches!(record.act, chain::Act::Opened | chain::Act::Copied { .. } | chain::Act::Examined { .. }) {
        let why = "is recorded by doing it; here an item is `opened`, `copied` or `examined`";
        return Err(EvidenceError::unfit("act", why).into());
    }
    let row = evidence::load(&node, &caller.authority, item).await?;
    let Record { act, reason, basis, place } = record;
    let new = NewEvent { item, case: Some(row.case), act, reason, basis, place };
    let mut tx = node.store.begin("record_custody").await?;
    evidence::record_event(&node, &mut tx, &Hand::from(&caller), new, random::now()).await?;
    tx.commit().await.map_err(EvidenceError::from)?;
    let chain = chain_view(item, &evidence::custody_of(&node, &caller.authority, item).await?)?;
    Ok((StatusCode::CREATED, Json(chain)))
}
