//! Persons in memory, found by key without a scan, and ranked. The keys join words with births, so that the many who share a frequent
//! name fall into short lists. Postings are pairs of key and slot in one sorted array, with a small unsorted part for what came last;
//! names and births are packed into one array of bytes. About 125 bytes a person.

mod composite;
mod packed;
mod postings;

use crate::{
    birth::compare_births,
    evidence::{KnownAs, names, weigh},
    keys::selector_keys,
    words::hash_bytes,
};
use comity_model::subject::{Sex, Subject};
use packed::Packed;
use postings::Postings;
use std::collections::HashMap;

/// Candidates of one search that are weighed: those whose keys and births promise most.
const MAX_WEIGHED: usize = 300;
/// Entries of long lists that are looked at in one search, the shorter lists first.
const MAX_SEEN: usize = 12_000;
/// Entries of all lists.
const MAX_ALL: usize = 60_000;
/// What a selector in common says, in bits.
const SELECTOR: f64 = 20.0;

/// A person that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// As it was inserted.
    pub id: u64,
    /// Bits for one person; names, birth, sex, and selectors in common.
    pub total: f64,
    /// Probability that the best names are one, 0 to 1.
    pub name: f64,
}

/// An index of persons.
#[derive(Debug, Default)]
pub struct PersonIndex {
    slots: HashMap<u64, u32>,
    ids: Vec<u64>,
    persons: Packed,
    postings: Postings,
    removed: usize,
}

impl PersonIndex {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Persons in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Has it no person?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Bytes that it holds, about.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.slots.capacity() * 17
            + self.ids.capacity() * 8
            + self.persons.memory_bytes()
            + self.postings.memory_bytes()
    }

    /// Puts a person in, in place of whoever had the identifier.
    pub fn insert(&mut self, id: u64, subject: &Subject) {
        self.remove(id);
        let Ok(slot) = u32::try_from(self.ids.len()) else { return };
        let names = names(subject);
        self.ids.push(id);
        self.slots.insert(id, slot);
        self.persons.push(&names, subject.born, subject.sex);
        for key in keys(&names, subject) {
            self.postings.push(key, slot);
        }
        self.postings.settle(false);
    }

    /// Takes a person out; says whether it was there. Memory is given back by [`PersonIndex::settle`].
    pub fn remove(&mut self, id: u64) -> bool {
        let Some(slot) = self.slots.remove(&id) else { return false };
        self.persons.forget(slot);
        self.removed += 1;
        true
    }

    /// Sorts what came last, after many insertions: searches are fastest then.
    pub fn settle(&mut self) {
        self.postings.settle(true);
        self.postings.shrink();
        self.persons.shrink();
        self.ids.shrink_to_fit();
    }

    /// The persons likeliest to be this one, the likeliest first, at most `limit`; those that speak against it are left out.
    #[must_use]
    pub fn find(&self, subject: &Subject, limit: usize) -> Vec<Found> {
        let ours = names(subject);
        let mut found: Vec<Found> = self
            .candidates(&ours, subject)
            .into_iter()
            .filter_map(|(slot, selectors)| self.weigh(slot, selectors, &ours, subject))
            .filter(|found| found.total > 0.0)
            .collect();
        found.sort_by(|a, b| b.total.total_cmp(&a.total).then(a.id.cmp(&b.id)));
        found.truncate(limit);
        found
    }

    /// Slots, with how many selectors they share: those whose keys and births promise most.
    fn candidates(&self, ours: &[KnownAs], subject: &Subject) -> Vec<(u32, u32)> {
        let found = composite::lookups(ours, subject.born);
        let mut seen = Seen::default();
        let by_selector: Vec<u64> = selector_keys(subject).map(|key| hash_bytes(key.as_bytes())).collect();
        self.look(&mut seen, &by_selector, 1, MAX_ALL);
        self.look(&mut seen, &found.close, 0, MAX_ALL);
        let so_far = seen.entries;
        self.look(&mut seen, &found.wide, 0, (so_far + MAX_SEEN).min(MAX_ALL));
        let promise = |(slot, (selectors, bits)): (u32, (u32, f32))| {
            Some((slot, selectors, bits + self.persons.closeness(slot, subject.born)?))
        };
        let mut all: Vec<(u32, u32, f32)> = seen.slots.into_iter().filter_map(promise).collect();
        if all.len() > MAX_WEIGHED {
            all.select_nth_unstable_by(MAX_WEIGHED, |a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
            all.truncate(MAX_WEIGHED);
        }
        all.into_iter().map(|(slot, selectors, _)| (slot, selectors)).collect()
    }

    /// Goes through the lists of some keys, the shortest first, until so many entries were seen.
    fn look(&self, seen: &mut Seen, keys: &[u64], selectors: u32, most: usize) {
        let mut lists: Vec<_> = keys.iter().map(|key| self.postings.of(*key)).collect();
        let length = |(sorted, late): &(&[postings::Entry], &[postings::Entry])| sorted.len() + late.len();
        lists.retain(|list| length(list) > 0);
        lists.sort_by_key(length);
        for list in lists {
            if seen.entries >= most {
                return;
            }
            let bits = ((self.ids.len() as f32 + 1.0) / length(&list) as f32).log2();
            for entry in list.0.iter().chain(list.1).take(most - seen.entries) {
                let (shared, promise) = seen.slots.entry(entry.slot()).or_default();
                *shared += selectors;
                *promise += bits + 100.0 * selectors as f32;
                seen.entries += 1;
            }
        }
    }

    fn weigh(&self, slot: u32, selectors: u32, ours: &[KnownAs], subject: &Subject) -> Option<Found> {
        let theirs = self.persons.get(slot)?;
        let id = *self.ids.get(slot as usize)?;
        let mut best: Option<crate::evidence::NameEvidence> = None;
        for (one, two) in ours.iter().flat_map(|one| theirs.names.iter().map(move |two| (one, two))) {
            let found = weigh(one, two);
            if best.is_none_or(|best| found.bits > best.bits) {
                best = Some(found);
            }
        }
        let born = subject
            .born
            .zip(theirs.born)
            .map_or(0.0, |(one, two)| compare_births(one.into(), two.into()).bits);
        let said = |sex: Option<Sex>| sex.filter(|sex| *sex != Sex::X);
        let sex = said(subject.sex)
            .zip(said(theirs.sex))
            .map_or(0.0, |(one, two)| if one == two { 0.9 } else { -5.0 });
        let by_name = best.map_or(0.0, |best| best.bits);
        Some(Found {
            id,
            total: by_name + born + sex + SELECTOR * f64::from(selectors.min(3)),
            name: best.map_or(0.0, |best| best.score),
        })
    }
}

/// Slots that were seen, with the selectors that they share and what the keys promise; and how many entries that took.
#[derive(Default)]
struct Seen {
    slots: HashMap<u32, (u32, f32), crate::words::BuildFold>,
    entries: usize,
}

fn keys(names: &[KnownAs], subject: &Subject) -> Vec<u64> {
    let by_name = composite::of_person(names, subject.born).into_iter();
    by_name.chain(selector_keys(subject).map(|key| hash_bytes(key.as_bytes()))).collect()
}

#[cfg(test)]
mod tests;
