//! Marks: where an intake stood after many whole parts, so that it goes on from there and need not read them all again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::chunk::{ItemKey, Salt};
use crate::digest::Sha256State;
use crate::item::{ItemId, KeptFault, TreeState, keep, open};

/// An intake makes a mark whenever so many parts more are whole.
pub const MARK_PARTS: u64 = 64;
const CONTEXT: &[u8] = b"comity/kept-mark/v1\n";

/// Where an intake stood at the end of a part. It tells as much of the content as its hashes do, and is kept sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What SHA-256 knew, in hexadecimal.
    sha256: String,
    tree: TreeState,
}

impl Mark {
    pub(super) fn new(sha256: Sha256State, tree: TreeState) -> Self {
        Self { sha256: hex::encode(sha256), tree }
    }

    /// Bytes of content before it.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    pub(super) fn sha256(&self) -> Option<Sha256State> {
        let mut state = [0; size_of::<Sha256State>()];
        hex::decode_to_slice(&self.sha256, &mut state).ok().map(|()| state)
    }

    pub(super) fn tree(&self) -> &TreeState {
        &self.tree
    }

    /// Seals it under its item's key. `salt` must be fresh.
    ///
    /// # Errors
    /// [`KeptFault::Chunk`].
    pub fn keep(&self, item: ItemId, key: &ItemKey, salt: Salt) -> Result<Vec<u8>, KeptFault> {
        let json = serde_json::to_vec(self).map_err(|_| KeptFault::NotAMark)?;
        keep(&json, key, &[CONTEXT, item.as_bytes()].concat(), salt)
    }

    /// Opens what [`Mark::keep`] made.
    ///
    /// # Errors
    /// A [`KeptFault`].
    pub fn open(kept: &[u8], item: ItemId, key: &ItemKey) -> Result<Self, KeptFault> {
        let json = open(kept, key, &[CONTEXT, item.as_bytes()].concat())?;
        serde_json::from_slice(&json).map_err(|_| KeptFault::NotAMark)
    }
}

/// Marks that the stages tell of.
#[derive(Default)]
pub(super) struct Marks {
    /// Halves that wait for the other, by the bytes before them.
    trees: BTreeMap<u64, TreeState>,
    contents: BTreeMap<u64, Sha256State>,
    /// The newest of which all parts are durable.
    newest: Option<Mark>,
}

impl Marks {
    /// The tree stood so.
    pub(super) fn tell_tree(&mut self, state: TreeState) {
        self.trees.insert(state.size(), state);
    }

    /// The SHA-256 of the content stood so after `size` bytes.
    pub(super) fn tell_content(&mut self, size: u64, state: Sha256State) {
        self.contents.insert(size, state);
    }

    /// The newest mark of which all parts are durable.
    pub(super) fn newest(&self) -> Option<&Mark> {
        self.newest.as_ref()
    }

    /// Makes the newest of those before byte `durable`.
    pub(super) fn settle(&mut self, durable: u64) {
        let mut at = self.trees.range(..=durable).rev().map(|(size, _)| *size);
        let Some(at) = at.find(|size| self.contents.contains_key(size)) else { return };
        if let Some((tree, content)) = self.trees.remove(&at).zip(self.contents.remove(&at)) {
            self.newest = Some(Mark::new(content, tree));
        }
        self.trees.retain(|size, _| *size > at);
        self.contents.retain(|size, _| *size > at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::{GROUP_LEN, TreeHasher};

    fn tree(groups: u64) -> TreeState {
        let mut hasher = TreeHasher::default();
        (0..groups).for_each(|_| hasher.update(&vec![7; GROUP_LEN as usize]));
        hasher.state().unwrap()
    }

    #[test]
    fn a_mark_is_made_of_both_halves_and_only_when_all_parts_before_it_are_durable() {
        let mut marks = Marks::default();
        let newest = |marks: &Marks| marks.newest().map(|mark| mark.size() / GROUP_LEN);
        marks.tell_tree(tree(2));
        marks.settle(u64::MAX);
        assert_eq!(newest(&marks), None, "half of it");
        marks.tell_content(2 * GROUP_LEN, [1; size_of::<Sha256State>()]);
        marks.settle(2 * GROUP_LEN - 1);
        assert_eq!(newest(&marks), None, "a part is not durable yet");
        marks.settle(2 * GROUP_LEN);
        assert_eq!(newest(&marks), Some(2));
        for groups in [3, 4] {
            marks.tell_content(groups * GROUP_LEN, [2; size_of::<Sha256State>()]);
            marks.tell_tree(tree(groups));
        }
        marks.settle(3 * GROUP_LEN);
        assert_eq!(newest(&marks), Some(3));
        marks.settle(9 * GROUP_LEN);
        assert_eq!(newest(&marks), Some(4));
        assert!(marks.trees.is_empty() && marks.contents.is_empty());
    }
}
