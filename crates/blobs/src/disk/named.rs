//! Small named files on a disk.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::pending::{Draft, Published};
use super::{Disk, found_or_none};

impl Disk {
    fn named_root(&self) -> PathBuf {
        self.0.root.join("named")
    }

    /// Stores a file durably, with the directories above it; whether the name was free.
    pub(crate) fn put_named(&self, name: &str, bytes: &[u8]) -> io::Result<bool> {
        let path = self.named_root().join(name);
        let mut draft = Draft::new(self.clone())?;
        draft.write(bytes)?;
        draft.sync()?;
        self.make_directories(name)?;
        Ok(matches!(draft.publish(&path)?, Published::New))
    }

    fn make_directories(&self, name: &str) -> io::Result<()> {
        let mut directory = self.named_root();
        let parts: Vec<&str> = name.split('/').collect();
        for part in parts.split_last().map(|(_, above)| above).unwrap_or_default() {
            let above = directory.clone();
            directory.push(part);
            self.files().make_directory(&directory)?;
            self.files().sync_directory(&above)?;
        }
        Ok(())
    }

    pub(crate) fn get_named(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        found_or_none(std::fs::read(self.named_root().join(name)))
    }

    /// The names below the directory `prefix`, in no order.
    pub(crate) fn list_named(&self, prefix: &str) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        walk(&self.named_root().join(prefix), prefix, &mut found)?;
        Ok(found)
    }

    /// Removes a file durably. Its bytes are written over first, which helps where the file system writes in place. It loses its
    /// name before that, so nobody reads it half gone.
    pub(crate) fn remove_named(&self, name: &str) -> io::Result<()> {
        let (path, away) = (self.named_root().join(name), self.pending_path());
        match self.files().rename(&path, &away) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
            other => other?,
        }
        self.files().sync_directory(path.parent().unwrap_or(&path))?;
        let file = self.files().reopen(&away)?;
        let len = usize::try_from(file.metadata()?.len()).unwrap_or(0);
        self.files().write(&file, &vec![0; len], 0)?;
        self.files().sync(&file)?;
        self.files().remove(&away)
    }
}

fn walk(directory: &Path, name: &str, found: &mut Vec<String>) -> io::Result<()> {
    if !directory.is_dir() {
        return Ok(());
    }
    let Some(entries) = found_or_none(std::fs::read_dir(directory))? else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let Ok(part) = entry.file_name().into_string() else { continue };
        let name = if name.is_empty() { part } else { format!("{name}/{part}") };
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &name, found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}
