//! The proof that one key evaluated a whole batch: equality of discrete logarithms, RFC 9497 section 2.2.

use super::suite::{self, Mode};
use super::{BlindedBatch, OprfError, PublicKey};
use crate::group::{self, ELEMENT_BYTES, Expander};
use crate::seed::Seed;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use curve25519_dalek::{RistrettoPoint, Scalar};
use rayon::prelude::*;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

/// Bytes of a proof.
pub(crate) const PROOF_BYTES: usize = 64;

/// A proof: the challenge and the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    challenge: Scalar,
    response: Scalar,
}

impl Proof {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, OprfError> {
        let ([challenge, response], []) = bytes.as_chunks::<32>() else {
            return Err(OprfError::ProofEncoding);
        };
        Ok(Self { challenge: canonical(challenge)?, response: canonical(response)? })
    }

    pub(crate) fn to_bytes(&self) -> [u8; PROOF_BYTES] {
        let mut bytes = [0; PROOF_BYTES];
        let (challenge, response) = bytes.split_at_mut(32);
        challenge.copy_from_slice(self.challenge.as_bytes());
        response.copy_from_slice(self.response.as_bytes());
        bytes
    }
}

fn canonical(bytes: &[u8; 32]) -> Result<Scalar, OprfError> {
    let scalar: Option<Scalar> = Scalar::from_canonical_bytes(*bytes).into();
    scalar.ok_or(OprfError::ProofEncoding)
}

/// A nonce from the caller's randomness, the key and the batch: unpredictable if either secret is, and never the same for
/// two batches.
pub(crate) fn nonce(key: &Scalar, seed: &Seed, batch: &[[u8; ELEMENT_BYTES]]) -> Zeroizing<Scalar> {
    let hash = Sha512::new()
        .chain_update(b"comity/psi/proof-nonce/v1\0")
        .chain_update(key.as_bytes())
        .chain_update(*seed.draw("proof nonce", 0))
        .chain_update(batch.as_flattened());
    let bytes: Zeroizing<[u8; 64]> = Zeroizing::new(hash.finalize().into());
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&bytes))
}

/// `GenerateProof` of RFC 9497, 2.2.1.
pub(crate) fn prove(
    key: &Scalar,
    public: &PublicKey,
    batch: &BlindedBatch,
    evaluated: &[[u8; ELEMENT_BYTES]],
    nonce: &Scalar,
    mode: Mode,
) -> Proof {
    let to_scalar = suite::to_scalar(mode);
    let weights = weights(&to_scalar, public, batch.elements(), evaluated, mode);
    // All of these points and weights are public: they were on the wire.
    let composite = RistrettoPoint::vartime_multiscalar_mul(&weights, batch.points());
    let result = key * composite;
    let commitments = [RistrettoPoint::mul_base(nonce), nonce * composite];
    let challenge = challenge(&to_scalar, public, [composite, result], commitments);
    Proof { challenge, response: nonce - challenge * key }
}

/// `VerifyProof` of RFC 9497, 2.2.2, for a batch and what a holder made of it.
pub(crate) fn verify(
    proof: &Proof,
    public: &PublicKey,
    batch: &BlindedBatch,
    evaluated: &[[u8; ELEMENT_BYTES]],
    points: &[RistrettoPoint],
    mode: Mode,
) -> Result<(), OprfError> {
    let to_scalar = suite::to_scalar(mode);
    let weights = weights(&to_scalar, public, batch.elements(), evaluated, mode);
    let sum = |points: &[RistrettoPoint]| RistrettoPoint::vartime_multiscalar_mul(&weights, points);
    let (composite, result) = rayon::join(|| sum(batch.points()), || sum(points));
    let (c, s) = (&proof.challenge, &proof.response);
    let first = RistrettoPoint::vartime_double_scalar_mul_basepoint(c, public.point(), s);
    let second = RistrettoPoint::vartime_multiscalar_mul([s, c], [composite, result]);
    let expected = challenge(&to_scalar, public, [composite, result], [first, second]);
    if expected == *c { Ok(()) } else { Err(OprfError::WrongProof) }
}

/// The weights of `ComputeComposites`, one for each pair of elements (RFC 9497, 2.2.1).
fn weights(
    to_scalar: &Expander,
    public: &PublicKey,
    blinded: &[[u8; ELEMENT_BYTES]],
    evaluated: &[[u8; ELEMENT_BYTES]],
    mode: Mode,
) -> Vec<Scalar> {
    let tag = suite::tag("Seed-", mode);
    let key = public.to_bytes();
    let seed = Sha512::new().chain_update(suite::length(&key)).chain_update(key);
    let seed = seed.chain_update(suite::length(&tag)).chain_update(&tag).finalize();
    let weight = |(index, (c, d)): (usize, (&[u8; 32], &[u8; 32]))| {
        let index = u16::try_from(index).unwrap_or(u16::MAX).to_be_bytes();
        to_scalar.scalar(&[
            &suite::length(&seed),
            &seed,
            &index,
            &suite::length(c),
            c,
            &suite::length(d),
            d,
            b"Composite",
        ])
    };
    let pairs = blinded.par_iter().zip(evaluated).enumerate().with_min_len(group::PER_TASK);
    pairs.map(weight).collect()
}

/// The challenge over key, composites and commitments (RFC 9497, 2.2.1).
fn challenge(
    to_scalar: &Expander,
    public: &PublicKey,
    composites: [RistrettoPoint; 2],
    commitments: [RistrettoPoint; 2],
) -> Scalar {
    let mut message = Vec::with_capacity(5 * 34 + 9);
    let points = [composites, commitments].concat();
    let encoded = points.iter().map(|point| point.compress().to_bytes());
    for element in std::iter::once(public.to_bytes()).chain(encoded) {
        message.extend_from_slice(&suite::length(&element));
        message.extend_from_slice(&element);
    }
    message.extend_from_slice(b"Challenge");
    to_scalar.scalar(&[&message])
}
