//! Keys and slots, sorted by key. A key is cut to 32 bits: what is found is weighed anyway.

use std::collections::HashMap;

/// Buckets by the upper bits of the key.
const BUCKET_BITS: u32 = 20;
/// So many entries come before they are sorted in.
const LATE: usize = 1 << 20;

/// Key above, slot below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry(u64);

impl Entry {
    fn new(key: u32, slot: u32) -> Self {
        Self(u64::from(key) << 32 | u64::from(slot))
    }
    fn key(self) -> u32 {
        (self.0 >> 32) as u32
    }
    pub(super) fn slot(self) -> u32 {
        self.0 as u32
    }
}

/// All postings.
#[derive(Debug, Default)]
pub(super) struct Postings {
    sorted: Vec<Entry>,
    /// Where a bucket begins in `sorted`.
    begins: Vec<u32>,
    late: HashMap<u32, Vec<Entry>, crate::words::BuildFold>,
    waiting: usize,
}

fn cut(key: u64) -> u32 {
    let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as u32
}

impl Postings {
    pub(super) fn push(&mut self, key: u64, slot: u32) {
        let key = cut(key);
        self.late.entry(key).or_default().push(Entry::new(key, slot));
        self.waiting += 1;
    }

    /// Sorts in what came last, where it is much, or in any case.
    pub(super) fn settle(&mut self, always: bool) {
        if self.waiting == 0 || (!always && self.waiting < LATE.max(self.sorted.len() / 4)) {
            return;
        }
        self.waiting = 0;
        self.sorted.extend(std::mem::take(&mut self.late).into_values().flatten());
        self.sorted.sort_unstable();
        self.begins = vec![0; (1 << BUCKET_BITS) + 1];
        for entry in &self.sorted {
            if let Some(slot) = self.begins.get_mut((entry.key() >> (32 - BUCKET_BITS)) as usize + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0_u32;
        for slot in &mut self.begins {
            sum = sum.saturating_add(*slot);
            *slot = sum;
        }
    }

    pub(super) fn shrink(&mut self) {
        self.sorted.shrink_to_fit();
    }

    /// Entries of a key: the sorted ones, and the late ones.
    pub(super) fn of(&self, key: u64) -> (&[Entry], &[Entry]) {
        let key = cut(key);
        let bucket = (key >> (32 - BUCKET_BITS)) as usize;
        let (from, to) = (
            self.begins.get(bucket).copied().unwrap_or(0),
            self.begins.get(bucket + 1).copied().unwrap_or(0),
        );
        let entries = self.sorted.get(from as usize..to as usize).unwrap_or_default();
        let begin = entries.partition_point(|entry| entry.key() < key);
        let end = entries.partition_point(|entry| entry.key() <= key);
        (entries.get(begin..end).unwrap_or_default(), self.late.get(&key).map_or(&[], Vec::as_slice))
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.sorted.capacity() * 8
            + self.begins.capacity() * 4
            + self.waiting * 16
            + self.late.capacity() * 40
    }
}
