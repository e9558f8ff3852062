//! Queries as officers see them: per holder who has answered with how many hits, who has refused and why, who has not answered.

use super::{
    AnswerState, QueryState,
    store::{self, HitRow, HolderRow, QueryRow},
};
use crate::{
    Node,
    hits::{
        FoundState,
        queries::{
            MatchingError,
            asked::Conditions,
            leads::{self, Lead},
        },
    },
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, MessageId, SubjectId},
    marking::Purpose,
    message::matching::{QueryRefusal, ShownHit},
};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A query.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueryView {
    /// The query, by the message that asks.
    #[schema(value_type = String, format = "uuid")]
    pub id: MessageId,
    /// Its thread.
    #[schema(value_type = String, format = "uuid")]
    pub exchange: ExchangeId,
    /// Our case.
    #[schema(value_type = String, format = "uuid")]
    pub case: CaseId,
    /// Its reference, which the holders see.
    pub case_reference: String,
    /// The officer who asked.
    pub asked_by: String,
    /// The officer's pseudonym, which the holders see.
    pub officer: String,
    /// Why.
    pub why: String,
    /// Where it stands.
    pub state: QueryState,
    /// The purpose of its marking.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// How many selectors and keys of persons were asked for.
    pub selectors: u64,
    /// How many of them are keys of persons.
    pub person_keys: u64,
    /// The persons of the case that were looked for by name and date of birth.
    #[schema(value_type = Vec<String>)]
    pub persons: Vec<SubjectId>,
    /// How many elements went out, padding included.
    pub count: u64,
    /// The digest of the blinded elements, to which both journals commit.
    pub batch_sha256: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// When its hits and reason were erased, as the settings say.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub purged_at: Option<Timestamp>,
    /// Who is asked to consent, where it is a sweep.
    #[schema(value_type = Option<String>)]
    pub consent_from: Option<AuthorityId>,
    /// Has it consented?
    pub consented: bool,
    /// Until when it may decide; then the query lapses.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decide_by: Option<Timestamp>,
    /// Why it failed.
    pub fault: Option<String>,
    /// Each holder.
    pub holders: Vec<HolderView>,
}

/// A holder of a query.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HolderView {
    /// Who.
    #[schema(value_type = String)]
    pub authority: AuthorityId,
    /// Where it stands.
    pub state: AnswerState,
    /// The epoch in which it was evaluated.
    pub epoch: Option<u64>,
    /// How many hits, once the answer was checked.
    pub hits: Option<u64>,
    /// Why it was refused, for programs: `over_budget`, `consent_needed`, ...
    #[schema(value_type = Option<String>)]
    pub code: Option<QueryRefusal>,
    /// Why it was refused, or is false, in words.
    pub why: Option<String>,
    /// When it may be asked again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub again_at: Option<Timestamp>,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// The hits on selectors; in a list of queries left out.
    pub found: Vec<HitFound>,
    /// Our persons that the holder may know, by fuzzy keys; in a list of queries left out.
    pub leads: Vec<Lead>,
}

/// A hit at a holder.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HitFound {
    /// What both sides call it.
    pub handle: String,
    /// The kind of selector.
    pub kind: String,
    /// The selector.
    pub value: String,
    /// Our person who has it.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub subject: Option<SubjectId>,
    /// What became of it.
    pub state: FoundState,
    /// The claim.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub claim: Option<MessageId>,
    /// What the holder shows: `reference`, `contact`, `note` and, where it chose fields, `person`.
    #[schema(value_type = Option<Object>)]
    pub shown: Option<ShownHit>,
    /// What the holder says when it shows nothing.
    pub note: Option<String>,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

/// The newest queries of an authority, those of one case where it is named; without their hits.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    case: Option<CaseId>,
    limit: u64,
) -> Result<Vec<QueryView>, MatchingError> {
    let mut views = Vec::new();
    for row in store::list(&node.store, authority, case, limit).await? {
        let holders = store::holders(&node.store, authority, row.id).await?;
        views.push(QueryView::new(row, holders, &[]));
    }
    Ok(views)
}

/// One query with its hits.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn view(node: &Node, authority: &AuthorityId, id: MessageId) -> Result<QueryView, MatchingError> {
    let row = store::load(&node.store, authority, id).await?.ok_or(MatchingError::NotFound("query"))?;
    let holders = store::holders(&node.store, authority, id).await?;
    let hits = store::hits(&node.store, authority, id).await?;
    let persons = persons(&row);
    let mut view = QueryView::new(row, holders, &hits);
    leads::add_leads(node, authority, &mut view, &persons, &hits).await?;
    Ok(view)
}

/// The persons that a query looks for, with how many keys each.
fn persons(row: &QueryRow) -> BTreeMap<SubjectId, u64> {
    serde_json::from_str(&row.conditions).map(|conditions: Conditions| conditions.persons).unwrap_or_default()
}

impl QueryView {
    fn new(row: QueryRow, holders: Vec<HolderRow>, hits: &[HitRow]) -> Self {
        let of = |holder: &AuthorityId| {
            let exact = hits.iter().filter(|hit| hit.holder == *holder && !leads::is_key(hit));
            exact.cloned().map(HitFound::from).collect()
        };
        let holder = |row: HolderRow| HolderView {
            found: of(&row.holder),
            authority: row.holder,
            state: row.state,
            epoch: row.epoch,
            hits: row.hits,
            code: row.code,
            why: row.why,
            again_at: row.again_at,
            changed_at: row.changed_at,
            leads: Vec::new(),
        };
        let persons = persons(&row);
        Self {
            id: row.id,
            exchange: row.exchange,
            case: row.case,
            case_reference: row.case_reference,
            asked_by: row.asked_by,
            officer: row.officer,
            why: row.why,
            state: row.state,
            purpose: row.purpose,
            selectors: row.selectors,
            person_keys: persons.values().sum::<u64>().min(row.selectors),
            persons: persons.into_keys().collect(),
            count: row.count,
            batch_sha256: row.batch_sha256,
            asked_at: row.asked_at,
            purged_at: row.purged_at,
            consented: row.consent.is_some(),
            consent_from: row.consent_from,
            decide_by: row.decide_by,
            fault: row.fault,
            holders: holders.into_iter().map(holder).collect(),
        }
    }
}

impl From<HitRow> for HitFound {
    fn from(row: HitRow) -> Self {
        let HitRow { handle, kind, value, subject, state, claim, shown, note, changed_at, .. } = row;
        Self { handle, kind, value, subject, state, claim, shown, note, changed_at }
    }
}
