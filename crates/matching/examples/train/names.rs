//! The weights of whole names.

use crate::sounds::mix;
use comity_matching::{
    Bearer, PreparedName,
    training::{NAME_FEATURES, fit, name_features},
};
use std::{fs, path::Path};

/// A pair of names with the truth.
pub struct Row {
    pub features: [f64; NAME_FEATURES],
    pub organisation: bool,
    pub person: bool,
    pub same: bool,
    pub text: String,
}

/// How much the weights are held to what was set by hand.
const RIDGE: [f64; 2] = [0.15, 0.3];

pub fn rows(data: &Path) -> Vec<Row> {
    let text = fs::read_to_string(data.join("names/name_bench.dev.csv")).unwrap();
    let mut out = Vec::new();
    for line in text.lines().skip(1) {
        let fields = fields(line);
        let [_, schema, one, two, truth, ..] = fields.as_slice() else { continue };
        let (features, organisation) =
            name_features(&PreparedName::new(one), &PreparedName::new(two), Bearer::Unknown);
        out.push(Row {
            features,
            organisation,
            person: schema == "Person",
            same: truth == "true",
            text: format!("{one} | {two}"),
        });
    }
    out
}

pub fn make(data: &Path, out: &Path) {
    let rows = rows(data);
    let mut best = [0.0; 4];
    for (at, threshold) in (1..20).map(|at| (at, at as f64 / 20.0)) {
        let _ = at;
        let (all, persons) = cross_validated(&rows, threshold, false);
        if all.0 > best[0] {
            best = [all.0, persons.0, threshold, 0.0];
        }
        if at % 2 == 0 {
            println!(
                "threshold {threshold:.2}: all F1 {:.3} (P {:.3} R {:.3}), persons F1 {:.3} (P {:.3} R {:.3})",
                all.0, all.1, all.2, persons.0, persons.1, persons.2
            );
        }
    }
    cross_validated(&rows, 0.5, true);
    let mut text =
        String::from("# bias shorter longer worst edits initials crossed alone conflict count doubt forms\n");
    for (name, organisation) in [("person", false), ("organisation", true)] {
        let examples: Vec<&Row> = rows.iter().collect();
        let weights = learn(&examples, organisation);
        text.push_str(name);
        weights.iter().for_each(|weight| text.push_str(&format!(" {weight:.3}")));
        text.push('\n');
    }
    println!("{text}");
    fs::write(out.join("names.txt"), text).unwrap();
}

/// Of the other kind each row counts less.
fn learn(rows: &[&Row], organisation: bool) -> [f64; NAME_FEATURES] {
    let examples: Vec<([f64; NAME_FEATURES], bool, f64)> = rows
        .iter()
        .map(|row| (row.features, row.same, if row.organisation == organisation { 1.0 } else { 0.3 }))
        .collect();
    fit(&examples, RIDGE[usize::from(organisation)])
}

type Quality = (f64, f64, f64);

fn cross_validated(rows: &[Row], threshold: f64, show: bool) -> (Quality, Quality) {
    let mut counts = [[0.0; 3]; 2];
    for repeat in 0..5_u64 {
        let mut seed = repeat + 3;
        let folds: Vec<usize> = rows.iter().map(|_| mix(&mut seed) % 10).collect();
        for fold in 0..10 {
            let train: Vec<&Row> =
                rows.iter().zip(&folds).filter(|(_, of)| **of != fold).map(|(row, _)| row).collect();
            let weights = [learn(&train, false), learn(&train, true)];
            for (row, _) in rows.iter().zip(&folds).filter(|(_, of)| **of == fold) {
                let z: f64 = row
                    .features
                    .iter()
                    .zip(&weights[usize::from(row.organisation)])
                    .map(|(x, w)| x * w)
                    .sum();
                let p = 1.0 / (1.0 + (-z).exp());
                let said = p >= threshold;
                for (at, counted) in [(0, true), (1, row.person)] {
                    if counted {
                        counts[at][0] += f64::from(said && row.same);
                        counts[at][1] += f64::from(said && !row.same);
                        counts[at][2] += f64::from(!said && row.same);
                    }
                }
                if show && repeat == 0 && said != row.same {
                    println!(
                        "{} {p:.2} {} {:.2?}",
                        if row.same { "missed" } else { "wrong " },
                        row.text,
                        row.features
                    );
                }
            }
        }
    }
    let quality = |[right, wrong, missed]: [f64; 3]| {
        (2.0 * right / (2.0 * right + wrong + missed), right / (right + wrong), right / (right + missed))
    };
    (quality(counts[0]), quality(counts[1]))
}

/// Fields of a line of CSV with quotes.
pub fn fields(line: &str) -> Vec<String> {
    let (mut out, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    out.push(field);
    out
}
