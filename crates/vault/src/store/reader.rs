//! Reads items back: any range of one, or all of it with every damage located; and audits objects without any key.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use super::{PackIndex, ReadObjects, StoreFault};
use crate::Digest;
use crate::chunk::{ChunkFault, ItemKey, Opener, ReadAt, open_part, survey_part};
use crate::digest::Sha256;
use crate::item::{Manifest, PartRef};

/// Bytes of an object that are read at once in an audit.
const AUDIT_STEP: usize = 1 << 20;

/// Where a sealed part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The object that holds it.
    pub object: Digest,
    /// Where in that object.
    pub at: Range<u64>,
}

/// Which parts are in which packs. What is not named here is an object of its own.
#[derive(Debug, Clone, Default)]
pub struct Catalogue(BTreeMap<Digest, Location>);

impl Catalogue {
    /// Adds the entries of a pack. An entry that is known already stays where it was.
    pub fn add(&mut self, pack: Digest, index: &PackIndex) {
        for entry in index.entries() {
            let location = || Location { object: pack, at: entry.at.clone() };
            self.0.entry(entry.name).or_insert_with(location);
        }
    }

    /// Adds one part. A part that is known already stays where it was.
    pub fn add_location(&mut self, part: Digest, location: Location) {
        self.0.entry(part).or_insert(location);
    }

    /// Where a part is.
    #[must_use]
    pub fn locate(&self, part: &PartRef) -> Location {
        let own = || Location { object: part.sealed_sha256, at: 0..part.sealed_size };
        self.0.get(&part.sealed_sha256).cloned().unwrap_or_else(own)
    }
}

/// Why a range of an item was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// A part does not open there.
    #[error("part {part} of the item, in object `{object}`, does not open")]
    Part {
        /// The part's number.
        part: u64,
        /// The object that holds it.
        object: Digest,
        /// What is wrong; offsets count from the start of the part.
        #[source]
        fault: ChunkFault,
    },
    /// A range reaches beyond the item.
    #[error("bytes {} to {} were asked of an item that has {size}; ask for less", asked.start, asked.end)]
    OutOfRange {
        /// What was asked for.
        asked: Range<u64>,
        /// Bytes that there are.
        size: u64,
    },
}

/// Something wrong with a stored item, and where.
#[derive(Debug)]
pub enum Damage {
    /// Chunks of a part were altered.
    Chunks {
        /// The part's number.
        part: u64,
        /// The object that holds it.
        object: Digest,
        /// The chunks' numbers in the part.
        chunks: Range<u64>,
    },
    /// A part does not open at all: missing, cut off, its header altered, or not readable.
    Part {
        /// The part's number.
        part: u64,
        /// The object that holds it.
        object: Digest,
        /// What is wrong.
        fault: ChunkFault,
    },
    /// All parts are whole, but do not come to what the manifest states: it was made for other content.
    Hash {
        /// What the content comes to.
        found: Digest,
    },
}

struct InObject<'a, O> {
    objects: &'a O,
    location: Location,
}

impl<O: ReadObjects> ReadAt for InObject<'_, O> {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = self.location.at.start.checked_add(offset);
        let end = start.and_then(|start| start.checked_add(buffer.len() as u64));
        let start = start.filter(|_| end.is_some_and(|end| end <= self.location.at.end));
        let start = start.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.objects.read(self.location.object, start, buffer).map_err(|fault| match fault {
            StoreFault::Missing(_) => io::Error::new(io::ErrorKind::NotFound, fault),
            StoreFault::Short { .. } => io::Error::new(io::ErrorKind::UnexpectedEof, fault),
            StoreFault::Storage { .. } => io::Error::other(fault),
        })
    }
}

/// A stored item that can be read.
pub struct ItemReader<'a, O> {
    objects: &'a O,
    catalogue: &'a Catalogue,
    pub(super) manifest: &'a Manifest,
    key: ItemKey,
}

impl<'a, O: ReadObjects> ItemReader<'a, O> {
    /// A reader of the item that `manifest` describes. The manifest must have been checked.
    #[must_use]
    pub fn new(objects: &'a O, catalogue: &'a Catalogue, manifest: &'a Manifest, key: ItemKey) -> Self {
        Self { objects, catalogue, manifest, key }
    }

    fn source(&self, part: &PartRef) -> InObject<'a, O> {
        InObject { objects: self.objects, location: self.catalogue.locate(part) }
    }

    pub(super) fn open(
        &self,
        number: u64,
        part: &PartRef,
    ) -> Result<Opener<impl ReadAt + use<'a, O>>, ChunkFault> {
        open_part(self.source(part), part.sealed_size, &self.key, self.manifest.item, number)
    }

    /// Hands the bytes `range` to `take`, at most one chunk at a time. All that is handed out was authenticated.
    ///
    /// # Errors
    /// A [`ReadFault`]; what was handed out then is a beginning of what was asked for.
    pub fn read(&self, range: Range<u64>, mut take: impl FnMut(&[u8])) -> Result<(), ReadFault> {
        let size = self.manifest.size;
        if range.start > range.end || range.end > size {
            return Err(ReadFault::OutOfRange { asked: range, size });
        }
        for number in self.manifest.parts_of(&range) {
            let Some(part) = usize::try_from(number).ok().and_then(|n| self.manifest.parts.get(n)) else {
                return Err(ReadFault::OutOfRange { asked: range, size });
            };
            let content = self.manifest.content_of(number);
            let from = range.start.max(content.start) - content.start;
            let to = range.end.min(content.end) - content.start;
            let opened = self.open(number, part).and_then(|mut part| part.read_with(from..to, &mut take));
            let object = self.catalogue.locate(part).object;
            opened.map_err(|fault| ReadFault::Part { part: number, object, fault })?;
        }
        Ok(())
    }

    /// All that is wrong with a part of which `fault` is known.
    pub(super) fn locate(&self, number: u64, part: &PartRef, fault: ChunkFault) -> Vec<Damage> {
        let object = self.catalogue.locate(part).object;
        let whole = |fault| vec![Damage::Part { part: number, object, fault }];
        if !matches!(fault, ChunkFault::Damaged { .. }) {
            return whole(fault);
        }
        let source = self.source(part);
        match survey_part(source, part.sealed_size, &self.key, self.manifest.item, number) {
            Ok(chunks) => {
                let damage = |chunks| Damage::Chunks { part: number, object, chunks };
                chunks.into_iter().map(damage).collect()
            }
            Err(fault) => whole(fault),
        }
    }
}

/// What an audit without keys finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFinding {
    /// The object is what its name says.
    Sound,
    /// It is not: what its content comes to.
    Altered(Digest),
    /// It is not there.
    Missing,
}

/// Compares an object with its name, as `sha256sum` would. It takes 1 MiB of memory.
///
/// # Errors
/// [`StoreFault`] where the storage fails, which says nothing of the object.
pub fn audit_object(objects: &impl ReadObjects, name: Digest) -> Result<AuditFinding, StoreFault> {
    let Some(len) = objects.len(name)? else { return Ok(AuditFinding::Missing) };
    let (mut sha256, mut offset) = (Sha256::default(), 0);
    let mut buffer = vec![0; AUDIT_STEP];
    while offset < len {
        let step = usize::try_from(len - offset).map_or(AUDIT_STEP, |rest| rest.min(AUDIT_STEP));
        let piece = buffer.get_mut(..step).unwrap_or_default();
        objects.read(name, offset, piece)?;
        sha256.update(piece);
        offset += step as u64;
    }
    let found = sha256.finish();
    Ok(if found == name { AuditFinding::Sound } else { AuditFinding::Altered(found) })
}
