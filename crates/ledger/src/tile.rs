//! Tiles of the Merkle tree and bundles of entries, as C2SP tlog-tiles names and writes them.

use std::fmt;
use std::str::FromStr;

use crate::hash::HASH_BYTES;
use crate::{Hash, LedgerError};

/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Tree levels that one tile level spans: a full tile of 256 hashes is a subtree of height 8.
pub(crate) const TILE_HEIGHT: u8 = 8;

/// Highest tile level that the specification lets a path name.
const MAX_LEVEL: u8 = 63;

/// Which tile: level (0 holds leaf hashes), index within the level, and width.
///
/// The order is by level, then index, then width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
pub struct TileId {
    level: u8,
    index: u64,
    width: u16,
}

impl TileId {
    /// The tile of `width` hashes (1 to 256) at `index` of `level` (0 to 63).
    ///
    /// # Errors
    /// [`LedgerError::TileShape`] when level or width is out of range.
    pub fn new(level: u8, index: u64, width: u16) -> Result<Self, LedgerError> {
        if level > MAX_LEVEL || width == 0 || width > TILE_WIDTH {
            return Err(LedgerError::TileShape { level, width });
        }
        Ok(Self { level, index, width })
    }

    /// The tile as it is in a tree of `size` entries: full, partial, or `None` when it is empty there.
    pub fn in_tree(level: u8, index: u64, size: u64) -> Option<Self> {
        let start = index.checked_mul(u64::from(TILE_WIDTH))?;
        let hashes = size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
        let width = hashes.saturating_sub(start).min(u64::from(TILE_WIDTH));
        Self::new(level, index, u16::try_from(width).ok()?).ok()
    }

    /// The tile level: 0 holds leaf hashes, each level above holds the roots of full tiles below.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The tile's place within its level, from zero.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Hashes in the tile, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether the tile has all its 256 hashes and so never changes again.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The tile's path below the log's prefix: `tile/<level>/<index>[.p/<width>]`.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, index_path(self.index, self.width))
    }

    /// Reads a path as [`TileId::path`] writes it, and no other spelling of it.
    ///
    /// # Errors
    /// [`LedgerError::TilePath`] when it is no tile path, or not the canonical one.
    pub fn parse(path: &str) -> Result<Self, LedgerError> {
        let fault = || LedgerError::TilePath { path: path.to_owned() };
        let rest = path.strip_prefix("tile/").ok_or_else(fault)?;
        let (level, rest) = rest.split_once('/').ok_or_else(fault)?;
        let (index, width) = parse_index_path(rest).ok_or_else(fault)?;
        let level = level.parse().map_err(|_| fault())?;
        let id = Self::new(level, index, width).map_err(|_| fault())?;
        if id.path() == path { Ok(id) } else { Err(fault()) }
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl FromStr for TileId {
    type Err = LedgerError;

    fn from_str(path: &str) -> Result<Self, LedgerError> {
        Self::parse(path)
    }
}

/// A tile with its hashes; there are always exactly as many as its width says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    id: TileId,
    hashes: Vec<Hash>,
}

impl Tile {
    /// The tile `id` with these hashes.
    ///
    /// # Errors
    /// [`LedgerError::TileWidth`] when there are not as many hashes as the width says.
    pub fn new(id: TileId, hashes: Vec<Hash>) -> Result<Self, LedgerError> {
        if hashes.len() != usize::from(id.width) {
            return Err(LedgerError::TileWidth { id, got: hashes.len() });
        }
        Ok(Self { id, hashes })
    }

    /// Reads the bytes that a log serves for tile `id`: its hashes, one after the other.
    ///
    /// # Errors
    /// [`LedgerError::TileWidth`] when there are not exactly width times 32 bytes.
    pub fn from_bytes(id: TileId, bytes: &[u8]) -> Result<Self, LedgerError> {
        let (chunks, rest) = bytes.as_chunks::<HASH_BYTES>();
        if !rest.is_empty() {
            return Err(LedgerError::TileWidth { id, got: chunks.len() });
        }
        Self::new(id, chunks.iter().copied().map(Hash::from_bytes).collect())
    }

    /// The bytes to serve or store: the hashes, one after the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.to_bytes()).collect()
    }

    /// Which tile it is.
    pub fn id(&self) -> TileId {
        self.id
    }

    /// Its hashes, from left to right.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Takes the hashes out.
    pub fn into_hashes(self) -> Vec<Hash> {
        self.hashes
    }
}

/// Which bundle of entries: `tile/entries/<index>[.p/<width>]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
pub struct BundleId {
    index: u64,
    width: u16,
}

impl BundleId {
    /// The bundle of `width` entries (1 to 256) at `index`.
    ///
    /// # Errors
    /// [`LedgerError::TileShape`] when the width is out of range.
    pub fn new(index: u64, width: u16) -> Result<Self, LedgerError> {
        TileId::new(0, index, width).map(|_| Self { index, width })
    }

    /// The bundle's place, from zero; its first entry has 256 times this index.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Entries in the bundle, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// The bundle's path below the log's prefix.
    pub fn path(&self) -> String {
        format!("tile/entries/{}", index_path(self.index, self.width))
    }

    /// Reads a path as [`BundleId::path`] writes it, and no other spelling of it.
    ///
    /// # Errors
    /// [`LedgerError::TilePath`] when it is no bundle path, or not the canonical one.
    pub fn parse(path: &str) -> Result<Self, LedgerError> {
        let fault = || LedgerError::TilePath { path: path.to_owned() };
        let rest = path.strip_prefix("tile/entries/").ok_or_else(fault)?;
        let (index, width) = parse_index_path(rest).ok_or_else(fault)?;
        let id = Self::new(index, width).map_err(|_| fault())?;
        if id.path() == path { Ok(id) } else { Err(fault()) }
    }

    /// Writes the bundle: each entry after its length, a big-endian 16-bit number.
    ///
    /// # Errors
    /// [`LedgerError::Bundle`] for another number of entries than the width, [`LedgerError::EntryTooLong`].
    pub fn encode<E: AsRef<[u8]>>(&self, entries: &[E]) -> Result<Vec<u8>, LedgerError> {
        if entries.len() != usize::from(self.width) {
            return Err(LedgerError::Bundle { expected: self.width });
        }
        let mut bytes = Vec::new();
        for entry in entries.iter().map(AsRef::as_ref) {
            let length = u16::try_from(entry.len());
            let length = length.map_err(|_| LedgerError::EntryTooLong { got: entry.len() })?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(entry);
        }
        Ok(bytes)
    }

    /// Reads the entries of a bundle.
    ///
    /// # Errors
    /// [`LedgerError::Bundle`] when it is cut short, or has more or fewer entries than the width.
    pub fn decode<'a>(&self, mut bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, LedgerError> {
        let fault = LedgerError::Bundle { expected: self.width };
        let mut entries = Vec::new();
        while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes(*length));
            let (entry, rest) = rest.split_at_checked(length).ok_or_else(|| fault.clone())?;
            entries.push(entry);
            bytes = rest;
        }
        if bytes.is_empty() && entries.len() == usize::from(self.width) { Ok(entries) } else { Err(fault) }
    }
}

/// `1234067` becomes `x001/x234/067`; a partial tile's width is added as `.p/<width>`.
fn index_path(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width == TILE_WIDTH { path } else { format!("{path}.p/{width}") }
}

/// Reads index and width; the caller must compare with the canonical spelling.
fn parse_index_path(path: &str) -> Option<(u64, u16)> {
    let (path, width) = match path.split_once(".p/") {
        Some((path, width)) => (path, width.parse().ok()?),
        None => (path, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for group in path.split('/') {
        let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(digits)?;
    }
    Some((index, width))
}
