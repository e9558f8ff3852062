//! The schema is brought up to date once, and never taken for what it is not.

use super::*;

async fn versions(store: &Store) -> Vec<i64> {
    let rows =
        store.fetch_all("/* test */ SELECT version FROM schema_version ORDER BY version", &[]).await.unwrap();
    rows.iter().map(|row| row.integer(0).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_of_a_newer_program_is_refused() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut tx = store.begin("test_newer").await.unwrap();
        tx.execute("/* test */ INSERT INTO schema_version (version) VALUES (1000)", &[]).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
        let fault = Store::open(&url).await.map(|_| ()).unwrap_err();
        assert!(matches!(fault, StoreError::SchemaNewer { found: 1000, .. }), "{fault:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_replicas_that_start_at_once_migrate_once() {
    on_both_engines(async |url| {
        let replicas = (0..4).map(|_| {
            let url = url.clone();
            tokio::spawn(async move { open(&url).await })
        });
        let mut stores = Vec::new();
        for replica in replicas.collect::<Vec<_>>() {
            stores.push(replica.await.unwrap());
        }
        let versions = versions(&stores[0]).await;
        assert_eq!(versions, (1..=versions.len() as i64).collect::<Vec<_>>());
        let heads = stores[0].fetch_all("/* test */ SELECT id FROM ledger_head", &[]).await.unwrap();
        assert_eq!(heads.len(), 1);
        for store in &stores {
            commit(store, 1).await.unwrap();
        }
        assert_eq!(tile_root(&stores[3]).await, journal_root(&stores[0]).await);
        for store in stores {
            store.close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_again_changes_no_schema() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let before = versions(&store).await;
        assert!(!before.is_empty());
        store.close().await;
        let store = open(&url).await;
        assert_eq!(versions(&store).await, before);
        store.close().await;
    })
    .await;
}
