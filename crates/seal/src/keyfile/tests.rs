//! Key files: what goes in comes out, and every way in which one can be wrong.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::body::{open_with_any, seal};

const PASSPHRASE: &str = "four invented words here";

fn sample() -> KeyFile {
    let mut keys = KeyFile::default();
    for id in ["FR-NCB", "ES-NCB"] {
        let authority = AuthorityKeys::generate().unwrap();
        keys.authorities.insert(id.to_owned(), authority);
    }
    let seed = Secret::new(vec![7; 32]);
    keys.secrets.insert("ledger".to_owned(), seed);
    keys
}

/// One good file, made once.
static FILE: LazyLock<Vec<u8>> =
    LazyLock::new(|| encrypt_key_file(&sample(), PASSPHRASE, WorkFactor::MIN).unwrap());

fn sealed_text(text: &str) -> Vec<u8> {
    let mut recipient = scrypt::Recipient::new(SecretString::from(PASSPHRASE));
    recipient.set_work_factor(WorkFactor::MIN.0);
    age::encrypt(&recipient, text.as_bytes()).unwrap()
}

fn content_fault(text: &str) -> bool {
    matches!(
        decrypt_key_file(&sealed_text(text), PASSPHRASE),
        Err(KeyFileFault::UnknownContent { .. } | KeyFileFault::Seal(SealError::NotAKey { .. }))
    )
}

#[test]
fn every_key_and_secret_comes_back_in_its_order() {
    let mut keys = sample();
    let authority = keys.authorities.get_mut("FR-NCB").unwrap();
    authority.rotate().unwrap();
    let file = encrypt_key_file(&keys, PASSPHRASE, WorkFactor::MIN).unwrap();
    let read = decrypt_key_file(&file, PASSPHRASE).unwrap();
    assert_eq!(read.secrets, keys.secrets);
    assert_eq!(read.authorities.len(), 2);
    for (id, keys) in &keys.authorities {
        let public = |keys: &AuthorityKeys| -> (Vec<_>, Vec<_>) {
            let signing = keys.signing.iter().map(|key| key.public().clone());
            let sealing = keys.sealing.iter().map(|key| key.public().clone());
            (signing.collect(), sealing.collect())
        };
        assert_eq!(public(&read.authorities[id]), public(keys));
    }
}

#[test]
fn an_old_body_still_opens_after_rotation_and_a_new_key_comes_first() {
    let mut keys = AuthorityKeys::generate().unwrap();
    let old = keys.sealing[0].public().clone();
    let sealed = seal(b"sealed before", std::slice::from_ref(&old)).unwrap();
    keys.rotate().unwrap();
    assert_ne!(keys.sealing[0].public(), &old);
    assert_eq!(open_with_any(&sealed, &keys.sealing, 100).unwrap(), b"sealed before");
    assert_eq!((keys.signing.len(), keys.sealing.len()), (2, 2));
}

#[test]
fn a_wrong_passphrase_has_its_own_error() {
    let opened = decrypt_key_file(&FILE, "another passphrase");
    assert!(matches!(opened, Err(KeyFileFault::WrongPassphrase)));
}

#[test]
fn a_key_file_cut_at_any_byte_does_not_open() {
    for end in 0..FILE.len() {
        assert!(decrypt_key_file(&FILE[..end], PASSPHRASE).is_err(), "cut at {end}");
    }
}

#[test]
fn a_file_that_is_no_age_file_is_malformed() {
    let opened = decrypt_key_file(b"{\"format\":\"comity-key-file\"}\n", PASSPHRASE);
    assert!(matches!(opened, Err(KeyFileFault::Malformed)));
}

#[test]
fn a_body_sealed_to_a_key_is_not_a_key_file() {
    let key = SealingKey::generate().unwrap();
    let sealed = seal(b"{}", &[key.public().clone()]).unwrap();
    let opened = decrypt_key_file(&sealed, PASSPHRASE);
    assert!(matches!(opened, Err(KeyFileFault::Malformed)));
}

#[test]
fn a_later_version_of_the_content_is_refused() {
    assert!(content_fault(r#"{"format":"comity-key-file","version":2}"#));
}

#[test]
fn another_format_of_the_content_is_refused() {
    let text = r#"{"format":"other","version":1,"authorities":{},"secrets":{}}"#;
    assert!(content_fault(text));
    assert!(content_fault("no json"));
}

#[test]
fn a_content_with_a_part_missing_or_a_bad_secret_is_refused() {
    let content = |rest: &str| format!(r#"{{"format":"comity-key-file","version":1,{rest}}}"#);
    let sealing = |key: &str| {
        content(&format!(r#""authorities":{{"A":{{"signing":[],"sealing":["{key}"]}}}},"secrets":{{}}"#))
    };
    assert!(content_fault(&content(r#""authorities":{}"#)));
    assert!(content_fault(&content(r#""authorities":{},"secrets":{"a":"*"}"#)));
    assert!(content_fault(&sealing("AGE-SECRET-KEY-PQ-1QQQQQQ")));
    assert!(content_fault(&content(
        r#""authorities":{"A":{"signing":[{"ed25519_seed":"AA==","ml_dsa_65_seed":"AA=="}],"sealing":[]}},"secrets":{}"#
    )));
}

#[test]
fn work_factors_outside_the_range_are_refused() {
    assert!(WorkFactor::new(9).is_err());
    assert!(WorkFactor::new(21).is_err());
    assert_eq!(WorkFactor::new(15).unwrap(), WorkFactor::FAST);
}

#[test]
fn the_debug_form_of_a_key_file_shows_no_secret() {
    let mut keys = sample();
    keys.secrets.insert("tls".to_owned(), Secret::new(b"hidden".to_vec()));
    let shown = format!("{keys:?}");
    assert!(shown.contains("Secret(6 bytes)"));
    assert!(!shown.contains("hidden") && !shown.contains("AGE-SECRET"));
}

#[test]
fn the_document_never_outgrows_the_buffer_that_is_wiped() {
    let mut keys = sample();
    keys.authorities.get_mut("FR-NCB").unwrap().rotate().unwrap();
    keys.secrets.insert("\u{1}".repeat(50), Secret::new(vec![1; 999]));
    let written = document::write(&keys).unwrap();
    assert!(written.len() <= document::estimate(&keys));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_bit_flipped_anywhere_is_refused(at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut file = FILE.clone();
        let at = at.index(file.len());
        file[at] ^= 1 << bit;
        prop_assert!(decrypt_key_file(&file, PASSPHRASE).is_err());
    }
}
