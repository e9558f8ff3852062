//! What the database does when it can do no more.

use super::*;
use crate::store::{DatabaseUrl, testing::on_sqlite};

/// Writes documents of 10 kB until the disk is full; returns how many were committed.
async fn fill(store: &Store) -> u64 {
    let text = "x".repeat(10_000);
    for count in 0.. {
        let mut tx = store.begin("test_fill").await.unwrap();
        tx.record(entry(&text));
        match tx.commit().await {
            Ok(_) => {}
            Err(StoreError::Full { .. }) => return count,
            Err(other) => panic!("a full disk is said to be {other:?}"),
        }
        assert!(count < 10_000, "the bound on the file is not kept");
    }
    0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_nothing_stored_before_is_lost() {
    on_sqlite(async |url| {
        let store = Store::open_limited(&url, Some(200)).await.unwrap();
        insert_officer(&store, "one").await.unwrap();
        let count = fill(&store).await;
        assert!(count > 5, "{count}");
        assert_eq!(commitments(&store).await.len() as u64, count + 1);
        assert_eq!(store.ledger_size().await.unwrap(), count + 1);
        assert_eq!(tile_root(&store).await, journal_root(&store).await);
        assert_eq!(officers(&store).await, ["one"]);
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_was_full_takes_entries_again_when_there_is_space() {
    on_sqlite(async |url| {
        let store = Store::open_limited(&url, Some(200)).await.unwrap();
        let count = fill(&store).await;
        // The same connection frees space, as erasure after its term does, and goes on.
        let mut tx = store.begin("test_free").await.unwrap();
        tx.execute("/* test */ UPDATE journal SET document = NULL, salt = NULL", &[]).await.unwrap();
        tx.commit().await.unwrap();
        let committed = commit(&store, 2).await.unwrap();
        assert_eq!(committed.first, count);
        assert_eq!(committed.root, Some(journal_root(&store).await));
        store.close().await;
        let store = open(&url).await;
        assert!(commit(&store, 100).await.is_ok());
        assert_eq!(tile_root(&store).await, journal_root(&store).await);
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_locked_by_another_program_is_busy_and_goes_on_afterwards() {
    on_sqlite(async |url| {
        let store = open(&url).await;
        let other = open(&url).await;
        let holder = other.begin("test_hold").await.unwrap();
        let fault = store.begin("test_wait").await.map(|_| ()).unwrap_err();
        assert!(matches!(fault, StoreError::Busy { name: "test_wait" }), "{fault:?}");
        assert!(fault.is_passing());
        drop(holder);
        insert_officer(&store, "one").await.unwrap();
        assert_eq!(officers(&other).await, ["one"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_database_is_refused() {
    on_sqlite(async |url| {
        let DatabaseUrl::Sqlite(path) = &url else { unreachable!("SQLite was asked for") };
        std::fs::write(path, "this is a text, and not a database; it is longer than a header ".repeat(20))
            .unwrap();
        assert!(Store::open(&url).await.is_err());
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with("this is a text"), "the file was overwritten");
    })
    .await;
}
