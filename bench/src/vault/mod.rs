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

/// What bounds each: one stream of SHA-256 or the disk, in MB a second of content.
struct Limits {
    take: f64,
    verify: f64,
    /// Giver and receiver share the disk: each byte is read and written.
    hand_over: f64,
}

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// One file of 2 GiB, taken in and verified, beside the peers.
    Large,
    /// The same through a node, and handed over to another.
    HandOver,
    /// Ten thousand small files, beside the peers and through a node.
    Small,
    /// Any MiB of a very large item.
    Range,
    /// Court bundles and their index.
    Bundle,
}

/// All of it, or one part.
pub fn measure(data: &Path, only: Option<Part>) -> Fallible<Section> {
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut section = Section::new("evidence vault");
    let data = data.join("vault");
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data)?;
    let hashing = sha256_rate();
    let disk = files::disk_rates(&data)?;
    let limits = Limits {
        take: hashing.min(disk.write),
        verify: hashing.min(disk.read),
        hand_over: hashing.min(disk.copy),
    };
    section.figure("limit: one stream of SHA-256", hashing, "MB/s");
    section.figure("limit: this disk, 16 MiB writes past the cache, synced", disk.write, "MB/s");
    section.figure("limit: this disk, reads past the cache", disk.read, "MB/s");
    section.figure("limit: this disk, reads and writes of as much at once", disk.copy, "MB/s");
    if wanted(Part::Large) || wanted(Part::HandOver) {
        let file = data.join("image.raw");
        files::random_file(&file, LARGE)?;
        if wanted(Part::Large) {
            large(&mut section, &data, &file, &limits)?;
        }
        if wanted(Part::HandOver) {
            nodes::large(&mut section, &data, &file, &limits)?;
        }
        std::fs::remove_file(file)?;
    }
    if wanted(Part::Small) {
        small(&mut section, &data)?;
    }
    if wanted(Part::Range) {
        range::measure(&mut section, &data)?;
    }
    if wanted(Part::Bundle) {
        bundle::measure(&mut section, &data)?;
        index::measure(&mut section, &data)?;
    }
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

fn large(section: &mut Section, data: &Path, file: &Path, limits: &Limits) -> Fallible<()> {
    let rate = |seconds: f64| LARGE as f64 / MB / seconds;
    let ours = own::large(data, file)?;
    let peers = peers::large(section, data, file)?;
    let best = |what: fn(&peers::Times) -> f64| peers.iter().map(what).fold(f64::INFINITY, f64::min);
    let (take, verify) = (best(|peer| peer.backup), best(|peer| peer.verify));
    section.at_least("take in 2 GiB", rate(ours.take), "MB/s", 0.6 * limits.take);
    section.figure("  of the limit", 100.0 * rate(ours.take) / limits.take, "%");
    if take.is_finite() {
        section.at_least("  times the faster peer", take / ours.take, "x", 3.0);
    }
    section.at_least("verify 2 GiB at rest", rate(ours.verify), "MB/s", 0.8 * limits.verify);
    section.figure("  of the limit", 100.0 * rate(ours.verify) / limits.verify, "%");
    if verify.is_finite() {
        section.at_least("  times the faster peer", verify / ours.verify, "x", 4.0);
    }
    section.under("memory of a process that takes 2 GiB in and verifies it", ours.memory_mb, "MB", 64.0);
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
