//! The alphabets and the syllables of Chinese characters.

use crate::pairs;
use comity_matching::{Script, plain_letter};
use pinyin::ToPinyin;
use std::{collections::BTreeMap, fs, path::Path};

const BEGINNINGS: [&str; 24] = [
    "", "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z",
    "c", "s", "y", "w",
];

pub fn make(data: &Path, out: &Path) {
    let mut counts: BTreeMap<(Script, char), usize> = BTreeMap::new();
    for word in pairs::all_words(data) {
        for c in word.chars().filter(|c| *c == 'ー' || (c.is_alphabetic())) {
            let script = Script::of(c);
            for plain in plain_letter(c, script) {
                *counts.entry((script, plain)).or_default() += 1;
            }
        }
    }
    let mut text = String::new();
    for script in Script::ALL {
        if matches!(script, Script::Latin | Script::Han | Script::Other) {
            continue;
        }
        let letters: String = counts
            .iter()
            .filter(|((of, _), count)| *of == script && **count >= 5)
            .map(|((_, c), _)| *c)
            .take(249)
            .collect();
        text.push_str(&format!("{}\t{letters}\n", script.name()));
    }
    fs::write(out.join("alphabets.txt"), text).unwrap();
    fs::write(out.join("han.bin"), han()).unwrap();
}

/// Two bytes a character from U+4E00 on: beginning and end of its syllable, from 1; then the texts of both.
fn han() -> Vec<u8> {
    let mut ends: Vec<String> = Vec::new();
    let mut bytes = Vec::new();
    for code in 0x4E00_u32..=0x9FFF {
        let syllable =
            char::from_u32(code).and_then(|c| c.to_pinyin()).map(|pinyin| pinyin.plain().replace('ü', "v"));
        let Some(syllable) = syllable else {
            bytes.extend([0, 0]);
            continue;
        };
        let begin = BEGINNINGS
            .iter()
            .rposition(|begin| {
                syllable.starts_with(begin)
                    && begin.len()
                        == BEGINNINGS
                            .iter()
                            .filter(|b| syllable.starts_with(**b))
                            .map(|b| b.len())
                            .max()
                            .unwrap()
            })
            .unwrap();
        let end = syllable[BEGINNINGS[begin].len()..].to_owned();
        let at = ends.iter().position(|known| *known == end).unwrap_or_else(|| {
            ends.push(end);
            ends.len() - 1
        });
        bytes.extend([begin as u8 + 1, at as u8 + 40]);
    }
    println!("{} ends: {ends:?}", ends.len());
    bytes
}
