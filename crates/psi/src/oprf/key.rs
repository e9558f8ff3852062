//! The holder's key, and its public half.

use super::suite::{self, Mode, Output};
use super::{BlindedBatch, Evaluation, MAX_INPUT, OprfError, proof};
use crate::group::{self, ELEMENT_BYTES, Expander, PER_TASK};
use crate::seed::Seed;
use curve25519_dalek::{RistrettoPoint, Scalar};
use rayon::prelude::*;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The key of one epoch of a holder. Wiped when dropped; all that uses it takes the same time whatever it is.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct HolderKey {
    scalar: Scalar,
}

/// The public half, which the holder's statement of the epoch names.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    bytes: [u8; ELEMENT_BYTES],
    point: RistrettoPoint,
}

impl HolderKey {
    /// `DeriveKeyPair` of RFC 9497, 3.2.1: a key from a secret seed and a public `info` of at most 65,535 bytes, such as the
    /// authority's name and the epoch's number.
    ///
    /// # Errors
    /// [`OprfError::SecretKey`], once in 2^252 seeds or for a longer `info`.
    pub fn from_seed(seed: &Seed, info: &[u8]) -> Result<Self, OprfError> {
        Self::derive(seed, info, Mode::Voprf)
    }

    pub(crate) fn derive(seed: &Seed, info: &[u8], mode: Mode) -> Result<Self, OprfError> {
        if info.len() > MAX_INPUT {
            return Err(OprfError::SecretKey);
        }
        let expander = Expander::new(&suite::tag("DeriveKeyPair", mode));
        let key = |counter: u8| expander.scalar(&[seed.as_bytes(), &suite::length(info), info, &[counter]]);
        let scalar = (0..=u8::MAX).map(key).find(|scalar| *scalar != Scalar::ZERO);
        scalar.map(|scalar| Self { scalar }).ok_or(OprfError::SecretKey)
    }

    /// Of bytes that [`HolderKey::to_bytes`] gave and the caller kept sealed.
    ///
    /// # Errors
    /// [`OprfError::SecretKey`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, OprfError> {
        let scalar: Option<Scalar> = Scalar::from_canonical_bytes(*bytes).into();
        let scalar = scalar.filter(|scalar| *scalar != Scalar::ZERO).ok_or(OprfError::SecretKey)?;
        Ok(Self { scalar })
    }

    /// The secret bytes, to be sealed.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.scalar.to_bytes())
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        let point = RistrettoPoint::mul_base(&self.scalar);
        PublicKey { bytes: point.compress().to_bytes(), point }
    }

    /// Evaluates a batch and proves that this key did. The seed makes the proof's nonce, together with the key and the
    /// batch, so that even a seed that came twice gives nothing away.
    pub fn evaluate(&self, batch: &BlindedBatch, seed: &Seed) -> Evaluation {
        let elements = group::times_encoded(&self.scalar, batch.points());
        let nonce = proof::nonce(&self.scalar, seed, batch.elements());
        let proof = proof::prove(&self.scalar, &self.public_key(), batch, &elements, &nonce, Mode::Voprf);
        Evaluation::new(elements, proof)
    }

    /// The function's values of the holder's own entries, in their order; for the filter of an epoch.
    ///
    /// # Errors
    /// [`OprfError::InputTooLong`], [`OprfError::InputIsIdentity`].
    pub fn outputs<I: AsRef<[u8]> + Sync>(&self, inputs: &[I]) -> Result<Vec<Output>, OprfError> {
        self.outputs_in(inputs, Mode::Voprf)
    }

    pub(crate) fn outputs_in<I>(&self, inputs: &[I], mode: Mode) -> Result<Vec<Output>, OprfError>
    where
        I: AsRef<[u8]> + Sync,
    {
        let half = Zeroizing::new(self.scalar.div_by_2());
        let to_group = suite::to_group(mode);
        let chunks: Result<Vec<Vec<Output>>, OprfError> = inputs
            .par_chunks(PER_TASK)
            .enumerate()
            .map(|(chunk, inputs)| outputs_of_chunk(&to_group, &half, chunk * PER_TASK, inputs))
            .collect();
        Ok(chunks?.into_iter().flatten().collect())
    }

    #[cfg(test)]
    pub(crate) fn scalar(&self) -> &Scalar {
        &self.scalar
    }
}

fn outputs_of_chunk<I: AsRef<[u8]>>(
    to_group: &Expander,
    half: &Scalar,
    first: usize,
    inputs: &[I],
) -> Result<Vec<Output>, OprfError> {
    let hashed = hash_inputs(to_group, first, inputs)?;
    let encoded = group::encode_doubles(hashed.iter().map(|point| half * point));
    Ok(inputs.iter().zip(&encoded).map(|(input, element)| suite::output(input.as_ref(), element)).collect())
}

/// The group elements of inputs, the first of which has number `first` in its query.
pub(crate) fn hash_inputs<I: AsRef<[u8]>>(
    to_group: &Expander,
    first: usize,
    inputs: &[I],
) -> Result<Vec<RistrettoPoint>, OprfError> {
    let hash =
        |(index, input): (usize, &I)| hash_input(to_group, first.saturating_add(index), input.as_ref());
    inputs.iter().enumerate().map(hash).collect()
}

fn hash_input(to_group: &Expander, index: usize, input: &[u8]) -> Result<RistrettoPoint, OprfError> {
    if input.len() > MAX_INPUT {
        return Err(OprfError::InputTooLong { index, length: input.len() });
    }
    let point = to_group.element(&[input]);
    if point == RistrettoPoint::default() {
        return Err(OprfError::InputIsIdentity { index });
    }
    Ok(point)
}

impl fmt::Debug for HolderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderKey(hidden)")
    }
}

impl PublicKey {
    /// Decodes a published key.
    ///
    /// # Errors
    /// [`OprfError::PublicKey`].
    pub fn from_bytes(bytes: &[u8; ELEMENT_BYTES]) -> Result<Self, OprfError> {
        let point = group::decode(bytes).map_err(|fault| OprfError::PublicKey { fault })?;
        Ok(Self { bytes: *bytes, point })
    }

    /// The 32 bytes that a statement carries.
    pub fn to_bytes(&self) -> [u8; ELEMENT_BYTES] {
        self.bytes
    }

    pub(crate) fn point(&self) -> &RistrettoPoint {
        &self.point
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(")?;
        self.bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}
