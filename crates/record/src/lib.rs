#![doc = include_str!("../README.md")]

pub mod directory;
pub mod envelope;
pub mod export;
mod proof;
pub mod receipt;
pub mod registry;
pub mod verify;

pub use directory::{Directory, DirectoryFault};
pub use envelope::{Envelope, EnvelopeFault, VerifiedEnvelope};
pub use receipt::{ReceiptFault, VerifiedReceipt};

use sha2::{Digest, Sha256};

/// What the ledger holds of a journal entry: `SHA-256("comity-journal-v1" || 0x00 || salt || document)`.
#[must_use]
pub fn commitment(salt: &[u8; 16], document: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"comity-journal-v1\0");
    hasher.update(salt);
    hasher.update(document);
    hasher.finalize().into()
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
