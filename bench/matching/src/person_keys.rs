//! Persons across nodes by fuzzy keys: how many of those whom two authorities both have share a key, and how many strangers do. Names
//! are those of the training data put together anew; nobody is meant.

use crate::report::{Fallible, Section};
use comity_matching::{PersonKey, agreement_bits, person_keys};
use comity_model::{
    PartialDate,
    id::SubjectId,
    subject::{PersonName, Subject, SubjectRole},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fs,
    path::Path,
};

const SCRIPTS: [&str; 6] = ["arabic", "hebrew", "russian", "korean", "chinese", "katakana"];
/// Pairs of spellings of each kind.
const PAIRS: usize = 3_000;
/// Persons of the holder, and strangers that the asker looks for there.
const HELD: usize = 20_000;
const STRANGERS: usize = 5_000;
/// Bits from which the node calls a lead fair, and strong.
const FAIR: f64 = 20.0;
const STRONG: f64 = 26.0;

/// A number after the last.
fn mix(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

fn person(family: &str, forename: &str, born: Option<PartialDate>) -> Subject {
    let mut person = Subject::new(SubjectId::new(1, [0; 10]), SubjectRole::Suspect);
    person.name = PersonName::new(family, forename).ok();
    person.born = born;
    person
}

fn date(year: i16, month: i8, day: i8) -> Option<PartialDate> {
    PartialDate::new(year, Some(month), Some(day)).ok()
}

/// A word in Latin letters and in the script, as often as it occurs.
fn words(data: &Path, script: &str) -> Fallible<Vec<(String, String)>> {
    let text = fs::read_to_string(data.join(format!("names/{script}.train.tsv")))?;
    let row = |line: &str| {
        let mut parts = line.split('\t');
        let (latin, native, count) = (parts.next()?, parts.next()?, parts.next()?.parse::<usize>().ok()?);
        (latin.len() > 2).then(|| (latin.to_owned(), native.replace(' ', ""), count))
    };
    let rows = text.lines().filter_map(row).filter(|(_, _, count)| *count >= 3);
    Ok(rows.flat_map(|(latin, native, count)| vec![(latin, native); count.min(50)]).collect())
}

/// Two words and a date of birth.
fn pick<'a, T>(words: &'a [T], seed: &mut u64) -> Option<(&'a T, &'a T, (i16, i8, i8))> {
    let (family, forename) = (words.get(mix(seed) % words.len())?, words.get(mix(seed) % words.len())?);
    let born = (1945 + (mix(seed) % 70) as i16, 1 + (mix(seed) % 12) as i8, 1 + (mix(seed) % 28) as i8);
    Some((family, forename, born))
}

fn texts(keys: &[PersonKey]) -> BTreeSet<&str> {
    keys.iter().map(|key| key.text.as_str()).collect()
}

fn share(one: &Subject, two: &Subject) -> bool {
    let (one, two) = (person_keys(one), person_keys(two));
    !texts(&one).is_disjoint(&texts(&two))
}

/// The share of pairs that have a key in common, where `write` says how the other authority writes a person.
fn recall(pairs: impl Iterator<Item = (Subject, Subject)>) -> f64 {
    let (mut all, mut found) = (0_u32, 0_u32);
    for (one, two) in pairs {
        all += 1;
        found += u32::from(share(&one, &two));
    }
    f64::from(found) / f64::from(all.max(1))
}

/// Makes the measurements.
///
/// # Errors
/// Where the data cannot be read.
pub fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("persons across nodes, by fuzzy keys");
    for script in SCRIPTS {
        let words = words(data, script)?;
        for (what, whole) in [("whole date", true), ("year only", false)] {
            let mut seed = 11;
            let pairs =
                (0..PAIRS).filter_map(|_| pick(&words, &mut seed)).map(|(family, forename, (y, m, d))| {
                    let theirs = if whole { date(y, m, d) } else { PartialDate::new(y, None, None).ok() };
                    (person(&family.0, &forename.0, date(y, m, d)), person(&family.1, &forename.1, theirs))
                });
            section.figure(format!("found, Latin against {script}, {what}"), recall(pairs), "share");
        }
    }
    slips(data, &mut section)?;
    duplicates(data, &mut section)?;
    strangers(data, &mut section)?;
    section
        .note("found: at least one key in common. Strangers: other persons of the same population of names");
    Ok(section)
}

/// Slips of the kinds that clerks make, in Latin letters.
fn slips(data: &Path, section: &mut Section) -> Fallible<()> {
    let words = words(data, "russian")?;
    type Slip = fn(&str, &str, (i16, i8, i8)) -> Subject;
    let kinds: [(&str, Slip); 7] = [
        ("parts exchanged", |family, forename, (y, m, d)| person(forename, family, date(y, m, d))),
        ("a letter left out", |family, forename, (y, m, d)| {
            let at = family.char_indices().nth(2).map_or(0, |(at, _)| at);
            let short: String =
                family.char_indices().filter(|(place, _)| *place != at).map(|(_, c)| c).collect();
            person(&short, forename, date(y, m, d))
        }),
        ("day and month exchanged", |family, forename, (y, m, d)| {
            person(family, forename, date(y, d.min(12), if d > 12 { d } else { m }))
        }),
        ("year only", |family, forename, (y, _, _)| {
            person(family, forename, PartialDate::new(y, None, None).ok())
        }),
        ("1 January of the year", |family, forename, (y, _, _)| person(family, forename, date(y, 1, 1))),
        ("another year by one, year only", |family, forename, (y, _, _)| {
            person(family, forename, PartialDate::new(y + 1, None, None).ok())
        }),
        ("another decade, day and month right", |family, forename, (y, m, d)| {
            person(family, forename, date(y - 10, m, d))
        }),
    ];
    for (name, slip) in kinds {
        let mut seed = 5;
        let pairs =
            (0..PAIRS).filter_map(|_| pick(&words, &mut seed)).map(|(family, forename, (y, m, d))| {
                (person(&family.0, &forename.0, date(y, m, d)), slip(&family.0, &forename.0, (y, m, d)))
            });
        section.figure(format!("found, {name}"), recall(pairs), "share");
    }
    Ok(())
}

/// The invented persons with duplicates: each pair of records of one person that both have two words and a date.
fn duplicates(data: &Path, section: &mut Section) -> Fallible<()> {
    let text = fs::read_to_string(data.join("persons/fake_1000.csv"))?;
    let mut of: HashMap<&str, Vec<Subject>> = HashMap::new();
    for line in text.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        let [_, forename, family, born, .., cluster] = parts.as_slice() else { continue };
        if !forename.is_empty() && !family.is_empty() {
            of.entry(*cluster).or_default().push(person(family, forename, born.parse().ok()));
        }
    }
    let records: usize = of.values().map(Vec::len).sum();
    let keys: usize = of.values().flatten().map(|record| person_keys(record).len()).sum();
    let pairs = of.values().flat_map(|records| {
        let later = |at: usize| records.get(at + 1..).unwrap_or_default();
        records
            .iter()
            .enumerate()
            .flat_map(move |(at, one)| later(at).iter().map(move |two| (one.clone(), two.clone())))
    });
    section.figure("found, pairs of fake_1000 with two words and a date", recall(pairs), "share");
    section.figure("keys of a person", keys as f64 / records.max(1) as f64, "keys");
    Ok(())
}

/// Strangers of the same population: how many of them look as if the holder knew them.
fn strangers(data: &Path, section: &mut Section) -> Fallible<()> {
    for script in ["arabic", "russian"] {
        let words = words(data, script)?;
        let mut seed = 77;
        let mut some = |count: usize| -> Vec<Vec<PersonKey>> {
            let picked = (0..count).filter_map(|_| pick(&words, &mut seed));
            picked
                .map(|(family, forename, (y, m, d))| {
                    person_keys(&person(&family.0, &forename.0, date(y, m, d)))
                })
                .collect()
        };
        let held: HashSet<String> = some(HELD).into_iter().flatten().map(|key| key.text).collect();
        let (mut leads, mut fair, mut strong) = (0, 0, 0);
        for keys in some(STRANGERS) {
            let agree: Vec<&PersonKey> = keys.iter().filter(|key| held.contains(&key.text)).collect();
            let bits = agreement_bits(agree.iter().copied());
            leads += usize::from(!agree.is_empty());
            fair += usize::from(bits >= FAIR);
            strong += usize::from(bits >= STRONG);
        }
        for (what, count) in [("any lead", leads), ("a fair one", fair), ("a strong one", strong)] {
            let name = format!("strangers with {what}, {script} names, holder of {HELD}");
            section.figure(name, count as f64 / STRANGERS as f64, "share");
        }
    }
    Ok(())
}
