//! How frequent words are among names.

use crate::pairs;
use comity_matching::{
    Script,
    training::{short, symbols, word_hash},
};
use std::{collections::BTreeMap, fs, path::Path};

/// Words of a script that are listed; the others are rare.
const LISTED: usize = 12_000;

pub fn make(data: &Path, out: &Path) {
    let mut counts: BTreeMap<Script, BTreeMap<u64, f64>> = BTreeMap::new();
    for spelt in pairs::tokens(data) {
        for (word, share) in [(&spelt.latin, 1.0), (&spelt.native, 1.0)] {
            let (Some((script, _)), Some(hash)) = (symbols(word), word_hash(word)) else { continue };
            *counts.entry(script).or_default().entry(hash).or_default() += spelt.count * share;
        }
    }
    let mut table: BTreeMap<u32, u8> = BTreeMap::new();
    for (script, words) in counts {
        let all: f64 = words.values().sum();
        let mut words: Vec<(u64, f64)> = words.into_iter().collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1));
        println!(
            "{}: {} words, the most frequent {:.2} bits",
            script.name(),
            words.len(),
            (all / words[0].1).log2()
        );
        for (hash, count) in words.into_iter().take(LISTED).filter(|(_, count)| *count > 2.0) {
            table.insert(short(hash), ((all / count).log2() * 8.0).round().clamp(0.0, 140.0) as u8);
        }
    }
    let bytes: Vec<u8> =
        table.iter().flat_map(|(hash, bits)| [&hash.to_le_bytes()[..], &[*bits]].concat()).collect();
    println!("{} words, {} bytes", table.len(), bytes.len());
    fs::write(out.join("frequency.bin"), bytes).unwrap();
}
