//! Sealed bodies and key files against vectors that others made: see `vectors/README.md`.

#![allow(clippy::unwrap_used, reason = "a test's way of failing")]

use std::fs;
use std::path::PathBuf;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use comity_seal::{
    KeyFileFault, OpenFault, SealingKey, SealingPublicKey, decrypt_key_file, open, open_with_any,
};
use serde::Deserialize;

const LIMIT: usize = 1 << 20;

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// One vector in CCTV's format: a textual header, an empty line, an age file.
struct Vector {
    name: String,
    header: String,
    file: Vec<u8>,
}

impl Vector {
    fn all(prefix: &str) -> Vec<Self> {
        let entries = fs::read_dir(vectors().join("cctv-age")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut all: Vec<_> = paths.map(Self::read).collect();
        all.retain(|vector| vector.name.starts_with(prefix));
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    fn read(path: PathBuf) -> Self {
        let bytes = fs::read(&path).unwrap();
        let end = bytes.windows(2).position(|w| w == b"\n\n").unwrap();
        Self {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            header: String::from_utf8(bytes[..end].to_vec()).unwrap(),
            file: bytes[end + 2..].to_vec(),
        }
    }

    fn values(&self, key: &str) -> Vec<&str> {
        let lines = self.header.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(k, _)| *k == key).map(|(_, v)| v).collect()
    }
}

#[test]
fn the_c2sp_vectors_for_hybrid_recipients_open_or_fail_as_they_say() {
    let all = Vector::all("hybrid");
    assert_eq!(all.len(), 18);
    for vector in &all {
        let identities = vector.values("identity");
        let hybrid = identities.iter().filter(|i| i.starts_with("AGE-SECRET-KEY-PQ-1"));
        let keys: Vec<_> = hybrid.map(|i| SealingKey::parse(i).unwrap()).collect();
        let opened = open_with_any(&vector.file, &keys, LIMIT);
        let right = match (vector.values("expect")[0], &opened) {
            ("success", Ok(plain)) => vector.values("payload") == [sha256(plain)],
            ("no match", Err(OpenFault::NotForUs)) => true,
            ("header failure", Err(OpenFault::Malformed)) => true,
            // What is wrong here is an X25519 stanza, which our keys pass over.
            ("header failure", Err(OpenFault::NotForUs)) => vector.name == "hybrid_x25519_arg",
            _ => false,
        };
        assert!(right, "{}: {opened:?}", vector.name);
    }
}

#[test]
fn the_c2sp_vectors_for_passphrases_fail_in_key_files_as_they_say() {
    let all = Vector::all("scrypt");
    assert_eq!(all.len(), 25);
    for vector in &all {
        let passphrase = vector.values("passphrase").first().copied().unwrap_or("");
        let fault = decrypt_key_file(&vector.file, passphrase).unwrap_err();
        let right = match (vector.values("expect")[0], &fault) {
            // It opens; its content is not a key file's.
            ("success", KeyFileFault::UnknownContent { .. }) => true,
            ("no match", KeyFileFault::WrongPassphrase) => true,
            ("header failure", KeyFileFault::Malformed) => true,
            // It has no passphrase stanza at all.
            ("no match", KeyFileFault::Malformed) => vector.name == "scrypt_uppercase",
            ("header failure", KeyFileFault::ExcessiveWork { required: 23, .. }) => true,
            _ => false,
        };
        assert!(right, "{}: {fault:?}", vector.name);
    }
}

#[derive(Deserialize)]
struct Npm {
    identity: String,
    recipient: String,
    second_identity: String,
    second_recipient: String,
    cases: Vec<NpmCase>,
}

#[derive(Deserialize)]
struct NpmCase {
    name: String,
    recipients: usize,
    plain_sha256: String,
    sealed: String,
}

fn npm() -> Npm {
    let text = fs::read_to_string(vectors().join("age_encryption_npm.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn another_implementations_keys_are_read_and_written_alike() {
    let npm = npm();
    for (identity, recipient) in
        [(&npm.identity, &npm.recipient), (&npm.second_identity, &npm.second_recipient)]
    {
        let key = SealingKey::parse(identity).unwrap();
        assert_eq!(&key.public().to_string(), recipient);
        assert_eq!(key.to_secret_text().as_str(), identity);
        assert_eq!(&recipient.parse::<SealingPublicKey>().unwrap(), key.public());
    }
}

#[test]
fn bodies_sealed_by_another_implementation_open() {
    let npm = npm();
    let keys = [&npm.identity, &npm.second_identity].map(|i| SealingKey::parse(i).unwrap());
    assert_eq!(npm.cases.len(), 3);
    for case in &npm.cases {
        let sealed = STANDARD.decode(&case.sealed).unwrap();
        for (index, key) in keys.iter().enumerate() {
            match open(&sealed, key, LIMIT) {
                Ok(plain) => assert_eq!(sha256(&plain), case.plain_sha256, "{}", case.name),
                Err(fault) => {
                    assert!(matches!(fault, OpenFault::NotForUs), "{}: {fault:?}", case.name);
                    assert!(index >= case.recipients, "{}", case.name);
                }
            }
        }
    }
}
