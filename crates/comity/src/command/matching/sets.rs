//! Hash-set files, read as streams.

use super::table::open;
use crate::{cli::matching::SetFormat, failure::Failure};
use comity_hashes::set::{self, Entry, Format, Item, Limits, SetError, Summary, Wide};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    io::BufRead,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

/// Most refusals that are told one by one.
const TOLD: usize = 20;
/// Most categories that are counted apart; the rest is counted together.
const MOST_CATEGORIES: usize = 1_000;

/// Hands every entry of a file on; what is refused is told by the caller.
pub fn each(
    path: &Path,
    format: Option<SetFormat>,
    mut item: impl FnMut(Item),
) -> Result<(SetFormat, Summary), Failure> {
    let mut list = open(path)?;
    let format = match format {
        Some(format) => format,
        None => guess(&mut list).map_err(|fault| Failure::file(path, &fault))?,
    };
    let shape = match format {
        SetFormat::Vics => Format::Vics,
        SetFormat::Csv => Format::Csv,
        SetFormat::Plain => Format::Plain(Wide::Sha256),
        SetFormat::PlainBlake3 => Format::Plain(Wide::Blake3),
        SetFormat::PlainPdq => Format::Plain(Wide::Pdq),
    };
    let read = set::read(list, shape, &Limits::default(), |one| {
        item(one);
        ControlFlow::Continue(())
    });
    read.map(|summary| (format, summary)).map_err(|fault| unreadable(path, &fault))
}

fn unreadable(path: &Path, fault: &SetError) -> Failure {
    let text = format!("`{}`: {fault}", path.display());
    if matches!(fault, SetError::Io(_)) { Failure::Failed(text) } else { Failure::DoesNotHold(text) }
}

/// JSON begins with a brace or bracket; a first line with a header's word is CSV; all else is plain.
fn guess(list: &mut impl BufRead) -> std::io::Result<SetFormat> {
    let start = list.fill_buf()?;
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    if start.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'[')) {
        return Ok(SetFormat::Vics);
    }
    let line =
        String::from_utf8_lossy(start.split(|byte| *byte == b'\n').next().unwrap_or_default()).to_lowercase();
    let plain: String = line.chars().filter(|sign| !matches!(sign, '-' | '_' | ' ' | '"')).collect();
    let is_header = plain
        .split([',', ';', '\t'])
        .any(|word| ["md5", "sha1", "sha256", "blake3", "pdq"].contains(&word.trim()));
    let has_more = plain.contains([',', ';', '\t']) || plain.trim().len() < 32;
    Ok(if is_header && has_more { SetFormat::Csv } else { SetFormat::Plain })
}

/// What a check found.
#[derive(Debug, Serialize)]
pub struct Check {
    file: PathBuf,
    format: &'static str,
    entries: u64,
    md5: u64,
    sha1: u64,
    sha256: u64,
    blake3: u64,
    pdq: u64,
    /// Entries by category; an empty name stands for none.
    categories: BTreeMap<String, u64>,
    refused: u64,
    /// The first refusals.
    faults: Vec<Refusal>,
    skipped: u64,
}

#[derive(Debug, Serialize)]
struct Refusal {
    place: u64,
    why: String,
}

impl Check {
    /// Reads a file to its end, counts, and keeps nothing of it.
    pub fn of(path: &Path, format: Option<SetFormat>) -> Result<Self, Failure> {
        let mut check = Self::empty(path);
        let (format, summary) = each(path, format, |item| check.take(item))?;
        check.format = word(format);
        (check.entries, check.refused, check.skipped) = (summary.entries, summary.refused, summary.skipped);
        Ok(check)
    }

    fn empty(path: &Path) -> Self {
        Self {
            file: path.to_owned(),
            format: "",
            entries: 0,
            md5: 0,
            sha1: 0,
            sha256: 0,
            blake3: 0,
            pdq: 0,
            categories: BTreeMap::new(),
            refused: 0,
            faults: Vec::new(),
            skipped: 0,
        }
    }

    fn take(&mut self, item: Item) {
        match item {
            Item::Entry(entry) => self.count(*entry),
            Item::Refused(refused) if self.faults.len() < TOLD => {
                self.faults.push(Refusal { place: refused.place, why: refused.reason.to_string() });
            }
            Item::Refused(_) => {}
        }
    }

    fn count(&mut self, entry: Entry) {
        self.md5 += u64::from(entry.md5.is_some());
        self.sha1 += u64::from(entry.sha1.is_some());
        self.sha256 += u64::from(entry.sha256.is_some());
        self.blake3 += u64::from(entry.blake3.is_some());
        self.pdq += u64::from(entry.pdq.is_some());
        let category = entry.category.unwrap_or_default();
        let is_full = self.categories.len() >= MOST_CATEGORIES && !self.categories.contains_key(&category);
        *self.categories.entry(if is_full { "others".to_owned() } else { category }).or_default() += 1;
    }

    /// How the file is written.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// Is every line an entry?
    pub fn holds(&self) -> Result<(), Failure> {
        if self.refused == 0 && self.entries > 0 {
            return Ok(());
        }
        let all = self.entries + self.refused;
        Err(Failure::DoesNotHold(format!(
            "`{}`: {} of {all} entries refused",
            self.file.display(),
            self.refused
        )))
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut lines = vec![format!(
            "`{}`: {}, {} entries, {} refused",
            self.file.display(),
            self.format,
            self.entries,
            self.refused
        )];
        let kinds = [
            (self.md5, "MD5"),
            (self.sha1, "SHA-1"),
            (self.sha256, "SHA-256"),
            (self.blake3, "BLAKE3"),
            (self.pdq, "PDQ"),
        ];
        let with: Vec<String> = kinds
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{name} {count}"))
            .collect();
        lines.push(format!("hashes: {}", with.join(", ")));
        let name = |name: &String| if name.is_empty() { "none".to_owned() } else { name.clone() };
        let categories: Vec<String> =
            self.categories.iter().map(|(category, count)| format!("{} {count}", name(category))).collect();
        lines.push(format!("categories: {}", categories.join(", ")));
        let place = if self.format == "vics" { "item" } else { "line" };
        lines.extend(self.faults.iter().map(|fault| format!("{place} {}: {}", fault.place, fault.why)));
        lines.join("\n")
    }
}

/// As nodes call it.
pub fn word(format: SetFormat) -> &'static str {
    match format {
        SetFormat::Vics => "vics",
        SetFormat::Csv => "csv",
        SetFormat::Plain => "plain",
        SetFormat::PlainBlake3 => "plain_blake3",
        SetFormat::PlainPdq => "plain_pdq",
    }
}

/// Says on standard error what a search passed over.
pub fn tell_refused(path: &Path, refused: u64, first: Option<&str>) {
    if let Some(first) = first {
        eprintln!(
            "comity: `{}`: {refused} entries refused and not searched, the first {first}",
            path.display()
        );
    }
}
