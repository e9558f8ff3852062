//! Databases for tests: every storage test runs on a fresh SQLite file and on a fresh PostgreSQL database.
//!
//! PostgreSQL is the server that `COMITY_TEST_POSTGRES` names, where the user must be allowed to create databases. Without it
//! a test says that it ran on SQLite only; with `COMITY_REQUIRE_POSTGRES=1`, as under `make test`, it fails.

use super::{DatabaseUrl, Store};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Opens the database.
pub(crate) async fn open(url: &DatabaseUrl) -> Store {
    Store::open(url).await.expect("the database opens")
}

/// Runs a test on both engines, each time with the address of a database that does not exist or is empty.
pub(crate) async fn on_both_engines(test: impl AsyncFn(DatabaseUrl)) {
    on_sqlite(&test).await;
    match std::env::var("COMITY_TEST_POSTGRES") {
        Ok(server) => on_postgres(&server, &test).await,
        Err(_) if std::env::var("COMITY_REQUIRE_POSTGRES").is_ok_and(|wish| wish == "1") => {
            panic!(
                "COMITY_TEST_POSTGRES names no server: run `tests/tools/postgres.sh COMMAND`, which starts one"
            )
        }
        Err(_) => eprintln!("COMITY_TEST_POSTGRES is not set: ran on SQLite only"),
    }
}

/// Runs a test on a fresh SQLite file.
pub(crate) async fn on_sqlite(test: impl AsyncFn(DatabaseUrl)) {
    let folder = tempfile::tempdir().expect("a folder");
    test(DatabaseUrl::Sqlite(folder.path().join("node.sqlite"))).await;
}

async fn on_postgres(server: &str, test: impl AsyncFn(DatabaseUrl)) {
    let name = format!("comity_test_{}", hex::encode(crate::random::bytes::<8>()));
    let mut connection =
        PgConnection::connect(server).await.expect("the server of COMITY_TEST_POSTGRES answers");
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a fresh database");
    test(DatabaseUrl::Postgres(with_database(server, &name))).await;
    let drop = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    connection.execute(drop).await.expect("the database goes");
}

/// The server's address with another database: `postgres://user@host/old?x=y` becomes `postgres://user@host/new?x=y`.
fn with_database(server: &str, name: &str) -> String {
    let (address, options) =
        server.split_once('?').map_or((server, ""), |(address, options)| (address, options));
    let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
    let host = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{host}/{name}?{options}")
}

#[test]
fn the_database_of_an_address_is_replaced_and_nothing_else() {
    let of = |server| with_database(server, "new");
    assert_eq!(of("postgres://a@localhost/postgres?host=/tmp/x"), "postgres://a@localhost/new?host=/tmp/x");
    assert_eq!(of("postgres://a:b@db.example:5433/old"), "postgres://a:b@db.example:5433/new?");
    assert_eq!(of("postgresql://localhost"), "postgresql://localhost/new?");
}
