//! A binary fuse filter with three places for a key and prints of 40 bits (T. M. Graf, D. Lemire, "Binary Fuse Filters:
//! Fast and Smaller Than Xor Filters", 2022): about 5.7 bytes for each of a million entries, three reads for a lookup. A
//! key that is held is always found; any other is found once in 2^40 lookups.

use super::handle::Tag;

/// Bytes of a print.
pub(crate) const PRINT_BYTES: usize = 5;

/// Attempts to build before giving up; each fails rarely.
const ATTEMPTS: u64 = 100;

/// Where the places of a key lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Mixed into each key's place.
    pub(crate) seed: u64,
    /// A window has two to the power of this many places; from 2 to 18.
    pub(crate) window_log: u8,
    /// In how many windows a key's first place may lie; two more follow.
    pub(crate) windows: u32,
}

impl Layout {
    /// The layout that the paper proposes for so many keys.
    pub(crate) fn for_keys(keys: usize) -> Self {
        let count = (keys.max(2)) as f64;
        let window_log = (count.ln() / 3.33_f64.ln() + 2.25).floor().clamp(2.0, 18.0) as u8;
        let factor = (0.875 + 0.25 * 1_000_000_f64.ln() / count.ln()).max(1.125);
        let window = f64::from(1u32 << window_log);
        let windows = ((count * factor / window).ceil() - 2.0).max(1.0) as u32;
        Self { seed: 0, window_log, windows }
    }

    /// Number of places in all.
    pub(crate) fn places(&self) -> usize {
        (self.windows as usize).saturating_add(2) << self.window_log
    }

    /// The three places of a key, each below [`Layout::places`] and in three windows that follow one another.
    fn of(&self, place: u64) -> [usize; 3] {
        let hash = mix(place.wrapping_add(self.seed));
        let range = u64::from(self.windows) << self.window_log;
        let first = ((u128::from(hash) * u128::from(range)) >> 64) as usize;
        let (window, mask) = (1usize << self.window_log, (1usize << self.window_log) - 1);
        let (second, third) = (first + window, first + 2 * window);
        [first, second ^ ((hash >> 18) as usize & mask), third ^ (hash as usize & mask)]
    }
}

/// The finishing mix of MurmurHash3: spreads the seed's change over all bits.
fn mix(mut h: u64) -> u64 {
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

/// Whether a key is held. `prints` has the layout's number of places.
pub(crate) fn holds(layout: &Layout, prints: &[[u8; PRINT_BYTES]], tag: &Tag) -> bool {
    difference(layout, prints, tag) == 0
}

/// In which bits what is found differs from the key's print.
pub(crate) fn difference(layout: &Layout, prints: &[[u8; PRINT_BYTES]], tag: &Tag) -> u64 {
    layout.of(tag.place).into_iter().fold(tag.print, |print, place| print ^ read(prints, place))
}

fn read(prints: &[[u8; PRINT_BYTES]], place: usize) -> u64 {
    let [a, b, c, d, e] = prints.get(place).copied().unwrap_or_default();
    u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])
}

/// Builds a filter of keys that all differ in `place`; none where no attempt succeeds.
pub(crate) fn build(tags: &[Tag]) -> Option<(Layout, Vec<[u8; PRINT_BYTES]>)> {
    let layouts = (0..ATTEMPTS).map(|seed| Layout { seed, ..Layout::for_keys(tags.len()) });
    layouts.into_iter().find_map(|layout| Some((layout, assign(&layout, tags, &peel(&layout, tags)?))))
}

/// How many keys stand in a place, and the exclusive or of their numbers.
#[derive(Clone, Copy, Default)]
struct Place {
    count: u32,
    keys: u32,
}

/// The order in which keys can be taken out, each with a place that only it still stands in; none where some stay.
fn peel(layout: &Layout, tags: &[Tag]) -> Option<Vec<(u32, u32)>> {
    let mut places = vec![Place::default(); layout.places()];
    for (key, tag) in (0u32..).zip(tags) {
        for place in layout.of(tag.place) {
            change(&mut places, place, |count| count.wrapping_add(1), key);
        }
    }
    let mut alone: Vec<usize> =
        (0..places.len()).filter(|&place| stands_alone(&places, place).is_some()).collect();
    let mut order = Vec::with_capacity(tags.len());
    while let Some(place) = alone.pop() {
        let Some(key) = stands_alone(&places, place) else { continue };
        order.push((key, u32::try_from(place).ok()?));
        for other in layout.of(tags.get(key as usize)?.place) {
            change(&mut places, other, |count| count.wrapping_sub(1), key);
            alone.extend(stands_alone(&places, other).map(|_| other));
        }
    }
    (order.len() == tags.len()).then_some(order)
}

fn change(places: &mut [Place], place: usize, count: impl Fn(u32) -> u32, key: u32) {
    if let Some(place) = places.get_mut(place) {
        place.count = count(place.count);
        place.keys ^= key;
    }
}

fn stands_alone(places: &[Place], place: usize) -> Option<u32> {
    places.get(place).filter(|place| place.count == 1).map(|place| place.keys)
}

/// Writes prints in the reverse order, so that no later key changes what an earlier one reads.
fn assign(layout: &Layout, tags: &[Tag], order: &[(u32, u32)]) -> Vec<[u8; PRINT_BYTES]> {
    let mut prints = vec![[0; PRINT_BYTES]; layout.places()];
    for &(key, place) in order.iter().rev() {
        let Some(tag) = tags.get(key as usize) else { continue };
        // The place is still zero, so what differs is what belongs there.
        let [a, b, c, d, e, ..] = difference(layout, &prints, tag).to_le_bytes();
        if let Some(print) = prints.get_mut(place as usize) {
            *print = [a, b, c, d, e];
        }
    }
    prints
}
