//! What can be wrong with an act of matching, on a hit from an alert, by private queries or by comparisons of whole case loads, and
//! the problems that the API makes of it.

use crate::{
    alerts::AlertError, cases::CaseError, exchange::ExchangeError, store::StoreError, web::problem::Problem,
};
use comity_psi::{batch::BatchError, epoch::FilterError, oprf::OprfError};
use comity_seal::{OpenFault, SealError};

/// Why an act of matching is refused or fails.
#[derive(Debug, thiserror::Error)]
pub enum MatchingError {
    /// There is none.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A field that cannot be.
    #[error("`{field}` {why}")]
    Unfit {
        /// For programs: `query_refused`, `deconfliction_refused` or `decision_refused`.
        code: &'static str,
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
    /// The same officer may not do both; who may.
    #[error("{0}")]
    SecondOfficerNeeded(&'static str),
    /// The alert of a hit.
    #[error(transparent)]
    Alert(#[from] AlertError),
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The message may not leave.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The protocol of queries.
    #[error(transparent)]
    Oprf(#[from] OprfError),
    /// A filter.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The protocol of comparisons.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The other side's set is not the one that it has shown in an earlier attempt.
    #[error("the other side's set is another than in an earlier attempt")]
    OtherSet,
    /// The spools of a comparison.
    #[error("a spool cannot be written or read: {0}")]
    Spool(#[from] std::io::Error),
    /// Sealing.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Opening.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// What is kept cannot be read.
    #[error("what is kept of matching cannot be read: {0}")]
    Kept(&'static str),
    /// Work was interrupted.
    #[error("the work was interrupted; try again")]
    Interrupted,
}

impl MatchingError {
    /// A field of a query, or of what follows from one, that cannot be.
    pub(super) fn unfit(field: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { code: "query_refused", field, why: why.into() }
    }

    /// A field of a comparison of whole case loads that cannot be.
    pub(super) fn unfit_comparison(field: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { code: "deconfliction_refused", field, why: why.into() }
    }

    /// A field of a decision on a hit that cannot be.
    pub(super) fn unfit_decision(field: &'static str, why: &str) -> Self {
        Self::Unfit { code: "decision_refused", field, why: why.to_owned() }
    }

    /// A hit that was decided.
    pub(super) fn hit_decided() -> Self {
        let why = "the hit was decided already; what was decided stands, write in its exchange if more is to be said";
        Self::Conflict { code: "hit_decided", why }
    }

    /// A hit whose alert is over.
    pub(super) fn alert_over() -> Self {
        let why = "the alert is over, and names were withdrawn; nothing is to be disclosed on it any more";
        Self::Conflict { code: "alert_over", why }
    }

    /// A comparison of whole case loads does not stand where the act is possible.
    pub(super) fn comparison_state(why: &'static str) -> Self {
        Self::Conflict { code: "deconfliction_state", why }
    }
}

impl From<MatchingError> for Problem {
    fn from(fault: MatchingError) -> Self {
        let detail = fault.to_string();
        match fault {
            MatchingError::NotFound(what) => Self::not_found(what),
            MatchingError::Unfit { code, field, .. } => {
                Self::unprocessable(code, detail).with("field", field)
            }
            MatchingError::ConsentNeeded { threshold, .. } => {
                Self::unprocessable("consent_needed", detail).with("threshold", threshold)
            }
            MatchingError::Conflict { code, .. } => Self::conflict(code, detail),
            MatchingError::SecondOfficerNeeded(_) => Self::forbidden("second_officer_needed", detail),
            MatchingError::Alert(fault) => fault.into(),
            MatchingError::Case(fault) => fault.into(),
            MatchingError::Exchange(fault) => fault.into(),
            MatchingError::Store(fault) => fault.into(),
            MatchingError::Interrupted => Self::unavailable("busy", detail).with("retry_after", 1),
            fault => {
                tracing::error!(%fault, "matching failed");
                Self::internal()
            }
        }
    }
}
