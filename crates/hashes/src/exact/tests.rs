use super::*;
use crate::SegmentError;
use proptest::prelude::*;
use std::io::Cursor;

fn bytes(algorithm: Algorithm, digests: &[u8]) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    build(algorithm, digests, &mut out).unwrap();
    out.into_inner()
}

/// Digests of which many share their first bits, and some are equal.
fn digests() -> impl Strategy<Value = Vec<[u8; 32]>> {
    let digest = (0u8..4, any::<bool>(), any::<[u8; 32]>()).prop_map(|(first, crowded, mut digest)| {
        if crowded {
            digest = [first; 32];
            digest[31] &= 1;
        }
        digest
    });
    proptest::collection::vec(digest, 0..300)
}

proptest! {
    #[test]
    fn a_lookup_finds_every_place_of_a_digest_and_no_other(given in digests(), asked in digests()) {
        for algorithm in Algorithm::ALL {
            let length = algorithm.length();
            let cut = |digests: &[[u8; 32]]| digests.iter().flat_map(|digest| digest[..length].to_vec()).collect::<Vec<u8>>();
            let segment = ExactSegment::from_bytes(bytes(algorithm, &cut(&given))).unwrap();
            let asked: Vec<[u8; 32]> = asked.iter().chain(&given).copied().collect();
            let mut found = Vec::new();
            segment.find_many(&cut(&asked), |query, place| found.push((query, place)));
            let mut expected = Vec::new();
            for (query, digest) in asked.iter().enumerate() {
                let places = (0u32..).zip(&given).filter(|(_, other)| other[..length] == digest[..length]);
                expected.extend(places.map(|(place, _)| (query, place)));
            }
            prop_assert_eq!(&found, &expected);
            if let Some(first) = given.first() {
                let places = segment.find(&first[..length]);
                prop_assert_eq!(places.first(), Some(&0));
            }
        }
    }

    #[test]
    fn a_segment_with_any_byte_changed_is_refused(at in any::<proptest::sample::Index>(), flip in 1u8..) {
        let mut bytes = bytes(Algorithm::Md5, &[7; 160]);
        *at.get_mut(&mut bytes) ^= flip;
        prop_assert!(ExactSegment::from_bytes(bytes).is_err());
    }
}

#[test]
fn a_digest_of_another_length_is_not_there_and_no_part_of_a_list_is_taken() {
    let segment = ExactSegment::from_bytes(bytes(Algorithm::Sha1, &[7; 40])).unwrap();
    assert_eq!(segment.find(&[7; 20]), [0, 1]);
    assert!(segment.find(&[7; 16]).is_empty());
    let mut out = Cursor::new(Vec::new());
    assert!(matches!(build(Algorithm::Sha1, &[7; 41], &mut out), Err(SegmentError::Length(41, 20))));
}

#[test]
fn digests_out_of_order_are_refused_though_their_checksums_fit() {
    let mut bad = bytes(Algorithm::Md5, &[[1u8; 16], [2; 16], [3; 16]].concat());
    let first = 4096 + 64;
    assert_eq!(bad[first], 1);
    bad[first] = 9;
    let body = *blake3::hash(&bad[4096..]).as_bytes();
    bad[28..60].copy_from_slice(&body);
    let check = *blake3::hash(&bad[..60]).as_bytes();
    bad[60..92].copy_from_slice(&check);
    assert!(matches!(ExactSegment::from_bytes(bad), Err(SegmentError::Malformed("order of digests"))));
}

#[test]
fn a_segment_s_file_is_opened_as_it_was_built() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("segment");
    build_file(Algorithm::Sha256, &[5; 64], &path).unwrap();
    let segment = ExactSegment::open(&path).unwrap();
    assert_eq!((segment.len(), segment.find(&[5; 32])), (2, vec![0, 1]));
    assert_eq!(segment.algorithm(), Algorithm::Sha256);
}
