//! An answer as a memo of one page in the reader's language: what to do, by when, and the sources.
//!
//! Lists are cut until the page holds them, and each says how many points are left out; the whole is in the answer itself.

mod page;
mod sections;
pub(crate) mod sources;
#[cfg(test)]
mod tests;
pub(crate) mod words;

pub use page::LINES;

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

/// How many points each list may have.
#[derive(Debug, Clone, Copy)]
struct Room {
    contents: usize,
    deadlines: usize,
    grounds: usize,
    /// Other pathways and caveats.
    rest: usize,
}

/// With this little the longest answers fit on a page.
const SPARE: Room = Room { contents: 2, deadlines: 1, grounds: 2, rest: 2 };

/// More than any list needs.
const PLENTY: usize = 24;

/// Writes the memo of an answer on a page of [`LINES`] lines.
#[must_use]
pub fn memo(answer: &Answer, language: Language) -> Memo {
    memo_within(answer, language, LINES)
}

/// Writes the memo of an answer on a page of so many lines of text: each list in turn gets one more point for as long as
/// the page holds it. With too few lines it is the shortest memo there is.
#[must_use]
pub fn memo_within(answer: &Answer, language: Language, lines: usize) -> Memo {
    let lists: [fn(&mut Room) -> &mut usize; 4] = [
        |room| &mut room.rest,
        |room| &mut room.contents,
        |room| &mut room.grounds,
        |room| &mut room.deadlines,
    ];
    let mut growing = lists.to_vec();
    let (mut room, mut best) = (SPARE, sections::draft(answer, language, SPARE));
    for _ in 0..PLENTY {
        growing.retain(|list| {
            let mut more = room;
            *list(&mut more) += 1;
            let draft = sections::draft(answer, language, more);
            let fits = page::fits(&draft, lines);
            if fits {
                (room, best) = (more, draft);
            }
            fits
        });
    }
    best
}

impl Memo {
    /// The memo as plain text, wrapped at 100 columns.
    #[must_use]
    pub fn text(&self) -> String {
        page::text(self)
    }
}
