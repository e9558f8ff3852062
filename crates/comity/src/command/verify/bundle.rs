//! `comity verify bundle`: a court bundle, with no access to any node.

use super::read_roots;
use crate::{
    cli::evidence::VerifyBundle,
    failure::Failure,
    output::{Waiting, print},
};
use comity_bundle::{Report, Severity, Trust, verify_watched};
use jiff::Timestamp;
use serde_json::json;

pub fn run(asked: &VerifyBundle, as_json: bool) -> Result<(), Failure> {
    std::fs::metadata(&asked.path).map_err(|fault| Failure::file(&asked.path, &fault))?;
    let trust = trust(asked)?;
    let waiting = Waiting::begin(as_json, "checking every hash, signature and proof");
    let watched = |done, of| waiting.progress(done, of);
    let report = verify_watched(&asked.path, &trust, Timestamp::now(), &watched);
    drop(waiting);
    let mut told = json!(report);
    told["holds"] = json!(report.holds());
    told["is_genuine"] = json!(report.is_genuine());
    print(as_json, &told, || in_words(&report));
    if report.holds() {
        return Ok(());
    }
    let (faults, breaks) = (report.count(Severity::Fault), report.count(Severity::Break));
    Err(Failure::DoesNotHold(format!(
        "the bundle does not hold: {faults} faults, {breaks} breaks in its custody"
    )))
}

fn trust(asked: &VerifyBundle) -> Result<Trust, Failure> {
    let mut trust = Trust { roots: asked.roots.as_deref().map(read_roots).transpose()?, ..Trust::default() };
    for path in &asked.tsa_anchors {
        let bytes = std::fs::read(path).map_err(|fault| Failure::file(path, &fault))?;
        let added = trust.anchors.add(&bytes);
        added.map_err(|fault| Failure::Usage(format!("`{}`: {fault}", path.display())))?;
    }
    Ok(trust)
}

fn in_words(report: &Report) -> String {
    let hint = if report.is_anchored {
        ""
    } else {
        "\ngive --roots with the federation's roots.json from elsewhere"
    };
    format!("{report}{hint}")
}
