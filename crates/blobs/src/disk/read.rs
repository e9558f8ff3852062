//! Reads: large ranges past the page cache, as they were written, so that an item is not in memory twice and displaces nothing;
//! small ones through it.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use super::aligned::ALIGNMENT;
use super::{BUFFER_LEN, Disk};

/// Bytes from which on a read goes past the page cache.
const LARGE: usize = 256 << 10;
/// Bytes that are asked for at once; with what lies before and after them up to aligned places they fit into a buffer.
const STEP: usize = BUFFER_LEN - 2 * ALIGNMENT;

impl Disk {
    /// Fills `buffer` from byte `offset` of a file on.
    pub(super) fn read_file(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if buffer.len() >= LARGE && self.read_past_the_cache(path, offset, buffer)? {
            return Ok(());
        }
        File::open(path)?.read_exact_at(buffer, offset)
    }

    /// Whether the file system could do it.
    fn read_past_the_cache(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<bool> {
        let read = open_direct(path).and_then(|file| self.read_direct(&file, offset, buffer));
        match read {
            Err(fault) if fault.kind() == ErrorKind::InvalidInput => Ok(false),
            other => other.map(|()| true),
        }
    }

    fn read_direct(&self, file: &File, mut offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut aligned = self.borrow_buffer();
        let mut steps = buffer.chunks_mut(STEP);
        let read = steps.try_for_each(|piece| {
            let before = usize::try_from(offset % ALIGNMENT as u64).unwrap_or(0);
            let wanted = before..before + piece.len();
            let room = aligned.room(wanted.end.next_multiple_of(ALIGNMENT));
            fill(file, offset - before as u64, room, wanted.end)?;
            piece.copy_from_slice(room.get(wanted).ok_or(ErrorKind::UnexpectedEof)?);
            offset = offset.checked_add(piece.len() as u64).ok_or(ErrorKind::InvalidInput)?;
            Ok(())
        });
        self.give_back(aligned);
        read
    }
}

/// Reads from the aligned byte `offset` on until at least `wanted` bytes of `room` are filled.
fn fill(file: &File, offset: u64, room: &mut [u8], wanted: usize) -> io::Result<()> {
    let mut filled = 0;
    while filled < wanted {
        // A direct read ends at an unaligned place only where the file does.
        if !filled.is_multiple_of(ALIGNMENT) {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        match file.read_at(room.get_mut(filled..).unwrap_or_default(), offset + filled as u64) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => filled += read,
            Err(fault) if fault.kind() == ErrorKind::Interrupted => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

fn open_direct(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(target_os = "linux")]
    options.custom_flags(rustix::fs::OFlags::DIRECT.bits().cast_signed());
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_past_the_cache_is_that_of_the_file_and_none_goes_beyond_its_end() {
        let place = tempfile::tempdir().unwrap();
        let disk = Disk::open(&place.path().join("store")).unwrap();
        let content: Vec<u8> = (0..BUFFER_LEN + 70_001).map(|at| (at * 31 + at / 255) as u8).collect();
        let path = place.path().join("file");
        std::fs::write(&path, &content).unwrap();
        // Where the file system refuses it, the arithmetic is tried all the same.
        let file = open_direct(&path).or_else(|_| File::open(&path)).unwrap();
        for (start, end) in [
            (0, LARGE),
            (1, LARGE),
            (4095, 4097),
            (4096, STEP + 4096),
            (17, STEP + 18),
            (8191, content.len()),
            (content.len() - 1, content.len()),
        ] {
            let mut read = vec![0; end - start];
            disk.read_direct(&file, start as u64, &mut read).unwrap();
            assert!(read == content[start..end], "{start} to {end}");
        }
        for start in [1, content.len() - 1, content.len(), content.len() + 9000] {
            let mut read = vec![0; content.len()];
            let fault = disk.read_direct(&file, start as u64, &mut read).unwrap_err();
            assert_eq!(fault.kind(), ErrorKind::UnexpectedEof, "{start}");
        }
    }
}
