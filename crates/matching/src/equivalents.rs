//! Which words are known forms of one name: nicknames, and forms across languages and scripts. Words are held as hashes; two
//! words go together where one set has both.

use crate::{script::Script, words::hash_of};
use std::sync::LazyLock;

/// Sets learnt from the groups of names; see `data/README.md`.
const LEARNT: &[u8] = include_bytes!("../data/equivalents.bin");
const PETS: &str = include_str!("../data/nicknames.txt");
/// Sets of pet names are numbered from here.
const PET: u32 = 1 << 24;
/// Bits of the number of a learnt set; above them stands the script of the word.
const SET_BITS: u32 = 20;
const BUCKETS: usize = 1 << 16;
/// Sets of one word that are looked at.
const MAX_SETS: usize = 48;

static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

struct Table {
    /// Where the entries of a bucket begin.
    begins: Vec<u32>,
    /// The rest of each hash, sorted in its bucket; apart from the sets, so that a bucket is one line of memory.
    rests: Vec<u16>,
    /// In the same places the scripts of all words of a set, as bits, and the set.
    entries: Vec<(u16, u32)>,
}

/// A hash as the table keeps it.
#[must_use]
pub fn short(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

impl Table {
    fn build() -> Self {
        let (mut all, scripts) = with_scripts(learnt(LEARNT));
        for (line, text) in PETS.lines().enumerate().filter(|(_, text)| !text.starts_with('#')) {
            let set = PET + line as u32;
            all.extend(text.split(' ').filter_map(hash_of).map(|hash| (short(hash), set)));
        }
        all.sort_unstable();
        all.dedup();
        let mut begins = vec![0_u32; BUCKETS + 1];
        for (hash, _) in &all {
            if let Some(slot) = begins.get_mut((hash >> 16) as usize + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0;
        for slot in &mut begins {
            sum += *slot;
            *slot = sum;
        }
        let of = |set: u32| scripts.get(set as usize).copied().unwrap_or(0);
        let rests = all.iter().map(|(hash, _)| *hash as u16).collect();
        Self { begins, rests, entries: all.into_iter().map(|(_, set)| (of(set), set)).collect() }
    }

    fn at(&self, sets: Sets) -> &[(u16, u32)] {
        let first = sets.first as usize;
        self.entries.get(first..first + usize::from(sets.count)).unwrap_or_default()
    }

    fn range(&self, hash: u64) -> Sets {
        let hash = short(hash);
        let bucket = (hash >> 16) as usize;
        let (Some(from), Some(to)) = (self.begins.get(bucket), self.begins.get(bucket + 1)) else {
            return Sets::default();
        };
        let rests = self.rests.get(*from as usize..*to as usize).unwrap_or_default();
        let count = |is: fn(u16, u16) -> bool| rests.iter().filter(|rest| is(**rest, hash as u16)).count();
        let first = from + count(|rest, hash| rest < hash) as u32;
        let same = count(|rest, hash| rest == hash).min(MAX_SETS) as u8;
        let none = Sets { first, count: same, ..Sets::default() };
        self.at(none).iter().fold(none, |sets, (scripts, set)| Sets {
            scripts: sets.scripts | scripts,
            mask: sets.mask | 1 << (set.wrapping_mul(0x9E37_79B1) >> 26),
            ..sets
        })
    }
}

/// One entry: the difference to the hash before, seven bits a byte, the lowest first; then the set in three bytes.
fn learnt(mut bytes: &[u8]) -> Vec<(u32, u32)> {
    let mut all = Vec::with_capacity(bytes.len() / 5 + 2000);
    let mut hash = 0_u32;
    while let Some(length) = bytes.iter().take(5).position(|byte| byte & 128 == 0) {
        let (step, rest) = bytes.split_at(length + 1);
        hash = hash.wrapping_add(step.iter().rev().fold(0, |sum, byte| sum << 7 | u32::from(byte & 127)));
        let Some((set, rest)) = rest.split_at_checked(3) else { break };
        all.push((hash, set.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte))));
        bytes = rest;
    }
    all
}

/// Takes the scripts out of entries: hashes with the numbers of their sets, and the scripts of each set as bits.
fn with_scripts(entries: Vec<(u32, u32)>) -> (Vec<(u32, u32)>, Vec<u16>) {
    let mut scripts = vec![0_u16; 1 << SET_BITS];
    let plain = |(hash, entry): (u32, u32)| {
        let set = entry & ((1 << SET_BITS) - 1);
        if let Some(slot) = scripts.get_mut(set as usize) {
            *slot |= 1 << (entry >> SET_BITS);
        }
        (hash, set)
    };
    (entries.into_iter().map(plain).collect(), scripts)
}

/// Where the sets of a word stand: the first entry, and how many; and a bit for each, by which two words without a set in common are
/// mostly seen at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sets {
    first: u32,
    count: u8,
    /// Scripts that the name is known in, as bits.
    scripts: u16,
    mask: u64,
}

impl Sets {
    /// Is a form of the word known in a script?
    pub(crate) fn has(self, script: Script) -> bool {
        self.scripts >> script as u16 & 1 == 1
    }
}

/// The sets of a word, to be looked up once.
pub(crate) fn sets_of(word: u64) -> Sets {
    TABLE.range(word)
}

/// Does one set have both words? `None` where no set is known of one of them.
pub(crate) fn together(one: Sets, two: Sets) -> Option<bool> {
    if one.count == 0 || two.count == 0 {
        return None;
    }
    if one.mask & two.mask == 0 {
        return Some(false);
    }
    let (left, right) = (TABLE.at(one), TABLE.at(two));
    Some(left.iter().any(|(_, set)| right.iter().any(|(_, other)| set == other)))
}

/// The sets of pet names that have a word.
pub(crate) fn pet_sets(sets: Sets) -> impl Iterator<Item = u32> {
    TABLE.at(sets).iter().map(|(_, set)| *set).filter(|set| *set >= PET).map(|set| set - PET)
}

#[cfg(test)]
mod tests;
