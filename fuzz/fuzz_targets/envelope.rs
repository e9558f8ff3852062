//! An envelope of the wire survives being written; its statement can be looked at.

#![no_main]

use comity_record::{Envelope, envelope::read_statement};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(envelope) = serde_json::from_slice::<Envelope>(data) {
        let _ = read_statement(&envelope.statement.payload);
        let written = serde_json::to_vec(&envelope).expect("an envelope can be written");
        assert_eq!(serde_json::from_slice::<Envelope>(&written).expect("and read again"), envelope);
    }
});
