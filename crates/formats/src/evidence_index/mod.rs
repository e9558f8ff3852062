//! The index of a court bundle for people, as PDF: what is in it, how to verify it, and who had each item when.
//!
//! Gaps and open hand-overs are said in words. It shows no evidence, decides nothing and proves nothing: what proves are the
//! signed files of the bundle. The same input gives the same bytes.

mod custody;
mod item;
mod phrases;
#[cfg(test)]
mod tests;

pub use phrases::Language;

use crate::evidence::{Description, Item, shown_text};
use crate::pdf::{self, Document, Line, PdfError, Printed, Section};
use comity_model::id::ItemId;
use jiff::{Timestamp, tz::TimeZone};
use std::collections::{BTreeSet, HashMap};

/// What an index is made of. Texts that are handed in are in the reader's language.
#[derive(Debug, Clone, Copy)]
pub struct Index<'a> {
    /// The bundle and its items.
    pub description: &'a Description,
    /// What the check of admissibility found.
    pub findings: &'a [Finding],
    /// One line for each timestamp (RFC 3161), such as authority, time and file.
    pub timestamps: &'a [String],
    /// One line for each checkpoint of a ledger, such as origin, size and root hash.
    pub checkpoints: &'a [String],
    /// Commands that verify the bundle, shown as they are.
    pub commands: &'a [String],
}

/// A finding of the check of admissibility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The item; none where it is of the bundle.
    pub item: Option<ItemId>,
    /// Its status in a word or two.
    pub status: String,
    /// What was found.
    pub text: String,
}

/// Sets the index. Characters that no font of ours has are written as `‹U+4E2D›`, so that different names look different;
/// [`Printed::replaced`] is empty then.
///
/// # Errors
/// [`PdfError::TooLong`] for bundles of some ten thousand items.
pub fn print(index: &Index<'_>, language: Language) -> Result<Printed, PdfError> {
    let printed = pdf::print(&document(index, language, &BTreeSet::new()))?;
    if printed.replaced.is_empty() {
        return Ok(printed);
    }
    pdf::print(&document(index, language, &printed.replaced))
}

fn document(index: &Index<'_>, language: Language, unset: &BTreeSet<char>) -> Document {
    let description = index.description;
    let items = description.items.iter().map(|item| (item.id, item)).collect();
    let writer = Writer { language, unset, items };
    let bundle = writer.free(&description.bundle);
    let mut sections = vec![writer.bundle(description), writer.verify(index), writer.list(description)];
    sections.push(writer.notable(description));
    sections.push(writer.findings(index.findings));
    sections.push(writer.texts("heading.timestamps", index.timestamps));
    sections.push(writer.texts("heading.checkpoints", index.checkpoints));
    sections.extend(description.items.iter().map(|item| writer.item(item)));
    sections.retain(|section| !section.lines.is_empty());
    Document {
        title: writer.say("title", &[]),
        subtitle: writer.subtitle(description),
        language: language.tag().to_owned(),
        sections,
        foot: writer.say("foot", &[("bundle", &bundle)]),
        date: description.made_at.to_zoned(TimeZone::UTC).date(),
    }
}

/// Writes the texts of an index in one language.
struct Writer<'a> {
    language: Language,
    /// Characters that no font has.
    unset: &'a BTreeSet<char>,
    items: HashMap<ItemId, &'a Item>,
}

impl Writer<'_> {
    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        phrases::say(self.language, key, values)
    }

    fn text(&self, key: &str, values: &[(&str, &str)]) -> Line {
        Line::Text(self.say(key, values))
    }

    /// A text of others, harmless and apart from what stands around it (UAX #9, FSI and PDI).
    fn free(&self, text: &str) -> String {
        let mut free = String::from('\u{2068}');
        for letter in shown_text(text).chars() {
            match letter {
                '⟨' => free.push('‹'),
                '⟩' => free.push('›'),
                _ if self.unset.contains(&letter) => free.push_str(&format!("‹U+{:04X}›", u32::from(letter))),
                _ => free.push(letter),
            }
        }
        free.push('\u{2069}');
        free
    }

    /// What runs from left to right in every language: times, numbers, hashes.
    fn left(&self, text: &str) -> String {
        format!("\u{2066}{text}\u{2069}")
    }

    fn time(&self, at: Timestamp) -> String {
        self.left(&at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
    }

    /// Digits in groups of three.
    fn number(&self, number: u128) -> String {
        let digits = number.to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
        self.left(&groups.join("\u{202f}"))
    }

    fn subtitle(&self, description: &Description) -> String {
        let case = self.free(&description.case_reference);
        let (at, authority) = (self.time(description.made_at), self.free(description.made_by.as_str()));
        self.say("subtitle", &[("case", &case), ("at", &at), ("authority", &authority)])
    }

    fn bundle(&self, description: &Description) -> Section {
        let bytes = description.items.iter().map(|item| u128::from(item.size)).sum();
        let (count, bytes) = (self.left(&description.items.len().to_string()), self.number(bytes));
        let bundle = self.free(&description.bundle);
        let values = [("bundle", bundle.as_str()), ("count", &count), ("bytes", &bytes)];
        let lines = vec![self.text("bundle", &values), self.text("bundle.reading", &[])];
        Section { heading: String::new(), lines }
    }

    fn verify(&self, index: &Index<'_>) -> Section {
        let tools = ["sha256sum FILE", "shasum -a 256 FILE", "certutil -hashfile FILE SHA256"];
        let [linux, mac, windows] = tools.map(|command| self.left(command));
        let hash = [("linux", linux.as_str()), ("mac", &mac), ("windows", &windows)];
        let mut said = vec![self.say("verify.hash", &hash), self.say("verify.custody", &[])];
        if !index.timestamps.is_empty() {
            said.push(self.say("verify.timestamps", &[("command", &self.left("openssl ts -verify"))]));
        }
        for command in index.commands {
            said.push(self.say("verify.command", &[("command", &self.free(command))]));
        }
        said.push(self.say("verify.signs", &[("sign", &self.left("‹U+202E›"))]));
        Section {
            heading: self.say("heading.verify", &[]),
            lines: said.into_iter().map(Line::Point).collect(),
        }
    }

    fn list(&self, description: &Description) -> Section {
        let lines = description.items.iter().map(|item| Line::Point(self.listed(item))).collect();
        Section { heading: self.say("heading.items", &[]), lines }
    }

    /// What is missing or open in the custody of all items, for whoever reads only the first page.
    fn notable(&self, description: &Description) -> Section {
        let mut lines = Vec::new();
        for item in &description.items {
            let exhibit = self.free(&item.exhibit);
            for text in self.notices(item) {
                lines.push(Line::Point(self.say("notice", &[("exhibit", &exhibit), ("text", &text)])));
            }
        }
        Section { heading: self.say("heading.notices", &[]), lines }
    }

    fn findings(&self, findings: &[Finding]) -> Section {
        let lines = findings.iter().map(|finding| Line::Point(self.finding(finding))).collect();
        Section { heading: self.say("heading.findings", &[]), lines }
    }

    fn finding(&self, finding: &Finding) -> String {
        let (status, text) = (self.free(&finding.status), self.free(&finding.text));
        match finding.item {
            None => self.say("finding", &[("status", &status), ("text", &text)]),
            Some(id) => {
                let exhibit = self.items.get(&id).map_or_else(|| id.to_string(), |item| item.exhibit.clone());
                let exhibit = self.free(&exhibit);
                self.say("finding.item", &[("status", &status), ("exhibit", &exhibit), ("text", &text)])
            }
        }
    }

    fn texts(&self, heading: &str, texts: &[String]) -> Section {
        let lines = texts.iter().map(|text| Line::Point(self.free(text))).collect();
        Section { heading: self.say(heading, &[]), lines }
    }
}
