//! Takes an item in as its bytes come: hashes them, seals them in parts, stores the parts. Constant memory. Every part is
//! durable when the next begins, so a caller that notes [`Intake::durable`] can say up to where an upload survived.

use super::{Objects, PackFault, PackWriter, Pending, StoreFault};
use crate::Digest;
use crate::ItemId;
use crate::chunk::{ChunkFault, ItemKey, Salt, Sealer, open_part, seal_part};
use crate::digest::Sha256;
use crate::item::{MAX_PART_SIZE, MIN_PART_SIZE, PartRef, Tree, TreeHasher};

/// Bytes of plaintext that are sealed before they are written.
const STEP: usize = 256 << 10;

/// Why an item was not taken in. What was stored of it is garbage then, which nothing refers to.
#[derive(Debug, thiserror::Error)]
pub enum IntakeFault {
    /// Sealing failed.
    #[error(transparent)]
    Chunk(#[from] ChunkFault),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The pack failed.
    #[error(transparent)]
    Pack(#[from] PackFault),
    /// What is taken in cannot be read.
    #[error("the content cannot be read: {0}; take it in again when it can")]
    Source(#[source] std::io::Error),
    /// Not a size of parts that a manifest may state.
    #[error("a part size of {0} bytes is not used; choose a power of two from 16 KiB to 1 GiB")]
    PartSize(u64),
    /// A part to resume after holds less than a part does: it was the last of a finished item.
    #[error("part {part} is not a full part; this item was finished, or the wrong parts were noted")]
    NotFull {
        /// The part's number.
        part: u64,
    },
    /// Pieces that are not one after another from the last whole part on, within one part, or not as long as they are said to be.
    #[error(
        "the piece of bytes {start} to {end} does not go on where the item ended; give the noted pieces, in order"
    )]
    Piece {
        /// The first byte's number in the item.
        start: u64,
        /// The number after the last byte's.
        end: u64,
    },
    /// The intake failed before.
    #[error("the intake stopped at an earlier fault; resume it from what is durable")]
    Stopped,
    /// Too long to share a pack.
    #[error("{len} bytes do not fit into one part of {part_size}; store the item in objects of its own")]
    NotSmall {
        /// Bytes of content.
        len: u64,
        /// Bytes that a part holds, one more than the last part may.
        part_size: u64,
    },
}

/// What an item came to, for its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Bytes of content.
    pub size: u64,
    /// SHA-256 of the content.
    pub sha256: Digest,
    /// BLAKE3 of the content.
    pub blake3: Tree,
    /// Bytes of content in each part but the last.
    pub part_size: u64,
    /// The sealed parts, in order; all durable.
    pub parts: Vec<PartRef>,
}

struct Writing<P> {
    sealer: Sealer,
    pending: P,
    sha256: Sha256,
    sealed_size: u64,
}

/// An item on its way in.
pub struct Intake<'a, O: Objects, S> {
    objects: &'a O,
    salts: S,
    key: ItemKey,
    item: ItemId,
    part_size: u64,
    sha256: Sha256,
    tree: TreeHasher,
    parts: Vec<PartRef>,
    writing: Option<Writing<O::Pending>>,
    buffer: Vec<u8>,
}

impl<'a, O: Objects, S: FnMut() -> Salt> Intake<'a, O, S> {
    /// Begins to take `item` in under `key`. `salts` gives a fresh salt for every part, from a secure random source.
    ///
    /// # Errors
    /// [`IntakeFault::PartSize`].
    pub fn new(
        objects: &'a O,
        key: ItemKey,
        item: ItemId,
        part_size: u64,
        salts: S,
    ) -> Result<Self, IntakeFault> {
        check_part_size(part_size)?;
        Ok(Self {
            objects,
            salts,
            key,
            item,
            part_size,
            sha256: Sha256::default(),
            tree: TreeHasher::default(),
            parts: Vec::new(),
            writing: None,
            buffer: Vec::new(),
        })
    }

    /// Goes on with an item of which `parts` are durable, after an interruption. It reads them all, so that the hashes go on too
    /// and what was stored is known to be sound; the next byte to give is that at [`Intake::durable`].
    ///
    /// # Errors
    /// [`IntakeFault::Chunk`] where a part does not open, [`IntakeFault::NotFull`], and as [`Intake::new`].
    pub fn resume(
        objects: &'a O,
        key: ItemKey,
        item: ItemId,
        part_size: u64,
        salts: S,
        parts: Vec<PartRef>,
    ) -> Result<Self, IntakeFault> {
        let mut intake = Self::new(objects, key, item, part_size, salts)?;
        for (number, part) in (0..).zip(&parts) {
            intake.hash_stored(number, part)?;
        }
        intake.parts = parts;
        Ok(intake)
    }

    fn hash_stored(&mut self, number: u64, part: &PartRef) -> Result<(), IntakeFault> {
        let objects = self.objects;
        let source = |offset: u64, buffer: &mut [u8]| {
            objects.read(part.sealed_sha256, offset, buffer).map_err(std::io::Error::other)
        };
        let mut opener = open_part(source, part.sealed_size, &self.key, self.item, number)?;
        if opener.size() != self.part_size {
            return Err(IntakeFault::NotFull { part: number });
        }
        opener.read_with(0..self.part_size, |piece| {
            self.sha256.update(piece);
            self.tree.update(piece);
        })?;
        Ok(())
    }

    /// The parts that are durable, to be noted so that the intake can be resumed.
    #[must_use]
    pub fn parts(&self) -> &[PartRef] {
        &self.parts
    }

    /// Bytes of content that a crash does not lose: those of whole parts.
    #[must_use]
    pub fn durable(&self) -> u64 {
        self.parts.len() as u64 * self.part_size
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// An [`IntakeFault`]; the item cannot go on after one.
    pub fn update(&mut self, piece: &[u8]) -> Result<(), IntakeFault> {
        for step in piece.chunks(STEP) {
            self.sha256.update(step);
            self.tree.update(step);
            self.store(step)?;
        }
        Ok(())
    }

    fn store(&mut self, mut step: &[u8]) -> Result<(), IntakeFault> {
        while !step.is_empty() {
            let part_size = self.part_size;
            let writing = self.writing()?;
            let room = usize::try_from(part_size - writing.sealer.size()).unwrap_or(usize::MAX);
            let (now, later) = step.split_at(room.min(step.len()));
            let mut buffer = std::mem::take(&mut self.buffer);
            let writing = self.writing()?;
            writing.sealer.update(now, &mut buffer)?;
            writing.write(&buffer)?;
            let full = writing.sealer.size() == part_size;
            buffer.clear();
            self.buffer = buffer;
            step = later;
            if full {
                self.end_part()?;
            }
        }
        Ok(())
    }

    fn writing(&mut self) -> Result<&mut Writing<O::Pending>, IntakeFault> {
        let begun = match self.writing.take() {
            Some(writing) => writing,
            None => Writing {
                sealer: seal_part(&self.key, self.item, self.parts.len() as u64, (self.salts)())?,
                pending: self.objects.create()?,
                sha256: Sha256::default(),
                sealed_size: 0,
            },
        };
        Ok(self.writing.insert(begun))
    }

    fn end_part(&mut self) -> Result<(), IntakeFault> {
        self.writing()?;
        if let Some(writing) = self.writing.take() {
            self.parts.push(writing.finish()?);
        }
        Ok(())
    }

    /// Ends the item with its last part, which may be empty.
    ///
    /// # Errors
    /// An [`IntakeFault`].
    pub fn finish(mut self) -> Result<Taken, IntakeFault> {
        self.end_part()?;
        Ok(Taken {
            size: self.tree.size(),
            sha256: self.sha256.finish(),
            blake3: self.tree.finish(),
            part_size: self.part_size,
            parts: self.parts,
        })
    }
}

impl<P: Pending> Writing<P> {
    fn write(&mut self, sealed: &[u8]) -> Result<(), StoreFault> {
        self.sha256.update(sealed);
        self.sealed_size += sealed.len() as u64;
        self.pending.write(sealed)
    }

    fn finish(mut self) -> Result<PartRef, IntakeFault> {
        let mut last = Vec::new();
        self.sealer.finish(&mut last)?;
        self.sha256.update(&last);
        self.pending.write(&last)?;
        let name = self.sha256.finish();
        self.pending.commit(name)?;
        Ok(PartRef { sealed_sha256: name, sealed_size: self.sealed_size + last.len() as u64 })
    }
}

pub(super) fn check_part_size(part_size: u64) -> Result<(), IntakeFault> {
    let used = part_size.is_power_of_two() && (MIN_PART_SIZE..=MAX_PART_SIZE).contains(&part_size);
    used.then_some(()).ok_or(IntakeFault::PartSize(part_size))
}

/// Takes a small item in, whole, as one entry of a pack. It is durable when the pack is finished.
///
/// # Errors
/// [`IntakeFault::NotSmall`] where it does not fit into one part, and any other [`IntakeFault`].
pub fn take_in_small<P: Pending>(
    pack: &mut PackWriter<P>,
    content: &[u8],
    key: &ItemKey,
    item: ItemId,
    part_size: u64,
    salt: Salt,
) -> Result<Taken, IntakeFault> {
    check_part_size(part_size)?;
    let size = content.len() as u64;
    if size >= part_size {
        return Err(IntakeFault::NotSmall { len: size, part_size });
    }
    let mut sealed = Vec::new();
    let mut sealer = seal_part(key, item, 0, salt)?;
    sealer.update(content, &mut sealed)?;
    sealer.finish(&mut sealed)?;
    let mut tree = TreeHasher::default();
    tree.update(content);
    let part = PartRef { sealed_sha256: pack.add(&sealed)?, sealed_size: sealed.len() as u64 };
    Ok(Taken { size, sha256: Digest::of(content), blake3: tree.finish(), part_size, parts: vec![part] })
}
