//! A signed checkpoint that was read is written as it was, or not at all.

#![no_main]

use comity_ledger::SignedCheckpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(signed) = SignedCheckpoint::parse(text) {
        let written = signed.to_string();
        let again = SignedCheckpoint::parse(&written).expect("what was written can be read");
        assert_eq!(again.to_string(), written);
        assert_eq!(again.unverified(), signed.unverified());
    }
});
