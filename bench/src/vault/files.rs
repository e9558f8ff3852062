//! What is taken in: random files, as much as device images and documents look like to a vault.

use super::MB;
use crate::report::Fallible;
use comity_blobs::Disk;
use comity_vault::{
    Digest,
    store::{Objects, Pending, ReadObjects},
};
use std::{
    fs::File,
    io::{BufWriter, Write},
    ops::Range,
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

/// What the store of objects does in a second when nothing is hashed or sealed, in MB.
pub struct DiskRates {
    /// Bytes written.
    pub write: f64,
    /// Bytes read by two readers, none of them in the page cache.
    pub read: f64,
    /// Bytes read and written at the same time, each counted once.
    pub copy: f64,
}

/// Objects that are written and read.
const OBJECTS: u64 = 64;
/// Bytes of each.
const OBJECT: usize = 16 << 20;

/// Measures the disk.
pub fn disk_rates(data: &Path) -> Fallible<DiskRates> {
    let folder = data.join("disk");
    let (disk, block) = (Disk::open(&folder)?, Noise(1).bytes(OBJECT));
    let rate = |begun: Instant| (OBJECTS * OBJECT as u64) as f64 / MB / begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    write_objects(&disk, &block, 0)?;
    let write = rate(begun);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| read_objects(&disk, 0..OBJECTS / 2));
        read_objects(&disk, OBJECTS / 2..OBJECTS)?;
        other.join().map_err(|_| "the reader ended")?
    })?;
    let read = rate(begun);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| read_objects(&disk, 0..OBJECTS));
        write_objects(&disk, &block, OBJECTS)?;
        reading.join().map_err(|_| "the reader ended")?
    })?;
    let copy = rate(begun);
    std::fs::remove_dir_all(folder)?;
    Ok(DiskRates { write, read, copy })
}

fn name(number: u64) -> Digest {
    Digest::of(&number.to_le_bytes())
}

fn write_objects(disk: &Disk, block: &[u8], first: u64) -> Fallible<()> {
    for number in first..first + OBJECTS {
        let mut pending = disk.create()?;
        pending.write(block)?;
        pending.commit(name(number))?;
    }
    Ok(())
}

fn read_objects(disk: &Disk, numbers: Range<u64>) -> Fallible<()> {
    let mut room = vec![0; 1 << 20];
    for number in numbers {
        for start in (0..OBJECT).step_by(room.len()) {
            disk.read(name(number), start as u64, &mut room)?;
        }
    }
    Ok(())
}

/// Lets the page cache forget all files of a folder, so that who reads them next reads the disk.
pub fn forget(folder: &Path) -> Fallible<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            forget(&path)?;
        } else {
            rustix::fs::fadvise(File::open(path)?, 0, None, rustix::fs::Advice::DontNeed)?;
        }
    }
    Ok(())
}
