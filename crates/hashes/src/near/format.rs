//! How a segment is written.
//!
//! ```text
//! 0     8   "COMITYNH"
//! 8     4   version, 1; all numbers are little-endian
//! 12    4   number of slots; 0 where there are no tables
//! 16    8   number of rows, at most 2^24
//! 24    16  bytes of each slot, the rest 0
//! 40    256 the order of the bits: for each kept bit the original one
//! 296   32  BLAKE3 of everything from 4096
//! 328   32  BLAKE3 of bytes 0 to 327
//! 360       0 up to 4096
//! 4096      rows of 32 bytes; then for each slot the directory (for each address where its rows begin, and the number of all; 4 bytes each), the sketches
//!           (2 bytes an entry) and the rows' numbers (3 bytes an entry). Each part is filled up with 0 to 64 bytes.
//! ```
//!
//! Addresses have 16 bits; in slots of more than two bytes, 5 less than the logarithm of the rows, from 16 to 20.

use super::{
    order::Order,
    segment::SegmentError,
    slots::{MOST_SLOTS, Slot, slots},
};
use crate::hash::BYTES;
use std::ops::Range;

pub(super) const MAGIC: &[u8; 8] = b"COMITYNH";
pub(super) const VERSION: u32 = 1;
pub(super) const HEADER: usize = 4096;
/// Most rows of a segment: their numbers are written in three bytes.
pub(super) const MOST_ROWS: usize = 1 << 24;
/// Bytes of a row's number.
pub(super) const NUMBER: usize = 3;
/// Bytes of a sketch.
pub(super) const SKETCH: usize = 2;

/// What the header says.
pub(super) struct Header {
    pub rows: usize,
    pub slots: Vec<Slot>,
    pub order: Order,
    pub body: [u8; 32],
}

/// Where a table's parts lie in the file.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub directory: Range<usize>,
    pub sketches: Range<usize>,
    pub numbers: Range<usize>,
}

/// Filled up to 64 bytes.
pub(super) fn filled(length: usize) -> usize {
    length.div_ceil(64) * 64
}

/// Where everything lies: the rows, the tables, and the length of the file.
pub(super) fn layout(rows: usize, slots: &[Slot]) -> (Range<usize>, Vec<Table>, usize) {
    let mut end = HEADER;
    let mut part = |length: usize| {
        let start = end;
        end += filled(length);
        start..start + length
    };
    let all = part(rows * BYTES);
    let table = |slot: &Slot| Table {
        directory: part((slot.addresses() + 1) * 4),
        sketches: part(rows * SKETCH),
        numbers: part(rows * NUMBER),
    };
    let tables = slots.iter().map(table).collect();
    (all, tables, end)
}

/// Writes the header.
pub(super) fn header(rows: usize, sizes: &[u8], order: &Order, body: &[u8; 32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend((sizes.len() as u32).to_le_bytes());
    bytes.extend((rows as u64).to_le_bytes());
    bytes.extend(sizes);
    bytes.resize(40, 0);
    bytes.extend(order.written());
    bytes.extend(body);
    let check = blake3::hash(&bytes);
    bytes.extend(check.as_bytes());
    bytes.resize(HEADER, 0);
    bytes
}

/// Reads the header, and says no to anything that [`header`] would not have written.
pub(super) fn read_header(bytes: &[u8]) -> Result<Header, SegmentError> {
    let (header, _) = bytes.split_first_chunk::<HEADER>().ok_or(SegmentError::Cut)?;
    if !header.starts_with(MAGIC) {
        return Err(SegmentError::NotASegment);
    }
    let version = number(header, 8) as u32;
    if version != VERSION {
        return Err(SegmentError::Version(version));
    }
    if blake3::hash(part::<328>(header, 0)).as_bytes() != part::<32>(header, 328) {
        return Err(SegmentError::Checksum("header"));
    }
    let (count, rows) = (number(header, 12) as u32 as usize, number(header, 16));
    let sizes = part::<MOST_SLOTS>(header, 24);
    let (sizes, rest) = sizes.split_at_checked(count).ok_or(SegmentError::Malformed("number of slots"))?;
    if rest.iter().chain(part::<{ HEADER - 360 }>(header, 360)).any(|byte| *byte != 0) {
        return Err(SegmentError::Malformed("filling"));
    }
    let rows = usize::try_from(rows).ok().filter(|rows| *rows <= MOST_ROWS);
    let rows = rows.ok_or(SegmentError::Malformed("number of rows"))?;
    let slots = if count == 0 { Some(Vec::new()) } else { slots(sizes, rows) };
    Ok(Header {
        rows,
        slots: slots.ok_or(SegmentError::Malformed("slots"))?,
        order: Order::new(*part(header, 40)).ok_or(SegmentError::Malformed("order of bits"))?,
        body: *part(header, 296),
    })
}

/// A part of the header; 0 where it would lie outside, which no place in this file does.
fn part<const N: usize>(header: &[u8; HEADER], at: usize) -> &[u8; N] {
    header.get(at..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0; N])
}

fn number(header: &[u8; HEADER], at: usize) -> u64 {
    u64::from_le_bytes(*part(header, at))
}
