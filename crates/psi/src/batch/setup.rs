//! What both parties agreed on before the first frame.

use super::BatchError;
use crate::padding::is_padded_size;
use sha2::{Digest, Sha256};

/// The most entries of one party, padding included: places are sent in three bytes.
pub const MOST_BATCH_ENTRIES: u32 = 15_000_000;

/// A session as both parties have agreed on it, in signed messages of their own. Everything in it is hashed into every frame
/// and every entry, so parties that disagree on anything find nothing and refuse each other's frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// Sixteen random bytes, new for each session.
    pub session: [u8; 16],
    /// Who learns first and tells the other.
    pub leader: String,
    /// The other.
    pub follower: String,
    /// The leader's number of entries, padded (see [`crate::padding::padded_entries`]).
    pub leader_entries: u32,
    /// The follower's, likewise.
    pub follower_entries: u32,
}

impl Setup {
    /// Refuses what no two parties agree on.
    ///
    /// # Errors
    /// [`BatchError::Setup`].
    pub fn check(&self) -> Result<(), BatchError> {
        let named = |name: &str| (1..=255).contains(&name.len());
        let sized = |entries: u32| is_padded_size(entries) && entries <= MOST_BATCH_ENTRIES;
        if !named(&self.leader) || !named(&self.follower) {
            return Err(BatchError::Setup { what: "a name is empty or longer than 255 bytes" });
        }
        if self.leader == self.follower {
            return Err(BatchError::Setup { what: "leader and follower are the same" });
        }
        if !sized(self.leader_entries) || !sized(self.follower_entries) {
            return Err(BatchError::Setup { what: "a number of entries is not a padded one, or too large" });
        }
        Ok(())
    }

    /// What every frame and every hashed entry is bound to.
    pub(crate) fn binding(&self) -> [u8; 32] {
        let name = |name: &str| {
            [&u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes(), name.as_bytes()].concat()
        };
        Sha256::new()
            .chain_update(b"comity/psi/batch/v1\0")
            .chain_update(self.session)
            .chain_update(name(&self.leader))
            .chain_update(name(&self.follower))
            .chain_update(self.leader_entries.to_be_bytes())
            .chain_update(self.follower_entries.to_be_bytes())
            .finalize()
            .into()
    }
}
