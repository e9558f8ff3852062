//! Small files with names, beside the objects: the keys of epochs. They are sealed before they come here.

use comity_vault::store::StoreFault;

use crate::Blobs;
use crate::fault::{NamedFault, failed_to};

/// Bytes that a small file may have.
pub const MAX_NAMED_LEN: u64 = 1 << 20;
const MAX_NAME_LEN: usize = 512;
const MAX_PART_LEN: usize = 128;

/// Small named files of a store, such as `epochs/<authority>/<number>`. Each is written once, and durable when a call returns.
#[derive(Clone)]
pub struct Named {
    blobs: Blobs,
}

impl Named {
    pub(crate) fn of(blobs: Blobs) -> Self {
        Self { blobs }
    }

    /// Stores `bytes` under `name`, which must be free.
    ///
    /// # Errors
    /// [`NamedFault::Exists`] where it is not: then what was there is unchanged. Any other [`NamedFault`].
    pub fn put_new(&self, name: &str, bytes: &[u8]) -> Result<(), NamedFault> {
        check(name)?;
        let len = bytes.len() as u64;
        if len > MAX_NAMED_LEN {
            return Err(NamedFault::TooLong { name: name.into(), len, limit: MAX_NAMED_LEN });
        }
        let free = match &self.blobs {
            Blobs::Disk(disk) => disk.put_named(name, bytes).map_err(failed_to("store a small file"))?,
            Blobs::S3(s3) => s3.put_named(name, bytes)?,
        };
        free.then_some(()).ok_or_else(|| NamedFault::Exists { name: name.into() })
    }

    /// What is stored under `name`, if anything.
    ///
    /// # Errors
    /// [`NamedFault::Name`], [`NamedFault::Store`].
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, NamedFault> {
        check(name)?;
        let found = match &self.blobs {
            Blobs::Disk(disk) => disk.get_named(name).map_err(failed_to("read a small file")),
            Blobs::S3(s3) => s3.get_named(name),
        };
        Ok(found?)
    }

    /// The full names of all files below the directory `prefix`, ascending; of all files where it is empty.
    ///
    /// # Errors
    /// [`NamedFault::Name`], [`NamedFault::Store`].
    pub fn list(&self, prefix: &str) -> Result<Vec<String>, NamedFault> {
        if !prefix.is_empty() {
            check(prefix)?;
        }
        let mut names = match &self.blobs {
            Blobs::Disk(disk) => disk.list_named(prefix).map_err(failed_to("list small files"))?,
            Blobs::S3(s3) => s3.list_named(prefix)?,
        };
        names.sort_unstable();
        Ok(names)
    }

    /// Removes a file for good, as far as the storage can; none of that name is no error.
    ///
    /// # Errors
    /// [`NamedFault::Name`], [`NamedFault::Store`].
    pub fn remove(&self, name: &str) -> Result<(), NamedFault> {
        check(name)?;
        let removed: Result<(), StoreFault> = match &self.blobs {
            Blobs::Disk(disk) => disk.remove_named(name).map_err(failed_to("remove a small file")),
            Blobs::S3(s3) => s3.remove_named(name),
        };
        Ok(removed?)
    }
}

/// Refuses what a file system or a web address would read as something else than a name.
fn check(name: &str) -> Result<(), NamedFault> {
    let fine = name.len() <= MAX_NAME_LEN && name.split('/').all(is_part);
    fine.then_some(()).ok_or_else(|| NamedFault::Name { given: name.chars().take(80).collect() })
}

fn is_part(part: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let dots = part.starts_with('.') || part.ends_with('.');
    !part.is_empty() && part.len() <= MAX_PART_LEN && part.bytes().all(inner) && !dots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_path_tricks_are_refused() {
        for name in ["a", "epochs/FR-NCB/1", "a.b/c_d"] {
            assert!(check(name).is_ok(), "{name}");
        }
        let long = "a".repeat(129);
        let tricks = [
            "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.b", "a\\b", "a b", "a\0", "é", "%2e", &long,
        ];
        for name in tricks {
            assert!(matches!(check(name), Err(NamedFault::Name { .. })), "{name}");
        }
    }
}
