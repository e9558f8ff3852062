//! What can be wrong with an act of private matching, and the problems that the API makes of it.

use crate::{cases::CaseError, exchange::ExchangeError, store::StoreError, web::problem::Problem};
use comity_psi::{epoch::FilterError, oprf::OprfError};
use comity_seal::{OpenFault, SealError};

/// Why an act of private matching is refused or fails.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// There is none.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A field that cannot be.
    #[error("`{field}` {why}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do.
        why: String,
    },
    /// So many need consent.
    #[error(
        "a batch of {count} elements is a sweep at `{holder}`, which takes {threshold} without consent; name who \
         consents in `consent_from`, or ask for fewer"
    )]
    ConsentNeeded {
        /// Padded elements.
        count: u64,
        /// Who says so.
        holder: String,
        /// What it takes.
        threshold: u64,
    },
    /// It stands where the act is not possible.
    #[error("{why}")]
    Conflict {
        /// For programs.
        code: &'static str,
        /// What is in the way, and what to do.
        why: &'static str,
    },
    /// The same officer may not do both.
    #[error("you have proposed this rule; another releasing officer confirms it")]
    SecondOfficerNeeded,
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The message may not leave.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The protocol.
    #[error(transparent)]
    Oprf(#[from] OprfError),
    /// A filter.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Opening.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// What is kept cannot be read.
    #[error("what is kept of private matching cannot be read: {0}")]
    Kept(&'static str),
    /// Work was interrupted.
    #[error("the work was interrupted; try again")]
    Interrupted,
}

impl QueryError {
    pub(super) fn unfit(field: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { field, why: why.into() }
    }
}

impl From<QueryError> for Problem {
    fn from(fault: QueryError) -> Self {
        let detail = fault.to_string();
        match fault {
            QueryError::NotFound(what) => Self::not_found(what),
            QueryError::Unfit { field, .. } => {
                Self::unprocessable("query_refused", detail).with("field", field)
            }
            QueryError::ConsentNeeded { threshold, .. } => {
                Self::unprocessable("consent_needed", detail).with("threshold", threshold)
            }
            QueryError::Conflict { code, .. } => Self::conflict(code, detail),
            QueryError::SecondOfficerNeeded => Self::forbidden("second_officer_needed", detail),
            QueryError::Case(fault) => fault.into(),
            QueryError::Exchange(fault) => fault.into(),
            QueryError::Store(fault) => fault.into(),
            QueryError::Interrupted => Self::unavailable("busy", detail).with("retry_after", 1),
            fault => {
                tracing::error!(%fault, "private matching failed");
                Self::internal()
            }
        }
    }
}
