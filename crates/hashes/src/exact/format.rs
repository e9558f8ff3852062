//! How a segment of digests is written.
//!
//! ```text
//! 0     8   "COMITYXH"
//! 8     4   version, 1; all numbers are little-endian
//! 12    4   algorithm: 1 MD5, 2 SHA-1, 3 SHA-256, 4 BLAKE3
//! 16    8   number of digests, at most 2^32 - 1
//! 24    4   bits of the directory, at most 26
//! 28    32  BLAKE3 of everything from 4096
//! 60    32  BLAKE3 of bytes 0 to 59
//! 92        0 up to 4096
//! 4096      the directory (for each value of the first bits where its digests begin, and the number of all; 4 bytes each), the
//!           sorted digests, and for each its place in the list that was given (4 bytes). Each part is filled up with 0 to 64 bytes.
//! ```

use super::{Algorithm, segment::ExactError};
use std::ops::Range;

pub(super) const HEADER: usize = 4096;
const MAGIC: &[u8; 8] = b"COMITYXH";
const VERSION: u32 = 1;
const MOST_BITS: u32 = 26;

pub(super) struct Header {
    pub algorithm: Algorithm,
    pub count: usize,
    pub bits: u32,
    pub body: [u8; 32],
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

pub(super) fn filled(length: usize) -> usize {
    length.div_ceil(64) * 64
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

pub(super) fn header(algorithm: Algorithm, count: usize, bits: u32, body: &[u8; 32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(algorithm.code().to_le_bytes());
    bytes.extend((count as u64).to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(body);
    let check = blake3::hash(&bytes);
    bytes.extend(check.as_bytes());
    bytes.resize(HEADER, 0);
    bytes
}

/// Reads the header, and says no to anything that [`header`] would not have written.
pub(super) fn read_header(bytes: &[u8]) -> Result<Header, ExactError> {
    let (header, _) = bytes.split_first_chunk::<HEADER>().ok_or(ExactError::Cut)?;
    if !header.starts_with(MAGIC) {
        return Err(ExactError::NotASegment);
    }
    let version = u32::from_le_bytes(*part(header, 8));
    if version != VERSION {
        return Err(ExactError::Version(version));
    }
    if blake3::hash(part::<60>(header, 0)).as_bytes() != part::<32>(header, 60) {
        return Err(ExactError::Checksum("header"));
    }
    if part::<{ HEADER - 92 }>(header, 92).iter().any(|byte| *byte != 0) {
        return Err(ExactError::Malformed("filling"));
    }
    let code = u32::from_le_bytes(*part(header, 12));
    let algorithm = Algorithm::ALL.into_iter().find(|algorithm| algorithm.code() == code);
    let count = u32::try_from(u64::from_le_bytes(*part(header, 16)));
    let count = count.map_err(|_| ExactError::Malformed("number of digests"))? as usize;
    let bits = u32::from_le_bytes(*part(header, 24));
    if bits != bits_for(count) {
        return Err(ExactError::Malformed("directory"));
    }
    let algorithm = algorithm.ok_or(ExactError::Malformed("algorithm"))?;
    Ok(Header { algorithm, count, bits, body: *part(header, 28) })
}

/// A part of the header; 0 where it would lie outside, which no place in this file does.
fn part<const N: usize>(header: &[u8; HEADER], at: usize) -> &[u8; N] {
    header.get(at..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0; N])
}
