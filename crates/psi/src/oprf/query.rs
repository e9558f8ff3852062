//! The requester's side of a query.

use super::key::hash_inputs;
use super::suite::{self, Mode, Output};
use super::{BlindedBatch, Evaluation, OprfError, PublicKey, batch, padded_size, proof, state};
use crate::group::{self, ELEMENT_BYTES, PER_TASK};
use crate::seed::Seed;
use curve25519_dalek::{RistrettoPoint, Scalar};
use rayon::prelude::*;
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// A question that was asked and awaits answers: one for each holder, all to the same blinded batch. Holds the inputs and
/// what blinds them, so it is as secret as the inputs; wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    pub(super) seed: Seed,
    pub(super) inputs: Vec<Vec<u8>>,
    pub(super) blinded: Vec<[u8; ELEMENT_BYTES]>,
}

impl Query {
    /// Blinds inputs and pads them with random elements to the next of [`super::BATCH_SIZES`].
    ///
    /// # Errors
    /// [`OprfError::NoInputs`], [`OprfError::TooManyInputs`], [`OprfError::InputTooLong`],
    /// [`OprfError::InputIsIdentity`].
    pub fn new(inputs: Vec<Vec<u8>>, seed: Seed) -> Result<Self, OprfError> {
        if inputs.is_empty() {
            return Err(OprfError::NoInputs);
        }
        let size = padded_size(inputs.len()).ok_or(OprfError::TooManyInputs { count: inputs.len() })?;
        let blinds = blinds(&seed, inputs.len());
        let mut blinded = blind(&inputs, &blinds, Mode::Voprf)?;
        blinded.extend(padding(&seed, size.saturating_sub(inputs.len())));
        Ok(Self { seed, inputs, blinded })
    }

    /// The blinded batch, as it goes to every holder.
    pub fn blinded(&self) -> &[u8] {
        self.blinded.as_flattened()
    }

    /// Number of elements, padding included.
    pub fn count(&self) -> usize {
        self.blinded.len()
    }

    /// The inputs, in the order of the outputs.
    pub fn inputs(&self) -> &[Vec<u8>] {
        &self.inputs
    }

    /// What both journals commit to; see [`super::commitment`].
    pub fn commitment(&self) -> [u8; 32] {
        batch::commitment(self.blinded())
    }

    /// Checks a holder's answer and takes off the blinding: the outputs of the inputs, in their order.
    ///
    /// # Errors
    /// [`OprfError::EvaluationSize`], [`OprfError::Element`], [`OprfError::WrongProof`]. Nothing of the answer may then be
    /// used.
    pub fn finish(&self, evaluation: &Evaluation, key: &PublicKey) -> Result<Vec<Output>, OprfError> {
        if evaluation.count() != self.count() {
            let size = |count: usize| count.saturating_mul(ELEMENT_BYTES);
            let (expected, found) = (size(self.count()), size(evaluation.count()));
            return Err(OprfError::EvaluationSize { expected, found });
        }
        let batch = BlindedBatch::from_bytes(self.blinded())?;
        let points = group::decode_all(evaluation.items()).map_err(|(index, fault)| OprfError::Element {
            of: "evaluation",
            index,
            fault,
        })?;
        proof::verify(evaluation.proof_value(), key, &batch, evaluation.items(), &points, Mode::Voprf)?;
        Ok(unblind(&self.inputs, blinds(&self.seed, self.inputs.len()), &points))
    }

    /// The whole state, to be sealed and kept until the answers come. The bytes are secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        state::write(self)
    }

    /// Of bytes that [`Query::to_bytes`] gave.
    ///
    /// # Errors
    /// [`OprfError::State`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OprfError> {
        state::read(bytes)
    }
}

fn blinds(seed: &Seed, count: usize) -> Zeroizing<Vec<Scalar>> {
    let blind = |number: usize| *seed.scalar("blind", u64::try_from(number).unwrap_or(u64::MAX));
    Zeroizing::new((0..count).map(blind).collect())
}

fn padding(seed: &Seed, count: usize) -> Vec<[u8; ELEMENT_BYTES]> {
    let draw = |number: usize| seed.element("padding", u64::try_from(number).unwrap_or(u64::MAX));
    let numbers: Vec<usize> = (0..count).collect();
    // The double of a random element is a random element.
    numbers
        .par_chunks(PER_TASK)
        .flat_map_iter(|chunk| group::encode_doubles(chunk.iter().copied().map(draw)))
        .collect()
}

/// `Blind` of RFC 9497, 3.3.2, for many inputs.
pub(crate) fn blind(
    inputs: &[Vec<u8>],
    blinds: &[Scalar],
    mode: Mode,
) -> Result<Vec<[u8; ELEMENT_BYTES]>, OprfError> {
    let to_group = suite::to_group(mode);
    let chunk = |(number, (inputs, blinds)): (usize, (&[Vec<u8>], &[Scalar]))| {
        let hashed = hash_inputs(&to_group, number.saturating_mul(PER_TASK), inputs)?;
        let masked = hashed.iter().zip(blinds).map(|(point, blind)| blind.div_by_2() * point);
        Ok(group::encode_doubles(masked))
    };
    let chunks = inputs.par_chunks(PER_TASK).zip(blinds.par_chunks(PER_TASK)).enumerate();
    let chunks: Result<Vec<_>, OprfError> = chunks.map(chunk).collect();
    Ok(chunks?.concat())
}

/// The last steps of `Finalize` (RFC 9497, 3.3.2), after the proof was checked. `points` may go on with padding.
pub(crate) fn unblind(
    inputs: &[Vec<u8>],
    mut blinds: Zeroizing<Vec<Scalar>>,
    points: &[RistrettoPoint],
) -> Vec<Output> {
    // No blind is zero, which is what the batch inversion asks for.
    Scalar::invert_batch_alloc(&mut blinds);
    let parts = inputs.par_chunks(PER_TASK).zip(blinds.par_chunks(PER_TASK)).zip(points.par_chunks(PER_TASK));
    parts
        .flat_map_iter(|((inputs, inverses), points)| {
            let bare = inverses.iter().zip(points).map(|(inverse, point)| inverse.div_by_2() * point);
            let bare = Zeroizing::new(group::encode_doubles(bare));
            let output = |(input, element): (&Vec<u8>, &[u8; 32])| suite::output(input, element);
            inputs.iter().zip(bare.iter()).map(output).collect::<Vec<_>>()
        })
        .collect()
}

impl Drop for Query {
    fn drop(&mut self) {
        self.inputs.zeroize();
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({} elements, inputs hidden)", self.count())
    }
}
