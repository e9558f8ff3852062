//! What is taken in: random files, as much as device images and documents look like to a vault.

use super::MB;
use crate::report::Fallible;
use comity_blobs::Disk;
use comity_vault::{
    Digest,
    store::{Objects, Pending},
};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::Instant,
};

/// Numbers that no compression shrinks: SplitMix64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..len.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).collect();
        bytes.truncate(len);
        bytes
    }
}

/// A file of random content; it stays in the page cache.
pub fn random_file(path: &Path, len: u64) -> Fallible<()> {
    let (mut file, mut noise) = (BufWriter::new(File::create(path)?), Noise(len));
    for _ in 0..len >> 20 {
        file.write_all(&noise.bytes(1 << 20))?;
    }
    file.into_inner()?.sync_all()?;
    Ok(())
}

/// Files of 4 to 64 KiB in a folder; how many bytes in all.
pub fn small_files(folder: &Path, count: u64) -> Fallible<u64> {
    std::fs::create_dir_all(folder)?;
    let (mut noise, mut bytes) = (Noise(count), 0);
    for number in 0..count {
        let len = (4 << 10) + noise.next() % (60 << 10);
        std::fs::write(folder.join(format!("{number:05}.bin")), noise.bytes(usize::try_from(len)?))?;
        bytes += len;
    }
    let _ = Command::new("sync").status()?;
    Ok(bytes)
}

/// Seconds of a copy that ends with a sync.
pub fn copy_synced(from: &Path, to: &Path) -> Fallible<f64> {
    let begun = Instant::now();
    let copied = Command::new("cp").arg("-r").arg(from).arg(to).status()?;
    let synced = Command::new("sync").arg("-f").arg(to).status()?;
    let seconds = begun.elapsed().as_secs_f64();
    std::fs::remove_dir_all(to)?;
    if copied.success() && synced.success() { Ok(seconds) } else { Err("the copy failed".into()) }
}

/// MB a second that the store of objects writes when nothing is hashed or sealed.
pub fn disk_rate(data: &Path) -> Fallible<f64> {
    let folder = data.join("disk");
    let (disk, block, begun) = (Disk::open(&folder)?, Noise(1).bytes(16 << 20), Instant::now());
    for number in 0..64u64 {
        let mut pending = disk.create()?;
        pending.write(&block)?;
        pending.commit(Digest::of(&number.to_le_bytes()))?;
    }
    let rate = 64.0 * block.len() as f64 / MB / begun.elapsed().as_secs_f64();
    std::fs::remove_dir_all(folder)?;
    Ok(rate)
}
