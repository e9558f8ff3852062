//! A bundle that holds, and every way in which one does not: bytes changed by somebody without a key, and falsehoods that a maker
//! signed.

mod altered;
mod archive;
mod forged;
mod receipts;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::make::{FolderSink, TarSink};
use crate::report::Severity;
use crate::testing::{Invented, TimeStamper, made_at, message};

/// A small bundle in a folder, with a timestamp of a checkpoint and one of the whole.
struct Bundle {
    folder: TempDir,
    invented: Invented,
    trust: Trust,
}

impl Bundle {
    fn new() -> Self {
        let (folder, mut invented) = (tempfile::tempdir().unwrap(), Invented::new(2, 3000));
        invented.items[0].receipts = vec![message(&invented.federation, 1), message(&invented.federation, 2)];
        let authority = TimeStamper::new(folder.path());
        let mut writer = invented.begin(FolderSink::create(&folder.path().join("bundle")).unwrap());
        let checkpoint = &invented.checkpoints[0];
        let name = checkpoint.unverified().origin().replace('/', "_");
        let path = format!("data/checkpoints/{name}-{}.checkpoint", checkpoint.unverified().size());
        writer.timestamp(&path, &authority.stamp(Digest::of(checkpoint.to_string().as_bytes()))).unwrap();
        writer.anchor("invented root", &authority.root()).unwrap();
        writer.index_pdf(b"%PDF-1.7 invented").unwrap();
        writer.case_jsonld(b"{}").unwrap();
        let made = writer.finish().unwrap();
        let stamp = authority.stamp(made.sha256());
        invented.sign(made, Some(&stamp));
        let trust = Trust { anchors: authority.anchors(), ..invented.federation.trust() };
        Self { folder, invented, trust }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    /// All files, as paths in the bundle.
    fn files(&self) -> Vec<String> {
        let source = Source::open(&self.root(), &mut Vec::new()).unwrap();
        source.paths().cloned().collect()
    }

    fn verify(&self) -> Report {
        verify(&self.root(), &self.trust, now())
    }

    fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.root().join(path)).unwrap()
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let full = self.root().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, bytes).unwrap();
    }
}

fn now() -> Timestamp {
    made_at() + jiff::SignedDuration::from_hours(24)
}

/// Whether a fault is located at this file.
fn names(report: &Report, path: &str) -> bool {
    report.findings.iter().any(|finding| finding.severity == Severity::Fault && finding.path == path)
}

/// What is said of a path, whatever its weight.
fn said(report: &Report, path: &str) -> String {
    let found = report.findings.iter().filter(|finding| finding.path == path);
    found.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_bundle_that_was_just_made_holds() {
    let bundle = Bundle::new();
    let report = bundle.verify();
    assert!(report.holds(), "{report}");
    assert!(report.findings.is_empty(), "{report}");
    let Counts { items, contents, events, proofs, checkpoints, timestamps, registries, .. } = report.counts;
    assert_eq!((items, contents, events, proofs), (2, 2, 20, 20));
    assert_eq!(report.counts.receipts, 2);
    assert_eq!((checkpoints, timestamps, registries), (2, 2, 1));
    assert_eq!(report.counts.files, bundle.files().len() - 7, "all but the seven files of the bag itself");
    assert_eq!(report.witnesses.len(), 3, "each of the three nodes cosigned a checkpoint of another");
    assert!(report.timestamps.iter().all(|stamp| stamp.is_trusted));
    let text = report.to_string();
    assert!(text.contains("2 items, 2 with content; 20 custody events, 20 proved in ledgers"), "{text}");
    assert!(text.ends_with("everything holds"), "{text}");
    let json: serde_json::Value = serde_json::to_value(&report).unwrap();
    assert_eq!(json["counts"]["events"], 20);
}

#[test]
fn without_root_keys_or_certificates_the_report_says_what_it_did_not_check() {
    let bundle = Bundle::new();
    let report = verify(&bundle.root(), &Trust::default(), now());
    assert!(report.holds() && !report.is_anchored, "{report}");
    let text = report.to_string();
    assert!(text.contains("NOT CHECKED"), "{text}");
    assert!(text.ends_with("if the root keys are the right ones"), "{text}");
    assert!(report.timestamps.iter().all(|stamp| !stamp.is_trusted));
    assert_eq!(report.count(Severity::Note), 2, "one of each timestamp: {report}");
}

#[test]
fn other_root_keys_do_not_accept_the_registry() {
    let bundle = Bundle::new();
    let mut trust = bundle.trust.clone();
    if let Some(anchor) = trust.roots.as_mut() {
        anchor.roots = bundle.invented.federation.registry.members[0]
            .signing
            .iter()
            .map(|key| key.keys.clone())
            .collect();
        anchor.threshold = 1;
    }
    let report = verify(&bundle.root(), &trust, now());
    assert!(names(&report, "data/registry/0000.dsse.json"), "{report}");
    assert_eq!(report.counts.events, 0);
}

#[test]
fn a_bundle_of_hashes_says_so_and_holds() {
    let folder = tempfile::tempdir().unwrap();
    let invented = Invented::new(1, 100);
    let path = folder.path().join("bundle");
    let registries = [invented.federation.signed()];
    let mut writer =
        crate::Writer::begin(FolderSink::create(&path).unwrap(), invented.about(), &registries).unwrap();
    let item = &invented.items[0];
    let given =
        crate::BundleItem { manifest: &item.manifest, content: None, custody: &item.custody, receipts: &[] };
    writer.item(given).unwrap();
    invented.sign(writer.finish().unwrap(), None);
    let report = verify(&path, &invented.federation.trust(), now());
    assert!(report.holds(), "{report}");
    assert_eq!(report.counts.contents, 0);
    assert!(
        said(&report, crate::layout::INDEX).contains("1 items are here without their content"),
        "{report}"
    );
}

#[test]
fn what_is_no_bundle_is_said_not_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let report = verify(folder.path(), &Trust::default(), now());
    assert!(!report.is_genuine() && names(&report, crate::layout::MANIFEST), "{report}");
    let report = verify(&folder.path().join("nothing"), &Trust::default(), now());
    assert!(report.findings[0].what.starts_with("it cannot be read"), "{report}");
    assert!(report.to_string().ends_with("the bundle does not hold"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn a_bundle_may_be_copied_and_renamed() {
    let bundle = Bundle::new();
    let other = bundle.folder.path().join("another name");
    copy(&bundle.root(), &other);
    assert!(verify(&other, &bundle.trust, now()).holds());
}

#[test]
fn a_registry_that_expired_is_noted() {
    let bundle = Bundle::new();
    let late = bundle.invented.federation.registry.expires + jiff::SignedDuration::from_hours(1);
    let report = verify(&bundle.root(), &bundle.trust, late);
    assert!(report.holds(), "{report}");
    assert!(said(&report, "data/registry").contains("revocations since then are not known"), "{report}");
    let early = verify(&bundle.root(), &bundle.trust, made_at() - jiff::SignedDuration::from_hours(1));
    assert!(said(&early, crate::layout::SIGNATURE).contains("dated in the future"), "{early}");
}

#[test]
fn an_archive_of_a_bundle_holds_as_its_folder_does() {
    let bundle = Bundle::new();
    let tar = TarSink::new(Vec::new(), "bundle", made_at());
    let bytes = bundle.invented.write(tar).into_inner();
    let path = bundle.folder.path().join("bundle.tar");
    std::fs::write(&path, bytes).unwrap();
    let report = verify(&path, &bundle.trust, now());
    assert!(report.holds(), "{report}");
    assert_eq!((report.counts.events, report.counts.contents), (20, 2));
}
