//! What can be wrong with an act on an alert, and the problems that the API makes of it.

use crate::{cases::CaseError, exchange::ExchangeError, store::StoreError, web::problem::Problem};
use comity_model::message::MissingItem;

/// Why an act on an alert is refused.
#[derive(Debug, thiserror::Error)]
pub enum AlertError {
    /// There is none.
    #[error("there is no such alert")]
    NotFound,
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Whoever wrote it may not release it alone.
    #[error(
        "you have written this alert; ask a second releasing officer, or give the reason of an emergency in `emergency_reason`"
    )]
    SecondOfficerNeeded,
    /// It may not leave as it is.
    #[error("the alert may not leave yet; add what `missing` names")]
    Incomplete(Vec<MissingItem>),
    /// It stands where the act is not possible.
    #[error("the alert {0}")]
    State(&'static str),
    /// Somebody else was quicker.
    #[error("somebody else has just changed the alert; read it again")]
    Changed,
    /// It is not for us to change.
    #[error("the alert is of another authority; only its originator may do this")]
    NotOurs,
    /// A field that cannot be.
    #[error("`{field}` {why}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The message may not leave.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AlertError> for Problem {
    fn from(fault: AlertError) -> Self {
        let detail = fault.to_string();
        match fault {
            AlertError::NotFound => Self::not_found("alert"),
            AlertError::Case(fault) => fault.into(),
            AlertError::SecondOfficerNeeded => Self::forbidden("second_officer_needed", detail),
            AlertError::Incomplete(missing) => {
                let missing = serde_json::to_value(missing).unwrap_or_default();
                Self::unprocessable("alert_incomplete", detail).with("missing", missing)
            }
            AlertError::State(_) => Self::conflict("alert_state", detail),
            AlertError::Changed => Self::conflict("alert_changed", detail),
            AlertError::NotOurs => Self::forbidden("not_originator", detail),
            AlertError::Unfit { .. } => Self::unprocessable("alert_refused", detail),
            AlertError::Exchange(fault) => fault.into(),
            AlertError::Store(fault) => fault.into(),
        }
    }
}
