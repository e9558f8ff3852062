//! Keys of persons for blinded queries between nodes: the sounds of two words of a name with a part of the date of birth, in the
//! forms that slips leave it in, or the sound of one word with the whole date. A lead, never an identification: what it says by itself is given in bits.

use super::share;
use crate::{
    evidence::{KnownAs, names},
    sound_key::sound_keys,
    words::{Role, Word},
};
use comity_model::{PartialDate, subject::Subject};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Keys of one person.
const MAX_PERSON_KEYS: usize = 32;
/// What separates these inputs of the blinded function from all others. Whoever changes what a key is made of changes this too.
const DOMAIN: &[u8] = b"comity/person-key/v1";
/// Years of birth that a population has, about, as a logarithm of two.
const YEARS: f64 = 6.1;
/// Days of a year with day and month in either order, as a logarithm of two.
const DAYS: f64 = 7.5;
/// The first of January stands for many dates that nobody knew: so much of a population has it.
const PLACEHOLDER: f64 = 3.0;

/// A key of a person, and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonKey {
    /// The key itself; never leaves a node but blinded, and is not written down with the rest.
    #[serde(skip)]
    pub text: String,
    /// The words of a name whose sounds it joins: one or two.
    pub names: Vec<KeyName>,
    /// What of the date of birth it has.
    pub born: KeyBorn,
}

/// A word of a name in a key.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct KeyName {
    /// Which part of the name it is.
    pub part: NamePart,
    /// Of which of the person's names, 0 for the first.
    pub name: u8,
    /// Which words of that name, a bit each: several where they are taken as one.
    pub words: u16,
    /// What its sound in common says, in bits.
    pub bits: f64,
}

/// A part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamePart {
    /// Of the family name.
    Family,
    /// Of the forenames.
    Forename,
    /// Of both, written as one.
    Both,
}

/// What of a date of birth a key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyBorn {
    /// The year.
    Year,
    /// The whole date, with day and month in either order.
    WholeDate,
    /// Day and month, in either order.
    DayAndMonth,
    /// The first of January, which often stands for a date that nobody knew.
    FirstOfJanuary,
    /// The year before: who is a year younger elsewhere shares it.
    YearBefore,
}

impl PersonKey {
    /// What goes into the blinded function.
    #[must_use]
    pub fn input(&self) -> Vec<u8> {
        [DOMAIN, self.text.as_bytes()].join(&0)
    }
}

/// A word of a name, or several as one, with its sounds.
struct Sounded {
    part: NamePart,
    name: u8,
    words: u16,
    sounds: Vec<u32>,
}

/// Fuzzy keys of a person: at most 32; none without a date of birth or with one word only. Two spellings of a person mostly share some,
/// whatever the script, with day and month exchanged, a year that differs by one, or one word that sounds otherwise where the whole date
/// is known.
#[must_use]
pub fn person_keys(subject: &Subject) -> Vec<PersonKey> {
    let Some(born) = subject.born else { return Vec::new() };
    let names: Vec<Vec<Sounded>> =
        (0..).zip(&names(subject)).map(|(number, known)| sounded(known, number)).collect();
    let pairs = in_turn(names.iter().map(|words| pairs_of(words)));
    let singles = in_turn(names.iter().filter(|words| words.len() > 1).map(|words| singles_of(words)));
    let mut seen = BTreeSet::new();
    let mut keys = Vec::new();
    for (form, birth) in births(born) {
        let words = if form == KeyBorn::WholeDate { &singles } else { &pairs };
        for (text, names) in words {
            let text = format!("{text}+{birth}");
            if keys.len() < MAX_PERSON_KEYS && seen.insert(text.clone()) {
                keys.push(PersonKey { text, names: names.clone(), born: form });
            }
        }
    }
    keys
}

/// The sounds of words of a name, as a key has them.
type Words = (String, Vec<KeyName>);

/// What each name has, the first of each name before the second of any, so that no name crowds out the others.
fn in_turn(of_names: impl Iterator<Item = Vec<Words>>) -> Vec<Words> {
    let of_names: Vec<Vec<Words>> = of_names.collect();
    let most = of_names.iter().map(Vec::len).max().unwrap_or(0);
    let ranked = (0..most).flat_map(|rank| of_names.iter().filter_map(move |words| words.get(rank)));
    let mut seen = BTreeSet::new();
    ranked.filter(|(text, _)| seen.insert(text.clone())).cloned().collect()
}

/// Each single word.
fn singles_of(words: &[Sounded]) -> Vec<Words> {
    let single = words.iter().filter(|word| word.words.count_ones() == 1);
    single
        .flat_map(|word| word.sounds.iter().map(|sound| (format!("{sound:x}"), vec![word.named(*sound)])))
        .collect()
}

/// Each two words.
fn pairs_of(words: &[Sounded]) -> Vec<Words> {
    let mut out = Vec::new();
    for (at, one) in words.iter().enumerate() {
        for two in words.iter().skip(at + 1).filter(|two| one.words & two.words == 0) {
            for a in &one.sounds {
                let pair =
                    |b: &u32| (format!("{:x}+{:x}", a.min(b), a.max(b)), vec![one.named(*a), two.named(*b)]);
                out.extend(two.sounds.iter().map(pair));
            }
        }
    }
    out
}

impl Sounded {
    fn named(&self, sound: u32) -> KeyName {
        KeyName { part: self.part, name: self.name, words: self.words, bits: share::bits(sound) }
    }
}

/// The words of a name, and where there are three, each two that stand together as one: they are split otherwise elsewhere.
fn sounded(known: &KnownAs, number: u8) -> Vec<Sounded> {
    let words: Vec<(usize, &Word)> = known.name.words.iter().enumerate().take(16).collect();
    let part = |at: usize| if at < known.family_words() { NamePart::Family } else { NamePart::Forename };
    let is_core = |word: &Word| matches!(word.role, Role::Name | Role::Generic | Role::Number(_));
    let enough = words.iter().filter(|(_, word)| is_core(word)).count() > 1;
    let counts = |word: &Word| if enough { is_core(word) } else { word.role != Role::Initial };
    let single = |(at, word): &(usize, &Word)| Sounded {
        part: part(*at),
        name: number,
        words: 1 << at,
        sounds: sound_keys(word),
    };
    let mut out: Vec<Sounded> =
        words.iter().filter(|(_, word)| counts(word)).take(super::MAX_WORDS).map(single).collect();
    let heavy: Vec<&(usize, &Word)> = words.iter().filter(|(_, word)| word.weight() > 0.5).collect();
    if heavy.len() == 3 {
        let joined = heavy.windows(2).filter_map(|two| {
            let &[(first, one), (last, other)] = two else { return None };
            let word = Word::joined([*one, *other])?;
            let part = if part(*first) == part(*last) { part(*first) } else { NamePart::Both };
            Some(Sounded { part, name: number, words: 1 << first | 1 << last, sounds: sound_keys(&word) })
        });
        out.extend(joined.collect::<Vec<_>>());
    }
    out
}

/// A date of birth in the forms that are looked up.
fn births(born: PartialDate) -> Vec<(KeyBorn, String)> {
    let year = born.year();
    let mut out = vec![(KeyBorn::Year, format!("y{year}"))];
    if let (Some(month), Some(day)) = (born.month(), born.day()) {
        let days = format!("d{:02}{:02}", month.min(day), month.max(day));
        let form = if (month, day) == (1, 1) { KeyBorn::FirstOfJanuary } else { KeyBorn::DayAndMonth };
        // Where the whole date is known, one of the words may be another: misheard, or changed by marriage.
        if form == KeyBorn::DayAndMonth {
            out.push((KeyBorn::WholeDate, format!("y{year}{days}")));
        }
        // The year may be mistaken where day and month are right, in whichever order.
        out.push((form, days));
    }
    out.push((KeyBorn::YearBefore, format!("y{}", year - 1)));
    out
}

/// What keys in common say together, roughly, in bits: in a mixed population one person in two to the power of so many shares them by
/// chance. Names of one language share sounds, so there it says less; and the keys may be those of several persons.
#[must_use]
pub fn agreement_bits<'a>(keys: impl IntoIterator<Item = &'a PersonKey>) -> f64 {
    let (single, pairs): (Vec<&PersonKey>, Vec<&PersonKey>) =
        keys.into_iter().partition(|key| key.born == KeyBorn::WholeDate);
    // A word with the whole date may be that of another person than two words with a part of it: the one or the other counts.
    let by_word =
        single.iter().flat_map(|key| &key.names).map(|name| name.bits + YEARS + DAYS).fold(0.0, f64::max);
    let mut names: BTreeMap<u8, Vec<KeyName>> = BTreeMap::new();
    for name in pairs.iter().flat_map(|key| &key.names) {
        names.entry(name.name).or_default().push(*name);
    }
    let by_name = names.into_values().map(bits_of_words).fold(0.0, f64::max);
    let forms: BTreeSet<KeyBorn> = pairs.iter().map(|key| key.born).collect();
    by_word.max(by_name + bits_of_birth(&forms))
}

/// Each word once, by the sound that most share.
fn bits_of_words(mut words: Vec<KeyName>) -> f64 {
    words.sort_by(|a, b| a.words.count_ones().cmp(&b.words.count_ones()).then(a.bits.total_cmp(&b.bits)));
    let (mut counted, mut sum) = (0, 0.0);
    for word in words {
        if word.words & counted == 0 {
            counted |= word.words;
            sum += word.bits;
        }
    }
    sum
}

fn bits_of_birth(forms: &BTreeSet<KeyBorn>) -> f64 {
    let year = match (forms.contains(&KeyBorn::Year), forms.contains(&KeyBorn::YearBefore)) {
        (true, true) => YEARS,
        // Either the same year, of which the other form is not among the keys, or one year apart.
        (true, false) | (false, true) => YEARS - 1.0,
        (false, false) => 0.0,
    };
    let day = if forms.contains(&KeyBorn::DayAndMonth) {
        DAYS
    } else if forms.contains(&KeyBorn::FirstOfJanuary) {
        PLACEHOLDER
    } else {
        0.0
    };
    year + day
}

#[cfg(test)]
mod tests;
