//! The calls to the file system that change something, each told to a watcher before it is made. So tests can let any of them
//! fail, or end the process there.

use std::fs::{DirBuilder, File, FileTimes, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// A call to the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A directory is made where there is none.
    MakeDirectory,
    /// A pending file is created.
    Create,
    /// Bytes are written to it.
    Write {
        /// How many.
        len: usize,
    },
    /// It gets its length.
    SetLength,
    /// It is synced.
    SyncFile,
    /// It gets its name.
    Link,
    /// A directory is synced.
    SyncDirectory,
    /// A file's time of modification is set to now.
    Touch,
    /// A file is renamed.
    Rename,
    /// A file is removed.
    Remove,
}

/// Hears of each call before it is made; an error is taken for the call's own.
pub type Watcher = Arc<dyn Fn(Step) -> io::Result<()> + Send + Sync>;

#[derive(Clone)]
pub(super) struct Files(pub(super) Option<Watcher>);

impl Files {
    fn step(&self, step: Step) -> io::Result<()> {
        self.0.as_ref().map_or(Ok(()), |watcher| watcher(step))
    }

    /// Makes a directory that only its owner may enter; one that is there already is no error.
    pub(super) fn make_directory(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        self.step(Step::MakeDirectory)?;
        match DirBuilder::new().mode(0o700).create(path) {
            Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    /// Creates a file that only its owner may read, for direct writes where `direct`.
    pub(super) fn create(&self, path: &Path, direct: bool) -> io::Result<File> {
        self.step(Step::Create)?;
        options(direct).create_new(true).mode(0o600).open(path)
    }

    /// Opens a file for plain writes.
    pub(super) fn reopen(&self, path: &Path) -> io::Result<File> {
        options(false).open(path)
    }

    /// Writes at `offset`; how many bytes were written.
    pub(super) fn write(&self, file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.step(Step::Write { len: bytes.len() })?;
        file.write_at(bytes, offset)
    }

    pub(super) fn set_len(&self, file: &File, len: u64) -> io::Result<()> {
        self.step(Step::SetLength)?;
        file.set_len(len)
    }

    pub(super) fn sync(&self, file: &File) -> io::Result<()> {
        self.step(Step::SyncFile)?;
        file.sync_data()
    }

    /// Gives a file a second name, if that name is free.
    pub(super) fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Step::Link)?;
        std::fs::hard_link(from, to)
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Step::Rename)?;
        std::fs::rename(from, to)
    }

    /// Sets the time of modification to now; the file's length.
    pub(super) fn touch(&self, path: &Path) -> io::Result<u64> {
        self.step(Step::Touch)?;
        let file = File::open(path)?;
        file.set_times(FileTimes::new().set_modified(SystemTime::now()))?;
        Ok(file.metadata()?.len())
    }

    pub(super) fn sync_directory(&self, path: &Path) -> io::Result<()> {
        self.step(Step::SyncDirectory)?;
        File::open(path)?.sync_all()
    }

    /// Removes a file; none is no error.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(Step::Remove)?;
        match std::fs::remove_file(path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

fn options(direct: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(target_os = "linux")]
    if direct {
        options.custom_flags(rustix::fs::OFlags::DIRECT.bits().cast_signed());
    }
    #[cfg(not(target_os = "linux"))]
    let _ = direct;
    options
}
