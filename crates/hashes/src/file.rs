//! Files that appear whole or not at all.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// Writes a file under another name, syncs it, and gives it its own name; after a fault the old one is still there.
pub(crate) fn replace<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = (|| {
        let mut file = File::create(&part)?;
        write(&mut file)?;
        file.sync_all()?;
        fs::rename(&part, path)?;
        sync_folder(path)
    })();
    if written.is_err() {
        // The fault itself is what is told; a part left over is written over next time.
        let _ = fs::remove_file(&part);
    }
    written
}

fn sync_folder<E: From<io::Error>>(path: &Path) -> Result<(), E> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}
