//! One signing key is a pair: Ed25519 and ML-DSA-65 (FIPS 204). A statement stands only where both signatures
//! verify, so that it holds while either algorithm does. Not for sealing: see [`crate::sealing`].

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::rand;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, ML_DSA_65_SIGNING, PqdsaKeyPair};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::dsse::{Dsse, DsseSignature, pae};
use crate::encoding::{from_base64, tagged_sha256, to_base64};
use crate::error::{SealError, SignatureFault};
use crate::verify::Verifier;

/// Bytes of an Ed25519 public key (RFC 8032).
pub const ED25519_PUBLIC_LEN: usize = 32;
/// Bytes of an ML-DSA-65 public key (FIPS 204, table 2).
pub const ML_DSA_65_PUBLIC_LEN: usize = 1952;
/// Bytes of either private seed.
pub const SEED_LEN: usize = 32;

/// The two halves of every signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ML-DSA-65 (FIPS 204), pure, with an empty context.
    MlDsa65,
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "ed25519",
            Self::MlDsa65 => "ml-dsa-65",
        })
    }
}

/// The name of a key: SHA-256 over a domain-separated encoding of its public part, written as 64 lower-case
/// hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId([u8; 32]);

impl KeyId {
    pub(crate) const fn from_hash(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The 32 bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hash = [0; 32];
        let lower = !text.bytes().any(|b| b.is_ascii_uppercase());
        match hex::decode_to_slice(text, &mut hash) {
            Ok(()) if lower => Ok(Self(hash)),
            _ => Err(SealError::NotAKey {
                expected: "a key id",
                detail: "it needs 64 lower-case hexadecimal digits".to_owned(),
            }),
        }
    }
}

impl TryFrom<String> for KeyId {
    type Error = SealError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

/// The public half of a [`SigningKey`]. As JSON it is
/// `{"ed25519": base64 of 32 bytes, "ml_dsa_65": base64 of 1,952 bytes}`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PublicText", into = "PublicText")]
pub struct SigningPublicKey {
    ed25519: [u8; ED25519_PUBLIC_LEN],
    ml_dsa_65: Arc<[u8]>,
    id: KeyId,
}

impl SigningPublicKey {
    /// Puts a key together from its two raw public keys (32 and 1,952 bytes).
    ///
    /// # Errors
    /// [`SealError::NotAKey`] where a length is wrong or the library refuses a half.
    pub fn from_parts(ed25519: &[u8], ml_dsa_65: &[u8]) -> Result<Self, SealError> {
        let key = Self {
            ed25519: ed25519.try_into().map_err(|_| wrong_length("32"))?,
            ml_dsa_65: match ml_dsa_65.len() {
                ML_DSA_65_PUBLIC_LEN => ml_dsa_65.into(),
                _ => return Err(wrong_length("1952")),
            },
            id: KeyId(tagged_sha256("comity/signing-key/v1", &[ed25519, ml_dsa_65])),
        };
        key.verifier().map_err(|fault| not_public(fault.to_string()))?;
        Ok(key)
    }

    /// The raw Ed25519 public key.
    pub fn ed25519(&self) -> &[u8; ED25519_PUBLIC_LEN] {
        &self.ed25519
    }

    /// The raw ML-DSA-65 public key, 1,952 bytes.
    pub fn ml_dsa_65(&self) -> &[u8] {
        &self.ml_dsa_65
    }

    /// The name of the pair.
    pub fn key_id(&self) -> KeyId {
        self.id
    }

    /// What the Ed25519 signature of an envelope carries as its `keyid`: the pair's id and the algorithm.
    pub fn ed25519_key_id(&self) -> String {
        signature_key_id(self.id, Algorithm::Ed25519)
    }

    /// What the ML-DSA-65 signature of an envelope carries as its `keyid`: the pair's id and the algorithm.
    pub fn ml_dsa_key_id(&self) -> String {
        signature_key_id(self.id, Algorithm::MlDsa65)
    }

    /// Parses both halves once, for verifying many envelopes.
    ///
    /// # Errors
    /// [`SignatureFault::BadPublicKey`] where the library refuses a half.
    pub fn verifier(&self) -> Result<Verifier, SignatureFault> {
        Verifier::new(self)
    }
}

impl fmt::Debug for SigningPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningPublicKey({})", self.id)
    }
}

/// `keyid` of one signature: `<key id>:<algorithm>`. It tells which pair and which half, and is only a hint:
/// what counts is whether the expected key verifies.
pub(crate) fn signature_key_id(id: KeyId, algorithm: Algorithm) -> String {
    format!("{id}:{algorithm}")
}

/// Reads what [`signature_key_id`] writes.
pub(crate) fn parse_signature_key_id(text: &str) -> Option<(KeyId, Algorithm)> {
    let (id, algorithm) = text.split_once(':')?;
    let algorithm = match algorithm {
        "ed25519" => Algorithm::Ed25519,
        "ml-dsa-65" => Algorithm::MlDsa65,
        _ => return None,
    };
    Some((id.parse().ok()?, algorithm))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicText {
    ed25519: String,
    ml_dsa_65: String,
}

impl From<SigningPublicKey> for PublicText {
    fn from(key: SigningPublicKey) -> Self {
        Self { ed25519: to_base64(&key.ed25519), ml_dsa_65: to_base64(&key.ml_dsa_65) }
    }
}

impl TryFrom<PublicText> for SigningPublicKey {
    type Error = SealError;

    fn try_from(text: PublicText) -> Result<Self, Self::Error> {
        let decode = |half: &str| from_base64(half).map_err(|e| not_public(e.to_string()));
        Self::from_parts(&decode(&text.ed25519)?, &decode(&text.ml_dsa_65)?)
    }
}

fn not_public(detail: String) -> SealError {
    let expected = "a public signing key";
    SealError::NotAKey { expected, detail }
}

fn wrong_length(bytes: &str) -> SealError {
    not_public(format!("a half is not {bytes} bytes long"))
}

/// A private signing key: both halves, and the seeds that they were made from. Cheap to clone, and safe to use
/// from many threads. The seeds are wiped when the last clone goes; the library wipes its own copies.
#[derive(Clone)]
pub struct SigningKey(Arc<Pair>);

struct Pair {
    ed25519_seed: Zeroizing<[u8; SEED_LEN]>,
    ml_dsa_65_seed: Zeroizing<[u8; SEED_LEN]>,
    ed25519: Ed25519KeyPair,
    ml_dsa_65: PqdsaKeyPair,
    public: SigningPublicKey,
}

impl SigningKey {
    /// Makes a new key from the library's random source.
    ///
    /// # Errors
    /// [`SealError::Crypto`] where the random source fails.
    pub fn generate() -> Result<Self, SealError> {
        let (ed25519, ml_dsa_65) = (random_seed()?, random_seed()?);
        Self::from_seeds(&ed25519, &ml_dsa_65)
    }

    /// Makes the key that belongs to two private seeds of 32 bytes each (RFC 8032, FIPS 204).
    ///
    /// # Errors
    /// [`SealError::NotAKey`] where the library refuses a seed.
    pub fn from_seeds(
        ed25519_seed: &[u8; SEED_LEN],
        ml_dsa_65_seed: &[u8; SEED_LEN],
    ) -> Result<Self, SealError> {
        let ed25519 = Ed25519KeyPair::from_seed_unchecked(ed25519_seed).map_err(not_private)?;
        let ml_dsa_65 = PqdsaKeyPair::from_seed(&ML_DSA_65_SIGNING, ml_dsa_65_seed).map_err(not_private)?;
        let public =
            SigningPublicKey::from_parts(ed25519.public_key().as_ref(), ml_dsa_65.public_key().as_ref())?;
        Ok(Self(Arc::new(Pair {
            ed25519_seed: Zeroizing::new(*ed25519_seed),
            ml_dsa_65_seed: Zeroizing::new(*ml_dsa_65_seed),
            ed25519,
            ml_dsa_65,
            public,
        })))
    }

    /// The public half.
    pub fn public(&self) -> &SigningPublicKey {
        &self.0.public
    }

    /// The private Ed25519 seed. Secret.
    pub(crate) fn ed25519_seed(&self) -> &[u8; SEED_LEN] {
        &self.0.ed25519_seed
    }

    /// The private ML-DSA-65 seed. Secret.
    pub(crate) fn ml_dsa_65_seed(&self) -> &[u8; SEED_LEN] {
        &self.0.ml_dsa_65_seed
    }

    /// Signs `payload` as `payload_type` with both halves.
    ///
    /// # Errors
    /// [`SealError::Crypto`] where the library fails to sign.
    pub fn sign_dsse(&self, payload_type: &str, payload: &[u8]) -> Result<Dsse, SealError> {
        let mut dsse = Dsse {
            payload_type: payload_type.to_owned(),
            payload: payload.to_vec(),
            signatures: Vec::with_capacity(2),
        };
        self.add_signatures(&mut dsse)?;
        Ok(dsse)
    }

    /// Adds this key's two signatures to an envelope that others signed, as a registry's root keys do.
    ///
    /// # Errors
    /// [`SealError::Crypto`] where the library fails to sign.
    pub fn add_signatures(&self, dsse: &mut Dsse) -> Result<(), SealError> {
        let message = pae(&dsse.payload_type, &dsse.payload);
        let public = &self.0.public;
        dsse.signatures
            .push(DsseSignature { keyid: public.ed25519_key_id(), sig: self.sign_ed25519(&message)? });
        dsse.signatures
            .push(DsseSignature { keyid: public.ml_dsa_key_id(), sig: self.sign_ml_dsa(&message)? });
        Ok(())
    }

    fn sign_ed25519(&self, message: &[u8]) -> Result<Vec<u8>, SealError> {
        let what = "sign with Ed25519";
        let signature = self.0.ed25519.try_sign(message);
        let signature = signature.map_err(|_| SealError::Crypto { what })?;
        Ok(signature.as_ref().to_vec())
    }

    fn sign_ml_dsa(&self, message: &[u8]) -> Result<Vec<u8>, SealError> {
        let key = &self.0.ml_dsa_65;
        let mut signature = vec![0; key.algorithm().signature_len()];
        let what = "sign with ML-DSA-65";
        key.sign(message, &mut signature).map_err(|_| SealError::Crypto { what })?;
        Ok(signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, private)", self.0.public.id)
    }
}

fn not_private<E>(_: E) -> SealError {
    SealError::NotAKey {
        expected: "a private signing key",
        detail: "the library refuses the seed".to_owned(),
    }
}

/// 32 bytes from the library's random source, wiped when dropped.
pub(crate) fn random_seed() -> Result<Zeroizing<[u8; SEED_LEN]>, SealError> {
    let mut seed = Zeroizing::new([0; SEED_LEN]);
    let what = "read random bytes";
    rand::fill(seed.as_mut()).map_err(|_| SealError::Crypto { what })?;
    Ok(seed)
}

#[cfg(test)]
mod tests;
