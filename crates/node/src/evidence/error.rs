//! What can go wrong with evidence, and the problems that the API makes of it.

use crate::{exchange::ExchangeError, store::StoreError, web::problem::Problem};
use axum::http::StatusCode;
use comity_blobs::NamedFault;
use comity_bundle::MakeFault;
use comity_formats::{case_uco::CaseError, pdf::PdfError};
use comity_model::{AuthorityId, id::ItemId};
use comity_seal::SealError;
use comity_vault::{
    custody::EventFault,
    item::{KeptFault, ManifestFault, NameFault, SealedFault},
    store::{IntakeFault, PackFault, ReadFault, StoreFault},
};

/// Why something is not done with evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// There is none of that identifier, or it is another authority's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The item is not here any more, or not whole yet.
    #[error("the item is `{state}`; this needs one that is held")]
    NotHeld {
        /// What it is.
        state: &'static str,
    },
    /// A field of the request.
    #[error("`{field}` {why}")]
    Unfit {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to do.
        why: String,
    },
    /// A rule of the house or of the marking forbids it.
    #[error("{why}")]
    Forbidden {
        /// What programs decide by.
        code: &'static str,
        /// What is forbidden, and what to do.
        why: String,
    },
    /// The marking under which the item was received forbids passing it on.
    #[error("the marking under which `{ask}` gave the item forbids passing it on to `{next}`; ask `{ask}`")]
    Onward {
        /// Who gave it, and may allow it.
        ask: AuthorityId,
        /// Who would receive it.
        next: AuthorityId,
    },
    /// It contradicts what is stored.
    #[error("{why}")]
    Conflict {
        /// What programs decide by.
        code: &'static str,
        /// What is there, and what to do.
        why: String,
    },
    /// A description that a court would not take.
    #[error(transparent)]
    Manifest(#[from] ManifestFault),
    /// A name that is none.
    #[error(transparent)]
    Name(#[from] NameFault),
    /// A custody event that says too little.
    #[error(transparent)]
    Event(#[from] EventFault),
    /// An item could not be taken in.
    #[error(transparent)]
    Intake(#[from] IntakeFault),
    /// An item could not be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// What is kept of an item does not open.
    #[error("what is kept of item `{item}` does not open")]
    Kept {
        /// The item.
        item: ItemId,
        /// The cause.
        #[source]
        source: KeptFault,
    },
    /// A wrapped key or a sealed manifest does not open.
    #[error(transparent)]
    Sealed(#[from] SealedFault),
    /// The epoch key under which a wrap is kept is gone: the item was destroyed, or the store of epoch keys lost.
    #[error("the epoch key {number} is gone; what was kept under it cannot be opened any more")]
    EpochGone {
        /// The epoch.
        number: u64,
    },
    /// The stored objects.
    #[error(transparent)]
    Objects(#[from] StoreFault),
    /// A small named file beside them.
    #[error(transparent)]
    Named(#[from] NamedFault),
    /// A pack.
    #[error(transparent)]
    Pack(#[from] PackFault),
    /// A message that must go with it.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// The library fails.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A time-stamping authority.
    #[error("the time-stamping authority `{tsa}` gave no timestamp that holds: {why}")]
    Timestamp {
        /// Its short name.
        tsa: String,
        /// What is wrong.
        why: String,
    },
    /// A bundle could not be written.
    #[error(transparent)]
    Bundle(#[from] MakeFault),
    /// A bundle's index could not be set.
    #[error(transparent)]
    Index(#[from] PdfError),
    /// A bundle's description could not be written.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// Witnesses are missing.
    #[error("too few witnesses have cosigned the ledger so far; try again when they can be reached")]
    NotWitnessed,
    /// Work on another thread was interrupted.
    #[error("the work was interrupted; try again")]
    Interrupted,
}

impl EvidenceError {
    /// A field that does not fit.
    pub(crate) fn unfit(field: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { field, why: why.into() }
    }

    /// Is it that no room is left, for objects or in the database? Nothing was stored then.
    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Store(StoreError::Full { .. })
            | Self::Exchange(ExchangeError::Store(StoreError::Full { .. })) => true,
            Self::Objects(fault)
            | Self::Named(NamedFault::Store(fault))
            | Self::Intake(IntakeFault::Store(fault))
            | Self::Pack(PackFault::Store(fault)) => comity_blobs::is_full(fault),
            _ => false,
        }
    }
}

impl From<EvidenceError> for Problem {
    fn from(fault: EvidenceError) -> Self {
        let detail = in_full(&fault);
        match fault {
            EvidenceError::NotFound(what) => Self::not_found(what),
            EvidenceError::NotHeld { state } => Self::conflict("item_not_held", detail).with("state", state),
            EvidenceError::Unfit { field, .. } => {
                Self::unprocessable("evidence_refused", detail).with("field", field)
            }
            EvidenceError::Manifest(_) | EvidenceError::Name(_) | EvidenceError::Event(_) => {
                Self::unprocessable("evidence_refused", detail)
            }
            EvidenceError::Forbidden { code, .. } => Self::forbidden(code, detail),
            EvidenceError::Onward { ask, next } => Self::forbidden("onward_forbidden", detail)
                .with("ask", ask.as_str())
                .with("next", next.as_str()),
            EvidenceError::Conflict { code, .. } => Self::conflict(code, detail),
            EvidenceError::Exchange(fault) => fault.into(),
            EvidenceError::Store(fault) => fault.into(),
            EvidenceError::EpochGone { .. } => Self::conflict("evidence_shredded", detail),
            EvidenceError::Timestamp { .. } => {
                Self::unavailable("timestamp_failed", detail).with("retry_after", 60)
            }
            EvidenceError::NotWitnessed => Self::unavailable("not_witnessed", detail).with("retry_after", 30),
            EvidenceError::Interrupted => Self::unavailable("busy", detail).with("retry_after", 1),
            EvidenceError::Objects(fault)
            | EvidenceError::Named(NamedFault::Store(fault))
            | EvidenceError::Intake(IntakeFault::Store(fault))
            | EvidenceError::Pack(PackFault::Store(fault)) => of_storage(&fault),
            EvidenceError::Read(_) | EvidenceError::Kept { .. } => {
                tracing::error!(%detail, "stored evidence does not open");
                Self::conflict("evidence_damaged", detail)
            }
            EvidenceError::Bundle(_)
            | EvidenceError::Index(_)
            | EvidenceError::Case(_)
            | EvidenceError::Named(_)
            | EvidenceError::Intake(_)
            | EvidenceError::Pack(_)
            | EvidenceError::Sealed(_)
            | EvidenceError::Seal(_) => {
                tracing::error!(%detail, "the vault failed");
                Self::internal()
            }
        }
    }
}

/// The sentence with that of its cause, where the cause is the vault's own.
fn in_full(fault: &EvidenceError) -> String {
    match fault {
        EvidenceError::Kept { source, .. } => format!("{fault}: {source}"),
        EvidenceError::Read(ReadFault::Part { fault: cause, .. }) => format!("{fault}: {cause}"),
        _ => fault.to_string(),
    }
}

fn of_storage(fault: &StoreFault) -> Problem {
    if comity_blobs::is_full(fault) {
        return Problem::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "storage_full",
            "no room is left",
            "the store of evidence is full, and nothing was acknowledged that is not kept; tell its operator to make room, then go \
             on: an upload from where `HEAD` says, everything else by asking again",
        );
    }
    match fault {
        StoreFault::Missing(_) | StoreFault::Short { .. } => {
            tracing::error!(%fault, "an object is damaged");
            Problem::conflict("evidence_damaged", fault.to_string())
        }
        StoreFault::Storage { source, .. } => {
            tracing::error!(%fault, %source, "the store of evidence failed");
            Problem::unavailable(
                "evidence_store_failed",
                "the store of evidence does not answer; try again, and tell the operator if it goes on",
            )
        }
    }
}
