//! What can be wrong with a case, and the problems that the API makes of it.

use crate::{store::StoreError, web::problem::Problem};
use comity_formats::FormatError;
use comity_model::{case::CaseFault, id::CaseId};

/// Why a case is not opened or found.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// No format that is known.
    #[error(
        "the file is none of `yellow`, `cap` and `comity`; name its format, or convert it to one of these"
    )]
    UnknownFormat,
    /// The file cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The report lacks something.
    #[error(transparent)]
    Report(#[from] CaseFault),
    /// The report holds more than a case does, or what no text holds.
    #[error("the report's `{field}` {why}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The same reference has opened a case already.
    #[error("`{reference}` has already opened the case `{case}`; go on there")]
    AlreadyOpen {
        /// The reference.
        reference: String,
        /// The case.
        case: CaseId,
    },
    /// There is none.
    #[error("there is no such case")]
    NotFound,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CaseError> for Problem {
    fn from(fault: CaseError) -> Self {
        let detail = fault.to_string();
        match fault {
            CaseError::UnknownFormat => Self::unprocessable("format_unknown", detail),
            CaseError::Format(_) | CaseError::Report(_) | CaseError::Unfit { .. } => {
                Self::unprocessable("report_refused", detail)
            }
            CaseError::AlreadyOpen { case, .. } => {
                Self::conflict("case_already_open", detail).with("case", case.to_string())
            }
            CaseError::NotFound => Self::not_found("case"),
            CaseError::Store(fault) => fault.into(),
        }
    }
}
