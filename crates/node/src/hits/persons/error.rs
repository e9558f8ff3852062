//! What can be wrong with a search for persons or with a merge, and the problems that the API makes of it.

use super::store::PersonRef;
use crate::{cases::CaseError, store::StoreError, web::problem::Problem};
use comity_model::{Nonsense, id::MergeId};

/// Why a search is not made, or persons are not merged.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// No such person in a case of the authority.
    #[error("there is no person `{}` in a case `{}` of your authority; read the case again", .0.subject, .0.case)]
    NoPerson(PersonRef),
    /// No such merge.
    #[error("there is no such merge")]
    NoMerge,
    /// A search that would have to look at everybody.
    #[error("the search would look at everybody; give {0}")]
    TooWide(&'static str),
    /// A field of the request.
    #[error("`{field}` {why}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do.
        why: String,
    },
    /// They are held to be one already.
    #[error("these are held to be one person already, by the merge `{0}`; there is nothing to add")]
    Merged(MergeId),
    /// The merge was undone before.
    #[error("the merge was undone already; what it said does not stand any more")]
    Undone,
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PersonError {
    pub(super) fn unfit(field: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { field, why: why.into() }
    }

    /// A word of the model that cannot be one.
    pub(super) fn nonsense(field: &'static str, fault: &Nonsense) -> Self {
        Self::unfit(field, format!("is wrong: {fault}"))
    }
}

impl From<PersonError> for Problem {
    fn from(fault: PersonError) -> Self {
        let detail = fault.to_string();
        match fault {
            PersonError::NoPerson(_) => Self { detail, ..Self::not_found("person") },
            PersonError::NoMerge => Self::not_found("merge"),
            PersonError::TooWide(_) => Self::unprocessable("search_too_wide", detail),
            PersonError::Unfit { field, .. } => {
                Self::unprocessable("person_refused", detail).with("field", field)
            }
            PersonError::Merged(merge) => {
                Self::conflict("persons_merged", detail).with("merge", merge.to_string())
            }
            PersonError::Undone => Self::conflict("merge_undone", detail),
            PersonError::Case(fault) => fault.into(),
            PersonError::Store(fault) => fault.into(),
        }
    }
}
