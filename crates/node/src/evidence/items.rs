//! Items: admitted into the vault with their first custody event, listed, and opened for whatever reads them.

use super::{
    EvidenceError,
    custody::{self, Hand, NewEvent, Place},
    epochs::{self, blocking},
    rotate,
    store::{self, CustodyRow, ItemRow, ItemState},
};
use crate::{
    Node, random,
    store::{Committed, Tx},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
    marking::Marking,
};
use comity_vault::{
    Digest,
    chunk::ItemKey,
    custody::Act,
    item::{Manifest, keep_manifest, open_kept_manifest},
    store::{Catalogue, Location, PackIndex},
};
use jiff::{Timestamp, civil::Date};
use rayon::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// How often it is tried to keep keys under the current epoch: once more than it ends in between in all likelihood.
const ATTEMPTS: usize = 4;

/// An item whose parts are stored and durable, and that is now to become evidence.
pub struct NewItem {
    /// Everything about it that is fixed.
    pub manifest: Manifest,
    /// Its key.
    pub key: ItemKey,
    /// The case it belongs to here.
    pub case: CaseId,
    /// What brought it here: [`Act::Acquired`] or [`Act::Received`].
    pub act: Act,
    /// Why.
    pub reason: String,
    /// The conditions under which another authority gave it.
    pub marking: Option<Marking>,
    /// Who handed it over.
    pub received_from: Option<AuthorityId>,
    /// The day after which it is due to be returned or destroyed.
    pub retain_until: Option<Date>,
    /// Events that other authorities made before, with what proves them.
    pub before: Vec<CustodyRow>,
    /// Where its parts are, for those that are in packs.
    pub packed: Vec<(Digest, Location)>,
}

/// An item that was opened: what it says of itself, and its key.
pub struct Opened {
    /// The row.
    pub row: ItemRow,
    /// The manifest's JSON byte for byte, whose SHA-256 the custody events name.
    pub json: Vec<u8>,
    /// The manifest.
    pub manifest: Manifest,
    /// The key.
    pub key: ItemKey,
}

struct Ready {
    row: ItemRow,
    key: ItemKey,
    event: CustodyRow,
    act: Act,
    kept: epochs::KeptKey,
    before: Vec<CustodyRow>,
    objects: Vec<(ItemId, Digest, u64)>,
    packed: Vec<(Digest, Location)>,
}

/// Admits items: manifests, wraps, references to their objects, first custody events and journal entries in one transaction.
/// What belongs to the same transaction, such as the end of an upload, goes into `with`.
///
/// # Errors
/// Where a manifest is not sound, one of the items is there already, or the database fails; nothing is stored then.
pub async fn admit(
    node: &Arc<Node>,
    hand: &Hand,
    items: Vec<NewItem>,
    with: impl AsyncFnOnce(&mut Tx) -> Result<(), EvidenceError>,
) -> Result<Committed, EvidenceError> {
    let now = random::now();
    let epoch = epochs::current_open(node, &hand.authority).await?;
    let (shared, by) = (node.clone(), hand.clone());
    let ready = blocking(move || {
        items.into_par_iter().map(|item| make_ready(&shared, &by, item, epoch, now)).collect()
    });
    let mut tx = write_all(node, hand, ready.await?, now).await?;
    with(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Writes items in a transaction that is left open. Where the epoch retires before its row is held, the items' keys are kept
/// under the next.
async fn write_all(
    node: &Arc<Node>,
    hand: &Hand,
    mut ready: Vec<Ready>,
    now: Timestamp,
) -> Result<Tx, EvidenceError> {
    for _ in 1..ATTEMPTS {
        let mut tx = node.store.begin("admit_evidence").await?;
        match write(&mut tx, hand, &ready, now).await {
            Err(fault) if rotate::has_retired(&fault) => drop(tx),
            written => return written.map(|()| tx),
        }
        ready = keep_again(node, hand, ready).await?;
    }
    let mut tx = node.store.begin("admit_evidence").await?;
    write(&mut tx, hand, &ready, now).await.map(|()| tx)
}

/// Keeps the items' keys under the epoch that is current by now.
async fn keep_again(node: &Arc<Node>, hand: &Hand, ready: Vec<Ready>) -> Result<Vec<Ready>, EvidenceError> {
    let epoch = epochs::current_open(node, &hand.authority).await?;
    let (shared, authority) = (node.clone(), hand.authority.clone());
    let keep = move |one: Ready| {
        let kept = epochs::keep(&shared, &authority, one.row.id, &one.key, epoch)?;
        Ok(Ready { kept, ..one })
    };
    blocking(move || ready.into_par_iter().map(keep).collect()).await
}

fn make_ready(
    node: &Node,
    hand: &Hand,
    new: NewItem,
    epoch: u64,
    now: Timestamp,
) -> Result<Ready, EvidenceError> {
    let manifest = new.manifest;
    manifest.check()?;
    let (item, json) = (manifest.item, manifest.to_json()?);
    let kept_json = keep_manifest(&json, item, &new.key, epochs::salt());
    let kept_json = kept_json.map_err(|source| EvidenceError::Kept { item, source })?;
    let kept = epochs::keep(node, &hand.authority, item, &new.key, epoch)?;
    let manifest_sha256 = Digest::of(&json);
    let event = NewEvent {
        item,
        case: Some(new.case),
        act: new.act,
        reason: new.reason,
        basis: manifest.seizure.as_ref().map(|seizure| format!("{}; {}", seizure.reference, seizure.law)),
        place: None,
    };
    let place = Place { number: 0, previous: None, manifest: manifest_sha256 };
    let (event, act) = custody::sign_event(node, hand, event, place, now)?;
    let packs: BTreeMap<Digest, Digest> =
        new.packed.iter().map(|(part, location)| (*part, location.object)).collect();
    let object = |part: &comity_vault::item::PartRef| {
        let name = packs.get(&part.sealed_sha256).copied().unwrap_or(part.sealed_sha256);
        (item, name, part.sealed_size)
    };
    let objects = manifest.parts.iter().map(object).collect();
    let row = ItemRow {
        authority: hand.authority.clone(),
        id: item,
        case: new.case,
        state: ItemState::Held,
        exhibit: manifest.exhibit.number.clone(),
        name: manifest.name.display(),
        size: manifest.size,
        part_of: manifest.exhibit.part_of.as_ref().map(|whole| whole.item),
        manifest_sha256,
        manifest: Some(kept_json),
        marking: new.marking,
        received_from: new.received_from,
        retain_until: new.retain_until,
        taken_at: now,
        taken_by: hand.actor.to_string(),
        events: 1,
        verified_at: None,
        damage: None,
    };
    Ok(Ready { row, key: new.key, event, act, kept, before: new.before, objects, packed: new.packed })
}

async fn write(tx: &mut Tx, hand: &Hand, ready: &[Ready], now: Timestamp) -> Result<(), EvidenceError> {
    let rows: Vec<_> = ready.iter().map(|one| (one.row.clone(), one.event.sha256)).collect();
    store::insert_items(tx, &rows).await?;
    let wraps: Vec<_> = ready.iter().map(|one| (one.row.id, one.kept.clone())).collect();
    store::insert_wraps(tx, &hand.authority, &wraps).await?;
    let own = |one: &Ready| {
        let before = one.before.iter().map(|event| (one.row.id, event.clone()));
        before.chain([(one.row.id, one.event.clone())]).collect::<Vec<_>>()
    };
    let events: Vec<_> = ready.iter().flat_map(own).collect();
    store::insert_events(tx, &hand.authority, &events).await?;
    let objects: Vec<_> = ready.iter().flat_map(|one| one.objects.iter().copied()).collect();
    store::insert_objects(tx, &hand.authority, &objects).await?;
    let packed: Vec<_> = ready.iter().flat_map(|one| one.packed.iter().cloned()).collect();
    store::insert_packed(tx, &packed).await?;
    for one in ready {
        tx.record(custody::entry(hand, one.row.id, Some(one.row.case), &one.event, &one.act, now));
    }
    Ok(())
}

/// One item of an authority.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn load(node: &Node, authority: &AuthorityId, item: ItemId) -> Result<ItemRow, EvidenceError> {
    let row = store::item(&node.store, authority, item).await?;
    row.ok_or(EvidenceError::NotFound("item of evidence"))
}

/// Items of a case, or of all cases, newest first; without their manifests.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    case: Option<CaseId>,
    after: Option<ItemId>,
    limit: u64,
) -> Result<Vec<ItemRow>, EvidenceError> {
    Ok(store::items(&node.store, authority, case, after, limit).await?)
}

/// Opens what is kept of an item: its manifest and its key. The caller writes down why, as a custody event where content is shown.
///
/// # Errors
/// Where it is not held, was shredded, or does not open.
pub async fn open_item(
    node: &Arc<Node>,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Opened, EvidenceError> {
    let opened = open_once(node, authority, item).await;
    // Where an epoch ends between two reads, what is kept under its successor opens.
    if matches!(opened, Err(EvidenceError::EpochGone { .. })) {
        return open_once(node, authority, item).await;
    }
    opened
}

async fn open_once(node: &Arc<Node>, authority: &AuthorityId, item: ItemId) -> Result<Opened, EvidenceError> {
    let row = load(node, authority, item).await?;
    let kept = store::kept_key(&node.store, authority, item).await?;
    let (Some(manifest), Some(kept)) = (row.manifest.clone(), kept) else {
        return Err(EvidenceError::NotHeld { state: row.state.as_str() });
    };
    let (shared, whose) = (node.clone(), authority.clone());
    let opened = blocking(move || {
        let key = epochs::open_kept(&shared, &whose, item, &kept)?;
        let opened = open_kept_manifest(&manifest, item, &key);
        let (json, manifest) = opened.map_err(|source| EvidenceError::Kept { item, source })?;
        Ok((json, manifest, key))
    });
    let (json, manifest, key) = opened.await?;
    Ok(Opened { row, json, manifest, key })
}

/// Where the parts of an item are: for those in packs, which pack and where in it.
///
/// # Errors
/// Where the database fails, or a pack's index cannot be read.
pub async fn catalogue(node: &Node, manifest: &Manifest) -> Result<Catalogue, EvidenceError> {
    let mut catalogue = Catalogue::default();
    // Only what is one part alone shares a pack.
    if let [part] = manifest.parts.as_slice()
        && let Some(location) = store::packed(&node.store, part.sealed_sha256).await?
    {
        catalogue.add_location(part.sealed_sha256, location);
    }
    Ok(catalogue)
}

/// What is in a pack, for [`NewItem::packed`].
#[must_use]
pub fn packed_in(pack: Digest, index: &PackIndex) -> Vec<(Digest, Location)> {
    let location = |entry: &comity_vault::store::PackEntry| {
        (entry.name, Location { object: pack, at: entry.at.clone() })
    };
    index.entries().iter().map(location).collect()
}
