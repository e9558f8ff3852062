//! Names and persons: hard pairs, pairs in two scripts, speed, one person among ten million, duplicates. Peers, where they are
//! installed, see the same pairs in the same run (`peers/names.py`).

mod chance;
mod data;
mod duplicates;
mod hard;
mod peers;
mod persons;
mod reading;
mod scripts;
mod speed;

use crate::report::{Fallible, Section};
use std::path::Path;

/// What was measured.
pub fn measure(data: &Path) -> Fallible<Vec<Section>> {
    let mut sections = vec![persons::measure()];
    if !data.join("names").is_dir() {
        let mut missing = Section::new("names and duplicates");
        missing.note("skipped: COMITY_DATA names no folder with names and persons");
        return Ok([vec![missing], sections].concat());
    }
    let hard = data::hard_pairs(data)?;
    let scripts = data::script_pairs(data)?;
    let mut out = vec![
        hard::measure(&hard),
        scripts::measure(&scripts),
        speed::measure(&hard, &scripts),
        duplicates::measure(data)?,
    ];
    out.append(&mut sections);
    out.push(peers::measure(data, &hard, &scripts)?);
    Ok(out)
}

/// Pairs a second alone.
pub fn speed(data: &Path) -> Fallible<Section> {
    Ok(speed::measure(&data::hard_pairs(data)?, &data::script_pairs(data)?))
}
