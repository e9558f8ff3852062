//! Keys that sign checkpoints: a log's own, and a witness's. The secret comes from the caller, as a 32-byte seed or
//! as PKCS#8; the time comes from the caller too.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};
use zeroize::Zeroizing;

use crate::note::SignatureLine;
use crate::{Checkpoint, KeyKind, NoteFault, NoteVerifier};

/// Bytes in the seed of any key.
pub const SEED_BYTES: usize = 32;

/// A log's Ed25519 key (signed-note, type `0x01`). Its name must be the log's origin.
#[derive(Debug)]
pub struct NoteSigner(Signer);

impl NoteSigner {
    /// The key that this seed makes.
    ///
    /// # Errors
    /// [`NoteFault::KeyName`], [`NoteFault::Crypto`].
    pub fn from_seed(name: &str, seed: &[u8; SEED_BYTES]) -> Result<Self, NoteFault> {
        Signer::new(name, KeyKind::Ed25519, Secret::from_seed(KeyKind::Ed25519, seed)).map(Self)
    }

    /// The key in a PKCS#8 document.
    ///
    /// # Errors
    /// [`NoteFault::KeyName`], [`NoteFault::Crypto`].
    pub fn from_pkcs8(name: &str, pkcs8: &[u8]) -> Result<Self, NoteFault> {
        Signer::new(name, KeyKind::Ed25519, Secret::from_pkcs8(KeyKind::Ed25519, pkcs8)).map(Self)
    }

    /// A new key, from the library's randomness.
    ///
    /// # Errors
    /// [`NoteFault::KeyName`], [`NoteFault::Crypto`].
    pub fn generate(name: &str) -> Result<Self, NoteFault> {
        Signer::new(name, KeyKind::Ed25519, Secret::generate(KeyKind::Ed25519)).map(Self)
    }

    /// The secret as PKCS#8; keep it encrypted.
    ///
    /// # Errors
    /// [`NoteFault::Crypto`].
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, NoteFault> {
        self.0.to_pkcs8()
    }

    /// The key that others check with.
    pub fn verifier(&self) -> &NoteVerifier {
        &self.0.verifier
    }

    /// Signs a checkpoint of this log.
    ///
    /// # Errors
    /// [`NoteFault::OtherLog`] when the checkpoint's origin is not the key's name, [`NoteFault::Crypto`].
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<SignatureLine, NoteFault> {
        checkpoint.must_be_of(self.verifier())?;
        self.0.sign(checkpoint, 0)
    }
}

/// A cosigner's key (tlog-cosignature): a witness's, or a log's own ML-DSA-44 key.
#[derive(Debug)]
pub struct CosignatureSigner(Signer);

impl CosignatureSigner {
    /// The key that this seed makes. `kind` must be a cosignature's.
    ///
    /// # Errors
    /// [`NoteFault::KeyKind`], [`NoteFault::KeyName`], [`NoteFault::Crypto`].
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; SEED_BYTES]) -> Result<Self, NoteFault> {
        Self::new(name, kind, Secret::from_seed(kind, seed))
    }

    /// The key in a PKCS#8 document. `kind` must be a cosignature's.
    ///
    /// # Errors
    /// [`NoteFault::KeyKind`], [`NoteFault::KeyName`], [`NoteFault::Crypto`].
    pub fn from_pkcs8(name: &str, kind: KeyKind, pkcs8: &[u8]) -> Result<Self, NoteFault> {
        Self::new(name, kind, Secret::from_pkcs8(kind, pkcs8))
    }

    /// A new key, from the library's randomness. `kind` must be a cosignature's.
    ///
    /// # Errors
    /// [`NoteFault::KeyKind`], [`NoteFault::KeyName`], [`NoteFault::Crypto`].
    pub fn generate(name: &str, kind: KeyKind) -> Result<Self, NoteFault> {
        Self::new(name, kind, Secret::generate(kind))
    }

    fn new(name: &str, kind: KeyKind, secret: Option<Secret>) -> Result<Self, NoteFault> {
        if !kind.is_cosignature() {
            return Err(NoteFault::KeyKind { name: name.to_owned(), kind: kind.type_byte() });
        }
        Signer::new(name, kind, secret).map(Self)
    }

    /// The secret as PKCS#8; keep it encrypted.
    ///
    /// # Errors
    /// [`NoteFault::Crypto`].
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, NoteFault> {
        self.0.to_pkcs8()
    }

    /// The key that others check with.
    pub fn verifier(&self) -> &NoteVerifier {
        &self.0.verifier
    }

    /// Cosigns a checkpoint at `time`, in seconds since 1970.
    ///
    /// A witness calls [`crate::cosign`], which takes only what [`crate::consider`] accepted.
    ///
    /// # Errors
    /// [`NoteFault::Time`] past 2^63 - 1, [`NoteFault::NotCovered`], [`NoteFault::Crypto`].
    pub fn sign(&self, checkpoint: &Checkpoint, time: u64) -> Result<SignatureLine, NoteFault> {
        if i64::try_from(time).is_err() {
            return Err(NoteFault::Time { time });
        }
        self.0.sign(checkpoint, time)
    }
}

/// A secret key with the verifier that belongs to it.
struct Signer {
    verifier: NoteVerifier,
    secret: Secret,
}

impl Signer {
    fn new(name: &str, kind: KeyKind, secret: Option<Secret>) -> Result<Self, NoteFault> {
        let secret = secret.ok_or_else(|| NoteFault::Crypto { name: name.to_owned() })?;
        let verifier = NoteVerifier::new(name, kind, secret.public_key())?;
        Ok(Self { verifier, secret })
    }

    fn fault(&self) -> NoteFault {
        NoteFault::Crypto { name: self.verifier.name().to_owned() }
    }

    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, NoteFault> {
        self.secret.to_pkcs8().ok_or_else(|| self.fault())
    }

    fn sign(&self, checkpoint: &Checkpoint, time: u64) -> Result<SignatureLine, NoteFault> {
        let (name, kind) = (self.verifier.name(), self.verifier.kind());
        let message = kind.message(name, time, checkpoint).ok_or(NoteFault::NotCovered)?;
        let signature = self.secret.sign(&message).ok_or_else(|| self.fault())?;
        let mut bytes = if kind.is_cosignature() { time.to_be_bytes().to_vec() } else { Vec::new() };
        bytes.extend_from_slice(&signature);
        Ok(SignatureLine::new(name, self.verifier.key_id(), bytes))
    }
}

/// Shows whose key it is, never the secret.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verifier.fmt(f)
    }
}

enum Secret {
    Ed25519(Ed25519KeyPair),
    MlDsa44(Box<PqdsaKeyPair>),
}

impl Secret {
    fn from_seed(kind: KeyKind, seed: &[u8; SEED_BYTES]) -> Option<Self> {
        if kind == KeyKind::CosignatureMlDsa44 {
            let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, seed).ok()?;
            return Some(Self::MlDsa44(Box::new(pair)));
        }
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self::Ed25519)
    }

    fn from_pkcs8(kind: KeyKind, pkcs8: &[u8]) -> Option<Self> {
        if kind == KeyKind::CosignatureMlDsa44 {
            let pair = PqdsaKeyPair::from_pkcs8(&ML_DSA_44_SIGNING, pkcs8).ok()?;
            return Some(Self::MlDsa44(Box::new(pair)));
        }
        Ed25519KeyPair::from_pkcs8(pkcs8).ok().map(Self::Ed25519)
    }

    fn generate(kind: KeyKind) -> Option<Self> {
        if kind == KeyKind::CosignatureMlDsa44 {
            return Some(Self::MlDsa44(Box::new(PqdsaKeyPair::generate(&ML_DSA_44_SIGNING).ok()?)));
        }
        Ed25519KeyPair::generate().ok().map(Self::Ed25519)
    }

    fn to_pkcs8(&self) -> Option<Zeroizing<Vec<u8>>> {
        let document = match self {
            Self::Ed25519(pair) => pair.to_pkcs8().ok()?,
            Self::MlDsa44(pair) => pair.to_pkcs8v1().ok()?,
        };
        Some(Zeroizing::new(document.as_ref().to_vec()))
    }

    fn public_key(&self) -> &[u8] {
        match self {
            Self::Ed25519(pair) => pair.public_key().as_ref(),
            Self::MlDsa44(pair) => pair.public_key().as_ref(),
        }
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Ed25519(pair) => pair.try_sign(message).ok().map(|signature| signature.as_ref().to_vec()),
            Self::MlDsa44(pair) => {
                let mut signature = vec![0; ML_DSA_44_SIGNING.signature_len()];
                pair.sign(message, &mut signature).ok().map(|_| signature)
            }
        }
    }
}
