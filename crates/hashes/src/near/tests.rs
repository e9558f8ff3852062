use super::*;
use crate::{PdqHash, SegmentError, vector::Level};
use proptest::prelude::*;
use std::{io::Cursor, sync::Arc};

pub(super) fn segment(hashes: &[PdqHash], shape: Shape) -> Segment {
    Segment::from_bytes(bytes(hashes, shape)).unwrap()
}

fn bytes(hashes: &[PdqHash], shape: Shape) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    build(hashes, shape, &mut out).unwrap();
    out.into_inner()
}

fn plainly(hashes: &[PdqHash], query: &PdqHash, radius: u32) -> Vec<Hit> {
    let hits = (0u64..).zip(hashes).map(|(position, hash)| Hit { position, distance: hash.distance(query) });
    hits.filter(|hit| hit.distance <= radius).collect()
}

fn flip(mut hash: PdqHash, bits: &[u8]) -> PdqHash {
    bits.iter().for_each(|bit| hash.0[usize::from(*bit) / 8] ^= 1 << (bit % 8));
    hash
}

/// Hashes around few centres, some of them many times over, and queries at any distance from them.
fn clustered() -> impl Strategy<Value = (Vec<PdqHash>, Vec<PdqHash>)> {
    let around = |most: usize| (0usize..4, proptest::collection::vec(any::<u8>(), 0..most));
    let centres = proptest::collection::vec(any::<[u8; 32]>().prop_map(PdqHash), 4);
    let some = (proptest::collection::vec(around(60), 1..400), proptest::collection::vec(around(60), 1..8));
    (centres, some).prop_map(|(centres, (hashes, queries))| {
        let place = |(centre, bits): &(usize, Vec<u8>)| flip(centres[*centre], bits);
        (hashes.iter().map(place).collect(), queries.iter().map(place).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_search_finds_what_comparing_all_finds_whatever_the_radius(
        (hashes, queries) in clustered(), radius in 0u32..70, split in any::<proptest::sample::Index>(),
    ) {
        let middle = split.index(hashes.len());
        let (settled, added) = hashes.split_at(middle);
        let mut delta = Delta::default();
        added.iter().for_each(|hash| delta.add(*hash));
        for level in [Level::Portable, Level::best()] {
            let mut finder = Finder::with(level);
            finder.always_tables();
            let index = Index::new(vec![Arc::new(segment(settled, Shape::Tables))], delta.clone());
            for query in &queries {
                prop_assert_eq!(index.search(&mut finder, query, radius), plainly(&hashes, query, radius));
            }
        }
    }

    #[test]
    fn a_search_at_the_radius_of_the_product_finds_every_neighbour_at_exactly_that_distance(
        centre in any::<[u8; 32]>(), bits in proptest::sample::subsequence((0..=255u8).collect::<Vec<_>>(), 31),
        others in proptest::collection::vec(any::<[u8; 32]>(), 0..50),
    ) {
        let mut hashes: Vec<PdqHash> = others.into_iter().map(PdqHash).collect();
        hashes.push(flip(PdqHash(centre), &bits));
        let mut finder = Finder::default();
        finder.always_tables();
        let index = Index::new(vec![Arc::new(segment(&hashes, Shape::Tables))], Delta::default());
        let hits = index.search(&mut finder, &PdqHash(centre), RADIUS);
        let expected = Hit { position: hashes.len() as u64 - 1, distance: 31 };
        prop_assert!(hits.contains(&expected));
        prop_assert_eq!(finder.work().scans, 0);
    }

    #[test]
    fn clusters_hold_every_pair_within_the_radius_and_nothing_that_no_steps_reach((hashes, _) in clustered()) {
        let (settled, added) = hashes.split_at(hashes.len() / 2);
        let mut delta = Delta::default();
        added.iter().for_each(|hash| delta.add(*hash));
        let index = Index::new(vec![Arc::new(segment(settled, Shape::Rows))], delta);
        prop_assert_eq!((0..index.len()).filter_map(|at| index.hash(at)).collect::<Vec<_>>(), hashes.clone());
        let got = clusters(&index, &mut Finder::default(), 12);
        // Plainly: the least position spreads along all near pairs until nothing changes.
        let mut expected: Vec<u64> = (0..hashes.len() as u64).collect();
        loop {
            let before = expected.clone();
            for (one, hash) in hashes.iter().enumerate() {
                let near = (0..hashes.len()).filter(|other| hashes[*other].distance(hash) <= 12);
                expected[one] = near.map(|other| expected[other]).min().unwrap();
            }
            if before == expected {
                break;
            }
        }
        prop_assert_eq!(got, expected);
    }

    #[test]
    fn a_segment_with_any_byte_changed_is_refused(at in any::<proptest::sample::Index>(), flip in 1u8..) {
        let hashes: Vec<PdqHash> = (0..9).map(|byte| PdqHash([byte; 32])).collect();
        let mut bytes = bytes(&hashes, Shape::Rows);
        *at.get_mut(&mut bytes) ^= flip;
        prop_assert!(Segment::from_bytes(bytes).is_err());
    }
}

#[test]
fn a_cluster_of_equal_hashes_is_found_whole() {
    let hashes = vec![PdqHash([0x5a; 32]); 3000];
    let index = Index::new(vec![Arc::new(segment(&hashes, Shape::Tables))], Delta::default());
    for tables in [true, false] {
        let mut finder = Finder::default();
        if tables {
            finder.always_tables();
        }
        let hits = index.search(&mut finder, &flip(hashes[0], &[3, 77, 200]), 31);
        assert_eq!(hits.len(), 3000);
        assert!(hits.iter().all(|hit| hit.distance == 3));
    }
}

#[test]
fn a_segment_gives_its_hashes_back_in_their_places() {
    let hashes: Vec<PdqHash> =
        (0..100u8).map(|byte| PdqHash(std::array::from_fn(|at| byte.wrapping_mul(at as u8)))).collect();
    for shape in [Shape::Rows, Shape::Tables, Shape::BySize] {
        let segment = segment(&hashes, shape);
        assert_eq!(segment.len(), 100);
        assert_eq!((0..100).filter_map(|at| segment.hash(at)).collect::<Vec<_>>(), hashes);
        assert_eq!(segment.hash(100), None);
    }
}

#[test]
fn a_cut_segment_and_a_longer_one_are_refused() {
    let whole = bytes(&[PdqHash([1; 32]); 5], Shape::Tables);
    for length in [0, 7, 4095, 4096, whole.len() - 1] {
        assert!(Segment::from_bytes(whole[..length].to_vec()).is_err(), "{length}");
    }
    assert!(Segment::from_bytes([&whole[..], &[0]].concat()).is_err());
    assert!(Segment::from_bytes(whole).is_ok());
}

#[test]
fn a_table_that_points_outside_is_refused_though_its_checksums_fit() {
    let whole = bytes(&[PdqHash([1; 32]); 5], Shape::Tables);
    let (_, tables, _) = super::format::layout(5, &super::slots::slots(&super::build::SIZES, 5).unwrap());
    for (at, value) in
        [(tables[2].numbers.start, 5u8), (tables[0].directory.start, 1), (tables[12].directory.end - 4, 9)]
    {
        let mut bad = whole.clone();
        bad[at] = value;
        let body = *blake3::hash(&bad[4096..]).as_bytes();
        bad[296..328].copy_from_slice(&body);
        let check = *blake3::hash(&bad[..328]).as_bytes();
        bad[328..360].copy_from_slice(&check);
        assert!(matches!(Segment::from_bytes(bad), Err(SegmentError::Malformed(_))), "{at}");
    }
}

#[test]
fn an_empty_index_finds_nothing_and_takes_hashes() {
    let mut index = Index::new(vec![Arc::new(segment(&[], Shape::BySize))], Delta::default());
    let mut finder = Finder::default();
    assert!(index.search(&mut finder, &PdqHash::default(), 256).is_empty());
    assert_eq!(index.add(PdqHash([3; 32])), 0);
    assert_eq!(index.search(&mut finder, &PdqHash([3; 32]), 0), [Hit { position: 0, distance: 0 }]);
}

#[test]
fn a_segment_takes_the_place_of_the_delta_only_when_it_is_as_long() {
    let mut index = Index::default();
    (0..4).for_each(|byte| {
        index.add(PdqHash([byte; 32]));
    });
    let hashes = index.delta().hashes();
    assert!(index.settle(Arc::new(segment(&hashes[..3], Shape::Rows))).is_err());
    assert!(index.settle(Arc::new(segment(&hashes, Shape::Tables))).is_ok());
    assert!(index.delta().is_empty());
    assert_eq!(
        index.search(&mut Finder::default(), &PdqHash([2; 32]), 0),
        [Hit { position: 2, distance: 0 }]
    );
}

#[test]
fn a_delta_s_file_goes_on_after_a_torn_write_and_refuses_a_damaged_middle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("delta");
    let hashes = [PdqHash([1; 32]), PdqHash([2; 32]), PdqHash([3; 32])];
    let (mut file, delta, _) = DeltaFile::open(&path).unwrap();
    assert!(delta.is_empty());
    file.append(&hashes).unwrap();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    let (mut file, delta, torn) = DeltaFile::open(&path).unwrap();
    assert_eq!((delta.hashes(), torn), (hashes[..2].to_vec(), Torn { bytes: 37 }));
    file.append(&hashes[2..]).unwrap();
    assert_eq!(DeltaFile::open(&path).unwrap().1.hashes(), hashes);
    let mut damaged = whole.clone();
    damaged[20] ^= 1;
    std::fs::write(&path, &damaged).unwrap();
    assert!(DeltaFile::open(&path).is_err());
    std::fs::write(&path, b"something else").unwrap();
    assert!(DeltaFile::open(&path).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"something else");
}

#[test]
fn a_segment_s_file_is_opened_as_it_was_built() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("segment");
    build_file(&[PdqHash([9; 32]); 7], Shape::Tables, &path).unwrap();
    assert_eq!(Segment::open(&path).unwrap().hash(6), Some(PdqHash([9; 32])));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(matches!(Segment::open(&folder.path().join("none")), Err(SegmentError::Io(_))));
}
