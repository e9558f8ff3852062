//! What every store of objects does, on each of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod common;

use comity_blobs::Blobs;
use comity_vault::Digest;
use comity_vault::store::{AuditFinding, Created, MemoryObjects, Objects, Pending, StoreFault, audit_object};
use common::{content, names, on_s3, put};

/// The whole list, on one store that is empty.
fn does_what_a_store_of_objects_does(store: &(impl Objects + Clone + Send + 'static)) {
    comes_back_whole_by_its_name(store);
    comes_back_whole_from_pieces_that_begin_at_pages(store);
    is_created_once(store);
    leaves_nothing_when_dropped(store);
    is_read_in_ranges_and_no_further_than_its_end(store);
    has_no_objects_but_those_created(store);
    one_of_many_writers_at_once_creates(store);
    lists_in_pages_and_deletes(store);
}

fn comes_back_whole_by_its_name(store: &impl Objects) {
    for len in [0, 1, 4095, 4096, 4097, 300_000, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 9 << 20] {
        let bytes = content(len);
        assert_eq!(put(store, &bytes, 1_000_003).unwrap(), Created::New, "{len}");
        let name = Digest::of(&bytes);
        assert_eq!(store.len(name).unwrap(), Some(len as u64));
        assert!(store.read_range(name, 0..len as u64).unwrap() == bytes, "{len}");
        assert_eq!(audit_object(store, name).unwrap(), AuditFinding::Sound);
    }
}

/// Large pieces at aligned addresses may be written as they are, whatever comes before, between and after them.
fn comes_back_whole_from_pieces_that_begin_at_pages(store: &impl Objects) {
    let room = content((3 << 20) + 4096);
    let bytes = &room[room.as_ptr().align_offset(4096)..][..3 << 20];
    for (number, cuts) in
        [&[1 << 20, 5 << 18][..], &[1 << 20, (2 << 20) + 100], &[100, 1 << 20], &[300_000], &[]]
            .into_iter()
            .enumerate()
    {
        let mut whole = vec![number as u8];
        let mut pending = store.create().unwrap();
        let mut from = 0;
        if number % 2 == 0 {
            whole.clear();
        } else {
            pending.write(&[number as u8]).unwrap();
        }
        let end = bytes.len() - number;
        for to in cuts.iter().copied().chain([end]) {
            pending.write(&bytes[from..to]).unwrap();
            from = to;
        }
        whole.extend_from_slice(&bytes[..end]);
        let name = Digest::of(&whole);
        pending.commit(name).unwrap();
        assert!(store.read_range(name, 0..whole.len() as u64).unwrap() == whole, "{number}");
    }
}

fn is_created_once(store: &impl Objects) {
    let bytes = b"written once";
    assert_eq!(put(store, bytes, 5).unwrap(), Created::New);
    assert_eq!(put(store, bytes, 7).unwrap(), Created::Existed);
    let mut other = store.create().unwrap();
    other.write(b"something else").unwrap();
    // What is there under another content's name, of another length, is never taken for it and never replaced.
    let _ = other.commit(Digest::of(bytes));
    assert_eq!(store.read_range(Digest::of(bytes), 0..12).unwrap(), bytes);
}

fn leaves_nothing_when_dropped(store: &impl Objects) {
    let before = names(store, 100);
    let mut pending = store.create().unwrap();
    pending.write(&content(9 << 20)).unwrap();
    drop(pending);
    drop(store.create().unwrap());
    assert_eq!(names(store, 100), before);
}

fn is_read_in_ranges_and_no_further_than_its_end(store: &impl Objects) {
    let bytes = content(300_000);
    let name = Digest::of(&bytes);
    for (start, end) in [(0, 1), (4095, 4097), (65_536, 200_001), (299_999, 300_000)] {
        let read = store.read_range(name, start..end).unwrap();
        assert_eq!(read, bytes[start as usize..end as usize]);
    }
    for (start, end) in [(0, 300_001), (300_000, 300_001), (400_000, 400_010), (u64::MAX - 5, u64::MAX)] {
        let fault = store.read_range(name, start..end).unwrap_err();
        assert!(matches!(fault, StoreFault::Short { end: at, .. } if at == end), "{start} {end}: {fault:?}");
    }
}

fn has_no_objects_but_those_created(store: &impl Objects) {
    let nothing = Digest::of(b"nowhere");
    assert_eq!(store.len(nothing).unwrap(), None);
    assert!(matches!(store.read_range(nothing, 0..1), Err(StoreFault::Missing(name)) if name == nothing));
    assert_eq!(audit_object(store, nothing).unwrap(), AuditFinding::Missing);
    store.delete(nothing).unwrap();
}

fn one_of_many_writers_at_once_creates(store: &(impl Objects + Clone + Send + 'static)) {
    let bytes = content(70_000);
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, bytes) = (store.clone(), bytes.clone());
            std::thread::spawn(move || put(&store, &bytes, 9_000).unwrap())
        })
        .collect();
    let created = writers.into_iter().map(|writer| writer.join().unwrap());
    assert_eq!(created.filter(|created| *created == Created::New).count(), 1);
    assert_eq!(audit_object(store, Digest::of(&bytes)).unwrap(), AuditFinding::Sound);
}

fn lists_in_pages_and_deletes(store: &impl Objects) {
    for n in 0..30u8 {
        put(store, &[n, 1], 9).unwrap();
    }
    let all = names(store, 1000);
    assert!(all.len() > 30 && all.is_sorted_by(|a, b| a < b));
    for page in [1, 7] {
        assert_eq!(names(store, page), all);
    }
    let (gone, kept) = (Digest::of(&[3, 1]), Digest::of(&[4, 1]));
    store.delete(gone).unwrap();
    store.delete(gone).unwrap();
    assert_eq!(store.len(gone).unwrap(), None);
    assert_eq!(store.len(kept).unwrap(), Some(2));
    assert_eq!(names(store, 1000).len(), all.len() - 1);
}

#[test]
fn memory_is_a_store_of_objects() {
    does_what_a_store_of_objects_does(&MemoryObjects::default());
}

#[test]
fn a_disk_is_a_store_of_objects() {
    let folder = tempfile::tempdir().unwrap();
    does_what_a_store_of_objects_does(&common::disk(&folder.path().join("blobs")));
}

#[test]
fn s3_is_a_store_of_objects() {
    on_s3(|store, _| does_what_a_store_of_objects_does(&store));
}

#[test]
fn what_one_request_does_not_hold_goes_up_in_pieces_and_is_created_once() {
    on_s3(|store, _| {
        let bytes = content(40 << 20);
        assert_eq!(put(&store, &bytes, 3_000_000).unwrap(), Created::New);
        assert_eq!(put(&store, &bytes, 3_000_000).unwrap(), Created::Existed);
        let name = Digest::of(&bytes);
        assert_eq!(audit_object(&store, name).unwrap(), AuditFinding::Sound);
        assert_eq!(names(&store, 10), [name]);
    });
}

#[test]
fn objects_know_when_they_were_stored() {
    let check = |store: &Blobs| {
        put(store, b"young", 9).unwrap();
        let modified = store.modified(Digest::of(b"young")).unwrap().unwrap();
        let age = modified.elapsed().unwrap_or_default();
        assert!(age.as_secs() < 600, "{age:?}");
        assert_eq!(store.modified(Digest::of(b"nowhere")).unwrap(), None);
    };
    let folder = tempfile::tempdir().unwrap();
    check(&common::disk(folder.path()));
    on_s3(|store, _| check(&store));
}

#[test]
fn a_setting_names_a_directory_or_a_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let open = |setting: &str| Blobs::open(setting, folder.path(), runtime.handle());
    assert!(matches!(open("blobs").unwrap(), Blobs::Disk(_)));
    assert!(folder.path().join("blobs/objects/00").is_dir());
    let elsewhere = folder.path().join("elsewhere");
    open(elsewhere.to_str().unwrap()).unwrap();
    assert!(elsewhere.join("objects/ff").is_dir());
    assert!(open("s3://").is_err());
}
