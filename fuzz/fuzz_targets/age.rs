//! A sealed body opens within its bound or is refused. The key belongs to `seeds/age/body.age` and is worth nothing.

#![no_main]

use comity_seal::{SealingKey, open};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const IDENTITY: &str = include_str!("../seeds/age.identity.txt");
const MAX_PLAIN: usize = 1 << 20;

static KEY: LazyLock<SealingKey> = LazyLock::new(|| SealingKey::parse(IDENTITY.trim()).expect("the key"));

fuzz_target!(|data: &[u8]| {
    if let Ok(plain) = open(data, &KEY, MAX_PLAIN) {
        assert!(plain.len() <= MAX_PLAIN);
    }
});
