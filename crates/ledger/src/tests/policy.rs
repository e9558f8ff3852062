//! Policies: what they ask, and each way in which one can be malformed.

use super::{head, log_signer, witness_signer};
use crate::*;

const ED: KeyKind = KeyKind::CosignatureEd25519;
const PQ: KeyKind = KeyKind::CosignatureMlDsa44;

fn key(number: u8) -> String {
    witness_signer(number, if number.is_multiple_of(2) { PQ } else { ED }).verifier().to_string()
}

/// The two-level example of the specification: two of X1 to X3, and any of Y1 and Y2.
fn two_levels() -> String {
    let log = log_signer().verifier().to_string();
    let mut text = format!("# who must have seen it\n\n \tlog {log} https://log.example/\n");
    for (number, name) in (1..).zip(["X1", "X2", "X3", "Y1", "Y2"]) {
        text.push_str(&format!("witness {name}\t{} https://{name}.example/\n", key(number)));
    }
    text.push_str("group X 2 X1 X2 X3\ngroup Y any Y1 Y2\ngroup both all X Y\nquorum both\n");
    text
}

fn cosigned(numbers: &[u8]) -> SignedCheckpoint {
    let mut signed = head(9);
    for number in numbers {
        let signer = witness_signer(*number, if number.is_multiple_of(2) { PQ } else { ED });
        let line = signer.sign(signed.unverified(), 1_700_000_000 + u64::from(*number)).unwrap();
        signed.add_signature_line(line).unwrap();
    }
    signed
}

#[test]
fn a_quorum_of_groups_counts_each_group_by_its_threshold() {
    let policy = Policy::parse(two_levels()).unwrap();
    let names = |met: QuorumMet| met.witnesses.into_iter().map(|witness| witness.name).collect::<Vec<_>>();
    assert_eq!(names(policy.satisfied(&cosigned(&[1, 2, 4])).unwrap()), ["X1", "X2", "Y1"]);
    assert_eq!(names(policy.satisfied(&cosigned(&[5, 3, 2, 1])).unwrap()), ["X1", "X2", "X3", "Y2"]);
    for too_few in [&[][..], &[1, 4], &[1, 2, 3], &[4, 5]] {
        let refused = policy.satisfied(&cosigned(too_few));
        assert!(matches!(refused, Err(PolicyFault::QuorumNotMet { .. })), "{too_few:?}: {refused:?}");
    }
}

#[test]
fn a_witness_that_cosigned_twice_counts_once() {
    let text = format!("witness A {}\nwitness B {}\ngroup g 2 A B\nquorum g\n", key(1), key(3));
    let mut signed = cosigned(&[1]);
    let again = witness_signer(1, ED).sign(signed.unverified(), 1_800_000_000).unwrap();
    signed.add_signature_line(again).unwrap();
    assert!(Policy::parse(text).unwrap().quorum_met(&signed).is_err());
    let met =
        Policy::parse(format!("witness A {}\nquorum A\n", key(1))).unwrap().quorum_met(&signed).unwrap();
    assert_eq!(met.witnesses.len(), 1);
    assert_eq!(met.witnesses[0].time, 1_800_000_000);
}

#[test]
fn quorum_none_asks_for_no_cosignature_but_for_the_log() {
    let policy = Policy::parse(format!("log {}\nquorum none\n", log_signer().verifier())).unwrap();
    assert!(policy.satisfied(&cosigned(&[])).is_ok());
    let other = Policy::parse("quorum none\n").unwrap();
    assert!(matches!(other.satisfied(&cosigned(&[])), Err(PolicyFault::UnknownLog { .. })));
    assert!(other.quorum_met(&cosigned(&[])).is_ok());
}

#[test]
fn a_false_line_of_a_known_witness_rejects_the_checkpoint() {
    let policy = Policy::parse(two_levels()).unwrap();
    let mut signed = cosigned(&[1, 2, 4]);
    let of_another = witness_signer(3, ED).sign(head(10).unverified(), 7).unwrap();
    signed.add_signature_line(of_another).unwrap();
    let refused = policy.satisfied(&signed);
    assert!(matches!(refused, Err(PolicyFault::Note(NoteFault::BadSignature { .. }))), "{refused:?}");
}

#[test]
fn names_are_octets_and_need_not_be_utf_8() {
    let text = [b"witness \xff\xfe ", key(1).as_bytes(), b"\nquorum \xff\xfe\n"].concat();
    assert!(Policy::parse(text).unwrap().quorum_met(&cosigned(&[1])).is_ok());
    let text = [b"witness K ", key(1).as_bytes(), b"\nquorum \xe2\x84\xaa\n"].concat();
    assert!(matches!(Policy::parse(text), Err(PolicyFault::UnknownName { line: 2, .. })));
}

fn refusal(text: &str) -> PolicyFault {
    Policy::parse(text).unwrap_err()
}

#[test]
fn a_policy_without_a_last_newline_is_cut_short() {
    assert_eq!(refusal("quorum none"), PolicyFault::CutShort);
}

#[test]
fn a_policy_without_quorum_or_with_two_is_refused() {
    assert_eq!(refusal("# nothing\n"), PolicyFault::Quorum);
    assert_eq!(refusal("quorum none\nquorum none\n"), PolicyFault::Quorum);
}

#[test]
fn a_control_character_is_refused_with_its_line() {
    assert_eq!(refusal("\nquorum none\r\n"), PolicyFault::ControlCharacter { line: 2 });
    assert_eq!(refusal("# \x7f\nquorum none\n"), PolicyFault::ControlCharacter { line: 1 });
}

#[test]
fn a_line_that_is_not_understood_is_refused() {
    for line in ["logs x", "log", "log a b c", "witness a", "group g all", "group g", "quorum", "quorum a b"]
    {
        assert!(matches!(refusal(&format!("{line}\n")), PolicyFault::Line { line: 1, .. }), "{line}");
    }
}

#[test]
fn a_key_that_cannot_be_read_or_is_no_cosigners_is_refused() {
    assert!(matches!(refusal("log nonsense\n"), PolicyFault::Key { line: 1, .. }));
    let text = format!("witness w {}\n", log_signer().verifier());
    assert_eq!(refusal(&text), PolicyFault::NotACosigner { line: 1 });
}

#[test]
fn the_same_key_twice_is_refused_even_under_another_name() {
    let other_name =
        NoteVerifier::new("other.example", ED, witness_signer(1, ED).verifier().public_key()).unwrap();
    let text = format!("witness a {}\nwitness b {other_name}\n", key(1));
    assert_eq!(refusal(&text), PolicyFault::DuplicateKey { line: 2 });
    let log = log_signer();
    assert_eq!(
        refusal(&format!("log {0}\nlog {0}\n", log.verifier())),
        PolicyFault::DuplicateKey { line: 2 }
    );
}

#[test]
fn a_name_defined_twice_or_none_is_refused() {
    let text = format!("witness a {}\nwitness a {}\n", key(1), key(3));
    assert!(matches!(refusal(&text), PolicyFault::DuplicateName { line: 2, .. }));
    assert!(matches!(refusal(&format!("witness none {}\n", key(1))), PolicyFault::DuplicateName { .. }));
}

#[test]
fn a_name_used_before_its_definition_is_refused() {
    let text = format!("group g all a\nwitness a {}\nquorum g\n", key(1));
    assert!(matches!(refusal(&text), PolicyFault::UnknownName { line: 1, .. }));
    assert!(matches!(refusal("group g all g\n"), PolicyFault::UnknownName { .. }));
    assert!(matches!(refusal("group g all none\n"), PolicyFault::UnknownName { .. }));
}

#[test]
fn a_member_counted_twice_is_refused() {
    let text = format!("witness a {}\ngroup g any a\ngroup h any a\nquorum h\n", key(1));
    assert!(matches!(refusal(&text), PolicyFault::CountedTwice { line: 3, .. }));
    let text = format!("witness a {}\ngroup g 2 a a\n", key(1));
    assert!(matches!(refusal(&text), PolicyFault::CountedTwice { line: 2, .. }));
}

#[test]
fn a_threshold_out_of_range_is_refused() {
    for threshold in ["0", "2", "-1", "+1", "x", "ALL", "99999999999999999999999"] {
        let text = format!("witness a {}\ngroup g {threshold} a\nquorum g\n", key(1));
        assert!(matches!(refusal(&text), PolicyFault::Threshold { line: 2, .. }), "{threshold}");
    }
}

#[test]
fn groups_nested_without_end_are_refused_before_they_exhaust_the_stack() {
    let mut text = format!("witness g0 {}\n", key(1));
    for n in 1..1000 {
        text.push_str(&format!("group g{n} all g{}\n", n - 1));
    }
    assert!(matches!(refusal(&(text + "quorum g999\n")), PolicyFault::Line { .. }));
}

#[test]
fn thirty_two_logs_witnesses_and_groups_are_supported() {
    let mut text = String::new();
    for n in 1..=40u8 {
        let log = NoteSigner::from_seed(&format!("log.example/{n}"), &[n; SEED_BYTES]).unwrap();
        text.push_str(&format!("log {}\nwitness w{n} {}\n", log.verifier(), key(n)));
        text.push_str(&format!("group g{n} all w{n}\n"));
    }
    assert!(Policy::parse(text + "quorum g40\n").unwrap().quorum_met(&cosigned(&[40])).is_ok());
}
