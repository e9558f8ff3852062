//! What a rule finds: an answer that is cheap to compute and to throw away, so that whole matrices can be filled.
//! Only [`Finding::relation`] writes sentences and copies sources.

use crate::{Cite, Confidence, Phrase, Place, Relation};
use comity_model::{Jurisdiction, legal::LawAnswer};
use jiff::civil::Date;
use std::{fmt, sync::Arc};

/// A value of a sentence, not yet written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    State(Jurisdiction),
    Place(&'a Place),
    Day(Date),
    Text(&'a str),
    NoDay,
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::State(state) => state.fmt(out),
            Value::Place(place) => place.fmt(out),
            Value::Day(day) => day.fmt(out),
            Value::Text(text) => out.write_str(text),
            Value::NoDay => out.write_str("—"),
        }
    }
}

impl From<Jurisdiction> for Value<'_> {
    fn from(state: Jurisdiction) -> Self {
        Value::State(state)
    }
}

impl<'a> From<&'a Place> for Value<'a> {
    fn from(place: &'a Place) -> Self {
        Value::Place(place)
    }
}

impl From<Date> for Value<'_> {
    fn from(day: Date) -> Self {
        Value::Day(day)
    }
}

impl From<Option<Date>> for Value<'_> {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Value::NoDay, Value::Day)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

/// A sentence by key with at most four values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said<'a> {
    key: &'static str,
    values: [Option<(&'static str, Value<'a>)>; 4],
}

impl<'a> Said<'a> {
    pub(super) fn new(key: &'static str) -> Self {
        Self { key, values: [None; 4] }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value<'a>>) -> Self {
        put(&mut self.values, (name, value.into()));
        self
    }

    pub(super) fn phrase(&self) -> Phrase {
        let values = self.values.iter().flatten();
        values.fold(Phrase::new(self.key), |phrase, (name, value)| phrase.with(name, value))
    }
}

/// Puts a thing in the first free place; without one it is left out, which no rule comes near.
fn put<T>(places: &mut [Option<T>], thing: T) {
    if let Some(free) = places.iter_mut().find(|place| place.is_none()) {
        *free = Some(thing);
    }
}

/// The answer of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Finding<'a> {
    pub(crate) state: LawAnswer,
    pub(crate) since: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) rule: Said<'a>,
    /// An upper bound that the rule sets, whatever its rows say.
    at_most: Confidence,
    /// Whether the answer rests on the absence of a row.
    absence: bool,
    caveats: Vec<Said<'a>>,
    rows: [Option<&'a Arc<Cite>>; 8],
}

impl<'a> Finding<'a> {
    fn new(state: LawAnswer, since: Option<Date>, rule: Said<'a>) -> Self {
        Self {
            state,
            since,
            until: None,
            rule,
            at_most: Confidence::High,
            absence: false,
            caveats: Vec::new(),
            rows: [None; 8],
        }
    }

    pub(super) fn in_force(since: Option<Date>, rule: Said<'a>) -> Self {
        Self::new(LawAnswer::InForce, since, rule)
    }

    pub(super) fn not_in_force(rule: Said<'a>) -> Self {
        Self::new(LawAnswer::NotInForce, None, rule)
    }

    pub(super) fn unknown(rule: Said<'a>) -> Self {
        Self::new(LawAnswer::Unknown, None, rule)
    }

    /// Unknown because no row says anything; rows may still be cited as leads.
    pub(super) fn absent(rule: Said<'a>) -> Self {
        Self { absence: true, ..Self::unknown(rule) }
    }

    /// The same finding under another rule.
    pub(super) fn because(self, rule: Said<'a>) -> Self {
        Self { rule, ..self }
    }

    pub(super) fn until(self, last: Option<Date>) -> Self {
        Self { until: last, ..self }
    }

    pub(super) fn at_most(self, confidence: Confidence) -> Self {
        Self { at_most: self.at_most.min(confidence), ..self }
    }

    pub(super) fn row(mut self, row: &'a Arc<Cite>) -> Self {
        if !self.rows.iter().flatten().any(|known| Arc::ptr_eq(known, row)) {
            put(&mut self.rows, row);
        }
        self
    }

    pub(super) fn rows(self, rows: impl IntoIterator<Item = &'a Arc<Cite>>) -> Self {
        rows.into_iter().fold(self, Self::row)
    }

    pub(super) fn caveat(mut self, caveat: Option<Said<'a>>) -> Self {
        self.caveats.extend(caveat.filter(|new| !self.caveats.contains(new)));
        self
    }

    /// The weakest of the rows relied on.
    pub(super) fn confidence(&self) -> Option<Confidence> {
        let weakest = self.rows.iter().flatten().map(|row| row.confidence).min()?;
        (!self.absence).then(|| weakest.min(self.at_most))
    }

    /// The finding with its sentences and its rows.
    pub(crate) fn relation(&self) -> Relation {
        Relation {
            state: self.state,
            since: self.since,
            until: self.until,
            rule: self.rule.phrase(),
            confidence: self.confidence(),
            caveats: self.caveats.iter().map(Said::phrase).collect(),
            sources: self.rows.iter().flatten().map(|row| Arc::clone(row)).collect(),
        }
    }
}
