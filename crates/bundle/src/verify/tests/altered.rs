//! What somebody changes who has no key: found, and located to the file.

use super::*;

#[test]
fn one_flipped_bit_in_any_file_is_found_and_located() {
    let bundle = Bundle::new();
    for (number, path) in bundle.files().iter().enumerate() {
        let whole = bundle.read(path);
        let mut flipped = whole.clone();
        let at = whole.len().saturating_sub(1).min(number * 37 % whole.len().max(1));
        flipped[at] ^= 1 << (number % 7);
        bundle.write(path, &flipped);
        let report = bundle.verify();
        assert!(names(&report, path), "{path}, byte {at}: {report}");
        bundle.write(path, &whole);
    }
    assert!(bundle.verify().holds());
}

#[test]
fn each_byte_of_the_files_that_stand_apart_is_covered() {
    let bundle = Bundle::new();
    use crate::layout::{BAG_INFO, SIGNATURE, TAG_MANIFEST, TAG_REQUEST};
    for path in [TAG_MANIFEST, BAG_INFO, TAG_REQUEST, SIGNATURE] {
        let whole = bundle.read(path);
        // The signature is long: every part of it is met by steps.
        for at in (0..whole.len()).step_by(if path == SIGNATURE { 101 } else { 7 }) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            bundle.write(path, &flipped);
            let report = bundle.verify();
            assert!(names(&report, path), "{path}, byte {at}: {report}");
        }
        bundle.write(path, &whole);
    }
}

#[test]
fn a_file_that_was_cut_is_found_and_located() {
    let bundle = Bundle::new();
    for path in &bundle.files() {
        let whole = bundle.read(path);
        for len in [0, whole.len() / 2, whole.len() - 1] {
            bundle.write(path, &whole[..len]);
            let report = bundle.verify();
            assert!(names(&report, path), "{path}, {len} bytes: {report}");
        }
        bundle.write(path, &whole);
    }
}

#[test]
fn two_files_that_changed_places_are_found_and_located() {
    let bundle = Bundle::new();
    let files = bundle.files();
    for pair in files.windows(2) {
        let [first, second] = pair else { unreachable!() };
        let (one, other) = (bundle.read(first), bundle.read(second));
        bundle.write(first, &other);
        bundle.write(second, &one);
        let report = bundle.verify();
        assert!(names(&report, first) && names(&report, second), "{first} and {second}: {report}");
        bundle.write(first, &one);
        bundle.write(second, &other);
    }
}

#[test]
fn a_file_that_was_taken_out_is_named() {
    let bundle = Bundle::new();
    for path in &bundle.files() {
        let whole = bundle.read(path);
        std::fs::remove_file(bundle.root().join(path)).unwrap();
        let report = bundle.verify();
        assert!(names(&report, path), "{path}: {report}");
        bundle.write(path, &whole);
    }
}

#[test]
fn a_file_that_was_put_in_is_named() {
    let bundle = Bundle::new();
    let item = bundle.files().into_iter().find(|path| path.ends_with("/manifest.json")).unwrap();
    let beside = item.replace("manifest.json", "content/other.bin");
    for path in ["data/other.txt", "other.txt", "manifest-md5.txt", &beside, "data/registry/0001.dsse.json"] {
        bundle.write(path, b"other");
        let report = bundle.verify();
        assert!(names(&report, path), "{path}: {report}");
        std::fs::remove_file(bundle.root().join(path)).unwrap();
    }
    assert!(bundle.verify().holds());
}

#[cfg(unix)]
#[test]
fn links_are_named_and_never_followed() {
    let bundle = Bundle::new();
    let path = crate::layout::INDEX_PDF;
    let elsewhere = bundle.folder.path().join("elsewhere");
    std::fs::rename(bundle.root().join(path), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, bundle.root().join(path)).unwrap();
    let report = bundle.verify();
    assert!(said(&report, path).contains("it is no regular file"), "{report}");
    std::fs::remove_file(bundle.root().join(path)).unwrap();
    std::os::unix::fs::symlink("/", bundle.root().join("data/root")).unwrap();
    assert!(names(&bundle.verify(), "data/root"));
}
