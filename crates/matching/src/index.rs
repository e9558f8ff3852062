//! Persons in memory, found by key without a scan, and ranked. Postings are pairs of key and slot in one sorted array, with a small
//! unsorted part for what came last; names and births are packed into one array of bytes. About 100 bytes a person.

mod packed;
mod postings;

use crate::{
    birth::compare_births,
    evidence::{KnownAs, names, weigh},
    keys::{Key, name_keys, selector_keys},
    words::hash_bytes,
};
use comity_model::{
    PartialDate,
    subject::{Sex, Subject},
};
use packed::Packed;
use postings::Postings;
use std::collections::HashMap;

/// Candidates of one search that are weighed; the ones that share the rarest keys first.
const MAX_WEIGHED: usize = 500;
/// Candidates of one search that are looked at by birth before.
const MAX_SEEN: usize = 20_000;
/// Sharing so many keys more counts as much as a rarer key.
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

    /// Slots, with how many selectors they share, the rarest keys first.
    fn candidates(&self, ours: &[KnownAs], subject: &Subject) -> Vec<(u32, u32)> {
        let mut lists: Vec<(&[postings::Entry], &[postings::Entry], bool)> = Vec::new();
        let mut lookup = |key: u64, by_selector: bool| {
            let (sorted, late) = self.postings.of(key);
            lists.push((sorted, late, by_selector));
        };
        selector_keys(subject).for_each(|key| lookup(hash_bytes(key.as_bytes()), true));
        name_keys(ours, subject.born).into_iter().for_each(|key| lookup(key.number(), false));
        lists.sort_by_key(|(sorted, late, by_selector)| (!by_selector, sorted.len() + late.len()));
        let mut seen: HashMap<u32, (u32, f32), crate::words::BuildFold> = HashMap::default();
        for (sorted, late, by_selector) in lists {
            if seen.len() > MAX_SEEN {
                break;
            }
            let rare = 1.0 / (4.0 + (sorted.len() + late.len()) as f32).ln();
            for entry in sorted.iter().chain(late).take(MAX_SEEN) {
                if !self.persons.may_be_born(entry.slot(), subject.born) && !by_selector {
                    continue;
                }
                let (selectors, worth) = seen.entry(entry.slot()).or_default();
                *selectors += u32::from(by_selector);
                *worth += rare + if by_selector { 10.0 } else { 0.0 };
            }
        }
        let mut all: Vec<(u32, u32, f32)> =
            seen.into_iter().map(|(slot, (selectors, worth))| (slot, selectors, worth)).collect();
        if all.len() > MAX_WEIGHED {
            all.select_nth_unstable_by(MAX_WEIGHED, |a, b| b.2.total_cmp(&a.2));
            all.truncate(MAX_WEIGHED);
        }
        all.into_iter().map(|(slot, selectors, _)| (slot, selectors)).collect()
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

fn keys(names: &[KnownAs], subject: &Subject) -> Vec<u64> {
    let by_name = name_keys(names, subject.born).into_iter().map(Key::number);
    by_name.chain(selector_keys(subject).map(|key| hash_bytes(key.as_bytes()))).collect()
}

/// Years apart from which on two births are not looked at.
pub(super) const YEARS: u16 = 2;

pub(super) fn may_be_born(one: Option<PartialDate>, two: Option<PartialDate>) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => {
            one.year().abs_diff(two.year()) <= YEARS
                || (one.month() == two.month() && one.day() == two.day() && one.day().is_some())
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests;
