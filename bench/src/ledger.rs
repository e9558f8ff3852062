//! The ledger: appends through the node's database and through the engine alone, and proofs from ten million entries.

use crate::{
    federation::{SECRET, make, open},
    report::{Fallible, Section, share},
};
use comity_ledger::{Edge, Hash, Tile, leaf_hash, verify_inclusion};
use comity_node::{
    Node,
    journal::{About, Actor, Entry, ledger},
    random,
    store::Store,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

const BATCH: usize = 256;
const LARGE_BATCH: usize = 1024;
const ENTRIES: u64 = 10_000_000;

/// All of it.
pub async fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("ledger");
    section.at_least("appends by the engine alone, 256 a batch", engine(), "/s", 50_000.0);
    let rate = durable(data).await?;
    section.at_least("appends to tiles in the database, durable, 1,024 a transaction", rate, "/s", 50_000.0);
    let rate = stored(data, BATCH).await?;
    section.figure("appends through the node's database, 256 a transaction", rate, "/s");
    let rate = stored(data, LARGE_BATCH).await?;
    section.figure("appends through the node's database, 1,024 a transaction", rate, "/s");
    proofs(&mut section, data).await?;
    section.note("an entry has 300 bytes; through the database it is a journal row with its indexes, and a forced write a transaction");
    Ok(section)
}

/// Leaf hashes, tiles to store and the root, for each batch; appends a second.
fn engine() -> f64 {
    let (mut edge, entry, begun) = (Edge::empty(), [7u8; 300], Instant::now());
    let batches = 1_000_000 / BATCH;
    let mut bytes = 0;
    for _ in 0..batches {
        let leaves: Vec<Hash> = (0..BATCH).map(|_| leaf_hash(&entry)).collect();
        bytes += edge.append(&leaves).iter().map(|tile| tile.to_bytes().len()).sum::<usize>();
        std::hint::black_box(edge.root());
    }
    std::hint::black_box(bytes);
    (batches * BATCH) as f64 / begun.elapsed().as_secs_f64()
}

/// The ledger alone on disk: leaf hashes, root, tiles written and synced, a transaction a batch; appends a second.
async fn durable(data: &Path) -> Fallible<f64> {
    let [place, _] = make(&data.join("durable")).await?;
    let store = open(&place.directory).await?;
    let (mut edge, entry, begun) = (Edge::empty(), [7u8; 300], Instant::now());
    let batches = 204_800 / LARGE_BATCH;
    for _ in 0..batches {
        let leaves: Vec<Hash> = (0..LARGE_BATCH).map(|_| leaf_hash(&entry)).collect();
        write(&store, &edge.append(&leaves)).await?;
        std::hint::black_box(edge.root());
    }
    let rate = (batches * LARGE_BATCH) as f64 / begun.elapsed().as_secs_f64();
    store.close().await;
    Ok(rate)
}

/// Journal entries made, numbered, hashed and committed; appends a second.
async fn stored(data: &Path, batch: usize) -> Fallible<f64> {
    let [place, _] = make(&data.join("appends")).await?;
    let store = open(&place.directory).await?;
    let text = "x".repeat(150);
    let (begun, batches) = (Instant::now(), 51_200 / batch);
    for _ in 0..batches {
        let mut tx = store.begin("bench_append").await?;
        for _ in 0..batch {
            let detail = serde_json::json!({ "text": text });
            tx.record(Entry::new(random::now(), None, &Actor::Node, "bench", About::default(), detail));
        }
        tx.commit().await?;
    }
    let rate = (batches * batch) as f64 / begun.elapsed().as_secs_f64();
    store.close().await;
    Ok(rate)
}

async fn proofs(section: &mut Section, data: &Path) -> Fallible<()> {
    let directory = grown(data).await?;
    let node = Node::open(&directory, SECRET).await?;
    let root = ledger::root_at(&node, ENTRIES).await?;
    // The first pass may read tiles from the disk; the second finds them where the operating system keeps what was read.
    let first = timed_proofs(&node, root).await?;
    let times = timed_proofs(&node, root).await?;
    section.figure(
        "inclusion proof among 10,000,000 entries, tiles perhaps on disk: p50",
        share(&first, 0.5),
        "ms",
    );
    section.figure(
        "inclusion proof among 10,000,000 entries, tiles perhaps on disk: p99",
        share(&first, 0.99),
        "ms",
    );
    for (name, part) in [("p50", 0.5), ("p99", 0.99)] {
        let name = format!("inclusion proof among 10,000,000 entries, from the database: {name}");
        section.under(&name, share(&times, part), "ms", 1.0);
    }
    node.store.close().await;
    Ok(())
}

/// Proves 2,000 entries all over the log, checks each proof, and gives the times in ms, sorted.
async fn timed_proofs(node: &Arc<Node>, root: Hash) -> Fallible<Vec<f64>> {
    let mut times = Vec::new();
    for number in 0..2000u64 {
        let index = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % ENTRIES;
        let begun = Instant::now();
        let proof = ledger::prove_entry(node, index, ENTRIES).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        verify_inclusion(leaf_hash(&index.to_be_bytes()), index, ENTRIES, root, &proof)?;
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

/// A node whose database holds the tiles of ten million entries; made at first use.
async fn grown(data: &Path) -> Fallible<PathBuf> {
    let (directory, done) = (data.join("tiles"), data.join("tiles/made"));
    let place = directory.join("fr");
    if done.exists() {
        return Ok(place);
    }
    make(&directory).await?;
    let store = open(&place).await?;
    let (mut edge, mut next) = (Edge::empty(), 0);
    while next < ENTRIES {
        let end = ENTRIES.min(next + 65_536);
        let leaves: Vec<Hash> = (next..end).map(|number| leaf_hash(&number.to_be_bytes())).collect();
        write(&store, &edge.append(&leaves)).await?;
        next = end;
    }
    let mut tx = store.begin("bench_size").await?;
    tx.execute("/* bench */ UPDATE ledger_head SET size = $1 WHERE id = 1", &[ENTRIES.into()]).await?;
    tx.commit().await?;
    store.close().await;
    std::fs::write(done, "")?;
    Ok(place)
}

async fn write(store: &Store, tiles: &[Tile]) -> Fallible<()> {
    let sql = "/* bench */ INSERT INTO ledger_tile (level, position, hashes) VALUES ($1, $2, $3) \
               ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes";
    let mut tx = store.begin("bench_tiles").await?;
    for tile in tiles {
        let values = [i64::from(tile.id().level()).into(), tile.id().index().into(), tile.to_bytes().into()];
        tx.execute(sql, &values).await?;
    }
    tx.commit().await?;
    Ok(())
}
