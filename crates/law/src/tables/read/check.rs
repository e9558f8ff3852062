//! Checks that need more than one row.

use super::{
    keys::{Both, Keyed, both, say},
    row::Faults,
};
use crate::{
    set::contradiction::{Says, contradiction},
    tables::{Acceptance, Tables},
};
use std::collections::HashMap;

/// The same thing said twice in one set: the second row is refused, since the first would lose in silence.
pub(super) fn no_key_twice(tables: &Tables, faults: &mut Faults) {
    both(tables, &Tables::default(), &mut Twice(faults));
}

struct Twice<'a>(&'a mut Faults);

impl Both for Twice<'_> {
    fn rows<R: Keyed>(&mut self, rows: &[R], _: &[R]) {
        let mut lines = HashMap::new();
        for row in rows {
            let (cite, key) = (row.cite(), row.key());
            if let Some(line) = lines.get(&key) {
                let reason = format!("says again what line {line} says of {}; keep one of them", say(&key));
                self.0.push(cite.table.name(), cite.line, reason);
            } else {
                lines.insert(key, cite.line);
            }
        }
    }
}

/// An accession cannot be accepted from a day and not accepted on a later one (Hague 1980 art. 38): the acceptance is
/// not withdrawn, so one of the two rows is wrong.
pub(super) fn no_acceptance_taken_back(tables: &Tables, faults: &mut Faults) {
    let accepted: HashMap<_, _> =
        tables.acceptances.iter().filter(|row| row.accepted).map(|row| (pair(row), row)).collect();
    for row in tables.acceptances.iter().filter(|row| !row.accepted) {
        let before =
            accepted.get(&pair(row)).map(|before| (before, contradiction(&before.says(), &row.says())));
        if let Some((before, Some(reason))) = before {
            let line = before.cite.line;
            faults.push(row.cite.table.name(), row.cite.line, format!("contradicts line {line}: {reason}"));
        }
    }
}

fn pair(row: &Acceptance) -> (comity_model::Jurisdiction, comity_model::Jurisdiction) {
    (row.acceding, row.accepting)
}
