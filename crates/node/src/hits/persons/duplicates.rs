//! Persons of a case who may be in the authority's files already. They are pointed out; what to do is an officer's to decide.

use super::{
    PersonError,
    search::{self, Found},
    store,
};
use crate::{
    Node,
    access::Caller,
    cases::{self, CaseFile},
    hits::index_keys,
};
use comity_matching::Use;
use comity_model::id::{CaseId, SubjectId};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Most persons that each of a case is compared with.
const MOST_COMPARED: usize = 100;
/// Most likely duplicates of one person.
const MOST_OF_ONE: usize = 5;

/// Somebody in another case who is likely to be a person of this one.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Duplicate {
    /// The person of this case.
    #[schema(value_type = String)]
    pub of: SubjectId,
    /// Who it may be.
    #[serde(flatten)]
    pub found: Found,
}

/// The likely duplicates of the persons of a case, but for those who are held to be one already. Whose cases they show is
/// written down.
///
/// # Errors
/// No such case, or a failing database.
pub async fn of_case(node: &Arc<Node>, caller: &Caller, case: CaseId) -> Result<Vec<Duplicate>, PersonError> {
    let file = cases::load(node, &caller.authority, case).await?;
    of_file(node, caller, &file).await
}

/// The same, of a file that is at hand.
pub(crate) async fn of_file(
    node: &Arc<Node>,
    caller: &Caller,
    file: &CaseFile,
) -> Result<Vec<Duplicate>, PersonError> {
    let mut all = Vec::new();
    for subject in &file.report.subjects {
        if index_keys(subject).is_empty() {
            continue;
        }
        let at = store::PersonRef { case: file.id, subject: subject.id };
        let (persons, _) = store::connected(&node.store, &caller.authority, at).await?;
        let mut alike =
            search::alike(node, &caller.authority, subject, Some(file.id), (MOST_COMPARED, Use::Import))
                .await?;
        alike.finds.retain(|(known, ranked)| ranked.likely && !persons.contains(&known.at));
        alike.finds.truncate(MOST_OF_ONE);
        let found = search::shown(&node.store, &caller.authority, alike.finds).await?;
        all.extend(found.into_iter().map(|found| Duplicate { of: subject.id, found }));
    }
    search::note(node, caller, None, all.iter().map(|duplicate| duplicate.found.case)).await?;
    Ok(all)
}
