//! The database's promises, on both engines.

mod bulk;
mod ledger;
mod limits;
mod migrations;
mod values;

use super::{Committed, Row, Store, StoreError, Value, testing::on_both_engines, testing::open};
use crate::journal::{About, Actor, Entry};
use comity_ledger::{Hash, Tile, TileId, edge_tiles, empty_root, leaf_hash, node_hash};
use jiff::Timestamp;

/// An entry of the journal whose document says `text`.
fn entry(text: &str) -> Entry {
    Entry::new(Timestamp::UNIX_EPOCH, None, &Actor::Node, "test", About::default(), text.into())
}

/// Commits `count` entries in one transaction.
async fn commit(store: &Store, count: u64) -> Result<Committed, StoreError> {
    let mut tx = store.begin("test_commit").await?;
    for number in 0..count {
        tx.record(entry(&number.to_string()));
    }
    tx.commit().await
}

/// The commitments in the journal, in order; fails where a number is left out or used twice.
async fn commitments(store: &Store) -> Vec<[u8; 32]> {
    let rows =
        store.fetch_all("/* test */ SELECT seq, commitment FROM journal ORDER BY seq", &[]).await.unwrap();
    for (number, row) in (0..).zip(&rows) {
        assert_eq!(row.unsigned(0).unwrap(), number, "the journal has a gap");
    }
    rows.iter().map(|row| row.bytes(1).unwrap().try_into().unwrap()).collect()
}

/// The root by the definition of RFC 6962, section 2.1: slow, and with nothing in common with the code under test.
fn plain_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(plain_root(left), plain_root(right))
        }
    }
}

/// The root that the journal's commitments have.
async fn journal_root(store: &Store) -> Hash {
    let leaves: Vec<Hash> = commitments(store).await.iter().map(|commitment| leaf_hash(commitment)).collect();
    plain_root(&leaves)
}

/// The root that the stored tiles have.
async fn tile_root(store: &Store) -> Hash {
    use comity_ledger::{Edge, Tiles};
    let size = store.ledger_size().await.unwrap();
    let set = store.tiles(edge_tiles(size)).await.unwrap();
    let tile = |id: TileId| {
        let hashes = set.tile(id.level(), id.index()).expect("the tile is stored");
        Tile::new(id, hashes[..usize::from(id.width())].to_vec()).unwrap()
    };
    Edge::from_tiles(size, &edge_tiles(size).into_iter().map(tile).collect::<Vec<_>>()).unwrap().root()
}

async fn insert_officer(store: &Store, id: &str) -> Result<(), StoreError> {
    let mut tx = store.begin("test_insert").await?;
    insert_officer_in(&mut tx, id).await?;
    tx.record(entry(id));
    tx.commit().await.map(|_| ())
}

async fn insert_officer_in(tx: &mut super::Tx, id: &str) -> Result<u64, StoreError> {
    let sql = "/* test_officer */ INSERT INTO officer (id, name, display_name, role, authority, password_hash, failures, \
               locked_until, created_at) VALUES ($1, $1, $1, 'officer', 'FR-NCB', 'x', 0, NULL, 0)";
    tx.execute(sql, &[id.into()]).await
}

async fn officers(store: &Store) -> Vec<String> {
    let rows = store.fetch_all("/* test */ SELECT id FROM officer ORDER BY id", &[]).await.unwrap();
    rows.iter().map(|row: &Row| row.text(0).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_dropped_leaves_no_trace() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut tx = store.begin("test_drop").await.unwrap();
        assert_eq!(insert_officer_in(&mut tx, "gone").await.unwrap(), 1);
        tx.record(entry("gone"));
        drop(tx);
        insert_officer(&store, "stays").await.unwrap();
        assert_eq!(officers(&store).await, ["stays"]);
        assert_eq!(commitments(&store).await.len(), 1);
        assert_eq!(tile_root(&store).await, journal_root(&store).await);
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_statement_fails_the_whole_transaction() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        insert_officer(&store, "one").await.unwrap();
        let mut tx = store.begin("test_twice").await.unwrap();
        insert_officer_in(&mut tx, "two").await.unwrap();
        tx.record(entry("two"));
        let twice = insert_officer_in(&mut tx, "one").await.unwrap_err();
        assert!(matches!(twice, StoreError::Contradiction { name: "test_officer", .. }), "{twice:?}");
        let after = insert_officer_in(&mut tx, "three").await.unwrap_err();
        assert!(matches!(after, StoreError::Aborted { name: "test_twice" }), "{after:?}");
        let fault = tx.commit().await.unwrap_err();
        assert!(matches!(fault, StoreError::Aborted { name: "test_twice" }), "{fault:?}");
        assert_eq!(officers(&store).await, ["one"]);
        assert_eq!(store.ledger_size().await.unwrap(), 1);
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_is_there_when_the_database_is_opened_again() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        insert_officer(&store, "one").await.unwrap();
        commit(&store, 300).await.unwrap();
        store.close().await;
        let store = open(&url).await;
        assert_eq!(officers(&store).await, ["one"]);
        assert_eq!(*store.follow().borrow(), 301);
        let committed = commit(&store, 2).await.unwrap();
        assert_eq!((committed.first, committed.size), (301, 303));
        assert_eq!(committed.root, Some(journal_root(&store).await));
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_sees_what_it_wrote_and_others_do_not() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut tx = store.begin("test_isolation").await.unwrap();
        insert_officer_in(&mut tx, "one").await.unwrap();
        assert!(tx.fetch_optional("/* test */ SELECT id FROM officer", &[]).await.unwrap().is_some());
        assert!(officers(&store).await.is_empty());
        tx.commit().await.unwrap();
        assert_eq!(officers(&store).await, ["one"]);
        store.close().await;
    })
    .await;
}
