//! A request to a witness is read or refused with a status of its own.

#![no_main]

use comity_ledger::AddCheckpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(refusal) = AddCheckpoint::parse(text) {
        assert!((400..500).contains(&refusal.status()));
    }
});
