//! Stored objects in a directory of a local disk.
//!
//! | path | what |
//! |---|---|
//! | `objects/ab/abcd…` | objects, by the first two digits of their names |
//! | `named/…` | small named files |
//! | `pending/…` | what is being written; garbage when older than a day |

mod aligned;
mod files;
mod named;
mod pending;
mod read;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use comity_vault::Digest;
use comity_vault::store::{Objects, ReadObjects, StoreFault};
use uuid::Uuid;

use crate::fault::failed_to;
use aligned::AlignedBuffer;
use files::Files;
pub use files::{Step, Watcher};
pub use pending::DiskPending;

/// Bytes that are written at once.
const BUFFER_LEN: usize = 4 << 20;
/// Buffers that are kept for the next objects.
const SPARE_BUFFERS: usize = 4;
/// How old a pending file must be before it counts as left behind by a process that ended.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

struct Inner {
    root: PathBuf,
    files: Files,
    spare: Mutex<Vec<AlignedBuffer>>,
}

/// A directory of stored objects. Clones share it; several processes may use it at once.
#[derive(Clone)]
pub struct Disk(Arc<Inner>);

impl Disk {
    /// Opens the store in `directory`, making it where there is none, and removes what processes that ended left pending more than
    /// a day ago.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn open(directory: &Path) -> Result<Self, StoreFault> {
        Self::watched(directory, None)
    }

    /// The same, with somebody who hears of every call that changes something before it is made. For tests: the watcher may
    /// return an error, which is taken for the call's own, or end the process.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn watched(directory: &Path, watcher: Option<Watcher>) -> Result<Self, StoreFault> {
        let inner = Inner { root: directory.into(), files: Files(watcher), spare: Mutex::default() };
        let disk = Self(Arc::new(inner));
        disk.prepare().map_err(failed_to("open the store"))?;
        Ok(disk)
    }

    /// Makes all directories now, so that a new object needs no parent to be synced.
    fn prepare(&self) -> io::Result<()> {
        std::fs::create_dir_all(&self.0.root)?;
        for name in ["objects", "named", "pending"] {
            self.files().make_directory(&self.0.root.join(name))?;
        }
        let objects = self.0.root.join("objects");
        for first in 0..=u8::MAX {
            self.files().make_directory(&objects.join(format!("{first:02x}")))?;
        }
        self.files().sync_directory(&objects)?;
        self.files().sync_directory(&self.0.root)?;
        if let Some(parent) = self.0.root.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            self.files().sync_directory(parent)?;
        }
        self.remove_stale()
    }

    fn remove_stale(&self) -> io::Result<()> {
        let now = SystemTime::now();
        for entry in std::fs::read_dir(self.0.root.join("pending"))? {
            let entry = entry?;
            let age = entry.metadata().and_then(|data| data.modified()).map(|time| now.duration_since(time));
            // One that is gone belonged to a process at work.
            if matches!(age, Ok(Ok(age)) if age > STALE) {
                self.files().remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// When an object was last written or found to be written already; `None` where there is none. For the garbage collector,
    /// which must leave young objects alone: their references may not be noted yet.
    ///
    /// # Errors
    /// [`StoreFault::Storage`].
    pub fn modified(&self, name: Digest) -> Result<Option<SystemTime>, StoreFault> {
        let found = std::fs::metadata(self.path_of(name)).and_then(|data| data.modified());
        found_or_none(found).map_err(failed_to("look at an object"))
    }

    fn files(&self) -> &Files {
        &self.0.files
    }

    fn path_of(&self, name: Digest) -> PathBuf {
        let name = name.to_string();
        let mut path = self.0.root.join("objects");
        path.push(name.get(..2).unwrap_or_default());
        path.push(name);
        path
    }

    fn pending_path(&self) -> PathBuf {
        self.0.root.join("pending").join(Uuid::now_v7().simple().to_string())
    }

    fn borrow_buffer(&self) -> AlignedBuffer {
        let spare = self.0.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        spare.unwrap_or_else(|| AlignedBuffer::new(BUFFER_LEN))
    }

    fn give_back(&self, mut buffer: AlignedBuffer) {
        let mut spare = self.0.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < SPARE_BUFFERS {
            buffer.clear();
            spare.push(buffer);
        }
    }

    /// The names in the directory of those that begin with `first`, after `after`, ascending.
    fn names(&self, first: u8, after: Option<Digest>) -> io::Result<Vec<Digest>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.0.root.join("objects").join(format!("{first:02x}")))? {
            let name = entry?.file_name();
            let name = name.to_str().and_then(|name| name.parse::<Digest>().ok());
            names.extend(name.filter(|name| after.is_none_or(|after| *name > after)));
        }
        names.sort_unstable();
        Ok(names)
    }
}

fn found_or_none<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

impl ReadObjects for Disk {
    fn read(&self, name: Digest, offset: u64, buffer: &mut [u8]) -> Result<(), StoreFault> {
        let end = offset.saturating_add(buffer.len() as u64);
        // Beyond what any file may have, the system speaks of an invalid argument.
        let beyond = i64::try_from(end).is_err();
        self.read_file(&self.path_of(name), offset, buffer).map_err(|fault| match fault.kind() {
            ErrorKind::NotFound => StoreFault::Missing(name),
            ErrorKind::UnexpectedEof => StoreFault::Short { name, end },
            ErrorKind::InvalidInput if beyond => StoreFault::Short { name, end },
            _ => failed_to("read an object")(fault),
        })
    }

    fn len(&self, name: Digest) -> Result<Option<u64>, StoreFault> {
        let found = std::fs::metadata(self.path_of(name)).map(|data| data.len());
        found_or_none(found).map_err(failed_to("look at an object"))
    }
}

impl Objects for Disk {
    type Pending = DiskPending;

    fn create(&self) -> Result<DiskPending, StoreFault> {
        DiskPending::new(self.clone()).map_err(failed_to("begin an object"))
    }

    fn list(&self, after: Option<Digest>, limit: usize) -> Result<Vec<Digest>, StoreFault> {
        let start = after.and_then(|after| after.as_bytes().first().copied()).unwrap_or(0);
        let mut found = Vec::new();
        for first in start..=u8::MAX {
            found.extend(self.names(first, after).map_err(failed_to("list objects"))?);
            if found.len() >= limit {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    fn delete(&self, name: Digest) -> Result<(), StoreFault> {
        let path = self.path_of(name);
        let removed = self.files().remove(&path);
        let synced = removed.and_then(|()| self.files().sync_directory(path.parent().unwrap_or(&path)));
        synced.map_err(failed_to("delete an object"))
    }
}
