use super::super::{
    gathering::{Gathering, Stop, memory_of},
    store::Counts,
};
use super::*;
use comity_hashes::set::Entry;

/// Bits that no two numbers share.
fn drawn(number: u64) -> [u8; 32] {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()
    };
    let words = [next(), next(), next(), next()];
    words.concat().try_into().unwrap()
}

fn entry(number: u64) -> Entry {
    let bits = drawn(number);
    Entry {
        place: number + 1,
        md5: bits.first_chunk().copied(),
        sha256: Some(bits),
        pdq: Some(PdqHash(bits)),
        category: Some((number % 2).to_string()),
        ..Entry::default()
    }
}

fn gathered(entries: u64, room: u64) -> Result<(Held, Counts), Stop> {
    let mut gathering = Gathering::new(room);
    (0..entries).try_for_each(|number| gathering.add(&entry(number)))?;
    gathering.finish()
}

#[test]
fn a_set_of_several_segments_is_searched_as_one_and_is_as_large_as_its_numbers_say() {
    const MANY: u64 = (1 << 20) + 70_000;
    let (held, counts) = gathered(MANY, u64::MAX).unwrap();
    let digests = held.exact.iter().flat_map(|digests| &digests.segments).map(ExactSegment::size);
    let categories: usize = held.exact.iter().map(|digests| 2 * digests.categories.len()).sum();
    let near = 2 * held.near_categories.len() + comity_hashes::near::size(MANY as usize, Default::default());
    assert_eq!(held.memory(), (digests.sum::<usize>() + categories + near) as u64);
    assert_eq!((held.exact.len(), held.exact[0].segments.len()), (2, 2));
    assert_eq!(memory_of(&counts), held.memory());
    let mut finder = Finder::default();
    for number in [0, 1, (1 << 20) - 1, 1 << 20, MANY - 1] {
        let found = |distance| {
            let category = Some((number % 2).to_string());
            vec![Match { category, distance, entries: 1 }]
        };
        let bits = drawn(number);
        assert_eq!(held.exact(Algorithm::Sha256, &bits), found(None));
        assert_eq!(held.exact(Algorithm::Md5, &bits[..16]), found(None));
        assert_eq!(held.near(&mut finder, &PdqHash(bits), 31), found(Some(0)));
    }
    assert!(held.exact(Algorithm::Sha256, &drawn(MANY)).is_empty());
}

#[test]
fn a_set_that_needs_one_byte_more_than_there_is_room_for_is_not_made() {
    let (held, _) = gathered(40_000, u64::MAX).unwrap();
    assert!(gathered(40_000, held.memory()).is_ok());
    assert_eq!(gathered(40_000, held.memory() - 1).err(), Some(Stop::Full));
    // It is noticed long before the end.
    let mut gathering = Gathering::new(1 << 20);
    let taken = (0..1_000_000).take_while(|number| gathering.add(&entry(*number)).is_ok()).count();
    assert!(taken < 1 << 15, "{taken}");
}
