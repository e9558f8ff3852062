//! Claims as the holder's officers see them: who asks for which case, why, and what of ours each handle is.

use super::{
    ClaimState,
    store::{self, ClaimRow, HandleRow},
};
use crate::{
    Node,
    access::Caller,
    cases,
    hits::queries::{
        MatchingError,
        leads::{self, LeadKey},
    },
    journal::{About, Entry},
    random,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, MessageId, SubjectId},
    legal::LegalBasis,
    marking::{Marking, Purpose},
    subject::Subject,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A claim on our entries.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClaimView {
    /// The claim.
    #[schema(value_type = String, format = "uuid")]
    pub id: MessageId,
    /// Who claims.
    #[schema(value_type = String)]
    pub from: AuthorityId,
    /// Its query.
    #[schema(value_type = String, format = "uuid")]
    pub query: MessageId,
    /// The thread.
    #[schema(value_type = String, format = "uuid")]
    pub exchange: ExchangeId,
    /// The asker's reference of its case.
    pub case_reference: String,
    /// Why it claims.
    pub why: String,
    /// How many hits it found here in all.
    pub hits: u64,
    /// The epoch of the handles; 0 where whole case loads were compared.
    pub epoch: u64,
    /// Is it about a comparison of whole case loads? Then `query` is that comparison, and no one case stands behind it.
    pub deconfliction: bool,
    /// The purpose.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// The conditions.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// The basis that the asker claims.
    #[schema(value_type = Object)]
    pub legal_basis: LegalBasis,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    pub arrived_at: Timestamp,
    /// How many handles are open.
    pub open: u64,
    /// Each handle; in a list of claims without our entries.
    pub handles: Vec<HandleView>,
}

/// A handle of a claim.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandleView {
    /// The handle.
    pub handle: String,
    /// Where it stands.
    pub state: ClaimState,
    /// What of ours it is; empty where it is nothing of ours any more.
    pub entries: Vec<EntryView>,
    /// The officer or rule that decided.
    pub decided_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// What was shown, or the note: `{outcome, detail}` as in `hit_answer`.
    #[schema(value_type = Option<Object>)]
    pub decision: Option<serde_json::Value>,
}

/// An entry of ours under a handle.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryView {
    /// Our case.
    #[schema(value_type = String, format = "uuid")]
    pub case: CaseId,
    /// Its reference.
    pub reference: String,
    /// The kind of selector that was hit; `person_key` for a key of a person.
    pub kind: String,
    /// For a key of a person what it joins: a lead, not an identification.
    pub key: Option<LeadKey>,
    /// Our person, without photograph.
    #[schema(value_type = Object)]
    pub person: Subject,
    /// Our person's identifier.
    #[schema(value_type = String, format = "uuid")]
    pub subject: SubjectId,
}

/// The newest claims; those with an open handle only, where it is asked so.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    open: bool,
    limit: u64,
) -> Result<Vec<ClaimView>, MatchingError> {
    let mut views = Vec::new();
    for row in store::list(&node.store, authority, open, limit).await? {
        let handles = store::handles(&node.store, authority, row.id).await?;
        let handles = handles.into_iter().map(|row| HandleView::new(row, Vec::new())).collect();
        views.push(ClaimView::new(row, handles));
    }
    Ok(views)
}

/// One claim with our entries, for an officer to read: the look at it is written down.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn read(node: &Node, caller: &Caller, id: MessageId) -> Result<ClaimView, MatchingError> {
    let authority = &caller.authority;
    let row = store::load(&node.store, authority, id).await?.ok_or(MatchingError::NotFound("claim"))?;
    let mut handles = Vec::new();
    for handle in store::handles(&node.store, authority, id).await? {
        let entries = entries(node, &row, &handle.handle).await?;
        handles.push(HandleView::new(handle, entries));
    }
    let about = About { exchange: Some(row.exchange), message: Some(row.query), ..About::default() };
    let detail = serde_json::json!({ "claim": id });
    let mut tx = node.store.begin("read_hit_claim").await?;
    tx.record(Entry::new(random::now(), Some(authority), &caller.actor(), "hit_claim_read", about, detail));
    tx.commit().await?;
    Ok(ClaimView::new(row, handles))
}

async fn entries(node: &Node, row: &ClaimRow, handle: &str) -> Result<Vec<EntryView>, MatchingError> {
    let mut entries = Vec::new();
    for held in super::held(node, row, handle).await? {
        let (Ok(case), Ok(subject)) = (held.case.parse(), held.subject.parse()) else { continue };
        let reference = cases::reference_of(&node.store, &row.authority, case).await?;
        let person = cases::subject_of(&node.store, &row.authority, case, subject).await?;
        if let (Some(reference), Some(person)) = (reference, person) {
            let key = leads::key_under(&held, handle, &person);
            entries.push(EntryView { case, reference, kind: held.kind, key, person, subject });
        }
    }
    Ok(entries)
}

impl ClaimView {
    fn new(row: ClaimRow, handles: Vec<HandleView>) -> Self {
        let open = handles.iter().filter(|handle| handle.state == ClaimState::Open).count();
        Self {
            deconfliction: row.is_of_deconfliction(),
            id: row.id,
            from: row.sender,
            query: row.query,
            exchange: row.exchange,
            case_reference: row.case_reference,
            why: row.why,
            hits: row.hits,
            epoch: row.epoch,
            purpose: row.purpose,
            marking: row.marking,
            legal_basis: row.legal_basis,
            arrived_at: row.arrived_at,
            open: u64::try_from(open).unwrap_or(u64::MAX),
            handles,
        }
    }
}

impl HandleView {
    fn new(row: HandleRow, entries: Vec<EntryView>) -> Self {
        let HandleRow { handle, state, decided_by, decided_at, decision } = row;
        Self { handle, state, entries, decided_by, decided_at, decision }
    }
}
