//! How many words of names share a sound.

use crate::pairs;
use comity_matching::training::keys_of;
use std::{collections::BTreeMap, fs, path::Path};

/// Sounds that fewer words have are not listed.
const LEAST: f64 = 3.0;

pub fn make(data: &Path, out: &Path) {
    let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
    let mut all = 0.0;
    for spelt in pairs::tokens(data) {
        all += spelt.count;
        for key in keys_of(&spelt.latin) {
            *counts.entry(key).or_default() += spelt.count;
        }
    }
    let bits = |count: f64| ((all / count).log2() * 8.0).round().clamp(0.0, 255.0) as u8;
    let listed: Vec<(u32, u8)> = counts
        .into_iter()
        .filter(|(_, count)| *count >= LEAST)
        .map(|(key, count)| (key, bits(count)))
        .collect();
    let bytes: Vec<u8> =
        listed.iter().flat_map(|(key, bits)| [&key.to_le_bytes()[..], &[*bits]].concat()).collect();
    let most = listed.iter().map(|(_, bits)| *bits).min().unwrap_or(0);
    println!(
        "{} sounds, the most frequent {:.2} bits, {} bytes",
        listed.len(),
        f64::from(most) / 8.0,
        bytes.len()
    );
    fs::write(out.join("sound_share.bin"), bytes).unwrap();
}
