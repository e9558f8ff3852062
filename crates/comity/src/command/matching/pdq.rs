//! `comity match pdq`.

use super::table::{Cell, Rows};
use crate::{cli::matching::Pdq, failure::Failure};
use comity_hashes::pdq::{Limits, Variants, of_image};
use std::{fs::File, io::Read, path::Path};

/// Larger files are no pictures that anybody sends.
const MOST_BYTES: u64 = 1 << 30;
/// What was done to the picture, in the order of the hashes.
const VARIANTS: [&str; 8] = [
    "as_is",
    "turned_90",
    "turned_180",
    "turned_270",
    "top_to_bottom",
    "left_to_right",
    "diagonal",
    "other_diagonal",
];

/// Hash and quality of each file; one that cannot be read is told on standard error, and the others go on.
pub fn run(ask: &Pdq, as_json: bool) -> Result<(), Failure> {
    let columns: &[&str] =
        if ask.variants { &["file", "variant", "hash", "quality"] } else { &["file", "hash", "quality"] };
    let mut rows = Rows::begin(as_json, columns)?;
    let mut first = None;
    for path in &ask.files {
        match of_file(path) {
            Ok(found) => write(&mut rows, path, &found, ask.variants)?,
            Err(failure) => {
                eprintln!("comity: {failure}");
                first.get_or_insert(failure);
            }
        }
    }
    rows.finish()?;
    first.map_or(Ok(()), |failure| Err(summed(failure, ask.files.len())))
}

/// The hashes of a picture's file.
pub fn of_file(path: &Path) -> Result<Variants, Failure> {
    let unreadable = |fault: std::io::Error| Failure::file(path, &fault);
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    of_image(&bytes, &Limits::default())
        .map_err(|fault| Failure::DoesNotHold(format!("`{}`: {fault}", path.display())))
}

fn write(rows: &mut Rows, path: &Path, found: &Variants, all: bool) -> Result<(), Failure> {
    let (file, quality) = (path.display().to_string(), Cell::Count(u64::from(found.quality)));
    let shown = if all { VARIANTS.len() } else { 1 };
    for (variant, hash) in VARIANTS.iter().zip(&found.hashes).take(shown) {
        let hash = hash.to_string();
        let cells = [Cell::Text(&file), Cell::Text(variant), Cell::Text(&hash), quality];
        let kept = cells.into_iter().enumerate().filter(|(at, _)| all || *at != 1).map(|(_, cell)| cell);
        rows.row(kept)?;
    }
    Ok(())
}

/// The end of a run in which a file could not be read; each was told when it was met.
pub fn summed(first: Failure, files: usize) -> Failure {
    let text = format!("not all of {files} files could be read");
    match first {
        Failure::NotFound(_) => Failure::NotFound(text),
        Failure::DoesNotHold(_) => Failure::DoesNotHold(text),
        _ => Failure::Failed(text),
    }
}
