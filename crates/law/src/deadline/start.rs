//! `deadline_triggers.csv`: for each row of `deadlines.csv` the code of its event, who is bound, whose clock counts, and
//! what meets, prolongs or suspends it. It is compiled in; a row that an imported set adds gets a code made of its words.

use super::{DeadlineKind, Side};
use crate::{Instrument, tables::DeadlineRow};
use std::{borrow::Cow, sync::LazyLock};

/// Whose zone and holidays count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Requesting,
    Requested,
    /// The Netherlands, depositary of the Hague Conventions.
    Depositary,
}

/// What the table says of a deadline.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) trigger: String,
    pub(super) side: Side,
    pub(super) clock: Whose,
    pub(super) met_by: Vec<String>,
    /// Whether someone owes an act, so that someone can be late.
    pub(super) owed: bool,
    /// The articles of the periods that it prolongs.
    pub(super) extends: Vec<String>,
    /// The article that suspends the period.
    pub(super) suspended_by: Option<String>,
    /// Whether the table has the row.
    pub(super) known: bool,
}

/// A line: the key of a row, then what it says.
struct Line {
    instrument: Instrument,
    article: String,
    length: u16,
    unit: String,
    start: Start,
}

static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let text = include_str!("../../../../law/deadline_triggers.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().filter_map(|record| line(&record.ok()?)).collect()
});

impl Line {
    fn is_of(&self, row: &DeadlineRow) -> bool {
        self.instrument == row.instrument
            && self.length == row.length
            && self.article == row.article
            && self.unit == row.unit
    }
}

/// What the table says of a row.
pub(super) fn of(row: &DeadlineRow) -> Cow<'static, Start> {
    let found = LINES.iter().find(|line| line.is_of(row));
    found.map_or_else(|| Cow::Owned(derived(row)), |line| Cow::Borrowed(&line.start))
}

/// For a row that the table lacks: the code is made of its words, and the requested state is taken to be bound.
fn derived(row: &DeadlineRow) -> Start {
    let kind = row.kind.parse();
    Start {
        trigger: code(&row.trigger),
        side: Side::Other,
        clock: Whose::Requested,
        met_by: Vec::new(),
        owed: matches!(kind, Ok(DeadlineKind::Maximum | DeadlineKind::Target)),
        extends: Vec::new(),
        suspended_by: None,
        known: false,
    }
}

/// Words as a code: `Receipt of the (new) form` becomes `receipt_of_the_new_form`.
fn code(words: &str) -> String {
    let parts = words.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

fn line(record: &csv::StringRecord) -> Option<Line> {
    let field = |at: usize| record.get(at).map(str::to_owned);
    let list = |at: usize| -> Option<Vec<String>> {
        Some(record.get(at)?.split(';').filter(|one| !one.is_empty()).map(str::to_owned).collect())
    };
    let start = Start {
        trigger: field(4)?,
        side: side(record.get(5)?)?,
        clock: clock(record.get(6)?)?,
        met_by: list(7)?,
        owed: record.get(8)? == "yes",
        extends: list(9)?,
        suspended_by: field(10).filter(|article| !article.is_empty()),
        known: true,
    };
    let (instrument, length) = (record.get(0)?.parse().ok()?, record.get(2)?.parse().ok()?);
    Some(Line { instrument, article: field(1)?, length, unit: field(3)?, start })
}

fn side(text: &str) -> Option<Side> {
    Some(match text {
        "requesting" => Side::Requesting,
        "requested" => Side::Requested,
        "other" => Side::Other,
        _ => return None,
    })
}

fn clock(text: &str) -> Option<Whose> {
    Some(match text {
        "requesting" => Whose::Requesting,
        "requested" => Whose::Requested,
        "depositary" => Whose::Depositary,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Law;

    #[test]
    fn every_line_is_read_and_belongs_to_a_row() {
        let text = include_str!("../../../../law/deadline_triggers.csv");
        assert_eq!(LINES.len(), text.lines().count() - 1);
        let rows = &Law::shipped().tables().deadlines;
        assert_eq!(rows.len(), LINES.len());
        assert!(rows.iter().all(|row| of(row).known));
    }

    #[test]
    fn what_someone_owes_can_be_met() {
        for line in LINES.iter().filter(|line| line.start.owed) {
            assert!(!line.start.met_by.is_empty(), "{} {}", line.instrument, line.article);
        }
    }

    #[test]
    fn a_row_that_the_table_lacks_gets_a_code_of_its_words() {
        assert_eq!(code("Receipt of the (new) form, art. 3"), "receipt_of_the_new_form_art_3");
    }
}
