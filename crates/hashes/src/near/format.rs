//! How a segment is written.
//!
//! ```text
//! 0         the head, of the kind "COMITYNH", as in all segments; in it:
//! 12    4   number of slots; 0 where there are no tables
//! 16    8   number of rows, at most 2^24
//! 24    16  bytes of each slot, the rest 0
//! 40    256 the order of the bits: for each kept bit the original one
//! 4096      rows of 32 bytes; then for each slot the directory (for each address where its rows begin, and the number of all; 4 bytes each), the sketches
//!           (2 bytes an entry) and the rows' numbers (3 bytes an entry). Each part is filled up with 0 to 64 bytes.
//! ```
//!
//! Addresses have 16 bits; in slots of more than two bytes, 5 less than the logarithm of the rows, from 16 to 20.

use super::{
    order::Order,
    slots::{MOST_SLOTS, Slot, slots},
};
use crate::{
    hash::BYTES,
    head::{HEADER, SegmentError, filled, take},
};
use std::ops::Range;

pub(super) const KIND: &[u8; 8] = b"COMITYNH";
/// Bytes of what the head says of a segment.
pub(super) const FIELDS: usize = 4 + 8 + MOST_SLOTS + BYTES * 8;
/// Most rows of a segment: their numbers are written in three bytes.
pub(super) const MOST_ROWS: usize = 1 << 24;
/// Bytes of a row's number.
pub(super) const NUMBER: usize = 3;
/// Bytes of a sketch.
pub(super) const SKETCH: usize = 2;

/// What the head says of a segment.
pub(super) struct Fields {
    pub rows: usize,
    pub slots: Vec<Slot>,
    pub order: Order,
}

/// Where a table's parts lie in the file.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub directory: Range<usize>,
    pub sketches: Range<usize>,
    pub numbers: Range<usize>,
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

/// What the head says of a segment.
pub(super) fn fields(rows: usize, sizes: &[u8], order: &Order) -> [u8; FIELDS] {
    let mut written = Vec::with_capacity(FIELDS);
    written.extend((sizes.len() as u32).to_le_bytes());
    written.extend((rows as u64).to_le_bytes());
    written.extend(sizes);
    written.resize(FIELDS - BYTES * 8, 0);
    written.extend(order.written());
    written.first_chunk().copied().unwrap_or([0; FIELDS])
}

/// Reads that again, and says no to anything that [`fields`] would not have written.
pub(super) fn read_fields(fields: &[u8; FIELDS]) -> Result<Fields, SegmentError> {
    let mut left = &fields[..];
    let count = u32::from_le_bytes(*take(&mut left)?) as usize;
    let rows = u64::from_le_bytes(*take(&mut left)?);
    let sizes = take::<MOST_SLOTS>(&mut left)?;
    let (sizes, rest) = sizes.split_at_checked(count).ok_or(SegmentError::Malformed("number of slots"))?;
    if rest.iter().any(|byte| *byte != 0) {
        return Err(SegmentError::Malformed("filling"));
    }
    let rows = usize::try_from(rows).ok().filter(|rows| *rows <= MOST_ROWS);
    let rows = rows.ok_or(SegmentError::Malformed("number of rows"))?;
    let slots = if count == 0 { Some(Vec::new()) } else { slots(sizes, rows) };
    Ok(Fields {
        rows,
        slots: slots.ok_or(SegmentError::Malformed("slots"))?,
        order: Order::new(*take(&mut left)?).ok_or(SegmentError::Malformed("order of bits"))?,
    })
}
