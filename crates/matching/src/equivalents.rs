//! Which words are known forms of one name: nicknames, and forms across languages and scripts. Words are held as hashes; two
//! words go together where one set has both.

use crate::words::hash_of;
use std::sync::LazyLock;

/// Sets learnt from the groups of names; see `data/README.md`.
const LEARNT: &[u8] = include_bytes!("../data/equivalents.bin");
const PETS: &str = include_str!("../data/nicknames.txt");
/// Sets of pet names are numbered from here.
const PET: u32 = 1 << 24;
const BUCKETS: usize = 1 << 16;
/// Sets of one word that are looked at.
const MAX_SETS: usize = 48;

static TABLE: LazyLock<Table> = LazyLock::new(Table::build);

struct Table {
    /// Where the entries of a bucket begin.
    begins: Vec<u32>,
    /// The rest of the hash and the set, sorted by hash.
    entries: Vec<(u16, u32)>,
}

/// A hash as the table keeps it.
#[must_use]
pub fn short(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

impl Table {
    fn build() -> Self {
        let mut all = learnt(LEARNT);
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
        Self { begins, entries: all.into_iter().map(|(hash, set)| (hash as u16, set)).collect() }
    }

    fn sets(&self, hash: u64) -> &[(u16, u32)] {
        let hash = short(hash);
        let bucket = (hash >> 16) as usize;
        let (Some(from), Some(to)) = (self.begins.get(bucket), self.begins.get(bucket + 1)) else { return &[] };
        let entries = self.entries.get(*from as usize..*to as usize).unwrap_or_default();
        let begin = entries.partition_point(|(rest, _)| *rest < hash as u16);
        let found = entries.get(begin..).unwrap_or_default();
        let end = found.iter().take(MAX_SETS).take_while(|(rest, _)| *rest == hash as u16).count();
        found.get(..end).unwrap_or_default()
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

/// Does one set have both words?
pub(crate) fn same_set(one: u64, two: u64) -> bool {
    let (left, right) = (TABLE.sets(one), TABLE.sets(two));
    left.iter().any(|(_, set)| right.iter().any(|(_, other)| set == other))
}

/// The sets of pet names that have a word.
pub(crate) fn pet_sets(word: u64) -> impl Iterator<Item = u32> {
    TABLE.sets(word).iter().map(|(_, set)| *set).filter(|set| *set >= PET).map(|set| set - PET)
}
