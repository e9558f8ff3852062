//! The fetching of accepted offers, in the background: survives restarts, goes on from the parts that are here, tries again for
//! as long as the giver cannot be reached, and gives up when what it sends is false.

use super::{
    CustodyFile, check,
    commands::about_offer,
    digest_of,
    follow::Following,
    parts, receive,
    room::{self, Room},
    store::{self, OfferRow, OfferState},
};
use crate::{
    Node,
    evidence::{CustodyRow, EvidenceError, epochs, epochs::blocking, store as vault},
    federation::{client::PeerClient, told_to_stop},
    journal::Actor,
    random,
    store::StoreError,
};
use comity_model::{AuthorityId, id::MessageId};
use comity_seal::open_with_any;
use comity_vault::{
    Digest,
    chunk::ItemKey,
    item::{MAX_MANIFEST_LEN, Manifest, PartRef, keep_manifest, open_kept_manifest},
    store::Location,
};
use futures_util::{TryStreamExt, stream};
use jiff::SignedDuration;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// Items that are fetched at a time.
const ITEMS_AT_ONCE: usize = 2;
/// Parts of an item that are under way at a time.
const PARTS_AT_ONCE: usize = 3;
/// So many false answers end a fetch.
const FALSE_ANSWERS: u32 = 5;
/// How often to look for what another replica has left.
const ROUND: Duration = Duration::from_secs(10);
/// How long a replica has a fetch for itself without renewing it.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How often the lease is renewed.
const RENEWAL: Duration = Duration::from_secs(10);
/// The longest chain of custody that is read, in bytes.
const MAX_CUSTODY: usize = 32 << 20;
/// The rule in whose name a fetch ends in failure.
pub(super) const RULE: Actor = Actor::Rule("fetch_accepted_evidence");

/// Why a fetch does not go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchFault {
    /// The giver cannot be reached: try again for as long as it takes.
    #[error("the giver cannot be reached: {0}")]
    Unreachable(String),
    /// The giver says that there is nothing for us.
    #[error("the giver does not serve it to us")]
    NotServed,
    /// What came is not what was offered: try again a few times.
    #[error("{0}")]
    Wrong(String),
    /// What was offered cannot be received, however often it is tried.
    #[error("{0}")]
    Final(String),
    /// The offer has ended meanwhile.
    #[error("the offer has ended")]
    Ended,
    /// Our own storage or database.
    #[error(transparent)]
    Own(#[from] EvidenceError),
}

impl FetchFault {
    pub(super) fn wrong(why: impl Into<String>) -> Self {
        Self::Wrong(why.into())
    }

    fn is_full(&self) -> bool {
        matches!(self, Self::Own(fault) if fault.is_full())
    }
}

impl From<StoreError> for FetchFault {
    fn from(fault: StoreError) -> Self {
        Self::Own(fault.into())
    }
}

impl From<check::False> for FetchFault {
    fn from(fault: check::False) -> Self {
        Self::Wrong(fault.0)
    }
}

/// What an accepted offer comes to: what admission needs.
pub(super) struct Fetched {
    pub row: OfferRow,
    pub key: ItemKey,
    pub json: Vec<u8>,
    pub manifest: Manifest,
    pub before: Vec<CustodyRow>,
    pub packed: Vec<(Digest, Location)>,
}

/// Fetches what is accepted until told to stop.
pub(crate) fn start(node: &Arc<Node>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        let mut wake = node.evidence.hand_overs.wake.subscribe();
        let mut running: BTreeMap<(AuthorityId, MessageId), JoinHandle<()>> = BTreeMap::new();
        loop {
            wake.mark_unchanged();
            running.retain(|_, task| !task.is_finished());
            begin_some(&node, &stop, &mut running).await;
            tokio::select! {
                () = told_to_stop(&mut stop) => break,
                _ = wake.changed() => {}
                () = sleep(ROUND) => {}
            }
        }
        for (_, task) in running {
            let _ = task.await;
        }
    })
}

async fn begin_some(
    node: &Arc<Node>,
    stop: &watch::Receiver<bool>,
    running: &mut BTreeMap<(AuthorityId, MessageId), JoinHandle<()>>,
) {
    let waiting = match store::fetching(&node.store).await {
        Ok(waiting) => waiting,
        Err(fault) => return tracing::error!(%fault, "accepted offers cannot be read; trying again"),
    };
    let waiting = waiting.into_iter().filter(|(authority, _)| node.serves(authority));
    for offer in waiting {
        if running.len() >= ITEMS_AT_ONCE {
            return;
        }
        let begin = || tokio::spawn(run(node.clone(), offer.clone(), stop.clone()));
        running.entry(offer.clone()).or_insert_with(begin);
    }
}

/// Fetches one offer, if no other replica does.
async fn run(
    node: Arc<Node>,
    (authority, message): (AuthorityId, MessageId),
    mut stop: watch::Receiver<bool>,
) {
    let holder = hex::encode(random::bytes::<16>());
    let renew = async || {
        let now = random::now();
        let until = now.saturating_add(LEASE).unwrap_or(now);
        store::take_lease(&node.store, message, &holder, now, until).await
    };
    if !matches!(renew().await, Ok(true)) {
        return;
    }
    let keep = async {
        loop {
            sleep(RENEWAL).await;
            if matches!(renew().await, Ok(false)) {
                return;
            }
        }
    };
    tokio::select! {
        () = told_to_stop(&mut stop) => {}
        () = keep => {}
        () = try_on(&node, &authority, message) => {}
    }
    if let Err(fault) = store::drop_lease(&node.store, message, &holder).await {
        tracing::warn!(%fault, "a lease on a fetch was not given back; it runs out by itself");
    }
    node.evidence.hand_overs.wake();
}

/// Tries until the item is here, the offer has ended, or the giver was caught too often.
async fn try_on(node: &Arc<Node>, authority: &AuthorityId, message: MessageId) {
    let (mut tries, mut caught, mut following) = (0u32, 0, None);
    let noted = store::load(&node.store, authority, message).await.ok().flatten();
    let room = Room::of(authority, noted.as_ref());
    loop {
        let before = fetched(node, authority, message).await;
        let fault = match attempt(node, authority, message, &room, &mut following).await {
            Ok(()) | Err(FetchFault::Ended) => return,
            Err(fault) => fault,
        };
        room.found(fault.is_full());
        tracing::warn!(%fault, %message, "an offered item is not fetched yet");
        if matches!(fault, FetchFault::Wrong(_) | FetchFault::NotServed) {
            caught += 1;
        }
        if caught >= FALSE_ANSWERS || matches!(fault, FetchFault::Final(_)) {
            match fail(node, authority, message, &fault.to_string()).await {
                Ok(()) => return,
                Err(fault) => tracing::error!(%fault, "a failed fetch is not recorded; trying again"),
            }
        } else if let Err(fault) = note(node, authority, message, &fault).await {
            tracing::warn!(%fault, "what keeps a fetch waiting is not noted");
        }
        tries = if fetched(node, authority, message).await > before { 0 } else { tries.saturating_add(1) };
        sleep(if room.is_full() { pause(node, tries).min(ROUND) } else { pause(node, tries) }).await;
    }
}

async fn fetched(node: &Node, authority: &AuthorityId, message: MessageId) -> u64 {
    let row = store::load(&node.store, authority, message).await;
    row.ok().flatten().map_or(0, |row| row.fetched)
}

/// Doubles with each try up to the longest wait of delivery, with jitter.
fn pause(node: &Node, tries: u32) -> Duration {
    let delivery = &node.config.delivery;
    let longest =
        delivery.backoff_base_ms.saturating_mul(1 << tries.min(20)).min(delivery.backoff_cap_ms).max(1);
    Duration::from_millis(longest / 2 + random::number() % (longest / 2 + 1))
}

async fn note(
    node: &Node,
    authority: &AuthorityId,
    message: MessageId,
    fault: &FetchFault,
) -> Result<(), StoreError> {
    let Some(row) = store::load(&node.store, authority, message).await? else { return Ok(()) };
    if fault.is_full() {
        return room::note_waiting(node, &row).await;
    }
    // What is wrong with our own storage is for the log.
    let fault = match fault {
        FetchFault::Own(_) => "the vault cannot store it now; trying again".to_owned(),
        fault => fault.to_string(),
    };
    let mut tx = node.store.begin("note_fetch_fault").await?;
    store::note_fault(&mut tx, &row, Some(fault)).await?;
    tx.commit().await.map(|_| ())
}

async fn fail(node: &Node, authority: &AuthorityId, message: MessageId, why: &str) -> Result<(), StoreError> {
    let mut tx = node.store.begin("fail_fetch").await?;
    let now = random::now();
    let row = store::load_in(&mut tx, authority, message).await?;
    if let Some(row) = row.filter(|row| row.state == OfferState::Fetching) {
        store::move_on(&mut tx, &row, OfferState::Failed, Some(why.to_owned()), now).await?;
        let detail = serde_json::json!({ "why": why });
        tx.record(about_offer(&row, &RULE, "evidence_fetch_failed", detail, now));
    }
    tx.commit().await.map(|_| ())
}

/// Fetches what is not here yet, while `following` verifies what is; it goes on in the next attempt.
async fn attempt(
    node: &Arc<Node>,
    authority: &AuthorityId,
    message: MessageId,
    room: &Room,
    following: &mut Option<Following>,
) -> Result<(), FetchFault> {
    let row = store::load(&node.store, authority, message).await?;
    let row = row.filter(|row| row.state == OfferState::Fetching).ok_or(FetchFault::Ended)?;
    let directory = node.registry();
    let giver = directory.node_of(&row.peer).ok_or_else(|| {
        FetchFault::Unreachable(format!("`{}` is no member of the federation now", row.peer))
    })?;
    let client = PeerClient::for_evidence(node, &giver.name);
    let client = client.map_err(|fault| FetchFault::Unreachable(fault.to_string()))?;
    let key = key_of(node, &row).await?;
    let base = format!("/v1/evidence/{}/{}", row.peer, row.item);
    let before = custody(node, &client, &room.asking(format!("{base}/custody")), &row).await?;
    let (json, manifest) =
        manifest(node, &client, &room.asking(format!("{base}/manifest")), &row, &key).await?;
    let packed = packed_here(node, &manifest).await?;
    let follows = following.get_or_insert_with(|| Following::start(node, &manifest, &key, &packed));
    if packed.is_empty() {
        fetch_parts(node, &client, (&base, room), &row, &manifest, follows).await?;
    }
    if let Some(follows) = following.take() {
        follows.finish().await?;
    }
    receive::complete(node, Fetched { row, key, json, manifest, before, packed }).await
}

async fn key_of(node: &Arc<Node>, row: &OfferRow) -> Result<ItemKey, FetchFault> {
    let kept = row.kept.clone().ok_or(FetchFault::Ended)?;
    let (shared, whose, item) = (node.clone(), row.authority.clone(), row.item);
    Ok(blocking(move || epochs::open_kept(&shared, &whose, item, &kept)).await?)
}

async fn get(client: &PeerClient, path: &str, limit: usize) -> Result<Vec<u8>, FetchFault> {
    let answer = client.get(path, limit).await;
    match answer.map_err(|fault| FetchFault::Unreachable(fault.to_string()))? {
        (200, bytes) => Ok(bytes),
        (404, _) => Err(FetchFault::NotServed),
        (429 | 503, _) => Err(FetchFault::Unreachable("the giver is busy".to_owned())),
        (status, _) => Err(FetchFault::wrong(format!("the giver answered with status {status}"))),
    }
}

/// The chain of custody as the giver knows it: every event checked, and every proof; one that does not hold is left out.
async fn custody(
    node: &Arc<Node>,
    client: &PeerClient,
    path: &str,
    row: &OfferRow,
) -> Result<Vec<CustodyRow>, FetchFault> {
    let bytes = get(client, path, MAX_CUSTODY).await?;
    let (directory, now, row) = (node.registry(), random::now(), row.clone());
    let checked = tokio::task::spawn_blocking(move || {
        let file: CustodyFile = serde_json::from_slice(&bytes)
            .map_err(|_| FetchFault::wrong("the chain of custody cannot be read"))?;
        let manifest = digest_of(&row.offer.manifest_sha256);
        let mut rows = Vec::with_capacity(file.events.len());
        for line in file.events {
            let believed = check::event(&directory, &line.event, now)?;
            check::of(&believed.event, &believed.row.by, row.item, manifest.unwrap_or(row.event))?;
            let proof = line.proof.filter(|proof| check::proof_holds(&directory, &believed.row, proof));
            let proof = proof.and_then(|proof| serde_json::to_string(&proof).ok());
            rows.push(CustodyRow { proof, ..believed.row });
        }
        if rows.iter().any(|event| event.sha256 == row.event) {
            Ok(rows)
        } else {
            Err(FetchFault::wrong("the chain of custody does not hold the offer"))
        }
    });
    checked.await.map_err(|_| EvidenceError::Interrupted)?
}

/// The manifest: as it was kept, or fetched, compared with what was offered, and kept.
async fn manifest(
    node: &Arc<Node>,
    client: &PeerClient,
    path: &str,
    row: &OfferRow,
    key: &ItemKey,
) -> Result<(Vec<u8>, Manifest), FetchFault> {
    if let Some(kept) = &row.manifest {
        let opened = open_kept_manifest(kept, row.item, key);
        return Ok(opened.map_err(|source| EvidenceError::Kept { item: row.item, source })?);
    }
    let sealed = get(client, path, MAX_MANIFEST_LEN + (MAX_MANIFEST_LEN >> 4)).await?;
    let (shared, offered, opening) = (node.clone(), row.clone(), key.clone());
    let opened = tokio::task::spawn_blocking(move || open_manifest(&shared, &offered, &sealed, &opening));
    let (json, manifest, kept) = opened.await.map_err(|_| EvidenceError::Interrupted)??;
    let mut tx = node.store.begin("keep_offered_manifest").await?;
    if !store::keep_manifest(&mut tx, row, kept).await? {
        return Err(FetchFault::Ended);
    }
    // Before the first byte is written, so that the collector of garbage leaves the parts alone.
    let packed = packed_here(node, &manifest).await?;
    let object = |part: &PartRef| {
        let in_pack = packed.iter().find(|(name, _)| *name == part.sealed_sha256);
        (row.item, in_pack.map_or(part.sealed_sha256, |(_, at)| at.object), part.sealed_size)
    };
    let objects: Vec<_> = manifest.parts.iter().map(object).collect();
    vault::insert_objects(&mut tx, &row.authority, &objects).await?;
    tx.commit().await?;
    Ok((json, manifest))
}

fn open_manifest(
    node: &Node,
    row: &OfferRow,
    sealed: &[u8],
    key: &ItemKey,
) -> Result<(Vec<u8>, Manifest, Vec<u8>), FetchFault> {
    let keys = node.keys.authorities.get(&row.authority).ok_or(EvidenceError::NotFound("authority"))?;
    let json = open_with_any(sealed, &keys.sealing, MAX_MANIFEST_LEN)
        .map_err(|fault| FetchFault::wrong(format!("the manifest does not open: {fault}")))?;
    if Digest::of(&json).to_string() != row.offer.manifest_sha256 {
        return Err(FetchFault::wrong("the manifest is not the one that was offered"));
    }
    let manifest = Manifest::from_json(&json).map_err(|fault| FetchFault::Final(fault.to_string()))?;
    if manifest.item != row.item || manifest.size != row.offer.size {
        return Err(FetchFault::Final("the manifest is of another item than the offer says".to_owned()));
    }
    let kept = keep_manifest(&json, row.item, key, epochs::salt());
    let kept = kept.map_err(|source| EvidenceError::Kept { item: row.item, source })?;
    Ok((json, manifest, kept))
}

/// Where the only part of an item is that lies in a pack of this very store: the giver is served here as well.
async fn packed_here(node: &Node, manifest: &Manifest) -> Result<Vec<(Digest, Location)>, StoreError> {
    let [part] = manifest.parts.as_slice() else { return Ok(Vec::new()) };
    let location = vault::packed(&node.store, part.sealed_sha256).await?;
    Ok(location.map(|location| (part.sealed_sha256, location)).into_iter().collect())
}

/// Fetches the parts that are not here yet, a few at a time, and tells of each that is.
async fn fetch_parts(
    node: &Arc<Node>,
    client: &PeerClient,
    (base, room): (&str, &Room),
    row: &OfferRow,
    manifest: &Manifest,
    follows: &Following,
) -> Result<(), FetchFault> {
    let here = store::parts(&node.store, &row.authority, row.item).await?;
    let is_here = |(number, part): &(u64, PartRef)| here.get(number) == Some(&part.sealed_sha256);
    let (there, missing): (Vec<_>, Vec<_>) = (0..).zip(manifest.parts.iter().copied()).partition(is_here);
    there.into_iter().for_each(|(number, _)| follows.note(number));
    stream::iter(missing.into_iter().map(Ok::<_, FetchFault>))
        .map_ok(|(number, part)| async move {
            let path = room.asking(format!("{base}/parts/{number}"));
            let found_room = parts::fetch(node, client, &path, (number, part), follows.recent()).await?;
            let range = manifest.content_of(number);
            let mut tx = node.store.begin("note_fetched_part").await?;
            if found_room && (room.is_full() || row.waits_for_room()) {
                room::note_going_on(&mut tx, row).await?;
            }
            let going_on = store::note_part(&mut tx, row, number, part, range.end - range.start).await?;
            tx.commit().await?;
            if found_room {
                room.found(false);
            }
            follows.note(number);
            if going_on { Ok(()) } else { Err(FetchFault::Ended) }
        })
        .try_buffer_unordered(PARTS_AT_ONCE)
        .try_collect::<()>()
        .await
}
