//! Peers on the same pairs: nomenklatura's logic-v2 and Splink, in the Python that `peers/python.sh` makes.

use super::data::{Pair, SCRIPTS, quality, recall_at};
use crate::report::{Fallible, Section};
use std::{fmt::Write, fs, path::Path, process::Command};

/// Pairs of a script that the peer sees; it is slow.
const PAIRS: usize = 1_500;

pub fn measure(data: &Path, hard: &[Pair], scripts: &[Pair]) -> Fallible<Section> {
    let mut section = Section::new("peers, same pairs");
    section.note("yente needs an Elasticsearch server and was not run");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
    let Some(python) = python(&folder) else {
        section.note("skipped: bench/matching/peers/python.sh could not install the peers");
        return Ok(section);
    };
    let work = std::env::temp_dir().join(format!("comity-peers-{}", std::process::id()));
    fs::create_dir_all(&work)?;
    let chosen = chosen(hard, scripts);
    let mut text = String::new();
    for pair in &chosen {
        writeln!(text, "{}\t{}\t{}", pair.kind, pair.one.replace('\t', " "), pair.two.replace('\t', " "))?;
    }
    fs::write(work.join("pairs.tsv"), text)?;
    let done = Command::new(python).arg(folder.join("names.py")).arg(&work).arg(data).output()?;
    if !done.status.success() {
        section.note(format!(
            "the peers failed: {}",
            String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or_default()
        ));
    }
    read(&mut section, &work, &chosen, hard.len());
    fs::remove_dir_all(&work)?;
    Ok(section)
}

/// The Python with the peers; `COMITY_PEERS_PYTHON` names another.
fn python(folder: &Path) -> Option<String> {
    let made = || {
        let output = Command::new("bash")
            .arg(folder.join("python.sh"))
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    std::env::var("COMITY_PEERS_PYTHON").ok().or_else(made)
}

fn chosen(hard: &[Pair], scripts: &[Pair]) -> Vec<Pair> {
    let mut out = hard.to_vec();
    for (script, _) in SCRIPTS {
        let of: Vec<&Pair> = scripts.iter().filter(|pair| pair.kind == script).collect();
        out.extend(of.iter().filter(|pair| pair.same).take(PAIRS / 3).map(|pair| (*pair).clone()));
        out.extend(of.iter().filter(|pair| !pair.same).take(PAIRS).map(|pair| (*pair).clone()));
    }
    out
}

fn read(section: &mut Section, work: &Path, chosen: &[Pair], hard: usize) {
    let scores: Vec<f64> = fs::read_to_string(work.join("scores.txt"))
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    if scores.len() == chosen.len() {
        let rows: Vec<(f64, &Pair)> = scores.iter().copied().zip(chosen).collect();
        for (name, persons) in [("all", false), ("persons", true)] {
            let of = rows.iter().take(hard).filter(|(_, pair)| !persons || pair.kind == "Person");
            section.figure(
                format!("logic-v2: F1 of hard pairs at 0.7, {name}"),
                quality(of.map(|(score, pair)| (*score >= 0.7, pair.same))).f1,
                "",
            );
        }
        for (script, _) in SCRIPTS {
            let of = |same: bool| -> Vec<f64> {
                rows.iter()
                    .skip(hard)
                    .filter(|(_, pair)| pair.kind == script && pair.same == same)
                    .map(|(score, _)| *score)
                    .collect()
            };
            section.figure(
                format!("logic-v2: {script}, recall at 1e-3"),
                recall_at(of(false), &of(true), 1e-3).0,
                "",
            );
        }
    }
    for line in fs::read_to_string(work.join("figures.txt")).unwrap_or_default().lines() {
        if let Some((name, value)) = line.split_once('\t') {
            section.figure(name, value.parse().unwrap_or(0.0), "");
        }
    }
}
