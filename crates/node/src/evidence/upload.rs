//! Uploads: begun with a description that was checked, gone on with for as long as it takes, and admitted as an item with the last
//! byte. An upload that nobody goes on with is given up.

use super::{
    EvidenceError,
    custody::Hand,
    describe::{self, Description},
    epochs::{self, blocking},
    intake::{Claim, Ended, Fed, Live},
    items, rotate,
    upload_fault::{UploadFault, elsewhere},
    upload_store::{self, UploadRow},
};
use crate::{
    Node, faults,
    journal::{About, Actor, Entry},
    random,
};
use axum::body::Bytes;
use comity_model::{AuthorityId, id::ItemId};
use comity_vault::{Digest, chunk::ItemKey};
use futures_util::{Stream, StreamExt};
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use std::{sync::Arc, time::Duration};
use tokio::{
    runtime::Handle,
    sync::mpsc::{self, Receiver, Sender},
    time::timeout,
};

/// The longest item, in bytes: what 65,536 parts of the largest size hold.
pub const LONGEST_ITEM: u64 = 1 << 46;
/// The most parts of an item, so that its manifest stays below what one may have.
const MOST_PARTS: u64 = 1 << 16;
/// How long the next byte may take.
const IDLE: Duration = Duration::from_secs(30);
/// Frames of a request that wait to be taken.
const WAITING: usize = 8;
/// Idle uploads that are given up at once.
const GIVEN_UP_AT_ONCE: u64 = 100;

/// How often an upload is begun anew because an epoch of keys ended meanwhile.
const ATTEMPTS: usize = 4;

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Bytes that are kept.
    pub offset: u64,
    /// Bytes that were announced.
    pub length: u64,
    /// When it is given up if nobody goes on with it; absent once it is an item.
    pub expires: Option<Timestamp>,
}

/// A request that goes on with an upload.
#[derive(Debug, Clone, Copy)]
pub struct Patch {
    /// From which byte on.
    pub offset: u64,
    /// How many bytes it brings, where it says so.
    pub length: Option<u64>,
    /// SHA-256 of these bytes.
    pub checksum: Option<Digest>,
}

/// Begins an upload: the description is checked, the item gets its identifier and key. An empty item is admitted at once.
///
/// # Errors
/// What a court would miss, by field; [`UploadFault::TooLarge`].
pub async fn begin(
    node: &Arc<Node>,
    hand: &Hand,
    length: u64,
    description: Description,
) -> Result<ItemId, UploadFault> {
    if length > LONGEST_ITEM {
        return Err(UploadFault::TooLarge { limit: LONGEST_ITEM });
    }
    let (now, item) = (random::now(), random::new_id(ItemId::new));
    describe::check(node, &hand.authority, [(item, &description)], now).await?;
    let description = Arc::new(description);
    let mut begun = Err(EvidenceError::Interrupted);
    for _ in 0..ATTEMPTS {
        begun = insert(node, hand, item, length, &description, now).await;
        if !begun.as_ref().is_err_and(rotate::has_retired) {
            break;
        }
    }
    begun?;
    if length == 0 {
        let patch = Patch { offset: 0, length: Some(0), checksum: None };
        receive(node, hand, item, patch, futures_util::stream::empty::<Result<Bytes, std::io::Error>>())
            .await?;
    }
    Ok(item)
}

async fn insert(
    node: &Arc<Node>,
    hand: &Hand,
    item: ItemId,
    length: u64,
    description: &Arc<Description>,
    now: Timestamp,
) -> Result<(), EvidenceError> {
    let epoch = epochs::current_open(node, &hand.authority).await?;
    let (shared, by, description) = (node.clone(), hand.clone(), description.clone());
    let row = blocking(move || new_row(&shared, &by, item, length, &description, epoch, now)).await?;
    let mut tx = node.store.begin("begin_upload").await?;
    upload_store::insert(&mut tx, &row).await?;
    tx.record(entry(&row, &hand.actor, "evidence_upload_started", now));
    tx.commit().await?;
    Ok(())
}

fn new_row(
    node: &Node,
    hand: &Hand,
    item: ItemId,
    length: u64,
    description: &Description,
    epoch: u64,
    now: Timestamp,
) -> Result<UploadRow, EvidenceError> {
    let key = epochs::new_key();
    Ok(UploadRow {
        authority: hand.authority.clone(),
        item,
        case: description.case,
        length,
        received: 0,
        part_size: part_size(node.config.evidence.part_size, length),
        exhibit: description.exhibit.number.clone(),
        name: description.name.display(),
        description: description.seal(item, &key, epochs::salt())?,
        key: epochs::keep(node, &hand.authority, item, &key, epoch)?,
        started_at: now,
        started_by: hand.actor.to_string(),
        touched_at: now,
        fault: None,
    })
}

/// The size of parts: as set, or larger where there would be too many.
fn part_size(set: u64, length: u64) -> u64 {
    set.max(length.div_ceil(MOST_PARTS).next_power_of_two())
}

/// Journal entries name the item and nothing of what it is.
fn entry(row: &UploadRow, actor: &Actor, act: &'static str, now: Timestamp) -> Entry {
    let about = About { case: Some(row.case), item: Some(row.item), ..About::default() };
    let detail = serde_json::json!({ "item": row.item, "length": row.length, "received": row.received });
    Entry::new(now, Some(&row.authority), actor, act, about, detail)
}

async fn load(node: &Node, authority: &AuthorityId, item: ItemId) -> Result<UploadRow, UploadFault> {
    let row = upload_store::load(&node.store, authority, item).await?;
    Ok(row.ok_or(EvidenceError::NotFound("upload"))?)
}

fn expiry(node: &Node, row: &UploadRow) -> Option<Timestamp> {
    let hours = i64::from(node.config.evidence.upload_hours);
    row.touched_at.saturating_add(SignedDuration::from_hours(hours)).ok()
}

/// The key of an upload. Where its epoch has ended since `row` was read, it is kept under a later one by now. Blocks.
///
/// # Errors
/// [`EvidenceError::EpochGone`] where it is kept under none, and as [`epochs::open_kept`].
pub(super) fn key_of(node: &Node, runtime: &Handle, row: &UploadRow) -> Result<ItemKey, EvidenceError> {
    let mut kept = row.key.clone();
    loop {
        let opened = epochs::open_kept(node, &row.authority, row.item, &kept);
        let Err(EvidenceError::EpochGone { number }) = opened else { return opened };
        let now = runtime.block_on(upload_store::load(&node.store, &row.authority, row.item))?;
        // Numbers grow, so this comes to an end.
        let later = now.map(|now| now.key).filter(|key| key.epoch > number);
        kept = later.ok_or(EvidenceError::EpochGone { number })?;
    }
}

/// Where an upload stands. One that has become an item has all its bytes.
///
/// # Errors
/// Where there is none, or it was refused.
pub async fn standing(
    node: &Arc<Node>,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Standing, UploadFault> {
    node.evidence.uploads.settle(authority, item).await;
    match upload_store::load(&node.store, authority, item).await? {
        Some(UploadRow { fault: Some(why), .. }) => Err(UploadFault::Refused { why }),
        Some(row) => Ok(Standing { offset: row.received, length: row.length, expires: expiry(node, &row) }),
        None => {
            let size = items::load(node, authority, item).await.map_err(|fault| match fault {
                EvidenceError::NotFound(_) => EvidenceError::NotFound("upload"),
                fault => fault,
            })?;
            Ok(Standing { offset: size.size, length: size.size, expires: None })
        }
    }
}

/// The uploads of an authority that are not items, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list(node: &Node, authority: &AuthorityId, limit: u64) -> Result<Vec<UploadRow>, EvidenceError> {
    Ok(upload_store::list(&node.store, authority, limit).await?)
}

/// What was said of each of these uploads, in their order; none where it was refused, or does not open.
///
/// # Errors
/// Where the work is interrupted.
pub async fn descriptions(
    node: &Arc<Node>,
    rows: Vec<UploadRow>,
) -> Result<Vec<(UploadRow, Option<Description>)>, EvidenceError> {
    let (shared, runtime) = (node.clone(), Handle::current());
    let open = move |row: UploadRow| {
        let held = row.fault.is_none();
        let key = held.then(|| key_of(&shared, &runtime, &row).ok()).flatten();
        let described = key.and_then(|key| Description::open(&row.description, row.item, &key).ok());
        (row, described)
    };
    blocking(move || Ok(rows.into_par_iter().map(open).collect())).await
}

/// What was said of an upload that is not an item yet; none where there is no such upload any more.
///
/// # Errors
/// Where the database fails.
pub async fn description_of(
    node: &Arc<Node>,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<Description>, EvidenceError> {
    let row = upload_store::load(&node.store, authority, item).await?;
    let mut described = descriptions(node, row.into_iter().collect()).await?;
    Ok(described.pop().and_then(|(_, description)| description))
}

/// Goes on with an upload; the answer comes when all bytes are durable, or the item is admitted.
///
/// # Errors
/// An [`UploadFault`]. What came before it is kept, but for bytes with a checksum that were not compared.
pub async fn receive<E>(
    node: &Arc<Node>,
    hand: &Hand,
    item: ItemId,
    patch: Patch,
    body: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Standing, UploadFault> {
    let claim = node.evidence.uploads.claim(&hand.authority, item).await?;
    let Some(row) = upload_store::load(&node.store, &hand.authority, item).await? else {
        return received_before(node, hand, item, patch).await;
    };
    check(&row, patch)?;
    let (feed, fed) = mpsc::channel(WAITING);
    let feeding = claim.feeding();
    let work = tokio::spawn(take(node.clone(), hand.clone(), row, claim, patch, fed));
    let came = tokio::select! {
        came = pass_on(body, &feed) => came,
        () = feed.closed() => Ok(()),
    };
    drop((feed, feeding));
    let taken = work.await.map_err(|_| EvidenceError::Interrupted)??;
    came.map(|()| taken)
}

/// The last bytes came before, and the answer was lost.
async fn received_before(
    node: &Arc<Node>,
    hand: &Hand,
    item: ItemId,
    patch: Patch,
) -> Result<Standing, UploadFault> {
    let standing = standing(node, &hand.authority, item).await?;
    let nothing = patch.offset == standing.length && patch.length == Some(0);
    nothing.then_some(standing).ok_or(UploadFault::Offset { expected: standing.length })
}

fn check(row: &UploadRow, patch: Patch) -> Result<(), UploadFault> {
    if let Some(why) = &row.fault {
        return Err(UploadFault::Refused { why: why.clone() });
    }
    if patch.offset != row.received {
        return Err(UploadFault::Offset { expected: row.received });
    }
    let room = row.length.saturating_sub(row.received);
    if patch.length.is_some_and(|length| length > room) {
        return Err(UploadFault::TooLong { length: row.length });
    }
    Ok(())
}

/// Passes a request's bytes on to whoever takes them.
async fn pass_on<E>(
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    feed: &Sender<Fed>,
) -> Result<(), UploadFault> {
    loop {
        let fed = match timeout(IDLE, body.next()).await {
            Err(_) => return Err(UploadFault::Idle),
            Ok(Some(Err(_))) => return Err(UploadFault::BrokenOff),
            Ok(Some(Ok(bytes))) => Fed::Bytes(bytes),
            Ok(None) => Fed::End,
        };
        let end = matches!(fed, Fed::End);
        // Whoever takes them has stopped, and says why.
        if feed.send(fed).await.is_err() || end {
            return Ok(());
        }
    }
}

/// Takes a request's bytes, to their end, however the request ends.
async fn take(
    node: Arc<Node>,
    hand: Hand,
    row: UploadRow,
    mut claim: Claim,
    patch: Patch,
    mut fed: Receiver<Fed>,
) -> Result<Standing, UploadFault> {
    let (shared, upload, rested) = (node.clone(), row.clone(), claim.wake(&row));
    let work = tokio::task::spawn_blocking(move || {
        let mut live = rested.map_or_else(|| Live::resume(&shared, &upload), Ok)?;
        let ended = live.take(&shared, &upload, patch.checksum, &mut fed)?;
        if ended == Ended::TooLong || !live.is_complete(&upload) {
            live.keep(&shared, &upload)?;
        }
        Ok::<_, UploadFault>((live, ended))
    });
    let (live, ended) = work.await.map_err(|_| EvidenceError::Interrupted)??;
    if ended == Ended::TooLong {
        return Err(UploadFault::TooLong { length: row.length });
    }
    if live.is_complete(&row) {
        return finish(&node, &hand, row, live).await;
    }
    let row = UploadRow { received: live.noted, touched_at: random::now(), ..row };
    claim.rest(live);
    Ok(Standing { offset: row.received, length: row.length, expires: expiry(&node, &row) })
}

/// Admits the item that an upload came to.
async fn finish(node: &Arc<Node>, hand: &Hand, row: UploadRow, live: Live) -> Result<Standing, UploadFault> {
    let (noted, key) = (live.noted, live.key.clone());
    let upload = row.clone();
    let work = tokio::task::spawn_blocking(move || {
        let description = Description::open(&upload.description, upload.item, &key)?;
        Ok::<_, UploadFault>((live.finish()?, description, key))
    });
    let (taken, description, key) = work.await.map_err(|_| EvidenceError::Interrupted)??;
    faults::point("finish_upload", "before_admission");
    if description.sha256.is_some_and(|declared| declared != taken.sha256) {
        refuse(node, hand, &row).await?;
        return Err(UploadFault::Differs);
    }
    let size = taken.size;
    let new = description.admitted(row.item, taken, key, Vec::new());
    let ended = async |tx: &mut crate::store::Tx| {
        let ended = upload_store::complete(tx, &row, noted).await?;
        ended.then_some(()).ok_or_else(elsewhere)
    };
    items::admit(node, hand, vec![new], ended).await?;
    Ok(Standing { offset: size, length: size, expires: None })
}

async fn refuse(node: &Node, hand: &Hand, row: &UploadRow) -> Result<(), UploadFault> {
    let now = random::now();
    let mut tx = node.store.begin("refuse_upload").await?;
    if upload_store::refuse(&mut tx, row, "its content is not what was declared").await? {
        tx.record(entry(row, &hand.actor, "evidence_refused", now));
        tx.commit().await?;
    }
    Ok(())
}

/// Gives an upload up.
///
/// # Errors
/// Where there is none, or bytes come to it.
pub async fn abandon(node: &Arc<Node>, hand: &Hand, item: ItemId) -> Result<(), UploadFault> {
    let mut claim = node.evidence.uploads.claim(&hand.authority, item).await?;
    let row = load(node, &hand.authority, item).await?;
    drop(claim.wake(&row));
    if remove(node, &row, &hand.actor).await? { Ok(()) } else { Err(elsewhere().into()) }
}

async fn remove(node: &Node, row: &UploadRow, actor: &Actor) -> Result<bool, UploadFault> {
    let now = random::now();
    let mut tx = node.store.begin("abandon_upload").await?;
    let removed = upload_store::remove(&mut tx, row).await?;
    if removed {
        tx.record(entry(row, actor, "evidence_upload_abandoned", now));
        tx.commit().await?;
    }
    Ok(removed)
}

/// Gives up the uploads that nobody went on with for as long as the settings say; how many.
///
/// # Errors
/// Where the database fails.
pub async fn expire(node: &Arc<Node>, now: Timestamp) -> Result<u64, EvidenceError> {
    let hours = SignedDuration::from_hours(i64::from(node.config.evidence.upload_hours));
    let before = now.saturating_sub(hours).unwrap_or(now);
    let mut given_up = 0;
    for row in upload_store::idle(&node.store, before, GIVEN_UP_AT_ONCE).await? {
        // One that bytes come to at the moment is not idle.
        let Ok(mut claim) = node.evidence.uploads.claim(&row.authority, row.item).await else { continue };
        drop(claim.wake(&row));
        match remove(node, &row, &Actor::Node).await {
            Ok(removed) => given_up += u64::from(removed),
            Err(UploadFault::Evidence(fault)) => return Err(fault),
            Err(_) => {}
        }
    }
    Ok(given_up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_item_has_parts_of_a_size_that_a_manifest_may_state() {
        for length in [0, 1, 1 << 30, 1 << 40, LONGEST_ITEM] {
            let size = part_size(16 << 20, length);
            assert!(size.is_power_of_two() && size <= comity_vault::item::MAX_PART_SIZE, "{length}");
            assert!(length / size < 100_000, "{length}");
        }
        assert_eq!(part_size(16 << 20, 100 << 30), 16 << 20);
    }
}
