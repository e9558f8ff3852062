//! Exact lookup of digests among tens of millions: sorted rows, and a directory of their first bits.
//!
//! A lookup reads one place of the directory and the few rows that share these bits, and compares whole digests: an answer is never
//! a guess. Many lookups at once ask for memory ahead, so that the processor does not wait for each. Digests that were chosen to share
//! their first bits only make a bucket large, which is then halved again and again. Not for PDQ: see [`crate::near`].

mod build;
mod format;
mod segment;
#[cfg(test)]
mod tests;

pub use build::{build, build_file, size};
pub use segment::ExactSegment;

/// Digests of one segment of a set that is held in memory: while it is made, these are in memory besides.
pub const HELD: usize = 1 << 20;

/// What made the digests of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// MD5, 16 bytes; an identifier only.
    Md5,
    /// SHA-1, 20 bytes; an identifier only.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
    /// BLAKE3, 32 bytes.
    Blake3,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Blake3];

    /// Bytes of a digest.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Blake3 => 32,
        }
    }

    /// How it is written in a segment.
    fn code(self) -> u32 {
        match self {
            Self::Md5 => 1,
            Self::Sha1 => 2,
            Self::Sha256 => 3,
            Self::Blake3 => 4,
        }
    }
}
