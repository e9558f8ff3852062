//! Each item: its manifest, its content, its custody events with what proves them, and the chain that they make.

use std::collections::BTreeMap;

use comity_ledger::InclusionFile;
use comity_model::AuthorityId;
use comity_record::commitment;
use comity_record::receipt::salt_from_hex;
use comity_seal::Dsse;
use comity_vault::custody::{CUSTODY_EVENT_TYPE, Chain, Entry, Event};
use comity_vault::item::{MAX_MANIFEST_LEN, Manifest};
use comity_vault::{Digest, ItemId};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::Deserialize;

use super::{Check, Part};
use crate::layout::{self, JournalFile, Kind};
use crate::report::{Finding, Report, Severity};

const MAX_EVENT_FILE: u64 = 256 << 10;
const MAX_PROOF_FILE: u64 = 2 << 20;

/// The files of one item.
#[derive(Default)]
struct Files<'a> {
    manifest: Option<&'a str>,
    contents: Vec<&'a str>,
    /// Events by their path, and the same without its ending.
    events: Vec<(&'a str, &'a str)>,
    /// Entries and proofs, by the path of their event without its ending.
    papers: Vec<(&'a str, &'a str)>,
}

/// What a journal entry must say of a custody event. It may say more.
#[derive(Deserialize)]
struct Journal {
    act: String,
    at: Timestamp,
    authority: Option<AuthorityId>,
    detail: JournalDetail,
}

#[derive(Deserialize)]
struct JournalDetail {
    item: String,
    event: String,
    number: u64,
}

/// Why a paper of an event does not hold, with its path.
type PaperFault = (String, String);

/// What the ledger must hold of a journal entry, and the entry's time.
type Committed = ([u8; 32], Timestamp);

/// A custody event whose signature holds.
struct Signed<'a> {
    path: &'a str,
    entry: Entry,
    is_proved: bool,
}

impl Check<'_> {
    pub(super) fn items(&self, report: &mut Report) {
        let mut items: BTreeMap<ItemId, Files<'_>> = BTreeMap::new();
        for path in self.hashes.keys() {
            match Kind::of(path) {
                Kind::Manifest(item) => items.entry(item).or_default().manifest = Some(path),
                Kind::Content(item) => items.entry(item).or_default().contents.push(path),
                Kind::Event(item, stem) => items.entry(item).or_default().events.push((path, stem)),
                Kind::Entry(item, stem) | Kind::Proof(item, stem) => {
                    items.entry(item).or_default().papers.push((path, stem));
                }
                _ => {}
            }
        }
        let items: Vec<_> = items.into_iter().collect();
        let parts: Vec<Part> = items.par_iter().map(|(item, files)| self.item(*item, files)).collect();
        parts.into_iter().for_each(|part| part.into_report(report));
    }

    fn item(&self, item: ItemId, files: &Files<'_>) -> Part {
        let mut part = Part::default();
        let Some(path) = files.manifest else {
            return part.fault(&layout::item_folder(item), "the item's manifest is missing");
        };
        for (paper, stem) in &files.papers {
            if !files.events.iter().any(|(_, event)| event == stem) {
                part.findings.push(Finding::fault(*paper, "the event that it belongs to is missing"));
            }
        }
        let digest = self.manifest(item, path, files, &mut part);
        self.custody(item, digest, files, &mut part);
        part
    }

    /// Checks manifest and content; answers with the hash by which events name the manifest.
    fn manifest(&self, item: ItemId, path: &str, files: &Files<'_>, part: &mut Part) -> Option<Digest> {
        let read = self.source.read(path, MAX_MANIFEST_LEN as u64);
        let bytes = read.map_err(|why| part.findings.push(Finding::fault(path, why))).ok()?;
        let digest = Digest::of(&bytes);
        match Manifest::from_json(&bytes) {
            Ok(manifest) if manifest.item == item => {
                part.counts.items += 1;
                self.content(&manifest, files, part);
            }
            Ok(manifest) => {
                part.findings.push(Finding::fault(path, format!("it is of item `{}`", manifest.item)))
            }
            Err(fault) => part.findings.push(Finding::fault(path, fault)),
        }
        Some(digest)
    }

    fn content(&self, manifest: &Manifest, files: &Files<'_>, part: &mut Part) {
        if let [_, second, ..] = files.contents.as_slice() {
            part.findings.push(Finding::fault(*second, "it is a second content of one item"));
        }
        let Some((path, hashed)) =
            files.contents.first().and_then(|path| Some((path, self.hashes.get(*path)?)))
        else {
            return;
        };
        let differs = [
            (hashed.len != manifest.size, "length"),
            (hashed.digest != manifest.sha256, "SHA-256"),
            (hashed.tree.as_ref() != Some(&manifest.blake3), "BLAKE3"),
        ];
        match differs.iter().find(|(differs, _)| *differs) {
            Some((_, what)) => {
                let what = format!("it is not the content of the manifest: its {what} differs");
                part.findings.push(Finding::fault(*path, what));
            }
            None => part.counts.contents += 1,
        }
    }

    fn custody(&self, item: ItemId, manifest: Option<Digest>, files: &Files<'_>, part: &mut Part) {
        let checked: Vec<(Part, Option<Signed<'_>>)> =
            files.events.par_iter().map(|(path, stem)| self.event(item, path, stem)).collect();
        let mut signed = Vec::with_capacity(checked.len());
        for (found, event) in checked {
            part.add(found);
            signed.extend(event);
        }
        let mut unproved: BTreeMap<&AuthorityId, usize> = BTreeMap::new();
        for one in &signed {
            let event = one.entry.event();
            if manifest.is_some_and(|manifest| manifest != event.manifest) {
                part.findings
                    .push(Finding::broken(one.path, "it names another manifest than the one in the bundle"));
            }
            if event.at > self.seal.made_at {
                part.findings
                    .push(Finding::broken(one.path, format!("it is dated after the bundle, {}", event.at)));
            }
            if !one.is_proved && self.is_of_maker(&event.by) {
                part.findings
                    .push(Finding::broken(one.path, "nothing proves that it is in the maker's own ledger"));
            } else if !one.is_proved {
                *unproved.entry(&event.by).or_default() += 1;
            }
        }
        for (by, count) in unproved {
            let what =
                format!("{count} events of `{by}` are signed, without proof that they are in its ledger");
            part.findings.push(Finding::note(layout::item_folder(item), what));
        }
        chain(item, &signed, part);
    }

    fn is_of_maker(&self, by: &AuthorityId) -> bool {
        let node = |authority| self.members.newest().node_of(authority).map(|node| &node.name);
        *by == self.seal.made_by || (node(by).is_some() && node(by) == node(&self.seal.made_by))
    }

    fn event<'p>(&self, item: ItemId, path: &'p str, stem: &str) -> (Part, Option<Signed<'p>>) {
        let mut part = Part::default();
        let (dsse, entry) = match self.read_event(path) {
            Ok(read) => read,
            Err(why) => return (part.fault(path, why), None),
        };
        let event = entry.event();
        if event.item != item || !is_named(stem, event) {
            return (part.fault(path, "its name is not that of the event in it"), None);
        }
        // The time at which its ledger took it, where that is proved.
        let proved = self.journal(stem, &entry).and_then(|journal| self.prove(stem, journal, &event.by));
        let entered = proved.as_ref().ok().copied().flatten();
        if let Err((path, why)) = proved {
            part.findings.push(Finding::fault(path, why));
        }
        // Otherwise nothing shows that it was made before a revocation that is known now.
        let arrived = entered.unwrap_or(self.seal.made_at);
        if let Err(why) = self.members.verify(&dsse, &event.by, event.at, arrived, CUSTODY_EVENT_TYPE) {
            return (part.fault(path, why), None);
        }
        part.counts.events += 1;
        part.counts.proofs += usize::from(entered.is_some());
        (part, Some(Signed { path, is_proved: entered.is_some(), entry }))
    }

    fn read_event(&self, path: &str) -> Result<(Dsse, Entry), String> {
        let dsse =
            Dsse::from_json(&self.source.read(path, MAX_EVENT_FILE)?).map_err(|fault| fault.to_string())?;
        let entry = Entry::read(&dsse.payload).map_err(|fault| fault.to_string())?;
        Ok((dsse, entry))
    }

    /// What the ledger holds of the journal entry, and its time; none where there is no entry.
    fn journal(&self, stem: &str, entry: &Entry) -> Result<Option<Committed>, PaperFault> {
        let path = format!("{stem}.entry.json");
        if self.source.len(&path).is_none() {
            return Ok(None);
        }
        let read = || {
            let bytes = self.source.read(&path, MAX_EVENT_FILE)?;
            let file: JournalFile = serde_json::from_slice(&bytes).map_err(|fault| fault.to_string())?;
            let salt = salt_from_hex(&file.salt).ok_or("its salt is no salt")?;
            let journal: Journal = serde_json::from_str(&file.document)
                .map_err(|fault| format!("it is no journal entry of a custody event: {fault}"))?;
            check_journal(&journal, entry)?;
            Ok((commitment(&salt, file.document.as_bytes()), journal.at))
        };
        read().map(Some).map_err(|why: String| (path.clone(), why))
    }

    /// The time of the entry, where it is proved to be in the ledger of `by`.
    fn prove(
        &self,
        stem: &str,
        journal: Option<Committed>,
        by: &AuthorityId,
    ) -> Result<Option<Timestamp>, PaperFault> {
        let path = format!("{stem}.tlog-proof");
        let (Some((entry, at)), Some(_)) = (journal, self.source.len(&path)) else { return Ok(None) };
        let prove = || {
            let bytes = self.source.read(&path, MAX_PROOF_FILE)?;
            let text = std::str::from_utf8(&bytes).map_err(|fault| fault.to_string())?;
            let file = InclusionFile::parse(text).map_err(|fault| fault.to_string())?;
            self.ledgers.prove(&file, &entry, by)
        };
        prove().map(|()| Some(at)).map_err(|why: String| (path.clone(), why))
    }
}

/// Whether a file is called as the event in it; a second event of one number has a number of its own behind.
fn is_named(stem: &str, event: &Event) -> bool {
    let expected = layout::event_stem(event.item, event.number, &event.by);
    let rest = stem.strip_prefix(&expected).map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn check_journal(journal: &Journal, entry: &Entry) -> Result<(), String> {
    let event = entry.event();
    let detail = &journal.detail;
    let differs = [
        (journal.act != format!("custody_{}", event.act.as_str()), "act"),
        (journal.authority.as_ref() != Some(&event.by), "authority"),
        (detail.item != event.item.to_string(), "item"),
        (detail.event != entry.digest().to_string(), "event"),
        (detail.number != event.number, "number"),
    ];
    let found = differs.into_iter().find(|(differs, _)| *differs);
    found.map_or(Ok(()), |(_, what)| {
        Err(format!("the journal entry is of something else: its {what} differs"))
    })
}

fn chain(item: ItemId, signed: &[Signed<'_>], part: &mut Part) {
    let chain = Chain::new(item, signed.iter().map(|one| one.entry.clone()));
    let path_of = |event: &Option<(AuthorityId, u64)>| {
        let of = |one: &&Signed<'_>| {
            event.as_ref().is_some_and(|(by, number)| {
                let found = one.entry.event();
                found.by == *by && found.number == *number
            })
        };
        signed.iter().find(of).map_or_else(|| layout::item_folder(item), |one| one.path.to_owned())
    };
    for finding in chain.check() {
        let path = path_of(&finding.event);
        let severity = if finding.is_break() { Severity::Break } else { Severity::Note };
        part.findings.push(Finding::new(severity, path, &finding));
    }
}
