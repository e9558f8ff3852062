//! The pairs that are measured.

use super::reading::reading;
use crate::report::Fallible;
use comity_matching::training::symbols;
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

/// Two names, and what is true of them.
#[derive(Debug, Clone)]
pub struct Pair {
    pub one: String,
    pub two: String,
    pub same: bool,
    /// Script, or schema.
    pub kind: String,
    /// How a pair that is not one came about.
    pub way: &'static str,
    /// No pair by its making, but the data themselves say that both are one name.
    pub joined: bool,
    /// No pair, but it reads like one ([`super::reading::RULE`]).
    pub heard: bool,
    /// A pair, of which the data's groups of names have neither word together.
    pub unlisted: bool,
}

/// The hard pairs of nomenklatura, the half that training saw too.
pub fn hard_pairs(data: &Path) -> Fallible<Vec<Pair>> {
    let text = fs::read_to_string(data.join("names/name_bench.dev.csv"))?;
    let read = |line: &str| {
        let fields = fields(line);
        let [_, schema, one, two, truth, ..] = fields.as_slice() else { return None };
        Some(Pair {
            one: one.clone(),
            two: two.clone(),
            same: truth == "true",
            kind: schema.clone(),
            way: "hard",
            joined: false,
            heard: false,
            unlisted: false,
        })
    };
    Ok(text.lines().skip(1).filter_map(read).collect())
}

/// Scripts, and the files with their tokens.
pub const SCRIPTS: [(&str, &str); 6] = [
    ("Arabic", "arabic"),
    ("Hebrew", "hebrew"),
    ("Cyrillic", "russian"),
    ("Kana", "katakana"),
    ("Han", "chinese"),
    ("Hangul", "korean"),
];
/// Pairs of one person for each script; as many of two for each way.
const PAIRS: usize = 4_000;

struct Token {
    latin: String,
    native: String,
}

/// Names of two tokens that training did not see: of one person, of strangers, of siblings (one forename exchanged), of persons with
/// near forenames. Tokens that were seen twice at least: of those seen once, one in thirty is no pair.
pub fn script_pairs(data: &Path) -> Fallible<Vec<Pair>> {
    let mut out = Vec::new();
    let mut truth = Truth::groups(data)?;
    for (script, file) in SCRIPTS {
        let text = fs::read_to_string(data.join(format!("names/{file}.train.tsv")))?;
        let tokens: Vec<Token> = text.lines().filter_map(token).collect();
        truth.attested = text.lines().filter_map(spelt).collect();
        truth.heard = truth.attested.iter().map(|(latin, native)| (latin.clone(), reading(native))).collect();
        if tokens.len() > 10 {
            add(&mut out, script, &tokens, &truth);
        }
    }
    Ok(out)
}

/// What the data say of names being one.
#[derive(Default)]
struct Truth {
    /// Groups of `person_names.txt` that have a name.
    groups: HashMap<String, Vec<usize>>,
    /// Latin and native spellings that stand in one line of the tokens.
    attested: HashSet<(String, String)>,
    /// Latin spellings with the readings of those.
    heard: HashSet<(String, String)>,
}

impl Truth {
    fn groups(data: &Path) -> Fallible<Self> {
        let mut new = Self::default();
        let text = fs::read_to_string(data.join("names/person_names.txt"))?;
        for (at, line) in text.lines().enumerate() {
            let names = line.split("=>").next().unwrap_or_default();
            for name in names.split(", ").map(str::trim).filter(|name| !name.is_empty()) {
                new.groups.entry(name.to_owned()).or_default().push(at);
            }
        }
        Ok(new)
    }

    /// Is one name attested with the other's spelling, or are both in one group?
    fn are_one(&self, one: &Token, two: &Token) -> bool {
        let attested = |a: &Token, b: &Token| self.attested.contains(&(a.latin.clone(), b.native.clone()));
        attested(one, two)
            || attested(two, one)
            || self.grouped(&one.latin, &two.latin)
            || self.grouped(&one.latin, &two.native)
            || self.grouped(&two.latin, &one.native)
            || self.grouped(&one.native, &two.native)
    }

    fn grouped(&self, a: &str, b: &str) -> bool {
        let groups = self.groups.get(a).zip(self.groups.get(b));
        groups.is_some_and(|(a, b)| a.iter().any(|group| b.contains(group)))
    }

    /// Does the second read as a writing of the first?
    fn reads_alike(&self, one: &Token, two: &Token) -> bool {
        self.heard.contains(&(one.latin.clone(), reading(&two.native)))
    }
}

fn spelt(line: &str) -> Option<(String, String)> {
    let mut parts = line.split('\t');
    Some((parts.next()?.to_owned(), parts.next()?.replace(' ', "")))
}

fn token(line: &str) -> Option<Token> {
    let mut parts = line.split('\t');
    let (latin, native, count) = (parts.next()?, parts.next()?, parts.next()?);
    let seen: usize = count.parse().ok()?;
    let held_out = held_out(latin) && seen >= 2 && symbols(latin).is_some();
    held_out.then(|| Token { latin: latin.to_owned(), native: native.replace(' ', "") })
}

/// One in ten, as `examples/train` leaves them out; where `COMITY_REHEARSE` is set, the tenth on which choices are made.
fn held_out(latin: &str) -> bool {
    let hash = latin.bytes().fold(7_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    (hash >> 8 & 0xFF) / 26 == u32::from(std::env::var_os("COMITY_REHEARSE").is_some())
}

fn add(out: &mut Vec<Pair>, script: &str, tokens: &[Token], truth: &Truth) {
    let mut seed = 5;
    let mut pick = || &tokens[mix(&mut seed) % tokens.len()];
    for _ in 0..PAIRS {
        let (first, last, stranger, other) = (pick(), pick(), pick(), pick());
        let near = (0..300)
            .map(|_| pick())
            .filter(|near| is_other(near, first))
            .max_by(|a, b| alike(a, first).total_cmp(&alike(b, first)));
        let pair = |one: &Token, two: &Token, same: bool, way: &'static str| Pair {
            one: format!("{} {}", first.latin, last.latin),
            two: format!("{} {}", one.native, two.native),
            same,
            kind: script.to_owned(),
            way,
            joined: !same
                && truth.are_one(first, one)
                && (two.latin == last.latin || truth.are_one(last, two)),
            heard: !same && truth.reads_alike(first, one) && truth.reads_alike(last, two),
            unlisted: same && [first, last].iter().all(|token| !truth.grouped(&token.latin, &token.native)),
        };
        out.push(pair(first, last, true, "same"));
        if is_other(stranger, first) {
            out.push(pair(stranger, other, false, "stranger"));
            out.push(pair(stranger, last, false, "sibling"));
        }
        out.extend(near.map(|near| pair(near, last, false, "near name")));
    }
}

/// Not the same name: at least two letters apart, and written otherwise.
fn is_other(one: &Token, two: &Token) -> bool {
    one.native != two.native && strsim::osa_distance(&plain(&one.latin), &plain(&two.latin)) > 1
}

fn plain(text: &str) -> String {
    symbols(text)
        .map(|(_, symbols)| {
            symbols
                .iter()
                .map(|symbol| char::from(comity_matching::training::unmarked(*symbol) + 96))
                .collect()
        })
        .unwrap_or_default()
}

fn alike(one: &Token, two: &Token) -> f64 {
    strsim::jaro_winkler(&plain(&one.latin), &plain(&two.latin))
}

/// Numbers that look random, the same in each run.
pub fn mix(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

/// Fields of a line of CSV with quotes.
pub fn fields(line: &str) -> Vec<String> {
    let (mut out, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    out.push(field);
    out
}

/// Precision, recall, F1 and false positive rate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quality {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
    pub false_positives: f64,
}

pub fn quality(said: impl Iterator<Item = (bool, bool)>) -> Quality {
    let [mut right, mut wrong, mut missed, mut rest] = [0.0_f64; 4];
    for (said, same) in said {
        match (said, same) {
            (true, true) => right += 1.0,
            (true, false) => wrong += 1.0,
            (false, true) => missed += 1.0,
            (false, false) => rest += 1.0,
        }
    }
    Quality {
        precision: right / (right + wrong).max(1.0),
        recall: right / (right + missed).max(1.0),
        f1: 2.0 * right / (2.0 * right + wrong + missed).max(1.0),
        false_positives: wrong / (wrong + rest).max(1.0),
    }
}

/// Recall where one in a thousand of the negatives is taken, and the score there.
pub fn recall_at(mut negatives: Vec<f64>, positives: &[f64], rate: f64) -> (f64, f64) {
    negatives.sort_by(|a, b| b.total_cmp(a));
    let threshold = negatives.get((negatives.len() as f64 * rate) as usize).copied().unwrap_or(1.0);
    let recall =
        positives.iter().filter(|score| **score > threshold).count() as f64 / positives.len().max(1) as f64;
    (recall, threshold)
}
