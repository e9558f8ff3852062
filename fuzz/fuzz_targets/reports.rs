//! Reports of missing children in each format are read or refused with words.

#![no_main]

use comity_formats::{ReportFormat, detect, read_report};
use comity_model::id::SubjectId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = detect(data);
    for format in [ReportFormat::Yellow, ReportFormat::Cap, ReportFormat::Comity] {
        let mut number = 0;
        let mut new_id = || {
            number += 1;
            SubjectId::new(number, [0; 10])
        };
        if let Err(fault) = read_report(format, data, &mut new_id) {
            assert!(!fault.to_string().is_empty());
        }
    }
});
