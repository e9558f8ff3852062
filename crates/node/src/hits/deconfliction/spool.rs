//! Files beside a session: what is too much for memory. They hold hashes of masked points, tell nothing without the session's
//! keys, and are gone when the session is; what a crash has left is removed at start.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Where spools are, in the node's directory.
const FOLDER: &str = "deconfliction";
/// Bytes that are read at once; a multiple of every record.
const PIECE: usize = 24 * 16 * 1024;

/// Removes what a crash has left.
pub(super) fn clear(directory: &Path) {
    let folder = directory.join(FOLDER);
    if folder.exists()
        && let Err(fault) = std::fs::remove_dir_all(&folder)
    {
        tracing::warn!(%fault, "spools of former sessions cannot be removed");
    }
}

/// A session's folder; removed with what is in it when dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new folder of that name.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(super) fn create(directory: &Path, name: &str) -> std::io::Result<Self> {
        let path = directory.join(FOLDER).join(name);
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// A new spool in it.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub(super) fn spool(&self, name: &str) -> std::io::Result<Spool> {
        let path = self.0.join(name);
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
        Ok(Spool { file, len: 0 })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(fault) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%fault, "a spool cannot be removed; it goes at the next start");
        }
    }
}

/// Bytes that were appended, to be read again.
pub(super) struct Spool {
    file: File,
    len: u64,
}

impl Spool {
    /// Appends.
    ///
    /// # Errors
    /// Where the disk refuses.
    pub(super) fn append(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(self.len))?;
        self.file.write_all(bytes)?;
        self.len = self.len.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Hands all of it over, piece by piece; each piece but the last is of the same size, and all are whole records.
    ///
    /// # Errors
    /// Where the disk refuses, or whoever takes the pieces.
    pub(super) fn pieces<E: From<std::io::Error>>(
        &mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut piece = vec![0; PIECE];
        let mut left = self.len;
        while left > 0 {
            let size = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
            let Some(room) = piece.get_mut(..size) else { break };
            self.file.read_exact(room)?;
            take(room)?;
            left = left.saturating_sub(size as u64);
        }
        Ok(())
    }

    /// The record of `N` bytes at a place.
    ///
    /// # Errors
    /// Where there is none, or the disk refuses.
    pub(super) fn record<const N: usize>(&mut self, place: u32) -> std::io::Result<[u8; N]> {
        let mut record = [0; N];
        self.file.seek(SeekFrom::Start(u64::from(place).saturating_mul(N as u64)))?;
        self.file.read_exact(&mut record)?;
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_gives_back_what_was_appended_and_is_gone_with_its_session() {
        let directory = tempfile::TempDir::new().unwrap();
        let folder = Folder::create(directory.path(), "one").unwrap();
        let mut spool = folder.spool("checks").unwrap();
        let all: Vec<u8> = (0..2_000_000u32).flat_map(|n| [(n % 251) as u8]).collect();
        spool.append(&all[..48]).unwrap();
        assert_eq!(spool.record::<16>(1).unwrap(), all[16..32]);
        spool.append(&all[48..]).unwrap();
        let mut back = Vec::new();
        let mut take = |piece: &[u8]| {
            back.extend_from_slice(piece);
            Ok::<_, std::io::Error>(())
        };
        spool.pieces(&mut take).unwrap();
        assert_eq!(back, all);
        assert!(spool.record::<16>(200_000).is_err(), "beyond its end there is nothing");
        drop((spool, folder));
        assert_eq!(std::fs::read_dir(directory.path().join(FOLDER)).unwrap().count(), 0);
    }

    #[test]
    fn what_a_crash_has_left_is_removed() {
        let directory = tempfile::TempDir::new().unwrap();
        let folder = Folder::create(directory.path(), "one").unwrap();
        folder.spool("theirs").unwrap().append(b"x").unwrap();
        std::mem::forget(folder);
        clear(directory.path());
        clear(directory.path());
        assert!(!directory.path().join(FOLDER).exists());
    }
}
