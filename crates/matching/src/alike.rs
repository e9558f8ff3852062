//! Are two words spellings of one name? The logarithm of the odds, and by what.

use crate::{
    equivalents::together,
    script::Script,
    sounds::{FLOOR, MAX_WORD, Sides, romanise},
    words::{Role, Word},
};

/// How two words go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// Letter for letter, but for marks.
    Same,
    /// Known forms of one name: nicknames, forms in other languages and scripts.
    Equivalent,
    /// Spelt otherwise, or a slip.
    Spelling,
    /// Written in another script.
    Transliteration,
    /// An initial, or the beginning of the other.
    Initial,
    /// They do not go together.
    Different,
}

/// A pair of words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Alike {
    /// Natural logarithm of the odds.
    pub(crate) z: f32,
    pub(crate) how: How,
    /// Share of letters that an edit changes.
    pub(crate) edits: f32,
}

/// The surest that a pair of words gets.
pub(crate) const SURE: f32 = 7.0;
/// The surest that a pair of words in two scripts gets: beyond this, odds tell nothing.
const SUREST: f32 = 12.0;
/// From these odds on, what two words are is told by their letters and sounds.
const KNOWN: f32 = 5.5;
/// The odds were learnt against the nearest other names; among names as they come, fewer are near.
const LIKELIER: f32 = 2.0;
/// What the odds of words in two scripts gain where the table has both in one set. And what they lose where it has forms of each in the
/// script of the other, but in no set both; where it has such forms of the Latin word alone; of the other alone.
const TOGETHER: f32 = 5.0;
const BOTH_OTHERWISE: f32 = 3.0;
const LATIN_OTHERWISE: f32 = 1.5;
const NATIVE_OTHERWISE: f32 = 1.0;
/// The share of the odds by sound that counts for Chinese characters, where they are surer than right. All of these were chosen on names
/// that neither training nor measuring saw.
const HAN_COUNTS: f32 = 0.7;
const FAR: Alike = Alike { z: -SURE, how: How::Different, edits: 1.0 };

/// Without the table of known forms.
pub(crate) fn by_sound(one: &Word, two: &Word) -> Alike {
    if one.hash == two.hash {
        Alike { z: SURE, how: How::Same, edits: 0.0 }
    } else if one.script == two.script {
        same_script(&mut Sides::default(), one, two)
    } else {
        two_scripts(&mut Sides::default(), one, two, FLOOR)
    }
}

/// Odds of words in two scripts that are below `floor` are not told exactly.
pub(crate) fn alike(sides: &mut Sides, one: &Word, two: &Word, floor: f32) -> Alike {
    if one.hash == two.hash {
        return Alike { z: SURE, how: How::Same, edits: 0.0 };
    }
    match (one.role, two.role) {
        (Role::Form(a), Role::Form(b)) | (Role::Number(a), Role::Number(b)) if a == b && a != 0 => {
            return Alike { z: 4.0, how: How::Equivalent, edits: 0.0 };
        }
        (Role::Initial, _) | (_, Role::Initial) => return initial(one, two),
        (Role::Number(_), _) | (_, Role::Number(_)) if one.script != two.script => return FAR,
        _ => {}
    }
    if one.script == two.script {
        let found = same_script(sides, one, two);
        if found.z < KNOWN && together(one.sets, two.sets) == Some(true) {
            // Mary and Maria are forms of one name, and names of two sisters: known forms that sound otherwise say less.
            return Alike { z: found.z.max(3.5), how: How::Equivalent, edits: 0.0 };
        }
        found
    } else {
        known(two_scripts(sides, one, two, floor), one, two)
    }
}

/// What the table of known forms says of two words in two scripts, beside their sounds.
fn known(found: Alike, one: &Word, two: &Word) -> Alike {
    let counts = if one.script == Script::Han || two.script == Script::Han { HAN_COUNTS } else { 1.0 };
    let z = if found.how == How::Transliteration { found.z * counts + LIKELIER } else { found.z };
    if together(one.sets, two.sets) == Some(true) {
        let how = if found.z < KNOWN { How::Equivalent } else { found.how };
        return Alike { z: (z + TOGETHER).clamp(1.0, SUREST), how, edits: 0.0 };
    }
    Alike { z: (z - otherwise(one, two)).clamp(-SURE, SUREST), ..found }
}

/// What odds lose by the forms that are known of two words of two scripts, where these are no forms of one name.
fn otherwise(one: &Word, two: &Word) -> f32 {
    let by = |word: &Word| if word.script == Script::Latin { LATIN_OTHERWISE } else { NATIVE_OTHERWISE };
    match (one.sets.has(two.script), two.sets.has(one.script)) {
        (true, true) => BOTH_OTHERWISE,
        (true, false) => by(one),
        (false, true) => by(two),
        (false, false) => 0.0,
    }
}

/// An initial against a word: the same beginning, in one script.
fn initial(one: &Word, two: &Word) -> Alike {
    let same = one.script == two.script && one.plain().first() == two.plain().first();
    if same { Alike { z: 1.5, how: How::Initial, edits: 0.0 } } else { FAR }
}

fn same_script(sides: &mut Sides, one: &Word, two: &Word) -> Alike {
    let (a, b) = (one.plain(), two.plain());
    let longest = a.len().max(b.len()).max(1);
    let shared = (one.letters & two.letters).count_ones() as usize;
    if shared * 3 < (one.letters | two.letters).count_ones() as usize {
        return FAR;
    }
    let edits = distance(a, b);
    let share = edits as f32 / longest as f32;
    let typed = 6.0 - 17.0 * share - if longest < 4 { 1.0 } else { 0.0 };
    let heard = if one.script == Script::Latin && share < 0.7 && typed < 4.0 {
        heard(sides, one, two)
    } else {
        -SURE
    };
    let begins = a.len().min(b.len()) >= 3 && (a.starts_with(b) || b.starts_with(a));
    let how = How::Spelling;
    let z = typed.max(heard.min(4.0)).clamp(-SURE, 6.0);
    if begins && z < 0.8 {
        Alike { z: 0.8, how: How::Initial, edits: share }
    } else {
        Alike { z, how, edits: share }
    }
}

/// Spellings of one sound, by the learnt table of Latin against Latin.
fn heard(sides: &mut Sides, one: &Word, two: &Word) -> f32 {
    let mut logit =
        |a: &Word, b: &Word| sides.logit(Script::Latin, a.symbols(), b.symbols(), FLOOR).unwrap_or(-SURE);
    // In an order that does not depend on who is `one`, since the second is often not needed.
    let (first, second) = if one.hash < two.hash { (one, two) } else { (two, one) };
    let there = logit(first, second);
    if there < -1.0 { there } else { there.min(logit(second, first)) }
}

/// Sounds in common that two words in two scripts have at least, or they are not aligned.
pub(crate) fn may_sound_alike(one: u8, two: u8) -> bool {
    let (shared, all) = ((one & two).count_ones(), (one | two).count_ones());
    all - shared <= 2 || shared * 2 >= all
}

/// Latin letters that one symbol of another script stands for, at most.
fn may_be_as_long(one: &Word, two: &Word) -> bool {
    let (latin, native) = match (one.script, two.script) {
        (Script::Latin, _) => (one, two),
        (_, Script::Latin) => (two, one),
        _ => return true,
    };
    let most = match native.script {
        Script::Arabic | Script::Hebrew | Script::Han => 5,
        _ => 4,
    };
    latin.symbols().len() * 2 <= native.symbols().len() * most + 2
}

fn two_scripts(sides: &mut Sides, one: &Word, two: &Word, floor: f32) -> Alike {
    if !may_sound_alike(one.sounds, two.sounds) || !may_be_as_long(one, two) {
        return FAR;
    }
    let logit = match (one.script, two.script) {
        (Script::Latin, script) => sides.logit(script, one.symbols(), two.symbols(), floor),
        (script, Script::Latin) => sides.logit(script, two.symbols(), one.symbols(), floor),
        _ => by_way_of_latin(sides, one, two),
    };
    let z = logit.unwrap_or(-SURE).clamp(-SURE, SUREST);
    Alike { z, how: How::Transliteration, edits: 1.0 / (1.0 + z.exp()) }
}

/// Two scripts, neither of them Latin: one is written in Latin letters first, the one that writes its vowels.
fn by_way_of_latin(sides: &mut Sides, one: &Word, two: &Word) -> Option<f32> {
    let mut through = |vowelled: &Word, other: &Word| -> Option<f32> {
        let latin = romanise(vowelled.script, vowelled.symbols())?;
        sides.logit(other.script, &latin, other.symbols(), FLOOR).map(|z| z - 0.5)
    };
    let either = (through(one, two), through(two, one));
    match either {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    }
}

/// Edits between two words; two neighbours exchanged are one edit (optimal string alignment). A column of the table of edits at a time, its
/// differences as the bits of a number (Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit distances, 2003).
pub(crate) fn distance(a: &[u8], b: &[u8]) -> usize {
    let (a, b) = (a.get(..MAX_WORD).unwrap_or(a), b.get(..MAX_WORD).unwrap_or(b));
    let Some(last) = a.len().checked_sub(1) else { return b.len() };
    let mut places = [0_u32; 256];
    a.iter().enumerate().for_each(|(at, symbol)| places[usize::from(*symbol)] |= 1 << at);
    let (mut more, mut less, mut same, mut before) = (u32::MAX, 0_u32, 0_u32, 0_u32);
    let mut edits = a.len();
    for symbol in b {
        let here = places[usize::from(*symbol)];
        let exchanged = ((!same & here) << 1) & before;
        same = ((here & more).wrapping_add(more) ^ more) | here | less | exchanged;
        let (up, down) = (less | !(same | more), same & more);
        edits = edits + (up >> last & 1) as usize - (down >> last & 1) as usize;
        let up = up << 1 | 1;
        (more, less) = (down << 1 | !(same | up), up & same);
        before = here;
    }
    edits
}

#[cfg(test)]
mod tests;
