//! The rows by state and by pair, so that an answer is a few look-ups.

use crate::{
    Cite, Confidence, Instrument, Place,
    instrument::Regime,
    tables::{Participation, Status, Tables, TerritoryRow},
};
use comity_model::Jurisdiction;
use jiff::civil::Date;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// One thing for each two-letter code.
#[derive(Debug)]
pub(super) struct ByState<T>(Vec<Option<T>>);

impl<T> Default for ByState<T> {
    fn default() -> Self {
        Self(std::iter::repeat_with(|| None).take(26 * 26).collect())
    }
}

impl<T> ByState<T> {
    pub(super) fn get(&self, state: Jurisdiction) -> Option<&T> {
        self.0.get(slot(state))?.as_ref()
    }

    fn place(&mut self, state: Jurisdiction) -> Option<&mut Option<T>> {
        self.0.get_mut(slot(state))
    }

    fn put(&mut self, state: Jurisdiction, thing: T) {
        if let Some(place) = self.place(state) {
            *place = Some(thing);
        }
    }
}

/// `AA` is 0, `ZZ` is 675.
fn slot(state: Jurisdiction) -> usize {
    let letter = |byte: &u8| usize::from(byte.wrapping_sub(b'A'));
    state.code().as_bytes().iter().fold(0, |sum, byte| sum * 26 + letter(byte))
}

/// A state's standing under a treaty.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) cite: Arc<Cite>,
    pub(super) state: Jurisdiction,
    pub(super) status: Status,
    pub(super) entry: Option<Date>,
    pub(super) ends: Option<Date>,
    pub(super) scope: Option<String>,
}

/// An acceptance under Hague 1980 art. 38(4), or that there was none on the row's date.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) cite: Arc<Cite>,
    pub(super) acceding: Jurisdiction,
    pub(super) accepting: Jurisdiction,
    pub(super) accepted: bool,
    pub(super) in_force: Option<Date>,
}

/// An objection under Hague 1996 art. 58(3).
#[derive(Debug)]
pub(super) struct Objected {
    pub(super) cite: Arc<Cite>,
    pub(super) acceding: Jurisdiction,
    pub(super) objecting: Jurisdiction,
    pub(super) notified: Option<Date>,
}

/// A state's part in an act of the Union.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) cite: Arc<Cite>,
    pub(super) state: Jurisdiction,
    pub(super) participates: Participation,
    pub(super) from: Option<Date>,
    pub(super) ends: Option<Date>,
}

/// The rows by state and by pair.
#[derive(Debug, Default)]
pub(crate) struct Index {
    parties: HashMap<Instrument, ByState<Standing>>,
    participants: HashMap<Instrument, ByState<Part>>,
    /// A row that shows that a state is a member of the Union.
    members: ByState<Arc<Cite>>,
    acceptances: HashMap<(Jurisdiction, Jurisdiction), Vec<Accepted>>,
    objections: HashMap<(Jurisdiction, Jurisdiction), Objected>,
    /// Territories with an ISO 3166-1 code of their own.
    territories: ByState<Vec<TerritoryRow>>,
    /// Parts of states by ISO 3166-2 code.
    parts: BTreeMap<String, Vec<TerritoryRow>>,
    /// For a state bound by its parts, the row of the part that was the last to come in.
    last_part: ByState<(Date, Arc<Cite>)>,
}

/// A pair in one order, whichever way it is asked.
fn pair(one: Jurisdiction, other: Jurisdiction) -> (Jurisdiction, Jurisdiction) {
    if one <= other { (one, other) } else { (other, one) }
}

impl Index {
    pub(crate) fn new(tables: &Tables) -> Self {
        let mut index = Self::default();
        index.take_parties(tables);
        index.take_pairs(tables);
        index.take_participants(tables);
        tables.territories.iter().for_each(|row| index.take_territory(row));
        index
    }

    fn take_parties(&mut self, tables: &Tables) {
        for (instrument, rows) in &tables.parties {
            let states = self.parties.entry(*instrument).or_default();
            for row in rows {
                let standing = Standing {
                    cite: Arc::clone(&row.cite),
                    state: row.state,
                    status: row.status,
                    entry: row.entry_into_force,
                    ends: row.no_longer_bound_from,
                    scope: row.scope.clone(),
                };
                states.put(row.state, standing);
            }
        }
    }

    fn take_pairs(&mut self, tables: &Tables) {
        for row in &tables.acceptances {
            let accepted = Accepted {
                cite: Arc::clone(&row.cite),
                acceding: row.acceding,
                accepting: row.accepting,
                accepted: row.accepted,
                in_force: row.in_force,
            };
            self.acceptances.entry(pair(row.acceding, row.accepting)).or_default().push(accepted);
        }
        for row in &tables.objections {
            let objected = Objected {
                cite: Arc::clone(&row.cite),
                acceding: row.acceding,
                objecting: row.objecting,
                notified: row.notified,
            };
            self.objections.insert(pair(row.acceding, row.objecting), objected);
        }
    }

    fn take_participants(&mut self, tables: &Tables) {
        for row in &tables.participants {
            let part = Part {
                cite: Arc::clone(&row.cite),
                state: row.state,
                participates: row.participates,
                from: row.applies_from,
                ends: row.no_longer_bound_from,
            };
            self.participants.entry(row.instrument).or_default().put(row.state, part);
            let of_union = row.instrument.regime() == Regime::EuropeanUnion;
            if of_union && row.participates != Participation::BySeparateDecision {
                self.take_member(row.state, &row.cite);
            }
        }
    }

    /// Keeps the best sourced row that shows membership.
    fn take_member(&mut self, state: Jurisdiction, cite: &Arc<Cite>) {
        if let Some(known) = self.members.place(state)
            && known.as_ref().is_none_or(|best| best.confidence < cite.confidence)
        {
            *known = Some(Arc::clone(cite));
        }
    }

    fn take_territory(&mut self, row: &TerritoryRow) {
        let Some(part) = row.place.part() else {
            if let Some(rows) = self.territories.place(row.place.jurisdiction()) {
                rows.get_or_insert_default().push(row.clone());
            }
            return;
        };
        self.parts.entry(part.to_owned()).or_default().push(row.clone());
        let usable = row.applies && row.cite.confidence > Confidence::Low;
        if let (true, Some(from), Some(last)) = (usable, row.from, self.last_part.place(row.state))
            && last.as_ref().is_none_or(|(known, _)| *known < from)
        {
            *last = Some((from, Arc::clone(&row.cite)));
        }
    }

    pub(super) fn party(&self, instrument: Instrument, state: Jurisdiction) -> Option<&Standing> {
        self.parties.get(&instrument)?.get(state)
    }

    pub(super) fn participant(&self, instrument: Instrument, state: Jurisdiction) -> Option<&Part> {
        self.participants.get(&instrument)?.get(state)
    }

    pub(super) fn member(&self, state: Jurisdiction) -> Option<&Arc<Cite>> {
        self.members.get(state)
    }

    pub(super) fn acceptances(&self, one: Jurisdiction, other: Jurisdiction) -> &[Accepted] {
        self.acceptances.get(&pair(one, other)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn objection(&self, one: Jurisdiction, other: Jurisdiction) -> Option<&Objected> {
        self.objections.get(&pair(one, other))
    }

    /// The rows of a territory or part.
    pub(super) fn territory(&self, place: &Place) -> &[TerritoryRow] {
        let rows = match place.part() {
            Some(part) => self.parts.get(part),
            None => self.territories.get(place.jurisdiction()),
        };
        rows.map_or(&[], Vec::as_slice)
    }

    /// For a state bound by its parts: the day from which every part that the table lists is bound.
    pub(super) fn last_part(&self, state: Jurisdiction) -> Option<&(Date, Arc<Cite>)> {
        self.last_part.get(state)
    }
}
