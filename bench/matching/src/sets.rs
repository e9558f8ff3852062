//! Measures of private set intersection: two whole case loads, the online query, and the filter, with the limit that the
//! group's arithmetic sets and with two peers beside us.

mod batch;
mod limit;
mod online;
mod peers;

use crate::report::{Fallible, Section, load};
use std::time::Instant;

/// Entries of each party. `COMITY_PSI_ENTRIES` sets another number, for a quick look.
fn entries() -> usize {
    std::env::var("COMITY_PSI_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}

/// What was measured.
pub fn measure() -> Fallible<Vec<Section>> {
    let count = entries();
    let data = Data::new(count);
    let mut sections = vec![limit::measure(count)];
    sections.push(batch::measure(&data)?);
    sections.push(online::measure(&data)?);
    sections.extend(peers::measure(&data)?);
    if let Some(last) = sections.last_mut() {
        last.figure("load of the machine afterwards (1 minute)", load(), "");
    }
    Ok(sections)
}

/// Invented mail addresses; every second of one party is the other's too.
pub struct Data {
    /// One party's entries.
    pub own: Vec<String>,
    /// The other's, in another order.
    pub theirs: Vec<String>,
}

impl Data {
    fn new(count: usize) -> Self {
        let entry = |number: usize| {
            format!("user{number}.{}@mail.example", number.wrapping_mul(0x9e37_79b9) % 100_000)
        };
        let own = (0..count).map(entry).collect();
        Self { own, theirs: (count / 2..count / 2 + count).rev().map(entry).collect() }
    }

    /// How many both have.
    pub fn common(&self) -> usize {
        self.own.len() - self.own.len() / 2
    }
}

/// CPU seconds of this process, all threads, and wall seconds, of some work.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64, f64) {
    let (cpu, wall) = (cpu_seconds(), Instant::now());
    let done = work();
    (done, cpu_seconds() - cpu, wall.elapsed().as_secs_f64())
}

/// User and system time of this process: the 14th and 15th field of `/proc/self/stat`, in hundredths of a second.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}
