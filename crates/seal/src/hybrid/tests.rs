//! Low-order points against another implementation of X25519, and the label that keeps recipients apart.

use aws_lc_rs::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use aws_lc_rs::rand::SystemRandom;

use super::*;

fn contributes(point: &[u8; 32]) -> bool {
    let key = EphemeralPrivateKey::generate(&X25519, &SystemRandom::new()).unwrap();
    let peer = UnparsedPublicKey::new(&X25519, point);
    agree_ephemeral(key, peer, (), |_| Ok(())).is_ok()
}

#[test]
fn every_point_on_the_list_contributes_nothing_by_another_implementation() {
    for mut point in LOW_ORDER {
        assert!(!contributes(&point));
        assert!(is_low_order(&point));
        point[31] |= 0x80;
        assert!(!contributes(&point));
        assert!(is_low_order(&point));
    }
}

#[test]
fn ordinary_points_contribute() {
    for first in 2..=255 {
        let mut point = [0; 32];
        point[0] = first;
        assert!(contributes(&point));
        assert!(!is_low_order(&point));
    }
}

#[test]
fn a_point_of_the_wrong_length_is_refused() {
    assert!(is_low_order(&[9; 31]) && is_low_order(&[9; 33]) && is_low_order(&[]));
}

#[test]
fn recipients_that_a_quantum_computer_could_open_are_not_mixed_with_ours() {
    let hybrid = SealingKey::generate().unwrap();
    let classical = age::x25519::Identity::generate().to_public();
    let keys = [hybrid.public()];
    let ours = Recipients(&keys);
    let mixed: [&dyn age::Recipient; 2] = [&ours, &classical];
    let encryptor = age::Encryptor::with_recipients(mixed.into_iter());
    assert!(matches!(encryptor.err(), Some(EncryptError::IncompatibleRecipients { .. })));
}
