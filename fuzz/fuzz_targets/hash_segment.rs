//! A segment with any bytes changed, its checksums made to fit again, is refused or searched without a panic; so is a delta.

#![no_main]

use comity_hashes::{
    PdqHash,
    exact::{self, Algorithm, ExactSegment},
    near::{self, Delta, Finder, Index, Segment, Shape},
};
use libfuzzer_sys::fuzz_target;
use std::{
    io::Cursor,
    sync::{Arc, LazyLock},
};

/// Where the body begins in both formats.
const HEADER: usize = 4096;

/// One of each: rows alone, rows with tables, digests.
static WHOLE: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    let hashes: Vec<PdqHash> =
        (0..40u8).map(|byte| PdqHash(std::array::from_fn(|at| byte.wrapping_mul(at as u8)))).collect();
    let near = |shape| {
        let mut out = Cursor::new(Vec::new());
        near::build(&hashes, shape, &mut out).expect("a segment");
        out.into_inner()
    };
    let mut digests = Cursor::new(Vec::new());
    let given: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
    exact::build(Algorithm::Sha1, &given[..800], &mut digests).expect("a segment");
    [near(Shape::Rows), near(Shape::Tables), digests.into_inner()]
});

/// Changes bytes as the input says: six bytes a change, four for the place.
fn changed(whole: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for change in changes.chunks_exact(6) {
        let place = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        // Half of them in the header, which is small.
        let within = if change[4] & 1 == 0 { 328.min(bytes.len()) } else { bytes.len() };
        bytes[place % within] ^= change[5];
    }
    bytes
}

/// Makes both checksums fit.
fn fit(bytes: &mut [u8], body: usize, header: usize) {
    let check = *blake3::hash(&bytes[HEADER..]).as_bytes();
    bytes[body..body + 32].copy_from_slice(&check);
    let check = *blake3::hash(&bytes[..header]).as_bytes();
    bytes[header..header + 32].copy_from_slice(&check);
}

fuzz_target!(|data: &[u8]| {
    let (delta, torn) = Delta::read(data);
    assert!(torn.bytes as usize <= data.len());
    let _ = Segment::from_bytes(data.to_vec()).is_ok() || ExactSegment::from_bytes(data.to_vec()).is_ok();
    let Some((kind, changes)) = data.split_first() else { return };
    let mut bytes = changed(&WHOLE[usize::from(kind % 3)], changes);
    if kind % 3 == 2 {
        fit(&mut bytes, 28, 60);
        if let Ok(segment) = ExactSegment::from_bytes(bytes) {
            assert!(segment.find(&[0; 32]).iter().all(|place| (*place as usize) < segment.len()));
        }
    } else {
        fit(&mut bytes, 296, 328);
        if let Ok(segment) = Segment::from_bytes(bytes) {
            let index = Index::new(vec![Arc::new(segment)], delta);
            for hit in index.search(&mut Finder::default(), &PdqHash([kind ^ 1; 32]), 100) {
                assert!(hit.position < index.len());
            }
        }
    }
});
