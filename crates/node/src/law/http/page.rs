//! A memo as the pages that are printed: the law engine and the setting of pages do not know each other.

use comity_formats::pdf::{Document, Line, Section};
use comity_law::memo::{self, Memo};
use jiff::civil::Date;

pub(super) fn of(memo: Memo, date: Date) -> Document {
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
