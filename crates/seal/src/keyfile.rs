//! Key files: all the secrets of a node in one age v1 file under a passphrase (scrypt). Bytes in, bytes out: to
//! write them safely, and to ask for the passphrase, is the caller's part.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};

use age::{DecryptError, Decryptor, Encryptor, scrypt};
use age_core::secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{KeyFileFault, SealError};
use crate::sealing::SealingKey;
use crate::sign::SigningKey;

mod document;

/// The base-two logarithm of scrypt's N. Memory is 1 KiB times N while a file is written or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// Smallest accepted: for tests, and for passphrases that are themselves random keys. 1 MiB.
    pub const MIN: Self = Self(10);
    /// For a service that must start in under a second: 32 MiB.
    pub const FAST: Self = Self(15);
    /// What the age tool takes for passphrases that people choose: 256 MiB, about a second.
    pub const STRONG: Self = Self(18);
    /// Largest accepted: 1 GiB.
    pub const MAX: Self = Self(20);

    /// Takes the base-two logarithm of N.
    ///
    /// # Errors
    /// [`SealError::WorkFactor`] outside [`Self::MIN`] to [`Self::MAX`].
    pub fn new(log_n: u8) -> Result<Self, SealError> {
        if (Self::MIN.0..=Self::MAX.0).contains(&log_n) {
            return Ok(Self(log_n));
        }
        Err(SealError::WorkFactor { given: log_n, min: Self::MIN.0, max: Self::MAX.0 })
    }
}

/// Some secret bytes, such as a ledger key's seed or a TLS key in PEM. Wiped when dropped, never shown.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes over some secret bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The secret bytes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// One authority's private keys, newest first. Old sealing keys stay, to open old bodies.
#[derive(Debug, Clone, Default)]
pub struct AuthorityKeys {
    /// Signing keys; the first signs.
    pub signing: Vec<SigningKey>,
    /// Sealing keys; others seal to the first, all of them open.
    pub sealing: Vec<SealingKey>,
}

impl AuthorityKeys {
    /// A first signing key and a first sealing key.
    ///
    /// # Errors
    /// [`SealError::Crypto`] where the random source fails.
    pub fn generate() -> Result<Self, SealError> {
        Ok(Self { signing: vec![SigningKey::generate()?], sealing: vec![SealingKey::generate()?] })
    }

    /// Makes a new key of each kind and puts it first.
    ///
    /// # Errors
    /// [`SealError::Crypto`] where the random source fails.
    pub fn rotate(&mut self) -> Result<(), SealError> {
        let fresh = Self::generate()?;
        self.signing.splice(0..0, fresh.signing);
        self.sealing.splice(0..0, fresh.sealing);
        Ok(())
    }
}

/// All the secrets of a node.
#[derive(Debug, Clone, Default)]
pub struct KeyFile {
    /// Each authority that the node serves, by its id, with its keys.
    pub authorities: BTreeMap<String, AuthorityKeys>,
    /// Other secrets by name, such as `ledger` or `tls`.
    pub secrets: BTreeMap<String, Secret>,
}

/// Writes a key file's bytes. Takes about as long as opening it.
///
/// # Errors
/// [`KeyFileFault::Seal`] where the library fails.
pub fn encrypt_key_file(keys: &KeyFile, passphrase: &str, work: WorkFactor) -> Result<Vec<u8>, KeyFileFault> {
    let plain = document::write(keys)?;
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(work.0);
    let what = "encrypt a key file";
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .map_err(|_| SealError::Crypto { what })?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(SealError::Io)?;
    writer.write_all(&plain).map_err(SealError::Io)?;
    writer.finish().map_err(SealError::Io)?;
    Ok(sealed)
}

/// Opens a key file's bytes.
///
/// # Errors
/// [`KeyFileFault::WrongPassphrase`] and others: see [`KeyFileFault`].
pub fn decrypt_key_file(file: &[u8], passphrase: &str) -> Result<KeyFile, KeyFileFault> {
    let decryptor = Decryptor::new_buffered(file).map_err(header_failed)?;
    if !decryptor.is_scrypt() {
        return Err(KeyFileFault::Malformed);
    }
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase));
    identity.set_max_work_factor(WorkFactor::MAX.0);
    let mut reader =
        decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(unlock_failed)?;
    // As long as the file, so that it never grows and leaves copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut plain).map_err(|_| KeyFileFault::Damaged)?;
    document::read(&plain)
}

fn header_failed(error: DecryptError) -> KeyFileFault {
    match error {
        DecryptError::Io(_) => KeyFileFault::Damaged,
        _ => KeyFileFault::Malformed,
    }
}

fn unlock_failed(error: DecryptError) -> KeyFileFault {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => {
            KeyFileFault::WrongPassphrase
        }
        DecryptError::ExcessiveWork { required, .. } => {
            KeyFileFault::ExcessiveWork { required, max: WorkFactor::MAX.0 }
        }
        DecryptError::InvalidMac => KeyFileFault::Damaged,
        _ => KeyFileFault::Malformed,
    }
}

#[cfg(test)]
mod tests;
