//! The ledger's tiles in the database: loaded for appending and for proofs, never the log itself.

use super::{Store, StoreError, Value, value::Row};
use comity_ledger::{Hash, TileId, Tiles};
use std::collections::BTreeMap;

pub(super) const SELECT_TILE: &str =
    "/* select_tile */ SELECT hashes FROM ledger_tile WHERE level = $1 AND position = $2";
/// As many tiles as a proof in a tree of millions needs, in one statement; unused places repeat the first.
const SELECT_TILES: &str = "/* select_tiles */ SELECT hashes, level, position FROM ledger_tile WHERE \
     (level = $1 AND position = $2) OR (level = $3 AND position = $4) OR (level = $5 AND position = $6) OR \
     (level = $7 AND position = $8) OR (level = $9 AND position = $10) OR (level = $11 AND position = $12) OR \
     (level = $13 AND position = $14) OR (level = $15 AND position = $16)";
const TILES_AT_ONCE: usize = 8;
pub(super) const UPSERT_TILE: &str = "/* upsert_tile */ INSERT INTO ledger_tile (level, position, hashes) \
     VALUES ($1, $2, $3) ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes";

/// Tiles that were loaded for one computation.
#[derive(Debug, Default, Clone)]
pub struct TileSet(BTreeMap<(u8, u64), Vec<Hash>>);

impl Tiles for TileSet {
    fn tile(&self, level: u8, index: u64) -> Option<&[Hash]> {
        self.0.get(&(level, index)).map(Vec::as_slice)
    }
}

pub(super) fn tile_key(id: TileId) -> [Value; 2] {
    [Value::from(i64::from(id.level())), Value::from(id.index())]
}

pub(super) fn hashes_of(row: &Row) -> Result<Vec<Hash>, StoreError> {
    let bytes = row.bytes(0)?;
    let chunks = bytes.chunks_exact(32).filter_map(|chunk| <[u8; 32]>::try_from(chunk).ok());
    Ok(chunks.map(Hash::from_bytes).collect())
}

impl Store {
    /// Loads the tiles named; a partial tile may come back wider than asked for.
    pub async fn tiles(&self, ids: impl IntoIterator<Item = TileId>) -> Result<TileSet, StoreError> {
        let wanted: BTreeMap<(u8, u64), TileId> =
            ids.into_iter().map(|id| ((id.level(), id.index()), id)).collect();
        let wanted: Vec<TileId> = wanted.into_values().collect();
        let mut set = TileSet::default();
        for some in wanted.chunks(TILES_AT_ONCE) {
            let padded = some.iter().chain(std::iter::repeat(&some[0])).take(TILES_AT_ONCE);
            let values: Vec<Value> = padded.flat_map(|id| tile_key(*id)).collect();
            for row in self.fetch_all(SELECT_TILES, &values).await? {
                let level = u8::try_from(row.integer(1)?);
                let level =
                    level.map_err(|_| StoreError::Corrupt { column: 1, expected: "a tile's level" })?;
                set.0.insert((level, row.unsigned(2)?), hashes_of(&row)?);
            }
        }
        Ok(set)
    }
}
