//! The 256 bits that PDQ makes of a picture, and how they are written.

use std::{fmt, str::FromStr};

/// Bytes of a PDQ hash.
pub const BYTES: usize = 32;

/// A PDQ hash: 256 bits, written as 64 hexadecimal digits, the bit of the highest frequency first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PdqHash(pub [u8; BYTES]);

/// A text that is no PDQ hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no PDQ hash; give 64 hexadecimal digits")]
pub struct NotPdq(String);

impl PdqHash {
    /// How many of the 256 bits differ: 0 to 256.
    #[must_use]
    pub fn distance(&self, other: &Self) -> u32 {
        crate::vector::distance(&self.0, &other.0)
    }

    /// How many bits are set; a hash of a picture has at most 128, since its bits are above the median.
    #[must_use]
    pub fn ones(&self) -> u32 {
        self.0.iter().map(|byte| byte.count_ones()).sum()
    }
}

impl fmt::Display for PdqHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PdqHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PdqHash({self})")
    }
}

impl FromStr for PdqHash {
    type Err = NotPdq;

    fn from_str(text: &str) -> Result<Self, NotPdq> {
        let mut bytes = [0; BYTES];
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(NotPdq(text.chars().take(80).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_what_it_writes() {
        let text = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
        assert_eq!(text.parse::<PdqHash>().unwrap().to_string(), text);
        assert_eq!(text.to_uppercase().parse::<PdqHash>().unwrap().to_string(), text);
    }

    #[test]
    fn what_is_shorter_longer_or_not_hexadecimal_is_refused() {
        for bad in ["", "f8", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
            assert!(bad.parse::<PdqHash>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_distance_counts_differing_bits() {
        let mut other = PdqHash::default();
        other.0[0] = 0b101;
        other.0[31] = 0x80;
        assert_eq!(PdqHash::default().distance(&other), 3);
    }
}
