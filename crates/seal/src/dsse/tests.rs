//! The JSON form and the encoding that is signed, against the specification's example.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use proptest::prelude::*;

use super::*;

/// The example of DSSE 1.0.0, `protocol.md`.
const EXAMPLE: &str = r#"{"payload": "aGVsbG8gd29ybGQ=",
 "payloadType": "http://example.com/HelloWorld",
 "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}"#;
/// Its key as an uncompressed P-256 point.
const EXAMPLE_KEY: &str = "0467cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d2380c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74";

fn malformed(json: &str) -> bool {
    matches!(Dsse::from_json(json.as_bytes()), Err(SignatureFault::Malformed { .. }))
}

#[test]
fn the_encoding_that_is_signed_is_the_specifications() {
    let encoded = pae("http://example.com/HelloWorld", b"hello world");
    let expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world";
    assert_eq!(encoded, expected);
}

#[test]
fn the_encoding_counts_bytes_and_not_characters() {
    assert_eq!(pae("é", b""), "DSSEv1 2 é 0 ".as_bytes());
}

#[test]
fn the_specifications_example_is_read_and_its_signature_fits_our_encoding() {
    let dsse = Dsse::from_json(EXAMPLE.as_bytes()).unwrap();
    assert_eq!(dsse.payload, b"hello world");
    assert_eq!(dsse.signatures[0].keyid, "");
    let point = hex::decode(EXAMPLE_KEY).unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .verify(&pae(&dsse.payload_type, &dsse.payload), &dsse.signatures[0].sig)
        .unwrap();
}

#[test]
fn url_safe_base64_is_read_and_standard_base64_is_written() {
    let json = r#"{"payload":"-_-_","payloadType":"t","signatures":[]}"#;
    let dsse = Dsse::from_json(json.as_bytes()).unwrap();
    assert_eq!(dsse.payload, [0xfb, 0xff, 0xbf]);
    let written = String::from_utf8(dsse.to_json()).unwrap();
    assert_eq!(written, json.replace("-_-_", "+/+/"));
}

#[test]
fn both_alphabets_in_one_text_are_malformed() {
    assert!(malformed(r#"{"payload":"-_+/","payloadType":"t","signatures":[]}"#));
}

#[test]
fn base64_with_bits_left_over_is_malformed() {
    assert!(malformed(r#"{"payload":"aGVsbG8gd29ybGR=","payloadType":"t","signatures":[]}"#));
}

#[test]
fn fields_that_the_specification_does_not_name_are_ignored() {
    let json = EXAMPLE.replacen('{', r#"{"note": [1, 2],"#, 1);
    let read = Dsse::from_json(json.as_bytes()).unwrap();
    assert_eq!(read, Dsse::from_json(EXAMPLE.as_bytes()).unwrap());
}

#[test]
fn a_field_that_occurs_twice_is_malformed() {
    assert!(malformed(r#"{"payload":"","payload":"","payloadType":"t","signatures":[]}"#));
}

#[test]
fn more_signatures_than_are_accepted_are_malformed() {
    let envelope = |count| {
        let signatures = vec![r#"{"sig":""}"#; count].join(",");
        format!(r#"{{"payload":"","payloadType":"t","signatures":[{signatures}]}}"#)
    };
    assert!(!malformed(&envelope(MAX_SIGNATURES)));
    assert!(malformed(&envelope(MAX_SIGNATURES + 1)));
}

#[test]
fn an_envelope_cut_at_any_byte_is_malformed() {
    for end in 0..EXAMPLE.len() {
        assert!(malformed(&EXAMPLE[..end]), "cut at {end}");
    }
}

#[test]
fn the_refusal_of_a_long_wrong_field_is_short() {
    let json = format!(r#"{{"payload":"","payloadType":"t","signatures":"{}"}}"#, "x".repeat(99_999));
    let fault = Dsse::from_json(json.as_bytes()).unwrap_err();
    assert!(fault.to_string().len() < 400);
}

#[test]
fn claimed_signers_are_each_named_once_and_foreign_names_are_passed_over() {
    let id = "ab".repeat(32);
    let keyids =
        [format!("{id}:ml-dsa-65"), format!("{id}:ed25519"), format!("{id}:rsa"), "somebody".to_owned()];
    let signatures = keyids.map(|keyid| DsseSignature { keyid, sig: vec![] });
    let dsse = Dsse { payload_type: String::new(), payload: vec![], signatures: signatures.to_vec() };
    assert_eq!(dsse.claimed_signers(), [id.parse().unwrap()]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        payload_type in ".*",
        payload: Vec<u8>,
        signatures in prop::collection::vec((".*", any::<Vec<u8>>()), 0..5),
    ) {
        let signatures = signatures.into_iter().map(|(keyid, sig)| DsseSignature { keyid, sig });
        let dsse = Dsse { payload_type, payload, signatures: signatures.collect() };
        prop_assert_eq!(Dsse::from_json(&dsse.to_json()).unwrap(), dsse);
    }

    #[test]
    fn the_encoding_of_two_different_contents_differs(
        a in (".{0,3}", prop::collection::vec(any::<u8>(), 0..4)),
        b in (".{0,3}", prop::collection::vec(any::<u8>(), 0..4)),
    ) {
        prop_assert_eq!(pae(&a.0, &a.1) == pae(&b.0, &b.1), a == b);
    }

    #[test]
    fn any_bytes_are_an_envelope_or_malformed_and_never_a_panic(bytes: Vec<u8>) {
        let _ = Dsse::from_json(&bytes);
    }
}
