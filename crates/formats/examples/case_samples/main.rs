//! Writes an invented bundle as CASE, for its validator to read: `case_samples FOLDER`.

use comity_formats::{case_uco, evidence};
use std::{env, fs, path::PathBuf};

mod sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("say into which folder")?);
    let bundle = sample::description();
    fs::write(folder.join("bundle.jsonld"), case_uco::write(&bundle)?)?;
    let empty = evidence::Description { items: Vec::new(), ..bundle };
    fs::write(folder.join("empty.jsonld"), case_uco::write(&empty)?)?;
    Ok(())
}
