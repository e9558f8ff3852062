//! Uploads that bytes come to at the moment. Hashing, sealing and writing go on in a [`PipelinedIntake`]; between two requests it
//! stays in memory for some minutes, and is otherwise resumed from what is durable. One request writes to an upload at a time.
//!
//! The bytes of a request are taken by a task of their own, so that a connection that breaks off, and with it the request,
//! leaves what came kept and noted.

use super::{
    EvidenceError,
    epochs::salt,
    upload,
    upload_fault::{UploadFault, elsewhere},
    upload_store::{self, Durable, Progress, UploadRow},
};
use crate::{Node, faults, locks::locked, random};
use axum::body::Bytes;
use comity_blobs::Blobs;
use comity_model::{AuthorityId, id::ItemId};
use comity_vault::{
    Digest,
    chunk::ItemKey,
    digest::Sha256,
    store::{Mark, PipelinedIntake, Plan, Taken},
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    runtime::Handle,
    sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, mpsc::Receiver},
    time::timeout,
};

/// Uploads that bytes come to at once; each takes less than 64 MiB.
const MOST_AT_ONCE: usize = 16;
/// Batches that are taken in at once; each holds its content in memory.
const MOST_BATCHES: usize = 2;
/// Verifications that run at once.
const MOST_VERIFICATIONS: usize = 2;
/// Intakes that stay in memory between requests.
const MOST_RESTING: usize = 32;
/// How long one does.
const REST: Duration = Duration::from_secs(180);
/// How long a request waits for the one before to end, and for a place.
const PATIENCE: Duration = Duration::from_secs(10);
/// Parts that are noted at once at most.
const MOST_UNNOTED: usize = 64;
/// How often what became durable is noted.
const NOTE_EVERY: Duration = Duration::from_secs(1);

type Name = (AuthorityId, ItemId);

/// The uploads of this process. Cheap to clone.
#[derive(Clone)]
pub struct Uploads {
    slots: Arc<Mutex<HashMap<Name, Arc<Slot>>>>,
    places: Arc<Semaphore>,
    /// Places for batches of small files.
    pub(super) batches: Arc<Semaphore>,
    /// Places for verifications.
    pub(super) verifications: Arc<Semaphore>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            slots: Arc::default(),
            places: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            batches: Arc::new(Semaphore::new(MOST_BATCHES)),
            verifications: Arc::new(Semaphore::new(MOST_VERIFICATIONS)),
        }
    }
}

/// One upload: whoever holds `live` may write to it.
#[derive(Default)]
struct Slot {
    live: Arc<AsyncMutex<Option<Live>>>,
    /// No more bytes come to it in this request: it is free soon.
    ending: AtomicBool,
    used: Mutex<Option<Instant>>,
}

/// The right to write to an upload.
pub(super) struct Claim {
    live: OwnedMutexGuard<Option<Live>>,
    slot: Arc<Slot>,
    _place: OwnedSemaphorePermit,
}

/// An intake, and what of it is noted.
pub(super) struct Live {
    intake: PipelinedIntake<Blobs>,
    /// The item's key.
    pub key: ItemKey,
    /// Bytes that are noted.
    pub noted: u64,
    parts: usize,
    /// Bytes before the mark that is noted.
    marked: u64,
    at: Instant,
}

/// What the task that takes a request's bytes is told.
pub(super) enum Fed {
    /// The next bytes.
    Bytes(Bytes),
    /// That was all. Without it, the request broke off.
    End,
}

/// Tells, when dropped, that no more bytes come.
pub(super) struct Feeding(Arc<Slot>);

impl Drop for Feeding {
    fn drop(&mut self) {
        self.0.ending.store(true, Ordering::SeqCst);
    }
}

/// How a request's bytes ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// As announced.
    Whole,
    /// The connection broke off.
    BrokenOff,
    /// There were more than the upload has room for.
    TooLong,
}

impl Uploads {
    fn slot(&self, name: Name) -> Arc<Slot> {
        locked(&self.slots).entry(name).or_default().clone()
    }

    /// Takes the right to write to an upload.
    ///
    /// # Errors
    /// [`UploadFault::Locked`] where another request has it and bytes still come, [`UploadFault::Busy`].
    pub(super) async fn claim(&self, authority: &AuthorityId, item: ItemId) -> Result<Claim, UploadFault> {
        let place = timeout(PATIENCE, self.places.clone().acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(UploadFault::Busy) };
        let slot = self.slot((authority.clone(), item));
        let live = match slot.live.clone().try_lock_owned() {
            Ok(live) => live,
            Err(_) if slot.ending.load(Ordering::SeqCst) => {
                let waited = timeout(PATIENCE, slot.live.clone().lock_owned()).await;
                waited.map_err(|_| UploadFault::Locked)?
            }
            Err(_) => return Err(UploadFault::Locked),
        };
        slot.ending.store(false, Ordering::SeqCst);
        *locked(&slot.used) = Some(Instant::now());
        Ok(Claim { live, slot, _place: place })
    }

    /// Waits until a request that has ended is noted, so that what is told of the upload is true.
    pub(super) async fn settle(&self, authority: &AuthorityId, item: ItemId) {
        let slot = locked(&self.slots).get(&(authority.clone(), item)).cloned();
        if let Some(slot) = slot.filter(|slot| slot.ending.load(Ordering::SeqCst)) {
            // Where it takes longer, the answer is of before: the client then goes on from there, and is told to wait.
            let _ = timeout(PATIENCE, slot.live.lock()).await;
        }
    }

    /// Drops intakes that rest for long, and the longest resting where there are too many; they are resumed when needed.
    pub(super) fn sweep(&self, rest: Duration, most: usize) {
        let mut slots = locked(&self.slots);
        let mut ages: Vec<(Duration, Name)> = slots
            .iter()
            .map(|(name, slot)| {
                (locked(&slot.used).map_or(Duration::MAX, |used| used.elapsed()), name.clone())
            })
            .collect();
        ages.sort_unstable_by_key(|(age, _)| *age);
        let old = ages.into_iter().enumerate().filter(|(place, (age, _))| *place >= most || *age >= rest);
        let mut dropped = Vec::new();
        for (_, (_, name)) in old {
            // A slot that a request holds, or is about to take, stays.
            let free =
                slots.get(&name).filter(|slot| Arc::strong_count(slot) == 1 && slot.live.try_lock().is_ok());
            if free.is_some() {
                dropped.extend(slots.remove(&name));
            }
        }
        drop(slots);
        // What an intake was writing is given up here, outside of the lock.
        drop(dropped);
    }

    /// Drops what rests for some minutes, and all but the newest.
    pub(super) fn tidy(&self) {
        self.sweep(REST, MOST_RESTING);
    }

    /// Drops everything that rests, as when the node stops.
    pub fn let_go(&self) {
        self.sweep(Duration::ZERO, 0);
    }

    /// Is no request writing to any upload?
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        locked(&self.slots).values().all(|slot| slot.live.try_lock().is_ok())
    }
}

impl Claim {
    /// What the task that feeds must hold.
    pub(super) fn feeding(&self) -> Feeding {
        Feeding(self.slot.clone())
    }

    /// The intake that rested, if it stands where the upload does.
    pub(super) fn wake(&mut self, row: &UploadRow) -> Option<Live> {
        self.live.take().filter(|live| live.noted == row.received)
    }

    /// Keeps the intake for the next request.
    pub(super) fn rest(mut self, live: Live) {
        *locked(&self.slot.used) = Some(Instant::now());
        *self.live = Some(live);
    }
}

/// A mark that was kept. Without it the upload goes on as well, only later.
fn opened(item: ItemId, key: &ItemKey, kept: &[u8]) -> Option<Mark> {
    let mark = Mark::open(kept, item, key);
    mark.inspect_err(|fault| tracing::warn!(%fault, %item, "an upload is read again from its beginning")).ok()
}

impl Live {
    /// Goes on from what is durable; what came after the last mark is read again. Blocks.
    pub(super) fn resume(node: &Arc<Node>, row: &UploadRow) -> Result<Self, UploadFault> {
        let runtime = Handle::current();
        let key = upload::key_of(node, &runtime, row)?;
        let Durable { mark, parts, pieces } = runtime.block_on(upload_store::durable(&node.store, row))?;
        let noted = parts.len();
        let mark = mark.and_then(|kept| opened(row.item, &key, &kept));
        let plan = Plan { key: key.clone(), item: row.item, part_size: row.part_size, every_byte: true };
        let intake =
            PipelinedIntake::resume(node.evidence.blobs.clone(), plan, salt, parts, pieces, mark.as_ref())?;
        if intake.durable() != row.received {
            return Err(EvidenceError::Interrupted.into());
        }
        let marked = mark.map_or(0, |mark| mark.size());
        Ok(Self { intake, key, noted: row.received, parts: noted, marked, at: Instant::now() })
    }

    /// Takes a request's bytes. Blocks.
    ///
    /// # Errors
    /// What stops the upload; what was durable until then is noted.
    pub(super) fn take(
        &mut self,
        node: &Arc<Node>,
        row: &UploadRow,
        checksum: Option<Digest>,
        fed: &mut Receiver<Fed>,
    ) -> Result<Ended, UploadFault> {
        let mut sum = checksum.map(|_| Sha256::default());
        let mut room = row.length.saturating_sub(self.intake.received());
        let ended = loop {
            let Some(fed) = fed.blocking_recv() else { break Ended::BrokenOff };
            let Fed::Bytes(bytes) = fed else { break Ended::Whole };
            let Some(rest) = room.checked_sub(bytes.len() as u64) else { break Ended::TooLong };
            room = rest;
            if let Some(sum) = sum.as_mut() {
                sum.update(&bytes);
            }
            if let Err(fault) = self.intake.update(&bytes) {
                // Unchecked bytes are not kept; the others are, as far as they are durable.
                if sum.is_none() {
                    self.note(node, row)?;
                }
                return Err(fault.into());
            }
            if sum.is_none() && self.is_due() {
                self.note(node, row)?;
            }
        };
        match (sum.map(Sha256::finish), ended) {
            (Some(sum), Ended::Whole) if Some(sum) != checksum => Err(UploadFault::Checksum),
            (Some(_), Ended::BrokenOff) => Err(UploadFault::BrokenOff),
            (Some(_), Ended::TooLong) => Err(UploadFault::TooLong { length: row.length }),
            _ => Ok(ended),
        }
    }

    /// Has everything come?
    pub(super) fn is_complete(&self, row: &UploadRow) -> bool {
        self.intake.received() == row.length
    }

    fn is_due(&self) -> bool {
        let parts = self.intake.parts().len().saturating_sub(self.parts);
        parts >= MOST_UNNOTED || (parts > 0 && self.at.elapsed() >= NOTE_EVERY)
    }

    /// Makes all that came durable and notes it. Blocks.
    pub(super) fn keep(&mut self, node: &Arc<Node>, row: &UploadRow) -> Result<(), UploadFault> {
        let flushed = self.intake.flush();
        faults::point("keep_upload", "after_flush");
        self.note(node, row)?;
        flushed.map(|_| ()).map_err(UploadFault::from)
    }

    /// Notes what became durable. Blocks.
    // INVARIANT: all bytes of an upload are noted only as an item that is admitted, so that a client never takes for done what is not.
    fn note(&mut self, node: &Arc<Node>, row: &UploadRow) -> Result<(), UploadFault> {
        let progress = self.progress(row)?;
        if progress.to == progress.from && progress.parts.is_empty() {
            return Ok(());
        }
        let noted = Handle::current().block_on(async {
            let now = random::now();
            let mut tx = node.store.begin("note_upload").await?;
            let noted = upload_store::note(&mut tx, row, &progress, now).await?;
            faults::point("note_upload", "before_commit");
            tx.commit().await?;
            faults::point("note_upload", "after_commit");
            Ok::<_, UploadFault>(noted)
        });
        if !noted? {
            return Err(elsewhere().into());
        }
        (self.noted, self.at) = (progress.to, Instant::now());
        self.parts += progress.parts.len();
        if progress.mark.is_some() {
            self.marked = self.intake.mark().map_or(self.marked, Mark::size);
        }
        Ok(())
    }

    fn progress(&self, row: &UploadRow) -> Result<Progress, UploadFault> {
        let size = row.part_size;
        let before_end = |part: &u64| part.saturating_add(1).saturating_mul(size) < row.length;
        let parts =
            (0..).zip(self.intake.parts()).skip(self.parts).take_while(|(number, _)| before_end(number));
        let parts: Vec<_> = parts.map(|(number, part)| (number, *part)).collect();
        let whole = (self.parts as u64).saturating_add(parts.len() as u64).saturating_mul(size);
        let all = self.intake.parts().len() as u64 * size == whole;
        let pieces = self.intake.pieces().iter().filter(|_| all);
        let pieces: Vec<_> =
            pieces.filter(|piece| piece.start >= self.noted && piece.end < row.length).cloned().collect();
        let to = pieces.last().map_or(whole, |piece| piece.end).max(self.noted);
        let newer = |mark: &&Mark| mark.size() > self.marked && mark.size() <= whole;
        let mark = self.intake.mark().filter(newer).map(|mark| mark.keep(row.item, &self.key, salt()));
        let mark = mark.transpose().map_err(|source| EvidenceError::Kept { item: row.item, source })?;
        Ok(Progress { from: self.noted, to, whole, parts, pieces, mark })
    }

    /// Ends the item. Blocks.
    pub(super) fn finish(self) -> Result<Taken, UploadFault> {
        Ok(self.intake.finish()?)
    }
}

#[cfg(test)]
mod tests;
