//! The offline check of an exported record: no node, no network, no clock; the file and the root keys are enough.
//!
//! Each fault says where in the file it is and what is wrong. The checks go from the outside in: form, the exporter's
//! signature over the whole, the registries, the checkpoint with its cosignatures, then every item. A fault outside does
//! not hide one inside, so a changed byte is named as closely as possible.

mod items;

use crate::{
    Directory, EnvelopeFault,
    export::{RECORD_FORMAT, RECORD_TYPE, Record, RecordItem, RecordSeal},
    registry::{unverified_registry, verify_registry},
    sha256,
};
use comity_ledger::{NoteFault, SignedCheckpoint, VerifiedCheckpoint};
use comity_model::{
    AuthorityId,
    id::ExchangeId,
    registry::{Registry, SigningKeys},
};
use comity_seal::Dsse;
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// Something that does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The place in the file, as a JSON pointer into `content`, or `file`.
    pub at: String,
    /// What is wrong.
    pub what: String,
}

/// One thing that was proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The index in the exporter's ledger.
    pub index: u64,
    /// When, by the clock of the node that wrote the entry.
    pub at: Option<String>,
    /// What was done, by whom.
    pub what: String,
    /// What holds: signatures, digest, inclusion.
    pub proven: Vec<String>,
}

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whose record, and of which exchange.
    pub about: String,
    /// Messages whose signatures hold.
    pub messages: usize,
    /// Receipts whose signatures and proofs hold.
    pub receipts: usize,
    /// Witnesses that cosigned the checkpoint.
    pub witnesses: Vec<String>,
    /// SHA-256 over the root keys of the first registry: to be compared with a copy from elsewhere.
    pub roots: String,
    /// Were the root keys given, rather than taken from the record itself?
    pub anchored: bool,
    /// What was proved, in order.
    pub steps: Vec<Step>,
    /// What does not hold.
    pub faults: Vec<Fault>,
    /// What a reader should know, though nothing is wrong: recipients without a receipt, withdrawn bodies.
    pub remarks: Vec<String>,
}

impl Report {
    /// Does everything hold?
    #[must_use]
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, at: impl Into<String>, what: impl ToString) {
        self.faults.push(Fault { at: at.into(), what: what.to_string() });
    }
}

/// Root keys and the threshold of them, from a source other than the record.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// The root keys.
    pub roots: Vec<SigningKeys>,
    /// How many must have signed.
    pub threshold: usize,
}

/// Checks a record's file. Without an anchor, the roots that the first registry claims are taken, and the report says so.
#[must_use]
pub fn verify_record(file: &[u8], anchor: Option<&Anchor>) -> Report {
    verify_record_watched(file, anchor, &|_, _| ())
}

/// As [`verify_record`]; `progress` is told, from any thread, how many of the record's items are checked, and of how many.
#[must_use]
pub fn verify_record_watched(
    file: &[u8],
    anchor: Option<&Anchor>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Report {
    let mut report = Report { anchored: anchor.is_some(), ..Report::default() };
    let Some((outer, record)) = read(file, &mut report) else { return report };
    report.about = format!("exchange `{}` as recorded by `{}`", record.exchange, record.exported_by);
    let Some(directories) = check_registries(&record, anchor, &mut report) else { return report };
    check_seal(&outer, &record, directories.newest(), &mut report);
    let checkpoint = check_checkpoint(&record, directories.newest(), &mut report);
    items::check(&record, &directories, checkpoint.as_ref(), &mut report, progress);
    report
}

/// The registries of a record, oldest first, each with its keys prepared; never empty.
struct Directories(Vec<Directory>);

impl Directories {
    fn newest(&self) -> &Directory {
        // INVARIANT: `check_registries` builds none that is empty.
        self.0.last().unwrap_or_else(|| unreachable!("checked when built"))
    }

    /// Checks with the newest registry, which knows of every revocation; where that one no longer lists the member or
    /// key, with the one that was in force at `time`.
    fn check<T, E>(
        &self,
        time: Timestamp,
        check: impl Fn(&Directory) -> Result<T, E>,
        is_unlisted: impl Fn(&E) -> bool,
    ) -> Result<T, E> {
        match check(self.newest()) {
            Err(fault) if is_unlisted(&fault) => {
                let then = self.0.iter().rev().find(|directory| directory.registry().issued <= time);
                then.map_or(Err(fault), check)
            }
            checked => checked,
        }
    }
}

/// Does the registry not know, or no longer know, whose signature this is? A revocation is another thing.
fn is_unlisted(fault: &EnvelopeFault) -> bool {
    matches!(
        fault,
        EnvelopeFault::UnknownSender(_) | EnvelopeFault::UnknownKey(_) | EnvelopeFault::KeyNotInForce(_)
    )
}

/// A file as it was read: the exporter's signature, and the digest of the content's bytes.
struct Outer {
    signature: Dsse,
    sha256: [u8; 32],
}

/// The content with its items still as text, so that they are read in parallel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head<'a> {
    format: String,
    exchange: ExchangeId,
    exported_by: AuthorityId,
    exported_at: Timestamp,
    registries: Vec<Dsse>,
    origin: String,
    checkpoint: String,
    policy: String,
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

fn read(file: &[u8], report: &mut Report) -> Option<(Outer, Record)> {
    let (signature, content) = split(file).map_err(|why| report.fault("file", why)).ok()?;
    let (digest, head) = rayon::join(|| sha256(content), || serde_json::from_slice::<Head<'_>>(content));
    let outer = Outer { signature, sha256: digest };
    match head {
        Ok(head) if head.format == RECORD_FORMAT => read_items(head, report).map(|record| (outer, record)),
        Ok(head) => {
            report.fault(
                "/format",
                format!("format `{}` is not supported; this reads {RECORD_FORMAT}", head.format),
            );
            None
        }
        Err(fault) => {
            report.fault("content", format!("this is no record: {fault}"));
            None
        }
    }
}

/// Takes the outermost object apart by hand: what stands around signature and content is not under the signature, so it
/// must be byte for byte what [`crate::export::write_record`] writes.
fn split(file: &[u8]) -> Result<(Dsse, &[u8]), String> {
    let odd = || "this is no signed record, or not written as an exporter writes it".to_owned();
    let rest = file.strip_prefix(b"{\"signature\":").ok_or_else(odd)?;
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<Dsse>();
    let signature =
        values.next().ok_or_else(odd)?.map_err(|fault| format!("the signature cannot be read: {fault}"))?;
    let (written, rest) = rest.split_at_checked(values.byte_offset()).ok_or_else(odd)?;
    if signature.to_json() != written {
        return Err(odd());
    }
    let content = rest.strip_prefix(b",\"content\":").and_then(|rest| rest.strip_suffix(b"}"));
    content.map(|content| (signature, content)).ok_or_else(odd)
}

fn read_items(head: Head<'_>, report: &mut Report) -> Option<Record> {
    let parsed: Vec<_> =
        head.items.par_iter().map(|item| serde_json::from_str::<RecordItem>(item.get())).collect();
    let mut items = Vec::with_capacity(parsed.len());
    for (number, item) in parsed.into_iter().enumerate() {
        match item {
            Ok(item) => items.push(item),
            Err(fault) => {
                report.fault(format!("/items/{number}"), format!("the item cannot be read: {fault}"))
            }
        }
    }
    if items.len() < head.items.len() {
        return None;
    }
    Some(Record {
        format: head.format,
        exchange: head.exchange,
        exported_by: head.exported_by,
        exported_at: head.exported_at,
        registries: head.registries,
        origin: head.origin,
        checkpoint: head.checkpoint,
        policy: head.policy,
        items,
    })
}

fn check_registries(record: &Record, anchor: Option<&Anchor>, report: &mut Report) -> Option<Directories> {
    let mut latest: Option<Registry> = None;
    let mut directories = Vec::new();
    for (number, dsse) in record.registries.iter().enumerate() {
        let at = format!("/registries/{number}");
        let claimed = unverified_registry(dsse).map_err(|fault| report.fault(&at, fault)).ok()?;
        let (roots, threshold) = match (&latest, anchor) {
            (Some(previous), _) => (previous.roots.clone(), previous.threshold),
            (None, Some(anchor)) => (anchor.roots.clone(), anchor.threshold),
            (None, None) => (claimed.roots.clone(), claimed.threshold),
        };
        if latest.is_none() {
            report.roots = fingerprint(&claimed.roots);
        }
        if let Err(fault) = verify_registry(dsse, &roots, threshold) {
            report.fault(&at, fault);
        }
        if latest.as_ref().is_some_and(|previous| claimed.version <= previous.version) {
            report.fault(&at, "the registry's version does not grow");
        }
        directories.push(Directory::new(claimed.clone()).map_err(|fault| report.fault(&at, fault)).ok()?);
        latest = Some(claimed);
    }
    if directories.is_empty() {
        report.fault("/registries", "the record carries no registry");
        return None;
    }
    Some(Directories(directories))
}

/// SHA-256 over the sorted root keys, in hexadecimal: what people compare.
#[must_use]
pub fn fingerprint(roots: &[SigningKeys]) -> String {
    let sorted: BTreeSet<&SigningKeys> = roots.iter().collect();
    hex::encode(sha256(&serde_json::to_vec(&sorted).unwrap_or_default()))
}

fn check_seal(outer: &Outer, record: &Record, directory: &Directory, report: &mut Report) {
    let said = record.exported_at;
    let signatures =
        directory.verify_signatures(&outer.signature, &record.exported_by, said, said, RECORD_TYPE);
    if let Err(fault) = signatures {
        let who = &record.exported_by;
        match fault {
            EnvelopeFault::BadSignature(_) => {
                report.fault("/signature", format!("the exporter's signature: {fault}"))
            }
            other => report.fault("/signature", format!("`{who}` has not signed this record: {other}")),
        }
    }
    match serde_json::from_slice::<RecordSeal>(&outer.signature.payload) {
        Ok(seal) if seal.sha256 == hex::encode(outer.sha256) => {}
        Ok(_) => report.fault("content", "the content is not what the exporter signed: its digest differs"),
        Err(fault) => report.fault("/signature/payload", fault),
    }
}

fn check_checkpoint(
    record: &Record,
    directory: &Directory,
    report: &mut Report,
) -> Option<VerifiedCheckpoint> {
    let at = "/checkpoint";
    if directory.node_of(&record.exported_by).is_none_or(|node| node.name != record.origin) {
        report.fault("/origin", format!("`{}` does not serve `{}`", record.origin, record.exported_by));
    }
    if record.policy != directory.policy_text(&record.origin) {
        report.fault("/policy", "the policy is not the one that the registry gives");
    }
    let keys = directory.keys_of(&record.origin)?;
    let signed = SignedCheckpoint::parse(&record.checkpoint).map_err(|fault| report.fault(at, fault)).ok()?;
    let quorum = directory.policy(&record.origin).and_then(|policy| policy.quorum_met(&signed));
    match quorum {
        Ok(met) => report.witnesses = met.witnesses.into_iter().map(|witness| witness.key_name).collect(),
        Err(fault) => report.fault(at, fault),
    }
    report.witnesses.dedup();
    if signed.to_string() != record.checkpoint {
        report.fault(at, "the checkpoint is not written as its format demands");
    }
    match signed.verify_log(&keys.ledger) {
        Ok(verified) => Some(verified),
        Err(fault @ NoteFault::BadSignature { .. }) => {
            report.fault(at, format!("the ledger's own signature: {fault}"));
            None
        }
        Err(fault) => {
            report.fault(at, fault);
            None
        }
    }
}
