//! The offline check of a bundle: no node, no network, no clock. Names, lengths and numbers in the bundle are a stranger's.
//!
//! The checks go from the outside in: which files there are, every hash, the maker's signature, the registries, then each item with
//! its custody, ledgers and timestamps. A fault outside does not hide one inside.

mod bag;
mod items;
mod ledgers;
mod members;
mod papers;
mod receipts;
mod seal;
mod stamps;

use std::collections::BTreeMap;
use std::path::Path;

use comity_record::verify::Anchor;
use comity_seal::timestamp::Anchors;
use comity_vault::Digest;
use comity_vault::item::Tree;
use jiff::Timestamp;

use crate::report::{Counts, Finding, Report, StampSeen};
use crate::source::Source;

pub(crate) use members::keys_text;

/// What the reader trusts, from a source other than the bundle.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The registry's root keys; without them those of the first registry are taken, and the report says so.
    pub roots: Option<Anchor>,
    /// Root certificates of time-stamping authorities.
    pub anchors: Anchors,
}

/// A file that was hashed.
struct Hashed {
    digest: Digest,
    len: u64,
    /// Of an item's content.
    tree: Option<Tree>,
}

/// Every listed file that could be read.
type Hashes = BTreeMap<String, Hashed>;

/// Checks the bundle at `path`: a folder, or an archive of one. `now` is only used to say what has expired or is of the future.
#[must_use]
pub fn verify(path: &Path, trust: &Trust, now: Timestamp) -> Report {
    verify_watched(path, trust, now, &|_, _| ())
}

/// As [`verify`]; `progress` is told, from any thread, how many steps are done, and of how many.
#[must_use]
pub fn verify_watched(
    path: &Path,
    trust: &Trust,
    now: Timestamp,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Report {
    let mut report = Report { is_anchored: trust.roots.is_some(), ..Report::default() };
    match Source::open(path, &mut report.findings) {
        Ok(source) => check(&source, trust, now, progress, &mut report),
        Err(why) => report.findings.push(Finding::fault("", format!("it cannot be read: {why}"))),
    }
    report.finish()
}

fn check(
    source: &Source,
    trust: &Trust,
    now: Timestamp,
    progress: &(dyn Fn(usize, usize) + Sync),
    report: &mut Report,
) {
    let (hashes, tag_manifest) = bag::check(source, progress, report);
    let Some(members) = members::check(source, trust.roots.as_ref(), now, report) else { return };
    let seal = seal::check(source, tag_manifest, &members, trust, now, report);
    let Some(seal) = seal else { return };
    report.made_by = Some(seal.made_by.clone());
    report.made_at = Some(seal.made_at);
    let ledgers = ledgers::Ledgers::new(&members);
    let check = Check { source, hashes: &hashes, members: &members, ledgers: &ledgers, seal: &seal, trust };
    check.papers(report);
    check.items(report);
    check.receipts(report);
    check.exchanges(report);
    check.checkpoints(report);
    check.stamps(report);
    report.witnesses = ledgers.witnesses();
    report.counts.checkpoints = ledgers.held();
}

/// All that the inner checks need.
struct Check<'a> {
    source: &'a Source,
    hashes: &'a Hashes,
    members: &'a members::Members,
    ledgers: &'a ledgers::Ledgers<'a>,
    seal: &'a crate::layout::BundleSeal,
    trust: &'a Trust,
}

/// What one of many parallel checks found.
#[derive(Default)]
struct Part {
    counts: Counts,
    findings: Vec<Finding>,
    stamps: Vec<StampSeen>,
}

impl Part {
    fn fault(mut self, path: &str, what: impl ToString) -> Self {
        self.findings.push(Finding::fault(path, what));
        self
    }

    fn add(&mut self, other: Self) {
        let (own, others) = (&mut self.counts, other.counts);
        own.items += others.items;
        own.contents += others.contents;
        own.events += others.events;
        own.proofs += others.proofs;
        own.receipts += others.receipts;
        own.exchanges += others.exchanges;
        own.timestamps += others.timestamps;
        self.findings.extend(other.findings);
        self.stamps.extend(other.stamps);
    }

    fn into_report(self, report: &mut Report) {
        let mut all = Self { counts: report.counts, ..Self::default() };
        all.add(self);
        report.counts = all.counts;
        report.findings.extend(all.findings);
        report.timestamps.extend(all.stamps);
    }
}

#[cfg(test)]
mod tests;
