//! Seals a message as its plaintext comes, in pieces of any size.

use super::derive::MessageKeys;
use super::{CHUNK_LEN, ChunkFault, HEADER_LEN, ItemKey, MAX_CHUNKS, Salt};

/// Seals one message. It holds less than one chunk of plaintext; each call appends to `out` what is ready.
///
/// A sealer that was dropped before [`Sealer::finish`] leaves a message that nobody accepts.
pub struct Sealer {
    keys: MessageKeys,
    head: Vec<u8>,
    next: u64,
    rest: Vec<u8>,
    size: u64,
}

impl Sealer {
    /// Begins a message under `key`. `context` says where it belongs and must be given again to open it; `salt` must be fresh.
    ///
    /// # Errors
    /// [`ChunkFault::Crypto`].
    pub fn new(key: &ItemKey, context: &[u8], salt: Salt) -> Result<Self, ChunkFault> {
        let keys = MessageKeys::derive(key, &salt, context)?;
        let mut head = Vec::with_capacity(HEADER_LEN);
        head.extend_from_slice(salt.as_bytes());
        head.extend_from_slice(keys.commitment());
        Ok(Self { keys, head, next: 0, rest: Vec::with_capacity(CHUNK_LEN), size: 0 })
    }

    /// The same with `prefix` before the message.
    pub(super) fn after(mut self, prefix: &[u8]) -> Self {
        self.head.splice(0..0, prefix.iter().copied());
        self
    }

    /// Bytes of plaintext taken so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next piece of plaintext.
    ///
    /// # Errors
    /// [`ChunkFault::TooLong`], [`ChunkFault::Crypto`].
    pub fn update(&mut self, mut piece: &[u8], out: &mut Vec<u8>) -> Result<(), ChunkFault> {
        out.append(&mut self.head);
        self.size = self.size.saturating_add(piece.len() as u64);
        if !self.rest.is_empty() {
            let missing = CHUNK_LEN - self.rest.len();
            let (now, later) = piece.split_at(missing.min(piece.len()));
            self.rest.extend_from_slice(now);
            piece = later;
            if self.rest.len() < CHUNK_LEN {
                return Ok(());
            }
            let full = std::mem::take(&mut self.rest);
            self.seal(&full, out)?;
            self.rest = full;
            self.rest.clear();
        }
        let (full, rest) = piece.as_chunks::<CHUNK_LEN>();
        for chunk in full {
            self.seal(chunk, out)?;
        }
        self.rest.extend_from_slice(rest);
        Ok(())
    }

    fn seal(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), ChunkFault> {
        if self.next >= MAX_CHUNKS {
            return Err(ChunkFault::TooLong);
        }
        self.keys.seal(self.next, plain, out)?;
        self.next += 1;
        Ok(())
    }

    /// Ends the message with its last chunk, which may be empty.
    ///
    /// # Errors
    /// As [`Sealer::update`].
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), ChunkFault> {
        out.append(&mut self.head);
        let rest = std::mem::take(&mut self.rest);
        self.seal(&rest, out)
    }
}
