//! Responses and requests of time-stamping authorities: no bytes make a timestamp that nobody signed.
#![no_main]

use comity_seal::timestamp::{Anchors, TimestampRequest, verify_response, verify_token};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(request) = TimestampRequest::new([7; 32], [9; 16]) else { return };
    assert!(verify_response(bytes, &request, &Anchors::new()).is_err());
    assert!(verify_token(bytes, &request, &Anchors::new()).is_err());
    if let Ok(read) = TimestampRequest::read(bytes) {
        assert_eq!(read.to_der(), bytes);
    }
    let _ = Anchors::new().add(bytes);
});
