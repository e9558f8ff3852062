//! Deadlines of the instruments: what starts them, who is bound, when they end, and who is late.
//!
//! The rows are those of `deadlines.csv`; `deadline_triggers.csv` says for each by which code its event is told, whose
//! clock and holidays count, and what meets it. Not for deciding whether an instrument binds two states: that is for
//! `relation` and `pathway`.

mod compute;
mod rule;
mod standing;
mod start;
mod words;

pub use rule::{Trigger, triggers};

use crate::{
    Cite, Instrument, Law, Phrase, Place,
    time::{Due, Moment},
};
use comity_model::Nonsense;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{str::FromStr, sync::Arc};

/// What a deadline is for those whom it binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// Only gives a right to ask for reasons.
    Target,
    /// The longest time allowed.
    Maximum,
    /// After it a right is lost or changes.
    Limit,
    /// The shortest time for which something is kept.
    Minimum,
    /// How long data are preserved.
    Preservation,
    /// By how much another period may be prolonged.
    Extension,
    /// An age.
    AgeLimit,
    /// When an instrument begins to bind.
    EntryIntoForce,
    /// From which events on an instrument applies.
    TemporalScope,
    /// A term after which it is renewed.
    Term,
    /// At all hours.
    Availability,
}

impl FromStr for DeadlineKind {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let known = serde_json::from_value(serde_json::Value::from(text));
        known.map_err(|_| Nonsense::new(text, "a kind of deadline such as `maximum`, `target` or `limit`"))
    }
}

impl DeadlineKind {
    /// Whether what it says comes about when its day begins, not when it ends.
    fn begins_with_the_day(self) -> bool {
        matches!(self, Self::AgeLimit | Self::EntryIntoForce | Self::TemporalScope)
    }
}

/// On which side of the matter those who are bound stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The requesting state, or a person who turns to it.
    Requesting,
    /// The requested state, or a provider established there.
    Requested,
    /// Neither, or everyone.
    Other,
}

/// Something that starts, pauses, resumes or ends a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What happened: a code of [`triggers`], or `met:<id>`, `paused:<id>`, `resumed:<id>` with a deadline's id.
    pub event: String,
    /// When.
    pub at: Moment,
}

/// A deadline computed for the events given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The code of the deadline, such as `BRUSSELS_IIB/23(2)`, unique in a data set; with its length where an article has
    /// several, such as `E_EVIDENCE/10(4):8_hours`.
    pub id: String,
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// What kind it is.
    pub kind: DeadlineKind,
    /// The code of the event that starts it.
    pub trigger: String,
    /// What starts it, in words.
    pub trigger_text: String,
    /// Length and unit, such as `6 calendar_weeks`.
    pub length: String,
    /// Who is bound, in words.
    pub bound: String,
    /// On which side they stand.
    pub side: Side,
    /// What follows.
    pub consequence: String,
    /// When the event that starts it happened.
    pub started: Option<Moment>,
    /// When it ends; `None` where the event that starts it was not given.
    pub due: Option<Due>,
    /// How it stands.
    pub standing: Standing,
    /// What the reader must know: a row to be confirmed, a suspension that the tables know no rule for.
    pub caveats: Vec<Phrase>,
    /// The row.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// How a deadline stands at an instant. Words count days by the calendar of who is bound; `seconds` go to or from the end
/// of the last day, or the instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// What starts it has not happened, as far as was told.
    NotStarted,
    /// It runs; so much is left.
    Running {
        /// Time left, in words for people, such as `3 days`.
        left: Phrase,
        /// The same in seconds.
        seconds: i64,
    },
    /// It is suspended.
    Paused,
    /// Met, before its end.
    Met,
    /// Met after its end, or not met though it has ended.
    Late {
        /// By how much.
        by: Phrase,
        /// The same in seconds.
        seconds: i64,
        /// Whether it has been met since.
        met: bool,
    },
    /// It has ended, and nobody owed an act: an age, an entry into force, a term, a right that was not used.
    Over {
        /// How long ago.
        since: Phrase,
        /// The same in seconds.
        seconds: i64,
    },
    /// It cannot be told; `due` or the caveats say why.
    Unknown,
}

/// Who asks and who is asked, where the deadline's authority sits, and what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// The requesting state.
    pub from: Place,
    /// The requested state.
    pub to: Place,
    /// What happened.
    #[serde(default)]
    pub events: Vec<Event>,
    /// The IANA zone of the bound authority where its jurisdiction has several.
    #[serde(default)]
    pub zone: Option<String>,
}

/// The deadlines of an instrument for a matter, at an instant.
#[must_use]
pub fn deadlines(law: &Law, instrument: Instrument, matter: &Matter, now: Timestamp) -> Vec<Deadline> {
    compute::deadlines(law, instrument, matter, now)
}

/// Every deadline of any instrument that is late, the most overdue first. An extension is not named beside the period that
/// it prolongs. Whether the instrument binds the two states is not asked here.
#[must_use]
pub fn late(law: &Law, matter: &Matter, now: Timestamp) -> Vec<Deadline> {
    let all = Instrument::ALL.iter().flat_map(|instrument| deadlines(law, *instrument, matter, now));
    let mut late: Vec<_> = all.filter_map(|deadline| Some((overdue(&deadline)?, deadline))).collect();
    late.sort_by_key(|(seconds, _)| std::cmp::Reverse(*seconds));
    late.into_iter().map(|(_, deadline)| deadline).collect()
}

fn overdue(deadline: &Deadline) -> Option<i64> {
    match deadline.standing {
        Standing::Late { seconds, .. } if deadline.kind != DeadlineKind::Extension => Some(seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
