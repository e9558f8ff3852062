//! The bag: which files there must be, and every hash (RFC 8493, section 3).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use comity_vault::Digest;
use comity_vault::digest::Sha256;
use comity_vault::item::TreeHasher;
use rayon::prelude::*;

use super::{Hashed, Hashes};
use crate::bag::{oxum, oxum_of, parse_manifest};
use crate::layout::{self, Kind};
use crate::report::{Finding, Report};
use crate::source::Source;

/// The longest manifest that is read, in bytes: a million files.
const MAX_MANIFEST: u64 = 512 << 20;
const MAX_TAG: u64 = 64 << 10;
/// Bytes that are read at a time.
const PIECE: usize = 1 << 20;

/// Files beside the payload that the tag manifest need not name, since the signature covers them.
const SIGNED_APART: [&str; 4] =
    [layout::TAG_MANIFEST, layout::SIGNATURE, layout::TAG_REQUEST, layout::TAG_RESPONSE];

/// Checks completeness and hashes; answers with the payload's hashes as found, and that of the tag manifest.
pub(super) fn check(
    source: &Source,
    progress: &(dyn Fn(usize, usize) + Sync),
    report: &mut Report,
) -> (Hashes, Option<Digest>) {
    let tag_manifest = read(source, layout::TAG_MANIFEST, MAX_TAG, report);
    let digest = tag_manifest.as_deref().map(Digest::of);
    let tags = tag_manifest.and_then(|bytes| parse(layout::TAG_MANIFEST, bytes, report)).unwrap_or_default();
    check_tags(source, &tags, report);
    let listed = read(source, layout::MANIFEST, MAX_MANIFEST, report);
    let listed = listed.and_then(|bytes| parse(layout::MANIFEST, bytes, report)).unwrap_or_default();
    check_names(source, &listed, report);
    let hashes = hash_all(source, progress, report);
    compare(&listed, &hashes, report);
    check_oxum(source, &hashes, report);
    (hashes, digest)
}

fn read(source: &Source, path: &str, limit: u64, report: &mut Report) -> Option<Vec<u8>> {
    source.read(path, limit).map_err(|why| report.findings.push(Finding::fault(path, why))).ok()
}

fn parse(path: &str, bytes: Vec<u8>, report: &mut Report) -> Option<BTreeMap<String, Digest>> {
    let text = String::from_utf8(bytes).map_err(|_| "it is not Unicode".to_owned());
    let parsed = text.and_then(|text| parse_manifest(&text));
    parsed.map_err(|why| report.findings.push(Finding::fault(path, why))).ok()
}

fn check_tags(source: &Source, tags: &BTreeMap<String, Digest>, report: &mut Report) {
    for path in [layout::BAGIT, layout::BAG_INFO, layout::MANIFEST] {
        match (tags.get(path), source.read(path, MAX_MANIFEST)) {
            (Some(listed), Ok(bytes)) if Digest::of(&bytes) == *listed => {}
            (Some(_), Ok(_)) => {
                report.findings.push(Finding::fault(path, "its hash is not the one of the tag manifest"))
            }
            // A file that cannot be read is named where it is read.
            (_, Err(why)) => report.findings.push(Finding::fault(path, why)),
            (None, Ok(_)) => report.findings.push(Finding::fault(path, "the tag manifest does not name it")),
        }
    }
    if source.read(layout::BAGIT, MAX_TAG).is_ok_and(|bytes| bytes != layout::BAGIT_TEXT.as_bytes()) {
        report
            .findings
            .push(Finding::fault(layout::BAGIT, "it does not declare a bag of version 1.0 in UTF-8"));
    }
    for path in tags
        .keys()
        .filter(|path| ![layout::BAGIT, layout::BAG_INFO, layout::MANIFEST].contains(&path.as_str()))
    {
        let what = format!("it names `{path}`, which belongs to no bundle");
        report.findings.push(Finding::fault(layout::TAG_MANIFEST, what));
    }
}

/// Files that nobody listed, and names that are unknown.
fn check_names(source: &Source, listed: &BTreeMap<String, Digest>, report: &mut Report) {
    let known = [layout::BAGIT, layout::BAG_INFO, layout::MANIFEST];
    for path in source.paths() {
        let in_payload = path.starts_with("data/");
        if in_payload && !listed.contains_key(path) {
            report.findings.push(Finding::fault(path, "the manifest does not name it: it was added"));
        }
        if !in_payload && !known.contains(&path.as_str()) && !SIGNED_APART.contains(&path.as_str()) {
            report.findings.push(Finding::fault(path, "it belongs to no bundle: it was added"));
        }
        if in_payload && Kind::of(path) == Kind::Unknown {
            report.findings.push(Finding::note(
                path,
                "this version does not know what it is; only its hash was checked",
            ));
        }
    }
    for path in listed.keys().filter(|path| !path.starts_with("data/")) {
        let what = format!("it names `{path}`, which is not in the payload");
        report.findings.push(Finding::fault(layout::MANIFEST, what));
    }
}

fn hash_all(source: &Source, progress: &(dyn Fn(usize, usize) + Sync), report: &mut Report) -> Hashes {
    let paths: Vec<&String> = source.paths().filter(|path| path.starts_with("data/")).collect();
    let done = AtomicUsize::new(0);
    let hashed: Vec<_> = paths
        .par_iter()
        .map(|path| (path.to_string(), hash(source, path)))
        .inspect(|_| progress(done.fetch_add(1, Relaxed) + 1, paths.len()))
        .collect();
    let mut hashes = Hashes::new();
    for (path, result) in hashed {
        match result {
            Ok(found) => drop(hashes.insert(path, found)),
            Err(fault) => report.findings.push(Finding::fault(path, format!("it cannot be read: {fault}"))),
        }
    }
    hashes
}

fn hash(source: &Source, path: &str) -> std::io::Result<Hashed> {
    let len = source.len(path).unwrap_or(0);
    let mut tree = matches!(Kind::of(path), Kind::Content(_)).then(TreeHasher::default);
    let mut hasher = Sha256::default();
    let mut piece = vec![0; PIECE.min(usize::try_from(len).unwrap_or(PIECE)).max(1)];
    let mut reader = source.reader(path)?;
    let mut total: u64 = 0;
    loop {
        let read = reader.read(&mut piece)?;
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        total = total.saturating_add(read as u64);
        match tree.as_mut() {
            Some(tree) => drop(rayon::join(|| hasher.update(bytes), || tree.update(bytes))),
            None => hasher.update(bytes),
        }
    }
    Ok(Hashed { digest: hasher.finish(), len: total, tree: tree.map(TreeHasher::finish) })
}

fn compare(listed: &BTreeMap<String, Digest>, hashes: &Hashes, report: &mut Report) {
    let unreadable: BTreeSet<String> = report.findings.iter().map(|finding| finding.path.clone()).collect();
    for (path, expected) in listed.iter().filter(|(path, _)| path.starts_with("data/")) {
        match hashes.get(path) {
            Some(found) if found.digest == *expected => {
                report.counts.files += 1;
                report.counts.bytes = report.counts.bytes.saturating_add(found.len);
            }
            Some(_) => report
                .findings
                .push(Finding::fault(path, "its hash is not the one of the manifest: it was altered")),
            None if unreadable.contains(path) => {}
            None => report.findings.push(Finding::fault(path, "it is missing")),
        }
    }
}

fn check_oxum(source: &Source, hashes: &Hashes, report: &mut Report) {
    let Ok(info) = source.read(layout::BAG_INFO, MAX_TAG) else { return };
    let bytes = hashes.values().fold(0u64, |sum, hashed| sum.saturating_add(hashed.len));
    let info = String::from_utf8_lossy(&info);
    if oxum_of(&info) != Some(oxum(bytes, hashes.len()).as_str()) {
        report.findings.push(Finding::fault(
            layout::BAG_INFO,
            "its number of files and bytes is not that of the bundle",
        ));
    }
}
