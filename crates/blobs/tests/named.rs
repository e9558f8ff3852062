//! Small named files, on each store.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod common;

use comity_blobs::{Blobs, MAX_NAMED_LEN, NamedFault};

fn keeps_small_files(store: &Blobs) {
    let named = store.named();
    assert_eq!(named.list("").unwrap(), [""; 0]);
    named.put_new("epochs/FR-NCB/1", b"first").unwrap();
    named.put_new("epochs/FR-NCB/2", b"second").unwrap();
    named.put_new("epochs/FR-NCB-2/1", b"").unwrap();
    let again = named.put_new("epochs/FR-NCB/1", b"other");
    assert!(matches!(again, Err(NamedFault::Exists { name }) if name == "epochs/FR-NCB/1"));
    assert_eq!(named.get("epochs/FR-NCB/1").unwrap().unwrap(), b"first");
    assert_eq!(named.get("epochs/FR-NCB-2/1").unwrap().unwrap(), b"");
    assert_eq!(named.get("epochs/FR-NCB/3").unwrap(), None);
    assert_eq!(named.list("epochs/FR-NCB").unwrap(), ["epochs/FR-NCB/1", "epochs/FR-NCB/2"]);
    assert_eq!(named.list("").unwrap().len(), 3);
    assert_eq!(named.list("elsewhere").unwrap(), [""; 0]);
    named.remove("epochs/FR-NCB/1").unwrap();
    named.remove("epochs/FR-NCB/1").unwrap();
    assert_eq!(named.get("epochs/FR-NCB/1").unwrap(), None);
    named.put_new("epochs/FR-NCB/1", b"anew").unwrap();
    let large = vec![0; MAX_NAMED_LEN as usize + 1];
    assert!(matches!(named.put_new("large", &large), Err(NamedFault::TooLong { .. })));
    for trick in ["../outside", "/etc/motd", "a/../b", ""] {
        assert!(matches!(named.put_new(trick, b""), Err(NamedFault::Name { .. })), "{trick}");
        assert!(matches!(named.get(trick), Err(NamedFault::Name { .. })), "{trick}");
        assert!(matches!(named.remove(trick), Err(NamedFault::Name { .. })), "{trick}");
    }
}

#[test]
fn a_disk_keeps_small_files() {
    let folder = tempfile::tempdir().unwrap();
    keeps_small_files(&common::disk(folder.path()));
    assert_eq!(common::files(&folder.path().join("pending")).len(), 0);
    assert_eq!(common::files(&folder.path().join("named")).len(), 3);
}

#[test]
fn s3_keeps_small_files() {
    common::on_s3(|store, _| keeps_small_files(&store));
}

#[test]
fn one_of_many_writers_of_a_name_succeeds() {
    let race = |store: Blobs| {
        let writers: Vec<_> = (0..8u8)
            .map(|n| {
                let named = store.named();
                std::thread::spawn(move || named.put_new("epochs/a/1", &[n]).map(|()| n))
            })
            .collect();
        let won: Vec<u8> = writers.into_iter().filter_map(|writer| writer.join().unwrap().ok()).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(store.named().get("epochs/a/1").unwrap().unwrap(), won);
    };
    let folder = tempfile::tempdir().unwrap();
    race(common::disk(folder.path()));
    common::on_s3(|store, _| race(store));
}
