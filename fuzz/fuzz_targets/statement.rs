//! A statement that was read can be checked, and survives being written.

#![no_main]

use comity_record::envelope::read_statement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(statement) = read_statement(data) {
        let _ = statement.check();
        let written = serde_json::to_vec(&statement).expect("a statement can be written");
        // Writing may add escapes, and so exceed the bound on size.
        if written.len() <= data.len() {
            assert_eq!(read_statement(&written), Ok(statement));
        }
    }
});
