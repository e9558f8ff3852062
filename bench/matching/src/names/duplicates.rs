//! Duplicates among a thousand invented persons.

use super::data::quality;
use crate::report::{Fallible, Section};
use comity_matching::dedup::{THRESHOLD, Table, duplicates};
use std::{collections::HashMap, fs, path::Path, time::Instant};

pub fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("duplicates of fake_1000, pairs");
    let text = fs::read_to_string(data.join("persons/fake_1000.csv"))?;
    let mut rows: Vec<Vec<String>> =
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let truth: Vec<String> = rows.iter_mut().filter_map(Vec::pop).skip(1).collect();
    let columns = rows.remove(0);
    let start = Instant::now();
    let found = duplicates(&Table { columns, rows });
    section.figure("time", start.elapsed().as_secs_f64(), "s");
    let scores: HashMap<(usize, usize), f64> =
        found.pairs.iter().map(|pair| ((pair.a, pair.b), pair.score)).collect();
    let all = || (0..truth.len()).flat_map(|a| (a + 1..truth.len()).map(move |b| (a, b)));
    let at = |threshold: f64| {
        quality(all().map(|pair| {
            (scores.get(&pair).is_some_and(|score| *score >= threshold), truth[pair.0] == truth[pair.1])
        }))
    };
    let best = (1..100)
        .map(|at| at as f64 / 100.0)
        .map(|threshold| (at(threshold).f1, threshold))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or_default();
    section.at_least("best F1 over thresholds", best.0, "", 0.90);
    section.figure("threshold there", best.1, "");
    let shipped = at(THRESHOLD);
    section.figure(format!("F1 at the threshold that ships, {THRESHOLD}"), shipped.f1, "");
    section.figure("precision there", shipped.precision, "");
    section.figure("recall there", shipped.recall, "");
    Ok(section)
}
