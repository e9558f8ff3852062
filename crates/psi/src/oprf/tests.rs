use super::*;
use crate::Seed;
use crate::group::ElementFault;

mod vectors;

fn seed(byte: u8) -> Seed {
    Seed::from_bytes([byte; 32])
}

fn holder() -> HolderKey {
    HolderKey::from_seed(&seed(1), b"XX-TEST 1").unwrap()
}

fn inputs(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|i| format!("comity/selector/v1\0phone\0+4670000{i:04}").into_bytes()).collect()
}

/// What a query of `count` inputs and an honest holder make of each other.
fn asked(count: usize) -> (Query, HolderKey, Evaluation) {
    let query = Query::new(inputs(count), seed(2)).unwrap();
    let holder = holder();
    let batch = BlindedBatch::from_bytes(query.blinded()).unwrap();
    let evaluation = holder.evaluate(&batch, &seed(3));
    (query, holder, evaluation)
}

#[test]
fn a_query_learns_exactly_what_the_holder_computes_for_its_own_entries() {
    for count in [1, 16, 17, 300] {
        let (query, holder, evaluation) = asked(count);
        let outputs = query.finish(&evaluation, &holder.public_key()).unwrap();
        assert_eq!(outputs, holder.outputs(&inputs(count)).unwrap());
    }
}

#[test]
fn batches_are_padded_to_the_next_class() {
    for (count, size) in [(1, 16), (16, 16), (17, 64), (65, 256), (257, 1024), (1025, 4096), (4096, 4096)] {
        assert_eq!(padded_size(count), Some(size));
    }
    assert_eq!(padded_size(0), None);
    assert_eq!(padded_size(4097), None);
    assert_eq!(Query::new(inputs(17), seed(2)).unwrap().blinded().len(), 64 * 32);
}

#[test]
fn no_element_of_a_batch_comes_twice_and_another_seed_blinds_otherwise() {
    let mut elements: Vec<Vec<u8>> = [4, 5]
        .into_iter()
        .flat_map(|s| {
            Query::new(inputs(5), seed(s))
                .unwrap()
                .blinded()
                .chunks(32)
                .map(<[u8]>::to_vec)
                .collect::<Vec<_>>()
        })
        .collect();
    elements.sort();
    elements.dedup();
    assert_eq!(elements.len(), 32);
}

#[test]
fn queries_of_nothing_of_too_much_and_of_too_long_inputs_are_refused() {
    assert_eq!(Query::new(vec![], seed(2)), Err(OprfError::NoInputs));
    assert_eq!(Query::new(inputs(4097), seed(2)), Err(OprfError::TooManyInputs { count: 4097 }));
    let long = vec![vec![1], vec![0; MAX_INPUT + 1]];
    assert_eq!(Query::new(long, seed(2)), Err(OprfError::InputTooLong { index: 1, length: MAX_INPUT + 1 }));
}

#[test]
fn a_batch_of_an_unusual_size_is_refused_before_it_is_decoded() {
    for bytes in [0, 1, 31, 32, 15 * 32, 16 * 32 - 1, 16 * 32 + 1, 17 * 32, 4097 * 32, 1 << 24] {
        let refused = BlindedBatch::from_bytes(&vec![0xff; bytes]).unwrap_err();
        assert_eq!(refused, OprfError::BatchSize { bytes });
    }
}

#[test]
fn a_batch_with_the_identity_a_small_order_point_or_no_canonical_one_is_refused_with_its_place() {
    let bad = [
        ([0; 32], ElementFault::Identity),
        // Edwards points of order one and two: negative, and minus one, as ristretto255 reads them.
        (element("01", "00"), ElementFault::NotCanonical),
        (element("ec", "ff"), ElementFault::NotCanonical),
        // Not below the field's order.
        (element("ed", "ff"), ElementFault::NotCanonical),
        (element("ef", "ff"), ElementFault::NotCanonical),
        ([0xff; 32], ElementFault::NotCanonical),
        // No square, and a negative product of coordinates (RFC 9496, A.2).
        (
            decoded("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
            ElementFault::NotCanonical,
        ),
        (
            decoded("3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e"),
            ElementFault::NotCanonical,
        ),
    ];
    for (element, fault) in bad {
        let mut bytes = Query::new(inputs(3), seed(2)).unwrap().blinded().to_vec();
        bytes[7 * 32..8 * 32].copy_from_slice(&element);
        let refused = BlindedBatch::from_bytes(&bytes).unwrap_err();
        assert_eq!(refused, OprfError::Element { of: "batch", index: 7, fault });
    }
}

/// A little-endian number: its first byte, and the byte that all others repeat; the sign bit is clear.
fn element(first: &str, others: &str) -> [u8; 32] {
    let mut bytes = decoded(&[first, &others.repeat(31)].concat());
    bytes[31] &= 0x7f;
    bytes
}

fn decoded(hex: &str) -> [u8; 32] {
    hex::decode(hex).unwrap().try_into().unwrap()
}

#[test]
fn an_answer_made_with_another_key_is_refused() {
    let (query, _, evaluation) = asked(3);
    let other = HolderKey::from_seed(&seed(9), b"XX-TEST 1").unwrap();
    assert_eq!(query.finish(&evaluation, &other.public_key()), Err(OprfError::WrongProof));
}

#[test]
fn an_answer_with_one_element_made_with_another_key_is_refused() {
    let (query, holder, evaluation) = asked(3);
    let other = HolderKey::from_seed(&seed(9), b"XX-TEST 1").unwrap();
    let batch = BlindedBatch::from_bytes(query.blinded()).unwrap();
    let tagged = other.evaluate(&batch, &seed(3));
    let mut elements = evaluation.elements().to_vec();
    elements[32..64].copy_from_slice(&tagged.elements()[32..64]);
    let mixed = Evaluation::from_parts(&elements, &evaluation.proof()).unwrap();
    assert_eq!(query.finish(&mixed, &holder.public_key()), Err(OprfError::WrongProof));
}

#[test]
fn every_flipped_byte_of_an_answer_is_refused() {
    let (query, holder, evaluation) = asked(3);
    let (elements, proof) = (evaluation.elements(), evaluation.proof());
    for place in 0..elements.len() + proof.len() {
        let mut bytes = [elements, &proof].concat();
        bytes[place] ^= 1 << (place % 8);
        let (elements, proof) = bytes.split_at(elements.len());
        let finished = Evaluation::from_parts(elements, proof)
            .and_then(|flipped| query.finish(&flipped, &holder.public_key()));
        assert!(finished.is_err(), "byte {place}");
    }
}

#[test]
fn an_answer_to_another_question_is_refused() {
    let (query, holder, _) = asked(3);
    let longer = asked(17).2;
    let refused = query.finish(&longer, &holder.public_key());
    assert_eq!(refused, Err(OprfError::EvaluationSize { expected: 512, found: 2048 }));
    let other = Query::new(inputs(3), seed(8)).unwrap();
    let replayed = holder.evaluate(&BlindedBatch::from_bytes(other.blinded()).unwrap(), &seed(3));
    assert_eq!(query.finish(&replayed, &holder.public_key()), Err(OprfError::WrongProof));
}

#[test]
fn a_proof_of_another_length_or_with_a_scalar_that_is_not_canonical_is_refused() {
    let (_, _, evaluation) = asked(1);
    for length in [0, 63, 65] {
        let refused = Evaluation::from_parts(evaluation.elements(), &vec![0; length]);
        assert_eq!(refused, Err(OprfError::ProofEncoding));
    }
    assert_eq!(Evaluation::from_parts(evaluation.elements(), &[0xff; 64]), Err(OprfError::ProofEncoding));
}

#[test]
fn a_query_survives_being_kept_and_a_damaged_one_is_refused() {
    let (query, holder, evaluation) = asked(17);
    let kept = query.to_bytes();
    let again = Query::from_bytes(&kept).unwrap();
    assert_eq!(again, query);
    assert_eq!(
        again.finish(&evaluation, &holder.public_key()),
        query.finish(&evaluation, &holder.public_key())
    );
    for length in 0..kept.len() {
        assert!(matches!(Query::from_bytes(&kept[..length]), Err(OprfError::State { .. })), "{length}");
    }
    assert!(matches!(Query::from_bytes(&[&kept[..], &[0]].concat()), Err(OprfError::State { .. })));
}

#[test]
fn keys_are_kept_as_32_bytes_and_zero_or_too_large_ones_are_refused() {
    let key = holder();
    let again = HolderKey::from_bytes(&key.to_bytes()).unwrap();
    assert_eq!(again.public_key(), key.public_key());
    assert_eq!(HolderKey::from_bytes(&[0; 32]).unwrap_err(), OprfError::SecretKey);
    assert_eq!(HolderKey::from_bytes(&[0xff; 32]).unwrap_err(), OprfError::SecretKey);
    let published = PublicKey::from_bytes(&key.public_key().to_bytes()).unwrap();
    assert_eq!(published, key.public_key());
    assert_eq!(PublicKey::from_bytes(&[0; 32]), Err(OprfError::PublicKey { fault: ElementFault::Identity }));
}

#[test]
fn what_is_printed_of_secrets_does_not_show_them() {
    let (query, holder, evaluation) = asked(1);
    let output = query.finish(&evaluation, &holder.public_key()).unwrap().remove(0);
    assert_eq!(
        format!("{:?} {:?} {:?}", holder, output, seed(1)),
        "HolderKey(hidden) Output(hidden) Seed(hidden)"
    );
    assert_eq!(format!("{query:?}"), "Query(16 elements, inputs hidden)");
}

#[test]
fn a_commitment_is_the_same_on_both_sides_and_differs_for_another_batch() {
    let (query, _, _) = asked(3);
    let batch = BlindedBatch::from_bytes(query.blinded()).unwrap();
    assert_eq!(query.commitment(), batch.commitment());
    assert_ne!(query.commitment(), Query::new(inputs(3), seed(8)).unwrap().commitment());
    assert_eq!(batch.to_bytes(), query.blinded());
}
