//! Parts that have just been stored, kept in memory for a moment: the verification that follows a fetch reads them from here and not
//! from the disk, which has enough to do with writing.

use crate::locks::locked;
use comity_blobs::Blobs;
use comity_vault::{
    Digest,
    store::{ReadObjects, StoreFault},
};
use memmap2::MmapMut;
use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Arc, Mutex},
};

/// The largest part that is kept, sealed: one of 16 MiB, as nodes make them; a larger one is read from the disk.
const LARGEST: usize = 17 << 20;
/// Bytes of parts that one fetch keeps at most.
const LIMIT: usize = 3 * LARGEST;

/// Memory for parts, used again and again. It comes from the system in whole pages and goes back there, so that a hand-over leaves the
/// node no larger than it was, and that it can be written without being copied.
type Rooms = Arc<Mutex<Vec<MmapMut>>>;

/// The bytes of a part as they come.
pub(super) struct PartBytes {
    room: Option<MmapMut>,
    len: usize,
    rooms: Rooms,
}

impl PartBytes {
    /// Takes the next piece; not more than there is room for.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let to = self.room.as_mut().and_then(|room| room.get_mut(self.len..)?.get_mut(..piece.len()));
        if let Some(to) = to {
            to.copy_from_slice(piece);
            self.len += piece.len();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, range: Range<usize>) -> Option<&[u8]> {
        self.room.as_ref()?.get(..self.len)?.get(range)
    }
}

impl Drop for PartBytes {
    fn drop(&mut self) {
        locked(&self.rooms).extend(self.room.take());
    }
}

/// A part by its number and name.
type Kept = (u64, Digest, Arc<PartBytes>);

/// The parts kept, the newest last, and memory for those to come.
#[derive(Default)]
pub(super) struct Recent {
    kept: Mutex<VecDeque<Kept>>,
    rooms: Rooms,
}

impl Recent {
    /// Room for a part of that size; `None` where it is too large to be kept, or the system has no memory to give.
    pub(super) fn room(&self, size: u64) -> Option<PartBytes> {
        usize::try_from(size).ok().filter(|size| *size <= LARGEST)?;
        let spare = locked(&self.rooms).pop();
        let room = spare.or_else(|| MmapMut::map_anon(LARGEST).ok())?;
        Some(PartBytes { room: Some(room), len: 0, rooms: self.rooms.clone() })
    }

    /// Keeps part `number`, and lets the oldest go where there is no room for all.
    pub(super) fn keep(&self, number: u64, name: Digest, bytes: PartBytes) {
        let mut kept = locked(&self.kept);
        kept.push_back((number, name, Arc::new(bytes)));
        let mut held: usize = kept.iter().map(|(_, _, bytes)| bytes.len()).sum();
        while held > LIMIT {
            let Some((_, _, oldest)) = kept.pop_front() else { return };
            held -= oldest.len();
        }
    }

    /// Lets go what lies before part `number`, which nobody reads any more.
    pub(super) fn let_go_before(&self, number: u64) {
        locked(&self.kept).retain(|(known, _, _)| *known >= number);
    }

    fn find(&self, name: Digest) -> Option<Arc<PartBytes>> {
        locked(&self.kept).iter().find(|(_, known, _)| *known == name).map(|(_, _, bytes)| bytes.clone())
    }
}

/// A store whose recent parts are read from memory.
pub(super) struct WithRecent<'a> {
    pub blobs: &'a Blobs,
    pub recent: &'a Recent,
}

impl ReadObjects for WithRecent<'_> {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(recent: &Recent, content: &[u8]) -> (Digest, PartBytes) {
        let mut bytes = recent.room(content.len() as u64).unwrap();
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
        let (name, bytes) = part(&recent, &content);
        assert_eq!(bytes.get(0..1).unwrap().as_ptr().align_offset(4096), 0);
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
                let (name, bytes) = part(&recent, &vec![number; size]);
                recent.keep(number.into(), name, bytes);
                name
            })
            .collect();
        let kept: Vec<_> = names.iter().map(|name| recent.find(*name).is_some()).collect();
        assert_eq!(kept, [false, false, false, true, true, true]);
        recent.let_go_before(4);
        let kept: Vec<_> = names.iter().map(|name| recent.find(*name).is_some()).collect();
        assert_eq!(kept, [false, false, false, false, true, true]);
        assert!(recent.room(LARGEST as u64 + 1).is_none());
    }

    #[test]
    fn memory_is_used_again_and_shows_nothing_of_what_it_held() {
        let recent = Recent::default();
        let first = part(&recent, &[7; 5000]).1;
        let address = first.get(0..1).unwrap().as_ptr();
        drop(first);
        let second = part(&recent, &[8; 10]).1;
        assert_eq!(second.get(0..10).unwrap().as_ptr(), address);
        assert_eq!((second.len(), second.get(0..11)), (10, None));
        assert_ne!(part(&recent, &[9; 10]).1.get(0..10).unwrap().as_ptr(), address);
    }

    #[test]
    fn more_than_there_is_room_for_is_not_taken() {
        let mut bytes = Recent::default().room(10).unwrap();
        bytes.push(&vec![1; LARGEST]);
        bytes.push(&[2]);
        assert_eq!(bytes.len(), LARGEST);
    }
}
