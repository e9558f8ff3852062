//! `comity match usage`: what two authorities say of the same queries, side by side, as their auditors exported it.

use crate::{cli::matching::UsageFiles, command::verify::read_roots, failure::Failure, output::print};
use comity_model::AuthorityId;
use comity_node::{hits::queries::USAGE_TYPE, random};
use comity_record::{Directory, registry::verify_registry};
use comity_seal::Dsse;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt::Write, path::Path};

/// Most queries of each side in an export: an older one may be missing there.
const MOST: usize = 500;

#[derive(Deserialize)]
struct Export {
    authority: AuthorityId,
    at: Timestamp,
    usage: Usage,
}

#[derive(Deserialize)]
struct Usage {
    sent: Vec<Sent>,
    received: Vec<Received>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Sent {
    query: String,
    #[serde(flatten)]
    said: Said,
    asked_at: Timestamp,
    holders: Vec<Holder>,
}

#[derive(Deserialize)]
struct Holder {
    authority: AuthorityId,
    state: String,
    epoch: Option<u64>,
    hits: Option<u64>,
}

#[derive(Deserialize)]
struct Received {
    query: String,
    from: AuthorityId,
    #[serde(flatten)]
    said: Said,
    state: String,
    epoch: Option<u64>,
    hits_claimed: Option<u64>,
    arrived_at: Timestamp,
}

/// What both sides must say alike.
#[derive(Deserialize)]
struct Said {
    batch_sha256: String,
    count: u64,
    officer: String,
    case_reference: String,
    purpose: String,
}

#[derive(Deserialize)]
struct Finding {
    query: String,
    what: String,
}

/// Where the two differ.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Difference {
    query: String,
    asker: String,
    holder: String,
    what: String,
}

#[derive(Serialize)]
struct Report {
    ours: String,
    theirs: String,
    signatures_checked: bool,
    compared: usize,
    differences: Vec<Difference>,
    /// What is under way, and not yet a difference.
    notes: Vec<Difference>,
}

/// Compares two exports; a difference is a failed check.
pub fn run(ask: &UsageFiles, as_json: bool) -> Result<(), Failure> {
    let directory = directory(ask)?;
    let ours = read(&ask.ours, directory.as_ref())?;
    let theirs = read(&ask.theirs, directory.as_ref())?;
    if ours.authority == theirs.authority {
        return Err(Failure::Usage(format!("both files are of `{}`; give one of each side", ours.authority)));
    }
    let report = compare(&ours, &theirs, directory.is_some());
    print(as_json, &report, || in_words(&report));
    match report.differences.len() {
        0 => Ok(()),
        1 => Err(Failure::DoesNotHold("the two differ in 1 place".into())),
        count => Err(Failure::DoesNotHold(format!("the two differ in {count} places"))),
    }
}

/// The members' keys, where a registry was given.
fn directory(ask: &UsageFiles) -> Result<Option<Directory>, Failure> {
    let (Some(registry), Some(roots)) = (&ask.registry, &ask.roots) else { return Ok(None) };
    let bytes = std::fs::read(registry).map_err(|fault| Failure::file(registry, &fault))?;
    let dsse = Dsse::from_json(&bytes).map_err(Failure::failed)?;
    let anchor = read_roots(roots)?;
    let checked = verify_registry(&dsse, &anchor.roots, anchor.threshold)
        .map_err(|fault| Failure::DoesNotHold(format!("the registry does not hold: {fault}")))?;
    Directory::new(checked).map(Some).map_err(Failure::failed)
}

fn read(path: &Path, directory: Option<&Directory>) -> Result<Export, Failure> {
    let bytes = std::fs::read(path).map_err(|fault| Failure::file(path, &fault))?;
    let unread = |fault: &dyn std::fmt::Display| {
        Failure::Usage(format!("`{}` is no exported use of matching: {fault}", path.display()))
    };
    let dsse = Dsse::from_json(&bytes).map_err(|fault| unread(&fault))?;
    let export: Export = serde_json::from_slice(&dsse.payload).map_err(|fault| unread(&fault))?;
    if let Some(directory) = directory {
        check(&dsse, &export, directory).map_err(|why| {
            Failure::DoesNotHold(format!(
                "`{}` is not signed by `{}`: {why}",
                path.display(),
                export.authority
            ))
        })?;
    }
    Ok(export)
}

fn check(dsse: &Dsse, export: &Export, directory: &Directory) -> Result<(), String> {
    let signers = dsse.claimed_signers();
    let [key] = signers.as_slice() else { return Err("it is not signed by one key".into()) };
    let verifier = directory.verifier(&export.authority, *key, export.at, random::now());
    let verifier = verifier.map_err(|verdict| format!("its key is none of theirs: {verdict:?}"))?;
    verifier.verify(dsse, USAGE_TYPE).map(|_| ()).map_err(|fault| fault.to_string())
}

fn compare(ours: &Export, theirs: &Export, signatures_checked: bool) -> Report {
    let mut found = Found::default();
    for (asker, holder) in [(ours, theirs), (theirs, ours)] {
        found.direction(asker, holder);
    }
    for export in [ours, theirs] {
        for finding in &export.usage.findings {
            let what = format!("`{}` itself finds: {}", export.authority, finding.what);
            found.add(&finding.query, &export.authority, &export.authority, what);
        }
    }
    Report {
        ours: ours.authority.to_string(),
        theirs: theirs.authority.to_string(),
        signatures_checked,
        compared: found.compared,
        differences: found.differences,
        notes: found.notes,
    }
}

#[derive(Default)]
struct Found {
    compared: usize,
    differences: Vec<Difference>,
    notes: Vec<Difference>,
}

fn difference(query: &str, asker: &AuthorityId, holder: &AuthorityId, what: String) -> Difference {
    Difference { query: query.to_owned(), asker: asker.to_string(), holder: holder.to_string(), what }
}

impl Found {
    fn add(&mut self, query: &str, asker: &AuthorityId, holder: &AuthorityId, what: String) {
        self.differences.push(difference(query, asker, holder, what));
    }

    /// What one has asked the other.
    fn direction(&mut self, asker: &Export, holder: &Export) {
        let (by, of) = (&asker.authority, &holder.authority);
        let mut received: BTreeMap<&str, &Received> = holder
            .usage
            .received
            .iter()
            .filter(|one| one.from == *by)
            .map(|one| (one.query.as_str(), one))
            .collect();
        let since = reaches(&holder.usage.received, |one| one.arrived_at);
        for sent in &asker.usage.sent {
            let Some(to) = sent.holders.iter().find(|one| one.authority == *of) else { continue };
            match received.remove(sent.query.as_str()) {
                Some(one) => self.pair((by, of), sent, to, one),
                None if since.is_some_and(|since| sent.asked_at < since) => {}
                None if to.state == "waiting" => {
                    let what = "was asked and has not arrived".to_owned();
                    self.notes.push(difference(&sent.query, by, of, what));
                }
                None => self.add(
                    &sent.query,
                    by,
                    of,
                    format!("the asker has it as {}, and the holder never received it", to.state),
                ),
            }
        }
        let since = reaches(&asker.usage.sent, |one| one.asked_at);
        for one in received.into_values() {
            if since.is_none_or(|since| one.arrived_at >= since) {
                self.add(
                    &one.query,
                    by,
                    of,
                    "the holder has received it, and the asker never asked it".into(),
                );
            }
        }
    }

    fn pair(&mut self, (by, of): (&AuthorityId, &AuthorityId), sent: &Sent, to: &Holder, one: &Received) {
        self.compared += 1;
        let (left, right) = (&sent.said, &one.said);
        let said = [
            ("digest of the batch", left.batch_sha256.clone(), right.batch_sha256.clone()),
            ("count", left.count.to_string(), right.count.to_string()),
            ("officer", left.officer.clone(), right.officer.clone()),
            ("case", left.case_reference.clone(), right.case_reference.clone()),
            ("purpose", left.purpose.clone(), right.purpose.clone()),
        ];
        for (what, left, right) in said.into_iter().filter(|(_, left, right)| left != right) {
            self.add(&sent.query, by, of, format!("the {what} differs: asker `{left}`, holder `{right}`"));
        }
        match (to.state.as_str(), one.state.as_str()) {
            ("answered", "answered") => self.answered((by, of), sent, to, one),
            // What the asker found false may have been answered.
            ("refused", "refused") | ("false", "answered") => {}
            ("waiting" | "checking", _) => {
                let what = format!("the holder has it as {}, and the asker as {}", one.state, to.state);
                self.notes.push(difference(&sent.query, by, of, what));
            }
            (asker, holder) => {
                self.add(&sent.query, by, of, format!("the asker has it as {asker}, the holder as {holder}"));
            }
        }
    }

    fn answered(&mut self, (by, of): (&AuthorityId, &AuthorityId), sent: &Sent, to: &Holder, one: &Received) {
        let text =
            |number: Option<u64>| number.map_or_else(|| "none".to_owned(), |number| number.to_string());
        if to.epoch != one.epoch {
            let what = format!("the epoch differs: asker {}, holder {}", text(to.epoch), text(one.epoch));
            self.add(&sent.query, by, of, what);
        }
        if one.hits_claimed.is_some() && one.hits_claimed != to.hits {
            let what = format!(
                "the hits differ: the asker found {}, and said {} in its claim",
                text(to.hits),
                text(one.hits_claimed)
            );
            self.add(&sent.query, by, of, what);
        }
    }
}

/// From when on a list is complete, where it is cut short.
fn reaches<T>(list: &[T], at: impl Fn(&T) -> Timestamp) -> Option<Timestamp> {
    (list.len() >= MOST).then(|| list.iter().map(at).min()).flatten()
}

fn in_words(report: &Report) -> String {
    let mut text = format!("{} and {}: {} queries compared", report.ours, report.theirs, report.compared);
    let lines = [("DIFFERENCE", &report.differences), ("note", &report.notes)];
    for (word, list) in lines {
        for one in list {
            let _ = write!(
                text,
                "\n{word}: {} asked by {} of {}: {}",
                one.query, one.asker, one.holder, one.what
            );
        }
    }
    if !report.signatures_checked {
        text.push_str("\nsignatures NOT CHECKED: give --registry and --roots");
    }
    if report.differences.is_empty() {
        text.push_str("\nboth say the same");
    }
    text
}

#[cfg(test)]
mod tests;
