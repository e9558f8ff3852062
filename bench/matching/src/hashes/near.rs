//! Search within a distance of 31 among 10 million hashes.

use super::{
    Took,
    data::{Kind, hashes, queries},
    memory, peers, took,
};
use crate::report::{Fallible, Section, share};
use comity_hashes::{
    Level, PdqHash,
    near::{Delta, Finder, Hit, Index, RADIUS, Segment, Shape, build_file},
};
use std::{path::Path, sync::Arc, time::Instant};

/// Lookups that are timed.
const ASKED: usize = 5_000;
/// Lookups whose answers are compared with those of a plain loop over all hashes.
const COMPARED: usize = 40;

pub fn measure(kind: Kind, count: usize, folder: &Path) -> Fallible<Vec<Section>> {
    let (name, least) = match kind {
        Kind::Uniform => ("PDQ lookups, uniform hashes, radius 31", 6_000.0),
        Kind::Clustered => ("PDQ lookups, clustered hashes, radius 31", 3_000.0),
    };
    let mut section = Section::new(name);
    section.figure("hashes", count as f64, "");
    let all = hashes(kind, count);
    let asked = queries(&all, ASKED);
    peers::write_hashes(folder, &all, &asked)?;
    let path = folder.join("segment");
    let (built, build) = took(|| build_file(&all, Shape::BySize, &path));
    built?;
    section.figure("building the segment", build.core, "CPU s");
    let expected = plainly(&all, asked.get(..COMPARED).unwrap_or_default());
    drop(all);
    let totals = ours(&mut section, &path, &asked, &expected, least)?;
    limit(&mut section, count);
    std::fs::remove_file(&path)?;
    let peer = peers::faiss(kind, folder, &totals)?;
    Ok(vec![section, peer])
}

/// How many hits the plain loop finds for each query, and the sum of their distances and positions.
fn plainly(all: &[PdqHash], asked: &[PdqHash]) -> Vec<[u64; 3]> {
    let hits = |query: &PdqHash| {
        let distances = all
            .iter()
            .map(|hash| hash.distance(query))
            .enumerate()
            .filter(|(_, distance)| *distance <= RADIUS);
        distances.fold([0; 3], |[hits, far, places], (place, distance)| {
            [hits + 1, far + u64::from(distance), places + place as u64]
        })
    };
    asked.iter().map(hits).collect()
}

fn sums(hits: &[Hit]) -> [u64; 3] {
    let sum = |of: fn(&Hit) -> u64| hits.iter().map(of).sum();
    [hits.len() as u64, sum(|hit| u64::from(hit.distance)), sum(|hit| hit.position)]
}

/// Measures ours; gives back the number of hits of each query, to compare with the peers'.
fn ours(
    section: &mut Section,
    path: &Path,
    asked: &[PdqHash],
    expected: &[[u64; 3]],
    least: f64,
) -> Fallible<Vec<u64>> {
    let before = memory();
    let (segment, open) = took(|| Segment::open(path));
    let index = Index::new(vec![Arc::new(segment?)], Delta::default());
    let mut finder = Finder::default();
    let mut totals = Vec::with_capacity(asked.len());
    let mut hits = Vec::new();
    // Once to warm up, and for the comparison with the peers.
    for query in asked {
        hits.clear();
        index.search_into(&mut finder, query, RADIUS, &mut hits);
        totals.push(hits.len() as u64);
    }
    let held = memory() - before;
    let work = finder.work();
    let mut times = Vec::with_capacity(asked.len());
    let ((), all) = took(|| {
        for query in asked {
            let begun = Instant::now();
            hits.clear();
            index.search_into(&mut finder, query, RADIUS, &mut hits);
            times.push(begun.elapsed().as_secs_f64() * 1e6);
        }
    });
    let right = asked
        .iter()
        .zip(expected)
        .filter(|(query, expected)| sums(&index.search(&mut finder, query, RADIUS)) == **expected);
    let recall = right.count() as f64 / expected.len().max(1) as f64;
    rate(section, asked.len(), all, least);
    let fastest = times.chunks_exact(100).map(|part| part.iter().sum::<f64>()).fold(f64::INFINITY, f64::min);
    section.figure("lookups a second by the clock, fastest 100 in a row", 100.0 * 1e6 / fastest, "/s");
    times.sort_by(f64::total_cmp);
    section.figure("time of one, p50", share(&times, 0.5), "µs");
    section.figure("time of one, p99", share(&times, 0.99), "µs");
    section.at_least("queries answered exactly as by a plain loop", recall, "", 1.0);
    section.under("index memory, mapped file included", held / 1e6, "MB", 1_000.0);
    section.figure("opening, with all checks", open.core, "CPU s");
    let each = |all: u64| all as f64 / asked.len() as f64;
    section.figure("hits a lookup", totals.iter().sum::<u64>() as f64 / asked.len() as f64, "");
    section.figure("buckets read a lookup", each(work.buckets), "");
    section.figure("entries sifted a lookup", each(work.entries), "");
    section.figure("rows compared a lookup", each(work.rows), "");
    section.note(format!("one lookup at a time, one thread; instructions: {:?}", Level::best()));
    Ok(totals)
}

fn rate(section: &mut Section, count: usize, took: Took, least: f64) {
    section.at_least("lookups a second of one core", count as f64 / took.core, "/s", least);
    section.figure("lookups a second by the clock", count as f64 / took.clock, "/s");
}

/// What the memory allows: the buckets that a lookup with the usual tolerances must read, each a place of its own, and their lines of 64 bytes.
fn limit(section: &mut Section, count: usize) {
    // Seven tables of 16 bits with tolerance 1, six with tolerance 2 whose addresses grow with the rows; two bytes an entry, and a
    // line more since buckets begin anywhere.
    let long = f64::from(count.max(2).ilog2().saturating_sub(5).clamp(16, 20));
    let lines = |buckets: f64, bits: f64| buckets * (count as f64 / bits.exp2() * 2.0 / 64.0 + 1.0);
    let lines = 7.0 * lines(17.0, 16.0) + 6.0 * lines(1.0 + long + long * (long - 1.0) / 2.0, long);
    let line = line_time();
    section.figure("limit: lines of memory a lookup", lines, "");
    section.figure("limit: one such line, asked for ahead", line * 1e9, "ns");
    section.figure("limit: lookups a second by memory alone", 1.0 / (lines * line), "/s");
    section.note("limit: lines that the buckets of all tables take, times the time of a line where runs of five are read at random places of 400 MB that do not wait for each other, in this run");
}

/// Seconds of processor for a line in runs of five.
fn line_time() -> f64 {
    const RUNS: usize = 200_000;
    let memory = vec![1u8; 400 << 20];
    let mut random = super::data::Random(3);
    let places: Vec<usize> = (0..RUNS).map(|_| random.under(memory.len() - 320) / 64 * 64).collect();
    let (sum, took) = took(|| {
        // Several sums at once stand for asking ahead: none waits for another.
        places
            .iter()
            .map(|place| (0..5).map(|line| u64::from(memory[place + line * 64])).sum::<u64>())
            .sum::<u64>()
    });
    assert!(sum > 0);
    took.core / (RUNS * 5) as f64
}
