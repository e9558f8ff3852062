//! The holder's answer: one element for each of the batch, and one proof for all.

use super::proof::{PROOF_BYTES, Proof};
use super::{BATCH_SIZES, OprfError};
use crate::group::{self, ELEMENT_BYTES};

/// The holder's answer to a batch. Decoding checks its form; [`super::Query::finish`] checks all else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    elements: Vec<[u8; ELEMENT_BYTES]>,
    proof: Proof,
}

impl Evaluation {
    pub(crate) fn new(elements: Vec<[u8; ELEMENT_BYTES]>, proof: Proof) -> Self {
        Self { elements, proof }
    }

    /// Decodes `n * 32` bytes of elements and 64 bytes of proof.
    ///
    /// # Errors
    /// [`OprfError::BatchSize`], [`OprfError::ProofEncoding`]. Whether each element is one is checked when the query is
    /// finished.
    pub fn from_parts(elements: &[u8], proof: &[u8]) -> Result<Self, OprfError> {
        let (items, rest) = group::split(elements);
        if !rest.is_empty() || !BATCH_SIZES.contains(&items.len()) {
            return Err(OprfError::BatchSize { bytes: elements.len() });
        }
        Ok(Self { elements: items.to_vec(), proof: Proof::from_bytes(proof)? })
    }

    /// The elements as on the wire, in the order of the batch.
    pub fn elements(&self) -> &[u8] {
        self.elements.as_flattened()
    }

    /// The proof as on the wire.
    pub fn proof(&self) -> [u8; PROOF_BYTES] {
        self.proof.to_bytes()
    }

    /// Number of elements, padding included.
    pub fn count(&self) -> usize {
        self.elements.len()
    }

    pub(crate) fn items(&self) -> &[[u8; ELEMENT_BYTES]] {
        &self.elements
    }

    pub(crate) fn proof_value(&self) -> &Proof {
        &self.proof
    }
}
