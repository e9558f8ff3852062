//! Hits as officers see them: both persons side by side, with the reasons. Photographs are left out unless asked for.

use super::{HitRow, HitState, MatchingError, store};
use crate::{
    Node,
    access::Caller,
    alerts,
    cases::{self, Look, look},
    random,
    store::StoreError,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, HitId, MessageId, SubjectId},
    message::ReasonField,
    subject::{Photograph, Subject},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A hit.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HitView {
    /// Its identifier.
    #[schema(value_type = String)]
    pub id: HitId,
    /// The alert.
    #[schema(value_type = String)]
    pub alert: MessageId,
    /// Its thread.
    #[schema(value_type = String)]
    pub exchange: ExchangeId,
    /// Our case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// Its reference.
    pub case_reference: String,
    /// Our person.
    #[schema(value_type = String)]
    pub subject: SubjectId,
    /// When it was found.
    #[schema(value_type = String, format = DateTime)]
    pub found_at: Timestamp,
    /// What was decided.
    pub state: HitState,
    /// Which fields agree, which are near, which differ, which are silent.
    #[schema(value_type = Vec<Object>)]
    pub reasons: Vec<ReasonField>,
    /// Our person.
    #[schema(value_type = Object)]
    pub ours: Subject,
    /// Their person, nameless once the alert is over.
    #[schema(value_type = Object)]
    pub theirs: Subject,
    /// The officer who decided, by name.
    pub decided_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// The reason of a dismissal, or the note of a disclosure.
    pub decision_reason: Option<String>,
}

/// A hit, for an officer to read; the look is written down.
///
/// # Errors
/// No such hit, or a failing database.
pub async fn read(
    node: &Node,
    caller: &Caller,
    id: HitId,
    photographs: bool,
) -> Result<HitView, MatchingError> {
    let hit = store::load(&node.store, &caller.authority, id).await?.ok_or(MatchingError::NotFound("hit"))?;
    let about = hit.about();
    look(node, caller, Look { act: "hit_read", about, photographs }, random::now()).await?;
    let mut view = view(node, hit).await?;
    if photographs {
        add_photographs(node, &caller.authority, &mut view).await?;
    }
    Ok(view)
}

/// The newest hits of an authority.
///
/// # Errors
/// Where the database fails.
pub async fn list(node: &Node, authority: &AuthorityId, limit: u64) -> Result<Vec<HitView>, MatchingError> {
    Ok(views(node, store::newest(&node.store, authority, limit).await?).await?)
}

/// The hits of an alert.
///
/// # Errors
/// Where the database fails.
pub async fn of_alert(
    node: &Node,
    authority: &AuthorityId,
    alert: MessageId,
) -> Result<Vec<HitView>, StoreError> {
    views(node, store::of_alert(&node.store, authority, alert).await?).await
}

async fn views(node: &Node, hits: Vec<HitRow>) -> Result<Vec<HitView>, StoreError> {
    let mut all = Vec::with_capacity(hits.len());
    for hit in hits {
        all.push(view(node, hit).await?);
    }
    Ok(all)
}

async fn view(node: &Node, hit: HitRow) -> Result<HitView, StoreError> {
    let lost = || StoreError::Corrupt { column: 0, expected: "the case of a hit" };
    let ours = cases::subject_of(&node.store, &hit.authority, hit.case, hit.subject).await?;
    let reference = cases::reference_of(&node.store, &hit.authority, hit.case).await?;
    Ok(HitView {
        id: hit.id,
        alert: hit.alert,
        exchange: hit.exchange,
        case: hit.case,
        case_reference: reference.ok_or_else(lost)?,
        subject: hit.subject,
        found_at: hit.found_at,
        state: hit.state,
        reasons: hit.reasons,
        ours: ours.ok_or_else(lost)?,
        theirs: hit.theirs,
        decided_by: hit.decided_by,
        decided_at: hit.decided_at,
        decision_reason: hit.decision,
    })
}

async fn add_photographs(
    node: &Node,
    authority: &AuthorityId,
    view: &mut HitView,
) -> Result<(), MatchingError> {
    let case = cases::load(node, authority, view.case).await?;
    let alert = alerts::load(node, authority, view.alert).await?.alert;
    view.ours.photograph = photograph_of(case.report.subjects, view.subject);
    let theirs = std::iter::once(alert.child).chain(alert.alleged_taker).collect();
    view.theirs.photograph = photograph_of(theirs, view.theirs.id);
    Ok(())
}

fn photograph_of(subjects: Vec<Subject>, id: SubjectId) -> Option<Photograph> {
    subjects.into_iter().find(|subject| subject.id == id)?.photograph
}
