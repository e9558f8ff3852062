//! Parts that have just been stored, kept in memory for a moment: the verification that follows a fetch reads them from here and not
//! from the disk, which has enough to do with writing.

use comity_blobs::Blobs;
use comity_vault::{
    Digest,
    store::{Objects, StoreFault},
};
use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

/// The largest part that is kept, sealed: one of 16 MiB, as nodes make them; a larger one is read from the disk.
const LARGEST: usize = 17 << 20;
/// Bytes of parts that one fetch keeps at most.
const LIMIT: usize = 3 * LARGEST;
/// Where direct writes want bytes to begin in memory.
const ALIGNMENT: usize = 4096;

/// The bytes of a part as they come, aligned so that they can be written without being copied again.
pub(super) struct PartBytes {
    bytes: Vec<u8>,
    start: usize,
}

impl PartBytes {
    /// Room for a part of that size; `None` where it is too large to be kept.
    pub(super) fn with_room(size: u64) -> Option<Self> {
        let size = usize::try_from(size).ok().filter(|size| *size <= LARGEST)?;
        let mut bytes: Vec<u8> = Vec::with_capacity(size + ALIGNMENT);
        let start = bytes.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        bytes.resize(start, 0);
        Some(Self { bytes, start })
    }

    pub(super) fn push(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub(super) fn get(&self, range: Range<usize>) -> Option<&[u8]> {
        let end = self.start.checked_add(range.end)?;
        self.bytes.get(self.start.checked_add(range.start)?..end)
    }
}

/// A part by its number and name.
type Kept = (u64, Digest, Arc<PartBytes>);

/// The parts kept, the newest last.
#[derive(Default)]
pub(super) struct Recent(Mutex<VecDeque<Kept>>);

impl Recent {
    /// Keeps part `number`, and lets the oldest go where there is no room for all.
    pub(super) fn keep(&self, number: u64, name: Digest, bytes: PartBytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((number, name, Arc::new(bytes)));
        let mut held: usize = kept.iter().map(|(_, _, bytes)| bytes.len()).sum();
        while held > LIMIT {
            let Some((_, _, oldest)) = kept.pop_front() else { return };
            held -= oldest.len();
        }
    }

    /// Lets go what lies before part `number`, which nobody reads any more.
    pub(super) fn let_go_before(&self, number: u64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _, _)| *known >= number);
    }

    fn find(&self, name: Digest) -> Option<Arc<PartBytes>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(_, known, _)| *known == name).map(|(_, _, bytes)| bytes.clone())
    }
}

/// A store whose recent parts are read from memory.
pub(super) struct WithRecent<'a> {
    pub blobs: &'a Blobs,
    pub recent: &'a Recent,
}

impl Objects for WithRecent<'_> {
    type Pending = <Blobs as Objects>::Pending;

    fn create(&self) -> Result<Self::Pending, StoreFault> {
        self.blobs.create()
    }

    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault> {
        let kept = self.recent.find(name);
        let range =
            usize::try_from(offset).ok().and_then(|start| Some(start..start.checked_add(buffer.len())?));
        match kept.as_ref().zip(range).and_then(|(kept, range)| kept.get(range)) {
            Some(bytes) => {
                buffer.copy_from_slice(bytes);
                Ok(())
            }
            None => self.blobs.read(name, offset, buffer),
        }
    }

    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault> {
        self.blobs.len(name)
    }

    fn list(&self, after: Option<Digest>, limit: usize) -> Result<Vec<Digest>, StoreFault> {
        self.blobs.list(after, limit)
    }

    fn delete(&self, name: Digest) -> Result<(), StoreFault> {
        self.blobs.delete(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(content: &[u8]) -> (Digest, PartBytes) {
        let mut bytes = PartBytes::with_room(content.len() as u64).unwrap();
        content.chunks(1000).for_each(|piece| bytes.push(piece));
        (Digest::of(content), bytes)
    }

    fn folder() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::Disk(comity_blobs::Disk::open(&folder.path().join("store")).unwrap());
        (folder, blobs)
    }

    #[test]
    fn a_part_just_stored_is_read_from_memory_and_what_lies_beyond_it_is_asked_of_the_disk() {
        let (recent, (_folder, blobs)) = (Recent::default(), folder());
        let content: Vec<u8> = (0..5000u32).map(|at| at as u8).collect();
        let (name, bytes) = part(&content);
        assert_eq!(bytes.get(0..1).unwrap().as_ptr().align_offset(ALIGNMENT), 0);
        recent.keep(0, name, bytes);
        let store = WithRecent { blobs: &blobs, recent: &recent };
        let mut buffer = [0; 77];
        store.read(name, 4000, &mut buffer).unwrap();
        assert_eq!(buffer, content[4000..4077]);
        // The disk does not have it.
        assert!(matches!(store.read(name, 4990, &mut buffer), Err(StoreFault::Missing(_))));
        assert!(matches!(store.read(name, u64::MAX, &mut buffer), Err(StoreFault::Missing(_))));
        assert_eq!(store.len(name).unwrap(), None);
    }

    #[test]
    fn the_oldest_parts_go_when_there_are_too_many_or_all_have_read_them_and_none_is_too_large() {
        let recent = Recent::default();
        let size = 16 << 20;
        let names: Vec<_> = (0..6u8)
            .map(|number| {
                let (name, bytes) = part(&vec![number; size]);
                recent.keep(number.into(), name, bytes);
                name
            })
            .collect();
        let kept: Vec<_> = names.iter().map(|name| recent.find(*name).is_some()).collect();
        assert_eq!(kept, [false, false, false, true, true, true]);
        recent.let_go_before(4);
        let kept: Vec<_> = names.iter().map(|name| recent.find(*name).is_some()).collect();
        assert_eq!(kept, [false, false, false, false, true, true]);
        assert!(PartBytes::with_room(LARGEST as u64 + 1).is_none());
    }
}
