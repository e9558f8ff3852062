//! Inclusion and consistency proofs, read from tiles (RFC 6962, sections 2.1.1 and 2.1.2).
//!
//! First ask which tiles a proof needs, load them, then prove. A proof is a list of ranges of entries; each range's
//! hash is put together from perfect subtrees, and each of those lies within one tile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::hash::{perfect_root, row_above};
use crate::tile::{TILE_HEIGHT, TILE_WIDTH};
use crate::{Hash, LedgerError, MAX_SIZE, Tile, TileId, node_hash};

/// Tiles that the caller has loaded. A wider tile than asked for serves too: the rest is not looked at.
pub trait Tiles {
    /// The hashes of the tile at `index` of `level`, as many as are loaded.
    fn tile(&self, level: u8, index: u64) -> Option<&[Hash]>;
}

impl<T: Tiles + ?Sized> Tiles for &T {
    fn tile(&self, level: u8, index: u64) -> Option<&[Hash]> {
        (**self).tile(level, index)
    }
}

/// Loaded tiles in memory; of two widths of one tile it keeps the wider.
#[derive(Debug, Clone, Default)]
pub struct TileMap(BTreeMap<(u8, u64), Vec<Hash>>);

impl TileMap {
    /// Adds a tile, unless a wider one is there already.
    pub fn insert(&mut self, tile: Tile) {
        let kept = self.0.entry((tile.id().level(), tile.id().index())).or_default();
        if kept.len() < tile.hashes().len() {
            *kept = tile.into_hashes();
        }
    }
}

impl Tiles for TileMap {
    fn tile(&self, level: u8, index: u64) -> Option<&[Hash]> {
        self.0.get(&(level, index)).map(Vec::as_slice)
    }
}

impl Extend<Tile> for TileMap {
    fn extend<I: IntoIterator<Item = Tile>>(&mut self, tiles: I) {
        tiles.into_iter().for_each(|tile| self.insert(tile));
    }
}

impl FromIterator<Tile> for TileMap {
    fn from_iter<I: IntoIterator<Item = Tile>>(tiles: I) -> Self {
        let mut map = Self::default();
        map.extend(tiles);
        map
    }
}

/// The tiles needed to prove that entry `index` is in the tree of `size` entries.
///
/// # Errors
/// [`LedgerError::IndexBeyondSize`], [`LedgerError::TooLarge`].
pub fn inclusion_tiles(index: u64, size: u64) -> Result<Vec<TileId>, LedgerError> {
    Ok(tiles_of(&inclusion_ranges(index, size)?, size))
}

/// The tiles needed to prove that the tree of `new` entries continues the tree of `old` entries.
///
/// # Errors
/// [`LedgerError::OldBeyondNew`], [`LedgerError::TooLarge`].
pub fn consistency_tiles(old: u64, new: u64) -> Result<Vec<TileId>, LedgerError> {
    Ok(tiles_of(&consistency_ranges(old, new)?, new))
}

/// The proof that entry `index` is in the tree of `size` entries, from the leaf's sibling to the root's child.
///
/// For many proofs from one tree take an [`InclusionProver`].
///
/// # Errors
/// [`LedgerError::IndexBeyondSize`], [`LedgerError::TooLarge`]; [`LedgerError::TileMissing`] names a tile to load.
pub fn prove_inclusion(index: u64, size: u64, tiles: &impl Tiles) -> Result<Vec<Hash>, LedgerError> {
    inclusion_ranges(index, size)?.into_iter().map(|range| range.hash(size, tiles)).collect()
}

/// The proof that the tree of `new` entries continues the tree of `old` entries; empty from an empty tree.
///
/// # Errors
/// [`LedgerError::OldBeyondNew`], [`LedgerError::TooLarge`]; [`LedgerError::TileMissing`] names a tile to load.
pub fn prove_consistency(old: u64, new: u64, tiles: &impl Tiles) -> Result<Vec<Hash>, LedgerError> {
    consistency_ranges(old, new)?.into_iter().map(|range| range.hash(new, tiles)).collect()
}

/// Proves many inclusions in one tree; hashes each tile's inside once, so that neighbours cost little.
///
/// It keeps up to 16 KiB for each tile that it touched: use one for a batch, then drop it.
#[derive(Debug)]
pub struct InclusionProver<T> {
    size: u64,
    tiles: T,
    /// The rows of nodes within a tile, from its hashes upwards, by level and index.
    inside: HashMap<(u8, u64), Vec<Vec<Hash>>>,
    /// The hashes of ranges that end at the tree's ragged right edge, by start.
    ragged: HashMap<u64, Hash>,
}

impl<T: Tiles> InclusionProver<T> {
    /// A prover for the tree of `size` entries over these tiles.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`].
    pub fn new(size: u64, tiles: T) -> Result<Self, LedgerError> {
        if size > MAX_SIZE {
            return Err(LedgerError::TooLarge { size });
        }
        Ok(Self { size, tiles, inside: HashMap::new(), ragged: HashMap::new() })
    }

    /// The proof for entry `index`, the same as [`prove_inclusion`] gives.
    ///
    /// # Errors
    /// [`LedgerError::IndexBeyondSize`]; [`LedgerError::TileMissing`] names a tile to load.
    pub fn prove(&mut self, index: u64) -> Result<Vec<Hash>, LedgerError> {
        inclusion_ranges(index, self.size)?.into_iter().map(|range| self.range_hash(range)).collect()
    }

    fn range_hash(&mut self, range: Range) -> Result<Hash, LedgerError> {
        if let Some(node) = range.as_node() {
            return self.node(node);
        }
        if let Some(known) = self.ragged.get(&range.start) {
            return Ok(*known);
        }
        let hash = range.fold(|node| self.node(node))?;
        self.ragged.insert(range.start, hash);
        Ok(hash)
    }

    fn node(&mut self, node: Node) -> Result<Hash, LedgerError> {
        let id = node.tile(self.size)?;
        let key = (id.level(), id.index());
        if !self.inside.contains_key(&key) {
            self.inside.insert(key, rows(loaded(&self.tiles, id)?));
        }
        let row = self.inside.get(&key).and_then(|rows| rows.get(node.row()));
        let hash = row.and_then(|row| row.get(node.offset() >> node.row()));
        hash.copied().ok_or(LedgerError::TileMissing { id })
    }
}

/// The perfect subtree of 2^height entries, the `index`-th of its height.
#[derive(Debug, Clone, Copy)]
struct Node {
    height: u8,
    index: u64,
}

impl Node {
    /// The node's height above the hashes of its tile, 0 to 7.
    fn row(self) -> usize {
        usize::from(self.height % TILE_HEIGHT)
    }

    /// Position, in the hashes of its tile, of the first that the node covers.
    fn offset(self) -> usize {
        let position = (self.index << self.row()) % u64::from(TILE_WIDTH);
        usize::try_from(position).unwrap_or(usize::MAX)
    }

    /// The tile that holds the node, as wide as it is in a tree of `size` entries.
    fn tile(self, size: u64) -> Result<TileId, LedgerError> {
        let (level, index) = (self.height / TILE_HEIGHT, (self.index << self.row()) / u64::from(TILE_WIDTH));
        TileId::in_tree(level, index, size).ok_or(LedgerError::TooLarge { size })
    }

    fn hash(self, size: u64, tiles: &impl Tiles) -> Result<Hash, LedgerError> {
        let id = self.tile(size)?;
        let covered = loaded(tiles, id)?.get(self.offset()..self.offset() + (1 << self.row()));
        covered.and_then(perfect_root).ok_or(LedgerError::TileMissing { id })
    }
}

/// A range of entries that the recursion of RFC 6962 reaches: `start` is a multiple of a power of two not below
/// the length.
#[derive(Debug, Clone, Copy)]
struct Range {
    start: u64,
    length: u64,
}

impl Range {
    fn as_node(self) -> Option<Node> {
        self.length.is_power_of_two().then(|| self.largest_node())
    }

    /// The largest perfect subtree at the range's left end.
    fn largest_node(self) -> Node {
        let height = self.length.checked_ilog2().unwrap_or(0);
        Node { height: u8::try_from(height).unwrap_or(0), index: self.start >> height }
    }

    /// The perfect subtrees that make up the range, from left to right, largest first.
    fn nodes(mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        while self.length > 0 {
            let node = self.largest_node();
            nodes.push(node);
            self.start += 1 << node.height;
            self.length -= 1 << node.height;
        }
        nodes
    }

    /// The range's hash, from those of its perfect subtrees.
    fn fold(self, mut hash: impl FnMut(Node) -> Result<Hash, LedgerError>) -> Result<Hash, LedgerError> {
        let mut right: Option<Hash> = None;
        for node in self.nodes().into_iter().rev() {
            let left = hash(node)?;
            right = Some(right.map_or(left, |right| node_hash(left, right)));
        }
        Ok(right.unwrap_or_else(crate::empty_root))
    }

    fn hash(self, size: u64, tiles: &impl Tiles) -> Result<Hash, LedgerError> {
        self.fold(|node| node.hash(size, tiles))
    }

    /// Splits where RFC 6962 does: at the largest power of two below the length, which must be over one.
    fn split(self) -> (Range, Range) {
        let left = 1 << (self.length - 1).ilog2();
        (
            Range { start: self.start, length: left },
            Range { start: self.start + left, length: self.length - left },
        )
    }
}

/// PATH(index, D[size]) of RFC 6962 as ranges, from the leaf's sibling upwards.
fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range>, LedgerError> {
    if size > MAX_SIZE {
        return Err(LedgerError::TooLarge { size });
    }
    if index >= size {
        return Err(LedgerError::IndexBeyondSize { index, size });
    }
    let mut ranges = Vec::new();
    let mut rest = Range { start: 0, length: size };
    while rest.length > 1 {
        let (left, right) = rest.split();
        let (inside, sibling) = if index < right.start { (left, right) } else { (right, left) };
        ranges.push(sibling);
        rest = inside;
    }
    ranges.reverse();
    Ok(ranges)
}

/// PROOF(old, D[new]) of RFC 6962 as ranges, from the bottom upwards.
fn consistency_ranges(old: u64, new: u64) -> Result<Vec<Range>, LedgerError> {
    if new > MAX_SIZE {
        return Err(LedgerError::TooLarge { size: new });
    }
    if old > new {
        return Err(LedgerError::OldBeyondNew { old, new });
    }
    let mut ranges = Vec::new();
    let mut rest = Range { start: 0, length: new };
    while old != 0 && rest.start + rest.length != old {
        let (left, right) = rest.split();
        let (inside, sibling) = if old <= right.start { (left, right) } else { (right, left) };
        ranges.push(sibling);
        rest = inside;
    }
    if rest.start > 0 {
        ranges.push(rest);
    }
    ranges.reverse();
    Ok(ranges)
}

/// The tiles in which the subtrees of these ranges lie, sorted, each once.
fn tiles_of(ranges: &[Range], size: u64) -> Vec<TileId> {
    let nodes = ranges.iter().flat_map(|range| range.nodes());
    let tiles: BTreeSet<TileId> = nodes.filter_map(|node| node.tile(size).ok()).collect();
    tiles.into_iter().collect()
}

/// The hashes of tile `id`, cut to its width.
fn loaded(tiles: &impl Tiles, id: TileId) -> Result<&[Hash], LedgerError> {
    let hashes = tiles.tile(id.level(), id.index());
    hashes.and_then(|hashes| hashes.get(..usize::from(id.width()))).ok_or(LedgerError::TileMissing { id })
}

/// All rows within a tile: its hashes, their parents, and so on up to the one below the tile above.
fn rows(hashes: &[Hash]) -> Vec<Vec<Hash>> {
    let above = |row: &Vec<Hash>| Some(row_above(row));
    std::iter::successors(Some(hashes.to_vec()), above).take(usize::from(TILE_HEIGHT)).collect()
}
