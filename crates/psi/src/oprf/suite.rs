//! What the suite `ristretto255-SHA512` of RFC 9497 fixes: tags, and the last hash.

use crate::group::Expander;
use sha2::{Digest, Sha512};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The suite's name on the wire. A later suite gets another name.
pub const SUITE: &str = "RFC9497-VOPRF-ristretto255-SHA512";

/// The longest input, in bytes: its length is hashed in two bytes (RFC 9497, 1.2).
pub const MAX_INPUT: usize = 65_535;

/// The function's value of one input: 64 bytes that only the holder's key makes. A secret of requester and holder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Zeroize, ZeroizeOnDrop)]
pub struct Output(pub [u8; 64]);

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Output(hidden)")
    }
}

/// A mode of RFC 9497, section 3.1.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mode {
    /// Without proofs: nothing of ours uses it, but it shares its steps, and so its published vectors check them too.
    #[cfg(test)]
    Oprf = 0,
    /// With proofs.
    Voprf = 1,
}

/// The context string of a mode, with a prefix (RFC 9497, 3.1 and 4.1).
pub(crate) fn tag(prefix: &str, mode: Mode) -> Vec<u8> {
    [prefix.as_bytes(), b"OPRFV1-", &[mode as u8], b"-ristretto255-SHA512"].concat()
}

/// Hashes inputs to group elements.
pub(crate) fn to_group(mode: Mode) -> Expander {
    Expander::new(&tag("HashToGroup-", mode))
}

/// Hashes to scalars.
pub(crate) fn to_scalar(mode: Mode) -> Expander {
    Expander::new(&tag("HashToScalar-", mode))
}

/// A length in two bytes. Callers have checked [`MAX_INPUT`]; all other lengths are constants.
pub(crate) fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes()
}

/// `Finalize` of RFC 9497, 3.3.1: the value of an input from its unblinded element.
pub(crate) fn output(input: &[u8], unblinded: &[u8; 32]) -> Output {
    let hash = Sha512::new()
        .chain_update(length(input))
        .chain_update(input)
        .chain_update(length(unblinded))
        .chain_update(unblinded)
        .chain_update(b"Finalize");
    Output(hash.finalize().into())
}
