//! Sealing keys: X-Wing (ML-KEM-768 with X25519), in the text forms of age's `mlkem768x25519` recipient
//! (C2SP age specification): `age1pq1...` and `AGE-SECRET-KEY-PQ-1...`. Not for signing: see [`crate::sign`].

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Checksum, Hrp};
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, Serializable};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::encoding::tagged_sha256;
use crate::error::SealError;
use crate::hybrid::is_low_order;
use crate::sign::{KeyId, random_seed};

pub(crate) type XWingPublic = <XWing as Kem>::PublicKey;
pub(crate) type XWingPrivate = <XWing as Kem>::PrivateKey;

const PUBLIC_HRP: &str = "age1pq";
const PRIVATE_HRP: &str = "age-secret-key-pq-";
/// Bytes of an ML-KEM-768 public key, which comes first in the pair (FIPS 203, table 3).
const ML_KEM_PUBLIC_LEN: usize = 1184;
const PUBLIC: &str = "a public sealing key (`age1pq1...`)";
const PRIVATE: &str = "a private sealing key (`AGE-SECRET-KEY-PQ-1...`)";

/// Bech32 without its limit on length, as the age specification has it.
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: std::ops::RangeInclusive<usize> = Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = Bech32::TARGET_RESIDUE;
}

/// Whom a body is sealed to: a parsed public key, cheap to clone and to use again. As JSON it is its text.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SealingPublicKey(Arc<Public>);

struct Public {
    key: XWingPublic,
    id: KeyId,
}

impl SealingPublicKey {
    fn from_key(key: XWingPublic) -> Self {
        let id = tagged_sha256("comity/sealing-key/v1", &[&key.to_bytes()]);
        let id = KeyId::from_hash(id);
        Self(Arc::new(Public { key, id }))
    }

    /// Reads the raw public key: ML-KEM-768 (1,184 bytes), then X25519 (32 bytes).
    ///
    /// # Errors
    /// [`SealError::NotAKey`] for a wrong length, an invalid ML-KEM key, or an X25519 point of low order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let key = XWingPublic::from_bytes(bytes)
            .map_err(|e| not_a_key(PUBLIC, format!("its bytes are not valid, {e}")))?;
        if bytes.get(ML_KEM_PUBLIC_LEN..).is_none_or(is_low_order) {
            let detail = "its X25519 point is of low order".to_owned();
            return Err(not_a_key(PUBLIC, detail));
        }
        Ok(Self::from_key(key))
    }

    /// The raw public key, 1,216 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.key.to_bytes().to_vec()
    }

    /// The name of the key.
    pub fn key_id(&self) -> KeyId {
        self.0.id
    }

    pub(crate) fn hpke(&self) -> &XWingPublic {
        &self.0.key
    }
}

impl PartialEq for SealingPublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for SealingPublicKey {}

impl fmt::Display for SealingPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bech32::encode_lower_to_fmt::<LongBech32, _>(f, Hrp::parse_unchecked(PUBLIC_HRP), &self.to_bytes())
            .map_err(|_| fmt::Error)
    }
}

impl fmt::Debug for SealingPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingPublicKey({})", self.0.id)
    }
}

impl FromStr for SealingPublicKey {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(not_a_key(PUBLIC, "it has capital letters".to_owned()));
        }
        Self::from_bytes(&decode(text, PUBLIC_HRP, PUBLIC)?)
    }
}

impl TryFrom<String> for SealingPublicKey {
    type Error = SealError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<SealingPublicKey> for String {
    fn from(key: SealingPublicKey) -> Self {
        key.to_string()
    }
}

/// A private sealing key: opens what was sealed to its public half. Cheap to clone; wiped when the last clone goes.
#[derive(Clone)]
pub struct SealingKey(Arc<Private>);

struct Private {
    // The library wipes it when it is dropped.
    key: XWingPrivate,
    public: SealingPublicKey,
}

impl SealingKey {
    /// Makes a new key from the library's random source.
    ///
    /// # Errors
    /// [`SealError::Crypto`] where the random source fails.
    pub fn generate() -> Result<Self, SealError> {
        Self::from_seed(random_seed()?.as_slice())
    }

    fn from_seed(seed: &[u8]) -> Result<Self, SealError> {
        let key = XWingPrivate::from_bytes(seed)
            .map_err(|_| not_a_key(PRIVATE, "it is not 32 bytes long".to_owned()))?;
        let public = SealingPublicKey::from_key(XWing::sk_to_pk(&key));
        Ok(Self(Arc::new(Private { key, public })))
    }

    /// Reads `AGE-SECRET-KEY-PQ-1...`.
    ///
    /// # Errors
    /// [`SealError::NotAKey`]; its text never repeats the input.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        if text.bytes().any(|b| b.is_ascii_lowercase()) {
            return Err(not_a_key(PRIVATE, "it has small letters".to_owned()));
        }
        Self::from_seed(&decode(text, PRIVATE_HRP, PRIVATE)?)
    }

    /// The public half.
    pub fn public(&self) -> &SealingPublicKey {
        &self.0.public
    }

    /// The private key as `AGE-SECRET-KEY-PQ-1...`. Secret; wiped when dropped.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut seed = self.0.key.to_bytes();
        let hrp = Hrp::parse_unchecked(PRIVATE_HRP);
        // INVARIANT: the checksum has no limit on length and a string cannot fail to be written.
        let text = bech32::encode_upper::<LongBech32>(hrp, &seed).unwrap_or_default();
        seed.zeroize();
        Zeroizing::new(text)
    }

    pub(crate) fn hpke(&self) -> &XWingPrivate {
        &self.0.key
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({}, private)", self.0.public.0.id)
    }
}

fn not_a_key(expected: &'static str, detail: String) -> SealError {
    SealError::NotAKey { expected, detail }
}

fn decode(text: &str, hrp: &str, expected: &'static str) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let bad = |detail: &str| not_a_key(expected, detail.to_owned());
    let read = CheckedHrpstring::new::<LongBech32>(text)
        .map_err(|_| bad("its characters or its checksum are wrong"))?;
    if read.hrp().to_lowercase() != hrp {
        return Err(bad("it begins with the name of another kind of key"));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(read.byte_iter());
    Ok(bytes)
}
