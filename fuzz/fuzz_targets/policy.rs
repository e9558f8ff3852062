//! A witness policy is read or refused.

#![no_main]

use comity_ledger::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(policy) = Policy::parse(data) {
        let _ = policy.witnesses().count();
    }
});
