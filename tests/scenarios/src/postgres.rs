//! Databases of their own on the PostgreSQL that `make test` starts.

use sqlx::{AssertSqlSafe, ConnectOptions, Executor, postgres::PgConnectOptions};

/// Makes a database; it goes with the server, which is a temporary one.
pub async fn create_database(server: &str, name: &str) {
    let options: PgConnectOptions = server.parse().expect("COMITY_TEST_POSTGRES is an address");
    let mut connection = options.connect().await.expect("the PostgreSQL of the tests answers");
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a fresh database");
}

/// The same server's address with another database.
pub fn with_database(server: &str, name: &str) -> String {
    let (head, query) = server.split_once('?').map_or((server, None), |(head, query)| (head, Some(query)));
    let scheme = head.find("://").map_or(0, |at| at + 3);
    let base = head[scheme..].rfind('/').map_or(head, |at| &head[..scheme + at]);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{base}/{name}{query}")
}
