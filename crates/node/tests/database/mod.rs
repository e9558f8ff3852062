//! A PostgreSQL database of a test's own, in programs whose name ends in `_postgres`: there the same tests run as on SQLite.

use comity_node::random;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Dropped, it leaves nothing behind on the server.
pub struct Database {
    server: String,
    name: String,
    /// How a node names it.
    pub address: String,
}

impl Database {
    /// A fresh one; none where tests run on SQLite.
    pub async fn new() -> Option<Self> {
        let server = server()?;
        let mut connection = PgConnection::connect(&server).await.unwrap();
        let name = format!("comity_test_{:016x}", random::number());
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        let (address, options) = server.split_once('?').unwrap_or((&server, ""));
        let (scheme, rest) = address.split_once("://").unwrap();
        let address = format!("{scheme}://{}/{name}?{options}", rest.split('/').next().unwrap());
        Some(Self { server, name, address })
    }
}

fn server() -> Option<String> {
    if !env!("CARGO_CRATE_NAME").ends_with("_postgres") {
        return None;
    }
    let server = std::env::var("COMITY_TEST_POSTGRES").ok();
    let required = std::env::var("COMITY_REQUIRE_POSTGRES").is_ok_and(|wish| wish == "1");
    assert!(
        server.is_some() || !required,
        "COMITY_TEST_POSTGRES names no server: use `tests/tools/postgres.sh`"
    );
    server
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, drop) = (self.server.clone(), format!("DROP DATABASE {} WITH (FORCE)", self.name));
        let clean = async move {
            let mut connection = PgConnection::connect(&server).await?;
            connection.execute(AssertSqlSafe(drop)).await
        };
        // A thread of its own, since the test's runtime may not block.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let cleaner = std::thread::spawn(move || runtime.map(|runtime| runtime.block_on(clean)));
        let _ = cleaner.join();
    }
}
