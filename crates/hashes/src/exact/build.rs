//! Makes a segment of digests.

use super::{
    Algorithm,
    format::{KIND, bits_for, fields, first_bits, layout},
};
use crate::{
    file::replace,
    head::{SegmentError, Writing},
};
use std::{
    io::{Seek, Write},
    path::Path,
};

/// Writes a segment of these digests, one after the other in `digests`. The same list makes the same bytes.
pub fn build(algorithm: Algorithm, digests: &[u8], out: impl Write + Seek) -> Result<(), SegmentError> {
    if !digests.len().is_multiple_of(algorithm.length()) {
        return Err(SegmentError::Length(digests.len(), algorithm.length()));
    }
    match algorithm.length() {
        16 => build_of(algorithm, digests.as_chunks::<16>().0, out),
        20 => build_of(algorithm, digests.as_chunks::<20>().0, out),
        _ => build_of(algorithm, digests.as_chunks::<32>().0, out),
    }
}

/// The same into a file: under another name at first, synced, and then renamed.
pub fn build_file(algorithm: Algorithm, digests: &[u8], path: &Path) -> Result<(), SegmentError> {
    replace(path, |file| build(algorithm, digests, file))
}

fn build_of<const N: usize>(
    algorithm: Algorithm,
    given: &[[u8; N]],
    out: impl Write + Seek,
) -> Result<(), SegmentError> {
    if u32::try_from(given.len()).is_err() {
        return Err(SegmentError::TooMany { given: given.len(), most: u32::MAX as usize });
    }
    let bits = bits_for(given.len());
    let (begins, digests, places) = sorted(given, bits);
    let mut body = Writing::begin(out)?;
    let directory: Vec<u8> = begins.iter().flat_map(|begin| begin.to_le_bytes()).collect();
    let places: Vec<[u8; 4]> = places.iter().map(|place| place.to_le_bytes()).collect();
    for part in [&directory[..], digests.as_flattened(), places.as_flattened()] {
        body.part(part)?;
    }
    body.finish(KIND, &fields(algorithm, given.len(), bits))
}

/// Bytes of a segment of so many digests.
#[must_use]
pub fn size(algorithm: Algorithm, digests: usize) -> usize {
    layout(digests, algorithm.length(), bits_for(digests)).map_or(usize::MAX, |layout| layout.length)
}

type Sorted<const N: usize> = (Vec<u32>, Vec<[u8; N]>, Vec<u32>);

/// Where each value of the first bits begins, the digests in order, and for each its place in what was given: first by counting, then within each bucket.
fn sorted<const N: usize>(given: &[[u8; N]], bits: u32) -> Sorted<N> {
    let mut begins = vec![0u32; (1 << bits) + 1];
    for digest in given {
        begins[first_bits(digest, bits) + 1] += 1;
    }
    let mut before = 0;
    for begin in &mut begins {
        before += *begin;
        *begin = before;
    }
    let mut next = begins.clone();
    let (mut digests, mut places) = (vec![[0u8; N]; given.len()], vec![0u32; given.len()]);
    for (place, digest) in (0u32..).zip(given) {
        let to = &mut next[first_bits(digest, bits)];
        (digests[*to as usize], places[*to as usize]) = (*digest, place);
        *to += 1;
    }
    let mut bucket = Vec::new();
    for ends in begins.windows(2) {
        let range = ends[0] as usize..ends[1] as usize;
        if range.len() > 1 {
            bucket.clear();
            bucket.extend(digests[range.clone()].iter().copied().zip(places[range.clone()].iter().copied()));
            bucket.sort_unstable();
            range
                .zip(&bucket)
                .for_each(|(at, (digest, place))| (digests[at], places[at]) = (*digest, *place));
        }
    }
    (begins, digests, places)
}
