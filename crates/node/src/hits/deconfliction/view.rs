//! Deconflictions as officers see them.

use super::{
    Direction, MatchingError, Progress, State,
    store::{self, DeconflictionRow, matches},
};
use crate::{Node, cases, hits::FoundState, law::BasisChoice, store::StoreError};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, MessageId, SubjectId},
    legal::LegalBasis,
    marking::{Marking, Purpose},
    message::{deconfliction::DECONFLICTION_ATTEMPTS, matching::ShownHit},
    selector::SelectorKind,
    statement::Urgency,
    subject::PersonName,
};
use jiff::Timestamp;
use matches::MatchRow;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The most entries in common that are shown at once.
const MOST_SHOWN: u64 = 2_000;

/// A comparison of whole case loads.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeconflictionView {
    /// The offer's message.
    #[schema(value_type = String, format = "uuid")]
    pub id: MessageId,
    /// The thread.
    #[schema(value_type = String, format = "uuid")]
    pub exchange: ExchangeId,
    /// Offered by us, or to us.
    pub direction: Direction,
    /// The other authority.
    #[schema(value_type = String)]
    pub with: AuthorityId,
    /// Where it stands.
    pub state: State,
    /// The kinds of selectors that are compared.
    #[schema(value_type = Vec<String>)]
    pub scope: BTreeSet<SelectorKind>,
    /// Why, as the offerer says; both sides have it.
    pub why: String,
    /// Why we accept; it stays here.
    pub reason: Option<String>,
    /// The offering officer, by pseudonym.
    pub officer: String,
    /// The accepting officer, by pseudonym.
    pub other_officer: Option<String>,
    /// The purpose.
    #[schema(value_type = Option<String>)]
    pub purpose: Option<Purpose>,
    /// The marking of the offer as it was stated.
    #[schema(value_type = Option<Object>)]
    pub marking: Option<Marking>,
    /// The basis of the offer as it was stated; none while it is prepared.
    #[schema(value_type = Option<Object>)]
    pub legal_basis: Option<LegalBasis>,
    /// Our own conditions.
    pub terms: Option<TermsView>,
    /// The padded size that we tell.
    pub own_entries: Option<u64>,
    /// The padded size that we were told.
    pub peer_entries: Option<u64>,
    /// Who prepared our offer or acceptance.
    pub prepared_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub prepared_at: Option<Timestamp>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Timestamp>,
    /// The officer or rule that declined or withdrew here.
    pub declined_by: Option<String>,
    /// When it was prepared, or arrived.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When something changed last.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// How many hours an offer of ours is to run.
    pub hours: Option<u64>,
    /// Until when it may be carried out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// How many attempts were begun.
    pub attempts: u64,
    /// How many may still be begun.
    pub attempts_left: u64,
    /// The session of the attempt that runs or was the last: 32 hexadecimal digits.
    pub session: Option<String>,
    /// The digests that both journals commit to, once it is finished.
    pub commitments: Option<CommitmentsView>,
    /// How many entries of ours the other side has too; once it is finished.
    pub matches: Option<u64>,
    /// When it was finished.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// When its entries in common and reasons were erased, as the settings say.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub purged_at: Option<Timestamp>,
    /// Why it failed, ended, was declined or withdrawn, or broke off last.
    pub fault: Option<String>,
    /// How far a session is that runs in this very process.
    pub progress: Option<Progress>,
    /// Our entries that the other side has too, at most 2,000; in a list of deconflictions none.
    pub found: Vec<MatchView>,
}

/// Under which conditions our own message goes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TermsView {
    /// The marking.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// The basis in law, as the officer chose it.
    pub legal_basis: BasisChoice,
    /// How soon an answer is due.
    #[schema(value_type = String)]
    pub urgency: Urgency,
}

/// What both journals commit to: SHA-256 over all that one side sent, in hexadecimal; what one sent the other received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommitmentsView {
    /// Over what we sent.
    pub sent: String,
    /// Over what came.
    pub received: String,
}

/// An entry of ours that the other side has too.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatchView {
    /// What both sides call it.
    pub handle: String,
    /// The kind of selector.
    pub kind: String,
    /// Its value.
    pub value: String,
    /// Our persons who have it.
    pub persons: Vec<MatchPerson>,
    /// Where it stands.
    pub state: FoundState,
    /// Our claim.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub claim: Option<MessageId>,
    /// What the other side shows.
    #[schema(value_type = Option<Object>)]
    pub shown: Option<ShownHit>,
    /// What the other side adds where it shows nothing.
    pub note: Option<String>,
    /// When something changed last.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
}

/// A person of ours under an entry.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MatchPerson {
    /// Our case.
    #[schema(value_type = String, format = "uuid")]
    pub case: CaseId,
    /// Its reference.
    pub reference: String,
    /// The person.
    #[schema(value_type = String, format = "uuid")]
    pub subject: SubjectId,
    /// The person's name.
    #[schema(value_type = Option<Object>)]
    pub name: Option<PersonName>,
}

/// The newest deconflictions, without what was found; only those that are not over, where it is asked so.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    open: bool,
    limit: u64,
) -> Result<Vec<DeconflictionView>, MatchingError> {
    let rows = store::list(&node.store, authority, open, limit).await?;
    Ok(rows.into_iter().map(|row| DeconflictionView::new(node, row, Vec::new())).collect())
}

/// One deconfliction, with what was found once it is finished.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn view(
    node: &Node,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<DeconflictionView, MatchingError> {
    let row = store::load(&node.store, authority, id).await?;
    let row = row.ok_or(MatchingError::NotFound("deconfliction"))?;
    let mut found = Vec::new();
    if row.state == State::Finished {
        for one in matches::found(&node.store, &row, MOST_SHOWN).await? {
            found.push(match_view(node, &row, one).await?);
        }
    }
    Ok(DeconflictionView::new(node, row, found))
}

async fn match_view(node: &Node, row: &DeconflictionRow, one: MatchRow) -> Result<MatchView, MatchingError> {
    let ours = matches::ours(&node.store, &row.authority, row.id, &one.handle).await?;
    let mut persons = Vec::new();
    for (case, subject) in ours.map(|ours| ours.persons).unwrap_or_default() {
        if let (Ok(case), Ok(subject)) = (case.parse(), subject.parse()) {
            persons.extend(person(node, &row.authority, case, subject).await?);
        }
    }
    let MatchRow { handle, kind, value, state, claim, shown, note, changed_at } = one;
    Ok(MatchView { handle, kind, value, persons, state, claim, shown, note, changed_at })
}

async fn person(
    node: &Node,
    authority: &AuthorityId,
    case: CaseId,
    subject: SubjectId,
) -> Result<Option<MatchPerson>, StoreError> {
    let reference = cases::reference_of(&node.store, authority, case).await?;
    let person = cases::subject_of(&node.store, authority, case, subject).await?;
    let both = reference.zip(person);
    Ok(both.map(|(reference, person)| MatchPerson { case, reference, subject, name: person.name }))
}

impl DeconflictionView {
    fn new(node: &Node, row: DeconflictionRow, found: Vec<MatchView>) -> Self {
        let progress = row.state.is_agreed().then(|| node.deconflictions.progress(&row.name())).flatten();
        let (finished, ours) = (row.state == State::Finished, row.direction == Direction::Offered);
        let detail = row.detail;
        let terms = detail.terms.map(|terms| TermsView {
            marking: terms.marking,
            legal_basis: terms.legal_basis,
            urgency: terms.urgency,
        });
        // Before an offer is stated, its conditions are those that were prepared.
        let marking = detail.marking.or_else(|| terms.as_ref().map(|terms| terms.marking.clone()));
        let both = detail.sent.zip(detail.received).filter(|_| finished);
        Self {
            id: row.id,
            exchange: row.exchange,
            direction: row.direction,
            with: row.peer,
            state: row.state,
            scope: detail.scope,
            why: detail.why,
            reason: detail.reason,
            officer: detail.officer,
            other_officer: detail.other_officer,
            purpose: marking.as_ref().map(|marking| marking.purpose),
            marking,
            legal_basis: detail.legal_basis,
            terms,
            own_entries: row.own_entries,
            peer_entries: row.peer_entries,
            prepared_by: detail.prepared_by,
            prepared_at: detail.prepared_at,
            confirmed_by: detail.confirmed_by,
            confirmed_at: row.confirmed_at,
            declined_by: detail.ended_by,
            created_at: row.created_at,
            changed_at: row.changed_at,
            hours: ours.then_some(detail.hours),
            expires_at: row.expires_at,
            attempts: row.attempts,
            attempts_left: u64::from(DECONFLICTION_ATTEMPTS).saturating_sub(row.attempts),
            session: row.session,
            commitments: both.map(|(sent, received)| CommitmentsView { sent, received }),
            // Canaries are the auditor's to see.
            matches: row.matches.filter(|_| finished).map(|all| all.saturating_sub(detail.canaries)),
            finished_at: detail.finished_at,
            purged_at: row.purged_at,
            fault: detail.fault,
            progress,
            found,
        }
    }
}
