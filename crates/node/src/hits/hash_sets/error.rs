//! What can go wrong with hash sets, and the problems that the API makes of it.

use crate::{
    evidence::{EvidenceError, upload_fault::UploadFault},
    store::StoreError,
    web::problem::Problem,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A place in a file of hashes that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// The line, or the item, counted from 1; 0 where it is the file as a whole.
    pub place: u64,
    /// What is wrong there, and what to do.
    pub why: String,
}

/// Why a hash set is not taken in, searched or withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum HashSetError {
    /// There is none.
    #[error("there is no such hash set")]
    NotFound,
    /// A field of the request.
    #[error("`{field}` {why}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The item is a hash set already.
    #[error("the item is a hash set already, or was one; import the file again if it is needed anew")]
    Known,
    /// It was withdrawn before.
    #[error("the hash set was withdrawn already")]
    Withdrawn,
    /// The file is not what its format says.
    #[error("the file cannot be read{}; nothing of it is kept, put it right and send it whole", first(.0))]
    Unreadable(Vec<Fault>),
    /// No room in memory.
    #[error(
        "the hash sets in use take all the memory that this node gives them, and this one does not fit; withdraw one that is \
         not needed, or have `matching.hash_sets_mib` raised"
    )]
    Full,
    /// Too many imports at once.
    #[error("another hash set is being taken in; try again when it is done")]
    Busy,
    /// The bytes stopped coming.
    #[error("the bytes ended before their end, nothing is kept; send the file again")]
    BrokenOff,
    /// The officer's hashes of the day are used up.
    #[error("you may ask for {left} more hashes today; go on tomorrow, or ask for fewer")]
    Budget {
        /// What is left.
        left: u64,
        /// Seconds to the next day.
        seconds: u64,
    },
    /// The vault.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl HashSetError {
    pub(super) fn unfit(field: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { field, why: why.into() }
    }
}

fn first(faults: &[Fault]) -> String {
    match faults.first() {
        Some(Fault { place: 0, why }) => format!(": {why}"),
        Some(Fault { place, why }) => format!(" at place {place}: {why}"),
        None => String::new(),
    }
}

impl From<HashSetError> for Problem {
    fn from(fault: HashSetError) -> Self {
        let detail = fault.to_string();
        match fault {
            HashSetError::NotFound => Self::not_found("hash set"),
            HashSetError::Unfit { field, .. } => {
                Self::unprocessable("hash_set_refused", detail).with("field", field)
            }
            HashSetError::Known => Self::conflict("hash_set_known", detail),
            HashSetError::Withdrawn => Self::conflict("hash_set_withdrawn", detail),
            HashSetError::Unreadable(faults) => Self::unprocessable("hash_set_unreadable", detail)
                .with("faults", serde_json::to_value(faults).unwrap_or_default()),
            HashSetError::Full => Self::unprocessable("hash_sets_full", detail),
            HashSetError::Busy => Self::unavailable("busy", detail).with("retry_after", 10),
            HashSetError::BrokenOff => UploadFault::BrokenOff.into(),
            HashSetError::Budget { left, seconds } => {
                Self::too_many("budget_spent", detail).with("left", left).with("retry_after", seconds)
            }
            HashSetError::Evidence(fault) => fault.into(),
            HashSetError::Store(fault) => fault.into(),
        }
    }
}
