//! How many names a sound is shared by: an index key says less than the word it was made of.

use std::sync::LazyLock;

/// A word's sound and the bits of its frequency (times eight), sorted; see `data/README.md`.
const FILE: &[u8] = include_bytes!("../../data/sound_share.bin");
/// What an unlisted sound has, in bits.
const RARE: f64 = 15.0;

static TABLE: LazyLock<Vec<(u32, u8)>> = LazyLock::new(|| {
    let entry = |bytes: &[u8]| match bytes {
        &[a, b, c, d, bits] => Some((u32::from_le_bytes([a, b, c, d]), bits)),
        _ => None,
    };
    FILE.chunks_exact(5).filter_map(entry).collect()
});

/// The bits that a sound in common says: the logarithm of one by the share of words of names that have it.
pub(super) fn bits(sound: u32) -> f64 {
    TABLE
        .binary_search_by_key(&sound, |entry| entry.0)
        .ok()
        .and_then(|at| TABLE.get(at))
        .map_or(RARE, |(_, bits)| f64::from(*bits) / 8.0)
}
