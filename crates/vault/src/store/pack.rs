//! Packs: small sealed parts side by side in one object, with an index that tells where each is. The index holds no secret: names
//! are hashes of what is sealed, so a pack is audited without keys, as a whole and entry by entry.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `comity/packs/v1` and a line feed |
//! | each | the entries, one after another |
//! | 48 each | the index: SHA-256 of the entry (32), its offset (8), its length (8), in the order of the entries |
//! | 64 | trailer: offset of the index (8), number of entries (8), SHA-256 of the index (32), the first line again (16) |
//!
//! Numbers are big-endian. Every byte belongs to exactly one of these.

use std::ops::Range;

use super::{Objects, Pending, ReadObjects, StoreFault};
use crate::Digest;
use crate::digest::Sha256;

/// What a pack begins and ends with.
pub const PACK_ID: &[u8; 16] = b"comity/packs/v1\n";
/// The most entries of one pack: an index of 3 MiB.
pub const MAX_PACK_ENTRIES: u64 = 1 << 16;
const ENTRY_LEN: usize = 48;
const TRAILER_LEN: usize = 64;

/// Why a pack is not read.
#[derive(Debug, thiserror::Error)]
pub enum PackFault {
    /// It does not begin and end as a pack.
    #[error("object `{0}` is not a pack, or its first line was altered; restore it from a copy")]
    NotAPack(Digest),
    /// Its trailer contradicts its length.
    #[error("the last 64 bytes of pack `{0}` were altered, or it was cut off; restore it from a copy")]
    Trailer(Digest),
    /// Its index does not fit the trailer's hash, or does not cover the pack.
    #[error("the index of pack `{name}` (bytes {} to {}) was altered; restore it from a copy", at.start, at.end)]
    Index {
        /// The pack.
        name: Digest,
        /// Where the index is.
        at: Range<u64>,
    },
    /// It is full.
    #[error("the pack is full; begin another")]
    Full,
    /// The storage failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// One entry of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackEntry {
    /// SHA-256 of the entry, by which parts are named.
    pub name: Digest,
    /// Where in the pack it is.
    pub at: Range<u64>,
}

/// What a pack's last bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    index: Range<u64>,
    sha256: Digest,
}

impl Trailer {
    /// Reads the last 64 bytes of a pack of `len` bytes; `None` where they contradict its length.
    #[must_use]
    pub fn parse(bytes: &[u8; TRAILER_LEN], len: u64) -> Option<Self> {
        let (start, rest) = bytes.split_first_chunk::<8>()?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let (sha256, id) = rest.split_first_chunk::<32>()?;
        let (start, count) = (u64::from_be_bytes(*start), u64::from_be_bytes(*count));
        if id != PACK_ID || count > MAX_PACK_ENTRIES || start < PACK_ID.len() as u64 {
            return None;
        }
        let end = start.checked_add(count * ENTRY_LEN as u64)?;
        let whole = end.checked_add(TRAILER_LEN as u64)? == len;
        whole.then_some(Self { index: start..end, sha256: Digest::from_bytes(*sha256) })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let count = (self.index.end - self.index.start) / ENTRY_LEN as u64;
        let mut bytes = Vec::with_capacity(TRAILER_LEN);
        bytes.extend_from_slice(&self.index.start.to_be_bytes());
        bytes.extend_from_slice(&count.to_be_bytes());
        bytes.extend_from_slice(self.sha256.as_bytes());
        bytes.extend_from_slice(PACK_ID);
        bytes
    }
}

/// What is where in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackIndex {
    entries: Vec<PackEntry>,
}

impl PackIndex {
    #[cfg(test)]
    pub(super) fn of(entries: Vec<PackEntry>) -> Self {
        Self { entries }
    }

    /// The entries, in their order.
    #[must_use]
    pub fn entries(&self) -> &[PackEntry] {
        &self.entries
    }

    /// Reads an index; `None` where it does not fit the trailer or does not cover the pack without gap and overlap.
    #[must_use]
    pub fn parse(bytes: &[u8], trailer: &Trailer) -> Option<Self> {
        if Digest::of(bytes) != trailer.sha256 {
            return None;
        }
        let (rows, []) = bytes.as_chunks::<ENTRY_LEN>() else { return None };
        let mut end = PACK_ID.len() as u64;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = parse_entry(row).filter(|entry| entry.at.start == end)?;
            end = entry.at.end;
            entries.push(entry);
        }
        (end == trailer.index.start).then_some(Self { entries })
    }

    /// Reads the index of the pack `name`.
    ///
    /// # Errors
    /// A [`PackFault`].
    pub fn read(objects: &impl ReadObjects, name: Digest) -> Result<Self, PackFault> {
        let len = objects.len(name)?.ok_or(StoreFault::Missing(name))?;
        let start = len.checked_sub(TRAILER_LEN as u64).filter(|start| *start >= PACK_ID.len() as u64);
        let start = start.ok_or(PackFault::NotAPack(name))?;
        let mut id = [0; PACK_ID.len()];
        objects.read(name, 0, &mut id)?;
        if id != *PACK_ID {
            return Err(PackFault::NotAPack(name));
        }
        let mut trailer = [0; TRAILER_LEN];
        objects.read(name, start, &mut trailer)?;
        let trailer = Trailer::parse(&trailer, len).ok_or(PackFault::Trailer(name))?;
        let index = objects.read_range(name, trailer.index.clone())?;
        Self::parse(&index, &trailer).ok_or(PackFault::Index { name, at: trailer.index })
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.entries.len() * ENTRY_LEN);
        for entry in &self.entries {
            bytes.extend_from_slice(entry.name.as_bytes());
            bytes.extend_from_slice(&entry.at.start.to_be_bytes());
            bytes.extend_from_slice(&(entry.at.end - entry.at.start).to_be_bytes());
        }
        bytes
    }
}

fn parse_entry(row: &[u8; ENTRY_LEN]) -> Option<PackEntry> {
    let (name, rest) = row.split_first_chunk::<32>()?;
    let (start, len) = rest.split_first_chunk::<8>()?;
    let start = u64::from_be_bytes(*start);
    let end = start.checked_add(u64::from_be_bytes(len.try_into().ok()?))?;
    Some(PackEntry { name: Digest::from_bytes(*name), at: start..end })
}

/// Writes a pack as its entries come.
pub struct PackWriter<P> {
    pending: P,
    sha256: Sha256,
    len: u64,
    index: PackIndex,
}

impl<P: Pending> PackWriter<P> {
    /// Begins a pack.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn new<O: Objects<Pending = P>>(objects: &O) -> Result<Self, StoreFault> {
        let pending = objects.create()?;
        let mut pack = Self { pending, sha256: Sha256::default(), len: 0, index: PackIndex::default() };
        pack.write(PACK_ID)?;
        Ok(pack)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreFault> {
        self.pending.write(bytes)?;
        self.sha256.update(bytes);
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Bytes so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.len
    }

    /// Adds a sealed part; its name. It is durable only after [`PackWriter::finish`].
    ///
    /// # Errors
    /// [`PackFault::Full`], [`PackFault::Store`].
    pub fn add(&mut self, sealed: &[u8]) -> Result<Digest, PackFault> {
        if self.index.entries.len() as u64 >= MAX_PACK_ENTRIES {
            return Err(PackFault::Full);
        }
        let (name, start) = (Digest::of(sealed), self.len);
        self.write(sealed)?;
        self.index.entries.push(PackEntry { name, at: start..self.len });
        Ok(name)
    }

    /// Ends the pack with its index and commits it: its name, and what is in it.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn finish(mut self) -> Result<(Digest, PackIndex), StoreFault> {
        let index = self.index.to_bytes();
        let range = self.len..self.len + index.len() as u64;
        let trailer = Trailer { index: range, sha256: Digest::of(&index) };
        self.write(&index)?;
        self.write(&trailer.to_bytes())?;
        let name = self.sha256.finish();
        self.pending.commit(name)?;
        Ok((name, self.index))
    }
}
