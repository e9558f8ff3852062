//! Court bundles: any archive is read to its end without a panic, and none that nobody signed is genuine.
#![no_main]

use comity_bundle::{Sink, TarSink, Trust, verify};

const NAMES: [&str; 14] = [
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "signature.dsse.json",
    "data/registry/0000.dsse.json",
    "data/index.json",
    "data/items/019ca8d7-2d00-7707-8707-070707070707/manifest.json",
    "data/items/019ca8d7-2d00-7707-8707-070707070707/custody/00000-FR-NCB.dsse.json",
    "data/items/019ca8d7-2d00-7707-8707-070707070707/custody/00000-FR-NCB.entry.json",
    "data/items/019ca8d7-2d00-7707-8707-070707070707/custody/00000-FR-NCB.tlog-proof",
    "data/checkpoints/a-1.checkpoint",
    "data/timestamps/index.json.1.tsr",
    "data/anchors/a.pem",
];

/// The bytes as an archive, or as the files of one, one after the other.
fn archive(bytes: &[u8]) -> Vec<u8> {
    let Some((0, rest)) = bytes.split_first().map(|(first, rest)| (first % 2, rest)) else { return bytes.to_vec() };
    let mut tar = TarSink::new(Vec::new(), "bundle", jiff::Timestamp::UNIX_EPOCH);
    for (name, content) in NAMES.iter().zip(rest.split(|byte| *byte == 0xff)) {
        let _ = tar.put(name, content.len() as u64, &mut &content[..]);
    }
    let _ = tar.finish();
    tar.into_inner()
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("comity-fuzz-bundle-{}.tar", std::process::id()));
    if std::fs::write(&path, archive(bytes)).is_ok() {
        let report = verify(&path, &Trust::default(), jiff::Timestamp::UNIX_EPOCH);
        assert!(!report.is_genuine());
        let _ = report.to_string();
    }
});
