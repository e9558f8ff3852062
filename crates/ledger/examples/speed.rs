//! Measures what a node asks of the ledger: appends a second, and the time of a proof in a log of ten million entries.
//!
//! Run with `cargo run --release -p comity-ledger --example speed [entries]`; the tiles are held in a map.

use std::hint::black_box;
use std::time::Instant;

use comity_ledger::{
    Edge, Hash, InclusionProver, TileMap, consistency_tiles, edge_tiles, inclusion_tiles, leaf_hash,
    node_hash, prove_consistency, prove_inclusion, verify_inclusion,
};
use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let entries: u64 = std::env::args().nth(1).map_or(Ok(10_000_000), |text| text.parse())?;
    hashes();
    appends(1, 200_000);
    appends(256, 2_000_000);
    let (edge, tiles) = grow(entries);
    proofs(&edge, &tiles)
}

/// The two implementations of SHA-256 side by side, on the 65 bytes of a node.
fn hashes() {
    const ROUNDS: u32 = 2_000_000;
    let seed = leaf_hash(b"seed");
    black_box((0..ROUNDS).fold(seed, |hash, _| node_hash(hash, hash))); // warm up
    let start = Instant::now();
    let ours = (0..ROUNDS).fold(seed, |hash, _| node_hash(hash, hash));
    println!("node hash, aws-lc: {:7.1} ns", start.elapsed().as_nanos() as f64 / f64::from(ROUNDS));
    let start = Instant::now();
    let other = (0..ROUNDS).fold(seed, |hash, _| {
        let mut message = [1; 65];
        message[1..33].copy_from_slice(hash.as_bytes());
        message[33..].copy_from_slice(hash.as_bytes());
        Hash::from_bytes(Sha256::digest(message).into())
    });
    println!("node hash, sha2:   {:7.1} ns", start.elapsed().as_nanos() as f64 / f64::from(ROUNDS));
    assert_eq!(ours, other);
}

/// Appends in batches to a log of a million entries, hashing the entries, with the tiles to store and the root each time.
fn appends(batch: usize, count: usize) {
    let mut edge = Edge::empty();
    black_box(edge.append(&vec![leaf_hash(b""); 1_000_000]));
    let entry = [7u8; 300];
    let (start, mut bytes) = (Instant::now(), 0);
    for _ in 0..count / batch {
        let leaves: Vec<Hash> = (0..batch).map(|_| leaf_hash(&entry)).collect();
        bytes += edge.append(&leaves).iter().map(|tile| tile.to_bytes().len()).sum::<usize>();
        black_box(edge.root());
    }
    let (seconds, done) = (start.elapsed().as_secs_f64(), (count / batch * batch) as f64);
    println!(
        "append, {batch:3} a batch: {:9.0}/s ({:.0} tile bytes each)",
        done / seconds,
        bytes as f64 / done
    );
}

fn grow(entries: u64) -> (Edge, TileMap) {
    let (start, mut edge, mut tiles) = (Instant::now(), Edge::empty(), TileMap::default());
    let mut next = 0;
    while next < entries {
        let end = entries.min(next + 65_536);
        let leaves: Vec<Hash> = (next..end).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        tiles.extend(edge.append(&leaves));
        next = end;
    }
    println!("log of {entries} entries grown in {:.2} s", start.elapsed().as_secs_f64());
    (edge, tiles)
}

fn proofs(edge: &Edge, tiles: &TileMap) -> Result<(), Box<dyn std::error::Error>> {
    const COUNT: u64 = 2_000;
    let size = edge.size();
    let index = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % size;
    let start = Instant::now();
    let proofs: Vec<_> =
        (0..COUNT).map(|n| prove_inclusion(index(n), size, tiles)).collect::<Result<_, _>>()?;
    println!("inclusion proof, alone:        {:7.1} µs", micros(start, COUNT));
    let start = Instant::now();
    for (n, proof) in (0..COUNT).zip(&proofs) {
        verify_inclusion(leaf_hash(&index(n).to_be_bytes()), index(n), size, edge.root(), proof)?;
    }
    println!("inclusion proof, verified:     {:7.1} µs", micros(start, COUNT));
    let (first, start) = (size / 2 / 256 * 256, Instant::now());
    let mut prover = InclusionProver::new(size, tiles)?;
    for n in first..(first + 256).min(size) {
        black_box(prover.prove(n)?);
    }
    println!("inclusion proof, 256 of a tile: {:6.1} µs each", micros(start, 256));
    let start = Instant::now();
    for n in 0..COUNT {
        black_box(prove_consistency(index(n), size, tiles)?);
    }
    println!("consistency proof:             {:7.1} µs", micros(start, COUNT));
    println!(
        "tiles needed: {} for an inclusion, {} for a consistency, {} for the edge",
        inclusion_tiles(index(1), size)?.len(),
        consistency_tiles(index(1), size)?.len(),
        edge_tiles(size).len()
    );
    Ok(())
}

fn micros(start: Instant, count: u64) -> f64 {
    start.elapsed().as_secs_f64() * 1e6 / count as f64
}
