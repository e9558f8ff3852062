//! What can be wrong with an act of deconfliction, and the problems that the API makes of it.

use crate::{exchange::ExchangeError, hits::queries::QueryError, store::StoreError, web::problem::Problem};
use comity_psi::batch::BatchError;

/// Why an act of deconfliction is refused or fails.
#[derive(Debug, thiserror::Error)]
pub enum DeconflictionError {
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
    /// It stands where the act is not possible.
    #[error("{why}")]
    Conflict {
        /// For programs.
        code: &'static str,
        /// What is in the way, and what to do.
        why: &'static str,
    },
    /// The same officer may not do both.
    #[error("you have prepared this; another officer, who may release, confirms it")]
    SecondOfficerNeeded,
    /// What is shared with private queries.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The message may not leave.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The protocol.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The spools.
    #[error("a spool cannot be written or read: {0}")]
    Spool(#[from] std::io::Error),
    /// What is kept cannot be read.
    #[error("what is kept of a deconfliction cannot be read: {0}")]
    Kept(&'static str),
    /// Work was interrupted.
    #[error("the work was interrupted; try again")]
    Interrupted,
}

impl DeconflictionError {
    pub(super) fn unfit(field: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { field, why: why.into() }
    }

    /// It does not stand where the act is possible.
    pub(super) fn state(why: &'static str) -> Self {
        Self::Conflict { code: "deconfliction_state", why }
    }
}

impl From<DeconflictionError> for Problem {
    fn from(fault: DeconflictionError) -> Self {
        let detail = fault.to_string();
        match fault {
            DeconflictionError::NotFound(what) => Self::not_found(what),
            DeconflictionError::Unfit { field, .. } => {
                Self::unprocessable("deconfliction_refused", detail).with("field", field)
            }
            DeconflictionError::Conflict { code, .. } => Self::conflict(code, detail),
            DeconflictionError::SecondOfficerNeeded => Self::forbidden("second_officer_needed", detail),
            DeconflictionError::Query(fault) => fault.into(),
            DeconflictionError::Exchange(fault) => fault.into(),
            DeconflictionError::Store(fault) => fault.into(),
            DeconflictionError::Interrupted => Self::unavailable("busy", detail).with("retry_after", 1),
            fault => {
                tracing::error!(%fault, "a deconfliction failed");
                Self::internal()
            }
        }
    }
}
