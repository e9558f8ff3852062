//! Keys, signatures and cosignatures: what verifies, and all that must not.

use proptest::prelude::*;

use super::{head, log_signer, witness_signer};
use crate::*;

const KINDS: [KeyKind; 2] = [KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44];

fn with_extension() -> Checkpoint {
    Checkpoint::parse(&(head(5).unverified().text() + "extra line\n")).unwrap()
}

#[test]
fn a_signed_checkpoint_verifies_with_the_logs_key_and_no_other() {
    let signed = head(5);
    let verified = signed.verify_log(log_signer().verifier()).unwrap();
    assert_eq!(verified.checkpoint(), signed.unverified());
    let other = NoteSigner::from_seed("log.example/one", &[2; SEED_BYTES]).unwrap();
    assert!(matches!(signed.verify_log(other.verifier()), Err(NoteFault::NotSigned { .. })));
    let other = NoteSigner::from_seed("log.example/two", &[1; SEED_BYTES]).unwrap();
    assert!(matches!(signed.verify_log(other.verifier()), Err(NoteFault::OtherLog { .. })));
}

#[test]
fn a_log_signs_only_its_own_checkpoints() {
    let other = NoteSigner::from_seed("log.example/two", &[1; SEED_BYTES]).unwrap();
    assert!(matches!(other.sign(head(5).unverified()), Err(NoteFault::OtherLog { .. })));
}

#[test]
fn a_log_may_sign_with_ml_dsa_44_alone() {
    let kind = KeyKind::CosignatureMlDsa44;
    let signer = CosignatureSigner::from_seed("log.example/one", kind, &[3; SEED_BYTES]).unwrap();
    let signed = SignedCheckpoint::sign_with_cosigner(head(5).unverified().clone(), &signer, 0).unwrap();
    assert!(signed.verify_log(signer.verifier()).is_ok());
    let refused = SignedCheckpoint::sign_with_cosigner(with_extension(), &signer, 0);
    assert_eq!(refused, Err(NoteFault::NotCovered));
}

#[test]
fn an_ml_dsa_44_log_key_does_not_vouch_for_extension_lines() {
    let kind = KeyKind::CosignatureMlDsa44;
    let signer = CosignatureSigner::from_seed("log.example/one", kind, &[3; SEED_BYTES]).unwrap();
    let note =
        SignedCheckpoint::sign_with_cosigner(head(5).unverified().clone(), &signer, 0).unwrap().to_string();
    let extended = SignedCheckpoint::parse(&note.replacen("\n\n", "\nadded later\n\n", 1)).unwrap();
    assert_eq!(extended.verify_log(signer.verifier()), Err(NoteFault::NotCovered));
}

#[test]
fn an_ed25519_signature_covers_extension_lines() {
    let signed = SignedCheckpoint::sign(with_extension(), &log_signer()).unwrap();
    let verified = signed.verify_log(log_signer().verifier()).unwrap();
    assert_eq!(verified.extensions(), ["extra line"]);
    let altered = SignedCheckpoint::parse(&signed.to_string().replace("extra", "Extra")).unwrap();
    assert!(matches!(altered.verify_log(log_signer().verifier()), Err(NoteFault::BadSignature { .. })));
}

#[test]
fn a_cosignature_carries_its_time_and_is_bound_to_it() {
    for kind in KINDS {
        let signer = witness_signer(1, kind);
        let mut signed = head(5);
        signed.add_signature_line(signer.sign(signed.unverified(), 1_700_000_000).unwrap()).unwrap();
        let found = signed.cosignatures(&[signer.verifier().clone()]).unwrap();
        assert_eq!((found[0].time, found[0].name.as_str()), (1_700_000_000, "witness.example/1"));
        let line = &signed.signatures()[1];
        let mut bytes = line.signature().to_vec();
        bytes[7] ^= 1;
        let shifted = note::SignatureLine::new(line.name(), line.key_id(), bytes);
        let mut signed = head(5);
        signed.add_signature_line(shifted.clone()).unwrap();
        let witnesses = [signer.verifier().clone()];
        assert!(matches!(signed.cosignatures(&witnesses), Err(NoteFault::BadSignature { .. })));
        assert!(head(5).add_cosignatures(&[shifted], &witnesses).is_err());
    }
}

#[test]
fn an_ml_dsa_44_cosignature_is_bound_to_the_cosigners_name() {
    let kind = KeyKind::CosignatureMlDsa44;
    let line = witness_signer(1, kind).sign(head(5).unverified(), 7).unwrap();
    let renamed = NoteVerifier::new("other", kind, witness_signer(1, kind).verifier().public_key()).unwrap();
    let line = note::SignatureLine::new("other", renamed.key_id(), line.signature().to_vec());
    let mut signed = head(5);
    signed.add_signature_line(line).unwrap();
    assert!(matches!(signed.cosignatures(&[renamed]), Err(NoteFault::BadSignature { .. })));
}

#[test]
fn a_time_past_the_limit_is_neither_signed_nor_accepted() {
    for kind in KINDS {
        let signer = witness_signer(1, kind);
        assert!(matches!(signer.sign(head(5).unverified(), 1 << 63), Err(NoteFault::Time { .. })));
        let mut bytes = vec![0x80, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend_from_slice(&[0; 64]);
        let line = note::SignatureLine::new("witness.example/1", signer.verifier().key_id(), bytes);
        let mut signed = head(5);
        signed.add_signature_line(line).unwrap();
        let refused = signed.cosignatures(&[signer.verifier().clone()]);
        assert!(matches!(refused, Err(NoteFault::Time { .. })));
    }
}

#[test]
fn a_cosignature_too_short_for_its_time_is_false() {
    let signer = witness_signer(1, KINDS[0]);
    let line = note::SignatureLine::new("witness.example/1", signer.verifier().key_id(), vec![0; 7]);
    let mut signed = head(5);
    signed.add_signature_line(line).unwrap();
    let refused = signed.cosignatures(&[signer.verifier().clone()]);
    assert!(matches!(refused, Err(NoteFault::BadSignature { .. })));
}

#[test]
fn a_log_signature_does_not_count_as_a_cosignature() {
    assert_eq!(head(5).cosignatures(&[log_signer().verifier().clone()]), Ok(Vec::new()));
    let refused = CosignatureSigner::from_seed("w", KeyKind::Ed25519, &[1; SEED_BYTES]);
    assert!(matches!(refused, Err(NoteFault::KeyKind { .. })));
}

#[test]
fn keys_come_back_from_their_pkcs8() {
    let log = NoteSigner::generate("log.example/one").unwrap();
    let again = NoteSigner::from_pkcs8("log.example/one", &log.to_pkcs8().unwrap()).unwrap();
    assert_eq!(log.verifier(), again.verifier());
    for kind in KINDS {
        let witness = CosignatureSigner::generate("w", kind).unwrap();
        let again = CosignatureSigner::from_pkcs8("w", kind, &witness.to_pkcs8().unwrap()).unwrap();
        assert_eq!(witness.verifier(), again.verifier());
        assert!(CosignatureSigner::from_pkcs8("w", kind, b"nonsense").is_err());
    }
    assert!(NoteSigner::from_pkcs8("n", b"").is_err());
}

#[test]
fn a_key_shown_for_debugging_does_not_show_its_secret() {
    let shown = format!("{:?}", witness_signer(1, KINDS[1]));
    assert!(shown.contains("witness.example/1") && shown.len() < 120, "{shown}");
}

#[test]
fn a_name_that_would_break_a_signature_line_is_refused() {
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{2003}b", "a\u{1}b"] {
        assert!(matches!(NoteSigner::from_seed(name, &[1; 32]), Err(NoteFault::KeyName { .. })), "{name:?}");
    }
}

#[test]
fn a_name_too_long_for_ml_dsa_44_cannot_sign() {
    let signer = CosignatureSigner::from_seed(&"n".repeat(256), KINDS[1], &[1; 32]).unwrap();
    assert_eq!(signer.sign(head(5).unverified(), 7), Err(NoteFault::NotCovered));
}

#[test]
fn verifier_keys_read_back_and_every_malformed_one_is_refused() {
    for key in [
        log_signer().verifier(),
        witness_signer(1, KINDS[0]).verifier(),
        witness_signer(1, KINDS[1]).verifier(),
    ] {
        let text = key.to_string();
        assert_eq!(&NoteVerifier::parse(&text).unwrap(), key);
        for end in 0..text.len() {
            assert!(NoteVerifier::parse(&text[..end]).is_err(), "{end}");
        }
        assert!(matches!(NoteVerifier::parse(&format!("x{text}")), Err(NoteFault::KeyId { .. })));
        assert!(NoteVerifier::parse(&format!("{text}\n")).is_err());
        assert!(NoteVerifier::parse(&format!("{text}A")).is_err());
        assert!(NoteVerifier::new("n", key.kind(), &key.public_key()[1..]).is_err());
    }
    let unknown = "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    assert!(matches!(NoteVerifier::parse(unknown), Err(NoteFault::KeyKind { kind: 2, .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_flipped_bit_of_a_signed_checkpoint_still_verifies(place: prop::sample::Index, bit in 0u8..8) {
        let signed = head(5);
        let mut bytes = signed.to_string().into_bytes();
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let altered = String::from_utf8(bytes).ok().and_then(|text| SignedCheckpoint::parse(&text).ok());
        if let Some(altered) = altered {
            prop_assert!(altered.verify_log(log_signer().verifier()).is_err(), "{altered}");
        }
    }

    #[test]
    fn no_flipped_bit_of_a_cosignature_still_counts(kind in prop::sample::select(&KINDS[..]), place: prop::sample::Index, bit in 0u8..8) {
        let signer = witness_signer(1, kind);
        let line = signer.sign(head(5).unverified(), 1_700_000_000).unwrap();
        let mut bytes = line.signature().to_vec();
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let mut signed = head(5);
        signed.add_signature_line(note::SignatureLine::new(line.name(), line.key_id(), bytes)).unwrap();
        prop_assert!(signed.cosignatures(&[signer.verifier().clone()]).is_err());
    }

    #[test]
    fn any_text_as_key_never_panics(text in "\\PC{0,60}", id in "[0-9a-f]{8}", bytes: Vec<u8>) {
        use base64::Engine as _;
        let _ = NoteVerifier::parse(&text);
        let key = base64::engine::general_purpose::STANDARD.encode(bytes);
        let _ = NoteVerifier::parse(&format!("n+{id}+{key}"));
    }
}
