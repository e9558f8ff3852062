//! Clusters: hashes that hang together by steps of at most a radius.

use super::{Finder, Index};

/// For each position the least position of its cluster. Every pair within `radius` is in one cluster, however large it grows; what hangs together
/// only over others is too, so a cluster is a place to look, never a statement that two pictures are the same. Takes a lookup a hash.
#[must_use]
pub fn clusters(index: &Index, finder: &mut Finder, radius: u32) -> Vec<u64> {
    let mut first: Vec<u64> = (0..index.len()).collect();
    let mut hits = Vec::new();
    for position in 0..index.len() {
        let Some(hash) = index.hash(position) else { continue };
        hits.clear();
        index.search_into(finder, &hash, radius, &mut hits);
        hits.iter().for_each(|hit| join(&mut first, position, hit.position));
    }
    for position in 0..first.len() {
        let root = root(&mut first, position as u64);
        if let Some(first) = first.get_mut(position) {
            *first = root;
        }
    }
    first
}

/// Puts two positions into one cluster, under the lesser of their first ones.
fn join(first: &mut [u64], one: u64, other: u64) {
    let (one, other) = (root(first, one), root(first, other));
    if let Some(first) = first.get_mut(one.max(other) as usize) {
        *first = one.min(other);
    }
}

/// The first of the cluster; the way there is made shorter.
fn root(first: &mut [u64], mut position: u64) -> u64 {
    let above = |first: &[u64], position: u64| first.get(position as usize).copied().unwrap_or(position);
    while above(first, position) != position {
        let next = above(first, above(first, position));
        if let Some(first) = first.get_mut(position as usize) {
            *first = next;
        }
        position = next;
    }
    position
}
