//! Verifying envelopes: one signer, or a threshold of several. The only way to a [`VerifiedPayload`] is through
//! the checks here. Which key to expect, and whether it was valid then, is [`crate::keyring`]'s question.

use std::fmt;

use aws_lc_rs::signature::{ED25519, ML_DSA_65, ParsedPublicKey};

use crate::dsse::{Dsse, pae};
use crate::error::SignatureFault;
use crate::sign::{Algorithm, KeyId, SigningPublicKey};

/// A public key with both halves parsed: verifies any number of envelopes, from any number of threads.
#[derive(Clone)]
pub struct Verifier {
    id: KeyId,
    ed25519: ParsedPublicKey,
    ml_dsa_65: ParsedPublicKey,
    ed25519_key_id: String,
    ml_dsa_key_id: String,
}

/// A payload whose signatures were verified, with who made them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedPayload {
    payload_type: String,
    payload: Vec<u8>,
    signers: Vec<KeyId>,
}

impl VerifiedPayload {
    /// The payload's type, as signed.
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The signed bytes.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signed bytes, taken out.
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// The keys whose two signatures verified: one, or as many as a threshold found.
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }
}

/// The two signatures of one key, raw.
struct PairOfSignatures<'a> {
    ed25519: &'a [u8],
    ml_dsa_65: &'a [u8],
}

impl Verifier {
    pub(crate) fn new(key: &SigningPublicKey) -> Result<Self, SignatureFault> {
        let bad = |algorithm| SignatureFault::BadPublicKey { algorithm };
        Ok(Self {
            id: key.key_id(),
            ed25519: ParsedPublicKey::new(&ED25519, key.ed25519()).map_err(|_| bad(Algorithm::Ed25519))?,
            ml_dsa_65: ParsedPublicKey::new(&ML_DSA_65, key.ml_dsa_65())
                .map_err(|_| bad(Algorithm::MlDsa65))?,
            ed25519_key_id: key.ed25519_key_id(),
            ml_dsa_key_id: key.ml_dsa_key_id(),
        })
    }

    /// The key that this verifies with.
    pub fn key_id(&self) -> KeyId {
        self.id
    }

    /// Checks type, presence of exactly this key's two signatures, and then both of them.
    ///
    /// # Errors
    /// A [`SignatureFault`] that says which rule the envelope breaks.
    pub fn verify(&self, dsse: &Dsse, expected_type: &str) -> Result<VerifiedPayload, SignatureFault> {
        check_type(dsse, expected_type)?;
        if let Some(other) = dsse.signatures.iter().find(|s| !self.made(&s.keyid)) {
            return Err(unknown_key(&other.keyid));
        }
        let pair = self.find_pair(dsse)?;
        self.check_pair(&pair, &pae(&dsse.payload_type, &dsse.payload))?;
        Ok(verified(dsse, vec![self.id]))
    }

    fn made(&self, keyid: &str) -> bool {
        keyid == self.ed25519_key_id || keyid == self.ml_dsa_key_id
    }

    fn find_pair<'a>(&self, dsse: &'a Dsse) -> Result<PairOfSignatures<'a>, SignatureFault> {
        Ok(PairOfSignatures {
            ed25519: find_one(dsse, &self.ed25519_key_id, Algorithm::Ed25519)?,
            ml_dsa_65: find_one(dsse, &self.ml_dsa_key_id, Algorithm::MlDsa65)?,
        })
    }

    fn check_pair(&self, pair: &PairOfSignatures<'_>, message: &[u8]) -> Result<(), SignatureFault> {
        check(&self.ed25519, message, pair.ed25519, Algorithm::Ed25519)?;
        check(&self.ml_dsa_65, message, pair.ml_dsa_65, Algorithm::MlDsa65)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({})", self.id)
    }
}

/// Checks that at least `threshold` of the given keys signed, each with both halves. Signatures by other keys,
/// and false ones, are passed over (DSSE 1.0.0, multi-signature verification); a key counts once.
///
/// # Errors
/// [`SignatureFault::WrongPayloadType`], or [`SignatureFault::TooFewSigners`]; a threshold of zero is read as one.
pub fn verify_threshold(
    dsse: &Dsse,
    verifiers: &[Verifier],
    threshold: usize,
    expected_type: &str,
) -> Result<VerifiedPayload, SignatureFault> {
    check_type(dsse, expected_type)?;
    let message = pae(&dsse.payload_type, &dsse.payload);
    let mut signers: Vec<KeyId> = Vec::new();
    for verifier in verifiers {
        if !signers.contains(&verifier.id) && signed(verifier, dsse, &message) {
            signers.push(verifier.id);
        }
    }
    let needed = threshold.max(1);
    if signers.len() < needed {
        let found = signers.len();
        return Err(SignatureFault::TooFewSigners { found, needed });
    }
    Ok(verified(dsse, signers))
}

fn signed(verifier: &Verifier, dsse: &Dsse, message: &[u8]) -> bool {
    verifier.find_pair(dsse).and_then(|pair| verifier.check_pair(&pair, message)).is_ok()
}

fn verified(dsse: &Dsse, signers: Vec<KeyId>) -> VerifiedPayload {
    VerifiedPayload { payload_type: dsse.payload_type.clone(), payload: dsse.payload.clone(), signers }
}

fn check_type(dsse: &Dsse, expected: &str) -> Result<(), SignatureFault> {
    if dsse.payload_type == expected {
        return Ok(());
    }
    Err(SignatureFault::WrongPayloadType {
        found: shorten(&dsse.payload_type),
        expected: expected.to_owned(),
    })
}

fn find_one<'a>(dsse: &'a Dsse, keyid: &str, algorithm: Algorithm) -> Result<&'a [u8], SignatureFault> {
    let mut found = dsse.signatures.iter().filter(|s| s.keyid == keyid);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(&one.sig),
        (None, _) => Err(SignatureFault::MissingSignature { algorithm }),
        (Some(_), Some(_)) => Err(SignatureFault::DuplicateSignature { algorithm }),
    }
}

fn check(
    key: &ParsedPublicKey,
    message: &[u8],
    signature: &[u8],
    algorithm: Algorithm,
) -> Result<(), SignatureFault> {
    key.verify_sig(message, signature).map_err(|_| SignatureFault::BadSignature { algorithm })
}

fn unknown_key(keyid: &str) -> SignatureFault {
    SignatureFault::UnknownKey { keyid: shorten(keyid) }
}

/// The first 200 characters: a stranger's text goes into logs and problems.
pub(crate) fn shorten(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests;
