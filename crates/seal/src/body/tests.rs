//! Sealing and opening, and every way in which a sealed body can be wrong.

use proptest::prelude::*;

use super::*;

fn key() -> SealingKey {
    SealingKey::generate().unwrap()
}

fn sealed_to(keys: &[&SealingKey], body: &[u8]) -> Vec<u8> {
    let to: Vec<_> = keys.iter().map(|key| key.public().clone()).collect();
    seal(body, &to).unwrap()
}

#[test]
fn each_recipient_opens_what_was_sealed_to_several() {
    let keys = [key(), key(), key()];
    let sealed = sealed_to(&[&keys[0], &keys[1], &keys[2]], b"to three");
    for key in &keys {
        assert_eq!(open(&sealed, key, 100).unwrap(), b"to three");
    }
}
