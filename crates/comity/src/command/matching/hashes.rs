//! `comity match hashes`.

pub mod asked;
mod batch;
mod search;

use super::{
    pdq::summed,
    table::{Cell, Rows},
};
use crate::{cli::matching::Hashes, failure::Failure};
use comity_hashes::digests::{Digests, of_reader};
use std::{fs::File, path::Path};

/// Digests of the files, or, with hash sets, what these have.
pub fn run(ask: &Hashes, as_json: bool) -> Result<(), Failure> {
    if ask.sets.is_empty() { digests(&ask.files, as_json) } else { search::run(ask, as_json) }
}

/// The digests of each file; one that cannot be read is told on standard error, and the others go on.
fn digests(files: &[std::path::PathBuf], as_json: bool) -> Result<(), Failure> {
    let mut rows = Rows::begin(as_json, &["file", "size", "md5", "sha1", "sha256", "blake3"])?;
    let mut first = None;
    for path in files {
        match of_file(path) {
            Ok(found) => write(&mut rows, path, &found)?,
            Err(failure) => {
                eprintln!("comity: {failure}");
                first.get_or_insert(failure);
            }
        }
    }
    rows.finish()?;
    first.map_or(Ok(()), |failure| Err(summed(failure, files.len())))
}

/// The digests of a file, in one pass.
pub fn of_file(path: &Path) -> Result<Digests, Failure> {
    let unreadable = |fault: std::io::Error| Failure::file(path, &fault);
    of_reader(File::open(path).map_err(unreadable)?).map_err(unreadable)
}

fn write(rows: &mut Rows, path: &Path, found: &Digests) -> Result<(), Failure> {
    let file = path.display().to_string();
    let written: Vec<String> =
        [&found.md5[..], &found.sha1, &found.sha256, &found.blake3].iter().map(hex::encode).collect();
    let cells = [Cell::Text(&file), Cell::Count(found.size)];
    rows.row(cells.into_iter().chain(written.iter().map(|digest| Cell::Text(digest))))
}
