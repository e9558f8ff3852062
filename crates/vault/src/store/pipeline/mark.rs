//! Marks: where an intake stood after many whole parts, so that it goes on from there and need not read them all again.

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
