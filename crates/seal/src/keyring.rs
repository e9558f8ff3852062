//! Which keys may be relied on at a time: pure rules over the records that a registry holds.
//!
//! `time` must be one that the verifier can prove (when it stored the envelope, or a ledger's), never only what
//! the signer claims: the thief of a key can write any date.

use serde::{Deserialize, Serialize};

use crate::error::KeyFault;
use crate::sealing::SealingPublicKey;
use crate::sign::{KeyId, SigningPublicKey};

/// A public key that has a name.
pub trait Identified {
    /// The name of the key.
    fn key_id(&self) -> KeyId;
}

impl Identified for SigningPublicKey {
    fn key_id(&self) -> KeyId {
        SigningPublicKey::key_id(self)
    }
}

impl Identified for SealingPublicKey {
    fn key_id(&self) -> KeyId {
        SealingPublicKey::key_id(self)
    }
}

/// Why a key was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// Somebody else has it, or may have: `revoked_at` is the first moment at which that was possible.
    Compromised,
    /// A newer key took its place.
    Superseded,
    /// Its owner no longer takes part.
    Withdrawn,
}

/// A key with the time in which it may be relied on. Times are unix milliseconds; a period includes its start
/// and not its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord<K = SigningPublicKey> {
    /// The public key.
    pub key: K,
    /// From when it is valid, unix milliseconds.
    pub valid_from: i64,
    /// Until when, unix milliseconds; for ever where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<i64>,
    /// Since when it must not be relied on, unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
    /// Why it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RevocationReason>,
}

impl<K: Identified> KeyRecord<K> {
    /// Whether this record lets the key be relied on at `time` (unix milliseconds).
    ///
    /// # Errors
    /// [`KeyFault::Revoked`], [`KeyFault::NotYetValid`] or [`KeyFault::Expired`], the first that applies.
    pub fn check(&self, time: i64) -> Result<(), KeyFault> {
        let key_id = self.key.key_id();
        if let Some(revoked_at) = self.revoked_at.filter(|revoked| time >= *revoked) {
            return Err(KeyFault::Revoked { key_id, revoked_at });
        }
        if time < self.valid_from {
            let valid_from = self.valid_from;
            return Err(KeyFault::NotYetValid { key_id, valid_from });
        }
        match self.valid_until.filter(|until| time >= *until) {
            Some(valid_until) => Err(KeyFault::Expired { key_id, valid_until }),
            None => Ok(()),
        }
    }
}

/// The record by which key `key_id` may be relied on at `time` (unix milliseconds). One record that revokes the
/// key outweighs others that do not.
///
/// # Errors
/// A [`KeyFault`] that says why not.
pub fn key_at<K: Identified>(
    records: &[KeyRecord<K>],
    key_id: KeyId,
    time: i64,
) -> Result<&KeyRecord<K>, KeyFault> {
    let mut answer = Err(KeyFault::Unknown { key_id });
    for record in records.iter().filter(|r| r.key.key_id() == key_id) {
        match record.check(time) {
            Err(fault @ KeyFault::Revoked { .. }) => return Err(fault),
            Ok(()) => answer = Ok(record),
            Err(fault) if answer.is_err() => answer = Err(fault),
            Err(_) => {}
        }
    }
    answer
}

/// The newest key that may be relied on at `time` (unix milliseconds): the one to seal to, or to sign with.
///
/// # Errors
/// [`KeyFault::NoneValid`].
pub fn newest_at<K: Identified>(records: &[KeyRecord<K>], time: i64) -> Result<&KeyRecord<K>, KeyFault> {
    records
        .iter()
        .filter(|record| key_at(records, record.key.key_id(), time).is_ok())
        .filter(|record| record.check(time).is_ok())
        .max_by_key(|record| record.valid_from)
        .ok_or(KeyFault::NoneValid { time })
}

#[cfg(test)]
mod tests;
