//! What the tree and its tiles can object to.

use crate::TileId;

/// The largest tree size and number of entries: 2^63 - 1, so that no arithmetic on sizes overflows.
pub const MAX_SIZE: u64 = (1 << 63) - 1;

/// A tile, a bundle or a request for a proof that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A hash that is not 32 bytes.
    #[error("a hash has 32 bytes, this one has {got}; hand in the whole hash")]
    HashLength {
        /// Bytes found.
        got: usize,
    },
    /// A hash that is not canonical base64.
    #[error("`{text}` is not a hash in standard base64 with padding")]
    HashText {
        /// The text found.
        text: String,
    },
    /// A tile's path or id that the tlog-tiles specification does not allow.
    #[error("`{path}` is not a tile path; write it as `tile/<level>/<index>[.p/<width>]`")]
    TilePath {
        /// The path found.
        path: String,
    },
    /// A tile's id that cannot exist.
    #[error("no tile has level {level} and width {width}; levels go to 63, widths from 1 to 256")]
    TileShape {
        /// The level found.
        level: u8,
        /// The width found.
        width: u16,
    },
    /// A tile whose hashes do not fill its width.
    #[error("tile `{id}` needs {} hashes and has {got}", id.width())]
    TileWidth {
        /// The tile.
        id: TileId,
        /// Hashes, or bytes divided by 32, found.
        got: usize,
    },
    /// A tile that the caller has not loaded, or not as wide as needed.
    #[error("tile `{id}` is missing or too narrow; load it at least this wide")]
    TileMissing {
        /// The tile, as wide as it must be.
        id: TileId,
    },
    /// A tree larger than any log may grow.
    #[error("a tree of {size} entries is larger than 2^63 - 1")]
    TooLarge {
        /// The size found.
        size: u64,
    },
    /// A proof was asked for an entry that the tree does not have.
    #[error("entry {index} is not in a tree of {size} entries; take a later checkpoint")]
    IndexBeyondSize {
        /// The entry's index, from zero.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// A consistency proof was asked from a larger tree to a smaller one.
    #[error("a tree of {old} entries cannot come before one of {new}; swap the sizes")]
    OldBeyondNew {
        /// The size said to be older.
        old: u64,
        /// The size said to be newer.
        new: u64,
    },
    /// An entry that does not fit the bundle's 16-bit length.
    #[error("an entry of {got} bytes does not fit a bundle; keep entries to 65535 bytes")]
    EntryTooLong {
        /// Bytes in the entry.
        got: usize,
    },
    /// A bundle that ends within an entry, or has more or fewer entries than its width.
    #[error("the entry bundle is cut short or does not hold the {expected} entries of its width")]
    Bundle {
        /// Entries that the bundle's width promises.
        expected: u16,
    },
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofFault {
    /// The entry's index is not below the tree's size.
    #[error("entry {index} is not in a tree of {size} entries")]
    IndexBeyondSize {
        /// The entry's index, from zero.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// The tree said to be older is the larger.
    #[error("the older tree has {old} entries, more than the newer with {new}: the log was rolled back")]
    OldBeyondNew {
        /// The older tree's size.
        old: u64,
        /// The newer tree's size.
        new: u64,
    },
    /// A tree larger than 2^63 - 1 entries.
    #[error("a tree of {size} entries is larger than 2^63 - 1")]
    TooLarge {
        /// The size found.
        size: u64,
    },
    /// The proof has more or fewer hashes than these sizes need.
    #[error("the proof has {got} hashes where {expected} are needed")]
    Length {
        /// Hashes that the sizes need.
        expected: usize,
        /// Hashes found.
        got: usize,
    },
    /// The proof leads to another root than the (newer) tree's.
    #[error("the proof leads to another root: the entry, the proof or the checkpoint was altered")]
    Root,
    /// The proof leads to another root than the older tree's.
    #[error("the proof does not lead to the older root: the log's history was altered")]
    OldRoot,
}
