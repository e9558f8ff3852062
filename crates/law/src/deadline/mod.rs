//! Deadlines of the instruments: what starts them, who is bound, when they end, and who is late.

use crate::{
    Cite, Instrument, Law, Phrase, Place,
    time::{Due, Moment},
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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

/// Something that starts, pauses, resumes or ends a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What happened, by a code of [`triggers`].
    pub event: String,
    /// When.
    pub at: Moment,
}

/// A deadline computed for the events given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The code of the deadline, such as `BRUSSELS_IIB/23(2)`, unique in a data set.
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
    /// What follows.
    pub consequence: String,
    /// When it ends; `None` where the event that starts it was not given.
    pub due: Option<Due>,
    /// How it stands.
    pub standing: Standing,
    /// The row.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// How a deadline stands at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// What starts it has not happened, as far as was told.
    NotStarted,
    /// It runs; so much is left.
    Running {
        /// Time left, in words for people, such as `3 days`.
        left: Phrase,
    },
    /// It is suspended.
    Paused,
    /// Met, before its end.
    Met,
    /// Met after its end, or not met though it has ended.
    Late {
        /// By how much.
        by: Phrase,
        /// Whether it has been met since.
        met: bool,
    },
    /// It cannot be told; `due` says why.
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
    let _ = (law, instrument, matter, now);
    Vec::new()
}
