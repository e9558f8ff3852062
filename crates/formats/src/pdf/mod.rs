//! Sets a simple document as PDF: a title, sections with lines, a foot; A4, in scripts that run either way.
//!
//! The file is tagged, names its title and language, embeds its fonts and is written to the rules of PDF/A-2a (ISO 19005-2)
//! and PDF/UA-1 (ISO 14289-1). Not for free layout, pictures or tables, and not a reader. The same document gives the same
//! bytes: there is no clock and no randomness in it.

mod embed;
mod fonts;
mod layout;
mod metadata;
mod paint;
mod plan;
mod sfnt;
mod shape;
#[cfg(test)]
mod tests;
mod write;

use jiff::civil::Date;
use std::collections::BTreeSet;

/// The most characters that a document may have, headings included.
pub const MAX_CHARACTERS: usize = 8_000_000;

/// What is to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Stands at the top and in the metadata; not empty.
    pub title: String,
    /// Stands below the title, if it is not empty.
    pub subtitle: String,
    /// The BCP 47 tag of the language, such as `en`, `fr`, `es` or `ar`. It decides on which side lines begin.
    pub language: String,
    /// The parts of the document, in order.
    pub sections: Vec<Section>,
    /// Stands at the bottom of every page, if it is not empty.
    pub foot: String,
    /// The day that the metadata give as the document's.
    pub date: Date,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading; none is set where it is empty.
    pub heading: String,
    /// What stands below the heading.
    pub lines: Vec<Line>,
}

/// A paragraph of a section. `\n` within it begins a new line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Plain text.
    Text(String),
    /// An item of a list, with a bullet.
    Point(String),
    /// An item of a list that somebody is to tick off, with an empty box.
    Tick(String),
    /// Where something is from, in smaller letters. It belongs to the line before it.
    Source(String),
    /// A heading below the section's own.
    Heading(String),
    /// Text that is not to be missed, in bold letters.
    Strong(String),
}

/// A document that has been set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many pages it has, one at least.
    pub pages: usize,
    /// Characters for which no font of ours has a shape; `\u{fffd}` stands in their place.
    pub replaced: BTreeSet<char>,
}

/// Why a document cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// ISO 14289-1, 7.1 asks for a title.
    #[error("the document has no title; give it one")]
    NoTitle,
    /// Readers choose voice and hyphenation by the language.
    #[error("`{0}` is no language tag; give one such as `en`, `fr`, `es` or `ar`")]
    Language(String),
    /// Nobody prints that.
    #[error("the document has {0} characters; split it into documents of at most {MAX_CHARACTERS}")]
    TooLong(usize),
    /// One of the fonts that come with this library is damaged.
    #[error("the font {0} cannot be used; build the program anew")]
    Font(&'static str),
}

/// Sets a document as PDF.
///
/// # Errors
/// [`PdfError`], for a document without title, without language, or too long.
pub fn set(document: &Document) -> Result<Vec<u8>, PdfError> {
    print(document).map(|printed| printed.bytes)
}

/// As [`set`], and tells the number of pages and the characters that had to be replaced.
///
/// # Errors
/// As [`set`].
pub fn print(document: &Document) -> Result<Printed, PdfError> {
    check(document)?;
    let fonts = fonts::Fonts::load()?;
    write::write(document, &fonts)
}

fn check(document: &Document) -> Result<(), PdfError> {
    if document.title.trim().is_empty() {
        return Err(PdfError::NoTitle);
    }
    if !is_language(&document.language) {
        return Err(PdfError::Language(document.language.clone()));
    }
    let size = document.size();
    if size > MAX_CHARACTERS {
        return Err(PdfError::TooLong(size));
    }
    Ok(())
}

/// Has it the shape of a BCP 47 tag (RFC 5646, 2.1)?
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let fits =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic()) && parts.all(fits)
}

impl Document {
    /// Characters in all its texts.
    fn size(&self) -> usize {
        let lines = self.sections.iter().flat_map(|section| &section.lines).map(Line::text);
        let headings = self.sections.iter().map(|section| section.heading.as_str());
        let ends = [&self.title, &self.subtitle, &self.foot].map(String::as_str);
        ends.into_iter().chain(headings).chain(lines).map(|text| text.chars().count()).sum()
    }

    /// Do lines of its language begin on the right?
    fn right_to_left(&self) -> bool {
        let language = self.language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        ["ar", "fa", "ur", "ps", "ckb", "ug", "sd"].contains(&language.as_str())
    }
}

impl Line {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Point(text) | Self::Tick(text) => text,
            Self::Source(text) | Self::Heading(text) | Self::Strong(text) => text,
        }
    }
}
