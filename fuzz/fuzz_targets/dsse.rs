//! An envelope that was read is written and read again as the same envelope.

#![no_main]

use comity_seal::Dsse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(dsse) = Dsse::from_json(data) {
        let _ = dsse.claimed_signers();
        assert_eq!(Dsse::from_json(&dsse.to_json()).as_ref(), Ok(&dsse));
    }
});
