//! Brings the schema up to date, one numbered file after the other, each in its own transaction.

use super::{Store, StoreError, Value};

/// The migrations in order; a migration that has been released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_spine.sql"),
    include_str!("migrations/0002_law.sql"),
    include_str!("migrations/0003_evidence.sql"),
    include_str!("migrations/0004_matching.sql"),
    include_str!("migrations/0005_deconfliction.sql"),
    include_str!("migrations/0006_person_keys.sql"),
    include_str!("migrations/0007_purge.sql"),
    include_str!("migrations/0008_deadlines.sql"),
    include_str!("migrations/0009_upload_marks.sql"),
];

pub(super) async fn run(store: &Store) -> Result<(), StoreError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found = version(store).await?;
    if found > known {
        return Err(StoreError::SchemaNewer { found, known });
    }
    for (number, script) in (1_i64..).zip(MIGRATIONS) {
        if number > found {
            apply(store, number, script).await?;
        }
    }
    Ok(())
}

/// How often the table of versions is tried for, while other replicas make it at the same time.
const ATTEMPTS: u32 = 5;

/// The version found. Two replicas that both make the table see `IF NOT EXISTS` fail on PostgreSQL; the next try finds it.
async fn version(store: &Store) -> Result<i64, StoreError> {
    for _ in 1..ATTEMPTS {
        match try_version(store).await {
            Err(StoreError::Contradiction { .. }) => {}
            result => return result,
        }
    }
    try_version(store).await
}

async fn try_version(store: &Store) -> Result<i64, StoreError> {
    let mut tx = store.begin("schema_version").await?;
    tx.execute(
        "/* create_schema_version */ CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)",
        &[],
    )
    .await?;
    let rows = tx
        .fetch_all("/* schema_version */ SELECT version FROM schema_version ORDER BY version DESC", &[])
        .await?;
    let found = rows.first().map_or(Ok(0), |row| row.integer(0));
    tx.commit().await?;
    found
}

async fn apply(store: &Store, number: i64, script: &'static str) -> Result<(), StoreError> {
    let mut tx = store.begin("migrate").await?;
    // The row comes first: a second replica that migrates at the same time waits for it, and then finds it there.
    let claimed = tx
        .execute(
            "/* claim_migration */ INSERT INTO schema_version (version) VALUES ($1) ON CONFLICT (version) DO NOTHING",
            &[Value::from(number)],
        )
        .await?;
    if claimed == 1 {
        for statement in script.split(";\n").filter(|part| !part.trim().is_empty()) {
            tx.execute(statement, &[]).await?;
        }
    }
    tx.commit().await.map(|_| ())
}
