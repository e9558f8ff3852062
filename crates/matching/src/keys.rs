//! The keys under which persons are indexed: by a node's database, in memory, and, blinded, across nodes.

mod person;
mod share;

pub use person::{KeyBorn, KeyName, NamePart, PersonKey, agreement_bits, person_keys};

use crate::{
    equivalents::pet_sets,
    evidence::{KnownAs, names},
    selectors,
    sound_key::sound_keys,
    words::{Role, Word},
};
use comity_model::{PartialDate, subject::Subject};
use std::collections::BTreeSet;

/// Words of a name that are indexed.
const MAX_WORDS: usize = 6;
/// Keys of one person by name.
pub(crate) const MAX_KEYS: usize = 96;

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    /// One word's sound and a year of birth.
    Word(u32, i16),
    /// The sounds of two words, in no order.
    Pair(u32, u32),
}

impl Key {
    fn text(self) -> String {
        match self {
            Self::Word(sound, year) => format!("name:{sound:x}+{year}"),
            Self::Pair(one, two) => format!("pair:{one:x}+{two:x}"),
        }
    }
}

/// The keys of a word: its sounds, and the sets of pet names that have it.
fn of_word(word: &Word) -> Vec<u32> {
    let mut keys = sound_keys(word);
    keys.extend(pet_sets(word.sets).map(|set| set | 1 << 30).take(3));
    keys
}

/// Keys by name and year of birth, and by two words of a name, the same on whichever side.
pub(crate) fn name_keys(names: &[KnownAs], born: Option<PartialDate>) -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    for known in names {
        let words: Vec<Vec<u32>> = runs(known).iter().map(of_word).collect();
        if let Some(born) = born {
            // Years that differ by one are found too: two persons share the smaller year.
            for sound in words.iter().flatten() {
                keys.extend([born.year() - 1, born.year()].map(|year| Key::Word(*sound, year)));
            }
        }
        for (at, one) in words.iter().enumerate() {
            for two in words.iter().skip(at + 1) {
                for (a, b) in one.iter().flat_map(|a| two.iter().map(move |b| (*a, *b))).take(9) {
                    keys.insert(Key::Pair(a.min(b), a.max(b)));
                }
            }
        }
        if keys.len() > MAX_KEYS {
            break;
        }
    }
    keys.into_iter().take(MAX_KEYS).collect()
}

/// The words of a name, and all of them in one where they are few: names are split otherwise elsewhere.
fn runs(known: &KnownAs) -> Vec<Word> {
    let mut words: Vec<Word> = known.core().take(MAX_WORDS).copied().collect();
    if words.len() < 2 {
        words = known
            .name
            .words
            .iter()
            .filter(|word| word.role != Role::Initial)
            .take(MAX_WORDS)
            .copied()
            .collect();
    }
    let all: Vec<&Word> = known.name.words.iter().filter(|word| word.weight() > 0.5).collect();
    if (2..=3).contains(&all.len()) {
        let whole = Word::joined(all.iter().copied());
        words.extend(whole);
        let joined =
            all.windows(2).filter(|_| all.len() == 3).filter_map(|two| Word::joined(two.iter().copied()));
        words.extend(joined.collect::<Vec<_>>());
    }
    words
}

/// Keys of a person for a node's index: `sel:phone:+33...` for each selector, `name:...+1984` for what a word of a name sounds like
/// with a year of birth, `pair:...` for two words. Two persons that [`compare`](crate::compare) as a hit share at least one. At most
/// 96 by name.
#[must_use]
pub fn blocking_keys(subject: &Subject) -> BTreeSet<String> {
    let by_name = name_keys(&names(subject), subject.born).into_iter().map(Key::text);
    by_name.chain(selector_keys(subject)).collect()
}

pub(crate) fn selector_keys(subject: &Subject) -> impl Iterator<Item = String> {
    subject
        .selectors
        .iter()
        .map(|selector| format!("sel:{}:{}", selectors::word(selector.kind()), selectors::form(selector)))
}
