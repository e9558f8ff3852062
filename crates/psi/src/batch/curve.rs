//! Masking on Curve25519: X25519 (RFC 7748) of AWS-LC, whose code is formally verified, and the same function by the
//! Edwards form of `curve25519-dalek`, which is faster where that library was built for AVX-512 IFMA and the processor has
//! it. Both take the same time whatever the key, and a test holds them to the same results.

use super::PointFault;
use crate::seed::Seed;
use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use curve25519_dalek::{EdwardsPoint, MontgomeryPoint};
use rayon::prelude::*;
use sha2::Sha512;
use zeroize::Zeroizing;

/// A u-coordinate.
pub(crate) type Coordinate = [u8; 32];

/// The tag that separates our hashing to the curve from all other uses.
const HASH_TAG: &[u8] = b"comity/psi/batch/v1-with-edwards25519_XMD:SHA-512_ELL2_NU_";

/// Points that one thread works on before it shares.
const PER_TASK: usize = 256;

/// Which of the two to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Path {
    /// X25519 of AWS-LC.
    Ladder,
    /// The Edwards form.
    Edwards,
}

impl Path {
    /// The faster one on this processor, in this build.
    pub(crate) fn fastest() -> Self {
        if has_vector_edwards() { Self::Edwards } else { Self::Ladder }
    }
}

/// Whether the Edwards form runs on AVX-512 IFMA: the library decides by the build's `curve25519_dalek_backend`, and then by
/// what the processor has.
#[allow(unexpected_cfgs, reason = "set for the library by whoever builds for AVX-512, as its README says")]
fn has_vector_edwards() -> bool {
    #[cfg(all(target_arch = "x86_64", curve25519_dalek_backend = "avx512"))]
    return std::arch::is_x86_feature_detected!("avx512ifma")
        && std::arch::is_x86_feature_detected!("avx512vl");
    #[cfg(not(all(target_arch = "x86_64", curve25519_dalek_backend = "avx512")))]
    false
}

/// One session's key of one party.
pub(crate) struct MaskKey {
    secret: Zeroizing<[u8; 32]>,
    agreement: PrivateKey,
    path: Path,
}

impl MaskKey {
    /// None where the library refuses.
    pub(crate) fn new(seed: &Seed, path: Path) -> Option<Self> {
        let drawn = seed.draw("mask key", 0);
        let secret = Zeroizing::new(*drawn.first_chunk::<32>()?);
        let agreement = PrivateKey::from_private_key(&X25519, &*secret).ok()?;
        Some(Self { secret, agreement, path })
    }

    /// Hashes entries to the curve and masks them; the messages are hashed after `binding`.
    pub(crate) fn mask_entries<M: AsRef<[u8]> + Sync>(
        &self,
        binding: &[u8; 32],
        entries: &[M],
    ) -> Option<Vec<Coordinate>> {
        let hash =
            |entry: &M| EdwardsPoint::encode_to_curve::<Sha512>(&[binding, entry.as_ref()], &[HASH_TAG]);
        let chunks = entries.par_chunks(PER_TASK).map(|chunk| {
            let points: Vec<EdwardsPoint> = chunk.iter().map(hash).collect();
            match self.path {
                Path::Edwards => Some(self.mask_edwards(&points)),
                Path::Ladder => coordinates(&points).iter().map(|u| self.ladder(u)).collect(),
            }
        });
        let chunks: Option<Vec<_>> = chunks.collect();
        Some(chunks?.concat())
    }

    /// Masks a peer's points. The error has the place of the first bad one.
    pub(crate) fn mask_points(&self, points: &[Coordinate]) -> Result<Vec<Coordinate>, (usize, PointFault)> {
        let chunk = |(number, chunk): (usize, &[Coordinate])| {
            let first = number.saturating_mul(PER_TASK);
            self.mask_chunk(chunk).map_err(|(place, fault)| (first.saturating_add(place), fault))
        };
        let masked: Vec<_> = points.par_chunks(PER_TASK).enumerate().map(chunk).collect();
        let masked: Result<Vec<_>, _> = masked.into_iter().collect();
        Ok(masked?.concat())
    }

    fn mask_chunk(&self, points: &[Coordinate]) -> Result<Vec<Coordinate>, (usize, PointFault)> {
        if let Some(place) = points.iter().position(|u| !is_canonical(u)) {
            return Err((place, PointFault::NotCanonical));
        }
        let edwards: Option<Vec<EdwardsPoint>> = match self.path {
            Path::Edwards => points.iter().map(|u| MontgomeryPoint(*u).to_edwards(0)).collect(),
            Path::Ladder => None,
        };
        // Points of the twist have no Edwards form here; the ladder takes them, to no harm: its order is as good.
        let masked: Vec<Option<Coordinate>> = match edwards {
            Some(points) => self.mask_edwards(&points).into_iter().map(Some).collect(),
            None => points.iter().map(|u| self.ladder(u)).collect(),
        };
        let masked = masked.into_iter().enumerate();
        masked.map(|(place, u)| u.filter(|u| *u != [0; 32]).ok_or((place, PointFault::SmallOrder))).collect()
    }

    /// X25519; none where the result is zero, as for points of small order.
    fn ladder(&self, u: &Coordinate) -> Option<Coordinate> {
        let peer = UnparsedPublicKey::new(&X25519, u);
        agree(&self.agreement, peer, (), |shared| Coordinate::try_from(shared).map_err(|_| ())).ok()
    }

    fn mask_edwards(&self, points: &[EdwardsPoint]) -> Vec<Coordinate> {
        let masked: Vec<EdwardsPoint> = points.iter().map(|point| point.mul_clamped(*self.secret)).collect();
        coordinates(&masked)
    }
}

fn coordinates(points: &[EdwardsPoint]) -> Vec<Coordinate> {
    EdwardsPoint::to_montgomery_batch(points).into_iter().map(|point| point.to_bytes()).collect()
}

/// Below 2^255 - 19, little-endian.
fn is_canonical(u: &Coordinate) -> bool {
    let [first, middle @ .., last] = u;
    let all_ones = *last == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    *last < 0x80 && !(all_ones && *first >= 0xed)
}
