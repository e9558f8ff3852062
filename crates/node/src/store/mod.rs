//! The database: one SQL text that both SQLite and PostgreSQL run, behind named transactions.
//!
//! Every write goes through [`Store::begin`] and [`Tx::commit`]; the commit numbers the transaction's journal entries,
//! appends their commitments to the ledger and writes both in the same transaction. Reads take any pooled connection.
//! What is *not* here: the SQL of the capabilities, which stands in each one's own `store.rs`.

mod bulk;
mod error;
mod migrate;
mod pool;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tiles;
mod tx;
mod value;

pub use bulk::Bulk;
pub use error::StoreError;
pub use tiles::TileSet;
pub use tx::{Committed, Tx};
pub use value::{Row, Value, code_text, json_text};

use comity_ledger::Edge;
use pool::Pool;
use std::{path::PathBuf, sync::Arc};
use tokio::sync::{Mutex, watch};

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL connection string, `postgres://...`.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `postgres://...` as PostgreSQL and everything else as the path of a SQLite file.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Postgres(text.to_owned())
        } else {
            Self::Sqlite(PathBuf::from(text.strip_prefix("sqlite://").unwrap_or(text)))
        }
    }
}

/// The database of a node. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pool: Pool,
    /// The right edge of the ledger as this process last committed it; another replica may have moved on since.
    edge: Mutex<Option<Edge>>,
    /// The ledger's size after the newest commit of this process; followers of the journal wait on it.
    size: watch::Sender<u64>,
}

impl Store {
    /// Opens the database and brings its schema up to date; refuses a schema that is newer than this program.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        Self::open_limited(url, None).await
    }

    /// As [`Store::open`], with a bound on the size of a SQLite file in pages, to rehearse a full disk.
    pub async fn open_limited(url: &DatabaseUrl, max_pages: Option<u64>) -> Result<Self, StoreError> {
        let pool = Pool::open(url, max_pages).await?;
        let size = watch::Sender::new(0);
        let store = Self { shared: Arc::new(Shared { pool, edge: Mutex::new(None), size }) };
        migrate::run(&store).await?;
        store.shared.size.send_replace(store.ledger_size().await?);
        Ok(store)
    }

    /// Begins a named transaction; the name labels errors and slow-transaction logs. Dropping it rolls back.
    pub async fn begin(&self, name: &'static str) -> Result<Tx, StoreError> {
        Tx::begin(self.shared.clone(), name).await
    }

    /// All rows of a reading query.
    pub async fn fetch_all(&self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.shared.pool.fetch_all(sql, values).await
    }

    /// The first row of a reading query, if there is one.
    pub async fn fetch_optional(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, values).await?.into_iter().next())
    }

    /// The number of entries in the ledger.
    pub async fn ledger_size(&self) -> Result<u64, StoreError> {
        let row =
            self.fetch_optional("/* ledger_size */ SELECT size FROM ledger_head WHERE id = 1", &[]).await?;
        row.map_or(Ok(0), |row| row.unsigned(0))
    }

    /// Follows the ledger's size: changes with each commit of this process.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.shared.size.subscribe()
    }

    /// Waits until running statements have ended and closes every connection.
    pub async fn close(&self) {
        self.shared.pool.close().await;
    }
}
