//! PDQ, search within a distance, exact lookups and the memory of sets, with the reference and faiss on the same data in the same run.
//!
//! Figures "of one core" count processor time of the thread that asks, which other work on the machine disturbs least; the time that
//! passed stands beside it. `COMITY_BENCH_HASHES` sets how many hashes are searched (10 million); five times as many digests are looked up.

mod data;
mod exact;
mod held;
mod near;
mod pdq;
mod peers;

use crate::report::{Fallible, Section};
use std::{path::Path, time::Instant};

/// What was measured.
pub fn measure(data: &Path) -> Fallible<Vec<Section>> {
    let folder = std::env::temp_dir().join(format!("comity-bench-hashes-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let sections = sections(data, &folder);
    std::fs::remove_dir_all(&folder)?;
    sections
}

/// The memory that sets take in a node.
pub fn memory_of_sets() -> Fallible<Section> {
    held::measure(hashes())
}

/// How many hashes are searched.
fn hashes() -> usize {
    std::env::var("COMITY_BENCH_HASHES").ok().and_then(|count| count.parse().ok()).unwrap_or(10_000_000)
}

fn sections(data: &Path, folder: &Path) -> Fallible<Vec<Section>> {
    let count = hashes();
    let mut sections = pdq::measure(data, folder)?;
    sections.push(held::measure(count)?);
    for kind in [data::Kind::Uniform, data::Kind::Clustered] {
        sections.extend(near::measure(kind, count, folder)?);
    }
    sections.push(exact::measure(count * 5, folder)?);
    Ok(sections)
}

/// Seconds of the clock and of the processor that something took.
#[derive(Debug, Clone, Copy)]
struct Took {
    clock: f64,
    core: f64,
}

fn took<T>(what: impl FnOnce() -> T) -> (T, Took) {
    let (begun, before) = (Instant::now(), processor());
    let done = what();
    (done, Took { clock: begun.elapsed().as_secs_f64(), core: processor() - before })
}

/// Seconds that this thread was on a processor.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// Bytes of memory that the process holds, mapped files included.
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(0.0) * 1024.0
}
