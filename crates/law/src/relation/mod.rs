//! Whether an instrument binds two places on a date: one rule a function, each named by its article.

use crate::{Instrument, Law, Phrase, Place, Relation, tables::Tables};
use comity_model::legal::LawAnswer;
use jiff::civil::Date;

/// The rows by state and by pair.
#[derive(Debug, Default)]
pub(crate) struct Index {}

impl Index {
    pub(crate) fn new(tables: &Tables) -> Self {
        let _ = tables;
        Self {}
    }
}

pub(crate) fn relation(law: &Law, instrument: Instrument, one: &Place, other: &Place, on: Date) -> Relation {
    let _ = (law.relations(), instrument, one, other, on);
    Relation {
        state: LawAnswer::Unknown,
        since: None,
        until: None,
        rule: Phrase::new("relation.no_row"),
        confidence: None,
        caveats: Vec::new(),
        sources: Vec::new(),
    }
}
