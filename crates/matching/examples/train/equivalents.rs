//! Which words are forms of one name: in two scripts, or in one where the sounds do not say so.

use crate::pairs;
use comity_matching::{
    PreparedName, Script, score_sounds,
    training::{short, symbols, word_hash},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Words of a set at most.
const LARGEST: usize = 160;
/// Bits of the number of a set; above them stands the script.
const SET_BITS: u32 = 20;
/// Below this probability the sounds of two words in one script do not say enough.
const SURE: f64 = 0.97;

pub fn make(data: &Path, out: &Path) {
    let mut entries: BTreeSet<(u32, u32)> = BTreeSet::new();
    let mut sets = 0;
    for group in pairs::groups(data) {
        let words: BTreeMap<u64, (Script, PreparedName)> = group
            .iter()
            .take(LARGEST)
            .filter_map(|word| Some((word_hash(word)?, (symbols(word)?.0, PreparedName::new(word)))))
            .collect();
        let listed: Vec<(&u64, &(Script, PreparedName))> = words.iter().collect();
        let mut kept = BTreeSet::new();
        for (at, (one, (script, name))) in listed.iter().enumerate() {
            for (two, (other_script, other)) in listed.iter().skip(at + 1) {
                if script != other_script || score_sounds(name, other) < SURE {
                    kept.extend([(**one, *script), (**two, *other_script)]);
                }
            }
        }
        if kept.len() > 1 {
            entries.extend(
                kept.into_iter().map(|(hash, script)| (short(hash), (script as u32) << SET_BITS | sets)),
            );
            sets += 1;
        }
    }
    let mut bytes = Vec::new();
    let mut before = 0;
    for (hash, set) in &entries {
        // The difference to the hash before, seven bits a byte; then the set and the script of the word in three bytes.
        let mut step = hash - before;
        while step > 127 {
            bytes.push((step & 127) as u8 | 128);
            step >>= 7;
        }
        bytes.push(step as u8);
        bytes.extend(&set.to_le_bytes()[..3]);
        before = *hash;
    }
    println!("{} entries in {sets} sets, {} bytes", entries.len(), bytes.len());
    fs::write(out.join("equivalents.bin"), bytes).unwrap();
}
