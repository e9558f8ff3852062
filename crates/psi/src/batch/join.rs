//! Comparing: the leader's two spools are read, in several parts where they are large, so that memory stays bounded.

use super::frame::{Kind, Lane};
use super::leader::{TAG_BYTES, THEIRS_BYTES};
use super::masker::Masker;
use super::{BatchError, CHUNK};
use sha2::{Digest, Sha256};

/// Entries of the follower that are held at once, on average.
const PART: u32 = 1 << 20;

/// One entry of the follower, in a part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Theirs {
    tag: u64,
    place: u32,
    check: [u8; 16],
}

/// A match: the follower's place, the leader's, and what confirms it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Match {
    theirs: u32,
    own: u32,
    check: [u8; 16],
}

/// Compares the spools. For each of [`Join::parts`]: [`Join::theirs`] with the whole spool of what is theirs, in pieces of any
/// number of whole records; then [`Join::own`] likewise; then [`Join::end_part`]. After the last part, [`Join::finish`].
pub struct Join {
    masker: Masker,
    follower_entries: u32,
    part: u32,
    held: Vec<Theirs>,
    sorted: bool,
    theirs_read: u32,
    own_read: u32,
    matches: Vec<Match>,
}

impl Join {
    pub(crate) fn new(masker: Masker, follower_entries: u32) -> Self {
        let (held, matches) = (Vec::new(), Vec::new());
        Self { masker, follower_entries, part: 0, held, sorted: false, theirs_read: 0, own_read: 0, matches }
    }

    /// How many times both spools are to be read: once for each million of the follower's entries.
    pub fn parts(&self) -> u32 {
        self.follower_entries.div_ceil(PART).max(1)
    }

    /// Takes a piece of the spool of what is theirs.
    ///
    /// # Errors
    /// [`BatchError::Spool`]; [`BatchError::Duplicate`] where too many fall into one part.
    pub fn theirs(&mut self, piece: &[u8]) -> Result<(), BatchError> {
        let (records, rest) = piece.as_chunks::<THEIRS_BYTES>();
        if !rest.is_empty() || self.sorted {
            return Err(BatchError::Spool);
        }
        for record in records {
            let place = self.theirs_read;
            self.theirs_read = place.saturating_add(1);
            let (tag, check) = record.split_at(TAG_BYTES);
            let tag = tag.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default();
            if self.part_of(tag) == self.part {
                let check = check.first_chunk().copied().unwrap_or_default();
                self.held.push(Theirs { tag, place, check });
            }
        }
        // Tags are uniform: so many in one part are no accident.
        if self.held.len() > 2 * PART as usize { Err(BatchError::Duplicate) } else { Ok(()) }
    }

    /// Takes a piece of the spool of what is own.
    ///
    /// # Errors
    /// [`BatchError::Spool`], [`BatchError::Duplicate`].
    pub fn own(&mut self, piece: &[u8]) -> Result<(), BatchError> {
        self.sort()?;
        let (tags, rest) = piece.as_chunks::<TAG_BYTES>();
        if !rest.is_empty() {
            return Err(BatchError::Spool);
        }
        for tag in tags {
            let own = self.own_read;
            self.own_read = own.saturating_add(1);
            let tag = u64::from_be_bytes(*tag);
            if let Ok(found) = self.held.binary_search_by_key(&tag, |theirs| theirs.tag)
                && let Some(&Theirs { place, check, .. }) = self.held.get(found)
            {
                self.matches.push(Match { theirs: place, own, check });
            }
        }
        Ok(())
    }

    /// Ends a part: both spools have been read in full.
    ///
    /// # Errors
    /// [`BatchError::Spool`] where they have not.
    pub fn end_part(&mut self) -> Result<(), BatchError> {
        let (theirs, own) = (self.follower_entries, self.masker.outgoing().total());
        if self.theirs_read != theirs || self.own_read != own || self.part >= self.parts() {
            return Err(BatchError::Spool);
        }
        self.held.clear();
        (self.sorted, self.theirs_read, self.own_read) = (false, 0, 0);
        self.part = self.part.saturating_add(1);
        Ok(())
    }

    /// What was found.
    ///
    /// # Errors
    /// [`BatchError::NotYet`] before the last part; [`BatchError::Duplicate`] where an entry matched twice, or padding did.
    pub fn finish(mut self) -> Result<Matches, BatchError> {
        if self.part < self.parts() {
            return Err(BatchError::NotYet { what: "the comparison" });
        }
        self.matches.sort_unstable();
        if self.matches.windows(2).any(|pair| matches!(pair, [a, b] if a.theirs == b.theirs)) {
            return Err(BatchError::Duplicate);
        }
        let own = self.matches.iter().map(|found| self.masker.entry_at(found.own));
        let mut own = own.collect::<Option<Vec<u32>>>().ok_or(BatchError::Duplicate)?;
        own.sort_unstable();
        let lane = Lane::new(Kind::Matched, self.masker.binding(), self.follower_entries);
        Ok(Matches { own, matches: self.matches, lane, confirmed: false })
    }

    fn part_of(&self, tag: u64) -> u32 {
        let scaled = (u128::from(tag) * u128::from(self.parts())) >> 64;
        u32::try_from(scaled).unwrap_or(u32::MAX)
    }

    fn sort(&mut self) -> Result<(), BatchError> {
        if self.sorted {
            return Ok(());
        }
        self.held.sort_unstable();
        self.sorted = true;
        let twice = self.held.windows(2).any(|pair| matches!(pair, [a, b] if a.tag == b.tag));
        if twice { Err(BatchError::Duplicate) } else { Ok(()) }
    }
}

/// What the leader has learnt, and the frames that tell the follower.
pub struct Matches {
    own: Vec<u32>,
    matches: Vec<Match>,
    lane: Lane,
    confirmed: bool,
}

impl Matches {
    /// The numbers of the own entries that the follower has too, rising.
    pub fn own(&self) -> &[u32] {
        &self.own
    }

    /// The next frame for the follower; none when all have been given. For each chunk of its points a bit each, then three
    /// bytes for each match: the leader's place of it. The last frame confirms all.
    pub fn next_frame(&mut self) -> Option<Vec<u8>> {
        if self.lane.is_done() {
            return self.confirm();
        }
        let (first, count) = self.lane.span();
        let from = self.matches.partition_point(|found| found.theirs < first);
        let to = self.matches.partition_point(|found| found.theirs < first.saturating_add(count));
        let matches = self.matches.get(from..to).unwrap_or_default();
        let body = matched_body(first, count, matches);
        Some(self.lane.seal(&body))
    }

    fn confirm(&mut self) -> Option<Vec<u8>> {
        if self.confirmed {
            return None;
        }
        self.confirmed = true;
        let mut hash = confirmation_start(&self.lane.binding());
        for found in &self.matches {
            confirm_match(&mut hash, found.theirs, found.own, &found.check);
        }
        Some(Lane::new(Kind::Confirmation, self.lane.binding(), 0).seal(&hash.finalize()))
    }
}

fn matched_body(first: u32, count: u32, matches: &[Match]) -> Vec<u8> {
    debug_assert!(count <= CHUNK);
    let mut bits = vec![0u8; count.div_ceil(8) as usize];
    for found in matches {
        let place = found.theirs.saturating_sub(first);
        if let Some(byte) = bits.get_mut((place / 8) as usize) {
            *byte |= 1 << (place % 8);
        }
    }
    let places = matches.iter().flat_map(|found| found.own.to_be_bytes().into_iter().skip(1));
    bits.extend(places);
    bits
}

/// What a confirmation hashes first.
pub(super) fn confirmation_start(binding: &[u8; 32]) -> Sha256 {
    Sha256::new().chain_update(b"comity/psi/batch-confirmation/v1\0").chain_update(binding)
}

/// What a confirmation hashes of each match, in the order of the follower's places.
pub(super) fn confirm_match(hash: &mut Sha256, theirs: u32, own: u32, check: &[u8; 16]) {
    hash.update(theirs.to_be_bytes());
    hash.update(own.to_be_bytes());
    hash.update(check);
}
