//! When a newer row contradicts an older one that is of high confidence.
//!
//! A newer set may add what was not known, make a row more precise, correct what was a lead or a secondary source, and say
//! that a state has left. It may not say the opposite of a primary source: then one of the two is wrong, and a lawyer has to
//! find out which. The rules, for an older row of high confidence and a newer one on the same matter:
//!
//! 1. A row of low confidence, a lead, replaces nothing of high confidence.
//! 2. In force from a day: another day contradicts; no day at all loses what was known.
//! 3. In force as of a day, the first day not given: a first day after it contradicts; an earlier one makes it precise.
//! 4. In force, then *not in force*: contradicts, except where the older row ends on or before that day. That a state has
//!    left is said by `no_longer_bound_from`, which contradicts nothing as long as the older row gives no other end.
//!    Acceptances differ, since the one that was given and the one that was not stand in rows of their own: there it
//!    contradicts only where the older row is in force on the day of the newer one.
//! 5. *Not in force* as of a day, then in force: contradicts if the newer row is in force on that very day. A later first day
//!    is news, and so is an end on or before that day.
//! 6. How a state became bound decides under Hague 1980 art. 38 and Hague 1996 art. 58: ratification for accession, the
//!    reverse, or neither, contradicts.
//! 7. A period keeps its length and unit, an age its number.

use crate::{
    Cite, Confidence,
    instrument::Regime,
    tables::{
        Acceptance, AgeRow, DeadlineRow, Objection, Participant, Participation, Party, Status, TerritoryRow,
        read::keys::Keyed,
    },
};
use jiff::civil::Date;

/// What a row says, as far as another can contradict it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saying {
    /// In force or not; `None` where the row may be a mere signature and says neither.
    pub(crate) in_force: Option<bool>,
    /// From when.
    pub(crate) from: Option<Date>,
    /// The first day on which it is no longer in force.
    pub(crate) ends: Option<Date>,
    /// The day for which it was read.
    pub(crate) as_of: Option<Date>,
    /// Words of which the newer row must not have others: how a state became bound, how long a period is.
    pub(crate) fixed: Option<String>,
    /// Whether a newer row in its place would remove it.
    pub(crate) alone: bool,
}

/// Rows that say something which another can contradict.
pub(crate) trait Says: Keyed {
    /// What it says.
    fn says(&self) -> Saying;

    /// What it says it about: rows with the same matter can contradict each other, even where their keys differ.
    fn matter(&self) -> String {
        self.key()
    }
}

impl Saying {
    fn new(in_force: Option<bool>, cite: &Cite) -> Self {
        let as_of = cite.as_of;
        Self { in_force, from: None, ends: None, as_of, fixed: None, alone: true }
    }

    fn dates(self, from: Option<Date>, ends: Option<Date>) -> Self {
        Self { from, ends, ..self }
    }

    fn fixed(self, fixed: Option<String>) -> Self {
        Self { fixed, ..self }
    }

    /// Whether it was in force on a day, by this row alone. Without a first day, from the day of reading on.
    fn holds_on(&self, day: Date) -> bool {
        let begun = self.from.or(self.as_of).is_none_or(|from| from <= day);
        begun && self.ends.is_none_or(|ends| ends > day)
    }
}

impl Says for Party {
    fn says(&self) -> Saying {
        let in_force = Some(!self.status.is_negative()).filter(|_| self.status != Status::Listed);
        let regime = self.cite.table.parties_of().map(crate::Instrument::regime);
        let decides = matches!(regime, Some(Regime::Acceptance | Regime::Objection));
        Saying::new(in_force, &self.cite)
            .dates(self.entry_into_force, self.no_longer_bound_from)
            .fixed(mode(self.status).filter(|_| decides).map(str::to_owned))
    }
}

/// How a state became bound, where that decides towards whom it is.
fn mode(status: Status) -> Option<&'static str> {
    match status {
        // A succession continues the ratification of the state before (rule 1 of the tables).
        Status::Ratified | Status::Succeeded => Some("a ratification"),
        Status::Continued => Some("a continuation"),
        Status::Acceded => Some("an accession"),
        _ => None,
    }
}

impl Says for Acceptance {
    fn says(&self) -> Saying {
        let saying = Saying::new(Some(self.accepted), &self.cite).dates(self.in_force, None);
        Saying { alone: false, ..saying }
    }

    fn matter(&self) -> String {
        format!("{}\t{}", self.acceding, self.accepting)
    }
}

impl Says for TerritoryRow {
    fn says(&self) -> Saying {
        Saying::new(Some(self.applies), &self.cite).dates(self.from, self.until)
    }
}

impl Says for Objection {
    fn says(&self) -> Saying {
        Saying::new(Some(true), &self.cite).dates(self.notified, None)
    }
}

impl Says for Participant {
    fn says(&self) -> Saying {
        let takes_part = match self.participates {
            Participation::Yes => Some(true),
            Participation::No => Some(false),
            Participation::BySeparateDecision => None,
        };
        Saying::new(takes_part, &self.cite).dates(self.applies_from, self.no_longer_bound_from)
    }
}

impl Says for DeadlineRow {
    fn says(&self) -> Saying {
        Saying::new(None, &self.cite).fixed(Some(format!("{} {}", self.length, self.unit)))
    }
}

impl Says for AgeRow {
    fn says(&self) -> Saying {
        let numbers: String =
            self.definition.chars().map(|sign| if sign.is_ascii_digit() { sign } else { ' ' }).collect();
        let numbers = numbers.split_whitespace().collect::<Vec<_>>().join(", ");
        Saying::new(None, &self.cite).fixed(Some(numbers).filter(|numbers| !numbers.is_empty()))
    }
}

/// Why a newer row contradicts an older one of high confidence with the same matter; `None` where it does not.
pub(crate) fn contradiction_of<R: Says>(older: &R, newer: &R) -> Option<String> {
    if older.cite().confidence != Confidence::High {
        return None;
    }
    if newer.cite().confidence == Confidence::Low && older.key() == newer.key() {
        return Some("a row of low confidence cannot replace one of high confidence".into());
    }
    contradiction(&older.says(), &newer.says())
}

/// Why two sayings cannot both be true, the first being the older.
pub(crate) fn contradiction(older: &Saying, newer: &Saying) -> Option<String> {
    let days = match (older.in_force, newer.in_force) {
        (Some(true), Some(true)) => other_days(older, newer),
        (Some(true), Some(false)) => ended(older, newer),
        (Some(false), Some(true)) => begun(older, newer),
        _ => None,
    };
    days.or_else(|| other_words(older, newer))
}

/// Rules 6 and 7.
fn other_words(older: &Saying, newer: &Saying) -> Option<String> {
    let was = older.fixed.as_ref()?;
    match &newer.fixed {
        Some(is) if is == was => None,
        Some(is) => Some(format!("there it is {was}, here {is}")),
        None => Some(format!("there it is {was}, which is not said here")),
    }
}

/// Rules 2 and 3, and the end of rule 4.
fn other_days(older: &Saying, newer: &Saying) -> Option<String> {
    match (older.from, newer.from, older.as_of) {
        (Some(was), Some(is), _) if was != is => {
            return Some(format!("there it is in force from {was}, here from {is}"));
        }
        (Some(was), None, _) => {
            return Some(format!("there it is in force from {was}, here no day is given"));
        }
        (None, Some(is), Some(was)) if is > was => {
            return Some(format!("there it is in force as of {was}, here only from {is}"));
        }
        _ => {}
    }
    match (older.ends, newer.ends) {
        (Some(was), Some(is)) if was != is => Some(format!("there it ends on {was}, here on {is}")),
        (Some(was), None) => Some(format!("there it ends on {was}, here no end is given")),
        _ => None,
    }
}

/// Rule 4.
fn ended(older: &Saying, newer: &Saying) -> Option<String> {
    let over = newer.as_of.is_some_and(|day| older.ends.is_some_and(|ends| ends <= day));
    let on_its_day = newer.as_of.is_none_or(|day| older.holds_on(day));
    let contradicts = if older.alone { !over } else { on_its_day };
    contradicts.then(|| format!("there it is in force{}, here it is not{}", since(older), on(newer.as_of)))
}

/// Rule 5.
fn begun(older: &Saying, newer: &Saying) -> Option<String> {
    let contradicts = older.as_of.is_none_or(|day| newer.holds_on(day));
    contradicts.then(|| format!("there it is not in force{}, here it is{}", on(older.as_of), since(newer)))
}

fn since(saying: &Saying) -> String {
    match (saying.from, saying.as_of) {
        (Some(from), _) => format!(" from {from}"),
        (None, Some(day)) => format!(" as of {day}"),
        (None, None) => String::new(),
    }
}

fn on(day: Option<Date>) -> String {
    day.map_or(String::new(), |day| format!(" as of {day}"))
}
