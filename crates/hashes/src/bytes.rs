//! The bytes of a segment: mapped from a file, or in memory.

use std::{fs::File, io, path::Path};

/// Bytes that stay as they are.
#[derive(Debug)]
pub(crate) enum Bytes {
    /// In memory.
    Owned(Vec<u8>),
    /// Mapped.
    Mapped(memmap2::Mmap),
}

impl Bytes {
    /// Maps a whole file.
    pub fn map(path: &Path) -> io::Result<Self> {
        map(&File::open(path)?).map(Self::Mapped)
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

/// Maps a file for reading: a segment of gigabytes is then shared by all processes, and read where it is needed.
#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: nobody may write to a segment while it is mapped. Segments are written under another name, synced, and renamed;
    // they are never changed afterwards, only replaced by a new file, and they lie in the node's own directory.
    unsafe { memmap2::Mmap::map(file) }
}
