//! The published vectors of RFC 9497, appendix A.1: modes OPRF and VOPRF, batches included.

use super::*;
use crate::group;
use crate::oprf::proof::{self, Proof};
use crate::oprf::query::{blind, unblind};
use crate::oprf::suite::Mode;
use curve25519_dalek::Scalar;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const TEXT: &str = include_str!("../../../tests/vectors/rfc9497-ristretto255-sha512.txt");

type Fields = BTreeMap<String, Vec<Vec<u8>>>;

/// The sections of the file: a heading, and its fields.
fn sections() -> Vec<(String, Fields)> {
    let mut sections: Vec<(String, Fields)> = Vec::new();
    for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with('[') {
            sections.push((line.to_owned(), Fields::new()));
        } else {
            let (name, values) = line.split_once(" = ").unwrap();
            let values = values.split(',').map(|value| hex::decode(value).unwrap()).collect();
            sections.last_mut().unwrap().1.insert(name.to_owned(), values);
        }
    }
    sections
}

fn scalars(values: &[Vec<u8>]) -> Vec<Scalar> {
    let scalar = |value: &Vec<u8>| Scalar::from_canonical_bytes(value[..].try_into().unwrap()).unwrap();
    values.iter().map(scalar).collect()
}

/// A key as its section gives seed and secret, after checking that one makes the other.
fn key_of(fields: &Fields, mode: Mode) -> HolderKey {
    let seed = Seed::from_bytes(fields["Seed"][0][..].try_into().unwrap());
    let key = HolderKey::derive(&seed, &fields["KeyInfo"][0], mode).unwrap();
    assert_eq!(key.to_bytes()[..], fields["skSm"][0]);
    if let Some(public) = fields.get("pkSm") {
        assert_eq!(key.public_key().to_bytes()[..], public[0]);
    }
    key
}

fn check(key: &HolderKey, fields: &Fields, mode: Mode) {
    let blinds = scalars(&fields["Blind"]);
    let blinded = blind(&fields["Input"], &blinds, mode).unwrap();
    assert_eq!(blinded.concat(), fields["BlindedElement"].concat());
    let points = group::decode_all(&blinded).unwrap();
    let evaluated = group::times_encoded(key.scalar(), &points);
    assert_eq!(evaluated.concat(), fields["EvaluationElement"].concat());
    let results = group::decode_all(&evaluated).unwrap();
    if let Some(expected) = fields.get("Proof") {
        let batch = BlindedBatch::unpadded(&blinded, &points);
        let nonce = scalars(&fields["ProofRandomScalar"])[0];
        let proof = proof::prove(key.scalar(), &key.public_key(), &batch, &evaluated, &nonce, mode);
        assert_eq!(proof.to_bytes()[..], expected[0]);
        let read = Proof::from_bytes(&expected[0]).unwrap();
        proof::verify(&read, &key.public_key(), &batch, &evaluated, &results, mode).unwrap();
    }
    let outputs = unblind(&fields["Input"], Zeroizing::new(blinds), &results);
    assert_eq!(outputs, key.outputs_in(&fields["Input"], mode).unwrap());
    assert_eq!(outputs.iter().map(|o| o.0.to_vec()).collect::<Vec<_>>(), fields["Output"]);
}

#[test]
fn all_published_vectors_of_both_modes_hold() {
    let (mut key, mut mode, mut checked) = (None, Mode::Oprf, 0);
    for (heading, fields) in sections() {
        if fields.contains_key("skSm") {
            mode = if heading.contains(" VOPRF ") { Mode::Voprf } else { Mode::Oprf };
            key = Some(key_of(&fields, mode));
        } else {
            check(key.as_ref().unwrap(), &fields, mode);
            checked += 1;
        }
    }
    assert_eq!(checked, 5);
}
