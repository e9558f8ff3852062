//! Checks of inclusion and consistency proofs; needs no tiles. The algorithms are those of RFC 9162, sections
//! 2.1.3.2 and 2.1.4.2, whose proofs are RFC 6962's.

use crate::{Hash, MAX_SIZE, ProofFault, empty_root, node_hash};

/// Checks that `leaf` is entry `index` of the tree of `size` entries with this root.
///
/// # Errors
/// The [`ProofFault`] says why the proof proves nothing.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    root: Hash,
    proof: &[Hash],
) -> Result<(), ProofFault> {
    within_limits(size)?;
    if index >= size {
        return Err(ProofFault::IndexBeyondSize { index, size });
    }
    // Below the height where the path meets the tree's right edge, siblings lie on either side; above, on the left.
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    let (below, above) = split_proof(proof, inner, border)?;
    let reached = join_left(join_inner(leaf, index, below), above);
    if reached == root { Ok(()) } else { Err(ProofFault::Root) }
}

/// Checks that the tree of `new_size` entries continues the tree of `old_size` entries, changing none of them.
///
/// An empty tree is continued by every tree, with an empty proof.
///
/// # Errors
/// The [`ProofFault`] says why the proof proves nothing.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofFault> {
    within_limits(new_size)?;
    if old_size > new_size {
        return Err(ProofFault::OldBeyondNew { old: old_size, new: new_size });
    }
    if old_size == 0 && old_root != empty_root() {
        return Err(ProofFault::OldRoot);
    }
    if old_size == 0 || old_size == new_size {
        return verify_without_proof(old_size, old_root, new_size, new_root, proof);
    }
    // The walk starts at the largest perfect subtree that ends the old tree; if that is the old tree itself, its hash
    // is the old root and the proof leaves it out.
    let height = old_size.trailing_zeros();
    let (seed, proof) = match proof.split_first() {
        _ if old_size.is_power_of_two() => (old_root, proof),
        Some((first, rest)) => (*first, rest),
        None => return Err(ProofFault::Length { expected: 1, got: 0 }),
    };
    let index = (old_size - 1) >> height;
    let inner = u64::BITS - (index ^ ((new_size - 1) >> height)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    let (below, above) = split_proof(proof, inner, border)?;
    if join_left(join_left_siblings(seed, index, below), above) != old_root {
        return Err(ProofFault::OldRoot);
    }
    let reached = join_left(join_inner(seed, index, below), above);
    if reached == new_root { Ok(()) } else { Err(ProofFault::Root) }
}

fn verify_without_proof(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofFault> {
    if !proof.is_empty() {
        return Err(ProofFault::Length { expected: 0, got: proof.len() });
    }
    if old_size == new_size && old_root != new_root { Err(ProofFault::Root) } else { Ok(()) }
}

fn within_limits(size: u64) -> Result<(), ProofFault> {
    if size > MAX_SIZE { Err(ProofFault::TooLarge { size }) } else { Ok(()) }
}

/// Splits the proof where the path meets the right edge; it must have exactly as many hashes as that takes.
fn split_proof(proof: &[Hash], inner: u32, border: u32) -> Result<(&[Hash], &[Hash]), ProofFault> {
    let inner = usize::try_from(inner).unwrap_or(usize::MAX);
    let expected = inner.saturating_add(usize::try_from(border).unwrap_or(usize::MAX));
    let fault = ProofFault::Length { expected, got: proof.len() };
    if proof.len() != expected {
        return Err(fault);
    }
    proof.split_at_checked(inner).ok_or(fault)
}

/// Joins siblings on the side that the bits of `index` say.
fn join_inner(seed: Hash, index: u64, siblings: &[Hash]) -> Hash {
    siblings.iter().zip(0u32..).fold(seed, |hash, (sibling, height)| match bit(index, height) {
        true => node_hash(*sibling, hash),
        false => node_hash(hash, *sibling),
    })
}

/// Joins only the siblings on the left: those that the older tree has too.
fn join_left_siblings(seed: Hash, index: u64, siblings: &[Hash]) -> Hash {
    let left = siblings.iter().zip(0u32..).filter(|(_, height)| bit(index, *height));
    left.fold(seed, |hash, (sibling, _)| node_hash(*sibling, hash))
}

fn join_left(seed: Hash, siblings: &[Hash]) -> Hash {
    siblings.iter().fold(seed, |hash, sibling| node_hash(*sibling, hash))
}

fn bit(index: u64, height: u32) -> bool {
    index.checked_shr(height).unwrap_or(0) & 1 == 1
}
