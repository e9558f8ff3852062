//! A file in the making: written in large aligned steps past the page cache where the file system takes that, synced, and only
//! then given its name.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use comity_vault::Digest;
use comity_vault::store::{Created, Pending, StoreFault};

use super::aligned::{ALIGNMENT, AlignedBuffer};
use super::{Disk, Files};
use crate::fault::{altered, failed_to};

/// Bytes from which on a write may go past the buffer.
const LARGE: usize = 256 << 10;
/// How often a name is tried that a garbage collector keeps taking away between two steps.
const TRIES: usize = 8;

/// An object that is being written. Dropped, it leaves nothing behind.
pub struct DiskPending {
    draft: Draft,
}

impl DiskPending {
    pub(super) fn new(disk: Disk) -> io::Result<Self> {
        Draft::new(disk).map(|draft| Self { draft })
    }
}

impl Pending for DiskPending {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreFault> {
        self.draft.write(bytes).map_err(failed_to("write an object"))
    }

    fn commit(mut self, name: Digest) -> Result<Created, StoreFault> {
        self.draft.sync().map_err(failed_to("sync an object"))?;
        let path = self.draft.disk.path_of(name);
        for _ in 0..TRIES {
            match self.draft.publish(&path) {
                Ok(Published::New) => return Ok(Created::New),
                Ok(Published::Existed { len }) if len == self.draft.len() => return Ok(Created::Existed),
                Ok(Published::Existed { len }) => return Err(altered(name, len, self.draft.len())),
                // Taken away after it was found: try to link again.
                Err(fault) if fault.kind() == ErrorKind::NotFound => {}
                Err(fault) => return Err(failed_to("name an object")(fault)),
            }
        }
        Err(failed_to("name an object")(ErrorKind::NotFound.into()))
    }
}

/// What became of a name.
pub(super) enum Published {
    /// It is the draft's.
    New,
    /// It was taken, by a file of `len` bytes that counts as new now.
    Existed { len: u64 },
}

/// A file in the pending directory, removed when dropped.
pub(super) struct Draft {
    disk: Disk,
    target: Target,
    buffer: AlignedBuffer,
    written: u64,
}

/// The file, and how it is written.
struct Target {
    path: PathBuf,
    file: File,
    direct: bool,
}

impl Target {
    /// Writes aligned bytes at an aligned place.
    fn write_all(&mut self, files: &Files, mut rest: &[u8], mut offset: u64) -> io::Result<()> {
        while !rest.is_empty() {
            let wrote = match files.write(&self.file, rest, offset) {
                Ok(0) => return Err(ErrorKind::StorageFull.into()),
                Ok(wrote) => wrote,
                Err(fault) if fault.kind() == ErrorKind::Interrupted => continue,
                Err(fault) if fault.kind() == ErrorKind::InvalidInput && self.direct => 0,
                Err(fault) => return Err(fault),
            };
            rest = rest.get(wrote..).unwrap_or_default();
            offset += wrote as u64;
            if !rest.is_empty() && self.direct {
                // A short direct write may end anywhere, and some file systems refuse direct writes only now.
                self.file = files.reopen(&self.path)?;
                self.direct = false;
            }
        }
        Ok(())
    }
}

impl Draft {
    pub(super) fn new(disk: Disk) -> io::Result<Self> {
        let path = disk.pending_path();
        let (file, direct) = create(disk.files(), &path)?;
        let buffer = disk.borrow_buffer();
        Ok(Self { disk, target: Target { path, file, direct }, buffer, written: 0 })
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> u64 {
        self.written + self.buffer.filled() as u64
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut bytes = self.write_through(bytes)?;
        while !bytes.is_empty() {
            bytes = self.buffer.take(bytes);
            if self.buffer.is_full() {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what needs no copy, because it is large and begins at a page, as the file's next byte does; what is left.
    fn write_through<'a>(&mut self, bytes: &'a [u8]) -> io::Result<&'a [u8]> {
        let (now, later) = bytes.split_at(bytes.len() - bytes.len() % ALIGNMENT);
        let aligned =
            bytes.as_ptr().align_offset(ALIGNMENT) == 0 && self.written.is_multiple_of(ALIGNMENT as u64);
        if now.len() < LARGE || !aligned || self.buffer.filled() > 0 {
            return Ok(bytes);
        }
        self.target.write_all(self.disk.files(), now, self.written)?;
        self.written += now.len() as u64;
        Ok(later)
    }

    /// Writes what is in the buffer, with zeros up to an aligned length.
    fn flush(&mut self) -> io::Result<()> {
        let filled = self.buffer.filled();
        self.target.write_all(self.disk.files(), self.buffer.padded(), self.written)?;
        self.written += filled as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Makes all bytes durable, without a name.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        let len = self.len();
        self.flush()?;
        self.disk.files().set_len(&self.target.file, len)?;
        self.disk.files().sync(&self.target.file)
    }

    /// Gives the synced file its name, durably. A name that is taken stays as it is.
    pub(super) fn publish(&self, path: &Path) -> io::Result<Published> {
        let files = self.disk.files();
        let published = match files.link(&self.target.path, path) {
            Ok(()) => Published::New,
            Err(fault) if fault.kind() == ErrorKind::AlreadyExists => {
                Published::Existed { len: files.touch(path)? }
            }
            Err(fault) => return Err(fault),
        };
        // Also where it existed: whoever made it may not have come to this yet. And where this fails the name stays, because
        // somebody else may have been told that it existed; unless they were, it is garbage.
        files.sync_directory(path.parent().unwrap_or(path))?;
        Ok(published)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed is garbage that the next opening removes.
        let _ = self.disk.files().remove(&self.target.path);
        self.disk.give_back(std::mem::replace(&mut self.buffer, AlignedBuffer::new(0)));
    }
}

/// A new file, for direct writes if the file system takes them.
fn create(files: &Files, path: &Path) -> io::Result<(File, bool)> {
    match files.create(path, true) {
        Ok(file) => Ok((file, true)),
        Err(fault) if matches!(fault.kind(), ErrorKind::InvalidInput | ErrorKind::AlreadyExists) => {
            // Linux may have made the file before it refused the flag.
            files.remove(path)?;
            Ok((files.create(path, false)?, false))
        }
        Err(fault) => Err(fault),
    }
}
