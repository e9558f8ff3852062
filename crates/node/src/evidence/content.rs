//! What an item contains: handed out to an officer who says why, decrypted on the way and never before the event that records it
//! is committed; and compared as a whole with what its manifest says. Nothing of it is ever shown by this program.

use super::{
    EvidenceError,
    custody::{Hand, NewEvent, record_event},
    items::{Opened, catalogue, open_item},
    upload_store,
};
use crate::{
    Node,
    hits::hash_sets::refuse_export,
    journal::{About, Entry},
    random,
};
use axum::body::Bytes;
use comity_model::id::ItemId;
use comity_vault::{
    chunk::ChunkFault,
    custody::Act,
    store::{Catalogue, Damage, ItemReader, ReadFault},
};
use jiff::Timestamp;
use serde::Serialize;
use std::{io::ErrorKind, ops::Range, sync::Arc};
use tokio::{
    runtime::Handle,
    sync::mpsc::{self, Receiver, Sender},
};

/// Bytes that are decrypted before it is looked whether anybody still wants them.
const STEP: u64 = 4 << 20;
/// Bytes that are handed on at once.
const BLOCK: usize = 256 << 10;
/// Blocks that wait to be sent.
const WAITING: usize = 4;
/// Damages that are written down in words.
const WORDED: usize = 20;

/// Content on its way out: blocks, and at most one failure, after which nothing comes.
pub type Content = Receiver<Result<Bytes, EvidenceError>>;

/// Something wrong with a stored item, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DamageView {
    /// The part's number, from 0; null where it is of the item as a whole.
    pub part: Option<u64>,
    /// The object that holds the part.
    pub object: Option<String>,
    /// The first damaged chunk of the part, and the one after the last; null where no part of it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunks: Option<[u64; 2]>,
    /// What is wrong.
    pub what: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Verified {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub verified_at: Timestamp,
    /// All that is wrong; nothing where the item is what its manifest says.
    pub damage: Vec<DamageView>,
}

/// Records that an officer takes content away, and begins to decrypt it.
///
/// # Errors
/// Where it says no reason, or is not held; nothing is decrypted then.
pub async fn take_content(
    node: &Arc<Node>,
    hand: &Hand,
    opened: Opened,
    range: Range<u64>,
    reason: String,
) -> Result<Content, EvidenceError> {
    refuse_export(node, &opened).await?;
    let act = Act::Copied { onto: "a download by the officer".to_owned() };
    let (item, case) = (opened.row.id, Some(opened.row.case));
    let new = NewEvent { item, case, act, reason, basis: None, place: None };
    let places = catalogue(node, &opened.manifest).await?;
    let mut tx = node.store.begin("take_content").await?;
    record_event(node, &mut tx, hand, new, random::now()).await?;
    tx.commit().await?;
    let (send, content) = mpsc::channel(WAITING);
    let (node, hand) = (node.clone(), hand.clone());
    tokio::task::spawn_blocking(move || {
        if let Err(fault) = decrypt(&node, &opened, &places, range, &send) {
            note_damage(&node, &hand, &opened, &fault);
            let _ = send.blocking_send(Err(fault.into()));
        }
    });
    Ok(content)
}

fn decrypt(
    node: &Node,
    opened: &Opened,
    places: &Catalogue,
    range: Range<u64>,
    send: &Sender<Result<Bytes, EvidenceError>>,
) -> Result<(), ReadFault> {
    let reader = ItemReader::new(&node.evidence.blobs, places, &opened.manifest, opened.key.clone());
    let mut from = range.start;
    while from < range.end && !send.is_closed() {
        let to = range.end.min(from.saturating_add(STEP));
        let mut block = Vec::with_capacity(BLOCK);
        let read = reader.read(from..to, |piece| {
            block.extend_from_slice(piece);
            if block.len() >= BLOCK {
                let full = std::mem::replace(&mut block, Vec::with_capacity(BLOCK));
                let _ = send.blocking_send(Ok(full.into()));
            }
        });
        // What came before a damage is authentic.
        if !block.is_empty() {
            let _ = send.blocking_send(Ok(block.into()));
        }
        read?;
        from = to;
    }
    Ok(())
}

/// Is the storage itself failing, which says nothing of the item?
fn is_storage(fault: &ChunkFault) -> bool {
    let lost = [ErrorKind::NotFound, ErrorKind::UnexpectedEof];
    matches!(fault, ChunkFault::Read { source, .. } if !lost.contains(&source.kind()))
}

/// Notes what a download ran into. Blocks.
fn note_damage(node: &Node, hand: &Hand, opened: &Opened, fault: &ReadFault) {
    let ReadFault::Part { part, object, fault } = fault else { return };
    tracing::error!(item = %opened.row.id, part, %object, %fault, "a download ran into damage");
    if is_storage(fault) {
        return;
    }
    let damage = [DamageView {
        part: Some(*part),
        object: Some(object.to_string()),
        chunks: None,
        what: fault.to_string(),
    }];
    let noted = note(node, hand, opened, &damage, false);
    if let Err(fault) = Handle::current().block_on(noted) {
        tracing::error!(%fault, "damage was found and cannot be noted");
    }
}

/// Reads a whole item and compares it with its manifest; writes down what was found.
///
/// # Errors
/// Where it is not held, its manifest does not open, or the storage fails.
pub async fn verify(node: &Arc<Node>, hand: &Hand, item: ItemId) -> Result<Verified, EvidenceError> {
    let opened = open_item(node, &hand.authority, item).await?;
    let places = catalogue(node, &opened.manifest).await?;
    let place = node.evidence.uploads.verifications.clone().acquire_owned().await;
    let place = place.map_err(|_| EvidenceError::Interrupted)?;
    let (shared, hand) = (node.clone(), hand.clone());
    // It is written down also where nobody waits for the answer any more.
    let work = tokio::spawn(async move {
        let reading = shared.clone();
        let (opened, damages) = tokio::task::spawn_blocking(move || {
            let (blobs, key) = (&reading.evidence.blobs, opened.key.clone());
            let damages = ItemReader::new(blobs, &places, &opened.manifest, key).verify();
            (opened, damages)
        })
        .await
        .map_err(|_| EvidenceError::Interrupted)?;
        drop(place);
        let damage = damages.into_iter().map(view).collect::<Result<Vec<_>, _>>()?;
        let verified_at = note(&shared, &hand, &opened, &damage, true).await?;
        Ok(Verified { verified_at, damage })
    });
    work.await.map_err(|_| EvidenceError::Interrupted)?
}

fn view(damage: Damage) -> Result<DamageView, EvidenceError> {
    Ok(match damage {
        Damage::Chunks { part, object, chunks } => DamageView {
            part: Some(part),
            object: Some(object.to_string()),
            chunks: Some([chunks.start, chunks.end]),
            what: "these chunks were altered; restore the object from a copy".to_owned(),
        },
        Damage::Part { part, object, fault } if is_storage(&fault) => {
            return Err(ReadFault::Part { part, object, fault }.into());
        }
        Damage::Part { part, object, fault } => DamageView {
            part: Some(part),
            object: Some(object.to_string()),
            chunks: None,
            what: fault.to_string(),
        },
        // The hash that was found is that of content, and is told to nobody.
        Damage::Hash { .. } => DamageView {
            part: None,
            object: None,
            chunks: None,
            what: "all parts are whole, but the content is not what the manifest states".to_owned(),
        },
    })
}

/// Writes down what a look at the stored item found; `whole` where all of it was read.
async fn note(
    node: &Node,
    hand: &Hand,
    opened: &Opened,
    damage: &[DamageView],
    whole: bool,
) -> Result<Timestamp, EvidenceError> {
    let (now, item) = (random::now(), opened.row.id);
    let words = (!damage.is_empty()).then(|| in_words(damage));
    let mut tx = node.store.begin("note_damage").await?;
    let at = whole.then_some(now);
    upload_store::set_verified(&mut tx, &hand.authority, item, at, words.as_deref()).await?;
    let about = About { case: Some(opened.row.case), item: Some(item), ..About::default() };
    let act = if whole { "evidence_verified" } else { "evidence_damaged" };
    let detail = serde_json::json!({ "item": item, "damage": damage.len() });
    tx.record(Entry::new(now, Some(&hand.authority), &hand.actor, act, about, detail));
    tx.commit().await?;
    Ok(now)
}

fn in_words(damage: &[DamageView]) -> String {
    let word = |one: &DamageView| match (one.part, &one.object, one.chunks) {
        (Some(part), Some(object), Some([from, to])) => {
            format!("part {part} (object {object}), chunks {from} to {}: altered", to.saturating_sub(1))
        }
        (Some(part), Some(object), None) => format!("part {part} (object {object}): {}", one.what),
        _ => one.what.clone(),
    };
    let mut words: Vec<String> = damage.iter().take(WORDED).map(word).collect();
    if let Some(more) = damage.len().checked_sub(WORDED).filter(|more| *more > 0) {
        words.push(format!("and {more} more"));
    }
    words.join("; ")
}
