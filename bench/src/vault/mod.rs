//! The evidence vault beside restic and borg: taking in, verifying, handing over, opening a range, and the court bundle.
//!
//! Peers are Debian's packages; a peer that is not installed is left out and named. All of them, and we, read the same files, which
//! lie in the page cache, and write to the same disk.

mod bundle;
mod client;
mod files;
mod index;
mod nodes;
mod own;
mod peers;
mod range;

pub use own::child;

use crate::report::{Fallible, Section};
use comity_vault::digest::Sha256;
use std::{hint::black_box, path::Path, time::Instant};

/// Bytes of the large file.
const LARGE: u64 = 2 << 30;
const MB: f64 = 1e6;

/// All of it.
pub fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("evidence vault");
    let data = data.join("vault");
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data)?;
    let hashing = sha256_rate();
    let disk = files::disk_rate(&data)?;
    let limit = hashing.min(disk);
    section.figure("limit: one stream of SHA-256", hashing, "MB/s");
    section.figure("limit: this disk, 16 MiB writes past the cache, synced", disk, "MB/s");
    large(&mut section, &data, limit, hashing)?;
    small(&mut section, &data)?;
    range::measure(&mut section, &data)?;
    bundle::measure(&mut section, &data)?;
    index::measure(&mut section, &data)?;
    std::fs::remove_dir_all(&data)?;
    Ok(section)
}

/// MB a second of one core.
fn sha256_rate() -> f64 {
    let (block, begun) = (vec![7u8; 64 << 20], Instant::now());
    let mut hasher = Sha256::default();
    (0..16).for_each(|_| hasher.update(black_box(&block)));
    black_box(hasher.finish());
    16.0 * block.len() as f64 / MB / begun.elapsed().as_secs_f64()
}

fn large(section: &mut Section, data: &Path, limit: f64, hashing: f64) -> Fallible<()> {
    let file = data.join("image.raw");
    files::random_file(&file, LARGE)?;
    let rate = |seconds: f64| LARGE as f64 / MB / seconds;
    let ours = own::large(data, &file)?;
    let peers = peers::large(section, data, &file)?;
    let best = |what: fn(&peers::Times) -> f64| peers.iter().map(what).fold(f64::INFINITY, f64::min);
    let (take, verify) = (best(|peer| peer.backup), best(|peer| peer.verify));
    section.at_least("take in 2 GiB", rate(ours.take), "MB/s", 0.6 * limit);
    section.figure("  of the limit", 100.0 * rate(ours.take) / limit, "%");
    if take.is_finite() {
        section.at_least("  times the faster peer", take / ours.take, "x", 3.0);
    }
    section.at_least("verify 2 GiB at rest", rate(ours.verify), "MB/s", 0.8 * hashing);
    if verify.is_finite() {
        section.at_least("  times the faster peer", verify / ours.verify, "x", 4.0);
    }
    section.under("memory of a process that takes 2 GiB in and verifies it", ours.memory_mb, "MB", 64.0);
    nodes::large(section, data, &file, limit)?;
    std::fs::remove_file(file)?;
    Ok(())
}

fn small(section: &mut Section, data: &Path) -> Fallible<()> {
    let folder = data.join("small");
    let bytes = files::small_files(&folder, 10_000)?;
    let ours = own::small(data, &folder)?;
    let copy = files::copy_synced(&folder, &data.join("copy"))?;
    let peers = peers::small(section, data, &folder)?;
    let best = peers.iter().map(|peer| peer.backup).fold(f64::INFINITY, f64::min);
    section.figure("10,000 files of 4 to 64 KiB: a copy with sync", copy, "s");
    section.figure("10,000 files of 4 to 64 KiB: taken in", ours, "s");
    section.figure("  as bytes", bytes as f64 / MB / ours, "MB/s");
    let node = nodes::small(data, &folder)?;
    section.figure("10,000 files of 4 to 64 KiB: taken in through a node's API", node, "s");
    if best.is_finite() {
        section.at_least("  times the faster peer, without a node", best / ours, "x", 2.0);
        section.at_least("  times the faster peer, through a node", best / node, "x", 2.0);
    }
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
