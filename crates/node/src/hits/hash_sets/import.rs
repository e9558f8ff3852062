//! Taking a hash set in: a file that comes is sealed and read at once, and becomes evidence only where all of it can be read;
//! or an item that is in the vault already, such as one that another authority handed over, is taken into use.

use super::{
    HashSetError,
    held::Held,
    rules::{self, NewSet, SetFormat, SetWords},
    sealed::{self, Fed, Sealing},
    store::{self, Counts, SetRow},
};
use crate::{
    Node,
    access::Caller,
    evidence::{
        self, EvidenceError, Hand, ItemState, NewEvent, NewItem, Opened,
        describe::{self, Description},
    },
    journal::{About, Entry},
    random,
    store::Tx,
};
use axum::body::Bytes;
use comity_model::{id::ItemId, marking::Marking};
use comity_vault::{
    chunk::ItemKey,
    custody::Act,
    store::{PipelinedIntake, Plan, Taken},
};
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::timeout,
};
use utoipa::ToSchema;

/// How long the next byte may take.
const IDLE: Duration = Duration::from_secs(30);
/// Frames of a request that wait to be taken.
const WAITING: usize = 8;

/// Takes a file of hashes in.
///
/// # Errors
/// What does not fit, by field; every place that cannot be read, up to a score; nothing is kept then.
pub async fn import<E>(
    node: &Arc<Node>,
    caller: &Caller,
    new: NewSet,
    body: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<SetRow, HashSetError> {
    let (now, item) = (random::now(), random::new_id(ItemId::new));
    let words = new.words();
    rules::check(&words, &new.legal_basis, &new.marking, now)?;
    let description = new.description(caller, item, now)?;
    describe::check(node, &caller.authority, [(item, &description)], now).await?;
    let place = node.hash_sets.take_place()?;
    let working = place.clone();
    let (feed, fed) = mpsc::channel(WAITING);
    let (shared, format) = (node.clone(), words.format);
    let work = tokio::task::spawn_blocking(move || {
        let _working = working;
        take_in(&shared, item, format, fed)
    });
    pass_on(body, feed).await;
    let made = work.await.map_err(|_| HashSetError::Busy)??;
    let row = row_of(caller, item, &new, words, made.counts, now)?;
    admit(node, caller, description, (made.taken, made.key), &row).await?;
    node.hash_sets.keep(&row.authority, item, made.held);
    drop(place);
    Ok(row)
}

/// What a file came to.
struct Made {
    taken: Taken,
    key: ItemKey,
    held: Held,
    counts: Counts,
}

/// Seals and reads a file as it comes. Blocks.
fn take_in(
    node: &Arc<Node>,
    item: ItemId,
    format: SetFormat,
    fed: Receiver<Fed>,
) -> Result<Made, HashSetError> {
    let key = evidence::new_key();
    let part_size = node.config.evidence.part_size;
    let plan = Plan { key: key.clone(), item, part_size, every_byte: false };
    let intake = PipelinedIntake::new(node.evidence.blobs.clone(), plan, evidence::salt);
    let mut intake = intake.map_err(EvidenceError::from)?;
    let mut sealing = Sealing::new(fed, &mut intake);
    let gathered = sealed::gather(&mut sealing, format, node.hash_sets.room(node));
    if let Some(fault) = sealing.fault {
        return Err(fault);
    }
    let (held, counts) = gathered?;
    let taken = intake.finish().map_err(EvidenceError::from)?;
    Ok(Made { taken, key, held, counts })
}

/// Passes a request's bytes on to whoever seals and reads them.
async fn pass_on<E>(mut body: impl Stream<Item = Result<Bytes, E>> + Unpin, feed: Sender<Fed>) {
    loop {
        let fed = match timeout(IDLE, body.next()).await {
            // Without an end, the file counts as broken off.
            Err(_) | Ok(Some(Err(_))) => return,
            Ok(Some(Ok(bytes))) => Fed::Bytes(bytes),
            Ok(None) => Fed::End,
        };
        let end = matches!(fed, Fed::End);
        if feed.send(fed).await.is_err() || end {
            return;
        }
    }
}

fn row_of(
    caller: &Caller,
    item: ItemId,
    new: &NewSet,
    words: SetWords,
    counts: Counts,
    now: Timestamp,
) -> Result<SetRow, HashSetError> {
    Ok(SetRow {
        authority: caller.authority.clone(),
        item,
        case: new.case,
        words,
        marking: new.marking.clone(),
        received_from: None,
        legal_basis: rules::text("legal_basis", &new.legal_basis)?,
        counts,
        loaded_at: now,
        loaded_by: caller.name.clone(),
        withdrawn: None,
        item_state: ItemState::Held,
    })
}

async fn admit(
    node: &Arc<Node>,
    caller: &Caller,
    description: Description,
    (taken, key): (Taken, ItemKey),
    row: &SetRow,
) -> Result<(), HashSetError> {
    let new = NewItem {
        manifest: description.manifest(row.item, taken),
        key,
        case: row.case,
        act: Act::Acquired,
        reason: description.reason,
        marking: None,
        received_from: None,
        retain_until: description.retain_until,
        before: Vec::new(),
        packed: Vec::new(),
    };
    let with = async |tx: &mut Tx| {
        store::insert(tx, row).await?;
        tx.record(entry(caller, row, "hash_set_imported"));
        Ok(())
    };
    evidence::admit(node, &Hand::from(caller), vec![new], with).await?;
    Ok(())
}

fn entry(caller: &Caller, row: &SetRow, act: &str) -> Entry {
    let about = About { case: Some(row.case), item: Some(row.item), ..About::default() };
    let detail = serde_json::json!({ "format": row.words.format, "entries": row.counts.entries });
    Entry::new(row.loaded_at, Some(&row.authority), &caller.actor(), act, about, detail)
}

/// An item of evidence to take into use as a hash set. What the item says of itself need not be said again.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadSet {
    /// The item.
    #[schema(value_type = String)]
    pub item: ItemId,
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// Who compiled it.
    #[serde(default)]
    pub source: Option<String>,
    /// By which scheme its entries have their categories.
    #[serde(default)]
    pub scheme: Option<String>,
    /// Its version.
    #[serde(default)]
    pub version: Option<String>,
    /// How it is written.
    #[serde(default)]
    pub format: Option<SetFormat>,
    /// The conditions; for what another authority gave, its own stand and others are refused.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub marking: Option<Marking>,
    /// Under which law it is kept.
    pub legal_basis: String,
    /// Why it is taken into use, for the custody.
    pub reason: String,
}

impl LoadSet {
    fn words(&self, opened: &Opened) -> Result<SetWords, HashSetError> {
        let said = rules::said_by(&opened.manifest);
        let missing = |field| HashSetError::unfit(field, "is missing, and the item does not say it; give it");
        let of = |field, given: &Option<String>, said: Option<String>| {
            let given = given.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            given.or(said.filter(|text| !text.is_empty())).ok_or_else(|| missing(field))
        };
        let format = self.format.or(said.as_ref().map(|said| said.format));
        Ok(SetWords {
            name: of("name", &self.name, said.as_ref().map(|said| said.name.clone()))?,
            source: of("source", &self.source, said.as_ref().map(|said| said.source.clone()))?,
            scheme: of("scheme", &self.scheme, said.as_ref().map(|said| said.scheme.clone()))?,
            version: self.version.clone().or(said.and_then(|said| said.version)),
            format: format.ok_or_else(|| missing("format"))?,
        })
    }

    /// The marking that stands: the giver's, where there is one.
    fn marking(&self, opened: &Opened) -> Result<Marking, HashSetError> {
        match (&opened.row.marking, &self.marking) {
            (Some(given), Some(other)) if given != other => {
                let why = "is not that under which the item was given; leave it out, the giver's stands";
                Err(HashSetError::unfit("marking", why))
            }
            (Some(given), _) => Ok(given.clone()),
            (None, Some(own)) => Ok(own.clone()),
            (None, None) => Err(HashSetError::unfit(
                "marking",
                "is missing; say under which conditions the set was given",
            )),
        }
    }
}

/// Takes an item of evidence into use as a hash set. That it was read is a custody event.
///
/// # Errors
/// Where it is not held, is a hash set already, or cannot be read.
pub async fn load(node: &Arc<Node>, caller: &Caller, asked: LoadSet) -> Result<SetRow, HashSetError> {
    let (now, reason) = (random::now(), rules::text("reason", &asked.reason)?);
    let opened = evidence::open_item(node, &caller.authority, asked.item).await?;
    if store::load(&node.store, &caller.authority, asked.item).await?.is_some() {
        return Err(HashSetError::Known);
    }
    let (words, marking) = (asked.words(&opened)?, asked.marking(&opened)?);
    rules::check(&words, &asked.legal_basis, &marking, now)?;
    let place = node.hash_sets.take_place()?;
    let working = place.clone();
    let places = evidence::catalogue(node, &opened.manifest).await?;
    let (case, received_from) = (opened.row.case, opened.row.received_from.clone());
    let (shared, format) = (node.clone(), words.format);
    let work = tokio::task::spawn_blocking(move || {
        let _working = working;
        sealed::open_set(&shared, &opened, &places, format)
    });
    let (held, counts) = work.await.map_err(|_| HashSetError::Busy)??;
    let row = SetRow {
        authority: caller.authority.clone(),
        item: asked.item,
        case,
        words,
        marking,
        received_from,
        legal_basis: rules::text("legal_basis", &asked.legal_basis)?,
        counts,
        loaded_at: now,
        loaded_by: caller.name.clone(),
        withdrawn: None,
        item_state: ItemState::Held,
    };
    take_into_use(node, caller, &row, reason).await?;
    node.hash_sets.keep(&row.authority, row.item, held);
    drop(place);
    Ok(row)
}

async fn take_into_use(
    node: &Arc<Node>,
    caller: &Caller,
    row: &SetRow,
    reason: String,
) -> Result<(), HashSetError> {
    let event = NewEvent {
        item: row.item,
        case: Some(row.case),
        act: Act::Examined { how: "read into the index of hash sets".to_owned() },
        reason,
        basis: Some(row.legal_basis.clone()),
        place: None,
    };
    let mut tx = node.store.begin("load_hash_set").await?;
    evidence::record_event(node, &mut tx, &Hand::from(caller), event, row.loaded_at).await?;
    if !store::insert(&mut tx, row).await? {
        return Err(HashSetError::Known);
    }
    tx.record(entry(caller, row, "hash_set_loaded"));
    tx.commit().await?;
    Ok(())
}
