#![doc = include_str!("../README.md")]

mod checkpoint;
mod edge;
mod error;
mod hash;
mod key;
mod note;
mod policy;
mod proof_file;
mod prove;
mod signer;
mod tile;
mod verify;
mod witness;

pub use checkpoint::{Checkpoint, Cosignature, SignedCheckpoint, VerifiedCheckpoint};
pub use edge::{Edge, edge_tiles};
pub use error::{LedgerError, MAX_SIZE, ProofFault};
pub use hash::{HASH_BYTES, Hash, empty_root, leaf_hash, node_hash};
pub use key::{KeyKind, NoteVerifier};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, NoteFault, SignatureLine};
pub use policy::{Party, Policy, PolicyFault, QuorumMet, WitnessMet};
pub use proof_file::{Included, InclusionFault, InclusionFile};
pub use prove::{
    InclusionProver, TileMap, Tiles, consistency_tiles, inclusion_tiles, prove_consistency, prove_inclusion,
};
pub use signer::{CosignatureSigner, NoteSigner, SEED_BYTES};
pub use tile::{BundleId, TILE_WIDTH, Tile, TileId};
pub use verify::{verify_consistency, verify_inclusion};
pub use witness::{Accepted, AddCheckpoint, SIZE_CONTENT_TYPE, WitnessRefusal, consider, cosign};

#[cfg(test)]
mod tests;
