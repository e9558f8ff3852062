//! The receiver's signed statement that it has stored an envelope, with the proof.

use crate::{AuthorityId, id::MessageId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The DSSE payload type of a receipt.
pub const RECEIPT_TYPE: &str = "application/vnd.comity.receipt.v1+json";

/// What the receiver says it has stored. The journal entry and its salt give the ledger entry; the proof shows that it
/// is in the receiver's ledger, under the checkpoint that the proof carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Version of the format; 1.
    pub version: u16,
    /// The message.
    pub message: MessageId,
    /// SHA-256 of the statement's payload bytes, in hexadecimal.
    pub statement_sha256: String,
    /// Who sent it.
    pub sent_by: AuthorityId,
    /// Who stored it.
    pub received_by: AuthorityId,
    /// When it was stored, by the receiver's clock.
    pub received_at: Timestamp,
    /// The receiver's journal entry, byte for byte.
    pub entry: String,
    /// The salt of that entry, 32 hexadecimal digits.
    pub salt: String,
    /// The C2SP tlog-proof file of that entry.
    pub proof: String,
}

/// The journal entry that a receiver writes when it stores an envelope; a receipt discloses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoredEntry {
    /// Always `envelope_stored`.
    pub act: String,
    /// When, by the receiver's clock.
    pub at: Timestamp,
    /// The authority that stored it.
    pub authority: AuthorityId,
    /// The message.
    pub message: MessageId,
    /// SHA-256 of the statement's payload bytes, in hexadecimal.
    pub statement_sha256: String,
}

/// The value of [`StoredEntry::act`].
pub const ENVELOPE_STORED: &str = "envelope_stored";
