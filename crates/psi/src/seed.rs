//! Randomness that is handed in: 32 secret bytes, from which everything random of one operation is drawn. The same seed
//! gives the same draws, so an operation can be repeated from its seed alone.

use curve25519_dalek::{RistrettoPoint, Scalar};
use sha2::{Digest, Sha512};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// 32 fresh secret bytes from the system's generator. Never used for two operations; wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 32]);

impl Seed {
    /// Of bytes that the caller has drawn.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept sealed.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Sixty-four bytes for one use: SHA-512 over a label, the seed and a number. The label, the seed and the number all
    /// have lengths that are fixed or told, so no two draws hash the same bytes.
    pub(crate) fn draw(&self, label: &str, number: u64) -> Zeroizing<[u8; 64]> {
        let length = u64::try_from(label.len()).unwrap_or(u64::MAX);
        let hash = Sha512::new()
            .chain_update(b"comity/psi/draw/v1\0")
            .chain_update(length.to_be_bytes())
            .chain_update(label)
            .chain_update(self.0)
            .chain_update(number.to_be_bytes());
        Zeroizing::new(hash.finalize().into())
    }

    /// A scalar that is not zero.
    pub(crate) fn scalar(&self, label: &str, number: u64) -> Zeroizing<Scalar> {
        let scalar = Scalar::from_bytes_mod_order_wide(&self.draw(label, number));
        // Zero comes up once in 2^252 draws; one is then as good a secret as any.
        Zeroizing::new(if scalar == Scalar::ZERO { Scalar::ONE } else { scalar })
    }

    /// A random element, of which nobody knows a logarithm.
    pub(crate) fn element(&self, label: &str, number: u64) -> RistrettoPoint {
        RistrettoPoint::from_uniform_bytes(&self.draw(label, number))
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(hidden)")
    }
}
