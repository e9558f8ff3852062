//! How well duplicates are found.

use comity_matching::dedup::{Table, duplicates};
use std::{collections::HashSet, fs, path::Path, time::Instant};

pub fn measure(data: &Path) {
    let text = fs::read_to_string(data.join("persons/fake_1000.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let columns = lines.next().unwrap();
    let mut rows: Vec<Vec<String>> = lines.collect();
    let truth: Vec<String> = rows.iter_mut().map(|row| row.pop().unwrap()).collect();
    let start = Instant::now();
    let found = duplicates(&Table { columns: columns[..6].to_vec(), rows });
    println!("{:?}", start.elapsed());
    for (name, weights) in &found.weights {
        println!("{name}: {weights:.1?}");
    }
    let same: HashSet<(usize, usize)> = (0..truth.len())
        .flat_map(|a| (a + 1..truth.len()).map(move |b| (a, b)))
        .filter(|(a, b)| truth[*a] == truth[*b])
        .collect();
    let reachable = found.pairs.iter().filter(|pair| same.contains(&(pair.a, pair.b))).count();
    println!("{} pairs of one person, {reachable} among the candidates", same.len());
    for threshold in [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99] {
        let said: Vec<bool> = found
            .pairs
            .iter()
            .filter(|pair| pair.score >= threshold)
            .map(|pair| same.contains(&(pair.a, pair.b)))
            .collect();
        let right = said.iter().filter(|right| **right).count() as f64;
        let (precision, recall) = (right / said.len() as f64, right / same.len() as f64);
        println!(
            "{threshold}: F1 {:.3} P {precision:.3} R {recall:.3}",
            2.0 * precision * recall / (precision + recall)
        );
    }
}
