//! Notes, checkpoints and proof files: read back byte for byte, and each malformed input.

use proptest::prelude::*;

use super::{head, leaves, log, log_signer, witness_signer};
use crate::*;

fn file(index: usize, size: usize) -> InclusionFile {
    let proof = prove_inclusion(index as u64, size as u64, &log(size).1).unwrap();
    let mut checkpoint = head(size);
    let line = witness_signer(1, KeyKind::CosignatureEd25519).sign(checkpoint.unverified(), 7).unwrap();
    checkpoint.add_signature_line(line).unwrap();
    InclusionFile { extra: Some(b"context".to_vec()), index: index as u64, proof, checkpoint }
}

fn policy() -> Policy {
    let witness = witness_signer(1, KeyKind::CosignatureEd25519);
    Policy::parse(format!("witness w {}\nquorum w\n", witness.verifier())).unwrap()
}

fn verify(file: &InclusionFile, entry: &[u8]) -> Result<Included, InclusionFault> {
    file.verify(entry, log_signer().verifier(), &policy())
}

fn note_fault(note: &str) -> NoteFault {
    SignedCheckpoint::parse(note).unwrap_err()
}

fn with(from: &str, to: &str) -> String {
    let note = head(5).to_string();
    assert!(note.contains(from));
    note.replacen(from, to, 1)
}

#[test]
fn a_proof_file_reads_back_and_proves_its_entry_and_no_other() {
    for (index, size) in [(0, 1), (4, 5), (299, 300), (17, 1000)] {
        let file = file(index, size);
        assert_eq!(InclusionFile::parse(&file.to_string()).unwrap(), file);
        let proved = verify(&file, &index.to_be_bytes()).unwrap();
        assert_eq!((proved.index, proved.checkpoint.size()), (index as u64, size as u64));
        assert_eq!(proved.quorum.witnesses[0].name, "w");
        let other = verify(&file, b"another entry");
        assert_eq!(other, Err(InclusionFault::Proof(ProofFault::Root)));
    }
}

#[test]
fn a_proof_file_has_the_layout_of_the_specification() {
    let text = file(1, 3).to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..3], ["c2sp.org/tlog-proof@v1", "extra Y29udGV4dA==", "index 1"]);
    assert_eq!(lines[3..5], [leaves(3)[0].to_string(), leaves(3)[2].to_string()]);
    assert_eq!(lines[5..8], ["", "log.example/one", "3"]);
    let bare = InclusionFile { extra: None, ..file(1, 3) }.to_string();
    assert!(bare.starts_with("c2sp.org/tlog-proof@v1\nindex 1\n"));
    assert_eq!(InclusionFile::parse(&bare).unwrap().extra, None);
}

#[test]
fn a_proof_file_without_its_witness_or_with_another_log_proves_nothing() {
    let alone = InclusionFile { checkpoint: head(5), ..file(2, 5) };
    let refused = verify(&alone, &2usize.to_be_bytes());
    assert!(matches!(refused, Err(InclusionFault::Policy(PolicyFault::QuorumNotMet { .. }))), "{refused:?}");
    let other = NoteSigner::from_seed("log.example/one", &[9; SEED_BYTES]).unwrap();
    let refused = file(2, 5).verify(&2usize.to_be_bytes(), other.verifier(), &policy());
    assert!(matches!(refused, Err(InclusionFault::Checkpoint(NoteFault::NotSigned { .. }))), "{refused:?}");
    let listed = Policy::parse(format!("log {}\nquorum none\n", other.verifier())).unwrap();
    let refused = file(2, 5).verify(&2usize.to_be_bytes(), log_signer().verifier(), &listed);
    assert!(matches!(refused, Err(InclusionFault::Policy(_))), "{refused:?}");
}

#[test]
fn each_malformed_proof_file_is_refused() {
    let text = file(2, 5).to_string();
    let cut = |from: &str, to: &str| InclusionFile::parse(&text.replacen(from, to, 1)).unwrap_err();
    assert_eq!(InclusionFile::parse("").unwrap_err(), InclusionFault::CutShort);
    assert_eq!(cut("@v1", "@v2"), InclusionFault::Header);
    assert!(matches!(cut("extra Y29", "extra !29"), InclusionFault::Line { expected: "extra", .. }));
    assert!(matches!(cut("index 2", "index 02"), InclusionFault::Line { expected: "index", .. }));
    assert!(matches!(cut("index 2", "index +2"), InclusionFault::Line { expected: "index", .. }));
    assert!(matches!(cut("index 2\n", ""), InclusionFault::Line { expected: "index", .. }));
    assert!(matches!(
        cut("index 2\n", "index 2\nextra AA==\n"),
        InclusionFault::Line { expected: "hash", .. }
    ));
    assert!(matches!(cut("index 2\n", "index 2\nAAAA\n"), InclusionFault::Line { expected: "hash", .. }));
    assert!(matches!(cut("index 2\n", "index 2\n\n"), InclusionFault::Checkpoint(_)));
    let hash = format!("{}\n", empty_root()).repeat(64);
    assert_eq!(cut("index 2\n", &format!("index 2\n{hash}")), InclusionFault::TooLong);
    assert!(InclusionFile::parse(text.trim_end()).is_err());
}

#[test]
fn a_note_without_empty_line_is_refused() {
    assert_eq!(note_fault(&with("\n\n", "\n")), NoteFault::NoSeparator);
}

#[test]
fn a_note_without_signature_is_refused() {
    let text = head(5).unverified().text();
    assert_eq!(note_fault(&format!("{text}\n")), NoteFault::NoSignature);
    assert_eq!(note_fault(&text), NoteFault::NoSeparator);
}

#[test]
fn a_note_that_does_not_end_with_a_newline_is_cut_short() {
    assert_eq!(note_fault(head(5).to_string().trim_end()), NoteFault::CutShort);
}

#[test]
fn a_note_with_a_control_character_is_refused() {
    assert_eq!(note_fault(&with("\n5\n", "\r\n5\n")), NoteFault::ControlCharacter);
    assert_eq!(note_fault(&with("log.example", "log\0example")), NoteFault::ControlCharacter);
}

#[test]
fn a_note_that_is_too_large_or_has_too_many_signatures_is_refused() {
    let line = head(5).signatures()[0].to_string() + "\n";
    let many = head(5).to_string() + &line.repeat(MAX_SIGNATURES);
    assert_eq!(note_fault(&many), NoteFault::TooManySignatures);
    let most = head(5).to_string() + &line.repeat(MAX_SIGNATURES - 1);
    assert!(SignedCheckpoint::parse(&most).unwrap().verify_log(log_signer().verifier()).is_ok());
    let large = "x".repeat(MAX_NOTE_BYTES + 1);
    assert_eq!(note_fault(&large), NoteFault::TooLarge { got: MAX_NOTE_BYTES + 1 });
}

#[test]
fn a_line_that_is_no_signature_line_is_refused() {
    let bad = [
        "-- name AAAAAAA=",
        "— name",
        "— name !",
        "— name AAAAAA==",
        "— name AAAAAAA",
        "—name AAAAAAA=",
        "",
        "—",
    ];
    for line in bad {
        assert!(SignatureLine::parse(line).is_err(), "{line}");
    }
    assert!(SignatureLine::parse("— name AAAAAAA=").is_ok());
    assert!(matches!(SignatureLine::parse("— a+b AAAAAAA="), Err(NoteFault::KeyName { .. })));
    assert!(SignatureLine::parse("— name AAAAAAB=").is_err(), "base64 that is not canonical");
}

#[test]
fn a_checkpoint_whose_size_is_not_canonical_is_refused() {
    for size in ["05", "+5", "-5", "", " 5", "5 ", "0x5", "9223372036854775808", "18446744073709551616"] {
        let fault = note_fault(&with("\n5\n", &format!("\n{size}\n")));
        assert!(matches!(fault, NoteFault::Checkpoint { line: "size", .. }), "{size}: {fault:?}");
    }
}

#[test]
fn a_checkpoint_whose_root_is_no_hash_is_refused() {
    let root = head(5).unverified().root().to_string();
    for bad in ["AAAA", "", &root[1..], root.trim_end_matches('=')] {
        assert!(matches!(note_fault(&with(&root, bad)), NoteFault::Checkpoint { .. }), "{bad}");
    }
}

#[test]
fn a_checkpoint_without_origin_or_with_an_empty_extension_line_is_refused() {
    assert!(matches!(note_fault(&with("log.example/one", "")), NoteFault::Checkpoint { line: "origin", .. }));
    let fault = note_fault(&with("\n\n", "\n\nlast\n\n"));
    assert!(matches!(fault, NoteFault::Checkpoint { line: "extension line", .. }), "{fault:?}");
    assert!(Checkpoint::new("a\nb", 0, empty_root()).is_err());
}

#[test]
fn an_empty_tree_has_the_empty_root_and_no_other() {
    assert!(Checkpoint::new("log.example/one", 0, empty_root()).is_ok());
    assert!(Checkpoint::new("log.example/one", 0, leaf_hash(b"")).is_err());
}

#[test]
fn lines_of_unknown_keys_are_kept_and_passed_over() {
    let mut signed = head(5);
    let unknown = SignatureLine::parse("— someone.example AAAAAAECAwQ=").unwrap();
    signed.add_signature_line(unknown.clone()).unwrap();
    signed.add_signature_line(unknown).unwrap();
    assert_eq!(signed.signatures().len(), 2);
    assert!(signed.verify_log(log_signer().verifier()).is_ok());
    assert_eq!(SignedCheckpoint::parse(&signed.to_string()), Ok(signed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_flipped_bit_of_a_proof_file_still_proves_but_for_its_extra_data(place: prop::sample::Index, bit in 0u8..8) {
        let original = file(2, 5);
        let mut bytes = original.to_string().into_bytes();
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let altered = String::from_utf8(bytes).ok().and_then(|text| InclusionFile::parse(&text).ok());
        if let Some(altered) = altered.filter(|altered| altered.extra == original.extra) {
            prop_assert!(verify(&altered, &2usize.to_be_bytes()).is_err(), "{}", altered);
        }
    }

    #[test]
    fn any_text_is_refused_or_read_back_byte_for_byte(
        text in "(— |n|old |index |extra |\\PC|\n|[0-9]|AA==| ){0,40}", at: prop::sample::Index, cut in 0usize..30,
    ) {
        let file = file(2, 5).to_string();
        let from = (0..=at.index(file.len())).rev().find(|at| file.is_char_boundary(*at)).unwrap();
        let to = (from + cut..).find(|to| *to >= file.len() || file.is_char_boundary(*to)).unwrap().min(file.len());
        let spliced = format!("{}{text}{}", &file[..from], &file[to..]);
        for text in [&text, &spliced] {
            if let Ok(read) = InclusionFile::parse(text) {
                prop_assert_eq!(&read.to_string(), text);
            }
            if let Ok(read) = SignedCheckpoint::parse(text) {
                prop_assert_eq!(&read.to_string(), text);
            }
            if let Ok(read) = AddCheckpoint::parse(text) {
                prop_assert_eq!(&read.to_string(), text);
            }
            let _ = Policy::parse(text);
        }
    }
}
