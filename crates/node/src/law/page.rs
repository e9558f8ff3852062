//! A memo as the page that is printed: the law engine and the setting of pages do not know each other.

use comity_formats::pdf::{Document, Line, PdfError, Printed, Section, print};
use comity_law::{
    Language,
    memo::{self, LINES, Memo, memo_within},
    pathway::Answer,
};
use jiff::civil::Date;

/// By how many lines of text a memo is shortened at a time until it is one page; headings and gaps take more on paper.
const STEP: usize = 4;
/// With fewer lines nothing is left out any more.
const FEWEST: usize = 32;

/// The memo of an answer as PDF, on one page if the shortest memo of it fits on one.
///
/// # Errors
/// Where the page cannot be set.
pub fn print_memo(answer: &Answer, language: Language, date: Date) -> Result<Vec<u8>, PdfError> {
    printed(answer, language, date).map(|printed| printed.bytes)
}

/// A memo as PDF, on as many pages as it needs.
///
/// # Errors
/// Where a page cannot be set.
pub(crate) fn print_pages(memo: Memo, date: Date) -> Result<Vec<u8>, PdfError> {
    print(&document(memo, date)).map(|printed| printed.bytes)
}

fn printed(answer: &Answer, language: Language, date: Date) -> Result<Printed, PdfError> {
    let mut lines = LINES;
    loop {
        let printed = print(&document(memo_within(answer, language, lines), date))?;
        if printed.pages == 1 || lines <= FEWEST {
            return Ok(printed);
        }
        lines -= STEP;
    }
}

fn document(memo: Memo, date: Date) -> Document {
    Document {
        title: memo.title,
        subtitle: memo.subtitle,
        language: memo.language.tag().to_owned(),
        sections: memo.sections.into_iter().map(section).collect(),
        foot: memo.foot,
        date,
    }
}

fn section(section: memo::Section) -> Section {
    Section { heading: section.heading, lines: section.lines.into_iter().map(line).collect() }
}

fn line(line: memo::Line) -> Line {
    match line {
        memo::Line::Text(text) => Line::Text(text),
        memo::Line::Point(text) => Line::Point(text),
        memo::Line::Tick(text) => Line::Tick(text),
        memo::Line::Source(text) => Line::Source(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_law::{
        Law, Need,
        pathway::{Facts, Question, pathways},
    };
    use jiff::civil::date;

    #[test]
    fn a_memo_is_one_page_for_every_need_and_in_every_language() {
        let on = date(2026, 11, 21);
        for (from, to) in [("FR", "ES"), ("ES", "MA"), ("FR", "US")] {
            for need in Need::ALL {
                let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
                let facts = Facts { offence: Some("C08".into()), ..Facts::default() };
                let question = Question { from, to, need, event: Some(date(2026, 5, 1)), on, facts };
                let answer = pathways(Law::shipped(), &question, jiff::Timestamp::UNIX_EPOCH);
                for language in Language::ALL {
                    let pages = printed(&answer, language, on).unwrap().pages;
                    assert_eq!(pages, 1, "{need} from {} in {language:?}", question.from);
                }
            }
        }
    }
}
