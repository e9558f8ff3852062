//! The peers, on the same data in the same run. Where one cannot be installed or run, the section says so.

use super::Data;
use super::online::ASKED;
use crate::report::{Fallible, Section};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// OpenMined takes minutes for a million, so it gets so many of the same entries.
const OPENMINED_ENTRIES: usize = 100_000;

pub fn measure(data: &Data) -> Fallible<Vec<Section>> {
    let folder = std::env::temp_dir().join(format!("comity-psi-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let sections = vec![openmined(data, &folder)?, secretflow(data, &folder)?];
    std::fs::remove_dir_all(&folder)?;
    Ok(sections)
}

/// Both sets as CSV with one column.
fn write(data: &Data, count: usize, folder: &Path) -> Fallible<[PathBuf; 2]> {
    let half = count / 2;
    // The last of ours are the last of theirs, who have them in the opposite order: half of each in common.
    let own = data.own.iter().rev().take(count);
    let theirs = data.theirs.iter().rev().skip(data.common().saturating_sub(half)).take(count);
    let mut paths = [folder.join("own.csv"), folder.join("theirs.csv")];
    for (path, entries) in paths.iter_mut().zip([own.collect::<Vec<_>>(), theirs.collect()]) {
        let lines: Vec<&str> =
            std::iter::once("id").chain(entries.iter().map(|entry| entry.as_str())).collect();
        std::fs::write(path, lines.join("\n") + "\n")?;
    }
    Ok(paths)
}

/// What a peer's script printed last, as JSON; none where it could not be run.
fn run(peer: &str, paths: &[PathBuf; 2], more: &[String]) -> Option<Value> {
    let mut command = Command::new("bench/matching/peers/psi.sh");
    command.arg(peer).args(paths).args(more).stderr(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().rev().find_map(|line| serde_json::from_str(line).ok())
}

fn openmined(data: &Data, folder: &Path) -> Fallible<Section> {
    let mut section = Section::new("peer: OpenMined PSI 2.0.6 (one side learns, P-256)");
    let count = OPENMINED_ENTRIES.min(data.own.len());
    let paths = write(data, count, folder)?;
    let Some(result) = run("openmined", &paths, &[ASKED.to_string()]) else {
        section.note("the peer could not be run here; see bench/matching/peers/psi.sh");
        return Ok(section);
    };
    let value = |name: &str| result.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let scale = data.own.len() as f64 / count as f64;
    section.figure(format!("two sets of {count}, both parties"), value("cpu_s"), "CPU s");
    section.figure(format!("the same, times {scale}"), value("cpu_s") * scale, "CPU s");
    section.figure(format!("wire, times {scale}"), value("wire_bytes") * scale / 1e6, "MB");
    section.figure(
        format!("10,000 asked against {count}, set encoded before"),
        value("online_cpu_s"),
        "CPU s",
    );
    section.figure("found", value("found"), "");
    section.note(
        "measured on a part of the same entries and multiplied, since its time grows with their number",
    );
    Ok(section)
}

fn secretflow(data: &Data, folder: &Path) -> Fallible<Section> {
    let mut section = Section::new("peer: SecretFlow SPU 0.9.5, ECDH on Curve25519 (both sides learn)");
    let paths = write(data, data.own.len(), folder)?;
    let Some(result) = run("secretflow", &paths, &[]) else {
        section.note("the peer could not be run here; see bench/matching/peers/psi.sh");
        return Ok(section);
    };
    let value = |name: &str| result.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
    section.figure(format!("two sets of {}, both parties", data.own.len()), value("cpu_s"), "CPU s");
    section.figure("wall time, start of its processes included", value("wall_s"), "s");
    section.figure("found", value("found"), "");
    section.note("reads and writes CSV files; takes a hash as a coordinate, on the curve or on its twist, without mapping it");
    Ok(section)
}
