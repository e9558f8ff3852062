//! A proof file that was read is written and read again as the same proof.

#![no_main]

use comity_ledger::InclusionFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(file) = InclusionFile::parse(text) {
        let again = InclusionFile::parse(&file.to_string()).expect("what was written can be read");
        assert_eq!((again.index, again.proof), (file.index, file.proof));
    }
});
