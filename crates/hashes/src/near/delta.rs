//! What was added since the last segment: few hashes, all of which every lookup reads, and the file that keeps them.

use crate::hash::{BYTES, PdqHash};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// Bytes that follow each hash in the file: the beginning of the BLAKE3 of place and hash.
const CHECK: usize = 8;
const RECORD: usize = BYTES + CHECK;
const MAGIC: &[u8; 8] = b"COMITYND";

/// Hashes in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    rows: Vec<u8>,
}

/// How a file of a delta ends: what was cut off by a fault while it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Torn {
    /// Bytes after the last whole record.
    pub bytes: u64,
}

impl Delta {
    /// How many hashes from which a segment should take its place: reading them takes longer than a lookup in tables.
    pub const FULL: usize = 16_384;

    /// How many hashes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len() / BYTES
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Should a segment take its place?
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() >= Self::FULL
    }

    /// Adds a hash.
    pub fn add(&mut self, hash: PdqHash) {
        self.rows.extend(hash.0);
    }

    /// The hash at a place.
    #[must_use]
    pub fn hash(&self, place: usize) -> Option<PdqHash> {
        self.rows.as_chunks::<BYTES>().0.get(place).copied().map(PdqHash)
    }

    /// All hashes, as a segment is made of them.
    #[must_use]
    pub fn hashes(&self) -> Vec<PdqHash> {
        self.rows.as_chunks::<BYTES>().0.iter().copied().map(PdqHash).collect()
    }

    pub(super) fn rows(&self) -> &[u8] {
        &self.rows
    }

    /// Reads what [`DeltaFile`] wrote, up to the first record that is not whole, and says how much was left over.
    pub fn read(bytes: &[u8]) -> (Self, Torn) {
        let mut delta = Self::default();
        let records = bytes.strip_prefix(MAGIC).unwrap_or_default();
        for (place, record) in (0u64..).zip(records.as_chunks::<RECORD>().0) {
            let Some((hash, check)) = record.split_first_chunk::<BYTES>() else { break };
            if check != check_of(place, hash) {
                break;
            }
            delta.rows.extend(hash);
        }
        let whole = if delta.is_empty() && !bytes.starts_with(MAGIC) {
            0
        } else {
            MAGIC.len() + delta.len() * RECORD
        };
        (delta, Torn { bytes: (bytes.len() - whole.min(bytes.len())) as u64 })
    }
}

fn check_of(place: u64, hash: &[u8; BYTES]) -> [u8; CHECK] {
    let whole = blake3::Hasher::new().update(&place.to_le_bytes()).update(hash).finalize();
    whole.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Is there a whole record after the first that is not? Then it was no fault while writing.
fn goes_on_after(bytes: &[u8], records: usize) -> bool {
    let rest = bytes.strip_prefix(MAGIC).unwrap_or_default().as_chunks::<RECORD>().0;
    (0u64..).zip(rest).skip(records + 1).any(|(place, record)| {
        record.split_first_chunk::<BYTES>().is_some_and(|(hash, check)| *check == check_of(place, hash))
    })
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The file of a delta: hashes are appended and synced.
#[derive(Debug)]
pub struct DeltaFile {
    file: File,
    len: u64,
}

impl DeltaFile {
    /// Opens or makes the file, and reads it. What a fault has torn off is cut away, and told.
    pub fn open(path: &Path) -> io::Result<(Self, Delta, Torn)> {
        let mut file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if !bytes.starts_with(MAGIC) && !MAGIC.starts_with(&bytes) {
            return Err(invalid("the file is no delta of hashes; give one that this program wrote"));
        }
        let (delta, torn) = Delta::read(&bytes);
        if goes_on_after(&bytes, delta.len()) {
            return Err(invalid("the delta of hashes is damaged in its middle; take it from a copy"));
        }
        if bytes.len() < MAGIC.len() {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(MAGIC)?;
        }
        let whole = (MAGIC.len() + delta.len() * RECORD) as u64;
        file.set_len(whole)?;
        file.seek(SeekFrom::Start(whole))?;
        file.sync_all()?;
        Ok((Self { file, len: delta.len() as u64 }, delta, torn))
    }

    /// Appends these hashes; they are on the disk when it returns.
    pub fn append(&mut self, hashes: &[PdqHash]) -> io::Result<()> {
        let record = |(place, hash): (u64, &PdqHash)| [&hash.0[..], &check_of(place, &hash.0)].concat();
        let bytes: Vec<u8> = (self.len..).zip(hashes).flat_map(record).collect();
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.len += hashes.len() as u64;
        Ok(())
    }
}
