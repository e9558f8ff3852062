//! How sizes of sets are hidden: every set is padded to one of a few round sizes.

/// Leading digits of the round sizes, times ten.
const STEPS: [u64; 10] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

/// The smallest padded size of a set, in entries.
pub const LEAST_ENTRIES: u32 = 100;

/// The largest set, in entries.
pub const MOST_ENTRIES: u32 = 40_000_000;

/// The round size for `count` entries: 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten, at least
/// [`LEAST_ENTRIES`]; none above [`MOST_ENTRIES`]. At most a third is padding, from 75 entries on.
pub fn padded_entries(count: usize) -> Option<u32> {
    let count = u64::try_from(count).ok()?.max(u64::from(LEAST_ENTRIES));
    let decades = std::iter::successors(Some(10u64), |power| power.checked_mul(10)).take(8);
    let sizes = decades.flat_map(|power| STEPS.map(|step| step.saturating_mul(power)));
    let size = sizes.into_iter().find(|size| *size >= count)?;
    u32::try_from(size).ok().filter(|size| *size <= MOST_ENTRIES)
}

/// Whether a peer could have padded a set to this size.
pub fn is_padded_size(entries: u32) -> bool {
    usize::try_from(entries).ok().and_then(padded_entries) == Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_round_and_never_smaller_than_the_set() {
        for (count, size) in
            [(0, 100), (100, 100), (101, 120), (999, 1000), (1_000_000, 1_000_000), (1_000_001, 1_200_000)]
        {
            assert_eq!(padded_entries(count), Some(size));
        }
        assert_eq!(padded_entries(40_000_001), None);
        assert!(is_padded_size(600) && !is_padded_size(601) && !is_padded_size(0));
    }

    #[test]
    fn at_most_a_third_is_added() {
        for count in (100..100_000).step_by(37) {
            let size = padded_entries(count).unwrap();
            assert!(size as usize >= count && size as f64 <= count as f64 * 1.334, "{count}");
        }
    }
}
