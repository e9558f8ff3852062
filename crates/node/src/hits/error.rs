//! What can be wrong with a decision on a hit, and the problems that the API makes of it.

use crate::{
    alerts::AlertError, cases::CaseError, exchange::ExchangeError, store::StoreError, web::problem::Problem,
};

/// Why a decision on a hit is refused.
#[derive(Debug, thiserror::Error)]
pub enum HitError {
    /// There is none.
    #[error("there is no such hit")]
    NotFound,
    /// It was decided before.
    #[error(
        "the hit was decided already; what was decided stands, write in its exchange if more is to be said"
    )]
    Decided,
    /// The alert is over.
    #[error("the alert is over, and names were withdrawn; nothing is to be disclosed on it any more")]
    AlertOver,
    /// A field that cannot be.
    #[error("`{field}` {why}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The alert.
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
}

impl From<HitError> for Problem {
    fn from(fault: HitError) -> Self {
        let detail = fault.to_string();
        match fault {
            HitError::NotFound => Self::not_found("hit"),
            HitError::Decided => Self::conflict("hit_decided", detail),
            HitError::AlertOver => Self::conflict("alert_over", detail),
            HitError::Unfit { .. } => Self::unprocessable("decision_refused", detail),
            HitError::Alert(fault) => fault.into(),
            HitError::Case(fault) => fault.into(),
            HitError::Exchange(fault) => fault.into(),
            HitError::Store(fault) => fault.into(),
        }
    }
}
