//! The peers: faiss and the reference of PDQ, from PyPI, on the same data in the same run. `COMITY_PEERS` names the Python that has them.

use super::data::Kind;
use crate::report::{Fallible, Section};
use comity_hashes::{PdqHash, pdq::Pdq};
use serde_json::Value;
use std::{path::Path, process::Command};

/// Queries that faiss gets: it is so much slower.
const FLAT: usize = 100;
const MULTI: usize = 100;

pub fn write_hashes(folder: &Path, all: &[PdqHash], asked: &[PdqHash]) -> Fallible<()> {
    for (name, hashes) in [("hashes.bin", all), ("queries.bin", asked)] {
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// What a peer's script says; nothing where it cannot be run.
fn run(arguments: &[&str], folder: &Path) -> Option<Value> {
    let python = std::env::var_os("COMITY_PEERS")?;
    let output = Command::new(python)
        .arg("bench/matching/peers/hashes.py")
        .args(arguments)
        .arg(folder)
        .output()
        .ok()?;
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    serde_json::from_slice(&output.stdout).ok()
}

fn number(value: &Value, name: &str) -> f64 {
    value.get(name).and_then(Value::as_f64).unwrap_or(0.0)
}

pub fn faiss(kind: Kind, folder: &Path, ours: &[u64]) -> Fallible<Section> {
    let mut section = Section::new(match kind {
        Kind::Uniform => "peer: faiss on the same uniform hashes",
        Kind::Clustered => "peer: faiss on the same clustered hashes",
    });
    let (flat, multi) = (FLAT.to_string(), MULTI.to_string());
    let Some(said) = run(&["search", &flat, &multi], folder) else {
        section.note("not measured: COMITY_PEERS names no Python with faiss-cpu");
        return Ok(section);
    };
    section.figure("IndexBinaryFlat, lookups a second of one core", number(&said, "flat"), "/s");
    section.figure("IndexBinaryMultiHash, lookups a second of one core", number(&said, "multi"), "/s");
    section.figure("IndexBinaryFlat, memory", number(&said, "flat_bytes") / 1e6, "MB");
    section.figure("IndexBinaryMultiHash, memory", number(&said, "multi_bytes") / 1e6, "MB");
    let same = |name: &str, asked: usize| number(&said, name) == ours.iter().take(asked).sum::<u64>() as f64;
    section.at_least("Flat has as many hits as we", f64::from(same("flat_hits", FLAT)), "", 1.0);
    section.figure("MultiHash has as many hits as we", f64::from(same("multi_hits", MULTI)), "");
    section.note(format!(
        "faiss-cpu 1.15.1, one thread, radius 31, {FLAT} queries each in one call; MultiHash: 16 hashes of 16 bits, 1 flip, by which it misses nothing"
    ));
    Ok(section)
}

pub fn pdqhash(folder: &Path, picture: &[u8], side: usize, ours: &Pdq) -> Fallible<Section> {
    let mut section = Section::new("peer: the reference of PDQ on the same pixels");
    std::fs::write(folder.join("picture.rgb"), picture)?;
    let Some(said) = run(&["pdq", &side.to_string()], folder) else {
        section.note("not measured: COMITY_PEERS names no Python with pdqhash");
        return Ok(section);
    };
    section.figure("hashes a second of one core", number(&said, "rate"), "/s");
    let theirs = said.get("hash").and_then(Value::as_str).unwrap_or_default().parse::<PdqHash>();
    let distance = theirs.map_or(256, |theirs| theirs.distance(&ours.hash));
    section.under("bits that differ from ours", f64::from(distance), "", 11.0);
    section.note("PyPI pdqhash 0.2.8, the reference in C++ behind Python");
    Ok(section)
}
