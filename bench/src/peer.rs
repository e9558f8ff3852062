//! Two Synapse homeservers on this machine: `synapse/run.sh`, read back.

use crate::report::{Fallible, Section, load};
use serde_json::Value;
use std::path::Path;
use tokio::process::Command;

/// Same machine, same run, same size and number of messages as ours.
pub async fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("peer: two Synapse homeservers, SQLite, no receipt");
    let out = data.join("synapse.json");
    let status =
        Command::new("bench/synapse/run.sh").arg(&out).stdout(std::process::Stdio::null()).status().await?;
    if !status.success() {
        section.note("the peer could not be run here; see bench/synapse/run.sh");
        return Ok(section);
    }
    let result: Value = serde_json::from_slice(&std::fs::read(out)?)?;
    for (name, pointer, unit) in [
        ("one at a time: accepted", "/one_at_a_time/accepted_per_second", "/s"),
        ("one at a time: at the other server's client, p50", "/one_at_a_time/arrived_p50_ms", "ms"),
        ("one at a time: at the other server's client, p99", "/one_at_a_time/arrived_p99_ms", "ms"),
        ("burst of 1,000, 50 calls at a time: accepted", "/burst/accepted_per_second", "/s"),
        (
            "burst: stored at the other server when all were accepted",
            "/burst/stored_when_all_were_accepted",
            "",
        ),
        ("burst: stored there 45 s later", "/burst/stored", ""),
        ("burst: shown to the other server's client 45 s later", "/burst/arrived", ""),
        ("burst: p50 of those", "/burst/arrived_p50_ms", "ms"),
        ("burst: p99 of those", "/burst/arrived_p99_ms", "ms"),
        ("memory of the first server, idle", "/resident_mb/0", "MiB"),
        ("memory of the second server, idle", "/resident_mb/1", "MiB"),
    ] {
        if let Some(value) = result.pointer(pointer).and_then(Value::as_f64) {
            section.figure(name, value, unit);
        }
    }
    section.figure("load of the machine afterwards (1 minute)", load(), "");
    Ok(section)
}
