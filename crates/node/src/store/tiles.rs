//! The ledger's tiles in the database: loaded for appending and for proofs, never the log itself.

use super::{Store, StoreError, Value, value::Row};
use comity_ledger::{Hash, TileId, Tiles};
use std::collections::BTreeMap;

pub(super) const SELECT_TILE: &str =
    "/* select_tile */ SELECT hashes FROM ledger_tile WHERE level = $1 AND position = $2";
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
        let mut set = TileSet::default();
        for id in ids {
            if set.0.contains_key(&(id.level(), id.index())) {
                continue;
            }
            if let Some(row) = self.fetch_optional(SELECT_TILE, &tile_key(id)).await? {
                set.0.insert((id.level(), id.index()), hashes_of(&row)?);
            }
        }
        Ok(set)
    }
}
