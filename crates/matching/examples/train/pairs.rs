//! Reads the pairs.

use comity_matching::{
    Script,
    training::{Pair, symbols},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    path::Path,
    sync::Mutex,
};

const FILES: [&str; 7] = ["arabic", "chinese", "hebrew", "japanese", "katakana", "korean", "russian"];

/// One spelling against another, as text.
#[derive(Clone, Debug)]
pub struct Spelt {
    pub latin: String,
    pub native: String,
    pub count: f64,
    /// From the token files, not from the groups.
    pub token: bool,
}

pub fn tokens(data: &Path) -> Vec<Spelt> {
    let mut out = Vec::new();
    for file in FILES {
        let text = fs::read_to_string(data.join(format!("names/{file}.train.tsv"))).unwrap();
        for line in text.lines() {
            let mut parts = line.split('\t');
            let (Some(latin), Some(native), Some(count)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            out.push(Spelt {
                latin: latin.to_owned(),
                native: native.replace(' ', ""),
                count: count.parse().unwrap(),
                token: true,
            });
        }
    }
    out
}

/// Groups of single words that are one name.
pub fn groups(data: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(data.join("names/person_names.txt")).unwrap();
    let group = |line: &str| -> Vec<String> {
        let names = line.split("=>").next().unwrap_or_default();
        names
            .split(", ")
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty() && !name.contains(' '))
            .collect()
    };
    text.lines().map(group).collect()
}

pub fn all_words(data: &Path) -> Vec<String> {
    tokens(data).into_iter().map(|pair| pair.native).chain(groups(data).into_iter().flatten()).collect()
}

/// A number under 256, by the Latin letters of a token.
fn tenth(latin: &str) -> u32 {
    latin.bytes().fold(7_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619)) >> 8 & 0xFF
}

/// Are constants chosen now? Then a second tenth is left out too, and measured.
fn rehearsing() -> bool {
    std::env::var_os("COMITY_REHEARSE").is_some()
}

/// Is a token held out? The first tenth is, by its Latin letters, to measure what ships; where `COMITY_REHEARSE` is set, the second too,
/// to choose constants by.
pub fn held_out(latin: &str) -> bool {
    tenth(latin) < if rehearsing() { 52 } else { 26 }
}

/// Is it measured now what the model makes of a token?
pub fn measured(latin: &str) -> bool {
    tenth(latin) / 26 == u32::from(rehearsing())
}

pub type ByScript = BTreeMap<Script, Vec<(Pair, Spelt)>>;

/// All pairs of Latin with another script; `Latin` holds spellings of one name in Latin letters, both ways round.
pub fn by_script(data: &Path) -> ByScript {
    let mut out = ByScript::new();
    let mut add = |spelt: Spelt| {
        let (Some((Script::Latin, latin)), Some((script, native))) =
            (symbols(&spelt.latin), symbols(&spelt.native))
        else {
            return;
        };
        let long = latin.len() > 20 || native.len() > 24 || latin.is_empty() || native.is_empty();
        if script == Script::Other || long || latin.iter().any(|symbol| *symbol > 63) {
            return;
        }
        let weight = (1.0 + spelt.count).ln();
        out.entry(script).or_default().push((Pair { latin, native, weight }, spelt));
    };
    tokens(data).into_iter().for_each(&mut add);
    for group in groups(data) {
        let latin: Vec<&String> = group
            .iter()
            .filter(|name| name.chars().all(|c| Script::of(c) == Script::Latin || !c.is_alphabetic()))
            .take(6)
            .collect();
        for one in &latin {
            let others = group.iter().filter(|name| name.as_str() != one.as_str());
            let others: Vec<&String> =
                others.filter(|name| latin.contains(name) || !name.is_ascii()).take(40).collect();
            for other in &others {
                let count = 1.0 / latin.len() as f64;
                add(Spelt { latin: (*one).clone(), native: (*other).clone(), count, token: false });
            }
        }
    }
    out
}

/// What is made of each script, two at a time.
pub fn for_each<T: Send>(scripts: &ByScript, make: impl Fn(Script, &[(Pair, Spelt)]) -> T + Sync) -> Vec<T> {
    let queue = Mutex::new(scripts.iter());
    let next = || queue.lock().unwrap().next();
    let work = || -> Vec<(Script, T)> {
        std::iter::from_fn(next).map(|(script, rows)| (*script, make(*script, rows))).collect()
    };
    let mut all: Vec<(Script, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_by_key(|(script, _)| *script);
    all.into_iter().map(|(_, made)| made).collect()
}

/// What the data say of names being one.
pub struct Truth {
    groups: HashMap<String, Vec<u32>>,
    attested: HashSet<(String, String)>,
}

impl Truth {
    pub fn read(data: &Path) -> Self {
        let mut groups: HashMap<String, Vec<u32>> = HashMap::new();
        for (at, group) in self::groups(data).into_iter().enumerate() {
            group.into_iter().for_each(|name| groups.entry(name).or_default().push(at as u32));
        }
        let attested = tokens(data).into_iter().map(|spelt| (spelt.latin, spelt.native)).collect();
        Self { groups, attested }
    }

    /// Is one name attested with the spelling of the other, or are both in one group?
    pub fn same(&self, one: (&str, &str), two: (&str, &str)) -> bool {
        let grouped = |a: &str, b: &str| {
            let (Some(a), Some(b)) = (self.groups.get(a), self.groups.get(b)) else { return false };
            a.iter().any(|group| b.contains(group))
        };
        let attested =
            |latin: &str, native: &str| self.attested.contains(&(latin.to_owned(), native.to_owned()));
        attested(one.0, two.1)
            || attested(two.0, one.1)
            || grouped(one.0, two.0)
            || grouped(one.0, two.1)
            || grouped(one.1, two.1)
    }
}
