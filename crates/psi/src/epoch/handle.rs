//! What is derived from an output: the handle that names a hit, and the tag that the filter holds. Either tells nothing of
//! the other, nor of the output.

use crate::oprf::Output;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Names a hit to the holder, who made the same from its own entry. Another epoch has another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub [u8; 16]);

impl Handle {
    /// The handle of an output.
    pub fn of(output: &Output) -> Self {
        let hash = Sha256::new().chain_update(b"comity/psi/handle/v1\0").chain_update(output.0).finalize();
        Self(hash.first_chunk().copied().unwrap_or_default())
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({self})")
    }
}

/// A text that is no handle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a handle is 32 lower-case hexadecimal digits; copy it from the hit")]
pub struct NotAHandle;

impl FromStr for Handle {
    type Err = NotAHandle;

    fn from_str(text: &str) -> Result<Self, NotAHandle> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(NotAHandle) };
        let bytes: Option<Vec<u8>> =
            pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(NotAHandle)
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}

/// What a filter holds of an output: where it stands, and what stands there. The two come from different bits of a hash, so
/// that the place says nothing of the print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tag {
    /// Chooses the places.
    pub(crate) place: u64,
    /// What is found there: 40 bits.
    pub(crate) print: u64,
}

impl Tag {
    pub(crate) fn of(output: &Output) -> Self {
        let hash = Sha256::new().chain_update(b"comity/psi/filter-tag/v1\0").chain_update(output.0);
        Self::from_bytes(&hash.finalize())
    }

    /// Of at least 16 uniform bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        let word = |place: usize| words.get(place).copied().map(u64::from_le_bytes).unwrap_or_default();
        Self { place: word(0), print: word(1) >> 24 }
    }
}
