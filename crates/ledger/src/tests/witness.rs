//! The witness's rule: what it accepts, and each refusal with its status.

use super::{head, log, log_signer, witness_signer};
use crate::*;

fn request(old: usize, new: usize) -> AddCheckpoint {
    let proof = prove_consistency(old as u64, new as u64, &log(new).1).unwrap();
    AddCheckpoint { old_size: old as u64, proof, checkpoint: head(new) }
}

fn known(size: usize) -> Option<(u64, Hash)> {
    Some((size as u64, log(size).0.root()))
}

fn keys() -> [NoteVerifier; 1] {
    [log_signer().verifier().clone()]
}

fn refused(last: Option<(u64, Hash)>, request: &AddCheckpoint) -> (u16, WitnessRefusal) {
    let refusal = consider(last, request, &keys()).unwrap_err();
    (refusal.status(), refusal)
}

#[test]
fn a_first_checkpoint_and_each_that_continues_it_are_accepted_and_cosigned() {
    let signers =
        [witness_signer(1, KeyKind::CosignatureEd25519), witness_signer(2, KeyKind::CosignatureMlDsa44)];
    for (last, request) in
        [(None, request(0, 5)), (known(5), request(5, 300)), (known(300), request(300, 300))]
    {
        let accepted = consider(last, &request, &keys()).unwrap();
        assert_eq!(accepted.previous_size(), last.map_or(0, |(size, _)| size));
        let lines = cosign(&accepted, &signers.each_ref(), 1_700_000_000).unwrap();
        let witnesses = signers.each_ref().map(|signer| signer.verifier().clone());
        let mut signed = request.checkpoint.clone();
        assert_eq!(signed.add_cosignatures(&lines, &witnesses), Ok(2));
        let times: Vec<u64> =
            signed.cosignatures(&witnesses).unwrap().iter().map(|found| found.time).collect();
        assert_eq!(times, [1_700_000_000; 2]);
    }
}

#[test]
fn an_empty_log_is_accepted_from_nothing() {
    assert!(consider(None, &request(0, 0), &keys()).is_ok());
}

#[test]
fn an_unknown_log_is_not_found() {
    let refusal = consider(None, &request(0, 5), &[]).unwrap_err();
    assert_eq!((refusal.status(), refusal.body()), (404, None));
    let of_another_log = NoteSigner::from_seed("log.example/two", &[1; SEED_BYTES]).unwrap();
    let refusal = consider(None, &request(0, 5), &[of_another_log.verifier().clone()]).unwrap_err();
    assert_eq!(refusal.status(), 404);
}

#[test]
fn a_checkpoint_that_no_trusted_key_signed_is_forbidden() {
    let other = NoteSigner::from_seed("log.example/one", &[9; SEED_BYTES]).unwrap();
    let mut forged = request(0, 5);
    forged.checkpoint = SignedCheckpoint::sign(forged.checkpoint.unverified().clone(), &other).unwrap();
    assert_eq!(refused(None, &forged).0, 403);
}

#[test]
fn a_signature_of_another_checkpoint_is_forbidden() {
    let text = request(0, 5).to_string();
    let (line_of_5, line_of_6) = (head(5).signatures()[0].to_string(), head(6).signatures()[0].to_string());
    let mixed = AddCheckpoint::parse(&text.replace(&line_of_5, &line_of_6)).unwrap();
    let (status, refusal) = refused(None, &mixed);
    assert_eq!(status, 403);
    assert!(matches!(refusal, WitnessRefusal::NotSigned(NoteFault::BadSignature { .. })));
}

#[test]
fn after_a_key_was_rotated_either_key_of_the_log_will_do() {
    let new = NoteSigner::from_seed("log.example/one", &[9; SEED_BYTES]).unwrap();
    let both = [new.verifier().clone(), log_signer().verifier().clone()];
    assert!(consider(None, &request(0, 5), &both).is_ok());
}

#[test]
fn a_rollback_is_a_bad_request_or_a_conflict_and_never_cosigned() {
    let mut shrunk = request(0, 5);
    shrunk.old_size = 7;
    assert_eq!(refused(known(7), &shrunk).0, 400);
    let (status, refusal) = refused(known(7), &request(5, 5));
    assert_eq!((status, refusal.body()), (409, Some("7\n".to_owned())));
}

#[test]
fn another_old_size_is_a_conflict_that_tells_the_known_size() {
    for (last, old, body) in [(known(6), 5, "6\n"), (None, 5, "0\n"), (known(6), 0, "6\n")] {
        let (status, refusal) = refused(last, &request(old, 9));
        assert_eq!((status, refusal.body().as_deref()), (409, Some(body)));
        assert!(!refusal.is_evidence());
    }
}

#[test]
fn a_fork_at_the_same_size_is_a_conflict_and_evidence() {
    let (status, refusal) = refused(Some((5, leaf_hash(b"other"))), &request(5, 5));
    assert_eq!((status, refusal), (409, WitnessRefusal::Fork { size: 5 }));
    assert!(WitnessRefusal::Fork { size: 5 }.is_evidence());
}

#[test]
fn a_fork_that_grew_is_inconsistent_and_evidence() {
    let (status, refusal) = refused(Some((5, leaf_hash(b"other"))), &request(5, 9));
    assert_eq!((status, refusal.is_evidence()), (422, true));
}

#[test]
fn a_wrong_proof_is_unprocessable() {
    let mut missing = request(5, 9);
    missing.proof.pop();
    let mut longer = request(5, 9);
    longer.proof.push(leaf_hash(b""));
    let mut changed = request(5, 9);
    changed.proof[0] = leaf_hash(b"");
    for request in [missing, longer, changed] {
        assert_eq!(refused(known(5), &request).0, 422);
    }
    let mut from_nothing = request(0, 9);
    from_nothing.proof.push(leaf_hash(b""));
    assert_eq!(refused(None, &from_nothing).0, 422);
    let mut same = request(5, 5);
    same.proof.push(leaf_hash(b""));
    assert_eq!(refused(known(5), &same).0, 422);
}

#[test]
fn the_request_of_the_specification_is_read_and_written_byte_for_byte() {
    let body = "old 20852014\n\
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
        \n\
        example.com/behind-the-sofa\n\
        20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
        \n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
    let request = AddCheckpoint::parse(body).unwrap();
    assert_eq!((request.old_size, request.proof.len()), (20_852_014, 4));
    assert_eq!(request.checkpoint.signatures().len(), 2);
    assert_eq!(request.to_string(), body);
}

#[test]
fn a_malformed_request_is_bad() {
    let good = request(5, 9).to_string();
    let with = |from: &str, to: &str| good.replacen(from, to, 1);
    let long = request(5, 9).proof[0].to_string() + "\n";
    let cases = [
        String::new(),
        with("old 5", "old 05"),
        with("old 5", "old"),
        with("old 5", "old -5"),
        with("old 5", "Old 5"),
        with("old 5", "old  5"),
        with("old 5\n", "old 5\n!\n"),
        with("old 5\n", "old 5\nAAAA\n"),
        with("old 5\n", "old 5\r\n"),
        with("old 5\n", "old 5\n\n"),
        with("old 5\n", &format!("old 5\n{}", long.repeat(64))),
        good.trim_end().to_owned(),
    ];
    for body in cases {
        let refusal = AddCheckpoint::parse(&body).unwrap_err();
        assert_eq!(refusal.status(), 400, "{body}");
    }
}
