//! Reads the CSV tables, row by row, and refuses a table as a whole where one row is wrong.
//!
//! What a single row may say is checked here; whether it contradicts another set is asked in [`crate::set`].

mod check;
mod columns;
mod facts;
pub(crate) mod keys;
mod row;
mod states;

use super::{Table, Tables};
use columns::Columns;
use row::{Faults, Row};
use std::collections::BTreeMap;

/// How many faults are reported at most; who mends a hundred reads the set again.
pub const MOST_FAULTS: usize = 100;

/// A row that cannot be taken: the file, the line and the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}.csv line {line}: {reason}")]
pub struct RowFault {
    /// The table as named in the set.
    pub file: String,
    /// The line, the header being line 1; 0 for the file as a whole.
    pub line: u32,
    /// What is wrong, and what would be right.
    pub reason: String,
}

/// Reads tables given as text by name. Faults are reported together, [`MOST_FAULTS`] at most, and nothing is returned
/// where there is one.
///
/// # Errors
///
/// A table that is not known, a header that is not the table's, or a row that cannot be true: an unknown code, an
/// impossible date, a missing source, the same key twice.
pub fn read(set: &str, files: &BTreeMap<String, String>) -> Result<Tables, Vec<RowFault>> {
    let mut tables = Tables::default();
    let mut faults = Faults::default();
    for (name, text) in files {
        match Table::ALL.iter().find(|known| known.name() == name) {
            Some(table) => read_table(set, *table, text, &mut tables, &mut faults),
            None => faults.push(name, 0, "is no table of the legal data; see `Table` for the names".into()),
        }
    }
    check::no_key_twice(&tables, &mut faults);
    check::no_acceptance_taken_back(&tables, &mut faults);
    if faults.is_empty() { Ok(tables) } else { Err(faults.into()) }
}

/// Reads one table's rows into `tables`.
fn read_table(set: &str, table: Table, text: &str, tables: &mut Tables, faults: &mut Faults) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Lines::new(text);
    let mut columns = None;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(fault) => return faults.push(table.name(), 0, format!("is not CSV: {fault}")),
        };
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        match &columns {
            None => match Columns::read(table, &record) {
                Ok(header) => columns = Some(header),
                Err(reason) => return faults.push(table.name(), line, reason),
            },
            Some(columns) => {
                if let Some(mut row) = Row::new(set, table, columns, &record, line, faults) {
                    take(&mut row, tables);
                }
            }
        }
    }
    if columns.is_none() {
        faults.push(table.name(), 0, "is empty; give at least the header".into());
    }
}

/// Reads a row as one of its table.
fn take(row: &mut Row<'_>, tables: &mut Tables) {
    if let Some(instrument) = row.table.parties_of() {
        let parties = tables.parties.entry(instrument).or_default();
        return parties.extend(states::party(row));
    }
    match row.table {
        Table::Hague1980Acceptances => tables.acceptances.extend(states::acceptance(row)),
        Table::Hague1980Territories => tables.territories.extend(states::territory(row)),
        Table::Hague1996Objections => tables.objections.extend(states::objection(row)),
        Table::EuInstrumentsByState => tables.participants.extend(states::participant(row)),
        Table::Deadlines => tables.deadlines.extend(facts::deadline(row)),
        Table::TimeComputationRules => tables.time_rules.extend(facts::time_rule(row)),
        Table::Grounds => tables.grounds.extend(facts::ground(row)),
        Table::RequiredContents => tables.contents.extend(facts::content(row)),
        Table::OffenceMap => tables.offences.extend(facts::offence(row)),
        Table::AgeDefinitions => tables.ages.extend(facts::age(row)),
        Table::NeedToInstrument => tables.needs.extend(facts::need(row)),
        Table::Admissibility => tables.admissibility.extend(facts::admissibility(row)),
        _ => {}
    }
}

/// Counts the lines up to where a record begins. The reader's own count stands on a blank line before a record.
struct Lines<'a> {
    bytes: &'a [u8],
    read: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), read: 0, line: 1 }
    }

    /// The line of the first character of the record that begins at `byte` or after the line ends that follow it.
    fn at(&mut self, byte: u64) -> u32 {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(here) = self.bytes.get(self.read) {
            let ends_line = match here {
                b'\n' => true,
                b'\r' => self.bytes.get(self.read + 1) != Some(&b'\n'),
                _ if self.read >= begin => break,
                _ => false,
            };
            self.line = self.line.saturating_add(u32::from(ends_line));
            self.read += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests;
