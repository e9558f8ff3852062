//! Where a bundle is read from: a folder, or an archive of one. Links and devices are never followed or opened.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::layout::is_safe;
use crate::report::Finding;
use crate::tar::{Places, Section, list};

const MAX_DEPTH: usize = 8;
const MAX_FILES: usize = 2_000_000;

/// A bundle with its files listed.
pub(crate) enum Source {
    Folder { root: PathBuf, files: BTreeMap<String, u64> },
    Archive { file: File, places: Places },
}

impl Source {
    /// Lists what is at `path`. What may not be in a bundle becomes a finding and is left out.
    pub(crate) fn open(path: &Path, findings: &mut Vec<Finding>) -> Result<Self, String> {
        let metadata = std::fs::metadata(path).map_err(|fault| fault.to_string())?;
        if metadata.is_dir() {
            let mut walk = Walk { files: BTreeMap::new(), findings };
            walk.folder(path, "", 0)?;
            return Ok(Self::Folder { root: path.to_owned(), files: walk.files });
        }
        if !metadata.is_file() {
            return Err("it is neither a folder nor an archive".to_owned());
        }
        let file = File::open(path).map_err(|fault| fault.to_string())?;
        let places = list(&file)?;
        Ok(Self::Archive { file, places })
    }

    /// All paths.
    pub(crate) fn paths(&self) -> Box<dyn Iterator<Item = &String> + '_> {
        match self {
            Self::Folder { files, .. } => Box::new(files.keys()),
            Self::Archive { places, .. } => Box::new(places.keys()),
        }
    }

    /// Bytes of a file.
    pub(crate) fn len(&self, path: &str) -> Option<u64> {
        match self {
            Self::Folder { files, .. } => files.get(path).copied(),
            Self::Archive { places, .. } => places.get(path).map(|place| place.len),
        }
    }

    /// Opens a file that was listed.
    pub(crate) fn reader(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        match self {
            Self::Folder { root, files } => {
                files.get(path).ok_or_else(missing)?;
                Ok(Box::new(File::open(root.join(path))?))
            }
            Self::Archive { file, places } => {
                Ok(Box::new(Section::new(file, *places.get(path).ok_or_else(missing)?)))
            }
        }
    }

    /// A whole file of at most `limit` bytes.
    pub(crate) fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        let len = self.len(path).ok_or_else(|| "it is missing".to_owned())?;
        if len > limit {
            return Err(format!("it has {len} bytes, more than the {limit} that are read of such a file"));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
        let reader = self.reader(path).map_err(|fault| fault.to_string())?;
        reader.take(limit).read_to_end(&mut bytes).map_err(|fault| fault.to_string())?;
        Ok(bytes)
    }
}

struct Walk<'a> {
    files: BTreeMap<String, u64>,
    findings: &'a mut Vec<Finding>,
}

impl Walk<'_> {
    fn folder(&mut self, path: &Path, name: &str, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            self.findings.push(Finding::fault(name, "the folders are deeper than those of any bundle"));
            return Ok(());
        }
        let said = |fault: io::Error| format!("`{name}`: {fault}");
        for entry in std::fs::read_dir(path).map_err(said)? {
            let entry = entry.map_err(said)?;
            let own = entry.file_name();
            let below = if name.is_empty() { String::new() } else { format!("{name}/") };
            let full = format!("{below}{}", own.to_string_lossy());
            if own.to_str().is_none() || !is_safe(&full) {
                self.findings.push(Finding::fault(&full, "the name is none that a bundle may have"));
                continue;
            }
            self.entry(&entry, full, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &std::fs::DirEntry, full: String, depth: usize) -> Result<(), String> {
        // Of the entry itself: a link is not followed.
        let metadata = entry.metadata().map_err(|fault| format!("`{full}`: {fault}"))?;
        if metadata.is_dir() {
            return self.folder(&entry.path(), &full, depth + 1);
        }
        if !metadata.is_file() {
            self.findings.push(Finding::fault(&full, "it is no regular file; it was not opened"));
            return Ok(());
        }
        if self.files.len() == MAX_FILES {
            return Err("the folder has more files than any bundle".to_owned());
        }
        self.files.insert(full, metadata.len());
        Ok(())
    }
}
