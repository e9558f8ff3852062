//! Archives: what other programs make of ours, ours of theirs, and those of hostile shape.

use std::process::Command;

use super::*;
use crate::make::Sink;

fn run(folder: &Path, arguments: &[&str]) {
    let done = Command::new("tar").args(arguments).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "tar {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn the_systems_tar_reads_our_archive_and_we_read_its() {
    let bundle = Bundle::new();
    let folder = bundle.folder.path();
    let ours = bundle.invented.write(TarSink::new(Vec::new(), "ours", made_at())).into_inner();
    std::fs::write(folder.join("ours.tar"), ours).unwrap();
    run(folder, &["-xf", "ours.tar"]);
    let report = verify(&folder.join("ours"), &bundle.trust, now());
    assert!(report.holds(), "{report}");
    for format in ["gnu", "pax", "ustar"] {
        run(folder, &["--format", format, "-cf", "theirs.tar", "bundle"]);
        let report = verify(&folder.join("theirs.tar"), &bundle.trust, now());
        assert!(report.holds(), "{format}: {report}");
    }
}

#[test]
fn one_flipped_bit_anywhere_in_an_archive_is_found() {
    let (invented, folder) = (Invented::new(1, 50), tempfile::tempdir().unwrap());
    let whole = invented.write(TarSink::new(Vec::new(), "bundle", made_at())).into_inner();
    let path = folder.path().join("bundle.tar");
    let mut at = 0;
    while at < whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        std::fs::write(&path, &flipped).unwrap();
        let report = verify(&path, &invented.federation.trust(), now());
        assert!(!report.is_genuine(), "byte {at} of {}", whole.len());
        at += 499;
    }
    for len in [0, 511, 512, whole.len() / 2, whole.len() - 512, whole.len() - 1] {
        std::fs::write(&path, &whole[..len]).unwrap();
        assert!(!verify(&path, &invented.federation.trust(), now()).is_genuine(), "cut to {len}");
    }
}

fn archive(files: &[(&str, u8)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.tar");
    let mut bytes = Vec::new();
    for (name, kind) in files {
        let mut header = crate::tar::header("x/plain", 0, 0).unwrap();
        header[..100].fill(0);
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[156] = *kind;
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        bytes.extend(header);
    }
    bytes.extend([0; 1024]);
    std::fs::write(&path, bytes).unwrap();
    verify(&path, &Trust::default(), now()).findings.into_iter().map(|finding| finding.what).collect()
}

#[test]
fn an_archive_of_hostile_shape_stays_closed() {
    for name in ["../x/data/a", "/x/data/a", "x/../../a", "x/data/../../a", "x//a", "x/a\\b", "x/a:b"] {
        assert!(archive(&[(name, b'0')]).contains("does not stay inside the bundle"), "{name}");
    }
    assert!(archive(&[("a", b'0')]).contains("is in no folder"));
    assert!(archive(&[("x/a", b'0'), ("x/a", b'0')]).contains("is in the archive twice"));
    assert!(archive(&[("x/a", b'0'), ("y/a", b'0')]).contains("is a second bundle"));
    for kind in [b'1', b'2', b'3', b'4', b'6', b'S'] {
        assert!(archive(&[("x/a", kind)]).contains("no regular file"), "{}", char::from(kind));
    }
}

#[test]
fn a_path_that_leads_out_is_not_written_either() {
    let folder = tempfile::tempdir().unwrap();
    let mut sink = FolderSink::create(&folder.path().join("bundle")).unwrap();
    let mut tar = TarSink::new(Vec::new(), "bundle", made_at());
    for path in ["../out", "/out", "a/../../out"] {
        assert!(sink.put(path, 1, &mut &b"x"[..]).is_err());
        assert!(tar.put(path, 1, &mut &b"x"[..]).is_err());
    }
    for len in [0, 2] {
        assert!(sink.put(&format!("len{len}"), len, &mut &b"x"[..]).is_err(), "a false length");
    }
    assert!(FolderSink::create(folder.path()).is_err(), "a folder that is there already");
    let mut twice = FolderSink::create(&folder.path().join("twice")).unwrap();
    let put: Vec<_> = (0..2).map(|_| twice.put("same", 1, &mut &b"x"[..])).collect();
    assert!(put.iter().any(Result::is_err) || twice.finish().is_err(), "a file that is there already");
}
