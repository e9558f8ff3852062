//! Measures making and verifying: `cargo run --release -p comity-bundle --features testing --example bundle_speed [ITEMS]`.
//!
//! Ten custody events an item, each proved under one checkpoint of each ledger; contents of one byte, so that hashing does not count.

use std::error::Error;
use std::time::Instant;

use comity_bundle::testing::{Invented, made_at};
use comity_bundle::{FolderSink, TarSink, verify};

fn main() -> Result<(), Box<dyn Error>> {
    let items = std::env::args().nth(1).map_or(Ok(1000), |text| text.parse())?;
    let (folder, start) = (tempfile::tempdir()?, Instant::now());
    let invented = Invented::new(items, 1);
    println!("{items} items with {} events invented in {:.2?}", items * 10, start.elapsed());
    let (path, archive) = (folder.path().join("bundle"), folder.path().join("bundle.tar"));
    let start = Instant::now();
    invented.write(FolderSink::create(&path)?);
    println!("make, folder:   {:.2?}", start.elapsed());
    let start = Instant::now();
    let file = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(&archive)?);
    invented.write(TarSink::new(file, "bundle", made_at()));
    println!("make, archive:  {:.2?}, {} bytes", start.elapsed(), std::fs::metadata(&archive)?.len());
    let trust = invented.federation.trust();
    for (what, path) in [("folder", &path), ("archive", &archive)] {
        let start = Instant::now();
        let report = verify(path, &trust, made_at());
        println!("verify, {what}: {:.2?}", start.elapsed());
        if !report.holds() {
            return Err(report.to_string().into());
        }
    }
    Ok(())
}
