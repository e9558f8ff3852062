//! What changes between two states of the data: the answers that would differ, and the rows.
//!
//! A relation under an instrument follows from the rows of that instrument alone, and for the acts and agreements of the
//! Union from those on participation. So only pairs with a place of which a row changed are asked; that this finds all that
//! asking every pair would find is tested.

use crate::{
    Instrument, Law, Place,
    instrument::Regime,
    tables::{
        Table, Tables,
        read::keys::{Both, Keyed, both, parties},
    },
};
use comity_model::{Jurisdiction, legal::LawAnswer};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// What an answer on a relation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// The answer on the day.
    pub state: LawAnswer,
    /// Since when.
    pub since: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

/// An answer that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The instrument.
    #[schemars(with = "String")]
    pub instrument: Instrument,
    /// One place, the first by its code.
    pub one: Place,
    /// The other.
    pub other: Place,
    /// The answer before.
    pub before: Standing,
    /// The answer after.
    pub after: Standing,
}

/// How many rows of a table differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableChange {
    /// The table.
    pub table: Table,
    /// Rows with a key that was not there.
    pub added: usize,
    /// Rows that say something else than the row with their key did.
    pub replaced: usize,
    /// Rows that are there no more.
    pub removed: usize,
}

/// What changes from one state of the data to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// Relations, by instrument and pair; symmetric, so each pair is there once.
    pub relations: Vec<Change>,
    /// Rows, by table; a table without a change is not named.
    pub rows: Vec<TableChange>,
}

/// Compares the answers on a day, for every instrument and every pair of jurisdictions; under the Hague Convention of 1980,
/// which alone has days for them, also for the parts of states that the tables name.
#[must_use]
pub fn diff(before: &Law, after: &Law, on: Date) -> Changes {
    diff_among(&places(before, after), before, after, on)
}

fn diff_among(places: &BTreeSet<Place>, before: &Law, after: &Law, on: Date) -> Changes {
    let mut relations = Vec::new();
    for (instrument, touched) in touched(before.tables(), after.tables()) {
        let places: Vec<_> = places.iter().filter(|place| is_asked(instrument, place)).collect();
        for (at, one) in places.iter().enumerate() {
            let others = places.iter().skip(at + 1);
            let pairs = others.filter(|other| touched.contains(one) || touched.contains(other));
            relations.extend(pairs.filter_map(|other| change(before, after, instrument, one, other, on)));
        }
    }
    Changes { relations, rows: rows(before.tables(), after.tables()) }
}

/// Under the other instruments a part answers as its state does.
fn is_asked(instrument: Instrument, place: &Place) -> bool {
    instrument == Instrument::Hague1980 || place.part().is_none()
}

/// Every place that can be asked for, in the order of the codes.
fn places(before: &Law, after: &Law) -> BTreeSet<Place> {
    let parts = [before, after].into_iter().flat_map(|law| &law.tables().territories);
    let parts = parts.map(|row| row.place.clone());
    Jurisdiction::all().map(Place::from).chain(parts).collect()
}

fn change(
    before: &Law,
    after: &Law,
    instrument: Instrument,
    one: &Place,
    other: &Place,
    on: Date,
) -> Option<Change> {
    let standing = |law: &Law| {
        let relation = law.relation(instrument, one, other, on);
        Standing { state: relation.state, since: relation.since, until: relation.until }
    };
    let (was, is) = (standing(before), standing(after));
    let change = || Change { instrument, one: one.clone(), other: other.clone(), before: was, after: is };
    (was != is).then(change)
}

/// The places of which a row changed.
#[derive(Debug, Default)]
struct Touched {
    everywhere: bool,
    states: BTreeSet<Jurisdiction>,
}

impl Touched {
    fn contains(&self, place: &Place) -> bool {
        self.everywhere || self.states.contains(&place.jurisdiction())
    }
}

/// For each instrument of which a relation can differ, the places of the pairs.
fn touched(before: &Tables, after: &Tables) -> BTreeMap<Instrument, Touched> {
    let mut found: BTreeMap<Instrument, Touched> = BTreeMap::new();
    for instrument in Instrument::ALL.iter().copied() {
        let rows = changed(parties(before, instrument), parties(after, instrument));
        by_party(&mut found, instrument, rows.all().map(|row| row.state));
    }
    let hague_1980 = |found: &mut BTreeMap<_, Touched>, states: &mut dyn Iterator<Item = Jurisdiction>| {
        by_party(found, Instrument::Hague1980, states);
    };
    let acceptances = changed(&before.acceptances, &after.acceptances);
    hague_1980(&mut found, &mut acceptances.all().flat_map(|row| [row.acceding, row.accepting]));
    let territories = changed(&before.territories, &after.territories);
    hague_1980(&mut found, &mut territories.all().flat_map(|row| [row.place.jurisdiction(), row.state]));
    let objections = changed(&before.objections, &after.objections);
    let objecting = objections.all().flat_map(|row| [row.acceding, row.objecting]);
    by_party(&mut found, Instrument::Hague1996, objecting);
    by_participation(&mut found, before, after);
    with_territories(&mut found, before, after);
    found
}

fn by_party(
    found: &mut BTreeMap<Instrument, Touched>,
    instrument: Instrument,
    states: impl Iterator<Item = Jurisdiction>,
) {
    for state in states {
        found.entry(instrument).or_default().states.insert(state);
    }
}

/// Participation in any act shows membership of the Union, on which the others rest.
fn by_participation(found: &mut BTreeMap<Instrument, Touched>, before: &Tables, after: &Tables) {
    let rows = changed(&before.participants, &after.participants);
    let states: BTreeSet<_> = rows.all().map(|row| row.state).collect();
    let union = states.iter().any(|state| state.code() == "EU");
    let rests_on_it = |known: &&Instrument| {
        matches!(known.regime(), Regime::EuropeanUnion | Regime::UnionAgreement) && !states.is_empty()
    };
    for instrument in Instrument::ALL.iter().filter(rests_on_it) {
        let touched = found.entry(*instrument).or_default();
        touched.everywhere |= union;
        touched.states.extend(&states);
    }
}

/// A territory follows the state that extended to it.
fn with_territories(found: &mut BTreeMap<Instrument, Touched>, before: &Tables, after: &Tables) {
    let Some(touched) = found.get_mut(&Instrument::Hague1980) else { return };
    for row in before.territories.iter().chain(&after.territories) {
        if touched.states.contains(&row.state) {
            touched.states.insert(row.place.jurisdiction());
        }
    }
}

/// The rows of a table that differ.
struct Changed<'a, R> {
    added: Vec<&'a R>,
    replaced: Vec<(&'a R, &'a R)>,
    removed: Vec<&'a R>,
}

impl<R> Changed<'_, R> {
    fn all(&self) -> impl Iterator<Item = &R> {
        let one_sided = self.added.iter().chain(&self.removed).copied();
        one_sided.chain(self.replaced.iter().flat_map(|(was, is)| [*was, *is]))
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty() && self.replaced.is_empty() && self.removed.is_empty()
    }
}

fn changed<'a, R: Keyed>(before: &'a [R], after: &'a [R]) -> Changed<'a, R> {
    let mut old: HashMap<String, &R> = before.iter().map(|row| (row.key(), row)).collect();
    let (mut added, mut replaced) = (Vec::new(), Vec::new());
    for row in after {
        match old.remove(&row.key()) {
            None => added.push(row),
            Some(was) if !says_the_same(was, row) => replaced.push((was, row)),
            Some(_) => {}
        }
    }
    Changed { added, replaced, removed: old.into_values().collect() }
}

/// Whether two rows differ in nothing but the set and the line in which they stand.
fn says_the_same<R: Keyed>(one: &R, other: &R) -> bool {
    if one == other {
        return true;
    }
    let mut moved = other.clone();
    let cite =
        crate::Cite { set: one.cite().set.clone(), line: one.cite().line, ..other.cite().as_ref().clone() };
    *moved.cite_mut() = Arc::new(cite);
    *one == moved
}

fn rows(before: &Tables, after: &Tables) -> Vec<TableChange> {
    let mut counts = Counts(Vec::new());
    both(before, after, &mut counts);
    counts.0
}

struct Counts(Vec<TableChange>);

impl Both for Counts {
    fn rows<R: Keyed>(&mut self, one: &[R], other: &[R]) {
        let Some(row) = one.first().or(other.first()) else { return };
        let changed = changed(one, other);
        if !changed.is_empty() {
            self.0.push(TableChange {
                table: row.cite().table,
                added: changed.added.len(),
                replaced: changed.replaced.len(),
                removed: changed.removed.len(),
            });
        }
    }
}

#[cfg(test)]
mod tests;
