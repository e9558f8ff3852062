//! A file of hashes with its tables, checked when it is opened.

use super::{
    build::{Shape, build, size},
    format::{Fields, KIND, NUMBER, Table, layout, read_fields},
    order::Order,
    slots::{Slot, flips},
};
use crate::{
    bytes::Bytes,
    hash::{BYTES, PdqHash},
    head::{Head, SegmentError},
};
use std::{io::Cursor, ops::Range, path::Path};

/// Hashes that never change, with tables to search them. Positions are those in which they were given.
pub struct Segment {
    bytes: Bytes,
    pub(super) count: usize,
    slots: Vec<Slot>,
    /// For each slot, what is flipped in its address.
    flips: Vec<Vec<u32>>,
    pub(super) order: Order,
    rows: Range<usize>,
    tables: Vec<Table>,
}

/// A table's parts.
pub(super) struct View<'a> {
    directory: &'a [u8],
    /// Two bytes an entry.
    pub sketches: &'a [u8],
    numbers: &'a [u8],
}

impl Segment {
    /// Makes one of these hashes in memory, in a room that is [`size`] bytes from the beginning.
    pub fn of(hashes: &[PdqHash], shape: Shape) -> Result<Self, SegmentError> {
        let mut room = Cursor::new(Vec::with_capacity(size(hashes.len(), shape)));
        build(hashes, shape, &mut room)?;
        Self::from_bytes(room.into_inner())
    }

    /// Maps a segment's file and checks all of it: 1 GB takes some 0.3 s. The file must never be written to again; replace it by another one.
    pub fn open(path: &Path) -> Result<Self, SegmentError> {
        Self::read(Bytes::map(path)?)
    }

    /// The same from memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SegmentError> {
        Self::read(Bytes::Owned(bytes))
    }

    fn read(bytes: Bytes) -> Result<Self, SegmentError> {
        let head = Head::read(&bytes, KIND)?;
        let Fields { rows: count, slots, order } = read_fields(head.fields)?;
        let (rows, tables, length) = layout(count, &slots);
        head.check(&bytes, length)?;
        let flips = slots.iter().map(|slot| flips(slot.address_bits)).collect();
        let segment = Self { bytes, count, slots, flips, order, rows, tables };
        segment.check_tables()?;
        Ok(segment)
    }

    /// A checksum says that nothing was changed, not that it was right.
    fn check_tables(&self) -> Result<(), SegmentError> {
        for (slot, _, view) in self.tables() {
            let begins = view.directory.as_chunks::<4>().0.iter().map(|begin| u32::from_le_bytes(*begin));
            let ends = [0, slot.addresses()].map(|address| view.bucket_start(address));
            if !begins.is_sorted() || ends != [0, self.count as u32] {
                return Err(SegmentError::Malformed("directory"));
            }
            if view
                .numbers
                .as_chunks::<NUMBER>()
                .0
                .iter()
                .any(|number| number_of(number) as usize >= self.count)
            {
                return Err(SegmentError::Malformed("table"));
            }
        }
        Ok(())
    }

    /// How many hashes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Has it none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of the file, all of which are mapped.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The hash at a position.
    #[must_use]
    pub fn hash(&self, position: usize) -> Option<PdqHash> {
        self.rows().as_chunks::<BYTES>().0.get(position).map(|kept| self.order.original(kept))
    }

    /// All rows, in the segment's order of bits.
    pub(super) fn rows(&self) -> &[u8] {
        self.bytes.get(self.rows.clone()).unwrap_or_default()
    }

    /// Each slot with what is flipped in its address, and its table.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&Slot, &[u32], View<'_>)> {
        let tables = self.tables.iter().map(|table| self.view(table));
        self.slots.iter().zip(&self.flips).zip(tables).map(|((slot, flips), table)| (slot, &flips[..], table))
    }

    /// How many slots it has.
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    fn view(&self, table: &Table) -> View<'_> {
        let part = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        View {
            directory: part(&table.directory),
            sketches: part(&table.sketches),
            numbers: part(&table.numbers),
        }
    }
}

impl View<'_> {
    /// Where the bucket of an address begins and ends.
    #[inline]
    pub fn bucket(&self, address: u32) -> (u32, u32) {
        let at = address as usize * 4;
        match self.directory.get(at..at + 8).and_then(|both| both.first_chunk::<8>()) {
            Some(&[a, b, c, d, e, f, g, h]) => {
                (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]))
            }
            None => (0, 0),
        }
    }

    fn bucket_start(&self, address: usize) -> u32 {
        let (starts, _) = self.directory.as_chunks::<4>();
        starts.get(address).map_or(0, |start| u32::from_le_bytes(*start))
    }

    /// The row of an entry.
    #[inline]
    pub fn number(&self, entry: u32) -> u32 {
        self.numbers.as_chunks::<NUMBER>().0.get(entry as usize).map_or(0, number_of)
    }

    /// Asks for the row's number of an entry.
    #[inline]
    pub fn prefetch_number(&self, entry: u32) {
        crate::vector::prefetch(self.numbers, entry as usize * NUMBER);
    }
}

#[inline]
fn number_of(bytes: &[u8; NUMBER]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segment")
            .field("len", &self.count)
            .field("size", &self.size())
            .finish_non_exhaustive()
    }
}
