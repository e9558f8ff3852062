//! Masking on Curve25519 in its Edwards form: one key times many points. Arithmetic is the library's, which uses AVX-512
//! IFMA or AVX2 where the processor has it and plain code elsewhere, and takes the same time whatever the key.

use super::PointFault;
use crate::seed::Seed;
use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::edwards::CompressedEdwardsY;
use rayon::prelude::*;
use sha2::Sha512;
use zeroize::Zeroizing;

/// A masked point on the wire: its y-coordinate and the sign of x (RFC 8032, 5.1.2).
pub(crate) type Encoded = [u8; 32];

/// A doubly masked point's u-coordinate (RFC 7748), little-endian: only hashed, never sent.
pub(crate) type Coordinate = [u8; 32];

/// The tag that separates our hashing to the curve from all other uses.
const HASH_TAG: &[u8] = b"comity/psi/batch/v1-with-edwards25519_XMD:SHA-512_ELL2_NU_";

/// Points that one thread works on before it shares: enough to spread one inversion over them.
const PER_TASK: usize = 256;

/// One session's key of one party. It is clamped as RFC 7748 says, hence a multiple of the cofactor: whatever of small
/// order a peer adds to a point has no effect.
#[cfg_attr(feature = "fuzz", derive(Clone))]
pub(crate) struct MaskKey {
    secret: Zeroizing<[u8; 32]>,
}

impl MaskKey {
    /// None only if the seed draws too few bytes, which it never does.
    pub(crate) fn new(seed: &Seed) -> Option<Self> {
        let drawn = seed.draw("mask key", 0);
        Some(Self { secret: Zeroizing::new(*drawn.first_chunk::<32>()?) })
    }

    /// Hashes entries to the curve and masks them; the messages are hashed after `binding`.
    pub(crate) fn mask_entries<M: AsRef<[u8]> + Sync>(
        &self,
        binding: &[u8; 32],
        entries: &[M],
    ) -> Vec<Encoded> {
        let hash =
            |entry: &M| EdwardsPoint::encode_to_curve::<Sha512>(&[binding, entry.as_ref()], &[HASH_TAG]);
        let mask = |chunk: &[M]| {
            let masked: Vec<EdwardsPoint> = chunk.iter().map(|entry| self.times(&hash(entry))).collect();
            EdwardsPoint::compress_batch_alloc(&masked).into_iter().map(|point| point.to_bytes())
        };
        entries.par_chunks(PER_TASK).flat_map_iter(mask).collect()
    }

    /// Masks a peer's points once more. The error has the place of a bad one.
    pub(crate) fn mask_points(&self, points: &[Encoded]) -> Result<Vec<Coordinate>, (usize, PointFault)> {
        let chunk = |(number, chunk): (usize, &[Encoded])| {
            let first = number.saturating_mul(PER_TASK);
            self.mask_chunk(chunk).map_err(|(place, fault)| (first.saturating_add(place), fault))
        };
        let masked: Vec<_> = points.par_chunks(PER_TASK).enumerate().map(chunk).collect();
        let masked: Result<Vec<_>, _> = masked.into_iter().collect();
        Ok(masked?.concat())
    }

    fn mask_chunk(&self, points: &[Encoded]) -> Result<Vec<Coordinate>, (usize, PointFault)> {
        let decoded = points.iter().enumerate();
        let decoded = decoded.map(|(place, point)| decode(point).map_err(|fault| (place, fault)));
        let masked: Result<Vec<EdwardsPoint>, _> =
            decoded.map(|point| point.map(|point| self.times(&point))).collect();
        let coordinates = EdwardsPoint::to_montgomery_batch(&masked?);
        let coordinates = coordinates.into_iter().map(|point| point.to_bytes()).enumerate();
        // The multiple of a point of small order is the neutral element, whose coordinate the library gives as zero.
        coordinates
            .map(|(place, u)| if u == [0; 32] { Err((place, PointFault::SmallOrder)) } else { Ok(u) })
            .collect()
    }

    fn times(&self, point: &EdwardsPoint) -> EdwardsPoint {
        point.mul_clamped(*self.secret)
    }
}

/// Decodes a point as RFC 8032 (5.1.3) does, refusing coordinates that are not below 2^255 - 19.
fn decode(point: &Encoded) -> Result<EdwardsPoint, PointFault> {
    if !is_canonical(point) {
        return Err(PointFault::NotCanonical);
    }
    CompressedEdwardsY(*point).decompress().ok_or(PointFault::NotOnCurve)
}

/// Whether y, without the bit that is the sign of x, is below 2^255 - 19, little-endian.
fn is_canonical(point: &Encoded) -> bool {
    let [first, middle @ .., last] = point;
    let all_ones = *last & 0x7f == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    !(all_ones && *first >= 0xed)
}
