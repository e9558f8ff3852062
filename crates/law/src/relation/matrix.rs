//! The relations of one instrument between all jurisdictions on a day, as a table to colour a map or to export.

use super::finding;
use crate::{Instrument, Law, Place};
use comity_model::{Jurisdiction, legal::LawAnswer};
use jiff::civil::Date;
use serde::Serialize;
use std::fmt::Write;

/// One relation of the matrix. The reasons are given by [`Law::relation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The answer.
    pub state: LawAnswer,
    /// Since when it is in force, where the tables give the day.
    pub since: Option<Date>,
}

/// The relations of one instrument between all jurisdictions on a day. Symmetric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The instrument.
    pub instrument: Instrument,
    /// The day.
    pub on: Date,
    places: Vec<Jurisdiction>,
    /// Row by row; as many columns as places.
    cells: Vec<Cell>,
}

/// The matrix of an instrument on a day, over every jurisdiction but the bodies `EU` and `UN`.
#[must_use]
pub fn matrix(law: &Law, instrument: Instrument, on: Date) -> Matrix {
    let places: Vec<Place> =
        Jurisdiction::all().filter(|place| !matches!(place.code(), "EU" | "UN")).map(Place::from).collect();
    let size = places.len();
    let nothing = Cell { state: LawAnswer::NotInForce, since: None };
    let mut cells = vec![nothing; size * size];
    for (row, one) in places.iter().enumerate() {
        for (column, other) in places.iter().enumerate().skip(row) {
            let found = finding(law.relations(), instrument, (one, other), on);
            let cell = Cell { state: found.state, since: found.since };
            for at in [row * size + column, column * size + row] {
                if let Some(place) = cells.get_mut(at) {
                    *place = cell;
                }
            }
        }
    }
    Matrix { instrument, on, places: places.iter().map(Place::jurisdiction).collect(), cells }
}

impl Matrix {
    /// The jurisdictions, in the order of rows and columns.
    #[must_use]
    pub fn places(&self) -> &[Jurisdiction] {
        &self.places
    }

    /// One relation; `None` for `EU` and `UN`, which have no row.
    #[must_use]
    pub fn cell(&self, one: Jurisdiction, other: Jurisdiction) -> Option<Cell> {
        let column = self.places.binary_search(&other).ok()?;
        self.row(one)?.get(column).copied()
    }

    /// The row of a jurisdiction: every other one with its relation; empty for `EU` and `UN`.
    pub fn of(&self, place: Jurisdiction) -> impl Iterator<Item = (Jurisdiction, Cell)> {
        let cells = self.row(place).unwrap_or_default();
        let all = self.places.iter().copied().zip(cells.iter().copied());
        all.filter(move |(other, _)| *other != place)
    }

    fn row(&self, place: Jurisdiction) -> Option<&[Cell]> {
        let row = self.places.binary_search(&place).ok()?;
        self.cells.chunks_exact(self.places.len()).nth(row)
    }

    /// How many pairs have an answer, each pair counted once.
    #[must_use]
    pub fn count(&self, state: LawAnswer) -> usize {
        let pairs =
            self.places.iter().map(|one| self.of(*one).filter(|(_, cell)| cell.state == state).count());
        pairs.sum::<usize>() / 2
    }

    /// As CSV with the header `one,other,state,since`: one line for each pair in each order, lines ended by LF.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = String::from("one,other,state,since\n");
        for one in &self.places {
            for (other, cell) in self.of(*one) {
                let since = cell.since.map(|day| day.to_string()).unwrap_or_default();
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{one},{other},{},{since}", word(cell.state));
            }
        }
        text
    }
}

/// The answer as JSON and CSV write it.
fn word(state: LawAnswer) -> &'static str {
    match state {
        LawAnswer::InForce => "in_force",
        LawAnswer::NotInForce => "not_in_force",
        LawAnswer::Unknown => "unknown",
    }
}
