//! The public ledger: heads, tiles and bundles, checked with the ledger crate's own verification.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use comity_ledger::{
    BundleId, Hash, SignedCheckpoint, Tile, TileId, TileMap, inclusion_tiles, leaf_hash, prove_inclusion,
    verify_inclusion,
};
use comity_node::{
    journal::{About, Actor, Entry},
    random,
};
use common::TestNode;

async fn grow(node: &TestNode, count: usize) {
    let mut tx = node.node.store.begin("test").await.unwrap();
    for n in 0..count {
        let detail = serde_json::json!({ "n": n });
        tx.record(Entry::new(random::now(), None, &Actor::Node, "test", About::default(), detail));
    }
    tx.commit().await.unwrap();
}

async fn tile(node: &TestNode, id: TileId) -> Tile {
    let answer = node.get(&format!("//ledger/{}", id.path()), "").await;
    assert_eq!(answer.status, 200, "{id}");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("cache-control").contains("immutable"), id.is_full(), "{id}");
    Tile::from_bytes(id, &answer.bytes).unwrap()
}

#[tokio::test]
async fn every_entry_that_is_served_is_proved_by_served_tiles_under_the_signed_head() {
    let node = TestNode::new().await;
    grow(&node, 599).await;
    let text = node.get("//ledger/checkpoint", "").await.text();
    let registry = node.node.registry();
    let signed = SignedCheckpoint::parse(&text).unwrap();
    let key = registry.keys_of(&node.node.config.name).unwrap().ledger.clone();
    let head = signed.verify_log(&key).unwrap();
    assert_eq!(head.checkpoint().size(), 600);
    for (bundle, width) in [(0, 256), (1, 256), (2, 88)] {
        let id = BundleId::new(bundle, width).unwrap();
        let bytes = node.get(&format!("//ledger/{}", id.path()), "").await.bytes;
        for (index, entry) in (bundle * 256..).zip(id.decode(&bytes).unwrap()) {
            assert_eq!(entry.len(), 32);
            if index % 97 == 0 || index == 599 {
                prove(&node, index, leaf_hash(entry), 600, head.checkpoint().root()).await;
            }
        }
    }
}

async fn prove(node: &TestNode, index: u64, leaf: Hash, size: u64, root: Hash) {
    let mut tiles = TileMap::default();
    for id in inclusion_tiles(index, size).unwrap() {
        tiles.insert(tile(node, id).await);
    }
    let proof = prove_inclusion(index, size, &tiles).unwrap();
    verify_inclusion(leaf, index, size, root, &proof).unwrap();
}

#[tokio::test]
async fn a_tile_that_is_not_there_and_one_that_is_misspelt_are_not_found() {
    let node = TestNode::new().await;
    grow(&node, 9).await;
    assert_eq!(tile(&node, TileId::new(0, 0, 10).unwrap()).await.hashes().len(), 10);
    assert_eq!(tile(&node, TileId::new(0, 0, 3).unwrap()).await.hashes().len(), 3);
    for path in [
        "tile/0/000",
        "tile/0/000.p/11",
        "tile/0/0",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/64/000",
        "tile/x",
        "tile/entries/000",
        "tile/entries/000.p/11",
        "tile/entries/x999/x999/x999/x999/x999/x999/999",
        "tile/0/../0/000",
    ] {
        assert_eq!(node.get(&format!("//ledger/{path}"), "").await.problem(404), "not_found", "{path}");
    }
}

#[tokio::test]
async fn the_cosigned_head_is_preferred_to_the_nodes_own() {
    let node = TestNode::new().await;
    let own = node.get("//ledger/checkpoint", "").await.text();
    let mut tx = node.node.store.begin("test").await.unwrap();
    let sql = "/* test */ UPDATE ledger_head SET cosigned_size = 1, cosigned = $1 WHERE id = 1";
    let cosigned = format!("{own}as if cosigned");
    tx.execute(sql, &[cosigned.as_str().into()]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(node.get("//ledger/checkpoint", "").await.text(), cosigned);
}
