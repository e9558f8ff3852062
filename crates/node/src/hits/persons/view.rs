//! One person as several cases know it: each source as it stands in its case, what each field says and who says so, and where
//! they disagree. Nothing is made up from them.

use super::{
    PersonError,
    rules::{self, FieldView},
    search,
    store::{self, Known, MergeRow, MergeState, PersonRef},
};
use crate::{Node, access::Caller, cases::CaseFile};
use comity_model::{
    id::{CaseId, MergeId},
    subject::Subject,
};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A person as one case knows it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PersonSource {
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// Its reference.
    pub case_reference: String,
    /// The case in one line without names.
    pub case_title: String,
    /// What the case says of the person, without photograph.
    #[schema(value_type = Object)]
    pub subject: Subject,
}

/// A merge.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MergeView {
    /// Its identifier.
    #[schema(value_type = String)]
    pub id: MergeId,
    /// Does it stand?
    pub state: MergeState,
    /// Who are held to be one.
    pub subjects: Vec<PersonRef>,
    /// Why.
    pub reason: String,
    /// The officer, by name.
    pub merged_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub merged_at: Timestamp,
    /// The officer who undid it, by name.
    pub undone_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub undone_at: Option<Timestamp>,
    /// Why.
    pub undo_reason: Option<String>,
}

/// One person, of several cases.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PersonView {
    /// The person as each case knows it.
    pub subjects: Vec<PersonSource>,
    /// The standing merges that make one of them.
    pub merges: Vec<MergeView>,
    /// What they say, field by field, with who says so.
    pub fields: Vec<FieldView>,
    /// The fields in which they disagree.
    pub disagreements: Vec<&'static str>,
}

impl From<MergeRow> for MergeView {
    fn from(row: MergeRow) -> Self {
        let state = if row.undone.is_some() { MergeState::Undone } else { MergeState::Standing };
        let (undone_by, rest) = row.undone.map(|undone| (undone.by, (undone.at, undone.reason))).unzip();
        let (undone_at, undo_reason) = rest.unzip();
        Self {
            id: row.id,
            state,
            subjects: row.subjects,
            reason: row.reason,
            merged_by: row.merged_by,
            merged_at: row.merged_at,
            undone_by,
            undone_at,
            undo_reason,
        }
    }
}

impl From<Known> for PersonSource {
    fn from(known: Known) -> Self {
        Self {
            case: known.at.case,
            case_reference: known.reference,
            case_title: known.title,
            subject: known.subject,
        }
    }
}

/// A person with whoever is held to be the same. Whose cases it shows is written down.
///
/// # Errors
/// No such person, or a failing database.
pub(crate) async fn person(node: &Node, caller: &Caller, at: PersonRef) -> Result<PersonView, PersonError> {
    let view = gather(node, caller, at).await?.ok_or(PersonError::NoPerson(at))?;
    search::note(node, caller, None, view.subjects.iter().map(|source| source.case)).await?;
    Ok(view)
}

/// The persons of a case who are held to be one with others. Whose other cases they show is written down.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn in_case(
    node: &Node,
    caller: &Caller,
    file: &CaseFile,
) -> Result<Vec<PersonView>, PersonError> {
    let (mut views, mut seen) = (Vec::new(), BTreeSet::new());
    for subject in &file.report.subjects {
        let at = PersonRef { case: file.id, subject: subject.id };
        if seen.contains(&at) {
            continue;
        }
        let Some(view) = gather(node, caller, at).await?.filter(|view| !view.merges.is_empty()) else {
            continue;
        };
        seen.extend(view.subjects.iter().map(|one| PersonRef { case: one.case, subject: one.subject.id }));
        views.push(view);
    }
    let shown = views.iter().flat_map(|view| &view.subjects).map(|source| source.case);
    search::note(node, caller, None, shown.filter(|case| *case != file.id)).await?;
    Ok(views)
}

async fn gather(node: &Node, caller: &Caller, at: PersonRef) -> Result<Option<PersonView>, PersonError> {
    let (persons, merges) = store::connected(&node.store, &caller.authority, at).await?;
    let mut known = Vec::with_capacity(persons.len());
    for one in persons {
        known.extend(store::known(&node.store, &caller.authority, one).await?);
    }
    if known.is_empty() {
        return Ok(None);
    }
    let fields = rules::side_by_side(&known.iter().map(|one| &one.subject).collect::<Vec<_>>());
    let disagreements = fields.iter().filter(|view| view.disagrees).map(|view| view.field).collect();
    Ok(Some(PersonView {
        subjects: known.into_iter().map(PersonSource::from).collect(),
        merges: merges.into_values().map(MergeView::from).collect(),
        fields,
        disagreements,
    }))
}
