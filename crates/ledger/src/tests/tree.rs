//! The tree and its proofs against RFC 6962's own recursion, and against the published vectors.

use proptest::prelude::*;

use super::leaves;
use crate::*;

/// MTH(D) as RFC 6962, section 2.1, defines it.
pub(super) fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split_point(leaves.len()));
            node_hash(naive_root(left), naive_root(right))
        }
    }
}

/// PATH(m, D) as RFC 6962, section 2.1.1, defines it.
pub(super) fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split_point(leaves.len()));
    let (mut path, sibling) = match index < left.len() {
        true => (naive_path(index, left), right),
        false => (naive_path(index - left.len(), right), left),
    };
    path.push(naive_root(sibling));
    path
}

/// SUBPROOF(m, D, b) as RFC 6962, section 2.1.2, defines it.
fn naive_subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(split_point(leaves.len()));
    let (mut proof, sibling) = match old <= left.len() {
        true => (naive_subproof(old, left, whole), right),
        false => (naive_subproof(old - left.len(), right, false), left),
    };
    proof.push(naive_root(sibling));
    proof
}

fn split_point(length: usize) -> usize {
    length.next_power_of_two() / 2
}

/// A tree appended in batches of the given sizes, with every tile ever stored.
fn grown(leaves: &[Hash], batch: usize) -> (Edge, TileMap) {
    let (mut edge, mut tiles) = (Edge::empty(), TileMap::default());
    for part in leaves.chunks(batch.max(1)) {
        tiles.extend(edge.append(part));
    }
    (edge, tiles)
}

/// Only the tiles named, so that a proof which reads any other tile fails.
fn only(tiles: &TileMap, ids: &[TileId]) -> TileMap {
    let cut = |id: &TileId| {
        let hashes = tiles.tile(id.level(), id.index()).unwrap();
        Tile::new(*id, hashes[..usize::from(id.width())].to_vec()).unwrap()
    };
    ids.iter().map(cut).collect()
}

#[test]
fn every_tree_up_to_70_entries_has_the_root_of_the_reference() {
    let leaves = leaves(70);
    let mut edge = Edge::empty();
    assert_eq!(edge.root(), empty_root());
    for size in 1..=leaves.len() {
        edge.append(&leaves[size - 1..size]);
        assert_eq!(edge.root(), naive_root(&leaves[..size]), "size {size}");
    }
}

#[test]
fn every_inclusion_up_to_70_entries_is_proved_as_the_reference_does_and_verifies() {
    let leaves = leaves(70);
    let (_, tiles) = grown(&leaves, 1);
    for size in 1..=leaves.len() {
        let root = naive_root(&leaves[..size]);
        let mut prover = InclusionProver::new(size as u64, &tiles).unwrap();
        for (index, leaf) in leaves[..size].iter().enumerate() {
            let (at, of) = (index as u64, size as u64);
            let needed = only(&tiles, &inclusion_tiles(at, of).unwrap());
            let proof = prove_inclusion(at, of, &needed).unwrap();
            assert_eq!(proof, naive_path(index, &leaves[..size]), "{index} in {size}");
            assert_eq!(prover.prove(at).unwrap(), proof);
            assert_eq!(verify_inclusion(*leaf, at, of, root, &proof), Ok(()));
        }
    }
}

#[test]
fn every_consistency_up_to_70_entries_is_proved_as_the_reference_does_and_verifies() {
    let leaves = leaves(70);
    let (_, tiles) = grown(&leaves, 7);
    for new in 1..=leaves.len() {
        for old in 1..=new {
            let (from, to) = (old as u64, new as u64);
            let needed = only(&tiles, &consistency_tiles(from, to).unwrap());
            let proof = prove_consistency(from, to, &needed).unwrap();
            assert_eq!(proof, naive_subproof(old, &leaves[..new], true), "{old} to {new}");
            let (before, after) = (naive_root(&leaves[..old]), naive_root(&leaves[..new]));
            assert_eq!(verify_consistency(from, before, to, after, &proof), Ok(()));
        }
    }
}

#[test]
fn an_index_beyond_the_tree_is_said_to_be_so() {
    let (root, fault) = (leaf_hash(b""), ProofFault::IndexBeyondSize { index: 1, size: 1 });
    assert_eq!(verify_inclusion(root, 1, 1, root, &[root]), Err(fault));
    assert_eq!(
        verify_inclusion(root, 0, 0, root, &[]),
        Err(ProofFault::IndexBeyondSize { index: 0, size: 0 })
    );
    assert_eq!(inclusion_tiles(3, 3), Err(LedgerError::IndexBeyondSize { index: 3, size: 3 }));
}

#[test]
fn a_tree_that_shrank_is_said_to_be_rolled_back() {
    let root = leaf_hash(b"");
    let refused = verify_consistency(2, root, 1, root, &[]);
    assert_eq!(refused, Err(ProofFault::OldBeyondNew { old: 2, new: 1 }));
    assert_eq!(consistency_tiles(2, 1), Err(LedgerError::OldBeyondNew { old: 2, new: 1 }));
}

#[test]
fn a_tree_past_the_largest_size_is_refused() {
    let (root, size) = (leaf_hash(b""), MAX_SIZE + 1);
    assert_eq!(verify_inclusion(root, 0, size, root, &[]), Err(ProofFault::TooLarge { size }));
    assert_eq!(verify_consistency(0, root, size, root, &[]), Err(ProofFault::TooLarge { size }));
    assert_eq!(Edge::from_tiles(size, &[]), Err(LedgerError::TooLarge { size }));
    assert_eq!(inclusion_tiles(0, size), Err(LedgerError::TooLarge { size }));
    assert!(InclusionProver::new(size, TileMap::default()).is_err());
    assert!(inclusion_tiles(MAX_SIZE - 1, MAX_SIZE).is_ok());
}

#[test]
fn every_tree_continues_the_empty_one_without_proof() {
    let root = naive_root(&leaves(9));
    assert_eq!(verify_consistency(0, empty_root(), 9, root, &[]), Ok(()));
    assert_eq!(verify_consistency(0, root, 9, root, &[]), Err(ProofFault::OldRoot));
    let longer = verify_consistency(0, empty_root(), 9, root, &[root]);
    assert_eq!(longer, Err(ProofFault::Length { expected: 0, got: 1 }));
    assert_eq!(verify_consistency(9, empty_root(), 9, root, &[]), Err(ProofFault::Root));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn trees_that_cross_tile_levels_prove_as_the_reference_does(
        (size, index, old) in prop_oneof![4 => 1usize..2_000, 1 => 65_000usize..70_000]
            .prop_flat_map(|size| (Just(size), 0..size, 1..=size)),
        batch in 1usize..700,
    ) {
        let leaves = leaves(size);
        let (edge, tiles) = grown(&leaves, batch);
        let (at, of, from) = (index as u64, size as u64, old as u64);
        let root = naive_root(&leaves);
        prop_assert_eq!(edge.root(), root);
        let needed = only(&tiles, &inclusion_tiles(at, of).unwrap());
        let proof = prove_inclusion(at, of, &needed).unwrap();
        prop_assert_eq!(&proof, &naive_path(index, &leaves));
        prop_assert_eq!(InclusionProver::new(of, &needed).unwrap().prove(at).unwrap(), proof.clone());
        prop_assert_eq!(verify_inclusion(leaves[index], at, of, root, &proof), Ok(()));
        let needed = only(&tiles, &consistency_tiles(from, of).unwrap());
        let proof = prove_consistency(from, of, &needed).unwrap();
        prop_assert_eq!(&proof, &naive_subproof(old, &leaves, true));
        prop_assert_eq!(verify_consistency(from, naive_root(&leaves[..old]), of, root, &proof), Ok(()));
    }

    #[test]
    fn an_edge_loaded_from_its_tiles_goes_on_as_if_it_had_never_been_put_away(
        size in prop_oneof![0usize..1_200, Just(256), Just(512), 65_400usize..65_700], more in 0usize..600,
    ) {
        let leaves = leaves(size + more);
        let (mut kept, tiles) = grown(&leaves[..size], 300);
        let stored = only(&tiles, &edge_tiles(size as u64));
        let stored: Vec<Tile> = edge_tiles(size as u64).into_iter()
            .map(|id| Tile::new(id, stored.tile(id.level(), id.index()).unwrap().to_vec()).unwrap()).collect();
        let mut loaded = Edge::from_tiles(size as u64, &stored).unwrap();
        prop_assert_eq!(loaded.root(), kept.root());
        prop_assert_eq!(loaded.append(&leaves[size..]), kept.append(&leaves[size..]));
        prop_assert_eq!(loaded.root(), naive_root(&leaves));
    }

    #[test]
    fn one_changed_bit_or_number_breaks_an_inclusion_proof(
        (size, index) in (1u64..600).prop_flat_map(|size| (Just(size), 0..size)),
        place: prop::sample::Index, bit in 0usize..256,
    ) {
        let leaves = leaves(600);
        let (_, tiles) = grown(&leaves, 600);
        let (leaf, root) = (leaves[index as usize], naive_root(&leaves[..size as usize]));
        let proof = prove_inclusion(index, size, &tiles).unwrap();
        prop_assert_eq!(verify_inclusion(flipped(leaf, bit), index, size, root, &proof), Err(ProofFault::Root));
        prop_assert_eq!(verify_inclusion(leaf, index, size, flipped(root, bit), &proof), Err(ProofFault::Root));
        prop_assert!(verify_inclusion(leaf, index + 1, size, root, &proof).is_err());
        let mut changed = proof.clone();
        if !changed.is_empty() {
            let at = place.index(changed.len());
            changed[at] = flipped(changed[at], bit);
            prop_assert_eq!(verify_inclusion(leaf, index, size, root, &changed), Err(ProofFault::Root));
            let shorter = verify_inclusion(leaf, index, size, root, &proof[1..]);
            prop_assert!(matches!(shorter, Err(ProofFault::Length { .. })), "{:?}", shorter);
        }
        changed.push(root);
        let longer = verify_inclusion(leaf, index, size, root, &changed);
        prop_assert!(matches!(longer, Err(ProofFault::Length { .. })), "{:?}", longer);
    }

    #[test]
    fn one_changed_bit_breaks_a_consistency_proof(
        (new, old) in (2u64..600).prop_flat_map(|new| (Just(new), 1..new)),
        place: prop::sample::Index, bit in 0usize..256,
    ) {
        let leaves = leaves(600);
        let (_, tiles) = grown(&leaves, 600);
        let (before, after) = (naive_root(&leaves[..old as usize]), naive_root(&leaves[..new as usize]));
        let proof = prove_consistency(old, new, &tiles).unwrap();
        prop_assert!(verify_consistency(old, flipped(before, bit), new, after, &proof).is_err());
        prop_assert_eq!(verify_consistency(old, before, new, flipped(after, bit), &proof), Err(ProofFault::Root));
        let mut changed = proof.clone();
        let at = place.index(changed.len());
        changed[at] = flipped(changed[at], bit);
        prop_assert!(verify_consistency(old, before, new, after, &changed).is_err());
        prop_assert!(verify_consistency(old, before, new, after, &proof[1..]).is_err());
        changed.clone_from(&proof);
        changed.push(after);
        prop_assert!(verify_consistency(old, before, new, after, &changed).is_err());
    }

    #[test]
    fn any_numbers_and_hashes_are_refused_without_panic(
        index: u64, size: u64, old: u64, proof in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        let proof: Vec<Hash> = proof.into_iter().map(Hash::from).collect();
        let hash = empty_root();
        prop_assert!(verify_inclusion(hash, index, size, hash, &proof).is_err());
        let _ = verify_consistency(old, hash, size, hash, &proof);
        let _ = (inclusion_tiles(index, size), consistency_tiles(old, size), edge_tiles(size));
        prop_assert!(prove_inclusion(index, size, &TileMap::default()).is_err() || size == 1);
        prop_assert!(Edge::from_tiles(size | 1, &[]).is_err());
    }
}

fn flipped(hash: Hash, bit: usize) -> Hash {
    let mut bytes = hash.to_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    Hash::from(bytes)
}
