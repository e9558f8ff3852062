//! One person among ten million invented ones.

use super::data::mix;
use crate::report::Section;
use comity_matching::PersonIndex;
use comity_model::{
    PartialDate,
    id::SubjectId,
    subject::{PersonName, Subject, SubjectRole},
};
use std::time::Instant;

/// Persons in the index, where `COMITY_BENCH_PERSONS` says nothing else.
const PERSONS: u64 = 10_000_000;
const QUERIES: u64 = 2_000;
const SYLLABLES: [&str; 48] = [
    "ka", "ri", "mo", "ben", "sa", "lo", "pe", "tro", "va", "ni", "ko", "lai", "mar", "tin", "an", "na",
    "fe", "der", "ic", "ov", "ski", "ha", "san", "yu", "sef", "ga", "ci", "ra", "dri", "guez", "mul", "ler",
    "schmi", "dt", "wa", "ta", "be", "o", "li", "ver", "ju", "lie", "chen", "zha", "ng", "is", "el", "do",
];

/// A word; small numbers come oftener, as names do.
fn word(rank: u64, salt: u64) -> String {
    let mut seed = rank.wrapping_mul(0x9E37_79B9).wrapping_add(salt);
    let count = 2 + mix(&mut seed) % 2;
    (0..count).filter_map(|_| SYLLABLES.get(mix(&mut seed) % SYLLABLES.len())).copied().collect()
}

/// Rank after Zipf among so many words.
fn rank(seed: &mut u64, words: f64) -> u64 {
    let uniform = (mix(seed) % 1_000_000) as f64 / 1e6;
    words.powf(uniform) as u64
}

fn person(number: u64, slip: bool) -> Subject {
    let mut seed = number.wrapping_mul(77).wrapping_add(3);
    let mut id = [0; 10];
    id[..8].copy_from_slice(&number.to_le_bytes());
    let mut person = Subject::new(SubjectId::new(1, id), SubjectRole::Suspect);
    let (mut family, forename) = (word(rank(&mut seed, 200_000.0), 1), word(rank(&mut seed, 5_000.0), 2));
    let (year, month, day) = (
        1945 + (mix(&mut seed) % 70) as i16,
        1 + (mix(&mut seed) % 12) as i8,
        1 + (mix(&mut seed) % 28) as i8,
    );
    person.born = PartialDate::new(year, Some(month), Some(day)).ok();
    if slip {
        match number % 4 {
            0 => drop(family.pop()),
            1 => person.born = PartialDate::new(year, None, None).ok(),
            2 => person.born = PartialDate::new(year + 1, Some(month), Some(day)).ok(),
            _ => family.push('n'),
        }
    }
    person.name = PersonName::new(&family, &forename).ok();
    person
}

pub fn measure() -> Section {
    let persons =
        std::env::var("COMITY_BENCH_PERSONS").ok().and_then(|text| text.parse().ok()).unwrap_or(PERSONS);
    let mut section = Section::new("candidates and scores for one person, in memory");
    section.note("invented persons, names after Zipf (200,000 family names, 5,000 forenames); queries have a slip in name or date; one core");
    section.figure("persons", persons as f64, "");
    let start = Instant::now();
    let mut index = PersonIndex::new();
    (0..persons).for_each(|number| index.insert(number, &person(number, false)));
    index.settle();
    section.figure("time to fill", start.elapsed().as_secs_f64(), "s");
    section.figure("memory", index.memory_bytes() as f64 / 1e6, "MB");
    section.figure("memory a person", index.memory_bytes() as f64 / persons as f64, "bytes");
    let mut times = Vec::new();
    let (mut first, mut ten) = (0.0, 0.0);
    for query in 0..QUERIES {
        let number = query * (persons / QUERIES).max(1) + query % 97;
        let asked = person(number, true);
        let start = Instant::now();
        let found = index.find(&asked, 10);
        times.push(start.elapsed().as_secs_f64() * 1e3);
        first += f64::from(found.first().is_some_and(|found| found.id == number));
        ten += f64::from(found.iter().any(|found| found.id == number));
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or(0.0);
    section.figure("p50", at(0.5), "ms");
    section.under("p99", at(0.99), "ms", 20.0);
    section.figure("the right person is the first", first / QUERIES as f64, "");
    section.figure("the right person is among the first ten", ten / QUERIES as f64, "");
    section.note("that others are before the right person is no fault in itself: with so many invented persons, some fit as well");
    section
}
