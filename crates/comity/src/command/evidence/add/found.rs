//! The files to take in, in the order of their names, and what was left out. No link is followed, nothing but regular files opened.

use crate::failure::Failure;
use comity_vault::item::ItemName;
use rustix::fs::OFlags;
use std::{
    ffi::OsStr,
    fs::{File, FileType, Metadata, OpenOptions},
    os::unix::{
        ffi::OsStrExt,
        fs::{FileTypeExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

/// The deepest folder that is walked.
const MAX_DEPTH: usize = 128;

/// A file to take in.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its name, to the byte: the path within the folder that was given, or the file's own.
    pub name: ItemName,
    /// Its exhibit number.
    pub exhibit: String,
    /// Its length in bytes.
    pub size: u64,
}

/// Something that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it is.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

/// What the paths come to.
#[derive(Debug, Default)]
pub struct Files {
    /// The files, numbered.
    pub found: Vec<Found>,
    /// What is no regular file.
    pub skipped: Vec<LeftOut>,
    /// What should have been taken in and cannot be read.
    pub failed: Vec<LeftOut>,
}

/// Finds all files of `paths`, and numbers them as parts of `exhibit`.
pub fn find(paths: &[PathBuf], exhibit: &str) -> Result<Files, Failure> {
    let mut files = Files::default();
    for path in paths {
        let metadata = std::fs::symlink_metadata(path).map_err(|fault| Failure::file(path, &fault))?;
        match kind(metadata.file_type()) {
            None if metadata.is_dir() => files.walk(path, &[], 0),
            None => {
                files.file(path.clone(), path.file_name().unwrap_or(OsStr::new("")).as_bytes(), &metadata)
            }
            Some(kind) => {
                let text = format!("`{}` is {kind}; name a file or a folder", path.display());
                return Err(Failure::Usage(text));
            }
        }
    }
    let is_single = paths.len() == 1 && paths.iter().all(|path| path.is_file());
    files.number(exhibit, is_single);
    Ok(files)
}

impl Files {
    fn walk(&mut self, folder: &Path, within: &[u8], depth: usize) {
        let entries = match std::fs::read_dir(folder) {
            Ok(_) if depth > MAX_DEPTH => {
                return self.fail(folder, "the folders are too deep; take it in by itself");
            }
            Ok(entries) => entries,
            Err(fault) => return self.fail(folder, &fault.to_string()),
        };
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry.path(), &joined(within, &entry.file_name()), depth),
                Err(fault) => self.fail(folder, &fault.to_string()),
            }
        }
    }

    fn entry(&mut self, path: &Path, name: &[u8], depth: usize) {
        match std::fs::symlink_metadata(path) {
            Err(fault) => self.fail(path, &fault.to_string()),
            Ok(metadata) => match kind(metadata.file_type()) {
                Some(kind) => self.skipped.push(LeftOut { path: path.to_owned(), why: format!("is {kind}") }),
                None if metadata.is_dir() => self.walk(path, name, depth + 1),
                None => self.file(path.to_owned(), name, &metadata),
            },
        }
    }

    fn file(&mut self, path: PathBuf, name: &[u8], metadata: &Metadata) {
        match ItemName::new(name) {
            Ok(name) => self.found.push(Found { path, name, exhibit: String::new(), size: metadata.len() }),
            Err(fault) => self.fail(&path, &fault.to_string()),
        }
    }

    fn fail(&mut self, path: &Path, why: &str) {
        self.failed.push(LeftOut { path: path.to_owned(), why: why.to_owned() });
    }

    /// A file that was named alone has the number itself; several have it with their place in the order of names.
    fn number(&mut self, exhibit: &str, is_single: bool) {
        self.found.sort_by(|one, other| {
            (one.name.as_bytes(), &one.path).cmp(&(other.name.as_bytes(), &other.path))
        });
        self.found.dedup_by(|one, other| one.path == other.path);
        for (number, file) in self.found.iter_mut().enumerate() {
            file.exhibit = if is_single { exhibit.to_owned() } else { format!("{exhibit}/{}", number + 1) };
        }
    }
}

fn joined(within: &[u8], name: &OsStr) -> Vec<u8> {
    if within.is_empty() { name.as_bytes().to_vec() } else { [within, b"/", name.as_bytes()].concat() }
}

/// What it is, where it is neither a file nor a folder.
fn kind(of: FileType) -> Option<&'static str> {
    match of {
        of if of.is_file() || of.is_dir() => None,
        of if of.is_symlink() => Some("a link"),
        of if of.is_fifo() => Some("a pipe"),
        of if of.is_socket() => Some("a socket"),
        _ => Some("a device"),
    }
}

/// Flags of an open that neither follows a link nor waits for the other end of a pipe.
pub fn no_links() -> i32 {
    i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0)
}

/// Opens a file that was found, and only a regular one: what took its place since is not waited for and not followed.
pub fn open(path: &Path) -> Result<File, Failure> {
    let opened = OpenOptions::new().read(true).custom_flags(no_links()).open(path);
    let file = opened.map_err(|fault| Failure::file(path, &fault))?;
    let metadata = file.metadata().map_err(|fault| Failure::file(path, &fault))?;
    if metadata.is_file() {
        return Ok(file);
    }
    Err(Failure::Failed(format!("`{}` is no regular file any more", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn odd_folder() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        let write = |name: &[u8]| std::fs::write(place.path().join(OsStr::from_bytes(name)), name).unwrap();
        std::fs::create_dir(place.path().join("b")).unwrap();
        [&b"b/inner"[..], b"-rf", b"a\nb", b"caf\xe9"].into_iter().for_each(write);
        symlink("/etc/hostname", place.path().join("link")).unwrap();
        symlink(".", place.path().join("b/loop")).unwrap();
        place
    }

    #[test]
    fn names_are_kept_to_the_byte_and_numbered_in_their_order() {
        let place = odd_folder();
        let files = find(&[place.path().to_owned()], "A7").unwrap();
        let told: Vec<_> =
            files.found.iter().map(|file| (file.name.as_bytes(), file.exhibit.as_str())).collect();
        assert_eq!(
            told,
            [(&b"-rf"[..], "A7/1"), (b"a\nb", "A7/2"), (b"b/inner", "A7/3"), (b"caf\xe9", "A7/4")]
        );
    }

    #[test]
    fn links_are_named_and_never_followed() {
        let place = odd_folder();
        let files = find(&[place.path().to_owned()], "A7").unwrap();
        let mut skipped: Vec<_> =
            files.skipped.iter().map(|one| (one.path.clone(), one.why.as_str())).collect();
        skipped.sort();
        assert_eq!(
            skipped,
            [(place.path().join("b/loop"), "is a link"), (place.path().join("link"), "is a link")]
        );
        assert!(open(&place.path().join("link")).is_err());
        assert!(find(&[place.path().join("link")], "A7").unwrap_err().to_string().contains("is a link"));
    }

    #[test]
    fn a_file_that_is_named_alone_has_the_exhibit_number_itself() {
        let place = odd_folder();
        let files = find(&[place.path().join("-rf")], "A7").unwrap();
        assert_eq!((files.found.len(), files.found[0].exhibit.as_str()), (1, "A7"));
    }
}
