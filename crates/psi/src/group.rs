//! The group ristretto255 as RFC 9497 uses it: hashing to it (RFC 9380, `expand_message_xmd` with SHA-512), strict
//! decoding, and many points times one scalar. Arithmetic is the library's; nothing here computes with field elements.

use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::Identity;
use curve25519_dalek::{RistrettoPoint, Scalar};
use rayon::prelude::*;
use sha2::{Digest, Sha512};

/// Bytes of an encoded group element.
pub const ELEMENT_BYTES: usize = 32;

/// Points that one thread works on before it shares: enough to spread one inversion over them.
pub(crate) const PER_TASK: usize = 256;

/// Why 32 bytes are no element that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ElementFault {
    /// No canonical encoding of a ristretto255 element (RFC 9496, 4.3.1); points of small order have none either.
    #[error("is not a canonical ristretto255 element")]
    NotCanonical,
    /// The identity, which would reveal nothing but break the protocol (RFC 9497, 4.1).
    #[error("is the identity element")]
    Identity,
}

/// Decodes an element, refusing what RFC 9497 section 4.1 refuses.
pub(crate) fn decode(bytes: &[u8; ELEMENT_BYTES]) -> Result<RistrettoPoint, ElementFault> {
    let compressed = CompressedRistretto(*bytes);
    if compressed == CompressedRistretto::identity() {
        return Err(ElementFault::Identity);
    }
    compressed.decompress().ok_or(ElementFault::NotCanonical)
}

/// Decodes many elements. The error has the place of the first bad one.
pub(crate) fn decode_all(
    elements: &[[u8; ELEMENT_BYTES]],
) -> Result<Vec<RistrettoPoint>, (usize, ElementFault)> {
    let decoded: Vec<_> = elements.par_iter().with_min_len(PER_TASK).map(decode).collect();
    decoded.into_iter().enumerate().map(|(place, point)| point.map_err(|fault| (place, fault))).collect()
}

/// Bytes as elements, and what is left over.
pub(crate) fn split(bytes: &[u8]) -> (&[[u8; ELEMENT_BYTES]], &[u8]) {
    bytes.as_chunks::<ELEMENT_BYTES>()
}

/// `scalar` times each point, encoded. The scalar is halved first, because the library encodes the doubles of many
/// points with one inversion for all. Takes the same time whatever the scalar.
pub(crate) fn times_encoded(scalar: &Scalar, points: &[RistrettoPoint]) -> Vec<[u8; ELEMENT_BYTES]> {
    let half = scalar.div_by_2();
    points
        .par_chunks(PER_TASK)
        .flat_map_iter(|chunk| encode_doubles(chunk.iter().map(|p| half * p)))
        .collect()
}

/// The encodings of twice each point.
pub(crate) fn encode_doubles(points: impl Iterator<Item = RistrettoPoint>) -> Vec<[u8; ELEMENT_BYTES]> {
    let points: Vec<RistrettoPoint> = points.collect();
    RistrettoPoint::double_and_compress_batch(&points).into_iter().map(|c| c.to_bytes()).collect()
}

/// `expand_message_xmd` of RFC 9380 (5.3.1) with SHA-512 and 64 bytes of output, for one domain separation tag.
#[derive(Clone)]
pub(crate) struct Expander {
    /// After the block of zeros that each message starts with.
    start: Sha512,
    /// The tag and its length.
    tag: Vec<u8>,
}

impl Expander {
    /// For a tag of at most 255 bytes; all of ours are constants far shorter.
    pub(crate) fn new(tag: &[u8]) -> Self {
        let start = Sha512::new().chain_update([0; 128]);
        let length = u8::try_from(tag.len()).unwrap_or(u8::MAX);
        Self { start, tag: [tag, &[length]].concat() }
    }

    /// 64 uniform bytes for a message given in parts.
    pub(crate) fn expand(&self, message: &[&[u8]]) -> [u8; 64] {
        let mut first = self.start.clone();
        for part in message {
            first.update(part);
        }
        let first = first.chain_update([0, 64, 0]).chain_update(&self.tag).finalize();
        Sha512::new().chain_update(first).chain_update([1]).chain_update(&self.tag).finalize().into()
    }

    /// The group element of a message: `HashToGroup` of RFC 9497, 4.1.
    pub(crate) fn element(&self, message: &[&[u8]]) -> RistrettoPoint {
        RistrettoPoint::from_uniform_bytes(&self.expand(message))
    }

    /// The scalar of a message: `HashToScalar` of RFC 9497, 4.1.
    pub(crate) fn scalar(&self, message: &[&[u8]]) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&self.expand(message))
    }
}
