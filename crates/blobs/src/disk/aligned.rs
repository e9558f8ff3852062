//! A buffer whose bytes begin where direct input and output want them to begin.

/// What direct writes are aligned to, in memory and in the file: the page, and the largest block of file systems in use.
pub(super) const ALIGNMENT: usize = 4096;

/// Bytes at an aligned address: a vector with room to spare, of which an inner slice is used.
pub(super) struct AlignedBuffer {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
    filled: usize,
}

impl AlignedBuffer {
    /// A buffer of `len` bytes, a multiple of [`ALIGNMENT`].
    pub(super) fn new(len: usize) -> Self {
        let bytes = vec![0; len + ALIGNMENT];
        let start = bytes.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        Self { bytes, start, len, filled: 0 }
    }

    /// Takes as much of `piece` as there is room for; what is left.
    pub(super) fn take<'a>(&mut self, piece: &'a [u8]) -> &'a [u8] {
        let (now, later) = piece.split_at(piece.len().min(self.len - self.filled));
        let from = self.start + self.filled;
        if let Some(room) = self.bytes.get_mut(from..from + now.len()) {
            room.copy_from_slice(now);
        }
        self.filled += now.len();
        later
    }

    pub(super) fn is_full(&self) -> bool {
        self.filled == self.len
    }

    pub(super) fn filled(&self) -> usize {
        self.filled
    }

    /// The bytes taken, with zeros after them up to the next aligned length.
    pub(super) fn padded(&mut self) -> &[u8] {
        let padded = self.filled.next_multiple_of(ALIGNMENT);
        if let Some(pad) = self.bytes.get_mut(self.start + self.filled..self.start + padded) {
            pad.fill(0);
        }
        self.bytes.get(self.start..self.start + padded).unwrap_or_default()
    }

    /// The first `len` bytes, to read into; what was taken is lost.
    pub(super) fn room(&mut self, len: usize) -> &mut [u8] {
        self.filled = 0;
        self.bytes.get_mut(self.start..self.start + len.min(self.len)).unwrap_or_default()
    }

    pub(super) fn clear(&mut self) {
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_begin_at_an_aligned_address_and_end_padded() {
        let mut buffer = AlignedBuffer::new(2 * ALIGNMENT);
        assert_eq!(buffer.take(&[7; 5000]), b"");
        let padded = buffer.padded();
        assert_eq!(padded.as_ptr().align_offset(ALIGNMENT), 0);
        assert_eq!(padded.len(), 2 * ALIGNMENT);
        assert!(padded[..5000].iter().all(|byte| *byte == 7) && padded[5000..].iter().all(|byte| *byte == 0));
        assert_eq!(buffer.take(&[8; 5000]).len(), 10_000 - 2 * ALIGNMENT);
        assert!(buffer.is_full());
        buffer.clear();
        assert_eq!((buffer.filled(), buffer.padded().len()), (0, 0));
    }
}
