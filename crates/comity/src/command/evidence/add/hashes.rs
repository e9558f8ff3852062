//! SHA-256 of every file before anything is sent: it is what the node must find as well.

use super::{
    found::{Found, open},
    progress::{Progress, Share},
};
use crate::failure::Failure;
use comity_vault::digest::{Digest, Sha256};
use futures_util::{StreamExt, stream};
use std::io::Read;

const PIECE: usize = 1 << 20;

/// A file with its hash.
#[derive(Debug, Clone)]
pub struct Counted {
    /// The file; its size is the number of bytes that were hashed.
    pub file: Found,
    /// Their SHA-256.
    pub sha256: Digest,
}

/// Hashes all files, so many at a time. Those that cannot be read come with the reason.
pub async fn hash_all(found: Vec<Found>, jobs: usize, json: bool) -> Vec<Result<Counted, (Found, Failure)>> {
    let total = found.iter().map(|file| file.size).sum();
    let progress = Progress::begin(json, "hashing", total);
    let each = found.into_iter().map(|file| hash(file, &progress));
    stream::iter(each).buffered(jobs).collect().await
}

async fn hash(file: Found, progress: &Progress) -> Result<Counted, (Found, Failure)> {
    let (path, share) = (file.path.clone(), progress.share());
    let hashed = tokio::task::spawn_blocking(move || hash_file(&path, &share)).await;
    match hashed.unwrap_or_else(|fault| Err(Failure::failed(fault))) {
        Ok((size, sha256)) => {
            progress.say(&format!("{sha256}  {}", file.name.display()));
            Ok(Counted { file: Found { size, ..file }, sha256 })
        }
        Err(failure) => Err((file, failure)),
    }
}

fn hash_file(path: &std::path::Path, share: &Share) -> Result<(u64, Digest), Failure> {
    let mut file = open(path)?;
    let (mut hasher, mut size, mut piece) = (Sha256::default(), 0, vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece).map_err(|fault| Failure::file(path, &fault))?;
        if read == 0 {
            return Ok((size, hasher.finish()));
        }
        hasher.update(piece.get(..read).unwrap_or_default());
        size += read as u64;
        share.add(read as u64);
    }
}
