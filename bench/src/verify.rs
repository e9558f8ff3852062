//! `comity verify` on the record of a long exchange.

use crate::{
    api::text,
    delivery::wait_for_receipts,
    federation::{Process, make, program},
    report::{Fallible, Section},
};
use serde_json::Value;
use std::{path::Path, time::Instant};
use tokio::process::Command;

const MESSAGES: usize = 6_000;

/// Makes an exchange of [`MESSAGES`] messages with their receipts, exports its record, and checks it three times.
pub async fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("comity verify");
    let directory = data.join("verify");
    let [first, second] = make(&directory).await?;
    let (sender, receiver) = (Process::start(&first).await?, Process::start(&second).await?);
    let api = sender.sign_in().await?;
    let (_, exchange) = api.send(&[text(0)], None).await?;
    let rest: Vec<String> = (1..MESSAGES).map(text).collect();
    for texts in rest.chunks(500) {
        api.send(texts, Some(&exchange)).await?;
    }
    wait_for_receipts(&api, MESSAGES as u64).await?;
    let begun = Instant::now();
    let record = api.get(&format!("/api/v1/exchanges/{exchange}/record")).await?;
    section.figure("export of the record", begun.elapsed().as_secs_f64(), "s");
    section.figure("size of the record", record.len() as f64 / 1024.0 / 1024.0, "MiB");
    sender.stop().await?;
    receiver.stop().await?;
    let file = directory.join("record.json");
    std::fs::write(&file, record)?;
    let mut fastest = f64::MAX;
    for _ in 0..3 {
        fastest = fastest.min(check(&file, &first.directory.join("roots.json")).await?);
    }
    section.at_least("messages a second, each with its receipt", MESSAGES as f64 / fastest, "/s", 5000.0);
    section.figure("messages", MESSAGES as f64, "");
    section.note(
        "the whole program, from start to end: reading, JSON, two verifications of two signatures a message",
    );
    Ok(section)
}

/// Seconds of one run, which must find that everything holds.
async fn check(record: &Path, roots: &Path) -> Fallible<f64> {
    let begun = Instant::now();
    let output = Command::new(program()?)
        .arg("--json")
        .arg("verify")
        .arg(record)
        .arg("--roots")
        .arg(roots)
        .output()
        .await?;
    let took = begun.elapsed().as_secs_f64();
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let counted = (report["messages"].as_u64(), report["receipts"].as_u64());
    let all = Some(MESSAGES as u64);
    if output.status.success() && counted == (all, all) {
        Ok(took)
    } else {
        Err(format!("the record does not hold: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}
