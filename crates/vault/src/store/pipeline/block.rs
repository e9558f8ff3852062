//! Buffers that are used again and again. What they held is wiped before they are given up.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// Buffers that are kept for the next use.
const SPARE: usize = 8;

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
        Buffer { bytes, pool: self.clone() }
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
    pool: Pool,
}

impl Buffer {
    /// Its bytes, to append to.
    pub(in crate::store) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes.0
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
        &self.bytes.0
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
    fn a_block_knows_its_bytes_by_their_numbers_in_the_item() {
        let mut bytes = Pool::default().take(4);
        bytes.bytes().extend_from_slice(b"abcd");
        let block = Block { start: 10, bytes };
        let from = [0, 10, 12, 14, 99].map(|start| block.from(start));
        assert_eq!(from, [&b"abcd"[..], b"abcd", b"cd", b"", b""]);
    }
}
