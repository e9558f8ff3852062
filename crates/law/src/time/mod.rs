//! Counting time: calendar and working days, weeks, months, years, hours, in the zone of the authority that is bound.

use crate::{Cite, Phrase};
use comity_model::Jurisdiction;
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// When something happened: a day, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Moment {
    /// An instant, RFC 3339.
    Instant(Timestamp),
    /// A day.
    Day(Date),
}

/// When a period ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The day or instant; `None` where it cannot be computed, as `because` says.
    pub at: Option<Moment>,
    /// The IANA zone in which the day is meant or the instant is shown; `None` where the jurisdiction has several.
    pub zone: Option<String>,
    /// The jurisdiction whose holidays and zone were used.
    pub place: Option<Jurisdiction>,
    /// How it was counted, step by step, and what remains to be confirmed.
    pub because: Vec<Phrase>,
    /// The rows relied on: rules of computation, holidays.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}
