//! What the names of two persons say, in bits, after Fellegi and Sunter (1969): for each part the share of such findings among
//! records of one person over that among two persons. A rare word in common weighs more than a frequent one.

use crate::{
    alike::How,
    frequency,
    names::{Aligned, Bearer, NameComparison, PreparedName, align, compare_prepared},
    reason,
    words::{Role, Word},
};
use comity_model::{
    message::{ReasonField, Verdict},
    subject::{PersonName, Subject},
};

/// Names of one person that are looked at.
pub(crate) const MAX_NAMES: usize = 8;
/// What a part that contradicts weighs.
const CONTRADICTS: f64 = -4.5;
/// The least that names weigh.
const LEAST: f64 = -9.0;
/// The most that one word says: beyond this, frequencies are not known.
const MOST: f64 = 17.0;
/// A name from which on it fits.
const FITS: f64 = 0.5;

/// A name of a person, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct KnownAs {
    pub(crate) is_alias: bool,
    pub(crate) name: PreparedName,
    /// Words of the family name, at the beginning.
    family: usize,
}

impl KnownAs {
    fn new(name: &PersonName, is_alias: bool) -> Self {
        let (mut family, forename) = (PreparedName::new(&name.family), PreparedName::new(&name.forename));
        let count = family.words.len();
        family.words.extend(forename.words);
        family.words.truncate(crate::words::MAX_WORDS);
        // A person has no legal form: Co and Sa are names here. And something must be the name.
        let is_named = family.words.iter().any(|word| word.role == Role::Name);
        for word in &mut family.words {
            let odd = matches!(word.role, Role::Form(_) | Role::Generic)
                || (!is_named && word.role != Role::Initial);
            word.role = if odd { Role::Name } else { word.role };
        }
        Self { is_alias, name: family, family: count }
    }

    pub(crate) fn unpacked(words: Vec<Word>, is_alias: bool) -> Self {
        Self { is_alias, family: words.len(), name: PreparedName::of_words(words) }
    }

    /// Words that name somebody.
    pub(crate) fn core(&self) -> impl Iterator<Item = &Word> {
        self.name
            .words
            .iter()
            .filter(|word| matches!(word.role, Role::Name | Role::Generic | Role::Number(_)))
    }

    /// How many words at the beginning are the family name.
    pub(crate) fn family_words(&self) -> usize {
        self.family
    }

    fn cores(&self) -> usize {
        self.name.words.iter().filter(|word| word.is_core()).count()
    }
}

/// The names of a person.
pub(crate) fn names(subject: &Subject) -> Vec<KnownAs> {
    let name = subject.name.iter().map(|name| KnownAs::new(name, false));
    let aliases = subject.aliases.iter().map(|name| KnownAs::new(name, true));
    name.chain(aliases).filter(|known| !known.name.is_empty()).take(MAX_NAMES).collect()
}

/// What two names say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NameEvidence {
    pub(crate) bits: f64,
    /// Probability that both are one name.
    pub(crate) score: f64,
    /// One side has only one word, and it fits.
    pub(crate) is_partial: bool,
}

impl NameEvidence {
    pub(crate) fn fits(&self) -> bool {
        self.score >= FITS
    }
}

pub(crate) fn weigh(one: &KnownAs, two: &KnownAs) -> NameEvidence {
    let aligned = align(&one.name.words, &two.name.words);
    let score = crate::names::score_aligned(&one.name.words, &two.name.words, &aligned);
    let cores = one.cores().min(two.cores());
    NameEvidence {
        bits: bits(&one.name.words, &two.name.words, &aligned, score),
        score,
        is_partial: cores <= 1,
    }
}

fn bits(ours: &[Word], theirs: &[Word], aligned: &Aligned, score: f64) -> f64 {
    let mut sum = 0.0;
    for pair in &aligned.pairs {
        let (one, two) = (rarity(ours, pair.ours), rarity(theirs, pair.theirs));
        let said = one.max(two).min(MOST);
        // What a spelling shares with more names than the word itself has.
        let loose = match pair.alike.how {
            How::Same => 0.2,
            How::Equivalent => 1.5,
            How::Transliteration => 2.0,
            How::Spelling => 3.0,
            How::Initial => said - 3.0,
            How::Different => said,
        };
        let z = f64::from(pair.alike.z);
        sum += if z <= 0.0 && said > 0.0 {
            CONTRADICTS
        } else {
            ((said - loose).max(0.0) - (-z).exp().ln_1p() * std::f64::consts::LOG2_E).max(CONTRADICTS)
        };
    }
    // The parts may each fit where the whole does not: order, what is left over.
    let whole = if score < FITS { (score / (1.0 - score)).max(1e-6).log2() } else { 0.0 };
    if score < FITS { (sum * score + whole).clamp(LEAST, 8.0) } else { sum.clamp(LEAST, 45.0) }
}

/// The rarest of the words; particles and titles say nothing.
fn rarity(words: &[Word], mask: u32) -> f64 {
    let chosen = words.iter().enumerate().filter(|(at, word)| mask >> at & 1 == 1 && word.is_core());
    chosen
        .map(|(_, word)| if word.role == Role::Initial { 4.0 } else { frequency::bits(word) })
        .fold(0.0, f64::max)
}

/// What the names of two persons say.
pub(crate) struct NameOutcome {
    pub(crate) name: ReasonField,
    pub(crate) aliases: ReasonField,
    /// The best of all pairs of names, if any.
    pub(crate) best: Option<NameEvidence>,
}

pub(crate) fn compare(ours: &[KnownAs], theirs: &[KnownAs]) -> NameOutcome {
    let (mut main, mut other): (Option<(NameEvidence, String)>, Option<NameEvidence>) = (None, None);
    for one in ours {
        for two in theirs {
            let found = weigh(one, two);
            if one.is_alias || two.is_alias {
                other = Some(other.map_or(found, |best| better(best, found)));
            } else {
                main = Some((found, why(one, two, &found)));
            }
        }
    }
    let best = match (main.as_ref().map(|(found, _)| *found), other) {
        (Some(one), Some(two)) => Some(better(one, two)),
        (one, two) => one.or(two),
    };
    // Each name speaks once: the better of the two carries the weight.
    let alias_counts =
        other.is_some_and(|other| main.as_ref().is_none_or(|(main, _)| other.bits > main.bits));
    let name = main.map_or_else(
        || reason("name", Verdict::Silent, "no name on one side"),
        |(found, why)| weighed("name", verdict(&found), why, if alias_counts { 0.0 } else { found.bits }),
    );
    let aliases = other.map_or_else(
        || reason("aliases", Verdict::Silent, "no alias on either side"),
        |found| {
            weighed(
                "aliases",
                verdict(&found),
                alias_why(&found).to_owned(),
                if alias_counts { found.bits } else { 0.0 },
            )
        },
    );
    NameOutcome { name, aliases, best }
}

fn better(one: NameEvidence, two: NameEvidence) -> NameEvidence {
    if (two.fits(), two.bits) > (one.fits(), one.bits) { two } else { one }
}

pub(crate) fn weighed(field: &str, verdict: Verdict, why: String, bits: f64) -> ReasonField {
    ReasonField { weight: Some((bits * 10.0).round() / 10.0), ..reason(field, verdict, why) }
}

fn verdict(found: &NameEvidence) -> Verdict {
    match found.score {
        _ if found.fits() && found.is_partial => Verdict::Near,
        score if score >= 0.9 => Verdict::Agrees,
        score if score >= FITS => Verdict::Near,
        _ => Verdict::Differs,
    }
}

fn alias_why(found: &NameEvidence) -> &'static str {
    match verdict(found) {
        Verdict::Agrees => "an alias is the same as a name of the other",
        Verdict::Near if found.is_partial => "an alias is the same as a part of a name of the other",
        Verdict::Near => "an alias is like a name of the other",
        _ => "no alias is like a name of the other",
    }
}

/// Why, part by part, without values.
fn why(one: &KnownAs, two: &KnownAs, found: &NameEvidence) -> String {
    let whole = compare_prepared(&one.name, &two.name, Bearer::Person);
    if found.fits() && found.is_partial {
        return "the only part of a name that one side has fits".to_owned();
    }
    let place = |known: &KnownAs, at: usize| if at < known.family { "family name" } else { "forename" };
    let mut said = Vec::new();
    let aligned = align(&one.name.words, &two.name.words);
    let mut pairs = aligned.pairs.clone();
    pairs.sort_by_key(|pair| pair.ours);
    for pair in pairs {
        let (ours, theirs) = (pair.ours.trailing_zeros() as usize, pair.theirs.trailing_zeros() as usize);
        let Some(word) = one.name.words.get(ours).filter(|word| word.is_core()) else { continue };
        let (here, there) = (place(one, ours), place(two, theirs));
        let how = match pair.alike.how {
            _ if pair.alike.z <= 0.0 => "differs",
            How::Same => "same",
            How::Equivalent => "a known form",
            How::Transliteration => "same in another script",
            How::Initial => "abbreviated",
            _ => "alike",
        };
        let rare = if how != "differs" && frequency::bits(word) >= 13.0 { "rare " } else { "" };
        let moved = if here == there { "" } else { ", in another place" };
        said.push(format!("{rare}{here} {how}{moved}"));
    }
    said.extend(alone(&whole));
    said.join("; ")
}

fn alone(whole: &NameComparison) -> Option<String> {
    match whole.alone {
        0 => None,
        1 => Some("one part on one side only".to_owned()),
        more => Some(format!("{more} parts on one side only")),
    }
}
