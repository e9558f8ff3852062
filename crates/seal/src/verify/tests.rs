//! Every way in which a signed envelope can be wrong, and other implementations' signatures.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::dsse::DsseSignature;
use crate::sign::SigningKey;

const TYPE: &str = "application/vnd.example.statement+json";
const ED25519_AT: usize = 0;
const ML_DSA_AT: usize = 1;

/// One key, one good envelope, made once.
static GOOD: LazyLock<(SigningKey, Dsse)> = LazyLock::new(|| {
    let key = SigningKey::generate().unwrap();
    let dsse = key.sign_dsse(TYPE, b"a statement").unwrap();
    (key, dsse)
});

fn key() -> SigningKey {
    GOOD.0.clone()
}

fn verify(dsse: &Dsse) -> Result<VerifiedPayload, SignatureFault> {
    dsse.verify(GOOD.0.public(), TYPE)
}

fn fault(change: impl FnOnce(&mut Dsse)) -> SignatureFault {
    let mut dsse = GOOD.1.clone();
    change(&mut dsse);
    verify(&dsse).unwrap_err()
}

fn bad(algorithm: Algorithm) -> SignatureFault {
    SignatureFault::BadSignature { algorithm }
}

#[test]
fn what_both_halves_signed_is_verified_with_its_signer() {
    let verified = verify(&GOOD.1).unwrap();
    assert_eq!(verified.payload(), b"a statement");
    assert_eq!(verified.payload_type(), TYPE);
    assert_eq!(verified.signers(), [key().public().key_id()]);
}

#[test]
fn the_order_of_the_two_signatures_does_not_matter() {
    let mut dsse = GOOD.1.clone();
    dsse.signatures.reverse();
    verify(&dsse).unwrap();
}

#[test]
fn an_envelope_without_its_ed25519_signature_is_refused() {
    let algorithm = Algorithm::Ed25519;
    let fault = fault(|dsse| drop(dsse.signatures.remove(ED25519_AT)));
    assert_eq!(fault, SignatureFault::MissingSignature { algorithm });
}

#[test]
fn an_envelope_without_its_ml_dsa_signature_is_refused() {
    let algorithm = Algorithm::MlDsa65;
    let fault = fault(|dsse| drop(dsse.signatures.remove(ML_DSA_AT)));
    assert_eq!(fault, SignatureFault::MissingSignature { algorithm });
}

#[test]
fn an_envelope_without_signatures_is_refused() {
    let algorithm = Algorithm::Ed25519;
    let fault = fault(|dsse| dsse.signatures.clear());
    assert_eq!(fault, SignatureFault::MissingSignature { algorithm });
}

#[test]
fn a_signature_that_occurs_twice_is_refused() {
    for (at, algorithm) in [(ED25519_AT, Algorithm::Ed25519), (ML_DSA_AT, Algorithm::MlDsa65)] {
        let fault = fault(|dsse| dsse.signatures.push(dsse.signatures[at].clone()));
        assert_eq!(fault, SignatureFault::DuplicateSignature { algorithm });
    }
}

#[test]
fn one_half_in_the_place_of_the_other_is_refused() {
    let twice = fault(|dsse| dsse.signatures[ML_DSA_AT] = dsse.signatures[ED25519_AT].clone());
    let algorithm = Algorithm::Ed25519;
    assert_eq!(twice, SignatureFault::DuplicateSignature { algorithm });
}

#[test]
fn signatures_under_each_others_names_are_refused() {
    let swapped = fault(|dsse| {
        let names: Vec<_> = dsse.signatures.iter().map(|s| s.keyid.clone()).collect();
        dsse.signatures[ED25519_AT].keyid.clone_from(&names[ML_DSA_AT]);
        dsse.signatures[ML_DSA_AT].keyid.clone_from(&names[ED25519_AT]);
    });
    assert_eq!(swapped, bad(Algorithm::Ed25519));
}

#[test]
fn a_signature_without_a_key_name_is_refused() {
    let fault = fault(|dsse| dsse.signatures[ED25519_AT].keyid.clear());
    let keyid = String::new();
    assert_eq!(fault, SignatureFault::UnknownKey { keyid });
}

#[test]
fn an_envelope_signed_by_another_key_is_refused_by_name() {
    let other = SigningKey::generate().unwrap();
    let dsse = other.sign_dsse(TYPE, b"a statement").unwrap();
    let keyid = other.public().ed25519_key_id();
    assert_eq!(verify(&dsse), Err(SignatureFault::UnknownKey { keyid }));
}

#[test]
fn an_envelope_signed_by_another_key_under_our_name_is_refused() {
    let forger = SigningKey::generate().unwrap();
    let forged = forger.sign_dsse(TYPE, b"a statement").unwrap();
    for (at, algorithm) in [(ED25519_AT, Algorithm::Ed25519), (ML_DSA_AT, Algorithm::MlDsa65)] {
        let fault = fault(|dsse| dsse.signatures[at].sig.clone_from(&forged.signatures[at].sig));
        assert_eq!(fault, bad(algorithm));
    }
}

#[test]
fn a_second_signer_beside_the_expected_one_is_refused() {
    let mut dsse = GOOD.1.clone();
    let other = SigningKey::generate().unwrap();
    other.add_signatures(&mut dsse).unwrap();
    let keyid = other.public().ed25519_key_id();
    assert_eq!(verify(&dsse), Err(SignatureFault::UnknownKey { keyid }));
}

#[test]
fn an_envelope_of_another_type_is_refused_even_if_truly_signed() {
    let dsse = key().sign_dsse("text/plain", b"a statement").unwrap();
    let (found, expected) = ("text/plain".to_owned(), TYPE.to_owned());
    assert_eq!(verify(&dsse), Err(SignatureFault::WrongPayloadType { found, expected }));
}

#[test]
fn an_envelope_whose_type_was_changed_to_the_expected_one_is_refused() {
    let mut dsse = key().sign_dsse("text/plain", b"a statement").unwrap();
    TYPE.clone_into(&mut dsse.payload_type);
    assert_eq!(verify(&dsse), Err(bad(Algorithm::Ed25519)));
}

#[test]
fn a_signature_cut_at_any_byte_or_lengthened_is_refused() {
    for (at, algorithm) in [(ED25519_AT, Algorithm::Ed25519), (ML_DSA_AT, Algorithm::MlDsa65)] {
        let length = GOOD.1.signatures[at].sig.len();
        for end in (0..length).step_by(length / 64) {
            assert_eq!(fault(|d| d.signatures[at].sig.truncate(end)), bad(algorithm));
        }
        assert_eq!(fault(|d| d.signatures[at].sig.push(0)), bad(algorithm));
    }
}

#[test]
fn a_very_long_key_name_is_shortened_in_the_refusal() {
    let fault = fault(|dsse| dsse.signatures[0].keyid = "x".repeat(100_000));
    assert!(fault.to_string().len() < 400);
}

#[test]
fn a_verifier_is_shared_between_threads() {
    let verifier = key().public().verifier().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| verifier.verify(&GOOD.1, TYPE).unwrap());
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_bit_flipped_anywhere_in_the_payload_is_refused(at in 0..11usize, bit in 0..8u8) {
        prop_assert_eq!(fault(|d| d.payload[at] ^= 1 << bit), bad(Algorithm::Ed25519));
    }

    #[test]
    fn a_bit_flipped_anywhere_in_the_ed25519_signature_is_refused(at in 0..64usize, bit in 0..8u8) {
        let fault = fault(|d| d.signatures[ED25519_AT].sig[at] ^= 1 << bit);
        prop_assert_eq!(fault, bad(Algorithm::Ed25519));
    }

    #[test]
    fn a_bit_flipped_anywhere_in_the_ml_dsa_signature_is_refused(at in 0..3309usize, bit in 0..8u8) {
        let fault = fault(|d| d.signatures[ML_DSA_AT].sig[at] ^= 1 << bit);
        prop_assert_eq!(fault, bad(Algorithm::MlDsa65));
    }

    #[test]
    fn an_envelope_with_a_byte_changed_anywhere_in_its_json_never_says_anything_else(
        at in any::<prop::sample::Index>(),
        to: u8,
    ) {
        let mut json = GOOD.1.to_json();
        let at = at.index(json.len());
        json[at] = to;
        if let Ok(verified) = Dsse::from_json(&json).and_then(|dsse| verify(&dsse)) {
            prop_assert_eq!(verified.payload(), b"a statement");
        }
    }
}

fn signed_by(keys: &[&SigningKey]) -> Dsse {
    let mut dsse =
        Dsse { payload_type: TYPE.to_owned(), payload: b"a registry".to_vec(), signatures: Vec::new() };
    for key in keys {
        key.add_signatures(&mut dsse).unwrap();
    }
    dsse
}

fn roots() -> (Vec<SigningKey>, Vec<Verifier>) {
    let keys: Vec<_> = (0..3).map(|_| SigningKey::generate().unwrap()).collect();
    let verifiers = keys.iter().map(|key| key.public().verifier().unwrap());
    let verifiers = verifiers.collect();
    (keys, verifiers)
}

fn too_few(found: usize, needed: usize) -> Result<VerifiedPayload, SignatureFault> {
    Err(SignatureFault::TooFewSigners { found, needed })
}

#[test]
fn a_threshold_is_met_by_that_many_known_keys_and_names_them() {
    let (keys, verifiers) = roots();
    let dsse = signed_by(&[&keys[0], &keys[2]]);
    let verified = verify_threshold(&dsse, &verifiers, 2, TYPE).unwrap();
    assert_eq!(verified.signers(), [keys[0].public().key_id(), keys[2].public().key_id()]);
    assert_eq!(verify_threshold(&dsse, &verifiers, 3, TYPE), too_few(2, 3));
}

#[test]
fn a_stranger_beside_known_keys_does_not_count_and_does_not_harm() {
    let (keys, verifiers) = roots();
    let dsse = signed_by(&[&SigningKey::generate().unwrap(), &keys[0]]);
    assert!(verify_threshold(&dsse, &verifiers, 1, TYPE).is_ok());
    assert_eq!(verify_threshold(&dsse, &verifiers, 2, TYPE), too_few(1, 2));
}

#[test]
fn a_known_key_with_only_one_half_does_not_count() {
    let (keys, verifiers) = roots();
    let mut dsse = signed_by(&[&keys[0], &keys[1]]);
    dsse.signatures.remove(0);
    assert_eq!(verify_threshold(&dsse, &verifiers, 2, TYPE), too_few(1, 2));
}

#[test]
fn a_key_that_is_listed_twice_counts_once() {
    let (keys, mut verifiers) = roots();
    verifiers.push(verifiers[0].clone());
    let dsse = signed_by(&[&keys[0]]);
    assert_eq!(verify_threshold(&dsse, &verifiers, 2, TYPE), too_few(1, 2));
}

#[test]
fn a_threshold_of_zero_still_needs_one_signer() {
    let (_, verifiers) = roots();
    assert_eq!(verify_threshold(&signed_by(&[]), &verifiers, 0, TYPE), too_few(0, 1));
}

#[derive(Deserialize)]
struct Noble {
    ed25519_seed: String,
    ml_dsa_65_seed: String,
    key_id: String,
    public_key: SigningPublicKey,
    envelope: Dsse,
}

#[test]
fn an_envelope_signed_by_other_implementations_verifies() {
    let noble: Noble = serde_json::from_str(include_str!("../../tests/vectors/dsse_noble.json")).unwrap();
    assert_eq!(noble.public_key.key_id().to_string(), noble.key_id);
    let verified = noble.envelope.verify(&noble.public_key, TYPE).unwrap();
    assert_eq!(verified.payload(), br#"{"greeting":"bonjour"}"#);
}

#[test]
fn other_implementations_make_the_same_keys_and_ed25519_signatures() {
    let noble: Noble = serde_json::from_str(include_str!("../../tests/vectors/dsse_noble.json")).unwrap();
    let seed = |text: &str| <[u8; 32]>::try_from(hex::decode(text).unwrap()).unwrap();
    let key = SigningKey::from_seeds(&seed(&noble.ed25519_seed), &seed(&noble.ml_dsa_65_seed));
    let key = key.unwrap();
    assert_eq!(key.public(), &noble.public_key);
    let ours = key.sign_dsse(TYPE, &noble.envelope.payload).unwrap();
    let of = |dsse: &Dsse| -> DsseSignature { dsse.signatures[ED25519_AT].clone() };
    assert_eq!(of(&ours), of(&noble.envelope));
}

#[derive(Deserialize)]
struct Wycheproof {
    groups: Vec<WycheproofGroup>,
}

#[derive(Deserialize)]
struct WycheproofGroup {
    public_key: String,
    tests: Vec<WycheproofTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WycheproofTest {
    tc_id: u32,
    msg: String,
    sig: String,
    valid: bool,
}

#[test]
fn wycheproofs_ml_dsa_65_signatures_are_judged_as_it_says() {
    let text = include_str!("../../tests/vectors/mldsa65_verify_wycheproof.json");
    let all: Wycheproof = serde_json::from_str(text).unwrap();
    let mut seen = (0, 0);
    for group in all.groups {
        let key = STANDARD.decode(&group.public_key).unwrap();
        let key = ParsedPublicKey::new(&ML_DSA_65, &key);
        for test in group.tests {
            let (msg, sig) = (STANDARD.decode(&test.msg), STANDARD.decode(&test.sig));
            let good = key
                .as_ref()
                .is_ok_and(|key| check(key, &msg.unwrap(), &sig.unwrap(), Algorithm::MlDsa65).is_ok());
            assert_eq!(good, test.valid, "test {}", test.tc_id);
            if good { seen.0 += 1 } else { seen.1 += 1 }
        }
    }
    assert_eq!(seen, (7, 8));
}
