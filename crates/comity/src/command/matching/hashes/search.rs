//! Looks for hashes in hash-set files. What is looked for is held in memory; the sets, which may be of any size, go past.

use super::super::{
    pdq,
    selectors::next_line,
    sets::{each, tell_refused},
    table::{Cell, Rows, open},
};
use crate::{cli::matching::Hashes, failure::Failure};
use comity_hashes::{
    PdqHash,
    set::{Entry, Item},
};
use std::{collections::HashMap, path::Path};

const HOW: &str = "write `md5:`, `sha1:`, `sha256:`, `blake3:` or `pdq:` and its hexadecimal digits";

/// What is looked for.
#[derive(Default)]
struct Wanted {
    /// As it was asked for: a file's name, or the hash.
    asked: Vec<String>,
    md5: HashMap<[u8; 16], Vec<usize>>,
    sha1: HashMap<[u8; 20], Vec<usize>>,
    sha256: HashMap<[u8; 32], Vec<usize>>,
    blake3: HashMap<[u8; 32], Vec<usize>>,
    pdq: Vec<(PdqHash, usize)>,
}

/// One row of the answer.
struct Lead<'a> {
    asked: &'a str,
    hash: &'static str,
    distance: Option<u32>,
}

/// A row for each entry of a set that has what is looked for; a lead, and no proof.
pub fn run(ask: &Hashes, as_json: bool) -> Result<(), Failure> {
    let wanted = wanted(ask)?;
    let columns = ["asked", "hash", "distance", "set", "place", "category", "reference"];
    let mut rows = Rows::begin(as_json, &columns)?;
    for path in &ask.sets {
        one_set(ask, &wanted, path, &mut rows)?;
    }
    rows.finish()
}

fn one_set(ask: &Hashes, wanted: &Wanted, path: &Path, rows: &mut Rows) -> Result<(), Failure> {
    let (mut written, mut first) = (Ok(()), None);
    let name = path.display().to_string();
    let (_, summary) = each(path, ask.format, |item| match item {
        Item::Entry(entry) if written.is_ok() => {
            let leads = wanted.leads(&entry, ask.distance);
            written = leads.iter().try_for_each(|lead| write(rows, &name, &entry, lead));
        }
        Item::Refused(refused) => {
            first.get_or_insert_with(|| refused.to_string());
        }
        Item::Entry(_) => {}
    })?;
    written?;
    tell_refused(path, summary.refused, first.as_deref());
    if summary.entries == 0 && summary.refused > 0 {
        return Err(Failure::DoesNotHold(format!(
            "`{name}` has no entry that can be read; is it a hash set?"
        )));
    }
    Ok(())
}

fn write(rows: &mut Rows, set: &str, entry: &Entry, lead: &Lead<'_>) -> Result<(), Failure> {
    let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
    let (category, reference) = (text(&entry.category), text(&entry.reference));
    let distance = lead.distance.map_or(Cell::None, |distance| Cell::Count(u64::from(distance)));
    let cells = [
        Cell::Text(lead.asked),
        Cell::Text(lead.hash),
        distance,
        Cell::Text(set),
        Cell::Count(entry.place),
        Cell::Text(&category),
        Cell::Text(&reference),
    ];
    rows.row(cells.into_iter())
}

impl Wanted {
    /// Everything that an entry has of what is looked for; of several variants of a picture the nearest.
    fn leads(&self, entry: &Entry, distance: u32) -> Vec<Lead<'_>> {
        let mut leads = Vec::new();
        let mut exact = |hash: &'static str, found: Option<&Vec<usize>>| {
            let asked = found.into_iter().flatten().filter_map(|at| self.asked.get(*at));
            leads.extend(asked.map(|asked| Lead { asked, hash, distance: None }));
        };
        exact("md5", entry.md5.and_then(|digest| self.md5.get(&digest)));
        exact("sha1", entry.sha1.and_then(|digest| self.sha1.get(&digest)));
        exact("sha256", entry.sha256.and_then(|digest| self.sha256.get(&digest)));
        exact("blake3", entry.blake3.and_then(|digest| self.blake3.get(&digest)));
        leads.extend(entry.pdq.iter().flat_map(|hash| self.near(hash, distance)));
        leads
    }

    fn near(&self, hash: &PdqHash, most: u32) -> impl Iterator<Item = Lead<'_>> {
        let mut nearest: HashMap<usize, u32> = HashMap::new();
        for (wanted, at) in &self.pdq {
            let distance = wanted.distance(hash);
            if distance <= most {
                let known = nearest.entry(*at).or_insert(distance);
                *known = distance.min(*known);
            }
        }
        let mut found: Vec<(usize, u32)> = nearest.into_iter().collect();
        found.sort_unstable();
        found.into_iter().filter_map(|(at, distance)| {
            self.asked.get(at).map(|asked| Lead { asked, hash: "pdq", distance: Some(distance) })
        })
    }

    fn ask(&mut self, asked: &str) -> usize {
        self.asked.push(asked.to_owned());
        self.asked.len().saturating_sub(1)
    }

    fn add_hash(&mut self, text: &str) -> Result<(), Failure> {
        let (algorithm, digits) = parts(text);
        let wrong = || Failure::Usage(format!("`{text}` is no hash; {HOW}"));
        let at = self.ask(text);
        match algorithm {
            "md5" => self.md5.entry(digest(digits).ok_or_else(wrong)?).or_default().push(at),
            "sha1" => self.sha1.entry(digest(digits).ok_or_else(wrong)?).or_default().push(at),
            "sha256" => self.sha256.entry(digest(digits).ok_or_else(wrong)?).or_default().push(at),
            "blake3" => self.blake3.entry(digest(digits).ok_or_else(wrong)?).or_default().push(at),
            "pdq" => self.pdq.push((digits.parse().map_err(|_| wrong())?, at)),
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// A file's digests, and its PDQ hashes when it is a picture of enough quality.
    fn add_file(&mut self, path: &Path, quality: u8) -> Result<(), Failure> {
        let digests = super::of_file(path)?;
        let at = self.ask(&path.display().to_string());
        self.md5.entry(digests.md5).or_default().push(at);
        self.sha1.entry(digests.sha1).or_default().push(at);
        self.sha256.entry(digests.sha256).or_default().push(at);
        self.blake3.entry(digests.blake3).or_default().push(at);
        if let Ok(picture) = pdq::of_file(path)
            && picture.quality >= quality
        {
            self.pdq.extend(picture.hashes.map(|hash| (hash, at)));
        }
        Ok(())
    }
}

/// Algorithm and digits; without a word, by their number.
fn parts(text: &str) -> (&str, &str) {
    match text.split_once(':') {
        Some(parts) => parts,
        None => match text.len() {
            32 => ("md5", text),
            40 => ("sha1", text),
            64 => ("sha256", text),
            _ => ("", text),
        },
    }
}

fn digest<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).is_ok().then_some(bytes)
}

fn wanted(ask: &Hashes) -> Result<Wanted, Failure> {
    let mut wanted = Wanted::default();
    ask.hashes.iter().try_for_each(|hash| wanted.add_hash(hash))?;
    ask.files.iter().try_for_each(|path| wanted.add_file(path, ask.quality))?;
    if let Some(path) = &ask.list {
        add_list(&mut wanted, path)?;
    }
    Ok(wanted)
}

fn add_list(wanted: &mut Wanted, path: &Path) -> Result<(), Failure> {
    let (mut lines, mut line, mut number) = (open(path)?, Vec::new(), 0u64);
    while next_line(&mut lines, &mut line).map_err(|fault| Failure::file(path, &fault))? {
        number += 1;
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            let added = wanted.add_hash(text.trim());
            added.map_err(|fault| {
                Failure::DoesNotHold(format!("`{}`, line {number}: {fault}", path.display()))
            })?;
        }
    }
    Ok(())
}
