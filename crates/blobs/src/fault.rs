//! Faults of storage, told apart.

use std::io::{self, ErrorKind};

use comity_vault::Digest;
use comity_vault::store::StoreFault;

/// Whether storage failed because no space is left: the disk is full, or a quota is used up. Nothing was stored then; the same
/// operation succeeds when there is space again.
#[must_use]
pub fn is_full(fault: &StoreFault) -> bool {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];
    matches!(fault, StoreFault::Storage { source, .. } if full.contains(&source.kind()))
}

/// Says what the storage was asked to do when it failed.
pub(crate) fn failed_to(what: &'static str) -> impl Fn(io::Error) -> StoreFault + Copy {
    move |source| StoreFault::Storage { what, source }
}

/// There is an object of that name, but of another length: what is stored was cut off or altered.
pub(crate) fn altered(name: Digest, found: u64, expected: u64) -> StoreFault {
    let text = format!(
        "object `{name}` is there with {found} bytes instead of {expected}; it was altered, move it away and try again"
    );
    let source = io::Error::new(ErrorKind::InvalidData, text);
    StoreFault::Storage { what: "store an object", source }
}

/// Why a small named file was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum NamedFault {
    /// Not a name: it is empty, or has parts that mean something to a file system.
    #[error(
        "`{given}` is not a name for a stored file; use parts of letters, digits, `-`, `_` and inner dots, joined by `/`"
    )]
    Name {
        /// The input, cut to 80 characters.
        given: String,
    },
    /// There is a file of that name, which is never replaced.
    #[error("`{name}` is stored already and is never replaced; choose another name")]
    Exists {
        /// Its name.
        name: String,
    },
    /// Longer than a small file may be.
    #[error("`{name}` has {len} bytes, more than the {limit} of a small file; store it as an object")]
    TooLong {
        /// Its name.
        name: String,
        /// Bytes that it has.
        len: u64,
        /// Bytes that it may have.
        limit: u64,
    },
    /// The storage failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
}
