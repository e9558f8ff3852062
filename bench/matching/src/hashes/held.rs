//! Memory of hash sets as a node holds them: hashes come one by one, and whenever a segment is full it is made; two bytes beside
//! each hash say its category.
//!
//! Each set is made in a process of its own, since memory that one has given back stays with its process.

use super::{data::Random, memory};
use crate::report::{Fallible, Section};
use comity_hashes::{
    PdqHash, SegmentError,
    exact::{self, Algorithm, ExactSegment},
    near::{self, Delta, Index, Segment, Shape},
};
use std::{
    process::{Command, Stdio, exit},
    sync::Arc,
};

const MIB: f64 = (1 << 20) as f64;
/// What a process that is to make one set alone is told: the kind, and how many hashes.
const ALONE: &str = "COMITY_BENCH_HELD";

/// A kind of hashes, and how large a node reckons so many of them.
type Kind = (&'static str, fn(usize) -> usize);

const KINDS: [Kind; 3] = [
    ("MD5", |count| parts(count, exact::HELD, |n| exact::size(Algorithm::Md5, n))),
    ("SHA-256", |count| parts(count, exact::HELD, |n| exact::size(Algorithm::Sha256, n))),
    ("PDQ", |count| parts(count, near::HELD, |n| near::size(n, Shape::BySize))),
];

/// Bytes of so many hashes in segments of `most`, with their categories.
fn parts(count: usize, most: usize, size: impl Fn(usize) -> usize) -> usize {
    let rest = if count.is_multiple_of(most) { 0 } else { size(count % most) };
    count / most * size(most) + rest + 2 * count
}

pub fn measure(count: usize) -> Fallible<Section> {
    if let Ok(told) = std::env::var(ALONE) {
        alone(&told)?;
        exit(0);
    }
    let mut section = Section::new("memory of hash sets in a node");
    for count in [count / 10, count] {
        for (kind, reckoned) in KINDS {
            let (held, most) = in_a_process(kind, count)?;
            let name = |what: &str| format!("{kind}, {} million, {what}", count as f64 / 1e6);
            section.figure(name("resident"), held / MIB, "MiB");
            section.figure(name("as a node reckons beforehand"), reckoned(count) as f64 / MIB, "MiB");
            section.figure(name("at most while it is made"), most / MIB, "MiB");
        }
    }
    section.note("resident memory of a process with the set less that before; the most by the system's own count; random hashes");
    Ok(section)
}

/// Bytes that a set takes, and that it takes at most while it is made.
fn in_a_process(kind: &str, count: usize) -> Fallible<(f64, f64)> {
    let program = std::env::current_exe()?;
    let mut making = Command::new(program);
    making.arg("hash-memory").env(ALONE, format!("{kind} {count}")).stderr(Stdio::inherit());
    let told = String::from_utf8(making.output()?.stdout)?;
    let mut numbers = told.split_whitespace().map(str::parse::<f64>);
    match (numbers.next(), numbers.next()) {
        (Some(held), Some(most)) => Ok((held?, most?)),
        _ => Err(format!("the process that makes {count} {kind} has ended without figures").into()),
    }
}

/// Makes the one set that it is told and prints what it takes.
fn alone(told: &str) -> Fallible<()> {
    let (kind, count) = told.split_once(' ').ok_or("a kind and a number are needed")?;
    let count: usize = count.parse()?;
    let bytes = |len: usize| move |random: &mut Random| random.bytes::<32>()[..len].to_vec();
    let exact = |algorithm| move |digests: &[u8]| ExactSegment::of(algorithm, digests);
    let near = |hashes: &[PdqHash]| Segment::of(hashes, Shape::BySize).map(Arc::new);
    let before = memory();
    match kind {
        "MD5" => drop(made(count, exact::HELD, before, bytes(16), exact(Algorithm::Md5), |made| made)?),
        "SHA-256" => {
            drop(made(count, exact::HELD, before, bytes(32), exact(Algorithm::Sha256), |made| made)?)
        }
        _ => {
            let draw = |random: &mut Random| vec![PdqHash(random.bytes())];
            drop(made(count, near::HELD, before, draw, near, |made| Index::new(made, Delta::default()))?);
        }
    }
    Ok(())
}

/// A set of which `draw` gives a hash and `make` a segment of `most`, and `hold` what is searched; prints what it takes.
fn made<T, S, H>(
    count: usize,
    most: usize,
    before: f64,
    draw: impl Fn(&mut Random) -> Vec<T>,
    make: impl Fn(&[T]) -> Result<S, SegmentError>,
    hold: impl FnOnce(Vec<S>) -> H,
) -> Fallible<(H, Vec<u16>)> {
    let mut random = Random(11);
    let (mut hashes, mut segments, mut categories) = (Vec::new(), Vec::new(), Vec::new());
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
    println!("{} {}", memory() - before, memory_at_most() - before);
    Ok((held, categories))
}

/// Bytes of memory that the process has held at most.
fn memory_at_most() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(0.0) * 1024.0
}
