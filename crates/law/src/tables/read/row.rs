//! One row as it is read: its values by column, typed, with a fault for each that is not what it should be.

use super::{MOST_FAULTS, RowFault, columns::Columns};
use crate::{Cite, Confidence, tables::Table};
use comity_model::Jurisdiction;
use csv::StringRecord;
use jiff::civil::Date;
use std::{
    str::FromStr,
    sync::{Arc, LazyLock},
};

/// The years that a date of a treaty can fall in; anything else is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// What was found wrong so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<RowFault>);

impl Faults {
    pub(super) fn push(&mut self, file: &str, line: u32, reason: String) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(RowFault { file: file.to_owned(), line, reason });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Faults> for Vec<RowFault> {
    fn from(mut faults: Faults) -> Self {
        faults.0.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
        faults.0
    }
}

/// A row being read. A getter that cannot give what was asked records why; the table is then refused as a whole.
pub(super) struct Row<'a> {
    pub(super) table: Table,
    set: &'a str,
    columns: &'a Columns,
    record: &'a StringRecord,
    line: u32,
    faults: &'a mut Faults,
}

impl<'a> Row<'a> {
    /// A row with as many values as the header has columns, each on one line.
    pub(super) fn new(
        set: &'a str,
        table: Table,
        columns: &'a Columns,
        record: &'a StringRecord,
        line: u32,
        faults: &'a mut Faults,
    ) -> Option<Self> {
        let mut row = Self { table, set, columns, record, line, faults };
        if record.len() != columns.len() {
            row.fault(format!("has {} values where the header has {} columns", record.len(), columns.len()));
            return None;
        }
        // An open quotation mark would swallow the rows after it in silence.
        if record.as_slice().bytes().any(|byte| byte.is_ascii_control()) {
            row.fault(
                "has a value that runs over the end of the line; close the quotation mark before it".into(),
            );
            return None;
        }
        Some(row)
    }

    /// Records why the row cannot be taken.
    pub(super) fn fault(&mut self, reason: String) {
        self.faults.push(self.table.name(), self.line, reason);
    }

    fn get(&self, column: &str) -> &'a str {
        self.columns.place(column).and_then(|place| self.record.get(place)).unwrap_or_default().trim()
    }

    /// A value, which may be empty.
    pub(super) fn text(&self, column: &str) -> String {
        self.get(column).to_owned()
    }

    /// A value, if it is not empty.
    pub(super) fn optional(&self, column: &str) -> Option<String> {
        Some(self.get(column)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// A value that must be there.
    pub(super) fn word(&mut self, column: &str) -> Option<&'a str> {
        let value = self.get(column);
        if value.is_empty() {
            self.fault(format!("`{column}` is empty"));
            return None;
        }
        Some(value)
    }

    /// A value that must be there, as a text of its own.
    pub(super) fn needed(&mut self, column: &str) -> Option<String> {
        self.word(column).map(str::to_owned)
    }

    /// A code that must be there.
    pub(super) fn code<T: FromStr<Err: std::fmt::Display>>(&mut self, column: &str) -> Option<T> {
        let value = self.word(column)?;
        value.parse().map_err(|reason| self.fault(format!("`{column}`: {reason}"))).ok()
    }

    /// A state or territory that must be there.
    pub(super) fn state(&mut self, column: &str) -> Option<Jurisdiction> {
        let value = self.word(column)?;
        let found = STATES.binary_search_by(|known| known.code().cmp(value));
        found.ok().and_then(|place| STATES.get(place).copied()).or_else(|| self.code(column))
    }

    /// One of the words of a list.
    pub(super) fn one_of<T: Copy>(&mut self, column: &str, known: &[(&str, T)]) -> Option<T> {
        let value = self.word(column)?;
        let found = known.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let words: Vec<_> = known.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.fault(format!("`{column}` is `{value}`; it can be {}", words.join(", ")));
        }
        found
    }

    /// A whole number that must be there and fit.
    pub(super) fn number<T: TryFrom<u16>>(&mut self, column: &str) -> Option<T> {
        let value = self.word(column)?;
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        let number = Some(value).filter(|_| digits).and_then(|value| value.parse::<u16>().ok());
        let fits = number.and_then(|number| T::try_from(number).ok());
        if fits.is_none() {
            self.fault(format!("`{column}` is `{value}`, which is no whole number that fits"));
        }
        fits
    }

    /// A date as `YYYY-MM-DD`; `None` where it is empty or, with a fault, no date.
    pub(super) fn date(&mut self, column: &str) -> Option<Date> {
        let value = Some(self.get(column)).filter(|value| !value.is_empty())?;
        let found = Some(value).filter(|value| has_shape(value)).and_then(|value| value.parse::<Date>().ok());
        let found = found.filter(|date| YEARS.contains(&date.year()));
        if found.is_none() {
            self.fault(format!("`{column}` is `{value}`, which is no date; write it as 2024-02-29"));
        }
        found
    }

    /// Where the row stands and comes from.
    pub(super) fn cite(&mut self) -> Option<Arc<Cite>> {
        let (source, confidence) = (self.needed("source"), self.one_of("confidence", CONFIDENCE));
        let cite = Cite {
            table: self.table,
            line: self.line,
            source: source?,
            as_of: self.date("as_of"),
            confidence: confidence?,
            note: self.optional("note"),
            set: self.set.to_owned(),
        };
        Some(Arc::new(cite))
    }
}

/// Every code, in its order: some thousands are read at each start of a program.
static STATES: LazyLock<Vec<Jurisdiction>> = LazyLock::new(|| Jurisdiction::all().collect());

/// The words of the column `confidence`.
const CONFIDENCE: &[(&str, Confidence)] =
    &[("high", Confidence::High), ("medium", Confidence::Medium), ("low", Confidence::Low)];

/// Four digits, two and two: the parser of dates would take a time or a zone as well.
fn has_shape(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}
