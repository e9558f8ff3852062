//! How frequent a word is among names, so that a rare family name in common weighs more than a frequent one.

use crate::{equivalents::short, words::Word};
use std::sync::LazyLock;

/// Hash of a word and the bits of its frequency (times eight), sorted; see `data/README.md`.
const FILE: &[u8] = include_bytes!("../data/frequency.bin");
/// What an unlisted word has, in bits: about one in a hundred thousand.
const RARE: f64 = 17.0;

static TABLE: LazyLock<Vec<(u32, u8)>> = LazyLock::new(|| {
    let entry = |bytes: &[u8]| match bytes {
        &[a, b, c, d, bits] => Some((u32::from_le_bytes([a, b, c, d]), bits)),
        _ => None,
    };
    FILE.chunks_exact(5).filter_map(entry).collect()
});

/// The bits that a word in common says: the logarithm of one by its frequency.
pub(crate) fn bits(word: &Word) -> f64 {
    let hash = short(word.hash);
    TABLE
        .binary_search_by_key(&hash, |entry| entry.0)
        .ok()
        .and_then(|at| TABLE.get(at))
        .map_or(RARE, |(_, bits)| f64::from(*bits) / 8.0)
}
