//! Where a bundle is written to: a folder or an archive.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::layout::{is_safe, plain_name};
use crate::tar;

/// Takes the files of a bundle, one after the other.
pub trait Sink {
    /// Writes a new file of exactly `len` bytes.
    ///
    /// # Errors
    /// Where it cannot be written, is there already, or `content` has another length.
    fn put(&mut self, path: &str, len: u64, content: &mut dyn Read) -> io::Result<()>;

    /// Says that nothing follows.
    ///
    /// # Errors
    /// Where the end cannot be written.
    fn finish(&mut self) -> io::Result<()>;
}

fn copy(len: u64, content: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    let copied = io::copy(&mut (&mut *content).take(len), to)?;
    let ended = content.read(&mut [0])? == 0;
    if copied == len && ended {
        Ok(())
    } else {
        Err(io::Error::other("the content has another length than was said"))
    }
}

/// A new folder. Files are not synced one by one: a bundle that was cut short does not verify, and can be made again.
pub struct FolderSink {
    root: PathBuf,
    made: BTreeSet<PathBuf>,
}

impl FolderSink {
    /// Makes the folder.
    ///
    /// # Errors
    /// Where it is there already, or cannot be made.
    pub fn create(root: &Path) -> io::Result<Self> {
        std::fs::create_dir(root)?;
        Ok(Self { root: root.to_owned(), made: BTreeSet::new() })
    }
}

impl Sink for FolderSink {
    fn put(&mut self, path: &str, len: u64, content: &mut dyn Read) -> io::Result<()> {
        if !is_safe(path) {
            return Err(io::Error::other("the path does not stay inside the bundle"));
        }
        let full = self.root.join(path);
        if let Some(folder) = full.parent().filter(|folder| !self.made.contains(*folder)) {
            std::fs::create_dir_all(folder)?;
            self.made.insert(folder.to_owned());
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(full)?;
        copy(len, content, &mut file)
    }

    fn finish(&mut self) -> io::Result<()> {
        File::open(&self.root)?.sync_all()
    }
}

/// An archive with the bundle in one folder.
pub struct TarSink<W> {
    to: W,
    root: String,
    seconds: u64,
}

impl<W: Write> TarSink<W> {
    /// An archive written to `to`, best buffered, with everything in the folder `name` and dated `at`.
    pub fn new(to: W, name: &str, at: Timestamp) -> Self {
        Self { to, root: plain_name(name), seconds: u64::try_from(at.as_second()).unwrap_or(0) }
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.to
    }
}

impl<W: Write> Sink for TarSink<W> {
    fn put(&mut self, path: &str, len: u64, content: &mut dyn Read) -> io::Result<()> {
        if !is_safe(path) {
            return Err(io::Error::other("the path does not stay inside the bundle"));
        }
        let header = tar::header(&format!("{}/{path}", self.root), len, self.seconds)?;
        self.to.write_all(&header)?;
        copy(len, content, &mut self.to)?;
        self.to.write_all(tar::padding(len))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.to.write_all(&[0; 1024])?;
        self.to.flush()
    }
}
