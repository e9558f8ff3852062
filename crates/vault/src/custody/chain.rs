//! The chain of custody of one item, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use comity_model::AuthorityId;
use jiff::Timestamp;

use super::finding::FindingKind as Kind;
use super::{Act, Event, EventFault, Finding};
use crate::{Digest, ItemId};

/// An event with the hash of the bytes that were signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    event: Event,
    digest: Digest,
}

impl Entry {
    /// Reads an event from the payload that was signed. The signature must have been verified, and be of `event.by`.
    ///
    /// # Errors
    /// An [`EventFault`].
    pub fn read(payload: &[u8]) -> Result<Self, EventFault> {
        Ok(Self { event: Event::from_json(payload)?, digest: Digest::of(payload) })
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// SHA-256 of the signed payload, by which the next event and an acceptance name this one.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// All that is known of the custody of one item, from every authority that had it.
#[derive(Debug, Clone)]
pub struct Chain {
    item: ItemId,
    strands: BTreeMap<AuthorityId, Vec<Entry>>,
}

/// What is known of an authority's hold on the item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    Yes,
    No,
    /// After a gap: it may have come or gone.
    Unknown,
}

/// The acceptances, by the hash of the offer.
type Accepted<'a> = BTreeMap<Digest, &'a Entry>;
/// All events, by their hash.
type ByDigest<'a> = BTreeMap<Digest, &'a Entry>;

impl Chain {
    /// The chain of `item`, from events in any order. The same event may be given more than once.
    #[must_use]
    pub fn new(item: ItemId, entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut strands: BTreeMap<AuthorityId, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            strands.entry(entry.event.by.clone()).or_default().push(entry);
        }
        for strand in strands.values_mut() {
            strand.sort_by_key(|entry| (entry.event.number, entry.digest));
            strand.dedup_by_key(|entry| entry.digest);
        }
        Self { item, strands }
    }

    /// The events in the order of their dates.
    #[must_use]
    pub fn events(&self) -> Vec<&Entry> {
        let mut events: Vec<_> = self.strands.values().flatten().collect();
        events.sort_by_key(|entry| (entry.event.at, &entry.event.by, entry.event.number));
        events
    }

    /// All that is wrong or open: strand by strand in the order of events, then hand-overs, then the chain as a whole.
    #[must_use]
    pub fn check(&self) -> Vec<Finding> {
        let events = self.by_digest();
        let accepted = self.accepted(&events);
        let mut findings = Vec::new();
        for strand in self.strands.values() {
            check_order(strand, &mut findings);
            walk(strand, &accepted, &mut findings);
        }
        self.check_hand_overs(&events, &accepted, &mut findings);
        self.check_identity(&mut findings);
        findings
    }

    /// The authorities that have the item at the end of what is known; those whose strand has a gap are not among them.
    #[must_use]
    pub fn holders(&self) -> BTreeSet<&AuthorityId> {
        let accepted = self.accepted(&self.by_digest());
        let holds = |strand: &&Vec<Entry>| walk(strand, &accepted, &mut Vec::new()) == Hold::Yes;
        self.strands.iter().filter(|(_, strand)| holds(strand)).map(|(authority, _)| authority).collect()
    }

    fn by_digest(&self) -> ByDigest<'_> {
        self.strands.values().flatten().map(|entry| (entry.digest, entry)).collect()
    }

    /// The earliest acceptance of each offer that fits it.
    fn accepted<'a>(&'a self, events: &ByDigest<'a>) -> Accepted<'a> {
        let mut accepted = Accepted::new();
        for receipt in self.events() {
            if let Act::Received { offer, .. } = &receipt.event.act
                && events.get(offer).is_some_and(|offer| fits(offer, receipt))
            {
                accepted.entry(*offer).or_insert(receipt);
            }
        }
        accepted
    }

    fn check_hand_overs(&self, events: &ByDigest<'_>, accepted: &Accepted<'_>, findings: &mut Vec<Finding>) {
        for entry in self.strands.values().flatten() {
            let kind = match &entry.event.act {
                Act::Received { offer, .. } => fault_of_receipt(entry, *offer, events, accepted)
                    .or_else(|| self.accepted_after_end(entry, *offer, events)),
                Act::Transferred { to, .. } if !accepted.contains_key(&entry.digest) => {
                    let ended = self.ending_of(entry).is_some();
                    (!ended).then(|| Kind::HandOverOpen(to.clone()))
                }
                Act::OfferEnded { offer, .. } => fault_of_ending(entry, *offer, events),
                _ => None,
            };
            findings.extend(kind.map(|kind| Finding::of(&entry.event, kind)));
        }
    }

    /// The event by which the authority that made `offer` ended it.
    fn ending_of(&self, offer: &Entry) -> Option<&Entry> {
        let of_it = |entry: &&Entry| matches!(entry.event.act, Act::OfferEnded { offer: ended, .. } if ended == offer.digest);
        self.strands.get(&offer.event.by)?.iter().find(of_it)
    }

    fn accepted_after_end(&self, receipt: &Entry, offer: Digest, events: &ByDigest<'_>) -> Option<Kind> {
        let ended = events.get(&offer).and_then(|offer| self.ending_of(offer))?;
        (ended.event.at < receipt.event.at).then_some(Kind::AcceptedAfterEnd(offer))
    }

    fn check_identity(&self, findings: &mut Vec<Finding>) {
        let events = self.events();
        let acquired = |entry: &&&Entry| entry.event.act == Act::Acquired;
        let origins: Vec<_> = events.iter().filter(acquired).collect();
        if origins.is_empty() {
            findings.push(Finding { event: None, kind: Kind::NoOrigin });
        }
        let again = origins.iter().skip(1);
        findings.extend(again.map(|entry| Finding::of(&entry.event, Kind::AcquiredTwice)));
        let manifest = origins.first().copied().or(events.first()).map(|entry| entry.event.manifest);
        for Entry { event, .. } in events {
            if event.item != self.item {
                findings.push(Finding::of(event, Kind::OtherItem(event.item)));
            } else if Some(event.manifest) != manifest {
                findings.push(Finding::of(event, Kind::OtherManifest(event.manifest)));
            }
        }
    }
}

fn fault_of_receipt(
    receipt: &Entry,
    offer: Digest,
    events: &ByDigest<'_>,
    accepted: &Accepted<'_>,
) -> Option<Kind> {
    let Some(found) = events.get(&offer) else { return Some(Kind::OfferMissing(offer)) };
    let Act::Transferred { to, .. } = &found.event.act else { return Some(Kind::OfferMissing(offer)) };
    if !fits(found, receipt) {
        return Some(Kind::OfferOfOthers { by: found.event.by.clone(), to: to.clone() });
    }
    if accepted.get(&offer).is_some_and(|first| first.digest != receipt.digest) {
        return Some(Kind::OfferTaken(offer));
    }
    (receipt.event.at < found.event.at).then_some(Kind::ReceivedBeforeOffered(found.event.at))
}

fn fault_of_ending(ending: &Entry, offer: Digest, events: &ByDigest<'_>) -> Option<Kind> {
    let made = |offer: &Entry| {
        offer.event.by == ending.event.by && matches!(offer.event.act, Act::Transferred { .. })
    };
    let known = events.get(&offer).copied().is_some_and(made);
    (!known).then_some(Kind::NoSuchOffer(offer))
}

/// Whether a receipt is of this offer: made by whom it says, to the authority that received.
fn fits(offer: &Entry, receipt: &Entry) -> bool {
    let Act::Received { from, .. } = &receipt.event.act else { return false };
    let Act::Transferred { to, .. } = &offer.event.act else { return false };
    *from == offer.event.by && *to == receipt.event.by && offer.event.item == receipt.event.item
}

/// Numbers, links and dates within a strand.
fn check_order(strand: &[Entry], findings: &mut Vec<Finding>) {
    let mut last: Option<&Entry> = None;
    for entry in strand {
        let event = &entry.event;
        let expected = last.map_or(0, |last| last.event.number.saturating_add(1));
        let kind = match last {
            Some(last) if last.event.number == event.number => Some(Kind::Fork(entry.digest)),
            _ if event.number > expected => Some(Kind::Gap(expected..event.number)),
            Some(last) => event.previous.filter(|named| *named != last.digest).map(|named| {
                let found = last.digest;
                Kind::Link { named, found }
            }),
            None => None,
        };
        findings.extend(kind.map(|kind| Finding::of(event, kind)));
        if let Some(last) = last.filter(|last| event.at < last.event.at) {
            findings.push(Finding::of(event, Kind::TimeBackwards(last.event.at)));
        }
        last = Some(entry);
    }
}

/// Follows an authority's hold on the item through its strand, to the end.
fn walk(strand: &[Entry], accepted: &Accepted<'_>, findings: &mut Vec<Finding>) -> Hold {
    let (mut hold, mut next, mut gone_at): (Hold, u64, Option<Timestamp>) = (Hold::No, 0, None);
    for entry in strand {
        let event = &entry.event;
        if event.number > next {
            (hold, gone_at) = (Hold::Unknown, None);
        }
        next = event.number.saturating_add(1);
        if gone_at.is_some_and(|gone_at| gone_at < event.at) {
            (hold, gone_at) = (Hold::No, None);
        }
        let begins = matches!(event.act, Act::Acquired | Act::Received { .. });
        if !begins && hold == Hold::No {
            findings.push(Finding::of(event, Kind::NotHolding));
        }
        match &event.act {
            Act::Acquired | Act::Received { .. } => (hold, gone_at) = (Hold::Yes, None),
            Act::Returned { .. } | Act::Destroyed { .. } => hold = Hold::No,
            Act::Transferred { keeps_copy: false, .. } => {
                if let Some(receipt) = accepted.get(&entry.digest) {
                    if gone_at.is_some() {
                        findings.push(Finding::of(event, Kind::GivenTwice));
                    }
                    gone_at = Some(receipt.event.at);
                }
            }
            _ => {}
        }
    }
    if gone_at.is_some() { Hold::No } else { hold }
}
