//! The numbered sources of a memo.

use crate::{Cite, Confidence, Phrase, tables::Table};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Sources in the order of their first use. Rows from one source, read on one date, share a number.
#[derive(Default)]
pub(crate) struct Sources {
    entries: Vec<Entry>,
}

struct Entry {
    row: Arc<Cite>,
    tables: BTreeMap<Table, BTreeSet<u32>>,
}

impl Sources {
    /// Takes rows and returns their numbers, such as ` [1][3]`; nothing for no rows.
    pub(crate) fn cite(&mut self, rows: &[Arc<Cite>]) -> String {
        let numbers: BTreeSet<usize> = rows.iter().map(|row| self.number(row)).collect();
        let marks: String = numbers.iter().map(|number| format!("[{number}]")).collect();
        if marks.is_empty() { marks } else { format!(" {marks}") }
    }

    fn number(&mut self, row: &Arc<Cite>) -> usize {
        let same = |entry: &Entry| {
            let known = &entry.row;
            (known.as_of, known.confidence) == (row.as_of, row.confidence)
                && shortened(&known.source) == shortened(&row.source)
        };
        let at = self.entries.iter().position(same).unwrap_or(self.entries.len());
        if at == self.entries.len() {
            self.entries.push(Entry { row: Arc::clone(row), tables: BTreeMap::new() });
        }
        if let Some(entry) = self.entries.get_mut(at) {
            entry.tables.entry(row.table).or_default().insert(row.line);
        }
        at + 1
    }

    /// Each source as a line: number, where it comes from, its date and confidence, tables and lines.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Phrase> {
        self.entries.iter().enumerate().map(|(at, entry)| {
            let key = match entry.row.confidence {
                Confidence::High => "memo.source.high",
                Confidence::Medium => "memo.source.medium",
                Confidence::Low => "memo.source.low",
            };
            let as_of = entry.row.as_of.map_or_else(|| "-".to_owned(), |day| day.to_string());
            let said = Phrase::new(key).with("number", at + 1).with("source", shortened(&entry.row.source));
            said.with("as_of", as_of).with("rows", rows(&entry.tables))
        })
    }
}

/// Tables with their lines, such as `deadlines 3, grounds 2 4`.
fn rows(tables: &BTreeMap<Table, BTreeSet<u32>>) -> String {
    let one = |(table, lines): (&Table, &BTreeSet<u32>)| {
        let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
        format!("{table} {}", lines.join(" "))
    };
    tables.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A source in a line: up to its first remark where that is long enough. The whole stands in the answer.
fn shortened(source: &str) -> String {
    const LONGEST: usize = 48;
    let head = source.split(" ; ").next().unwrap_or(source);
    if head.chars().count() <= LONGEST {
        return head.to_owned();
    }
    let head = head.split(" (").next().unwrap_or(head);
    if head.chars().count() <= LONGEST {
        return head.to_owned();
    }
    let start: String = head.chars().take(LONGEST).collect();
    format!("{start}…")
}
