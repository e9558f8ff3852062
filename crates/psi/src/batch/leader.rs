//! The leader's side, until both sets have been compared.

use super::frame::{Kind, Lane};
use super::join::Join;
use super::masker::{Commitments, Masker};
use super::{BatchError, Setup};
use crate::seed::Seed;

/// Bytes of a tag, by which doubly masked points are compared.
pub const TAG_BYTES: usize = 8;

/// Bytes that the leader spools for each of the follower's points: the tag, and what confirms it.
pub const THEIRS_BYTES: usize = 24;

/// The party that compares, learns first, and tells the other. Frames go out and come in independently of each other; each
/// direction in its own order.
#[cfg_attr(feature = "fuzz", derive(Clone))]
pub struct Leader {
    masker: Masker,
    tags: Lane,
    follower_entries: u32,
}

impl Leader {
    /// A leader with `own_entries` entries, all different. The seed is new for each session and never used again.
    ///
    /// # Errors
    /// [`BatchError::Setup`], [`BatchError::TooManyEntries`], [`BatchError::Crypto`].
    pub fn new(setup: &Setup, own_entries: u32, seed: Seed) -> Result<Self, BatchError> {
        let masker = Masker::new(setup, Kind::LeaderMasked, own_entries, seed)?;
        let tags = Lane::new(Kind::Tags, masker.binding(), setup.leader_entries);
        Ok(Self { masker, tags, follower_entries: setup.follower_entries })
    }

    /// The own entries to hand to [`Leader::masked`] next, in this order, by their numbers from 0; fewer than [`super::CHUNK`]
    /// where padding is among them, even none.
    pub fn wanted(&self) -> Vec<u32> {
        self.masker.wanted()
    }

    /// Whether all own entries have been sent.
    pub fn is_sent(&self) -> bool {
        self.masker.outgoing().is_done()
    }

    /// The next frame for the follower: the wanted entries, masked.
    ///
    /// # Errors
    /// [`BatchError::Entries`]; [`BatchError::Order`] where all were sent.
    pub fn masked<M: AsRef<[u8]>>(&mut self, entries: &[M]) -> Result<Vec<u8>, BatchError> {
        self.masker.masked(entries)
    }

    /// Takes a frame of the follower's masked entries. Returns [`THEIRS_BYTES`] for each, to be appended to the spool of what
    /// is theirs.
    ///
    /// # Errors
    /// Any [`BatchError`] of a frame: kind, session, order, size, point.
    pub fn receive_masked(&mut self, frame: &[u8]) -> Result<Vec<u8>, BatchError> {
        let prints = self.masker.remask(frame)?;
        Ok(prints.iter().flat_map(|print| print.tag.into_iter().chain(print.check)).collect())
    }

    /// Takes a frame of tags of the own entries. Returns [`TAG_BYTES`] for each, to be appended to the spool of what is own.
    ///
    /// # Errors
    /// Any [`BatchError`] of a frame; [`BatchError::Order`] where it answers a frame that was not sent yet.
    pub fn receive_tags(&mut self, frame: &[u8]) -> Result<Vec<u8>, BatchError> {
        let tags = self.tags.open_items::<TAG_BYTES>(frame)?;
        let (expected, found) = (self.masker.outgoing().next(), self.tags.next());
        if found >= expected {
            return Err(BatchError::Order { expected, found });
        }
        self.tags.taken();
        Ok(tags.as_flattened().to_vec())
    }

    /// What both journals commit to.
    pub fn commitments(&self) -> Commitments {
        self.masker.commitments()
    }

    /// Begins to compare.
    ///
    /// # Errors
    /// [`BatchError::NotYet`] where the follower has stopped in mid-protocol.
    pub fn join(self) -> Result<Join, BatchError> {
        if !self.masker.is_done() {
            return Err(BatchError::NotYet { what: "the follower's set" });
        }
        if !self.tags.is_done() {
            return Err(BatchError::NotYet { what: "the answer to our set" });
        }
        Ok(Join::new(self.masker, self.follower_entries))
    }
}
