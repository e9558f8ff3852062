//! How a segment of digests is written.
//!
//! ```text
//! 0         the head, of the kind "COMITYXH", as in all segments; in it:
//! 12    4   algorithm: 1 MD5, 2 SHA-1, 3 SHA-256, 4 BLAKE3
//! 16    8   number of digests, at most 2^32 - 1
//! 24    4   bits of the directory, at most 26
//! 4096      the directory (for each value of the first bits where its digests begin, and the number of all; 4 bytes each), the
//!           sorted digests, and for each its place in the list that was given (4 bytes). Each part is filled up with 0 to 64 bytes.
//! ```

use super::Algorithm;
use crate::head::{HEADER, SegmentError, take};
use std::ops::Range;

pub(super) const KIND: &[u8; 8] = b"COMITYXH";
/// Bytes of what the head says of a segment.
pub(super) const FIELDS: usize = 4 + 8 + 4;
const MOST_BITS: u32 = 26;

/// What the head says of a segment.
pub(super) struct Fields {
    pub algorithm: Algorithm,
    pub count: usize,
    pub bits: u32,
}

pub(super) struct Layout {
    pub directory: Range<usize>,
    pub digests: Range<usize>,
    pub places: Range<usize>,
    pub length: usize,
}

/// Bits of the directory that suit so many digests: two to four share them.
pub(super) fn bits_for(count: usize) -> u32 {
    (count / 2).checked_ilog2().unwrap_or(0).min(MOST_BITS)
}

/// The first bits of a digest.
#[inline]
pub(super) fn first_bits(digest: &[u8], bits: u32) -> usize {
    let first = digest.first_chunk::<4>().map_or(0, |first| u32::from_be_bytes(*first));
    first.checked_shr(32 - bits).unwrap_or(0) as usize
}

/// Where everything lies; nothing where that would be beyond all memory.
pub(super) fn layout(count: usize, length: usize, bits: u32) -> Option<Layout> {
    let mut end = HEADER;
    let mut part = |length: usize| {
        let start = end;
        end = end.checked_add(length)?.checked_next_multiple_of(64)?;
        Some(start..start + length)
    };
    let directory = part(((1usize << bits) + 1) * 4)?;
    let (digests, places) = (part(count.checked_mul(length)?)?, part(count.checked_mul(4)?)?);
    Some(Layout { directory, digests, places, length: end })
}

/// What the head says of a segment.
pub(super) fn fields(algorithm: Algorithm, count: usize, bits: u32) -> [u8; FIELDS] {
    let parts = [&algorithm.code().to_le_bytes()[..], &(count as u64).to_le_bytes(), &bits.to_le_bytes()];
    parts.concat().first_chunk().copied().unwrap_or([0; FIELDS])
}

/// Reads that again, and says no to anything that [`fields`] would not have written.
pub(super) fn read_fields(fields: &[u8; FIELDS]) -> Result<Fields, SegmentError> {
    let mut left = &fields[..];
    let code = u32::from_le_bytes(*take(&mut left)?);
    let algorithm = Algorithm::ALL.into_iter().find(|algorithm| algorithm.code() == code);
    let algorithm = algorithm.ok_or(SegmentError::Malformed("algorithm"))?;
    let count = u32::try_from(u64::from_le_bytes(*take(&mut left)?));
    let count = count.map_err(|_| SegmentError::Malformed("number of digests"))? as usize;
    let bits = u32::from_le_bytes(*take(&mut left)?);
    if bits != bits_for(count) {
        return Err(SegmentError::Malformed("directory"));
    }
    Ok(Fields { algorithm, count, bits })
}
