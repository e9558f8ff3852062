//! Exact lookups of MD5 digests among 50 million.

use super::{data::Random, memory, took};
use crate::report::{Fallible, Section};
use comity_hashes::exact::{Algorithm, ExactSegment, build_file};
use std::path::Path;

/// Lookups that are timed.
const ASKED: usize = 5_000_000;

pub fn measure(count: usize, folder: &Path) -> Fallible<Section> {
    let mut section = Section::new("exact lookups, MD5");
    section.figure("digests", count as f64, "");
    let mut random = Random(5);
    let mut digests = Vec::with_capacity(count * 16);
    (0..count).for_each(|_| digests.extend(random.bytes::<16>()));
    // Every other one is there.
    let mut asked = Vec::with_capacity(ASKED * 16);
    for number in 0..ASKED {
        if number % 2 == 0 {
            let place = random.under(count) * 16;
            asked.extend_from_slice(&digests[place..place + 16]);
        } else {
            asked.extend(random.bytes::<16>());
        }
    }
    let path = folder.join("exact");
    let (built, build) = took(|| build_file(Algorithm::Md5, &digests, &path));
    built?;
    drop(digests);
    let before = memory();
    let (segment, open) = took(|| ExactSegment::open(&path));
    let segment = segment?;
    let held = memory() - before;
    let mut found = 0u64;
    let ((), all) = took(|| segment.find_many(&asked, |_, _| found += 1));
    section.at_least("lookups a second of one core", ASKED as f64 / all.core, "/s", 10_000_000.0);
    section.figure("lookups a second by the clock", ASKED as f64 / all.clock, "/s");
    section.at_least("of those that are there, found", found as f64 / (ASKED / 2) as f64, "", 1.0);
    section.figure("memory, mapped file included", held / 1e6, "MB");
    section.figure("building", build.core, "CPU s");
    section.figure("opening, with all checks", open.core, "CPU s");
    section.note("one thread, one call for all; half of the digests are there; whole digests are compared, and places are read");
    std::fs::remove_file(&path)?;
    Ok(section)
}
