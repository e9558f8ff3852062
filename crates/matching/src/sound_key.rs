//! What a word sounds like, roughly, in any script: consonants in classes, without vowels and without doubles. Spellings of one
//! name share it mostly; it is an index, not a verdict.

use crate::{
    script::Script,
    sounds::{MAX_WORD, romanise},
    words::Word,
};
use std::sync::LazyLock;

/// Consonants in a key; the rest of a long word says no more.
const LENGTH: usize = 4;
/// Forms of a word that are indexed.
const FORMS: usize = 3;

/// The keys of a word, one to three: four bits a consonant.
pub(crate) fn sound_keys(word: &Word) -> Vec<u32> {
    let latin;
    let letters: &[u8] = match word.script {
        Script::Latin => word.plain(),
        Script::Han => {
            latin =
                word.plain().iter().flat_map(|symbol| crate::letters::pinyin(*symbol)).collect::<Vec<u8>>();
            &latin
        }
        Script::Other => return vec![word.hash as u32 | 1 << 31],
        script => {
            latin = romanise(script, word.symbols()).unwrap_or_default();
            &latin
        }
    };
    let mut out = Vec::with_capacity(2);
    out.push(key(letters, false));
    let hard = key(letters, true);
    if !out.contains(&hard) && out.len() < FORMS {
        out.push(hard);
    }
    out
}

/// `hard`: c and ch, g and j as k.
fn key(letters: &[u8], hard: bool) -> u32 {
    let (mut out, mut last, mut count) = (0_u32, 0_u32, 0);
    let at = |i: usize| letters.get(i).map_or(b' ', |symbol| symbol.wrapping_add(b'`'));
    let mut i = 0;
    while i < letters.len().min(MAX_WORD) && count < LENGTH {
        let (class, taken) = class((at(i), at(i + 1), at(i + 2)), hard);
        i += taken;
        if class == 0 {
            continue;
        }
        if class != last {
            out = out << 3 | class;
            count += 1;
        }
        last = class;
    }
    // A word of vowels alone, or of one consonant, is told by its first letter too.
    if count < 2 {
        out << 8 | u32::from(first_vowel(letters)) << 4 | count as u32 | 1 << 24
    } else {
        out | (count as u32) << 24
    }
}

fn first_vowel(letters: &[u8]) -> u8 {
    match letters.first().map(|symbol| symbol.wrapping_add(b'`')) {
        Some(b'a' | b'e' | b'h') => 1,
        Some(b'i' | b'y' | b'j') => 2,
        Some(b'o' | b'u' | b'w') => 3,
        _ => 0,
    }
}

/// The class of what stands at a place, and how many letters it takes; 0 is not heard.
fn class(three: (u8, u8, u8), hard: bool) -> (u32, usize) {
    match three {
        (b's', b'c', b'h') | (b't', b'c', b'h') => (4, 3),
        (b'c', b'h', _) => (if hard { 3 } else { 4 }, 2),
        (b's', b'h', _)
        | (b't', b's', _)
        | (b't', b'z', _)
        | (b'd', b'j', _)
        | (b'd', b'z', _)
        | (b'c', b'z', _)
        | (b'z', b'h', _) => (4, 2),
        (b'p', b'h', _) => (1, 2),
        (b't', b'h', _) => (2, 2),
        (b'k' | b'g', b'h', _) => (3, 2),
        (b'c', b'e' | b'i' | b'y', _) => (4, 1),
        (b'g' | b'j', b'e' | b'i' | b'y' | b'a' | b'o' | b'u', _) if three.0 == b'j' => {
            (if hard { 0 } else { 4 }, 1)
        }
        (b'b' | b'p' | b'f' | b'v', _, _) => (1, 1),
        (b'd' | b't', _, _) => (2, 1),
        (b'g', b'e' | b'i' | b'y', _) => (if hard { 3 } else { 4 }, 1),
        (b'k' | b'g' | b'q' | b'c', _, _) => (3, 1),
        (b'x', _, _) => (if hard { 4 } else { 3 }, 1),
        (b's' | b'z', _, _) => (4, 1),
        (b'n', b'g', next) if !matches!(next, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') => (5, 2),
        (b'm' | b'n', _, _) => (5, 1),
        (b'l' | b'r', _, _) => (6, 1),
        _ => (0, 1),
    }
}

/// Classes of the sounds that a symbol may stand for, a bit each: to see at once that two words in two scripts have little in
/// common.
pub(crate) fn sounds_of(script: Script, symbol: u8) -> u8 {
    static TABLE: LazyLock<Vec<[u8; 256]>> = LazyLock::new(|| {
        let of =
            |script: Script| -> [u8; 256] { std::array::from_fn(|symbol| classes(script, symbol as u8)) };
        Script::ALL.iter().map(|script| of(*script)).collect()
    });
    TABLE.get(script as usize).map_or(0, |table| table[usize::from(symbol)])
}

fn classes(script: Script, symbol: u8) -> u8 {
    let letters = match script {
        Script::Latin => vec![symbol],
        Script::Han => crate::letters::pinyin(symbol).collect(),
        _ => romanise(script, &[symbol]).unwrap_or_default(),
    };
    letters.iter().fold(0, |mask, letter| {
        let class = match letter.wrapping_add(b'`') {
            b'b' | b'p' | b'f' | b'v' => 1,
            b'd' | b't' => 2,
            b'k' | b'g' | b'q' | b'c' | b'x' | b's' | b'z' | b'j' => 3,
            b'm' | b'n' => 4,
            b'l' | b'r' => 5,
            _ => return mask,
        };
        mask | 1 << class
    })
}
