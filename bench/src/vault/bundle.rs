//! A court bundle of 1,000 items with 10,000 custody events, each proved; contents of one byte, so that hashing does not count.
//! As an archive, which is what a node gives out, and as a folder of 33,000 files, where the file system sets the pace.

use crate::report::{Fallible, Section};
use comity_bundle::{
    FolderSink, TarSink,
    testing::{Invented, made_at},
    verify,
};
use std::{fs::File, io::BufWriter, path::Path, time::Instant};

/// All of it.
pub fn measure(section: &mut Section, data: &Path) -> Fallible<()> {
    let (folder, archive) = (data.join("bundle"), data.join("bundle.tar"));
    let invented = Invented::new(1_000, 1);
    let begun = Instant::now();
    let file = BufWriter::with_capacity(1 << 20, File::create(&archive)?);
    invented.write(TarSink::new(file, "bundle", made_at()));
    took(section, "make, archive", begun, 10.0);
    let begun = Instant::now();
    invented.write(FolderSink::create(&folder)?);
    took(section, "make, folder", begun, 10.0);
    for (what, path) in [("verify, archive", &archive), ("verify, folder", &folder)] {
        let begun = Instant::now();
        let report = verify(path, &invented.federation.trust(), made_at());
        took(section, what, begun, 5.0);
        if !report.holds() {
            return Err(report.to_string().into());
        }
    }
    Ok(())
}

fn took(section: &mut Section, what: &str, begun: Instant, most: f64) {
    let name = format!("court bundle of 1,000 items and 10,000 events: {what}");
    section.under(&name, begun.elapsed().as_secs_f64(), "s", most);
}
