//! Blinded batches on the wire: `n` elements of 32 bytes, `n` one of a few sizes, so that the number of selectors stays
//! hidden within its class.

use super::OprfError;
use crate::group::{self, ELEMENT_BYTES};
use curve25519_dalek::RistrettoPoint;
use sha2::{Digest, Sha256};

/// The sizes that batches are padded to, in elements.
pub const BATCH_SIZES: [usize; 5] = [16, 64, 256, 1024, 4096];

/// The largest batch, in elements.
pub const MAX_BATCH: usize = 4096;

/// The size that `count` inputs are padded to, in elements; none where there are too many or none.
pub fn padded_size(count: usize) -> Option<usize> {
    BATCH_SIZES.into_iter().find(|&size| (1..=size).contains(&count))
}

/// What both journals commit to: SHA-256 over a tag of its own and the batch's bytes.
pub fn commitment(blinded: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(b"comity/psi/blinded-batch/v1\0").chain_update(blinded).finalize().into()
}

/// A batch as the holder got it: decoded, each element checked.
#[derive(Debug, Clone)]
pub struct BlindedBatch {
    elements: Vec<[u8; ELEMENT_BYTES]>,
    points: Vec<RistrettoPoint>,
}

impl BlindedBatch {
    /// Decodes `n * 32` bytes. Sizes are checked before anything else is done.
    ///
    /// # Errors
    /// [`OprfError::BatchSize`], and [`OprfError::Element`] with the place of the first bad element.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OprfError> {
        let (elements, rest) = group::split(bytes);
        if !rest.is_empty() || !BATCH_SIZES.contains(&elements.len()) {
            return Err(OprfError::BatchSize { bytes: bytes.len() });
        }
        let points = group::decode_all(elements).map_err(|(index, fault)| OprfError::Element {
            of: "batch",
            index,
            fault,
        })?;
        Ok(Self { elements: elements.to_vec(), points })
    }

    /// The bytes on the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.elements.as_flattened().to_vec()
    }

    /// Number of elements, padding included.
    pub fn count(&self) -> usize {
        self.elements.len()
    }

    /// What both journals commit to; see [`commitment`].
    pub fn commitment(&self) -> [u8; 32] {
        commitment(self.elements.as_flattened())
    }

    /// A batch of any size: the published vectors have one and two elements.
    #[cfg(test)]
    pub(crate) fn unpadded(elements: &[[u8; ELEMENT_BYTES]], points: &[RistrettoPoint]) -> Self {
        Self { elements: elements.to_vec(), points: points.to_vec() }
    }

    pub(crate) fn elements(&self) -> &[[u8; ELEMENT_BYTES]] {
        &self.elements
    }

    pub(crate) fn points(&self) -> &[RistrettoPoint] {
        &self.points
    }
}
