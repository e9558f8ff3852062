use super::*;
use proptest::prelude::*;

fn levels() -> Vec<Level> {
    [Level::Portable, Level::Avx2, Level::Avx512]
        .into_iter()
        .filter(|level| *level <= Level::best())
        .collect()
}

proptest! {
    #[test]
    fn every_sieve_says_what_the_portable_one_says(
        sketches in proptest::collection::vec(any::<u8>(), 0..700),
        cuts in proptest::collection::vec((0usize..350, 0usize..120, 0u32..3), 0..30),
        (sketch, own_bits, most_own, most_all) in (any::<u16>(), 0u32..=16, 0u32..4, 0u32..12),
    ) {
        let entries = sketches.len() / 2;
        let runs: Vec<Run> = cuts.into_iter().map(|(start, long, distance)| {
            let start = start.min(entries);
            Run { start: start as u32, end: (start + long).min(entries) as u32, distance }
        }).collect();
        let own = ((1u32 << own_bits) - 1) as u16;
        let sieve = Sieve { sketch, own, most_own, most_all };
        let mut expected = Vec::new();
        sift(Level::Portable, &sketches, &runs, &sieve, &mut expected);
        for level in levels() {
            let mut got = Vec::new();
            sift(level, &sketches, &runs, &sieve, &mut got);
            prop_assert_eq!(&got, &expected, "{:?}", level);
        }
    }

    #[test]
    fn every_brightness_is_the_portable_one_bit_by_bit(pixels in proptest::collection::vec(any::<[u8; 3]>(), 0..100)) {
        let mut expected = Vec::new();
        brightness(Level::Portable, &pixels, &mut expected);
        for level in levels() {
            let mut got = Vec::new();
            brightness(level, &pixels, &mut got);
            prop_assert_eq!(&got, &expected, "{:?}", level);
        }
    }

    #[test]
    fn every_scan_says_what_the_portable_one_says(
        rows in proptest::collection::vec(any::<[u8; 32]>(), 0..60), query in any::<[u8; 32]>(), radius in 100u32..140,
    ) {
        let numbers: Vec<u32> = (0..rows.len() as u32).rev().collect();
        let bytes = rows.concat();
        let (mut expected, mut expected_picked) = (Vec::new(), Vec::new());
        scan(Level::Portable, &bytes, &query, radius, &mut expected);
        pick(Level::Portable, &bytes, &numbers, &query, radius, &mut expected_picked);
        let bit_by_bit = |row: &[u8; 32]| row.iter().zip(&query).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
        let plainly: Vec<Found> = (0u32..).zip(rows.iter().map(bit_by_bit)).filter(|found| found.1 <= radius).collect();
        prop_assert_eq!(&expected, &plainly);
        for level in levels() {
            let (mut got, mut picked) = (Vec::new(), Vec::new());
            scan(level, &bytes, &query, radius, &mut got);
            pick(level, &bytes, &numbers, &query, radius, &mut picked);
            got.sort_unstable();
            prop_assert_eq!(&got, &expected, "{:?}", level);
            prop_assert_eq!(&picked, &expected_picked, "{:?}", level);
        }
    }
}
