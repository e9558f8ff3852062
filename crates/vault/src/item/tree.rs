//! The BLAKE3 tree of an item: its root, and the chaining values of equal groups below it, by which a range is verified and a
//! transfer resumed without the rest. Constant memory: groups are joined in pairs as the item grows.

use std::ops::Range;

use blake3::hazmat::{HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use serde::{Deserialize, Serialize};

use crate::TreeHash;

/// Bytes of the smallest group.
pub const GROUP_LEN: u64 = 1 << 20;
/// The most groups of one item: 128 KiB of hashes.
const MAX_GROUPS: usize = 4096;

/// Root and groups of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// The BLAKE3 hash of the whole, as `b3sum` prints it.
    pub root: TreeHash,
    /// Bytes of each group but the last: a power of two, at least [`GROUP_LEN`].
    pub group_size: u64,
    /// The chaining value of each group (BLAKE3 specification, section 2.1), in order; none where one group would be all.
    pub groups: Vec<TreeHash>,
}

impl Tree {
    /// Whether the groups are as many as an item of `size` bytes has, and come to the root.
    #[must_use]
    pub fn fits(&self, size: u64) -> bool {
        if !self.group_size.is_power_of_two() || self.group_size < GROUP_LEN {
            return false;
        }
        let expected = size.div_ceil(self.group_size);
        if expected <= 1 {
            return self.groups.is_empty();
        }
        let least = GROUP_LEN.max((size.div_ceil(MAX_GROUPS as u64)).next_power_of_two());
        self.group_size == least
            && self.groups.len() as u64 == expected
            && root_of(&self.groups) == Some(self.root)
    }

    /// The bytes of the item that group `group` covers, where it has `size` bytes.
    #[must_use]
    pub fn group_range(&self, group: u64, size: u64) -> Range<u64> {
        let start = group.saturating_mul(self.group_size).min(size);
        start..start.saturating_add(self.group_size).min(size)
    }

    /// Whether `bytes` are group `group`. An item without groups is group 0.
    #[must_use]
    pub fn verifies(&self, group: u64, bytes: &[u8]) -> bool {
        if self.groups.is_empty() {
            return group == 0 && blake3::hash(bytes).as_bytes() == self.root.as_bytes();
        }
        let expected = usize::try_from(group).ok().and_then(|group| self.groups.get(group));
        let (Some(expected), Some(offset)) = (expected, group.checked_mul(self.group_size)) else {
            return false;
        };
        if bytes.is_empty() || bytes.len() as u64 > self.group_size {
            return false;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.set_input_offset(offset).update(bytes);
        hasher.finalize_non_root() == *expected.as_bytes()
    }
}

/// The root over the chaining values of at least two groups of equal size; `None` for fewer.
#[must_use]
pub fn root_over(groups: &[TreeHash]) -> Option<TreeHash> {
    root_of(groups)
}

/// The root over at least two groups: the left subtree takes the largest power of two that leaves something to the right.
fn root_of(groups: &[TreeHash]) -> Option<TreeHash> {
    let (left, right) = halves(groups)?;
    let (left, right) = (subtree(left)?, subtree(right)?);
    let root = merge_subtrees_root(&left, &right, Mode::Hash);
    Some(TreeHash::from_bytes(*root.as_bytes()))
}

fn subtree(groups: &[TreeHash]) -> Option<[u8; 32]> {
    if let [one] = groups {
        return Some(*one.as_bytes());
    }
    let (left, right) = halves(groups)?;
    Some(merge_subtrees_non_root(&subtree(left)?, &subtree(right)?, Mode::Hash))
}

fn halves(groups: &[TreeHash]) -> Option<(&[TreeHash], &[TreeHash])> {
    let left = groups.len().checked_sub(1).filter(|rest| *rest > 0)?;
    groups.split_at_checked(1 << left.ilog2())
}

/// Where a [`TreeHasher`] stands at the end of a group, to go on from later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeState {
    /// Bytes of each group.
    group_size: u64,
    /// The chaining value of each group, the one that just ended among them: two at least.
    groups: Vec<TreeHash>,
}

impl TreeState {
    /// Bytes of the item that it covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.group_size.saturating_mul(self.groups.len() as u64)
    }

    fn is_sound(&self) -> bool {
        let sized = self.group_size.is_power_of_two() && self.group_size >= GROUP_LEN;
        sized && (2..=MAX_GROUPS).contains(&self.groups.len())
    }
}

/// Builds a [`Tree`] as the item's bytes come.
pub struct TreeHasher {
    hasher: blake3::Hasher,
    /// The chaining value of the present group where it is known already, being full.
    known: Option<TreeHash>,
    in_group: u64,
    size: u64,
    group_size: u64,
    groups: Vec<TreeHash>,
}

impl Default for TreeHasher {
    fn default() -> Self {
        Self {
            hasher: blake3::Hasher::new(),
            known: None,
            in_group: 0,
            size: 0,
            group_size: GROUP_LEN,
            groups: Vec::new(),
        }
    }
}

impl TreeHasher {
    /// Takes the next piece.
    pub fn update(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            if self.in_group == self.group_size {
                self.close_group();
            }
            let room = usize::try_from(self.group_size - self.in_group).unwrap_or(usize::MAX);
            let (now, later) = piece.split_at(room.min(piece.len()));
            self.hasher.update(now);
            self.in_group += now.len() as u64;
            self.size = self.size.saturating_add(now.len() as u64);
            piece = later;
        }
    }

    /// Ends the present group and begins the next, which has bytes of its own.
    fn close_group(&mut self) {
        let group = self.present_group();
        self.groups.push(group);
        if self.groups.len() == MAX_GROUPS {
            self.join_pairs();
        }
        // A new hasher: `reset` keeps the offset of the old one.
        self.hasher = blake3::Hasher::new();
        self.hasher.set_input_offset(self.size);
        self.known = None;
        self.in_group = 0;
    }

    /// The chaining value of the present group.
    fn present_group(&self) -> TreeHash {
        self.known.unwrap_or_else(|| TreeHash::from_bytes(self.hasher.finalize_non_root()))
    }

    /// Where it stands; `None` but at the end of a group that is not the first.
    #[must_use]
    pub fn state(&self) -> Option<TreeState> {
        let ended = self.in_group == self.group_size && !self.groups.is_empty();
        let groups = || self.groups.iter().copied().chain([self.present_group()]).collect();
        ended.then(|| TreeState { group_size: self.group_size, groups: groups() })
    }

    /// Goes on from where another stood; `None` from what no hasher says.
    #[must_use]
    pub fn from_state(state: &TreeState) -> Option<Self> {
        let (last, groups) = state.groups.split_last().filter(|_| state.is_sound())?;
        Some(Self {
            hasher: blake3::Hasher::new(),
            known: Some(*last),
            in_group: state.group_size,
            size: state.size(),
            group_size: state.group_size,
            groups: groups.to_vec(),
        })
    }

    /// Doubles the group size. Groups are full and even in number, so each pair is a subtree.
    fn join_pairs(&mut self) {
        let (pairs, _) = self.groups.as_chunks::<2>();
        let joined = pairs.iter().map(|[left, right]| {
            TreeHash::from_bytes(merge_subtrees_non_root(left.as_bytes(), right.as_bytes(), Mode::Hash))
        });
        self.groups = joined.collect();
        self.group_size *= 2;
    }

    /// Bytes taken so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree of all that came.
    #[must_use]
    pub fn finish(mut self) -> Tree {
        if self.groups.is_empty() {
            let root = TreeHash::from_bytes(*self.hasher.finalize().as_bytes());
            return Tree { root, group_size: self.group_size, groups: Vec::new() };
        }
        let group = self.present_group();
        self.groups.push(group);
        let root = root_of(&self.groups).unwrap_or_else(|| unreachable!("there are two groups at least"));
        Tree { root, group_size: self.group_size, groups: self.groups }
    }
}

#[cfg(test)]
mod tests;
