//! The follower's side.

use super::frame::{Kind, Lane};
use super::join::{confirm_match, confirmation_start};
use super::masker::{Commitments, Masker};
use super::{BatchError, Setup};
use crate::seed::Seed;
use sha2::{Digest, Sha256};

/// Bytes that the follower spools for each of the leader's points, to check by later that a claimed match is one.
pub const CHECK_BYTES: usize = 16;

/// What becomes of a frame of the leader's masked entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remasked {
    /// The frame that answers it.
    pub answer: Vec<u8>,
    /// [`CHECK_BYTES`] for each entry, to be appended to the spool of checks.
    pub checks: Vec<u8>,
}

/// The party that is told. It knows nothing before the last frame has been checked.
#[cfg_attr(feature = "fuzz", derive(Clone))]
pub struct Follower {
    masker: Masker,
    tags: Lane,
    matched: Lane,
    confirmation: Lane,
    leader_entries: u32,
    hash: Sha256,
    own: Vec<u32>,
    /// The leader's places of the matches: each may match once.
    leaders: Vec<u32>,
}

impl Follower {
    /// A follower with `own_entries` entries, all different. The seed is new for each session and never used again.
    ///
    /// # Errors
    /// [`BatchError::Setup`], [`BatchError::TooManyEntries`], [`BatchError::Crypto`].
    pub fn new(setup: &Setup, own_entries: u32, seed: Seed) -> Result<Self, BatchError> {
        let masker = Masker::new(setup, Kind::FollowerMasked, own_entries, seed)?;
        let binding = masker.binding();
        Ok(Self {
            masker,
            tags: Lane::new(Kind::Tags, binding, setup.leader_entries),
            matched: Lane::new(Kind::Matched, binding, setup.follower_entries),
            confirmation: Lane::new(Kind::Confirmation, binding, 0),
            leader_entries: setup.leader_entries,
            hash: confirmation_start(&binding),
            own: Vec::new(),
            leaders: Vec::new(),
        })
    }

    /// The own entries to hand to [`Follower::masked`] next; see [`super::Leader::wanted`].
    pub fn wanted(&self) -> Vec<u32> {
        self.masker.wanted()
    }

    /// Whether all own entries have been sent.
    pub fn is_sent(&self) -> bool {
        self.masker.outgoing().is_done()
    }

    /// The next frame for the leader: the wanted entries, masked.
    ///
    /// # Errors
    /// [`BatchError::Entries`]; [`BatchError::Order`] where all were sent.
    pub fn masked<M: AsRef<[u8]>>(&mut self, entries: &[M]) -> Result<Vec<u8>, BatchError> {
        self.masker.masked(entries)
    }

    /// Takes a frame of the leader's masked entries; gives the answer to it, and what to spool.
    ///
    /// # Errors
    /// Any [`BatchError`] of a frame: kind, session, order, size, point.
    pub fn receive_masked(&mut self, frame: &[u8]) -> Result<Remasked, BatchError> {
        let prints = self.masker.remask(frame)?;
        let tags: Vec<u8> = prints.iter().flat_map(|print| print.tag).collect();
        let checks = prints.iter().flat_map(|print| print.check).collect();
        Ok(Remasked { answer: self.tags.seal(&tags), checks })
    }

    /// The leader's places that a frame of matches claims: read the spool of checks there, [`CHECK_BYTES`] each at that many
    /// times the place, and hand all to [`Follower::receive_matched`].
    ///
    /// # Errors
    /// Any [`BatchError`] of a frame; [`BatchError::FalseMatches`] for a place that does not exist.
    pub fn claimed(&self, frame: &[u8]) -> Result<Vec<u32>, BatchError> {
        Ok(self.claims(frame)?.into_iter().map(|(_, leaders)| leaders).collect())
    }

    /// Takes a frame of matches, with the checks of its claimed places in their order.
    ///
    /// # Errors
    /// As [`Follower::claimed`], and [`BatchError::Spool`] where the checks are not as many as the claims.
    pub fn receive_matched(&mut self, frame: &[u8], checks: &[[u8; CHECK_BYTES]]) -> Result<(), BatchError> {
        let claims = self.claims(frame)?;
        if claims.len() != checks.len() {
            return Err(BatchError::Spool);
        }
        for ((own, leaders), check) in claims.into_iter().zip(checks) {
            self.own.push(self.masker.entry_at(own).ok_or(BatchError::FalseMatches)?);
            self.leaders.push(leaders);
            confirm_match(&mut self.hash, own, leaders, check);
        }
        self.matched.taken();
        Ok(())
    }

    /// Takes the last frame. Returns the numbers of the own entries that the leader has too, rising.
    ///
    /// # Errors
    /// [`BatchError::NotYet`] where a frame is missing, [`BatchError::FalseMatches`] where the leader has invented any; then
    /// none of the matches may be used.
    pub fn finish(mut self, frame: &[u8]) -> Result<Vec<u32>, BatchError> {
        if !self.masker.is_done() || !self.matched.is_done() {
            return Err(BatchError::NotYet { what: "the leader's set or its matches" });
        }
        let [confirmation] = self.confirmation.open(frame)?.as_chunks::<32>().0 else {
            return Err(BatchError::Size { number: 0 });
        };
        if frame.len() != super::FRAME_HEAD + 32 {
            return Err(BatchError::Size { number: 0 });
        }
        let expected: [u8; 32] = self.hash.finalize().into();
        self.leaders.sort_unstable();
        let twice = self.leaders.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
        if twice || expected != *confirmation {
            return Err(BatchError::FalseMatches);
        }
        self.own.sort_unstable();
        Ok(self.own)
    }

    /// What both journals commit to.
    pub fn commitments(&self) -> Commitments {
        self.masker.commitments()
    }

    /// Pairs of own and leader's places that a frame claims.
    fn claims(&self, frame: &[u8]) -> Result<Vec<(u32, u32)>, BatchError> {
        if !self.masker.is_done() {
            return Err(BatchError::NotYet { what: "the leader's set" });
        }
        let body = self.matched.open(frame)?;
        let size = BatchError::Size { number: self.matched.next() };
        let (first, count) = self.matched.span();
        let (bits, places) = body.split_at_checked(count.div_ceil(8) as usize).ok_or(size.clone())?;
        let own: Vec<u32> = set_bits(bits).map(|bit| first.saturating_add(bit)).collect();
        let (places, rest) = places.as_chunks::<3>();
        if places.len() != own.len() || !rest.is_empty() || set_bits(bits).any(|bit| bit >= count) {
            return Err(size);
        }
        let leaders = places.iter().map(|[a, b, c]| u32::from_be_bytes([0, *a, *b, *c]));
        let claims: Vec<(u32, u32)> = own.into_iter().zip(leaders).collect();
        let exist = claims.iter().all(|(_, leaders)| *leaders < self.leader_entries);
        if exist { Ok(claims) } else { Err(BatchError::FalseMatches) }
    }
}

fn set_bits(bits: &[u8]) -> impl Iterator<Item = u32> {
    let bytes = (0u32..).zip(bits);
    bytes.flat_map(|(place, byte)| {
        (0..8).filter(move |bit| byte >> bit & 1 == 1).map(move |bit| place * 8 + bit)
    })
}
