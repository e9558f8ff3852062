//! What can go wrong with an upload, and the problems that tus clients and the console get.

use super::EvidenceError;
use crate::{store::StoreError, web::Problem};
use axum::http::StatusCode;
use comity_vault::store::IntakeFault;

/// The status that tus gives to bytes that do not come to their checksum.
const CHECKSUM_MISMATCH: u16 = 460;

/// Why an upload does not go on.
#[derive(Debug, thiserror::Error)]
pub enum UploadFault {
    /// Another request is writing to it.
    #[error("another request is writing to this upload; wait for it, or ask `HEAD` where it stands")]
    Locked,
    /// The bytes do not go on where the upload ended.
    #[error("the upload has {expected} bytes; go on from there")]
    Offset {
        /// Bytes that are kept.
        expected: u64,
    },
    /// More bytes than were announced.
    #[error(
        "the upload was announced with {length} bytes and more came; begin it again with its true length"
    )]
    TooLong {
        /// Bytes that were announced.
        length: u64,
    },
    /// Longer than any item.
    #[error("an item has at most {limit} bytes; take a larger one in as several items")]
    TooLarge {
        /// Bytes of the longest.
        limit: u64,
    },
    /// The bytes of a request do not come to their checksum.
    #[error("the bytes do not come to their checksum, nothing of this request is kept; send them again")]
    Checksum,
    /// The item is not what was declared.
    #[error(
        "the content does not come to the declared SHA-256, nothing was admitted; read the source again and start anew"
    )]
    Differs,
    /// It failed for good.
    #[error("this upload was refused and does not go on: {why}")]
    Refused {
        /// Why.
        why: String,
    },
    /// The bytes stopped coming.
    #[error("no byte came for too long; what came is kept, go on from there")]
    Idle,
    /// The connection broke off.
    #[error("the bytes ended before their end; go on from where `HEAD` says")]
    BrokenOff,
    /// Too many uploads at once.
    #[error("too many uploads are running; try again")]
    Busy,
    /// A request that a rule of HTTP or tus refuses.
    #[error("{}", .0.detail)]
    Problem(Problem),
    /// The vault.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// The upload is not where it was: another replica went on with it, or ended it.
pub(super) fn elsewhere() -> EvidenceError {
    let why = "this upload went on elsewhere or ended in the meantime; ask `HEAD` where it stands".to_owned();
    EvidenceError::Conflict { code: "upload_offset", why }
}

impl From<StoreError> for UploadFault {
    fn from(fault: StoreError) -> Self {
        Self::Evidence(fault.into())
    }
}

impl From<IntakeFault> for UploadFault {
    fn from(fault: IntakeFault) -> Self {
        Self::Evidence(fault.into())
    }
}

impl From<Problem> for UploadFault {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<UploadFault> for Problem {
    fn from(fault: UploadFault) -> Self {
        let detail = fault.to_string();
        let of = |status, code, title| Problem::new(status, code, title, detail.clone());
        match fault {
            UploadFault::Locked => of(StatusCode::LOCKED, "upload_locked", "the upload is in use"),
            UploadFault::Offset { expected } => {
                Problem::conflict("upload_offset", detail).with("offset", expected)
            }
            UploadFault::TooLong { .. } | UploadFault::TooLarge { .. } => {
                of(StatusCode::PAYLOAD_TOO_LARGE, "upload_too_long", "more than was announced or is taken")
            }
            UploadFault::Checksum => {
                let status = StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST);
                of(status, "checksum_mismatch", "the checksum differs")
            }
            UploadFault::Differs => Problem::unprocessable("evidence_differs", detail),
            UploadFault::Refused { .. } => of(StatusCode::GONE, "upload_refused", "the upload was refused"),
            UploadFault::Idle | UploadFault::BrokenOff => {
                of(StatusCode::REQUEST_TIMEOUT, "upload_interrupted", "the upload was interrupted")
            }
            UploadFault::Busy => Problem::unavailable("busy", detail).with("retry_after", 5),
            UploadFault::Problem(problem) => problem,
            UploadFault::Evidence(fault) => fault.into(),
        }
    }
}
