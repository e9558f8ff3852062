//! Hash sets as other people hand them over: read as a stream, in memory that does not grow with the list.
//!
//! Three shapes: the media list of VICS 2.0 (JSON), a table with headers (CSV), and plain lists of one hash a line, as `md5sum` and its kin write
//! them. A bad line stops nothing and vanishes nowhere: it is told with its place and reason, and counted. Only what leaves no way to go on, as
//! broken JSON between items, ends the reading. There is no way out of here again: sets are evidence, and leave sealed or not at all.

mod entry;
mod json;
mod lines;
mod plain;
mod table;
#[cfg(test)]
mod tests;
mod vics;

pub use entry::{Entry, Reason, Refused};

use comity_model::marking::Marking;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io::{self, BufRead},
    ops::ControlFlow,
};

/// What a set is, from whom, and under which conditions it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HashSet {
    /// What it is called.
    pub name: String,
    /// Who gave it.
    pub source: String,
    /// What its categories mean.
    pub scheme: Scheme,
    /// Which edition it is, as its source numbers them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The conditions under which it was given; they hold for each entry.
    pub marking: Marking,
}

/// What categories mean; countries differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// What the scheme is called.
    pub name: String,
    /// Each category and what it means; empty where the source did not say.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
}

impl Scheme {
    /// Does the scheme know this category? One that lists none knows all.
    #[must_use]
    pub fn knows(&self, category: &str) -> bool {
        self.categories.is_empty() || self.categories.contains_key(category)
    }
}

/// What 64 hexadecimal digits are where nothing says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wide {
    /// SHA-256.
    #[default]
    Sha256,
    /// BLAKE3.
    Blake3,
    /// PDQ.
    Pdq,
}

/// The shape of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON with `value`, a list of media; or of cases, each with `Media`.
    Vics,
    /// A line of headers, then one entry a line; separated by comma, semicolon or tab.
    Csv,
    /// One hash a line, perhaps with a file's name.
    Plain(Wide),
}

/// What a list may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a line or item; longer ones are refused, and skipped without being kept.
    pub item: usize,
    /// Most entries; a longer list is refused from there on.
    pub entries: u64,
}

impl Default for Limits {
    /// A mebibyte an item, 500 million entries.
    fn default() -> Self {
        Self { item: 1 << 20, entries: 500_000_000 }
    }
}

/// What a list has at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// An entry.
    Entry(Box<Entry>),
    /// A line or item that is none.
    Refused(Refused),
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Entries.
    pub entries: u64,
    /// Lines or items that were refused.
    pub refused: u64,
    /// Empty lines and comments.
    pub skipped: u64,
    /// Did the reader of the items end it early?
    pub stopped: bool,
}

/// Why a list cannot be read further.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// It cannot be read.
    #[error("the list cannot be read: {0}; check the file and try again")]
    Io(#[from] io::Error),
    /// The JSON around the items is broken.
    #[error("the list is broken after byte `{at}`: {why}; ask its source for a whole one")]
    Syntax {
        /// How many bytes were read.
        at: u64,
        /// What was found or missing.
        why: &'static str,
    },
    /// No list of media.
    #[error("the list has no `value` with media; give a VICS 2.0 export, or say that it is CSV or plain")]
    NoMedia,
    /// No header that names a hash.
    #[error("no header of `{0}` names a hash; give one of `md5`, `sha1`, `sha256`, `blake3`, `pdq`")]
    NoHashColumn(String),
    /// More entries than allowed.
    #[error("the list has more than `{0}` entries; cut it into parts")]
    TooMany(u64),
}

/// Reads a list and hands each item on, in order; the reader of the items may end it.
pub fn read(
    list: impl BufRead,
    format: Format,
    limits: &Limits,
    each: impl FnMut(Item) -> ControlFlow<()>,
) -> Result<Summary, SetError> {
    let mut sink = Sink { each, summary: Summary::default(), most: limits.entries };
    match format {
        Format::Vics => vics::read(list, limits, &mut sink),
        Format::Csv => table::read(list, limits, &mut sink),
        Format::Plain(wide) => plain::read(list, wide, limits, &mut sink),
    }?;
    Ok(sink.summary)
}

/// Where items go: they are counted.
struct Sink<F> {
    each: F,
    summary: Summary,
    most: u64,
}

impl<F: FnMut(Item) -> ControlFlow<()>> Sink<F> {
    /// Hands an item on, and says whether to go on.
    fn take(&mut self, place: u64, item: Result<Entry, Reason>) -> Result<ControlFlow<()>, SetError> {
        let item = match item {
            Ok(entry) => {
                if self.summary.entries >= self.most {
                    return Err(SetError::TooMany(self.most));
                }
                self.summary.entries += 1;
                Item::Entry(Box::new(Entry { place, ..entry }))
            }
            Err(reason) => {
                self.summary.refused += 1;
                Item::Refused(Refused { place, reason })
            }
        };
        let flow = (self.each)(item);
        self.summary.stopped = flow.is_break();
        Ok(flow)
    }
}
