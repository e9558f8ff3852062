//! Receipts: made by the receiver after its commit, checked by the sender and by the offline verifier.

use crate::{Directory, EnvelopeFault, commitment};
use comity_ledger::{Hash, InclusionFault, InclusionFile, VerifiedCheckpoint, leaf_hash, verify_inclusion};
use comity_model::{
    AuthorityId,
    receipt::{ENVELOPE_STORED, RECEIPT_TYPE, Receipt, StoredEntry},
    statement::Statement,
};
use comity_seal::{Dsse, SealError, SigningKey};
use jiff::Timestamp;

/// Why a receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptFault {
    /// It is no receipt.
    #[error("the receipt cannot be read: {0}")]
    Malformed(String),
    /// It acknowledges something else.
    #[error("the receipt is for something else: its {0} differs")]
    Other(&'static str),
    /// Its signatures do not hold.
    #[error("the receipt's signatures do not hold: {0}")]
    Signature(EnvelopeFault),
    /// Its journal entry says something else.
    #[error("the journal entry in the receipt says something else: its {0} differs")]
    Entry(&'static str),
    /// The receiver's node is not in the registry.
    #[error("the registry names no ledger for `{0}`")]
    NoLedger(AuthorityId),
    /// The proof is false.
    #[error("the receipt's proof is false: {0}")]
    Proof(InclusionFault),
}

/// A receipt that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedReceipt {
    /// What it says.
    pub receipt: Receipt,
    /// The entry's index in the receiver's ledger.
    pub index: u64,
    /// The checkpoint under which it was proved.
    pub checkpoint: VerifiedCheckpoint,
}

/// The journal entry that a receiver commits to for a stored envelope, byte for byte.
#[must_use]
pub fn stored_entry(
    at: Timestamp,
    authority: &AuthorityId,
    statement: &Statement,
    sha256: [u8; 32],
) -> String {
    let entry = StoredEntry {
        act: ENVELOPE_STORED.to_owned(),
        at,
        authority: authority.clone(),
        message: statement.id,
        statement_sha256: hex::encode(sha256),
    };
    serde_json::to_string(&entry).unwrap_or_default()
}

/// Signs a receipt for what was committed. `entry` and `salt` are those of the journal, `proof` is its inclusion.
///
/// # Errors
/// Where the library fails.
pub fn sign_receipt(receipt: &Receipt, key: &SigningKey) -> Result<Dsse, SealError> {
    key.sign_dsse(RECEIPT_TYPE, &serde_json::to_vec(receipt).unwrap_or_default())
}

impl Directory {
    /// Checks that `dsse` is `receiver`'s receipt for the statement with digest `sha256`: that it says so, that both
    /// signatures hold, and that the entry is in the receiver's ledger.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify_receipt(
        &self,
        dsse: &Dsse,
        statement: &Statement,
        sha256: [u8; 32],
        receiver: &AuthorityId,
        arrived: Timestamp,
    ) -> Result<VerifiedReceipt, ReceiptFault> {
        let malformed = |fault: serde_json::Error| ReceiptFault::Malformed(fault.to_string());
        let receipt: Receipt = serde_json::from_slice(&dsse.payload).map_err(malformed)?;
        check_names(&receipt, statement, sha256, receiver)?;
        self.verify_signatures(dsse, receiver, receipt.received_at, arrived, RECEIPT_TYPE)
            .map_err(ReceiptFault::Signature)?;
        let leaf = check_entry(&receipt, sha256)?;
        let node = self.node_of(receiver).and_then(|node| self.keys_of(&node.name));
        let node = node.ok_or_else(|| ReceiptFault::NoLedger(receiver.clone()))?;
        let file = InclusionFile::parse(&receipt.proof).map_err(ReceiptFault::Proof)?;
        let checkpoint = self
            .verify_checkpoint(node, &file.checkpoint)
            .map_err(|fault| ReceiptFault::Proof(fault.into()))?;
        verify_inclusion(leaf, file.index, checkpoint.size(), checkpoint.root(), &file.proof)
            .map_err(|fault| ReceiptFault::Proof(fault.into()))?;
        Ok(VerifiedReceipt { receipt, index: file.index, checkpoint })
    }
}

fn check_names(
    receipt: &Receipt,
    statement: &Statement,
    sha256: [u8; 32],
    receiver: &AuthorityId,
) -> Result<(), ReceiptFault> {
    let differs = [
        (receipt.version != 1, "version"),
        (receipt.message != statement.id, "message"),
        (receipt.statement_sha256 != hex::encode(sha256), "digest"),
        (receipt.sent_by != statement.from, "sender"),
        (receipt.received_by != *receiver || !statement.to.contains(receiver), "receiver"),
    ];
    differs
        .into_iter()
        .find(|(differs, _)| *differs)
        .map_or(Ok(()), |(_, what)| Err(ReceiptFault::Other(what)))
}

fn check_entry(receipt: &Receipt, sha256: [u8; 32]) -> Result<Hash, ReceiptFault> {
    let malformed = |fault: serde_json::Error| ReceiptFault::Malformed(fault.to_string());
    let entry: StoredEntry = serde_json::from_str(&receipt.entry).map_err(malformed)?;
    let differs = [
        (entry.act != ENVELOPE_STORED, "act"),
        (entry.at != receipt.received_at, "time"),
        (entry.authority != receipt.received_by, "authority"),
        (entry.message != receipt.message, "message"),
        (entry.statement_sha256 != hex::encode(sha256), "digest"),
    ];
    if let Some((_, what)) = differs.into_iter().find(|(differs, _)| *differs) {
        return Err(ReceiptFault::Entry(what));
    }
    let salt = salt_from_hex(&receipt.salt).ok_or(ReceiptFault::Entry("salt"))?;
    Ok(leaf_hash(&commitment(&salt, receipt.entry.as_bytes())))
}

/// A salt from its 32 hexadecimal digits.
#[must_use]
pub fn salt_from_hex(text: &str) -> Option<[u8; 16]> {
    let mut salt = [0; 16];
    hex::decode_to_slice(text, &mut salt).ok()?;
    Some(salt)
}
