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

/// Resident memory now and at most, in bytes.
fn resident() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// `cargo test -p comity-node --lib -- --ignored --nocapture memory_of_a_set`; the number of entries in `ENTRIES`.
#[test]
#[ignore = "measures"]
fn memory_of_a_set() {
    let entries = std::env::var("ENTRIES").map_or(1_000_000, |number| number.parse().unwrap());
    for (name, keep) in
        [("md5", [true, false, false]), ("sha256", [false, true, false]), ("pdq", [false, false, true])]
    {
        let before = resident().0;
        // Written to the process's own file, 5 sets the greatest size back to what it is now.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let mut gathering = Gathering::new(u64::MAX);
        for number in 0..entries {
            let mut entry = entry(number);
            entry.md5 = entry.md5.filter(|_| keep[0]);
            entry.sha256 = entry.sha256.filter(|_| keep[1]);
            entry.pdq = entry.pdq.filter(|_| keep[2]);
            gathering.add(&entry).unwrap();
        }
        let (held, _) = gathering.finish().unwrap();
        let (after, most) = resident();
        let mib = |bytes: u64| bytes >> 20;
        println!(
            "{name}: {entries} entries, said {} MiB, resident {} MiB more, while it was made {} MiB more",
            mib(held.memory()),
            mib(after.saturating_sub(before)),
            mib(most.saturating_sub(before)),
        );
    }
}
