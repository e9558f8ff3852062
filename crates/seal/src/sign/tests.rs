//! Keys: their names, their text forms, and NIST's known answers.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Acvp {
    tests: Vec<AcvpTest>,
}

#[derive(Deserialize)]
struct AcvpTest {
    seed: String,
    public_key_sha256: String,
}

fn seed(text: &str) -> [u8; SEED_LEN] {
    hex::decode(text).unwrap().try_into().unwrap()
}

#[test]
fn nists_known_answers_for_ml_dsa_65_keys_hold() {
    let acvp: Acvp =
        serde_json::from_str(include_str!("../../tests/vectors/mldsa65_keygen_acvp.json")).unwrap();
    assert_eq!(acvp.tests.len(), 25);
    for test in acvp.tests {
        let key = SigningKey::from_seeds(&[0; SEED_LEN], &seed(&test.seed)).unwrap();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, key.public().ml_dsa_65());
        assert_eq!(hex::encode(hash), test.public_key_sha256);
    }
}

#[test]
fn the_known_answer_of_rfc_8032_for_an_ed25519_key_holds() {
    let private = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let key = SigningKey::from_seeds(&seed(private), &[0; SEED_LEN]).unwrap();
    assert_eq!(hex::encode(key.public().ed25519()), public);
}

#[test]
fn two_new_keys_differ_and_the_same_seeds_give_the_same_key() {
    let (a, b) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    assert_ne!(a.public(), b.public());
    let again = SigningKey::from_seeds(a.ed25519_seed(), a.ml_dsa_65_seed()).unwrap();
    assert_eq!(a.public(), again.public());
}

#[test]
fn the_key_id_depends_on_both_halves() {
    let one = SigningKey::from_seeds(&[1; 32], &[2; 32]).unwrap();
    let other_ed25519 = SigningKey::from_seeds(&[3; 32], &[2; 32]).unwrap();
    let other_ml_dsa = SigningKey::from_seeds(&[1; 32], &[4; 32]).unwrap();
    assert_ne!(one.public().key_id(), other_ed25519.public().key_id());
    assert_ne!(one.public().key_id(), other_ml_dsa.public().key_id());
}

#[test]
fn a_public_key_survives_json_in_its_documented_form() {
    let key = SigningKey::generate().unwrap().public().clone();
    let json = serde_json::to_value(&key).unwrap();
    assert_eq!(json["ed25519"], to_base64(key.ed25519()));
    assert_eq!(json["ml_dsa_65"], to_base64(key.ml_dsa_65()));
    assert_eq!(serde_json::from_value::<SigningPublicKey>(json).unwrap(), key);
}

#[test]
fn a_public_key_with_a_half_of_the_wrong_length_is_refused() {
    for (ed25519, ml_dsa_65) in [(31, 1952), (33, 1952), (32, 1951), (32, 1953), (32, 0)] {
        let key = SigningPublicKey::from_parts(&vec![1; ed25519], &vec![1; ml_dsa_65]);
        assert!(matches!(key, Err(SealError::NotAKey { .. })));
    }
}

#[test]
fn a_public_key_with_a_missing_or_foreign_field_is_refused() {
    let key = SigningKey::generate().unwrap().public().clone();
    let mut json = serde_json::to_value(&key).unwrap();
    json["rsa"] = "AA==".into();
    assert!(serde_json::from_value::<SigningPublicKey>(json.clone()).is_err());
    let fields = json.as_object_mut().unwrap();
    fields.remove("rsa");
    fields.remove("ml_dsa_65");
    assert!(serde_json::from_value::<SigningPublicKey>(json).is_err());
}

#[test]
fn the_debug_form_of_a_private_key_shows_no_secret() {
    let key = SigningKey::from_seeds(&[0x5a; 32], &[0xa5; 32]).unwrap();
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("SigningKey({}, private)", key.public().key_id()));
}

#[test]
fn a_key_id_in_capitals_or_of_another_length_is_refused() {
    assert!("AB".repeat(32).parse::<KeyId>().is_err());
    assert!("ab".repeat(31).parse::<KeyId>().is_err());
    assert!("ab".repeat(33).parse::<KeyId>().is_err());
    assert!("zz".repeat(32).parse::<KeyId>().is_err());
}

proptest! {
    #[test]
    fn a_key_id_is_read_back_from_its_text_and_from_json(hash: [u8; 32]) {
        let id = KeyId::from_hash(hash);
        prop_assert_eq!(id.to_string().parse::<KeyId>().unwrap(), id);
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(serde_json::from_str::<KeyId>(&json).unwrap(), id);
    }

    #[test]
    fn no_text_makes_the_reading_of_key_names_panic(text in ".*") {
        let _ = text.parse::<KeyId>();
        let _ = parse_signature_key_id(&text);
    }
}
