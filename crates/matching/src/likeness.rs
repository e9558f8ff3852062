//! How alike two parts of a name are.

use crate::text::Unit;
use strsim::{jaro_winkler, osa_distance};

/// From this Jaro-Winkler similarity on, two words of at least four letters are alike. Lower values took forenames such as
/// Martin and Marvin's neighbours together; higher ones lost doubled and dropped letters.
const ALIKE: f64 = 0.92;
/// With the same skeleton, this similarity is enough: Mohamed and Muhammad have 0.80.
const ALIKE_BY_SOUND: f64 = 0.70;
/// Letters from which on one edit is forgiven, and two.
const ONE_EDIT_FROM: usize = 4;
const TWO_EDITS_FROM: usize = 8;
/// Letters of which the beginning of a longer word may stand for it: Rob for Robert.
const ABBREVIATION_FROM: usize = 3;

/// How alike, the most alike first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// Letter for letter, particles included.
    Same,
    /// But for a particle, a letter or two, or the spelling of one sound.
    Alike,
    /// An initial or a beginning.
    Abbreviated,
    /// None of these.
    Different,
}

pub(crate) fn likeness(one: &Unit, other: &Unit) -> Likeness {
    if one.joined == other.joined {
        return Likeness::Same;
    }
    if one.is_initial() || other.is_initial() {
        let begin = one.joined.chars().next() == other.joined.chars().next();
        return if begin { Likeness::Abbreviated } else { Likeness::Different };
    }
    let forms = [(&one.joined, &other.joined), (&one.core, &other.core)];
    if one.core == other.core || forms.iter().any(|(a, b)| words_alike(a, b, one.sounds_like(other))) {
        return Likeness::Alike;
    }
    if begins(&one.joined, &other.joined) { Likeness::Abbreviated } else { Likeness::Different }
}

fn words_alike(one: &str, other: &str, same_sound: bool) -> bool {
    let (one_length, other_length) = (one.chars().count(), other.chars().count());
    let (short, long) = (one_length.min(other_length), one_length.max(other_length));
    if short < ONE_EDIT_FROM || long > short * 2 {
        return false;
    }
    let similarity = jaro_winkler(one, other);
    if similarity >= ALIKE || (same_sound && similarity >= ALIKE_BY_SOUND) {
        return true;
    }
    let edits = if short >= TWO_EDITS_FROM { 2 } else { 1 };
    long - short <= edits && osa_distance(one, other) <= edits
}

fn begins(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.chars().count() >= ABBREVIATION_FROM && long.starts_with(short)
}
