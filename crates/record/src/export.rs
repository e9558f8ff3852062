//! The exported record of an exchange: everything that proves what the exporting authority did and received on one
//! matter, in one JSON file that its own signature covers byte for byte.

use crate::sha256;
use comity_model::{AuthorityId, id::ExchangeId};
use comity_seal::{Dsse, SealError, SigningKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The DSSE payload type of a record's signature.
pub const RECORD_TYPE: &str = "application/vnd.comity.record.v1+json";
/// The format that this code reads and writes.
pub const RECORD_FORMAT: &str = "comity-record/1";

/// A record as it lies in a file: the content, and the exporter's signature over its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRecord {
    /// The exporter's signature over [`RecordSeal`].
    pub signature: Dsse,
    /// The record, byte for byte.
    pub content: Box<RawValue>,
}

/// What the exporter signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordSeal {
    /// SHA-256 of the bytes of `content`, in hexadecimal.
    pub sha256: String,
    /// When it was exported.
    pub exported_at: Timestamp,
}

/// The record of one exchange at one authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Always [`RECORD_FORMAT`].
    pub format: String,
    /// The exchange.
    pub exchange: ExchangeId,
    /// The authority whose record it is.
    pub exported_by: AuthorityId,
    /// When it was exported.
    pub exported_at: Timestamp,
    /// The signed registries that the node adopted, oldest first.
    pub registries: Vec<Dsse>,
    /// The name of the exporter's node, which is the origin of its ledger.
    pub origin: String,
    /// The cosigned checkpoint under which every item is proved.
    pub checkpoint: String,
    /// The C2SP tlog-policy that the checkpoint satisfies, for other tools.
    pub policy: String,
    /// What happened, in the order of the exporter's ledger.
    pub items: Vec<RecordItem>,
}

/// One journal entry with what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordItem {
    /// The entry's index in the ledger.
    pub index: u64,
    /// The journal entry, byte for byte; absent once erased, and then only its place is proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The entry's salt, 32 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// What the ledger holds of the entry, 64 hexadecimal digits.
    pub commitment: String,
    /// The inclusion proof, as base64 hashes from the leaf's sibling to the root's child.
    pub proof: Vec<String>,
    /// The signed statement, for an entry that released or stored a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Dsse>,
    /// The sealed body in standard base64, where it is still held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The receipt, for an entry that verified one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Dsse>,
}

/// Signs a record and writes it as the bytes of its file.
///
/// # Errors
/// Where the library fails.
pub fn write_record(record: &Record, key: &SigningKey) -> Result<Vec<u8>, SealError> {
    let content = serde_json::value::to_raw_value(record).map_err(|fault| SealError::Io(fault.into()))?;
    let digest = hex::encode(sha256(content.get().as_bytes()));
    let seal = RecordSeal { sha256: digest, exported_at: record.exported_at };
    let signature = key.sign_dsse(RECORD_TYPE, &serde_json::to_vec(&seal).unwrap_or_default())?;
    Ok(serde_json::to_vec(&SignedRecord { signature, content }).unwrap_or_default())
}
