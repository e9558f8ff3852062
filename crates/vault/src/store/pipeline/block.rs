//! Buffers that are used again and again. What they held is wiped before they are given up.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// Buffers that are kept for the next use: as many as a part keeps in memory and the stages hold besides.
const SPARE: usize = 24;
/// Where an aligned buffer begins: at a page, as writes past the page cache want it.
const ALIGNMENT: usize = 4096;

/// Spare buffers. Clones share them.
#[derive(Clone, Default)]
pub(in crate::store) struct Pool(Arc<Mutex<Vec<Bytes>>>);

impl Pool {
    /// An empty buffer with room for `len` bytes, so that it need not move and leave a copy.
    pub(in crate::store) fn take(&self, len: usize) -> Buffer {
        let spare = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut bytes = spare.unwrap_or_default();
        bytes.0.clear();
        bytes.0.reserve_exact(len);
        Buffer { bytes, start: 0, pool: self.clone() }
    }

    /// The same, with its first byte at the beginning of a page.
    pub(in crate::store) fn take_aligned(&self, len: usize) -> Buffer {
        let mut buffer = self.take(len + ALIGNMENT);
        buffer.start = buffer.bytes.0.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        buffer.bytes.0.resize(buffer.start, 0);
        buffer
    }

    /// Gives the spare buffers up.
    pub(in crate::store) fn empty(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Bytes that are wiped when dropped.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Drop for Bytes {
    fn drop(&mut self) {
        // As zeroize does, which takes a byte at a time. The black box keeps the compiler from leaving it out.
        self.0.fill(0);
        std::hint::black_box(&mut self.0);
    }
}

/// A buffer from a pool, which goes back there when dropped.
pub(in crate::store) struct Buffer {
    bytes: Bytes,
    /// How many bytes come before its first.
    start: usize,
    pool: Pool,
}

impl Buffer {
    /// Its bytes, to append to.
    pub(in crate::store) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes.0
    }

    /// Keeps its first `len` bytes, and appends the others to `rest`.
    pub(super) fn split_off(&mut self, len: usize, rest: &mut Self) {
        let (at, bytes) = (self.start.saturating_add(len), &mut self.bytes.0);
        rest.bytes.0.extend_from_slice(bytes.get(at..).unwrap_or_default());
        bytes.truncate(at);
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut spare = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < SPARE {
            spare.push(std::mem::take(&mut self.bytes));
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.bytes.0.get(self.start..).unwrap_or_default()
    }
}

/// Consecutive bytes of an item, on their way through the stages.
pub(super) struct Block {
    /// The first byte's number in the item.
    pub(super) start: u64,
    pub(super) bytes: Buffer,
}

impl Block {
    /// Those of its bytes that come at byte `from` of the item or later.
    pub(super) fn from(&self, from: u64) -> &[u8] {
        let skipped = usize::try_from(from.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.bytes.get(skipped..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_and_comes_back_empty() {
        let pool = Pool::default();
        let mut buffer = pool.take(1000);
        buffer.bytes().extend_from_slice(&[7; 1000]);
        let address = buffer.as_ptr();
        drop(buffer);
        let again = pool.take(10);
        assert!(again.is_empty() && again.as_ptr() == address);
    }

    #[test]
    fn an_aligned_buffer_begins_at_a_page_and_what_is_split_off_goes_on_there() {
        let pool = Pool::default();
        let (mut first, mut second) = (pool.take_aligned(1000), pool.take_aligned(1000));
        first.bytes().extend_from_slice(&[7; 600]);
        first.bytes().extend_from_slice(&[8; 400]);
        first.split_off(600, &mut second);
        assert_eq!((&*first, &*second), (&[7; 600][..], &[8; 400][..]));
        assert!([&first, &second].iter().all(|buffer| buffer.as_ptr().align_offset(ALIGNMENT) == 0));
    }

    #[test]
    fn a_block_knows_its_bytes_by_their_numbers_in_the_item() {
        let mut bytes = Pool::default().take(4);
        bytes.bytes().extend_from_slice(b"abcd");
        let block = Block { start: 10, bytes };
        let from = [0, 10, 12, 14, 99].map(|start| block.from(start));
        assert_eq!(from, [&b"abcd"[..], b"abcd", b"cd", b"", b""]);
    }
}
