//! Memory of hash sets as a node holds them: hashes come one by one, and whenever a segment is full it is made; two bytes beside
//! each hash say its category.

use super::{data::Random, memory};
use crate::report::{Fallible, Section};
use comity_hashes::{
    PdqHash, SegmentError,
    exact::{self, Algorithm, ExactSegment},
    near::{self, Delta, Index, Segment, Shape},
};
use std::sync::Arc;

const MIB: f64 = (1 << 20) as f64;

pub fn measure(count: usize) -> Fallible<Section> {
    let mut section = Section::new("memory of hash sets in a node");
    for count in [count / 10, count] {
        let digests = |algorithm| move |digests: &[u8]| ExactSegment::of(algorithm, digests);
        let (md5, sha256) = (digests(Algorithm::Md5), digests(Algorithm::Sha256));
        let bytes = |random: &mut Random| random.bytes::<16>().to_vec();
        let sized = |n| exact::size(Algorithm::Md5, n);
        one(&mut section, "MD5", (count, exact::HELD), bytes, md5, sized, |made| made)?;
        let bytes = |random: &mut Random| random.bytes::<32>().to_vec();
        let sized = |n| exact::size(Algorithm::Sha256, n);
        one(&mut section, "SHA-256", (count, exact::HELD), bytes, sha256, sized, |made| made)?;
        let hash = |random: &mut Random| vec![PdqHash(random.bytes())];
        let made = |hashes: &[PdqHash]| Segment::of(hashes, Shape::BySize).map(Arc::new);
        let sized = |n| near::size(n, Shape::BySize);
        let index = |segments| Index::new(segments, Delta::default());
        one(&mut section, "PDQ", (count, near::HELD), hash, made, sized, index)?;
    }
    section.note("resident memory of the process, before and after; the most that it was meanwhile by the system's own count");
    section.note("random hashes; `known beforehand` is what a node reckons from the numbers alone");
    Ok(section)
}

/// One set of a kind: `draw` gives a hash, `make` a segment of `most`, `hold` what is searched.
fn one<T, S, H>(
    section: &mut Section,
    kind: &str,
    (count, most): (usize, usize),
    draw: impl Fn(&mut Random) -> Vec<T>,
    make: impl Fn(&[T]) -> Result<S, SegmentError>,
    size: impl Fn(usize) -> usize,
    hold: impl FnOnce(Vec<S>) -> H,
) -> Fallible<()> {
    let before = memory();
    forget_most();
    let mut random = Random(11);
    let (mut hashes, mut segments, mut categories) = (Vec::new(), Vec::new(), Vec::<u16>::new());
    for number in 1..=count {
        hashes.extend(draw(&mut random));
        categories.push((number % 4) as u16);
        if number % most == 0 || number == count {
            segments.push(make(&hashes)?);
            hashes.clear();
        }
    }
    drop(hashes);
    categories.shrink_to_fit();
    let held = hold(segments);
    let (after, peak) = (memory(), memory_at_most());
    let whole = (count / most * size(most) + size(count % most) + 2 * count) as f64;
    let name = |what: &str| format!("{kind}, {} million, {what}", count as f64 / 1e6);
    section.figure(name("resident"), (after - before) / MIB, "MiB");
    section.figure(name("known beforehand"), whole / MIB, "MiB");
    section.figure(name("at most while it is made"), (peak - before) / MIB, "MiB");
    drop((held, categories));
    Ok(())
}

/// Has the system count anew what memory the process holds at most.
fn forget_most() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Bytes of memory that the process has held at most.
fn memory_at_most() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(0.0) * 1024.0
}
