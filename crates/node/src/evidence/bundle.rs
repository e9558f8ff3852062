//! The court bundle: items with their descriptions, custody, proofs and timestamps, gathered here and written by `comity_bundle`.

mod receipts;

use super::{
    EvidenceError, Use, checklist_of,
    custody::Hand,
    described::described,
    items::{self, Opened, open_item},
    proofs::{self, EventProof, prove_events},
    stamps::{self, Stamped},
    store::{self, CustodyRow},
};
use crate::{
    Node,
    access::Caller,
    federation::registry::signed_after,
    hits::hash_sets::refuse_export,
    journal::{About as EntryAbout, Entry},
    random,
};
use comity_bundle::{About, BundleItem, CustodyRecord, JournalRecord, MessageRecord, Sink, Writer};
use comity_formats::{
    case_uco,
    evidence::{Description, Item},
    evidence_index::{self, Finding, Index},
};
use comity_law::{Language, admissibility::Status, phrase::localise};
use comity_ledger::{InclusionFile, SignedCheckpoint};
use comity_model::id::{CaseId, ItemId};
use comity_seal::Dsse;
use comity_vault::{
    custody::Act,
    store::{Catalogue, ItemReader},
};
use jiff::Timestamp;
use std::{collections::BTreeMap, io, sync::Arc};
use tokio::{runtime::Handle, task::JoinHandle};

/// The most items of one bundle.
pub const MAX_ITEMS: usize = 1_000;
/// Bytes of content that are read at once.
const WINDOW: u64 = 1 << 20;

/// What goes into a bundle.
#[derive(Debug, Clone)]
pub struct BundleOrder {
    /// The items; where there is none, those of `case`.
    pub items: Vec<ItemId>,
    /// The case.
    pub case: Option<CaseId>,
    /// With the contents, or with their hashes only?
    pub contents: bool,
    /// The language of the index.
    pub language: Language,
    /// Why, for custody and journal.
    pub reason: String,
    /// For whom, such as the court; in words.
    pub made_for: Option<String>,
    /// Where it is to be used; adds what is missing there to the index.
    pub wanted: Option<Use>,
}

/// One item with everything that goes into the bundle.
struct Gathered {
    opened: Opened,
    catalogue: Catalogue,
    events: Vec<(CustodyRow, Option<EventProof>)>,
    described: Item,
    stamps: Vec<Stamped>,
    receipts: Vec<MessageRecord>,
}

/// A bundle that is ready to be written.
struct Ready {
    about: About,
    registries: Vec<Dsse>,
    gathered: Vec<Gathered>,
    findings: Vec<Finding>,
    language: Language,
    contents: bool,
}

/// Makes a bundle and writes it to `sink`; whoever asks for contents makes copies, which the custody of each item says. Everything
/// that can be refused is refused before the first byte.
///
/// # Errors
/// Where an item is not held, witnesses are missing, or something stored does not open.
pub async fn make_bundle<S: Sink + Send + 'static>(
    node: &Arc<Node>,
    caller: &Caller,
    order: BundleOrder,
    sink: impl FnOnce(Timestamp) -> S + Send + 'static,
) -> Result<JoinHandle<Result<S, EvidenceError>>, EvidenceError> {
    let now = random::now();
    let ready = gather(node, caller, &order, now).await?;
    let (shared, runtime) = (node.clone(), Handle::current());
    Ok(tokio::task::spawn_blocking(move || write(&shared, &runtime, ready, sink(now))))
}

async fn gather(
    node: &Arc<Node>,
    caller: &Caller,
    order: &BundleOrder,
    now: Timestamp,
) -> Result<Ready, EvidenceError> {
    let authority = &caller.authority;
    let items = items_of(node, caller, order).await?;
    let mut opened = Vec::with_capacity(items.len());
    for item in &items {
        opened.push(open_item(node, authority, *item).await?);
    }
    for one in opened.iter().filter(|_| order.contents) {
        refuse_export(node, one).await?;
    }
    note(node, caller, order, &opened, now).await?;
    let mut own = prove_events(node, authority, &items).await?;
    let mut gathered = Vec::with_capacity(items.len());
    for opened in opened {
        gathered.push(gather_item(node, caller, opened, &mut own).await?);
    }
    let findings = findings(node, caller, order, &items).await?;
    let reference = match gathered.first() {
        Some(first) => crate::cases::reference_of(&node.store, authority, first.opened.row.case).await?,
        None => None,
    };
    let about = About {
        made_by: authority.clone(),
        made_at: now,
        case: reference.unwrap_or_default(),
        made_for: order.made_for.clone(),
    };
    let registries = signed_after(&node.store, 0).await?;
    let (language, contents) = (order.language, order.contents);
    Ok(Ready { about, registries, gathered, findings, language, contents })
}

async fn items_of(
    node: &Arc<Node>,
    caller: &Caller,
    order: &BundleOrder,
) -> Result<Vec<ItemId>, EvidenceError> {
    let mut items = order.items.clone();
    if let (true, Some(case)) = (items.is_empty(), order.case) {
        let limit = MAX_ITEMS as u64 + 1;
        let rows = items::list(node, &caller.authority, Some(case), None, limit).await?;
        items =
            rows.into_iter().filter(|row| row.state == store::ItemState::Held).map(|row| row.id).collect();
    }
    items.sort_unstable();
    items.dedup();
    match items.len() {
        0 => Err(EvidenceError::unfit("items", "is empty; name items, or a case that has some")),
        1..=MAX_ITEMS => Ok(items),
        more => {
            let why = format!("names {more} items, more than the {MAX_ITEMS} of one bundle; make several");
            Err(EvidenceError::unfit("items", why))
        }
    }
}

/// Writes down that copies leave the vault, or that hashes do.
async fn note(
    node: &Arc<Node>,
    caller: &Caller,
    order: &BundleOrder,
    opened: &[Opened],
    now: Timestamp,
) -> Result<(), EvidenceError> {
    let hand = Hand::from(caller);
    let mut tx = node.store.begin("make_bundle").await?;
    for one in opened.iter().filter(|_| order.contents) {
        let act = Act::Copied { onto: "a court bundle".to_owned() };
        let (item, case) = (one.row.id, Some(one.row.case));
        let reason = order.reason.clone();
        let event = super::NewEvent { item, case, act, reason, basis: None, place: None };
        super::record_event(node, &mut tx, &hand, event, now).await?;
    }
    let items: Vec<_> = opened.iter().map(|one| one.row.id).collect();
    let about = EntryAbout { case: opened.first().map(|one| one.row.case), ..EntryAbout::default() };
    let detail = serde_json::json!({ "items": items, "contents": order.contents, "reason": order.reason });
    tx.record(Entry::new(now, Some(&hand.authority), &hand.actor, "evidence_bundled", about, detail));
    tx.commit().await?;
    Ok(())
}

async fn gather_item(
    node: &Arc<Node>,
    caller: &Caller,
    opened: Opened,
    own: &mut BTreeMap<String, EventProof>,
) -> Result<Gathered, EvidenceError> {
    let events = store::events(&node.store, &caller.authority, opened.row.id).await?;
    let described = described(&opened, &events)?;
    let catalogue = items::catalogue(node, &opened.manifest).await?;
    let stamps = stamps::stamps_of(node, &caller.authority, opened.row.id).await?;
    let receipts = receipts::of_item(&node.store, &caller.authority, opened.row.id).await?;
    let events = events.into_iter().map(|row| proofs::with_proof(row, own)).collect();
    Ok(Gathered { opened, catalogue, events, described, stamps, receipts })
}

/// What is missing or unknown where the bundle is to be used, for the index.
async fn findings(
    node: &Arc<Node>,
    caller: &Caller,
    order: &BundleOrder,
    items: &[ItemId],
) -> Result<Vec<Finding>, EvidenceError> {
    let Some(wanted) = &order.wanted else { return Ok(Vec::new()) };
    let mut findings = Vec::new();
    for item in items {
        let list = checklist_of(node, &caller.authority, *item, wanted).await?;
        for point in list.points {
            if !matches!(point.status, Status::Missing | Status::Unknown) {
                continue;
            }
            let mut said = serde_json::json!({ "what": point.requirement, "why": point.findings });
            localise(&mut said, order.language);
            let why: Vec<_> =
                said["why"].as_array().into_iter().flatten().filter_map(|w| w.as_str()).collect();
            let text = format!("{} {}", said["what"].as_str().unwrap_or_default(), why.join(" "));
            let status = crate::store::code_text(&point.status);
            findings.push(Finding { item: Some(*item), status, text: text.trim().to_owned() });
        }
    }
    Ok(findings)
}

fn write<S: Sink>(node: &Arc<Node>, runtime: &Handle, ready: Ready, sink: S) -> Result<S, EvidenceError> {
    let Ready { about, registries, gathered, findings, language, contents } = ready;
    let (made_by, made_at) = (about.made_by.clone(), about.made_at);
    let mut writer = Writer::begin(sink, about.clone(), &registries)?;
    let mut checkpoints: BTreeMap<String, SignedCheckpoint> = BTreeMap::new();
    let mut timestamps = Vec::new();
    for one in &gathered {
        let custody = one.events.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        for proof in custody.iter().filter_map(|record| record.proof.as_ref()) {
            let checkpoint = &proof.checkpoint;
            let name = checkpoint.unverified().origin().to_string();
            checkpoints.entry(name).or_insert_with(|| checkpoint.clone());
        }
        let mut content = Content::of(node, one);
        let content = contents.then_some(&mut content as &mut dyn io::Read);
        let manifest = one.opened.json.as_slice();
        let receipts = one.receipts.as_slice();
        let path = writer.item(BundleItem { manifest, content, custody: &custody, receipts })?;
        for stamped in &one.stamps {
            writer.timestamp(&path, &stamped.stamp)?;
            timestamps.push(format!("{path}: {}, {}", stamped.at, stamped.tsa));
        }
    }
    for checkpoint in checkpoints.values() {
        writer.checkpoint(checkpoint)?;
    }
    for tsa in &node.config.evidence.timestamps {
        if let Ok(pem) = std::fs::read(node.directory_path.join(&tsa.anchors)) {
            writer.anchor(&tsa.name, &pem)?;
        }
    }
    let items = gathered.into_iter().map(|one| one.described).collect();
    let bundle = format!("{made_by} {made_at}");
    let case_reference = about.case.clone();
    let description = Description { bundle, made_at, made_by: made_by.clone(), case_reference, items };
    writer.case_jsonld(case_uco::write(&description)?.as_bytes())?;
    let checkpoints: Vec<String> = checkpoints.values().map(ToString::to_string).collect();
    let commands = ["comity verify bundle FOLDER --roots roots.json".to_owned()];
    let index = Index {
        description: &description,
        findings: &findings,
        timestamps: &timestamps,
        checkpoints: &checkpoints,
        commands: &commands,
    };
    writer.index_pdf(&evidence_index::print(&index, tongue(language))?.bytes)?;
    let made = writer.finish()?;
    let stamped = runtime.block_on(stamps::stamp(node, *made.sha256().as_bytes()))?;
    let key = node.keys.signing_key(&made_by, &node.registry(), made_at, random::now());
    let key = key.ok_or(EvidenceError::NotFound("authority"))?;
    Ok(made.sign(key, stamped.first().map(|one| &one.stamp))?)
}

fn tongue(language: Language) -> evidence_index::Language {
    match language {
        Language::En => evidence_index::Language::En,
        Language::Fr => evidence_index::Language::Fr,
        Language::Es => evidence_index::Language::Es,
        Language::Ar => evidence_index::Language::Ar,
    }
}

fn record((row, proof): &(CustodyRow, Option<EventProof>)) -> Result<CustodyRecord, EvidenceError> {
    let broken = |what: &'static str| EvidenceError::unfit(what, "is kept but cannot be read; restore it");
    let event = Dsse::from_json(row.event.as_bytes()).map_err(|_| broken("event"))?;
    let Some(proof) = proof else { return Ok(CustodyRecord { event, entry: None, proof: None }) };
    let mut salt = [0; 16];
    hex::decode_to_slice(&proof.salt, &mut salt).map_err(|_| broken("salt"))?;
    let entry = JournalRecord { document: proof.document.clone(), salt };
    let file = InclusionFile::parse(&proof.proof).map_err(|_| broken("proof"))?;
    Ok(CustodyRecord { event, entry: Some(entry), proof: Some(file) })
}

/// The content of an item as a reader, a window at a time.
struct Content<'a> {
    reader: ItemReader<'a, comity_blobs::Blobs>,
    size: u64,
    at: u64,
    window: Vec<u8>,
    used: usize,
}

impl<'a> Content<'a> {
    fn of(node: &'a Node, one: &'a Gathered) -> Self {
        let manifest = &one.opened.manifest;
        let reader = ItemReader::new(&node.evidence.blobs, &one.catalogue, manifest, one.opened.key.clone());
        Self { reader, size: manifest.size, at: 0, window: Vec::new(), used: 0 }
    }
}

impl io::Read for Content<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.used == self.window.len() && self.at < self.size {
            let end = self.at.saturating_add(WINDOW).min(self.size);
            self.window.clear();
            let window = &mut self.window;
            self.reader
                .read(self.at..end, |piece| window.extend_from_slice(piece))
                .map_err(io::Error::other)?;
            (self.at, self.used) = (end, 0);
        }
        let rest = self.window.get(self.used..).unwrap_or_default();
        let count = rest.len().min(to.len());
        if let (Some(to), Some(from)) = (to.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.used += count;
        Ok(count)
    }
}
