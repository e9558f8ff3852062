//! `comity verify`: an exported record or a court bundle, with no access to any node.

mod bundle;
mod extract;

use crate::{
    cli::{Verify, evidence::VerifyKind},
    failure::Failure,
    output::{Waiting, print},
};
use comity_node::federation::registry::Roots;
use comity_record::verify::{Anchor, Report, verify_record_watched};
use std::{fmt::Write, path::Path};

pub fn run(verify: &Verify, json: bool) -> Result<(), Failure> {
    match (&verify.kind, &verify.record) {
        (Some(VerifyKind::Bundle(asked)), _) => bundle::run(asked, json),
        (None, Some(path)) => record(verify, path, json),
        (None, None) => Err(Failure::Usage("name the record".into())),
    }
}

fn record(verify: &Verify, path: &Path, json: bool) -> Result<(), Failure> {
    let file = std::fs::read(path).map_err(|fault| Failure::file(path, &fault))?;
    let anchor = verify.roots.as_deref().map(read_roots).transpose()?;
    let waiting = Waiting::begin(json, "checking every signature and proof");
    let report = verify_record_watched(&file, anchor.as_ref(), &|done, of| waiting.progress(done, of));
    drop(waiting);
    if let Some(directory) = &verify.extract {
        extract::extract(&file, directory)?;
    }
    print(json, &report, || in_words(&report, verify.steps));
    if report.holds() {
        return Ok(());
    }
    let faults = report.faults.len();
    Err(Failure::DoesNotHold(format!(
        "the record does not hold: {faults} fault{}",
        if faults == 1 { "" } else { "s" }
    )))
}

/// Reads a federation's `roots.json`.
pub fn read_roots(path: &Path) -> Result<Anchor, Failure> {
    let bytes = std::fs::read(path).map_err(|fault| Failure::file(path, &fault))?;
    let roots: Roots = serde_json::from_slice(&bytes)
        .map_err(|fault| Failure::Usage(format!("`{}` is no roots.json: {fault}", path.display())))?;
    Ok(Anchor { roots: roots.roots, threshold: roots.threshold })
}

fn in_words(report: &Report, steps: bool) -> String {
    let mut text = report.about.clone();
    if steps || !report.holds() {
        for step in &report.steps {
            let at = step.at.as_deref().unwrap_or("-");
            let _ = write!(text, "\n  {:>6}  {at}  {}", step.index, step.what);
            if !step.proven.is_empty() {
                let _ = write!(text, "\n          proven: {}", step.proven.join("; "));
            }
        }
    }
    let _ = write!(
        text,
        "\n{} messages, {} receipts, {} ledger entries; checkpoint cosigned by {}",
        report.messages,
        report.receipts,
        report.steps.len(),
        if report.witnesses.is_empty() { "nobody".to_owned() } else { report.witnesses.join(", ") },
    );
    let trust = if report.anchored {
        "as given"
    } else {
        "NOT CHECKED: taken from the record; compare them, or give --roots"
    };
    let _ = write!(text, "\nroot keys {} ({trust})", report.roots);
    for remark in &report.remarks {
        let _ = write!(text, "\nnote: {remark}");
    }
    for fault in &report.faults {
        let _ = write!(text, "\nFAULT at {}: {}", fault.at, fault.what);
    }
    if report.holds() {
        text.push_str("\neverything holds");
    }
    text
}
