//! Statements that bind many rows at once. A statement alone costs more than what it does; a batch needs few of them.

use std::sync::OnceLock;

/// How many rows the texts of a statement bind: a batch is cut into pieces of these sizes, largest first.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// A statement with a list of `VALUES`. Its texts are written once, at first use.
pub struct Bulk {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    texts: [OnceLock<String>; SIZES.len()],
}

impl Bulk {
    /// A statement of `head` up to and with `VALUES`, rows of so many `columns`, and `tail`.
    #[must_use]
    pub const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, columns, tail, texts: [const { OnceLock::new() }; SIZES.len()] }
    }

    /// The texts that bind at most so many values, or one row, with the number of rows that each binds, the largest first.
    pub(super) fn texts(&'static self, most: usize) -> impl Iterator<Item = (usize, &'static str)> {
        let fits = move |(rows, _): &(usize, _)| *rows == 1 || rows * self.columns <= most;
        let write = |(rows, text): (usize, &'static OnceLock<String>)| {
            (rows, text.get_or_init(|| self.write(rows)).as_str())
        };
        SIZES.into_iter().zip(&self.texts).filter(fits).map(write)
    }

    fn write(&self, rows: usize) -> String {
        let row = |number: usize| {
            let bound: Vec<String> =
                (1..=self.columns).map(|column| format!("${}", number * self.columns + column)).collect();
            format!("({})", bound.join(", "))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!("{} {}{}", self.head, rows.join(", "), self.tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_numbers_what_it_binds_row_by_row() {
        static BULK: Bulk = Bulk::new("/* test */ INSERT INTO t (a, b) VALUES", 2, " RETURNING a");
        let texts: Vec<_> = BULK.texts(usize::MAX).collect();
        assert_eq!(texts[3], (1, "/* test */ INSERT INTO t (a, b) VALUES ($1, $2) RETURNING a"));
        let many = "/* test */ INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4), ";
        assert!(texts[1].1.starts_with(many) && texts[1].1.ends_with("($31, $32) RETURNING a"));
        assert!(texts[0].1.ends_with("($127, $128) RETURNING a"));
    }

    #[test]
    fn no_text_binds_more_than_is_wanted_but_one_row_always_fits() {
        static BULK: Bulk = Bulk::new("/* test */ INSERT INTO t (a, b) VALUES", 2, "");
        let rows = |most| BULK.texts(most).map(|(rows, _)| rows).collect::<Vec<_>>();
        assert_eq!(rows(127), [16, 4, 1]);
        assert_eq!(rows(128), [64, 16, 4, 1]);
        assert_eq!(rows(1), [1]);
    }
}
