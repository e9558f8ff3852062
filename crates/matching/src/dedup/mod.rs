//! Duplicates in a table of persons. The weights are learnt from the table itself by expectation maximisation, without any truth:
//! what two random rows have in common is known by counting, what two rows of one person have follows. Rows that are
//! held to be one person through others are so too.

mod clusters;
mod columns;
mod levels;
mod mixture;

pub use columns::FieldKind;

use columns::Column;
use levels::Row;

/// Most candidate pairs; of keys that too many rows share, none are made.
const MAX_PAIRS: usize = 20_000_000;
/// Rows that share a key, at most, for the key to say something.
const MAX_BLOCK: usize = 400;
/// The score from which on two rows are duplicates.
pub const THRESHOLD: f64 = 0.5;

/// A table: names of the columns, and rows as long as these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns, from which is told what is in them.
    pub columns: Vec<String>,
    /// Values; an empty one is not known.
    pub rows: Vec<Vec<String>>,
}

/// Two rows that may be one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DuplicatePair {
    /// Number of the first row, from 0.
    pub a: usize,
    /// Number of the second, greater than the first.
    pub b: usize,
    /// Probability that both are one person, 0 to 1.
    pub score: f64,
    /// Bits for one person, before it is said how many persons there are; 0 where only other rows link the two.
    pub bits: f64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicates {
    /// Pairs with a score of at least a hundredth, by row.
    pub pairs: Vec<DuplicatePair>,
    /// For each row the number of the first row of its person.
    pub clusters: Vec<usize>,
    /// What was taken from each column.
    pub columns: Vec<(String, FieldKind)>,
    /// The bits that each finding weighs, by column: the finding, and its weight.
    pub weights: Vec<(String, Vec<(&'static str, f64)>)>,
}

/// Finds the duplicates of a table.
#[must_use]
pub fn duplicates(table: &Table) -> Duplicates {
    let mut gathered = Gathered::new(&table.columns);
    table.rows.iter().for_each(|row| gathered.add(row));
    gathered.duplicates()
}

/// The rows of a table as they come. Of each is kept what is compared, so that the table itself need not be in memory.
#[derive(Debug)]
pub struct Gathered {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

impl Gathered {
    /// With these names of columns, from which is told what is in them.
    #[must_use]
    pub fn new(columns: &[String]) -> Self {
        Self { columns: columns::of(columns), rows: Vec::new() }
    }

    /// Is any column compared?
    #[must_use]
    pub fn compares(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Adds a row, a value for each column; an empty one is not known.
    pub fn add<T: AsRef<str>>(&mut self, row: &[T]) {
        self.rows.push(Row::new(row, &self.columns));
    }

    /// Finds the duplicates.
    #[must_use]
    pub fn duplicates(self) -> Duplicates {
        of(&self.columns, &self.rows)
    }
}

fn of(columns: &[Column], rows: &[Row]) -> Duplicates {
    let counted = levels::count(rows, columns);
    let candidates = levels::candidates(rows, columns);
    let findings: Vec<Vec<levels::Finding>> =
        candidates.iter().map(|(a, b)| levels::compare(&rows[*a], &rows[*b], columns, &counted)).collect();
    let model = mixture::learn(rows, columns, &counted, &candidates, &findings);
    let direct = candidates.iter().zip(&findings).map(|((a, b), found)| {
        let bits = model.bits(found);
        DuplicatePair { a: *a, b: *b, score: model.score(bits), bits }
    });
    let (pairs, clusters) = clusters::close(rows.len(), direct.collect());
    let shown = columns.iter().map(|column: &Column| (column.name.clone(), column.kind)).collect();
    Duplicates { pairs, clusters, columns: shown, weights: model.shown(columns) }
}

#[cfg(test)]
mod tests;
