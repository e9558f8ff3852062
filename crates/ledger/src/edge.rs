//! The right edge of the tree: all that is needed to append and to know the root, whatever the log's size.

use crate::hash::perfect_root;
use crate::tile::{TILE_HEIGHT, TILE_WIDTH};
use crate::{Hash, LedgerError, MAX_SIZE, Tile, TileId, empty_root, node_hash};

/// The partial tiles of a tree of `size` entries: what [`Edge::from_tiles`] needs to append to it or take its root.
///
/// At most eight, one a level; none for an empty tree. Tiles wider than asked serve as well.
pub fn edge_tiles(size: u64) -> Vec<TileId> {
    (0..8u8).filter_map(|level| edge_tile(level, size)).collect()
}

/// The partial tile of `level`, if the tree has one there.
fn edge_tile(level: u8, size: u64) -> Option<TileId> {
    let hashes = size >> (u32::from(level) * u32::from(TILE_HEIGHT));
    let id = TileId::in_tree(level, hashes / u64::from(TILE_WIDTH), size)?;
    (!id.is_full()).then_some(id)
}

/// The right edge of a tree, in memory: under 70 KiB at any size.
///
/// Appending costs one or two hashes a leaf; the root costs one hash for each bit set in the size.
/// Not for proofs: those are read from the tiles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    /// INVARIANT: roots of the perfect subtrees that make up the tree, largest first: one for each bit set in `size`.
    peaks: Vec<Hash>,
    /// INVARIANT: `partial[level]` holds the `(size >> 8 * level) % 256` hashes of that level's partial tile.
    partial: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the tree without entries.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The edge of a tree of `size` entries, from the tiles that [`edge_tiles`] names, in any order.
    ///
    /// The tiles are trusted: compare [`Edge::root`] with a root that was stored or signed with the size.
    ///
    /// # Errors
    /// [`LedgerError::TileMissing`] when a tile is not there or too narrow, [`LedgerError::TooLarge`].
    pub fn from_tiles(size: u64, tiles: &[Tile]) -> Result<Self, LedgerError> {
        if size > MAX_SIZE {
            return Err(LedgerError::TooLarge { size });
        }
        let mut edge = Self { size, peaks: Vec::new(), partial: Vec::new() };
        for id in edge_tiles(size) {
            edge.partial.resize(usize::from(id.level()), Vec::new());
            edge.partial.push(find(tiles, id).ok_or(LedgerError::TileMissing { id })?);
        }
        edge.peaks = edge.partial.iter().rev().flat_map(|hashes| peaks(hashes)).collect();
        Ok(edge)
    }

    /// Entries in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree (RFC 6962, section 2.1).
    pub fn root(&self) -> Hash {
        let right_to_left = self.peaks.iter().rev().copied();
        right_to_left.reduce(|right, left| node_hash(left, right)).unwrap_or_else(empty_root)
    }

    /// Appends leaf hashes; says which tiles to store over their narrower selves, each once, at its widest.
    ///
    /// Full tiles come first as they fill, then the partial tiles that changed.
    pub fn append(&mut self, leaves: &[Hash]) -> Vec<Tile> {
        let before = self.size;
        let mut changed = Vec::new();
        for leaf in leaves {
            self.push_leaf(*leaf, &mut changed);
        }
        changed.extend(self.partial_tiles_since(before));
        changed
    }

    /// Adds one leaf and merges the perfect subtrees that it completes, as a binary counter carries.
    fn push_leaf(&mut self, leaf: Hash, full: &mut Vec<Tile>) {
        let (mut node, mut height) = (leaf, 0u8);
        self.push_to_tile(0, node, full);
        while self.size >> height & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            node = node_hash(left, node);
            height += 1;
            if height.is_multiple_of(TILE_HEIGHT) {
                self.push_to_tile(height / TILE_HEIGHT, node, full);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// Adds a hash to the partial tile of `level`; a tile that is now full moves to `full`.
    fn push_to_tile(&mut self, level: u8, hash: Hash, full: &mut Vec<Tile>) {
        let position = usize::from(level);
        if self.partial.len() <= position {
            self.partial.resize(position + 1, Vec::new());
        }
        let Some(hashes) = self.partial.get_mut(position) else { return };
        hashes.push(hash);
        if hashes.len() == usize::from(TILE_WIDTH) {
            let index = self.size >> ((u32::from(level) + 1) * u32::from(TILE_HEIGHT));
            let hashes = std::mem::take(hashes);
            full.extend(TileId::new(level, index, TILE_WIDTH).and_then(|id| Tile::new(id, hashes)));
        }
    }

    /// The partial tiles that have hashes which the tree of `before` entries did not have.
    fn partial_tiles_since(&self, before: u64) -> impl Iterator<Item = Tile> {
        edge_tiles(self.size).into_iter().filter_map(move |id| {
            let known = TileId::in_tree(id.level(), id.index(), before);
            let hashes = self.partial.get(usize::from(id.level()))?;
            if known == Some(id) { None } else { Tile::new(id, hashes.clone()).ok() }
        })
    }
}

/// The hashes of tile `id` among `tiles`, from one that is at least as wide.
fn find(tiles: &[Tile], id: TileId) -> Option<Vec<Hash>> {
    let same = tiles.iter().filter(|tile| tile.id().level() == id.level() && tile.id().index() == id.index());
    same.filter_map(|tile| tile.hashes().get(..usize::from(id.width()))).next().map(<[Hash]>::to_vec)
}

/// Roots of the perfect subtrees within a partial tile, largest first.
fn peaks(mut hashes: &[Hash]) -> Vec<Hash> {
    let mut peaks = Vec::new();
    for height in (0..TILE_HEIGHT).rev() {
        let width = 1usize << height;
        if hashes.len() >= width {
            let (left, rest) = hashes.split_at(width);
            peaks.extend(perfect_root(left));
            hashes = rest;
        }
    }
    peaks
}
