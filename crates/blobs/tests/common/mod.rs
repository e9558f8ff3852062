//! The stores that tests run on.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::collections::BTreeSet;
use std::path::Path;

use comity_blobs::{Blobs, S3};
use comity_vault::Digest;
use comity_vault::store::{Created, Objects, Pending, StoreFault};
use tokio::runtime::Runtime;

/// Bytes that repeat late enough.
pub fn content(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n * 7 + n / 251 + n / 65_521) as u8).collect()
}

/// Stores `bytes` under their name, written in pieces of `piece` bytes.
pub fn put(objects: &impl Objects, bytes: &[u8], piece: usize) -> Result<Created, StoreFault> {
    let mut pending = objects.create()?;
    for piece in bytes.chunks(piece) {
        pending.write(piece)?;
    }
    pending.commit(Digest::of(bytes))
}

/// Every name, page by page.
pub fn names(objects: &impl Objects, page: usize) -> Vec<Digest> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let names = objects.list(after, page).unwrap();
        let Some(last) = names.last() else { return seen };
        after = Some(*last);
        seen.extend(names);
    }
}

/// Files below `directory` that are not directories.
pub fn files(directory: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string());
        }
    }
    found
}

pub fn disk(directory: &Path) -> Blobs {
    comity_blobs::Disk::open(directory).unwrap().into()
}

/// Runs a test on a fresh prefix of the server that `COMITY_TEST_S3` names. Without it the test says that it was skipped; with
/// `COMITY_REQUIRE_S3=1`, as under `tests/tools/s3.sh`, it fails.
pub fn on_s3(test: impl FnOnce(Blobs, &Runtime)) {
    let Ok(server) = std::env::var("COMITY_TEST_S3") else {
        let required = std::env::var("COMITY_REQUIRE_S3").is_ok_and(|wish| wish == "1");
        assert!(
            !required,
            "COMITY_TEST_S3 names no server: run `tests/tools/s3.sh COMMAND`, which starts one"
        );
        eprintln!("COMITY_TEST_S3 is not set: skipped on S3");
        return;
    };
    let runtime = Runtime::new().unwrap();
    let prefix = uuid::Uuid::now_v7().simple().to_string();
    let store = open_s3(&server, &format!("s3://comity/{prefix}"), &runtime);
    test(store.into(), &runtime);
}

pub fn open_s3(server: &str, address: &str, runtime: &Runtime) -> S3 {
    let builder = object_store::aws::AmazonS3Builder::new()
        .with_endpoint(server)
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_access_key_id("test")
        .with_secret_access_key("test");
    S3::with(builder, address, runtime.handle().clone()).unwrap()
}
