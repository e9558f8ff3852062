//! One sealed part on its way in: hashed while it arrives, stored as it comes, and kept only if it is what the manifest names.

use super::{
    fetch::FetchFault,
    recent::{PartBytes, Recent},
};
use crate::{
    Node,
    evidence::{EvidenceError, epochs::blocking},
    federation::client::PeerClient,
};
use axum::body::Bytes;
use comity_blobs::{BlobPending, Blobs};
use comity_vault::{
    digest::Sha256,
    item::PartRef,
    store::{AuditFinding, Objects, Pending, audit_object},
};
use futures_util::StreamExt;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Pieces of a body that wait to be written.
const WAITING: usize = 32;
/// Bytes of a part that are hashed and written at once.
const STEP: usize = 4 << 20;
/// How often a part goes on after the connection broke in the middle of it.
const RESUMPTIONS: u32 = 20;

/// Fetches part `number` from `path` unless it is here already; whether it had to be.
pub(super) async fn fetch(
    node: &Arc<Node>,
    client: &PeerClient,
    path: &str,
    (number, part): (u64, PartRef),
    recent: &Arc<Recent>,
) -> Result<bool, FetchFault> {
    if is_here(node, part).await? {
        return Ok(false);
    }
    let (bytes, arriving) = mpsc::channel(WAITING);
    let (blobs, recent) = (node.evidence.blobs.clone(), recent.clone());
    let writer = blocking(move || match recent.room(part.sealed_size) {
        Some(room) => write_and_keep(&blobs, arriving, (number, part), room, &recent),
        None => write(&blobs, arriving, part),
    });
    let (received, written) = tokio::join!(receive(client, path, part.sealed_size, bytes), writer);
    // Why nothing more could be written says more than that it was not taken.
    let stored = written?;
    received?;
    if stored {
        Ok(true)
    } else {
        Err(FetchFault::wrong("the bytes of a part are not those that the manifest names"))
    }
}

/// Is the part here, and what its name says? One that is damaged is removed, since objects are never replaced.
async fn is_here(node: &Arc<Node>, part: PartRef) -> Result<bool, EvidenceError> {
    let blobs = node.evidence.blobs.clone();
    blocking(move || match audit_object(&blobs, part.sealed_sha256)? {
        AuditFinding::Sound => Ok(true),
        AuditFinding::Missing => Ok(false),
        AuditFinding::Altered(_) => {
            blobs.delete(part.sealed_sha256)?;
            Ok(false)
        }
    })
    .await
}

/// Passes the bytes of a part on, over as many requests as it takes.
async fn receive(
    client: &PeerClient,
    path: &str,
    size: u64,
    bytes: mpsc::Sender<Bytes>,
) -> Result<(), FetchFault> {
    let (mut received, mut broken) = (0, 0);
    while received < size {
        let before = received;
        match receive_some(client, path, size, &mut received, &bytes).await {
            Err(FetchFault::Unreachable(_)) if received > before && broken < RESUMPTIONS => broken += 1,
            result => return result,
        }
    }
    Ok(())
}

async fn receive_some(
    client: &PeerClient,
    path: &str,
    size: u64,
    received: &mut u64,
    bytes: &mpsc::Sender<Bytes>,
) -> Result<(), FetchFault> {
    let response = client.open(path, *received).await.map_err(FetchFault::Unreachable)?;
    check_start(&response, *received, size)?;
    let mut stream = response.bytes_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|fault| FetchFault::Unreachable(fault.to_string()))?;
        *received = received.saturating_add(piece.len() as u64);
        if *received > size {
            return Err(FetchFault::wrong("a part is longer than the manifest says"));
        }
        if bytes.send(piece).await.is_err() {
            // The writer has failed, and says why.
            return Ok(());
        }
    }
    if *received < size { Err(FetchFault::wrong("a part is shorter than the manifest says")) } else { Ok(()) }
}

/// Does the answer begin where it was asked to?
fn check_start(response: &reqwest::Response, start: u64, size: u64) -> Result<(), FetchFault> {
    let status = response.status().as_u16();
    let range = response.headers().get("content-range").and_then(|range| range.to_str().ok());
    match status {
        200 if start == 0 => Ok(()),
        206 if range.is_some_and(|range| range.starts_with(&format!("bytes {start}-"))) => Ok(()),
        404 => Err(FetchFault::NotServed),
        429 | 503 => Err(FetchFault::Unreachable("the giver is busy".to_owned())),
        _ => Err(FetchFault::wrong(format!(
            "asked for byte {start} of {size}, the giver answered with status {status}"
        ))),
    }
}

/// Writes what arrives; whether it was the part. What is not leaves nothing behind.
fn write(blobs: &Blobs, mut arriving: mpsc::Receiver<Bytes>, part: PartRef) -> Result<bool, EvidenceError> {
    let mut writing = Writing::begin(blobs)?;
    while let Some(piece) = arriving.blocking_recv() {
        writing.write(&piece)?;
    }
    writing.finish(part)
}

/// The same for a part that fits into memory, where it stays until it has been verified.
fn write_and_keep(
    blobs: &Blobs,
    mut arriving: mpsc::Receiver<Bytes>,
    (number, part): (u64, PartRef),
    mut bytes: PartBytes,
    recent: &Recent,
) -> Result<bool, EvidenceError> {
    let (mut writing, mut written) = (Writing::begin(blobs)?, 0);
    loop {
        let piece = arriving.blocking_recv();
        let ended = piece.is_none();
        piece.iter().for_each(|piece| bytes.push(piece));
        if ended || bytes.len() - written >= STEP {
            let end = if ended { bytes.len() } else { bytes.len() - bytes.len() % STEP };
            writing.write(bytes.get(written..end).unwrap_or_default())?;
            written = end;
        }
        if ended {
            break;
        }
    }
    let stored = writing.finish(part)?;
    if stored {
        recent.keep(number, part.sealed_sha256, bytes);
    }
    Ok(stored)
}

/// A part on its way into the store.
struct Writing {
    pending: BlobPending,
    hash: Sha256,
    size: u64,
}

impl Writing {
    fn begin(blobs: &Blobs) -> Result<Self, EvidenceError> {
        Ok(Self { pending: blobs.create()?, hash: Sha256::default(), size: 0 })
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), EvidenceError> {
        self.hash.update(piece);
        self.size = self.size.saturating_add(piece.len() as u64);
        Ok(self.pending.write(piece)?)
    }

    /// Makes it durable if it is the part.
    fn finish(self, part: PartRef) -> Result<bool, EvidenceError> {
        if self.size != part.sealed_size || self.hash.finish() != part.sealed_sha256 {
            return Ok(false);
        }
        self.pending.commit(part.sealed_sha256)?;
        Ok(true)
    }
}
