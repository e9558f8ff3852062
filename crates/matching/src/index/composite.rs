//! Keys of the index in memory: what a word sounds like with a date or a year of birth, and what two words sound like with a year.
//! With the birth in the key, the many who share a frequent name fall into many short lists.

use crate::{
    equivalents::pet_sets,
    evidence::KnownAs,
    sound_key::sound_keys,
    words::{Role, Word, hash_bytes},
};
use comity_model::PartialDate;
use std::collections::BTreeSet;

/// Words of a name that are indexed.
const MAX_WORDS: usize = 6;
/// Keys of one person.
const MAX_KEYS: usize = 128;
/// Years of birth that are gone through where a search says none.
const YEARS: std::ops::RangeInclusive<i16> = 1880..=2060;
/// Years apart from which on two births are not looked at, but for a digit of the same day.
pub(super) const APART: i16 = 2;

/// What a key is made of, and its number.
#[derive(Debug, Clone, Copy)]
enum Key {
    /// A word and a whole date.
    Day(u32, i16, i8, i8),
    /// A word and a year, of somebody whose day of birth is known or not.
    Year(u32, i16, bool),
    /// Two words and a year, if any.
    Pair(u32, u32, Option<i16>),
}

impl Key {
    fn number(self) -> u64 {
        let of = |kind: u8, words: [u32; 2], rest: [u8; 4]| {
            let mut bytes = [kind; 13];
            let (head, tail) = bytes.split_at_mut(8);
            let all = words.into_iter().flat_map(u32::to_le_bytes);
            head.iter_mut().zip(all).for_each(|(slot, byte)| *slot = byte);
            tail.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = byte);
            let hash = hash_bytes(&bytes);
            hash ^ hash >> 32
        };
        let year = |year: i16| year.to_le_bytes();
        match self {
            Self::Day(word, of_year, month, day) => {
                let [low, high] = year(of_year);
                of(1, [word, 0], [low, high, month.cast_unsigned(), day.cast_unsigned()])
            }
            Self::Year(word, of_year, whole) => {
                let [low, high] = year(of_year);
                of(2, [word, u32::from(whole)], [low, high, 0, 0])
            }
            Self::Pair(one, two, of_year) => {
                let [low, high] = of_year.map_or([0, 0x80], year);
                of(3, [one.min(two), one.max(two)], [low, high, 0, 0])
            }
        }
    }
}

/// What names sound like: words, and pairs of words.
#[derive(Debug, Default)]
struct Heard {
    words: BTreeSet<u32>,
    pairs: BTreeSet<(u32, u32)>,
}

impl Heard {
    fn of(names: &[KnownAs]) -> Self {
        let mut out = Self::default();
        names.iter().for_each(|known| out.read(known));
        out
    }

    fn read(&mut self, known: &KnownAs) {
        let mut singles: Vec<Word> = known.core().take(MAX_WORDS).copied().collect();
        if singles.len() < 2 {
            let named = known.name.words.iter().filter(|word| word.role != Role::Initial);
            singles = named.take(MAX_WORDS).copied().collect();
        }
        let keys: Vec<Vec<u32>> = singles.iter().map(of_word).collect();
        self.words.extend(keys.iter().flatten());
        for (at, one) in keys.iter().enumerate() {
            keys.iter().skip(at + 1).for_each(|two| self.pair(one, two));
        }
        let all: Vec<&Word> = known.name.words.iter().filter(|word| word.weight() > 0.5).collect();
        let joined =
            |run: &[&Word]| Word::joined(run.iter().copied()).map(|word| of_word(&word)).unwrap_or_default();
        match all.as_slice() {
            [one, two] => self.words.extend(joined(&[one, two])),
            [one, two, three] => {
                let (front, back) = (joined(&[one, two]), joined(&[two, three]));
                self.pair(&front, &of_word(three));
                self.pair(&of_word(one), &back);
                self.words.extend(front.into_iter().chain(back).chain(joined(&[one, two, three])));
            }
            _ => {}
        }
    }

    fn pair(&mut self, one: &[u32], two: &[u32]) {
        let all = one.iter().flat_map(|a| two.iter().map(move |b| (*a.min(b), *a.max(b))));
        self.pairs.extend(all.take(9));
    }
}

/// The keys of a word: its sounds, and the sets of pet names that have it.
fn of_word(word: &Word) -> Vec<u32> {
    let mut keys = sound_keys(word);
    keys.extend(pet_sets(word.sets).map(|set| set | 1 << 30).take(3));
    keys
}

/// The keys under which a person is put in.
pub(super) fn of_person(names: &[KnownAs], born: Option<PartialDate>) -> Vec<u64> {
    let heard = Heard::of(names);
    let mut out = Vec::with_capacity(heard.words.len() * 2 + heard.pairs.len());
    let mut put = |key: Key| out.push(key.number());
    for (one, two) in &heard.pairs {
        put(Key::Pair(*one, *two, born.map(|born| born.year())));
    }
    for (word, born) in heard.words.iter().filter_map(|word| Some((*word, born?))) {
        let whole = born.month().zip(born.day());
        put(Key::Year(word, born.year(), whole.is_some()));
        if let Some((month, day)) = whole {
            put(Key::Day(word, born.year(), month, day));
        }
    }
    out.truncate(MAX_KEYS);
    out
}

/// The keys under which a person is looked for: those that say most first, and the long ones, of which the rest may be left out.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    pub(super) close: Vec<u64>,
    pub(super) wide: Vec<u64>,
}

/// Where to look for a person.
pub(super) fn lookups(names: &[KnownAs], born: Option<PartialDate>) -> Lookups {
    let heard = Heard::of(names);
    let mut out = Lookups::default();
    let Some(born) = born else {
        for (one, two) in &heard.pairs {
            out.close.push(Key::Pair(*one, *two, None).number());
            out.wide.extend(YEARS.map(|year| Key::Pair(*one, *two, Some(year)).number()));
        }
        return out;
    };
    let year = born.year();
    let whole = born.month().zip(born.day());
    for word in &heard.words {
        if let Some(day) = whole {
            out.close
                .extend(days(year, day).map(|(year, month, day)| Key::Day(*word, year, month, day).number()));
        }
        for year in [year.saturating_sub(1), year, year.saturating_add(1)] {
            out.wide.extend([false, true].map(|whole| Key::Year(*word, year, whole).number()));
        }
    }
    for (one, two) in &heard.pairs {
        let years = (-APART..=APART).map(|apart| Some(year.saturating_add(apart)));
        out.close.extend(years.chain([None]).map(|year| Key::Pair(*one, *two, year).number()));
    }
    out
}

/// Dates that are one slip away: the day itself, day and month exchanged, the year one more or less or with another digit.
fn days(year: i16, (month, day): (i8, i8)) -> impl Iterator<Item = (i16, i8, i8)> {
    let ten = year - year.rem_euclid(10);
    let digits = (0..10).map(move |digit| ten + digit);
    let tens = (-9..=9).map(move |tens| year.saturating_add(tens * 10));
    let near = [1, -1, 100, -100].into_iter().map(move |apart: i16| year.saturating_add(apart));
    let years: BTreeSet<i16> = digits.chain(tens).chain(near).filter(move |other| *other != year).collect();
    [(year, month, day), (year, day, month)]
        .into_iter()
        .chain(years.into_iter().map(move |year| (year, month, day)))
}
