//! Tree hashes as RFC 6962, section 2.1, has them: SHA-256 with one prefix for leaves and another for nodes.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, Digest, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::LedgerError;

/// Bytes in a [`struct@Hash`].
pub const HASH_BYTES: usize = 32;

/// A SHA-256 hash in the tree: of a leaf, of a node, or the root.
///
/// `Display` and `FromStr` use standard base64 with padding, as every text format of the log does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
pub struct Hash([u8; HASH_BYTES]);

impl Hash {
    /// The hash with these bytes.
    pub const fn from_bytes(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }

    /// The 32 bytes, by value.
    pub const fn to_bytes(self) -> [u8; HASH_BYTES] {
        self.0
    }
}

impl From<[u8; HASH_BYTES]> for Hash {
    fn from(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Hash {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = LedgerError;

    fn try_from(bytes: &[u8]) -> Result<Self, LedgerError> {
        let sized = <[u8; HASH_BYTES]>::try_from(bytes);
        sized.map(Self).map_err(|_| LedgerError::HashLength { got: bytes.len() })
    }
}

impl FromStr for Hash {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        let bytes = STANDARD.decode(text).map_err(|_| LedgerError::HashText { text: text.to_owned() })?;
        Self::try_from(bytes.as_slice())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of a log entry: SHA-256 of `0x00` and the entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    sha256(&[&[0x00], entry])
}

/// The hash of a node: SHA-256 of `0x01`, the left and the right child.
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut message = [0x01; 1 + 2 * HASH_BYTES];
    let (_, children) = message.split_at_mut(1);
    let (first, second) = children.split_at_mut(HASH_BYTES);
    first.copy_from_slice(&left.0);
    second.copy_from_slice(&right.0);
    sized(digest(&SHA256, &message))
}

/// The root of the tree without entries: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    sized(context.finish())
}

fn sized(digest: Digest) -> Hash {
    let mut bytes = [0; HASH_BYTES];
    // INVARIANT: a SHA-256 digest has 32 bytes, so this cannot panic.
    bytes.copy_from_slice(digest.as_ref());
    Hash(bytes)
}

/// Halves a row of hashes into the row above it; a last one without a sibling is left out.
pub(crate) fn row_above(row: &[Hash]) -> Vec<Hash> {
    row.as_chunks::<2>().0.iter().map(|&[left, right]| node_hash(left, right)).collect()
}

/// The root over a row whose length is a power of two; `None` for an empty row.
pub(crate) fn perfect_root(row: &[Hash]) -> Option<Hash> {
    let mut row = row.to_vec();
    while row.len() > 1 {
        row = row_above(&row);
    }
    row.first().copied()
}
