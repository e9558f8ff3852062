//! Tests of the crate; the tree against a naive RFC 6962 reference, the formats against published examples.

mod formats;
mod policy;
mod signing;
mod tile;
mod tree;
mod vectors;
mod witness;

use crate::*;

/// A log's key of the tests.
fn log_signer() -> NoteSigner {
    NoteSigner::from_seed("log.example/one", &[1; SEED_BYTES]).unwrap()
}

/// A witness's key of the tests.
fn witness_signer(number: u8, kind: KeyKind) -> CosignatureSigner {
    CosignatureSigner::from_seed(&format!("witness.example/{number}"), kind, &[number; SEED_BYTES]).unwrap()
}

fn leaves(count: usize) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

/// A log of `count` entries: its edge and all its tiles.
fn log(count: usize) -> (Edge, TileMap) {
    let mut edge = Edge::empty();
    let tiles = edge.append(&leaves(count)).into_iter().collect();
    (edge, tiles)
}

/// The signed head of the log's first `size` entries.
fn head(size: usize) -> SignedCheckpoint {
    let checkpoint = Checkpoint::new("log.example/one", size as u64, log(size).0.root()).unwrap();
    SignedCheckpoint::sign(checkpoint, &log_signer()).unwrap()
}
