//! An answer as a memo of one page in the reader's language: what to do, by when, and the sources.
//!
//! Lists are cut until the page holds them, and each says how many points are left out; the whole is in the answer itself.

mod page;
mod sections;
mod sources;
#[cfg(test)]
mod tests;
mod words;

use crate::{Language, pathway::Answer};
use serde::Serialize;

/// A memo, ready to be set as text or as a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Memo {
    /// Its language, which gives its direction.
    pub language: Language,
    /// The title.
    pub title: String,
    /// One line under the title: what was asked, for which day.
    pub subtitle: String,
    /// Sections in order.
    pub sections: Vec<Section>,
    /// The foot: data sets, their date, that it is no legal advice.
    pub foot: String,
}

/// A section of a memo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A paragraph.
    Text(String),
    /// A point of a list.
    Point(String),
    /// A box to tick, with what goes in it.
    Tick(String),
    /// Small print, such as a source.
    Source(String),
}

/// How many points a list may have, from generous to spare; the first with which the page holds the memo is taken.
const ROOM: [usize; 9] = [12, 9, 7, 6, 5, 4, 3, 2, 1];

/// Writes the memo of an answer.
#[must_use]
pub fn memo(answer: &Answer, language: Language) -> Memo {
    let [.., spare] = ROOM;
    let mut drafts = ROOM.into_iter().map(|room| sections::draft(answer, language, room));
    drafts.find(|draft| page::fits(draft)).unwrap_or_else(|| sections::draft(answer, language, spare))
}

impl Memo {
    /// The memo as plain text, wrapped at 100 columns.
    #[must_use]
    pub fn text(&self) -> String {
        page::text(self)
    }
}
