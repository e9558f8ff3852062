//! What leader and follower do alike: mask and send their own entries, take the peer's, and remember what went over the wire.

use super::curve::{Coordinate, MaskKey};
use super::frame::{Kind, Lane};
use super::{BatchError, Setup};
use crate::seed::Seed;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use sha2::{Digest, Sha256};

/// What both journals commit to: SHA-256 over all masked points that were sent, and all that came. What one party sent is
/// what the other got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitments {
    /// Over what this party sent.
    pub sent: [u8; 32],
    /// Over what it got.
    pub received: [u8; 32],
}

/// One party's half that does not depend on its role.
#[cfg_attr(feature = "fuzz", derive(Clone))]
pub(crate) struct Masker {
    binding: [u8; 32],
    key: MaskKey,
    seed: Seed,
    /// In which order the entries are sent: numbers of entries, and beyond them padding.
    order: Vec<u32>,
    own_entries: u32,
    outgoing: Lane,
    incoming: Lane,
    sent: Sha256,
    received: Sha256,
    hash: Sha256,
}

/// A doubly masked point's hash: eight bytes to compare by, sixteen to confirm by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Print {
    pub(crate) tag: [u8; 8],
    pub(crate) check: [u8; 16],
}

impl Masker {
    /// For a party that sends `kind` of frames.
    pub(crate) fn new(setup: &Setup, kind: Kind, own_entries: u32, seed: Seed) -> Result<Self, BatchError> {
        setup.check()?;
        let (leader, follower) = (setup.leader_entries, setup.follower_entries);
        let (theirs, announced, expected) = match kind {
            Kind::FollowerMasked => (Kind::LeaderMasked, follower, leader),
            _ => (Kind::FollowerMasked, leader, follower),
        };
        if own_entries > announced {
            return Err(BatchError::TooManyEntries { count: own_entries, announced });
        }
        let binding = setup.binding();
        let commit = || Sha256::new().chain_update(b"comity/psi/batch-commitment/v1\0").chain_update(binding);
        Ok(Self {
            binding,
            key: MaskKey::new(&seed).ok_or(BatchError::Crypto)?,
            order: shuffled(announced, &seed),
            seed,
            own_entries,
            outgoing: Lane::new(kind, binding, announced),
            incoming: Lane::new(theirs, binding, expected),
            sent: commit(),
            received: commit(),
            hash: print_start(&binding),
        })
    }

    pub(crate) fn binding(&self) -> [u8; 32] {
        self.binding
    }

    pub(crate) fn outgoing(&self) -> &Lane {
        &self.outgoing
    }

    pub(crate) fn is_done(&self) -> bool {
        self.outgoing.is_done() && self.incoming.is_done()
    }

    /// The own entry at a place of what was sent; none for padding and beyond the end.
    pub(crate) fn entry_at(&self, place: u32) -> Option<u32> {
        self.order.get(place as usize).copied().filter(|entry| *entry < self.own_entries)
    }

    pub(crate) fn commitments(&self) -> Commitments {
        let finish = |hash: &Sha256| hash.clone().finalize().into();
        Commitments { sent: finish(&self.sent), received: finish(&self.received) }
    }

    /// The numbers of what the next frame carries, padding included.
    fn due(&self) -> &[u32] {
        let (first, count) = self.outgoing.span();
        let (first, count) = (first as usize, count as usize);
        self.order.get(first..first.saturating_add(count)).unwrap_or_default()
    }

    /// The own entries that the next frame carries, in the order to hand them in.
    pub(crate) fn wanted(&self) -> Vec<u32> {
        self.due().iter().copied().filter(|entry| *entry < self.own_entries).collect()
    }

    /// The next frame of masked entries; `entries` are the wanted ones.
    pub(crate) fn masked<M: AsRef<[u8]>>(&mut self, entries: &[M]) -> Result<Vec<u8>, BatchError> {
        if self.outgoing.is_done() {
            let next = self.outgoing.next();
            return Err(BatchError::Order { expected: next, found: next });
        }
        let wanted = self.wanted().len();
        if entries.len() != wanted {
            return Err(BatchError::Entries { wanted, given: entries.len() });
        }
        let messages = self.messages(entries);
        let masked = self.key.mask_entries(&self.binding, &messages);
        self.sent.update(masked.as_flattened());
        Ok(self.outgoing.seal(masked.as_flattened()))
    }

    /// Entries and padding in the order of the frame. Both are hashed; what is hashed says which it is.
    fn messages<M: AsRef<[u8]>>(&self, entries: &[M]) -> Vec<Vec<u8>> {
        let mut entries = entries.iter();
        let message = |number: &u32| match entries.next_if_own(*number < self.own_entries) {
            Some(entry) => [b"entry\0", entry.as_ref()].concat(),
            None => [&b"padding\0"[..], &*self.seed.draw("padding", u64::from(*number))].concat(),
        };
        self.due().iter().map(message).collect()
    }

    /// Masks the peer's next frame once more: prints in its order.
    pub(crate) fn remask(&mut self, frame: &[u8]) -> Result<Vec<Print>, BatchError> {
        let points = self.incoming.open_items::<32>(frame)?;
        let number = self.incoming.next();
        let masked = self.key.mask_points(points);
        let masked = masked.map_err(|(index, fault)| BatchError::Point { number, index, fault })?;
        self.received.update(points.as_flattened());
        self.incoming.taken();
        Ok(masked.iter().map(|point| self.print(point)).collect())
    }

    fn print(&self, point: &Coordinate) -> Print {
        let hash: [u8; 32] = self.hash.clone().chain_update(point).finalize().into();
        let mut print = Print { tag: [0; 8], check: [0; 16] };
        print.tag.iter_mut().chain(&mut print.check).zip(hash).for_each(|(to, from)| *to = from);
        print
    }
}

/// The next of the entries, where the place is for one.
trait NextIfOwn<'a, M> {
    fn next_if_own(&mut self, own: bool) -> Option<&'a M>;
}

impl<'a, M> NextIfOwn<'a, M> for std::slice::Iter<'a, M> {
    fn next_if_own(&mut self, own: bool) -> Option<&'a M> {
        if own { self.next() } else { None }
    }
}

/// One block of 64 bytes: a tag and the session, so that each print costs one more block.
fn print_start(binding: &[u8; 32]) -> Sha256 {
    Sha256::new().chain_update(b"comity/psi/doubly-masked-print/v").chain_update(binding)
}

/// The numbers below `count` in an order that only the seed tells.
fn shuffled(count: u32, seed: &Seed) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    let drawn = seed.draw("order", 0);
    let mut random = StdRng::from_seed(drawn.first_chunk::<32>().copied().unwrap_or_default());
    order.shuffle(&mut random);
    order
}
