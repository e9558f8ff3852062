//! Segments of a holder's filter. What is read is written back as it came, and can be looked up in.
#![no_main]

use comity_psi::epoch::{Filter, Segment};
use comity_psi::oprf::Output;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(segment) = Segment::from_bytes(data) else { return };
    assert_eq!(segment.to_bytes(), data);
    assert_eq!(segment.size(), data.len());
    let Ok(filter) = Filter::new(vec![segment]) else { return };
    for byte in 0..=u8::MAX {
        filter.contains(&Output([byte; 64]));
    }
});
