//! The node's ledger: its signed head, and proofs that an entry is in it.

use crate::{Node, store::StoreError};
use comity_ledger::{
    Checkpoint, Edge, Hash, InclusionFile, InclusionProver, SignedCheckpoint, Tile, TileId, Tiles,
    consistency_tiles, edge_tiles, inclusion_tiles, prove_consistency, prove_inclusion,
};

fn broken(fault: impl std::fmt::Display) -> StoreError {
    StoreError::Ledger(fault.to_string())
}

/// Signs the head of the ledger at `size` with `root`, which a commit has returned or [`root_at`] computed.
///
/// # Errors
/// Where the node's name makes no origin.
pub fn sign_head(node: &Node, size: u64, root: Hash) -> Result<SignedCheckpoint, StoreError> {
    let checkpoint = Checkpoint::new(&node.config.name, size, root).map_err(broken)?;
    SignedCheckpoint::sign(checkpoint, &node.keys.ledger).map_err(broken)
}

/// The root of the first `size` entries.
///
/// # Errors
/// Where tiles are missing.
pub async fn root_at(node: &Node, size: u64) -> Result<Hash, StoreError> {
    let ids = edge_tiles(size);
    let set = node.store.tiles(ids.iter().copied()).await?;
    let tiles = ids.into_iter().map(|id| tile_of(&set, id)).collect::<Result<Vec<_>, _>>()?;
    Ok(Edge::from_tiles(size, &tiles).map_err(broken)?.root())
}

fn tile_of(set: &impl Tiles, id: TileId) -> Result<Tile, StoreError> {
    let hashes = set.tile(id.level(), id.index()).and_then(|hashes| hashes.get(..usize::from(id.width())));
    let hashes = hashes.ok_or_else(|| broken(format!("tile `{}` is missing", id.path())))?;
    Tile::new(id, hashes.to_vec()).map_err(broken)
}

/// Proof files for several entries under one signed head, in the order asked for.
///
/// # Errors
/// Where tiles are missing or an index lies beyond the head.
pub async fn prove_entries(
    node: &Node,
    indices: &[u64],
    head: &SignedCheckpoint,
) -> Result<Vec<InclusionFile>, StoreError> {
    let size = head.unverified().size();
    let mut ids = Vec::new();
    for index in indices {
        ids.extend(inclusion_tiles(*index, size).map_err(broken)?);
    }
    let tiles = node.store.tiles(ids).await?;
    let mut prover = InclusionProver::new(size, tiles).map_err(broken)?;
    let file = |index: &u64| {
        let proof = prover.prove(*index).map_err(broken)?;
        Ok(InclusionFile { extra: None, index: *index, proof, checkpoint: head.clone() })
    };
    indices.iter().map(file).collect()
}

/// The proof that one entry is among the first `size`.
///
/// # Errors
/// Where tiles are missing or the index lies beyond the size.
pub async fn prove_entry(node: &Node, index: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    let tiles = node.store.tiles(inclusion_tiles(index, size).map_err(broken)?).await?;
    prove_inclusion(index, size, &tiles).map_err(broken)
}

/// The proof that the ledger of `new` entries continues that of `old`.
///
/// # Errors
/// Where tiles are missing.
pub async fn prove_growth(node: &Node, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
    let tiles = node.store.tiles(consistency_tiles(old, new).map_err(broken)?).await?;
    prove_consistency(old, new, &tiles).map_err(broken)
}
