//! The connections: for SQLite one writer and a few readers over a write-ahead log; for PostgreSQL one pool.

use super::{
    DatabaseUrl, StoreError,
    value::{Inner, Row, Value},
};
use sqlx::{
    PgPool, SqlitePool, Transaction,
    postgres::{PgArguments, PgPoolOptions},
    query::Query,
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    },
};
use std::{
    future::Future,
    time::{Duration, Instant},
};

/// How long a SQLite file that another connection holds is tried for when it is opened.
const OPENING_PATIENCE: Duration = Duration::from_secs(20);
/// How long to wait between two tries.
const OPENING_PAUSE: Duration = Duration::from_millis(20);

pub(super) enum Pool {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

pub(super) enum Transacting {
    Sqlite(Transaction<'static, sqlx::Sqlite>),
    Postgres(Transaction<'static, sqlx::Postgres>),
}

impl Pool {
    pub(super) async fn open(url: &DatabaseUrl, max_pages: Option<u64>) -> Result<Self, StoreError> {
        let failed = |source| StoreError::from_sqlx("open", source);
        match url {
            DatabaseUrl::Postgres(text) => {
                let options =
                    PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(10));
                Ok(Self::Postgres(options.connect(text).await.map_err(failed)?))
            }
            DatabaseUrl::Sqlite(path) => {
                let mut options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .pragma("cache_size", "-4000")
                    // What is erased is overwritten, not only unlinked: a take-down must reach the disk.
                    .pragma("secure_delete", "ON")
                    .busy_timeout(Duration::from_secs(5));
                if let Some(pages) = max_pages {
                    options = options.pragma("max_page_count", pages.to_string());
                }
                let one =
                    SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(30));
                let writer = while_busy(|| one.clone().connect_with(options.clone())).await?;
                let few = SqlitePoolOptions::new().max_connections(3).min_connections(1);
                let options = options.read_only(true).create_if_missing(false);
                let readers = while_busy(|| few.clone().connect_with(options.clone())).await?;
                Ok(Self::Sqlite { writer, readers })
            }
        }
    }

    pub(super) async fn begin(&self, name: &'static str) -> Result<Transacting, StoreError> {
        let failed = |source| StoreError::from_sqlx(name, source);
        match self {
            Self::Sqlite { writer, .. } => {
                Ok(Transacting::Sqlite(begin_sqlite(writer).await.map_err(failed)?))
            }
            Self::Postgres(pool) => Ok(Transacting::Postgres(pool.begin().await.map_err(failed)?)),
        }
    }

    pub(super) async fn fetch_all(
        &self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let failed = |source| StoreError::from_sqlx(name_of(sql), source);
        match self {
            Self::Sqlite { readers, .. } => {
                let rows = sqlite_query(sql, values).fetch_all(readers).await.map_err(failed)?;
                Ok(rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect())
            }
            Self::Postgres(pool) => {
                let rows = postgres_query(sql, values).fetch_all(pool).await.map_err(failed)?;
                Ok(rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect())
            }
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Opens again while the file is held. Switching to the write-ahead log is a lock that SQLite's own busy timeout does
/// not wait for when two connections ask at the same moment, so programs that start together must try again.
async fn while_busy<F>(mut open: impl FnMut() -> F) -> Result<SqlitePool, StoreError>
where
    F: Future<Output = Result<SqlitePool, sqlx::Error>>,
{
    let begun = Instant::now();
    loop {
        match open().await.map_err(|source| StoreError::from_sqlx("open", source)) {
            Err(StoreError::Busy { .. }) if begun.elapsed() < OPENING_PATIENCE => {
                tokio::time::sleep(OPENING_PAUSE).await;
            }
            result => return result,
        }
    }
}

/// Begins on the one writing connection. A full disk makes SQLite roll back by itself, after which the connection takes
/// itself to be in a transaction for ever: such a one is closed, and another is opened.
async fn begin_sqlite(writer: &SqlitePool) -> Result<Transaction<'static, sqlx::Sqlite>, sqlx::Error> {
    match writer.begin_with("BEGIN IMMEDIATE").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            writer.acquire().await?.close().await?;
            writer.begin_with("BEGIN IMMEDIATE").await
        }
        result => result,
    }
}

impl Transacting {
    /// How many values a statement for many rows should bind at most. SQLite's library is asked for the name of each, which it finds by
    /// going through those before.
    pub(super) fn most_bound(&self) -> usize {
        match self {
            Self::Sqlite(_) => 320,
            Self::Postgres(_) => usize::MAX,
        }
    }

    pub(super) async fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        let failed = |source| StoreError::from_sqlx(name_of(sql), source);
        match self {
            Self::Sqlite(tx) => {
                Ok(sqlite_query(sql, values).execute(&mut **tx).await.map_err(failed)?.rows_affected())
            }
            Self::Postgres(tx) => {
                Ok(postgres_query(sql, values).execute(&mut **tx).await.map_err(failed)?.rows_affected())
            }
        }
    }

    pub(super) async fn fetch_all(
        &mut self,
        sql: &'static str,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let failed = |source| StoreError::from_sqlx(name_of(sql), source);
        match self {
            Self::Sqlite(tx) => {
                let rows = sqlite_query(sql, values).fetch_all(&mut **tx).await.map_err(failed)?;
                Ok(rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect())
            }
            Self::Postgres(tx) => {
                let rows = postgres_query(sql, values).fetch_all(&mut **tx).await.map_err(failed)?;
                Ok(rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect())
            }
        }
    }

    pub(super) async fn commit(self, name: &'static str) -> Result<(), StoreError> {
        let failed = |source| StoreError::from_sqlx(name, source);
        match self {
            Self::Sqlite(tx) => tx.commit().await.map_err(failed),
            Self::Postgres(tx) => tx.commit().await.map_err(failed),
        }
    }
}

/// The name that a statement's opening comment gives, `/* name */`.
fn name_of(sql: &'static str) -> &'static str {
    sql.strip_prefix("/* ").and_then(|rest| rest.split_once(" */")).map_or("unnamed", |(name, _)| name)
}

fn sqlite_query<'q>(sql: &'static str, values: &[Value]) -> Query<'q, sqlx::Sqlite, SqliteArguments> {
    values.iter().cloned().fold(sqlx::query(sql), |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Integer(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

fn postgres_query<'q>(sql: &'static str, values: &[Value]) -> Query<'q, sqlx::Postgres, PgArguments> {
    values.iter().cloned().fold(sqlx::query(sql), |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Integer(number) => query.bind(number),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}
