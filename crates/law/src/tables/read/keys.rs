//! What makes two rows say the same thing about the same matter: their key. Within a set a key stands once; over another
//! set a row replaces the row with its key.

use crate::{
    Cite, Instrument,
    tables::{
        Acceptance, AdmissibilityRow, AgeRow, ContentRow, DeadlineRow, GroundRow, NeedRow, Objection,
        OffenceRow, Participant, Party, Tables, TerritoryRow, TimeRule,
    },
};
use std::{fmt::Display, sync::Arc};

/// A row that is known by its key.
pub(crate) trait Keyed: Clone + PartialEq {
    /// The values that name the matter, unambiguous within the table.
    fn key(&self) -> String;
    /// Where the row stands.
    fn cite(&self) -> &Arc<Cite>;
    /// The same, to be changed.
    fn cite_mut(&mut self) -> &mut Arc<Cite>;
}

/// Joins values by tabs, which no value holds.
fn join(values: &[&dyn Display]) -> String {
    values.iter().map(|value| format!("{value}\t")).collect()
}

/// A key as people read it.
pub(crate) fn say(key: &str) -> String {
    key.split('\t').filter(|value| !value.is_empty()).collect::<Vec<_>>().join(", ")
}

macro_rules! keyed {
    ($($row:ident: |$this:ident| $key:expr;)*) => {
        $(impl Keyed for $row {
            fn key(&self) -> String {
                let $this = self;
                $key
            }
            fn cite(&self) -> &Arc<Cite> {
                &self.cite
            }
            fn cite_mut(&mut self) -> &mut Arc<Cite> {
                &mut self.cite
            }
        })*
    };
}

keyed! {
    Party: |row| join(&[&row.state]);
    Acceptance: |row| acceptance_key(row);
    TerritoryRow: |row| join(&[&row.place, &row.state, &row.towards.map_or("all".to_owned(), |state| state.to_string())]);
    Objection: |row| join(&[&row.acceding, &row.objecting]);
    Participant: |row| join(&[&row.instrument, &row.state]);
    DeadlineRow: |row| join(&[&row.instrument, &row.article, &row.trigger, &row.consequence]);
    TimeRule: |row| join(&[&row.scope, &row.article, &row.rule]);
    GroundRow: |row| join(&[&row.instrument, &row.article, &row.ground]);
    ContentRow: |row| join(&[&row.instrument, &row.article, &row.item]);
    OffenceRow: |row| join(&[&row.concept, &row.instrument, &row.article]);
    AgeRow: |row| join(&[&row.instrument, &row.article, &row.term]);
    NeedRow: |row| join(&[&row.need, &row.written, &row.priority]);
    AdmissibilityRow: |row| join(&[&row.scope, &row.article, &row.requirement]);
}

/// An acceptance is one for the pair; that there was none is said for a day, and can be said for several.
fn acceptance_key(row: &Acceptance) -> String {
    let day = row.cite.as_of.filter(|_| !row.accepted);
    let day = day.map_or(String::new(), |day| format!("not accepted as of {day}"));
    join(&[&row.acceding, &row.accepting, &day])
}

/// Something done with the rows of each table of two sets.
pub(crate) trait Both {
    /// The rows of one table in the one and in the other.
    fn rows<R: Keyed>(&mut self, one: &[R], other: &[R]);
}

/// Walks through the tables of two sets side by side.
pub(crate) fn both(one: &Tables, other: &Tables, visit: &mut impl Both) {
    for instrument in Instrument::ALL {
        visit.rows(parties(one, *instrument), parties(other, *instrument));
    }
    visit.rows(&one.acceptances, &other.acceptances);
    visit.rows(&one.territories, &other.territories);
    visit.rows(&one.objections, &other.objections);
    visit.rows(&one.participants, &other.participants);
    visit.rows(&one.deadlines, &other.deadlines);
    visit.rows(&one.time_rules, &other.time_rules);
    visit.rows(&one.grounds, &other.grounds);
    visit.rows(&one.contents, &other.contents);
    visit.rows(&one.offences, &other.offences);
    visit.rows(&one.ages, &other.ages);
    visit.rows(&one.needs, &other.needs);
    visit.rows(&one.admissibility, &other.admissibility);
}

/// The parties to an instrument, none where the table is not there.
pub(crate) fn parties(tables: &Tables, instrument: Instrument) -> &[Party] {
    tables.parties.get(&instrument).map(Vec::as_slice).unwrap_or_default()
}
