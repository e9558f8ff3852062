//! Precision, recall and candidate reduction on public test data that is not part of the repository. `COMITY_DATA` names a
//! directory with `persons/fake_1000.csv` (invented persons with duplicates, `cluster` is the truth; PyPI `splink_datasets`,
//! MIT) and `names/name_bench.dev.csv` (name pairs; nomenklatura, MIT). Without it these tests say that they were skipped.
#![allow(clippy::unwrap_used, reason = "a test may fail by panic, in its helpers too")]

use comity_matching::{blocking_keys, compare};
use comity_model::{
    id::SubjectId,
    selector::{Selector, SelectorKind},
    subject::{PersonName, Subject, SubjectRole},
};
use std::{collections::BTreeSet, fs, path::PathBuf, time::Instant};

fn data(name: &str) -> Option<String> {
    let file = PathBuf::from(std::env::var_os("COMITY_DATA")?).join(name);
    fs::read_to_string(file).ok()
}

fn person(family: &str, forename: &str, born: &str) -> Subject {
    let mut person = Subject::new(SubjectId::new(1, [0; 10]), SubjectRole::Suspect);
    person.name = PersonName::new(family, forename).ok();
    person.born = born.parse().ok();
    person
}

/// The persons with their cluster.
fn persons(text: &str, with_email: bool) -> Vec<(Subject, String)> {
    let read = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [_, forename, family, born, _, email, cluster] = fields.as_slice() else { return None };
        let mut person = person(family, forename, born);
        if with_email {
            person.selectors.extend(Selector::new(SelectorKind::Email, email));
        }
        Some((person, (*cluster).to_owned()))
    };
    text.lines().skip(1).filter_map(read).collect()
}

/// Counts over all pairs.
#[derive(Debug, Default)]
struct Counts {
    pairs: usize,
    candidates: usize,
    hits: usize,
    same: usize,
    same_hits: usize,
    same_with_birth: usize,
    same_with_birth_hits: usize,
}

fn count(persons: &[(Subject, String)]) -> Counts {
    let keys: Vec<BTreeSet<String>> = persons.iter().map(|(person, _)| blocking_keys(person)).collect();
    let mut counts = Counts::default();
    for (i, (one, cluster)) in persons.iter().enumerate() {
        for (j, (two, other)) in persons.iter().enumerate().skip(i + 1) {
            let candidate = !keys[i].is_disjoint(&keys[j]);
            let same = cluster == other;
            let hit = (candidate || same) && compare(one, two).is_hit;
            assert!(candidate || !hit, "a hit without a key");
            counts.pairs += 1;
            counts.candidates += usize::from(candidate);
            counts.hits += usize::from(hit);
            counts.same += usize::from(same);
            counts.same_hits += usize::from(same && hit);
            counts.same_with_birth += usize::from(same && one.born == two.born);
            counts.same_with_birth_hits += usize::from(same && hit && one.born == two.born);
        }
    }
    counts
}

fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[test]
fn duplicates_among_invented_persons_are_found() {
    let Some(text) = data("persons/fake_1000.csv") else {
        return println!("skipped: COMITY_DATA names no directory with persons/fake_1000.csv");
    };
    for (name, with_email) in [("name and birth", false), ("with e-mail", true)] {
        let counts = count(&persons(&text, with_email));
        let precision = ratio(counts.same_hits, counts.hits);
        let with_birth = ratio(counts.same_with_birth_hits, counts.same_with_birth);
        println!(
            "{name}: precision {precision:.3}, recall {:.3}, of those with equal birth {with_birth:.3}, candidates {:.5}; {counts:?}",
            ratio(counts.same_hits, counts.same),
            ratio(counts.candidates, counts.pairs)
        );
        assert!(precision > 0.95 && with_birth > 0.55 && ratio(counts.candidates, counts.pairs) < 0.02);
    }
}

#[test]
fn hard_name_pairs_with_the_same_birth_are_told_apart() {
    let Some(text) = data("names/name_bench.dev.csv") else {
        return println!("skipped: COMITY_DATA names no directory with names/name_bench.dev.csv");
    };
    let mut counts = [[0usize; 2]; 2];
    let start = Instant::now();
    for line in text.lines().skip(1) {
        let row = fields(line);
        let [_, schema, one, two, truth, ..] = row.as_slice() else { continue };
        if schema == "Person" {
            let hit = compare(&person("", one, "1970-01-01"), &person("", two, "1970-01-01")).is_hit;
            counts[usize::from(truth == "true")][usize::from(hit)] += 1;
        }
    }
    let total: usize = counts.iter().flatten().sum();
    let [[_, wrong], [missed, right]] = counts;
    let (precision, recall) = (ratio(right, right + wrong), ratio(right, right + missed));
    println!(
        "hard names: precision {precision:.3}, recall {recall:.3}, {counts:?}, {:?} each",
        start.elapsed() / total as u32
    );
    assert!(precision > 0.6 && recall > 0.4);
}

/// Fields of a line of CSV with quotes.
fn fields(line: &str) -> Vec<String> {
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
