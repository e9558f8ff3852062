//! Where what is in a message: arithmetic only (C2SP chunked-encryption, "Implementation notes").

use std::ops::Range;

use super::{CHUNK_LEN, ChunkFault, HEADER_LEN, MAX_CHUNKS, SEALED_CHUNK_LEN, TAG_LEN};

/// Bytes that a message of `plain` bytes takes; `None` where it would exceed 4 PiB.
#[must_use]
pub fn sealed_len(plain: u64) -> Option<u64> {
    let chunks = plain / CHUNK_LEN as u64 + 1;
    (chunks <= MAX_CHUNKS).then(|| HEADER_LEN as u64 + plain + chunks * TAG_LEN as u64)
}

/// Where the chunks of a message of a given stored length are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    size: u64,
    last: u64,
}

impl Layout {
    /// The layout of a message that takes `sealed` bytes. Only an intact last chunk proves that the length is right.
    ///
    /// # Errors
    /// [`ChunkFault::Truncated`] where no message has that length; [`ChunkFault::TooLong`].
    pub fn of(sealed: u64) -> Result<Self, ChunkFault> {
        let cut = |chunk| ChunkFault::Truncated { len: sealed, chunk };
        let body = sealed.checked_sub(HEADER_LEN as u64).ok_or(cut(0))?;
        let last = body / SEALED_CHUNK_LEN as u64;
        if last >= MAX_CHUNKS {
            return Err(ChunkFault::TooLong);
        }
        let rest = (body % SEALED_CHUNK_LEN as u64).checked_sub(TAG_LEN as u64).ok_or(cut(last))?;
        Ok(Self { size: last * CHUNK_LEN as u64 + rest, last })
    }

    /// Bytes of plaintext.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The number of the last chunk, from 0.
    #[must_use]
    pub fn last_chunk(&self) -> u64 {
        self.last
    }

    /// Where chunk `chunk` is stored, in bytes from the start of the message. Beyond the last chunk this means nothing.
    #[must_use]
    pub fn stored(&self, chunk: u64) -> Range<u64> {
        let start = HEADER_LEN as u64 + chunk * SEALED_CHUNK_LEN as u64;
        let len = if chunk < self.last { CHUNK_LEN as u64 } else { self.size % CHUNK_LEN as u64 };
        start..start + len + TAG_LEN as u64
    }

    /// The chunks that hold the plaintext bytes `range`, and none for an empty range.
    ///
    /// # Errors
    /// [`ChunkFault::OutOfRange`].
    pub fn chunks(&self, range: &Range<u64>) -> Result<Range<u64>, ChunkFault> {
        if range.start > range.end || range.end > self.size {
            return Err(ChunkFault::OutOfRange { asked: range.clone(), size: self.size });
        }
        let first = range.start / CHUNK_LEN as u64;
        let end = if range.is_empty() { first } else { (range.end - 1) / CHUNK_LEN as u64 + 1 };
        Ok(first..end)
    }
}
