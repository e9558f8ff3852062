//! What can be wrong with a question about the law or a data set, and the problems that the API makes of it.

use super::{BasisError, Needs};
use crate::{store::StoreError, web::problem::Problem};
use comity_law::{basis::Assessment, set::SetFault, tables::read::RowFault};
use comity_model::Nonsense;
use jiff::civil::Date;

/// Why a question about the law is not answered, or a data set is refused.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// A word of the question.
    #[error("`{field}`: {why}")]
    Word {
        /// The field.
        field: &'static str,
        /// What is wrong, and what would be right.
        why: String,
    },
    /// The node is younger than the day asked for.
    #[error("this node held no tables on `{0}`; ask for a later day in `as_known_on`")]
    NotYet(Date),
    /// The concept is not in the tables.
    #[error("the tables know no offence `{0}`; choose one of `GET /api/v1/law/offences`")]
    NoConcept(String),
    /// The envelope is not signed as it must be.
    #[error("the data set is not signed by an authority of the registry: {0}")]
    NotSigned(String),
    /// What was signed is no data set.
    #[error("the signed text is no data set: {0}")]
    NoSet(String),
    /// The data set is refused as a whole.
    #[error(transparent)]
    Refused(#[from] SetFault),
    /// It is loaded already.
    #[error("a data set `{0}` is loaded already; withdraw it first, or give the new one another name")]
    Loaded(String),
    /// There is none.
    #[error("no data set of that name is loaded")]
    NotLoaded,
    /// It belongs to the program.
    #[error("the data set `{0}` belongs to this program and cannot be withdrawn; load one over it")]
    Shipped(String),
    /// Somebody else was quicker.
    #[error("somebody else has just changed the data sets; look at them again")]
    Changed,
    /// The answer could not be made.
    #[error("the answer was interrupted; try again")]
    Interrupted,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LawError {
    /// A field of a question that holds nonsense.
    pub(super) fn word(field: &'static str, why: &Nonsense) -> Self {
        Self::Word { field, why: why.to_string() }
    }
}

impl From<LawError> for Problem {
    fn from(fault: LawError) -> Self {
        let detail = fault.to_string();
        match fault {
            LawError::Word { .. } => Self::unprocessable("question_refused", detail),
            LawError::NotYet(_) => Self::unprocessable("not_known_then", detail),
            LawError::NoConcept(_) => Self::not_found("offence"),
            LawError::NotSigned(_) => Self::unprocessable("set_not_signed", detail),
            LawError::NoSet(_) => Self::unprocessable("set_refused", detail),
            LawError::Refused(fault) => {
                let faults: Vec<_> = rows(&fault).iter().map(row_json).collect();
                Self::unprocessable("set_refused", detail).with("faults", faults)
            }
            LawError::Loaded(_) => Self::conflict("set_loaded", detail),
            LawError::NotLoaded => Self::not_found("data set"),
            LawError::Shipped(_) => Self::conflict("set_shipped", detail),
            LawError::Changed => Self::conflict("sets_changed", detail),
            LawError::Interrupted => Self::unavailable("busy", detail).with("retry_after", 1),
            LawError::Store(fault) => fault.into(),
        }
    }
}

fn rows(fault: &SetFault) -> &[RowFault] {
    match fault {
        SetFault::Rows(rows) => rows,
        SetFault::Head(_) => &[],
    }
}

fn row_json(fault: &RowFault) -> serde_json::Value {
    serde_json::json!({ "file": fault.file, "line": fault.line, "reason": fault.reason })
}

impl From<BasisError> for Problem {
    fn from(fault: BasisError) -> Self {
        let detail = fault.to_string();
        match fault {
            BasisError::TooLong(_) => Self::unprocessable("legal_basis_refused", detail),
            BasisError::Authorisation(_) => Self::unprocessable("authorisation_refused", detail),
            BasisError::Refused { needs, assessment } => {
                let Assessment { verdict, reasons, data_set, .. } = *assessment;
                let needs = match needs {
                    Needs::Reason => "reason",
                    Needs::Authorisation => "authorisation",
                };
                Self::unprocessable("legal_basis_refused", detail)
                    .with("verdict", crate::store::code_text(&verdict))
                    .with("needs", needs)
                    .with("reasons", serde_json::to_value(reasons).unwrap_or_default())
                    .with("data_set", data_set)
            }
        }
    }
}
