//! Another program that holds a node's SQLite file.

use sqlx::{ConnectOptions, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

/// A write lock on a database file, until it is released.
pub struct Held(SqliteConnection);

/// Takes the write lock.
pub async fn hold(file: &Path) -> Held {
    let options = SqliteConnectOptions::new().filename(file).busy_timeout(std::time::Duration::from_secs(30));
    let mut connection = options.connect().await.expect("the file opens");
    connection.execute("BEGIN IMMEDIATE").await.expect("the lock is taken");
    Held(connection)
}

impl Held {
    /// Gives the lock back.
    pub async fn release(mut self) {
        self.0.execute("ROLLBACK").await.expect("the lock is given back");
    }
}
