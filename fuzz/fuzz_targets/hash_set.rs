//! Any list is read without a panic, every item is counted, and what is an entry has a hash.

#![no_main]

use comity_hashes::set::{Format, Item, Limits, Wide, read};
use libfuzzer_sys::fuzz_target;
use std::{io::BufReader, ops::ControlFlow};

fuzz_target!(|data: &[u8]| {
    for format in [Format::Vics, Format::Csv, Format::Plain(Wide::Sha256), Format::Plain(Wide::Pdq)] {
        let (mut entries, mut refused) = (0, 0);
        let limits = Limits { item: 512, entries: 1000 };
        let summary = read(BufReader::with_capacity(16, data), format, &limits, |item| {
            match item {
                Item::Entry(entry) => {
                    entries += 1;
                    assert!(
                        entry.md5.is_some()
                            || entry.sha1.is_some()
                            || entry.sha256.is_some()
                            || entry.blake3.is_some()
                            || entry.pdq.is_some()
                    );
                    assert!(entry.quality.is_none_or(|quality| quality <= 100));
                }
                Item::Refused(line) => {
                    refused += 1;
                    assert!(!line.to_string().is_empty());
                }
            }
            ControlFlow::Continue(())
        });
        if let Ok(summary) = summary {
            assert_eq!((summary.entries, summary.refused), (entries, refused));
        }
    }
});
