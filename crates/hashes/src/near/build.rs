//! Makes a segment of hashes.

use super::{
    format::{KIND, MOST_ROWS, fields, layout},
    order::Order,
    slots::{Slot, slots},
};
use crate::{
    file::replace,
    hash::{BYTES, PdqHash},
    head::{SegmentError, Writing},
};
use std::{
    io::{Seek, Write},
    path::Path,
};

/// Bytes of each slot of a segment with tables: seven of 16 bits and six of 24.
pub(super) const SIZES: [u8; 13] = [2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2];

/// From how many hashes on tables cost less than reading all rows.
const WORTH_TABLES: usize = 50_000;

/// What a segment is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Tables from 50,000 hashes on.
    #[default]
    BySize,
    /// No tables: 32 bytes a hash, and every lookup reads all of them.
    Rows,
    /// Tables, however few hashes there are: 97 bytes a hash.
    Tables,
}

impl Shape {
    /// The sizes of the slots of so many hashes.
    fn sizes(self, hashes: usize) -> &'static [u8] {
        let tables = match self {
            Self::BySize => hashes >= WORTH_TABLES,
            Self::Rows => false,
            Self::Tables => true,
        };
        if tables { &SIZES } else { &[] }
    }
}

/// Writes a segment of these hashes, whose positions are their places in the list. The same list makes the same bytes.
pub fn build(hashes: &[PdqHash], shape: Shape, out: impl Write + Seek) -> Result<(), SegmentError> {
    if hashes.len() > MOST_ROWS {
        return Err(SegmentError::TooMany { given: hashes.len(), most: MOST_ROWS });
    }
    let sizes = shape.sizes(hashes.len());
    let slots = slots(sizes, hashes.len()).unwrap_or_default();
    let order = Order::of(hashes, &slots);
    let kept: Vec<[u8; BYTES]> = hashes.iter().map(|hash| order.keep(hash)).collect();
    let mut body = Writing::begin(out)?;
    body.part(kept.as_flattened())?;
    slots.iter().try_for_each(|slot| table(slot, &kept, &mut body))?;
    body.finish(KIND, &fields(hashes.len(), sizes, &order))
}

/// Bytes of a segment of so many hashes.
#[must_use]
pub fn size(hashes: usize, shape: Shape) -> usize {
    let slots = slots(shape.sizes(hashes), hashes).unwrap_or_default();
    layout(hashes.min(MOST_ROWS), &slots).2
}

/// The same into a file: under another name at first, synced, and then renamed.
pub fn build_file(hashes: &[PdqHash], shape: Shape, path: &Path) -> Result<(), SegmentError> {
    replace(path, |file| build(hashes, shape, file))
}

/// Sorts the rows by their addresses in this slot, by counting.
fn table<W: Write + Seek>(
    slot: &Slot,
    kept: &[[u8; BYTES]],
    body: &mut Writing<W>,
) -> Result<(), SegmentError> {
    let mut begins = vec![0u32; slot.addresses() + 1];
    for hash in kept {
        begins[slot.address(hash) as usize + 1] += 1;
    }
    let mut before = 0;
    for begin in &mut begins {
        before += *begin;
        *begin = before;
    }
    let directory: Vec<u8> = begins.iter().flat_map(|begin| begin.to_le_bytes()).collect();
    body.part(&directory)?;
    let (mut sketches, mut numbers) = (vec![[0u8; 2]; kept.len()], vec![[0u8; 3]; kept.len()]);
    for (number, hash) in (0u32..).zip(kept) {
        let next = &mut begins[slot.address(hash) as usize];
        sketches[*next as usize] = slot.sketch(hash).to_le_bytes();
        let [a, b, c, _] = number.to_le_bytes();
        numbers[*next as usize] = [a, b, c];
        *next += 1;
    }
    body.part(sketches.as_flattened())?;
    body.part(numbers.as_flattened())
}
