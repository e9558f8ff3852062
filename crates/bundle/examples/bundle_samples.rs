//! Makes an invented bundle for other implementations to check, with timestamps of an authority that the openssl command plays:
//! `cargo run -p comity-bundle --features testing --example bundle_samples -- FOLDER`. FOLDER must not be there yet.

use std::error::Error;
use std::path::PathBuf;

use comity_bundle::testing::{Invented, TimeStamper, made_at};
use comity_bundle::{FolderSink, Trust, verify};
use comity_vault::Digest;

const CASE: &str = r#"{
 "@context": {
  "kb": "http://example.org/kb/",
  "case-investigation": "https://ontology.caseontology.org/case/investigation/",
  "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/"
 },
 "@graph": [{
  "@id": "kb:investigation-019cf3a2-7a80-7707-8707-070707070707",
  "@type": "case-investigation:Investigation",
  "uco-core:name": "invented case 12/2026"
 }]
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let path = PathBuf::from(std::env::args().nth(1).ok_or("name the folder to make")?);
    let (invented, place) = (Invented::new(3, 3 << 20), tempfile::tempdir()?);
    let authority = TimeStamper::new(place.path());
    let mut writer = invented.begin(FolderSink::create(&path)?);
    for checkpoint in &invented.checkpoints {
        // The same name that the writer gave it.
        let head = checkpoint.unverified();
        let file = format!("data/checkpoints/{}-{}.checkpoint", head.origin().replace('/', "_"), head.size());
        writer.timestamp(&file, &authority.stamp(Digest::of(checkpoint.to_string().as_bytes())))?;
    }
    writer.anchor("invented root", &authority.root())?;
    writer.index_pdf(b"%PDF-1.7\n% invented\n")?;
    writer.case_jsonld(CASE.as_bytes())?;
    let made = writer.finish()?;
    let stamp = authority.stamp(made.sha256());
    invented.sign(made, Some(&stamp));
    let trust = Trust { anchors: authority.anchors(), ..invented.federation.trust() };
    let report = verify(&path, &trust, made_at());
    println!("{report}");
    if report.holds() { Ok(()) } else { Err("the sample does not hold".into()) }
}
