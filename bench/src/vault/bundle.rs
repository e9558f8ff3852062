//! A court bundle of 1,000 items with 10,000 custody events, each proved; contents of one byte, so that hashing does not count.

use crate::report::{Fallible, Section};
use comity_bundle::{
    FolderSink,
    testing::{Invented, made_at},
    verify,
};
use std::{path::Path, time::Instant};

/// All of it.
pub fn measure(section: &mut Section, data: &Path) -> Fallible<()> {
    let folder = data.join("bundle");
    let invented = Invented::new(1_000, 1);
    let begun = Instant::now();
    invented.write(FolderSink::create(&folder)?);
    section.under(
        "court bundle of 1,000 items and 10,000 events: make",
        begun.elapsed().as_secs_f64(),
        "s",
        10.0,
    );
    let begun = Instant::now();
    let report = verify(&folder, &invented.federation.trust(), made_at());
    section.under(
        "court bundle of 1,000 items and 10,000 events: verify",
        begun.elapsed().as_secs_f64(),
        "s",
        5.0,
    );
    std::fs::remove_dir_all(folder)?;
    if report.holds() { Ok(()) } else { Err(report.to_string().into()) }
}
