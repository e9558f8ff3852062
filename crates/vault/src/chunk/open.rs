//! Opens any range of a message, and finds every chunk of it that was altered.

use std::io;
use std::ops::Range;

use super::derive::MessageKeys;
use super::{CHUNK_LEN, ChunkFault, HEADER_LEN, ItemKey, Layout, SALT_LEN, SEALED_CHUNK_LEN, Salt};

/// The most chunks that are read at once: 1 MiB, so that a remote store is not asked for every chunk.
const SPAN: u64 = 64;

/// Stored bytes that can be read from any place.
pub trait ReadAt {
    /// Fills `buffer` from byte `offset` on.
    ///
    /// # Errors
    /// What the storage says; [`io::ErrorKind::UnexpectedEof`] where it ends before the buffer is full.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

impl<F: FnMut(u64, &mut [u8]) -> io::Result<()>> ReadAt for F {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self(offset, buffer)
    }
}

impl ReadAt for &[u8] {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let end = start.checked_add(buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        let there = self.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(there);
        Ok(())
    }
}

/// An opened message: its key fits, and its length is authentic.
pub struct Opener<R> {
    source: R,
    keys: MessageKeys,
    layout: Layout,
    base: u64,
    buffer: Vec<u8>,
}

impl<R: ReadAt> Opener<R> {
    /// Opens the message of `len` stored bytes at `source`, reading its header and its last chunk, which authenticates the length.
    ///
    /// # Errors
    /// [`ChunkFault::WrongKey`], [`ChunkFault::Truncated`], [`ChunkFault::Damaged`] for the last chunk, [`ChunkFault::Read`].
    pub fn open(source: R, len: u64, key: &ItemKey, context: &[u8]) -> Result<Self, ChunkFault> {
        let mut opener = Self::head(source, &[], len, key, context)?;
        opener.authenticate_length()?;
        Ok(opener)
    }

    /// The message after `prefix`, of `len` bytes with it, its length not yet authentic.
    pub(super) fn head(
        mut source: R,
        prefix: &[u8],
        len: u64,
        key: &ItemKey,
        context: &[u8],
    ) -> Result<Self, ChunkFault> {
        let base = prefix.len() as u64;
        let end = base + HEADER_LEN as u64;
        if len < end {
            return Err(ChunkFault::Truncated { len, chunk: 0 });
        }
        let mut buffer = vec![0; prefix.len() + HEADER_LEN];
        read(&mut source, 0, &mut buffer)?;
        let (id, header) = buffer.split_at(prefix.len());
        if id != prefix {
            return Err(ChunkFault::WrongFormat);
        }
        let (salt, commitment) = header.split_at(SALT_LEN);
        let salt = Salt::new(<[u8; SALT_LEN]>::try_from(salt).unwrap_or([0; SALT_LEN]));
        let keys = MessageKeys::derive(key, &salt, context)?;
        if !keys.is_committed_by(commitment) {
            return Err(ChunkFault::WrongKey { at: base..end });
        }
        let layout = Layout::of(len - base).map_err(|fault| from_start(fault, base))?;
        Ok(Self { source, keys, layout, base, buffer })
    }

    pub(super) fn authenticate_length(&mut self) -> Result<(), ChunkFault> {
        let last = self.layout.last_chunk();
        self.each(last..last + 1, |_, opened| opened.map(|_| ()))
    }

    /// Bytes of plaintext.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.layout.size()
    }

    /// Appends the plaintext bytes `range` to `out`. All that is appended was authenticated; after an error it is a beginning
    /// of what was asked for.
    ///
    /// # Errors
    /// [`ChunkFault::OutOfRange`], [`ChunkFault::Damaged`], [`ChunkFault::Read`].
    pub fn read(&mut self, range: Range<u64>, out: &mut Vec<u8>) -> Result<(), ChunkFault> {
        self.read_with(range, |piece| out.extend_from_slice(piece))
    }

    /// Hands the plaintext bytes `range` to `take`, at most one chunk at a time.
    ///
    /// # Errors
    /// As [`Opener::read`].
    pub fn read_with(&mut self, range: Range<u64>, mut take: impl FnMut(&[u8])) -> Result<(), ChunkFault> {
        let chunks = self.layout.chunks(&range)?;
        self.each(chunks, |chunk, opened| {
            let (plain, start) = (opened?, chunk * CHUNK_LEN as u64);
            let from = within(range.start.saturating_sub(start), plain.len());
            let to = within(range.end.saturating_sub(start), plain.len());
            take(plain.get(from..to).unwrap_or_default());
            Ok(())
        })
    }

    /// Reads every chunk and names those that fail, as ranges of chunk numbers in ascending order.
    ///
    /// # Errors
    /// [`ChunkFault::Read`], as soon as the storage fails.
    pub fn survey(&mut self) -> Result<Vec<Range<u64>>, ChunkFault> {
        let mut damaged: Vec<Range<u64>> = Vec::new();
        self.each(0..self.layout.last_chunk() + 1, |chunk, opened| {
            if opened.is_err() {
                add(&mut damaged, chunk);
            }
            Ok(())
        })?;
        Ok(damaged)
    }

    /// Reads `chunks`, up to [`SPAN`] of them at once, and hands each to `take`, opened or as what is wrong with it.
    fn each(
        &mut self,
        chunks: Range<u64>,
        mut take: impl FnMut(u64, Result<&[u8], ChunkFault>) -> Result<(), ChunkFault>,
    ) -> Result<(), ChunkFault> {
        let mut next = chunks.start;
        while next < chunks.end {
            let end = chunks.end.min(next + SPAN);
            self.load(next..end)?;
            for (chunk, sealed) in (next..end).zip(self.buffer.chunks_mut(SEALED_CHUNK_LEN)) {
                let stored = self.layout.stored(chunk);
                let at = self.base + stored.start..self.base + stored.end;
                take(chunk, self.keys.open(chunk, sealed).ok_or(ChunkFault::Damaged { chunk, at }))?;
            }
            next = end;
        }
        Ok(())
    }

    /// Reads the sealed form of at most [`SPAN`] chunks into the buffer.
    fn load(&mut self, chunks: Range<u64>) -> Result<(), ChunkFault> {
        let start = self.layout.stored(chunks.start).start;
        let end = self.layout.stored(chunks.end - 1).end;
        // INVARIANT: at most SPAN chunks, so this is 1 MiB or little more.
        self.buffer.resize(usize::try_from(end - start).unwrap_or(SEALED_CHUNK_LEN), 0);
        read(&mut self.source, self.base + start, &mut self.buffer)
    }
}

/// The same fault with the length counted from the start of what is stored.
fn from_start(fault: ChunkFault, base: u64) -> ChunkFault {
    match fault {
        ChunkFault::Truncated { len, chunk } => {
            ChunkFault::Truncated { len: len.saturating_add(base), chunk }
        }
        other => other,
    }
}

fn within(offset: u64, len: usize) -> usize {
    usize::try_from(offset).map_or(len, |offset| offset.min(len))
}

fn add(damaged: &mut Vec<Range<u64>>, chunk: u64) {
    match damaged.last_mut() {
        Some(last) if last.end == chunk => last.end += 1,
        _ => damaged.push(chunk..chunk + 1),
    }
}

pub(super) fn read(source: &mut impl ReadAt, offset: u64, buffer: &mut [u8]) -> Result<(), ChunkFault> {
    let len = buffer.len() as u64;
    source.read_at(offset, buffer).map_err(|source| ChunkFault::Read { offset, len, source })
}
