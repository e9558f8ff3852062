//! Two names compared part by part: which words go together, how, and how sure it is that both are one name.

mod align;
mod phrases;
pub(crate) mod weights;

use crate::{
    alike::{How, by_sound},
    words::{MAX_WORDS, Role, Word, words},
};
pub(crate) use align::{Aligned, align};
use std::ops::Range;
pub use weights::{FEATURES, features};

/// What the outcome is for; each use has its own threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// An alert that arrives: an officer looks at each hit, so some may be wrong.
    Alert,
    /// Two records proposed as one person: a person confirms, and nearly all should be right.
    Merge,
    /// A search: more is shown, the surest first.
    Search,
    /// Duplicates within an import: nearly all should be right.
    Import,
}

impl Use {
    /// The bits from which on two persons are held to be one, in this use: what speaks for it must outweigh that there are millions of others.
    #[must_use]
    pub fn bits(self) -> f64 {
        match self {
            Self::Search => 8.0,
            Self::Alert => 16.0,
            Self::Import => 22.0,
            Self::Merge => 26.0,
        }
    }

    /// The score from which on two names are one, in this use.
    #[must_use]
    pub fn threshold(self) -> f64 {
        match self {
            Self::Alert => 0.5,
            Self::Search => 0.25,
            Self::Merge | Self::Import => 0.8,
        }
    }
}

/// What bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Bearer {
    /// A person.
    Person,
    /// A company, an authority, a vessel.
    Organisation,
    /// Not said: an organisation where a legal form is among the words, else a person.
    #[default]
    Unknown,
}

/// A name taken apart, to be compared with many.
#[derive(Debug, Clone)]
pub struct PreparedName {
    pub(crate) words: Vec<Word>,
    has_form: bool,
}

impl PreparedName {
    /// Takes a name apart. Any text will do; what is beyond ten words or 512 bytes is not looked at.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut words = words(text);
        let has_form = phrases::shorten(&mut words);
        unless_named(&mut words);
        words.truncate(MAX_WORDS);
        Self { words, has_form }
    }

    pub(crate) fn of_words(words: Vec<Word>) -> Self {
        Self { words, has_form: false }
    }

    /// As the name of a person, who has no legal form: Holding and Sa are names then.
    fn of_person(&self) -> Self {
        let mut words = self.words.clone();
        words.iter_mut().filter(|word| is_form(word)).for_each(|word| word.role = Role::Name);
        Self { words, has_form: false }
    }

    /// Has it no letter?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Du and Di, Sheikh and Haji are names where no two others are.
fn unless_named(words: &mut [Word]) {
    let others = words.iter().filter(|word| !matches!(word.role, Role::Particle | Role::Title)).count();
    if others < 2 {
        words.iter_mut().filter(|word| word.role == Role::Particle).for_each(|word| word.role = Role::Name);
    }
}

/// Words of both names that were laid side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct PartPair {
    /// Bytes of the first name.
    pub ours: Range<usize>,
    /// Bytes of the second.
    pub theirs: Range<usize>,
    /// How they go together.
    pub how: How,
    /// Probability that they are one name, 0 to 1.
    pub alike: f64,
}

/// How two names compare.
#[derive(Debug, Clone, PartialEq)]
pub struct NameComparison {
    /// Probability that both are one name, 0 to 1, never quite either; to be compared with [`Use::threshold`].
    pub score: f64,
    /// Parts laid side by side; what is in none of them stands on one side alone.
    pub parts: Vec<PartPair>,
    /// Words that stand on one side alone.
    pub alone: usize,
}

impl NameComparison {
    /// Are they one name, in this use?
    #[must_use]
    pub fn is_match(&self, purpose: Use) -> bool {
        self.score >= purpose.threshold()
    }

    /// Why, in plain words without values.
    #[must_use]
    pub fn reasons(&self) -> Vec<String> {
        let said = [
            (How::Same, "the same"),
            (How::Equivalent, "known forms of one name"),
            (How::Transliteration, "the same in another script"),
            (How::Spelling, "spelt alike"),
            (How::Initial, "abbreviated"),
            (How::Different, "different"),
        ];
        let count = |how: How| self.parts.iter().filter(|part| part.how == how).count();
        let mut out: Vec<String> = said
            .iter()
            .map(|(how, text)| (count(*how), text))
            .filter(|(count, _)| *count > 0)
            .map(|(count, text)| plural(count, text))
            .collect();
        if self.alone > 0 {
            out.push(plural(self.alone, "on one side only"));
        }
        out
    }
}

fn plural(count: usize, text: &str) -> String {
    if count == 1 { format!("one part {text}") } else { format!("{count} parts {text}") }
}

/// Compares two names as they are written. Symmetric.
#[must_use]
pub fn compare_names(one: &str, two: &str, bearer: Bearer) -> NameComparison {
    compare_prepared(&PreparedName::new(one), &PreparedName::new(two), bearer)
}

/// Compares two names that were taken apart before; the same as [`compare_names`].
#[must_use]
pub fn compare_prepared(one: &PreparedName, two: &PreparedName, bearer: Bearer) -> NameComparison {
    if bearer == Bearer::Person && (one.has_form || two.has_form) {
        return compare_prepared(&one.of_person(), &two.of_person(), bearer);
    }
    let aligned = align(&one.words, &two.words);
    let score = weights::score(&one.words, &two.words, &aligned, is_organisation(one, two, bearer));
    let alone = aligned.alone(one.words.len(), two.words.len());
    let place = |words: &[Word], mask: u32| -> Range<usize> {
        let chosen =
            || words.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, word)| word.place);
        usize::from(chosen().map(|place| place.0).min().unwrap_or(0))
            ..usize::from(chosen().map(|place| place.1).max().unwrap_or(0))
    };
    let parts = aligned.pairs.iter().map(|pair| PartPair {
        ours: place(&one.words, pair.ours),
        theirs: place(&two.words, pair.theirs),
        how: if pair.alike.z < 0.0 { How::Different } else { pair.alike.how },
        alike: 1.0 / (1.0 + f64::from(-pair.alike.z).exp()),
    });
    NameComparison { score, parts: parts.collect(), alone }
}

/// The score alone, without the account of parts.
#[must_use]
pub fn score_prepared(one: &PreparedName, two: &PreparedName, bearer: Bearer) -> f64 {
    if bearer == Bearer::Person && (one.has_form || two.has_form) {
        return score_prepared(&one.of_person(), &two.of_person(), bearer);
    }
    let aligned = align(&one.words, &two.words);
    weights::score(&one.words, &two.words, &aligned, is_organisation(one, two, bearer))
}

/// The score of two names of persons that were aligned before.
pub(crate) fn score_aligned(ours: &[Word], theirs: &[Word], aligned: &Aligned) -> f64 {
    weights::score(ours, theirs, aligned, false)
}

pub(crate) fn is_organisation(one: &PreparedName, two: &PreparedName, bearer: Bearer) -> bool {
    match bearer {
        Bearer::Person => false,
        Bearer::Organisation => true,
        Bearer::Unknown => one.has_form || two.has_form,
    }
}

/// Words that say that the bearer is no person.
pub(crate) fn is_form(word: &Word) -> bool {
    matches!(word.role, Role::Form(_) | Role::Generic)
}

/// Probability that two single words are one name by sound and letters alone, without the table of known forms; 0 where either
/// is not a single word. For the maker of that table.
#[must_use]
pub fn score_sounds(one: &PreparedName, two: &PreparedName) -> f64 {
    match (one.words.as_slice(), two.words.as_slice()) {
        ([one], [two]) => 1.0 / (1.0 + f64::from(-by_sound(one, two).z).exp()),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests;
