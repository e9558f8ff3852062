//! Inbound: one batch of envelopes from one peer. The types keep the order: what [`Arrived`] is checked,
//! [`ToCommit`] is committed, and only [`ToSign`], which nothing but a commit yields, orders receipts.
//!
//! The walk of a driver:
//! `Arrived::receive` → check each (in parallel) → `checked` → one transaction (for each item: look up the
//! id, [`classify`], insert and append to the ledger) → `committed` or `commit_failed` → sign the receipts
//! that `receipts` orders → `answer`.

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::refusal::RefusalCode;
use crate::registry::{Gossip, compare_versions};
use crate::time::Millis;

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// How far two nodes' clocks may be apart.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(10 * 60);

/// Whether a sender's clock agrees well enough with ours; when not, its whole batch is put off.
///
/// # Errors
/// [`RefusalCode::ClockSkew`] when they differ by more than [`CLOCK_TOLERANCE`].
pub fn clock_verdict(sender_clock: Millis, our_clock: Millis) -> Result<(), RefusalCode> {
    let agrees = our_clock.distance(sender_clock) <= CLOCK_TOLERANCE;
    if agrees { Ok(()) } else { Err(RefusalCode::ClockSkew) }
}

/// How an envelope stands to what is stored under its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The id is not stored: store it.
    New,
    /// The same content is stored: give a fresh receipt for the place that it has.
    Duplicate,
    /// Other content is stored under the id: refuse.
    Conflict,
}

/// Compares what is stored under the id with what arrives.
#[must_use]
pub fn classify(stored: Option<Digest>, incoming: Digest) -> Arrival {
    match stored {
        None => Arrival::New,
        Some(digest) if digest == incoming => Arrival::Duplicate,
        Some(_) => Arrival::Conflict,
    }
}

/// What is known of a batch before any of its envelopes is looked at.
#[derive(Clone, Copy, Debug)]
pub struct BatchFacts {
    /// The sender's clock, from the batch's header.
    pub sender_clock: Millis,
    /// The version of the sender's registry, from the batch's header.
    pub sender_registry: u64,
    /// The version of our registry; 0 when we have none.
    pub our_registry: u64,
    /// What [`crate::may_exchange`] says of our registry.
    pub may_exchange: Result<(), RefusalCode>,
    /// How many envelopes we take in one batch.
    pub limit: usize,
}

/// A batch refused or put off as a whole; its envelopes stay with the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the batch is refused as `{code}`; {}", code.advice())]
pub struct BatchRefusal {
    /// Why.
    pub code: RefusalCode,
    /// The peer has a newer registry: ask it for that.
    pub ask_for_registry: bool,
}

impl From<RefusalCode> for BatchRefusal {
    fn from(code: RefusalCode) -> Self {
        BatchRefusal { code, ask_for_registry: code == RefusalCode::RegistryStale }
    }
}

impl BatchFacts {
    /// The rules for a whole batch, in their order: one that is too long, a newer registry to fetch first,
    /// an expired registry, clocks too far apart.
    fn verdict(&self, count: usize, now: Millis) -> Result<(), RefusalCode> {
        if count > self.limit {
            return Err(RefusalCode::Oversize);
        }
        if compare_versions(self.our_registry, self.sender_registry) == Gossip::Ask {
            return Err(RefusalCode::RegistryStale);
        }
        self.may_exchange?;
        clock_verdict(self.sender_clock, now)
    }
}

/// What the header of an envelope claims; nothing of it is believed before the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary<Id> {
    /// The id that the envelope claims.
    pub id: Id,
    /// Size on the wire, in bytes.
    pub size: u64,
}

/// An envelope that passed every rule of [`crate::examine`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked<Id> {
    /// The signed id.
    pub id: Id,
    /// SHA-256 of the envelope as it travelled.
    pub digest: Digest,
}

/// A batch that may be looked at; see [`Arrived::receive`].
#[derive(Debug)]
#[must_use]
pub struct Arrived<Id> {
    summaries: Vec<Summary<Id>>,
}

impl<Id: Clone + Ord> Arrived<Id> {
    /// Takes a batch in, or refuses it as a whole.
    ///
    /// # Errors
    /// The first rule for whole batches that it breaks: length, registry, clocks.
    pub fn receive(
        now: Millis,
        facts: &BatchFacts,
        summaries: Vec<Summary<Id>>,
    ) -> Result<Self, BatchRefusal> {
        facts.verdict(summaries.len(), now)?;
        Ok(Arrived { summaries })
    }

    /// What is to be checked, in the order in which the verdicts are to be given.
    pub fn to_check(&self) -> &[Summary<Id>] {
        &self.summaries
    }

    /// Takes the verdicts, one for each summary in its order. A verdict that is missing, or that is for
    /// another id than the one claimed, counts as [`RefusalCode::Malformed`].
    pub fn checked(self, verdicts: Vec<Result<Checked<Id>, RefusalCode>>) -> ToCommit<Id> {
        let mut verdicts = verdicts.into_iter();
        let mut batch = ToCommit { slots: Vec::with_capacity(self.summaries.len()), items: Vec::new() };
        let mut first_with: BTreeMap<Id, usize> = BTreeMap::new();
        for summary in self.summaries {
            let verdict = match verdicts.next() {
                Some(Ok(checked)) if checked.id == summary.id => Ok(checked),
                Some(Err(code)) => Err(code),
                _ => Err(RefusalCode::Malformed),
            };
            batch.place(summary.id, verdict, &mut first_with);
        }
        batch
    }
}

/// Where one envelope of the batch stands.
#[derive(Debug)]
enum Slot {
    Refused(RefusalCode),
    /// The item of that number in the transaction decides.
    Item(usize),
}

/// A checked batch: its items are to be committed in one transaction.
#[derive(Debug)]
#[must_use]
pub struct ToCommit<Id> {
    slots: Vec<(Id, Slot)>,
    items: Vec<Checked<Id>>,
}

impl<Id: Clone + Ord> ToCommit<Id> {
    /// INVARIANT: each id is in `items` once; later copies in the batch point to it or conflict with it.
    fn place(&mut self, id: Id, verdict: Result<Checked<Id>, RefusalCode>, first: &mut BTreeMap<Id, usize>) {
        let slot = match verdict {
            Err(code) => Slot::Refused(code),
            Ok(checked) => {
                let earlier =
                    first.get(&id).and_then(|at| self.items.get(*at).map(|item| (*at, item.digest)));
                match (earlier, classify(earlier.map(|(_, digest)| digest), checked.digest)) {
                    (Some((at, _)), Arrival::Duplicate) => Slot::Item(at),
                    (_, Arrival::Conflict) => Slot::Refused(RefusalCode::Conflict),
                    _ => {
                        first.insert(id.clone(), self.items.len());
                        self.items.push(checked);
                        Slot::Item(self.items.len() - 1)
                    }
                }
            }
        };
        self.slots.push((id, slot));
    }

    /// What the transaction stores: each id once. Empty when every envelope was refused.
    pub fn items(&self) -> &[Checked<Id>] {
        &self.items
    }

    /// The transaction did not commit: the whole batch is put off, with [`RefusalCode::StorageFull`] for a
    /// full disk and [`RefusalCode::Busy`] for all else.
    pub fn commit_failed(self, disk_full: bool) -> BatchRefusal {
        if disk_full { RefusalCode::StorageFull.into() } else { RefusalCode::Busy.into() }
    }

    /// The transaction is durable: where each item of [`ToCommit::items`] landed, in that order. An item
    /// without an entry counts as not stored.
    pub fn committed(self, landed: &[Landed]) -> ToSign<Id> {
        let mut answers = Vec::with_capacity(self.slots.len());
        let mut receipts = Vec::new();
        for (index, (id, slot)) in self.slots.into_iter().enumerate() {
            let verdict = verdict_of(&slot, landed);
            if let (Ok(position), Slot::Item(at)) = (verdict, &slot)
                && let Some(item) = self.items.get(*at)
            {
                receipts.push(ReceiptOrder { index, id: id.clone(), digest: item.digest, position });
            }
            answers.push(ItemAnswer { id, verdict });
        }
        ToSign { answers, receipts }
    }
}

fn verdict_of(slot: &Slot, landed: &[Landed]) -> Result<u64, RefusalCode> {
    match slot {
        Slot::Refused(code) => Err(*code),
        Slot::Item(at) => match landed.get(*at) {
            Some(Landed::Stored { position } | Landed::AlreadyStored { position }) => Ok(*position),
            Some(Landed::Conflict) => Err(RefusalCode::Conflict),
            None => Err(RefusalCode::Busy),
        },
    }
}

/// Where an item is after the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// [`Arrival::New`]: stored at this place in the ledger.
    Stored {
        /// Index of the ledger's leaf.
        position: u64,
    },
    /// [`Arrival::Duplicate`]: it has had this place since an earlier commit.
    AlreadyStored {
        /// Index of the ledger's leaf.
        position: u64,
    },
    /// [`Arrival::Conflict`]: nothing was stored.
    Conflict,
}

/// One receipt to be signed. Only a commit makes one: there is no other way to build it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptOrder<Id> {
    index: usize,
    id: Id,
    digest: Digest,
    position: u64,
}

impl<Id> ReceiptOrder<Id> {
    /// Which envelope of the batch it answers, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The message's id.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// The digest of the stored envelope.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Index of the ledger's leaf.
    pub fn position(&self) -> u64 {
        self.position
    }
}

/// A committed batch: receipts may be signed now.
#[derive(Debug)]
#[must_use]
pub struct ToSign<Id> {
    answers: Vec<ItemAnswer<Id>>,
    receipts: Vec<ReceiptOrder<Id>>,
}

impl<Id> ToSign<Id> {
    /// The receipts to sign, in the order of the batch; a duplicate gets a fresh one.
    pub fn receipts(&self) -> &[ReceiptOrder<Id>] {
        &self.receipts
    }

    /// The answer, one entry for each envelope in the order of the batch. The driver puts the signed receipts
    /// in; one that it could not sign is answered with [`RefusalCode::Busy`]: the envelope is stored, and the
    /// sender's next try gets the receipt.
    pub fn answer(self) -> Vec<ItemAnswer<Id>> {
        self.answers
    }
}

/// What the sender is told of one envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemAnswer<Id> {
    /// The id that the envelope claimed.
    pub id: Id,
    /// The place in the ledger for which a receipt goes back, or the refusal.
    pub verdict: Result<u64, RefusalCode>,
}

#[cfg(test)]
mod tests;
