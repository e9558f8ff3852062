//! A named transaction, and the commit that numbers its journal entries and appends them to the ledger.

use super::{
    Bulk, Shared, StoreError,
    pool::Transacting,
    tiles::{SELECT_TILE, UPSERT_TILE, hashes_of, tile_key},
    value::{Row, Value},
};
use crate::{
    faults,
    journal::{Entry, INSERT_ENTRIES},
};
use comity_ledger::{Edge, Hash, Tile, edge_tiles};
use std::{sync::Arc, time::Instant};

/// How long a transaction may take before the log names it.
const SLOW_MILLISECONDS: u128 = 500;

/// A transaction that has begun. Dropped without [`Tx::commit`], it leaves no trace.
pub struct Tx {
    shared: Arc<Shared>,
    inner: Transacting,
    name: &'static str,
    entries: Vec<Entry>,
    begun: Instant,
    /// Did a statement fail? PostgreSQL then rolls back whatever follows and calls it committed; SQLite would go on.
    failed: bool,
}

/// What a commit made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The ledger index of the transaction's first journal entry; the others follow without a gap.
    pub first: u64,
    /// The number of entries in the ledger after the commit.
    pub size: u64,
    /// The root of the ledger after the commit; absent where the transaction wrote no entry.
    pub root: Option<Hash>,
}

impl Tx {
    pub(super) async fn begin(shared: Arc<Shared>, name: &'static str) -> Result<Self, StoreError> {
        let inner = shared.pool.begin(name).await?;
        Ok(Self { shared, inner, name, entries: Vec::new(), begun: Instant::now(), failed: false })
    }

    /// Runs a statement; returns the number of rows that it changed.
    pub async fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        self.refuse_after_failure()?;
        let result = self.inner.execute(sql, values).await;
        self.failed = result.is_err();
        result
    }

    /// All rows of a query, or of a statement with `RETURNING`.
    pub async fn fetch_all(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.refuse_after_failure()?;
        let result = self.inner.fetch_all(sql, values).await;
        self.failed = result.is_err();
        result
    }

    /// Runs a statement for many rows, a piece at a time; what its pieces return, in the order of the rows.
    pub async fn execute_many(
        &mut self,
        bulk: &'static Bulk,
        rows: &[Vec<Value>],
    ) -> Result<Vec<Row>, StoreError> {
        let (mut returned, mut rest) = (Vec::new(), rows);
        for (size, sql) in bulk.texts(self.inner.most_bound()) {
            while let Some((piece, later)) = rest.split_at_checked(size) {
                returned.extend(self.fetch_all(sql, &piece.concat()).await?);
                rest = later;
            }
        }
        Ok(returned)
    }

    fn refuse_after_failure(&self) -> Result<(), StoreError> {
        if self.failed { Err(StoreError::Aborted { name: self.name }) } else { Ok(()) }
    }

    /// The first row of a query, if there is one.
    pub async fn fetch_optional(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, values).await?.into_iter().next())
    }

    /// Adds an entry to the journal; returns its place among this transaction's entries, from 0.
    pub fn record(&mut self, entry: Entry) -> u64 {
        self.entries.push(entry);
        self.entries.len() as u64 - 1
    }

    /// Makes everything durable: state, journal entries and ledger, or nothing.
    pub async fn commit(mut self) -> Result<Committed, StoreError> {
        self.refuse_after_failure()?;
        if self.entries.is_empty() {
            self.inner.commit(self.name).await?;
            return Ok(Committed { first: 0, size: 0, root: None });
        }
        // The row lock on the head is taken here, last, and held to the commit: entries are numbered in commit order
        // without gaps, on both engines. The cached edge is taken out first and put back only after the commit.
        let count = self.entries.len() as u64;
        let sql =
            "/* claim_ledger_range */ UPDATE ledger_head SET size = size + $1 WHERE id = 1 RETURNING size";
        let head = self.fetch_optional(sql, &[Value::from(count)]).await?;
        let size = head.ok_or_else(|| StoreError::Ledger("the head is missing".into()))?.unsigned(0)?;
        let first = size.saturating_sub(count);
        let shared = self.shared.clone();
        let mut cache = shared.edge.lock().await;
        let mut edge = self.edge_at(first, cache.take()).await?;
        let changed = self.write_entries(first, &mut edge).await?;
        for tile in &changed {
            let [level, position] = tile_key(tile.id());
            self.inner.execute(UPSERT_TILE, &[level, position, Value::from(tile.to_bytes())]).await?;
        }
        faults::point(self.name, "before_commit");
        self.inner.commit(self.name).await?;
        faults::point(self.name, "after_commit");
        let root = edge.root();
        *cache = Some(edge);
        // Told before the next commit may begin, so that the size that followers see never goes back.
        shared.size.send_replace(size);
        drop(cache);
        let took = self.begun.elapsed().as_millis();
        if took > SLOW_MILLISECONDS {
            tracing::warn!(transaction = self.name, milliseconds = took, "slow transaction");
        }
        Ok(Committed { first, size, root: Some(root) })
    }

    async fn edge_at(&mut self, size: u64, cached: Option<Edge>) -> Result<Edge, StoreError> {
        if let Some(edge) = cached.filter(|edge| edge.size() == size) {
            return Ok(edge);
        }
        let mut tiles = Vec::new();
        for id in edge_tiles(size) {
            let row = self.inner.fetch_all(SELECT_TILE, &tile_key(id)).await?.into_iter().next();
            let row = row.ok_or_else(|| StoreError::Ledger(format!("tile `{}` is missing", id.path())))?;
            let mut hashes = hashes_of(&row)?;
            hashes.truncate(usize::from(id.width()));
            tiles.push(Tile::new(id, hashes).map_err(|fault| StoreError::Ledger(fault.to_string()))?);
        }
        Edge::from_tiles(size, &tiles).map_err(|fault| StoreError::Ledger(fault.to_string()))
    }

    async fn write_entries(&mut self, first: u64, edge: &mut Edge) -> Result<Vec<Tile>, StoreError> {
        let entries = std::mem::take(&mut self.entries);
        let leaves: Vec<Hash> = entries.iter().map(Entry::leaf).collect();
        let rows: Vec<Vec<Value>> =
            (first..).zip(entries).map(|(seq, entry)| entry.into_values(seq).into()).collect();
        self.execute_many(&INSERT_ENTRIES, &rows).await?;
        Ok(edge.append(&leaves))
    }
}
