//! Counting time: calendar and working days, weeks, months, years, hours, in the zone of the authority that is bound.
//!
//! [`period`] counts one period; [`Calendar`] says by whose clock and by which rules. The public holidays and time zones
//! are compiled in from `law/holidays.csv`, `law/holiday_years.csv` and `law/time_zones.csv`; they are no part of the data
//! sets that an authority imports. Where they do not reach, the answer is that the end is not known. Not for deciding
//! whether a period applies: that is for `deadline`.

mod calendar;
mod clock;
mod count;
mod holiday;
mod sorted;
mod unit;

pub use calendar::Calendar;
pub use count::{interrupted, period};
pub use unit::Unit;

pub(crate) use clock::Clock;

use crate::{Cite, Phrase};
use comity_model::Jurisdiction;
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// When something happened: a day, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Moment {
    /// An instant, RFC 3339.
    Instant(Timestamp),
    /// A day.
    Day(Date),
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Instant(instant) => instant.fmt(out),
            Moment::Day(day) => day.fmt(out),
        }
    }
}

/// When a period ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The day or instant; `None` where it cannot be computed, as `because` says. A day counts to its end, but where
    /// something begins or ceases by itself (an age, an entry into force) it does so when that day begins.
    pub at: Option<Moment>,
    /// The day to whose end a period of a Union act runs on where `at` is a public holiday, a Saturday or a Sunday
    /// (Regulation 1182/71 art. 3(4)). The rule is to be confirmed, so `at` stays strict: who is bound keeps to `at`, and
    /// nobody is called late before this day is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_on_to: Option<Date>,
    /// The IANA zone in which the day is meant or the instant is shown; `None` where the jurisdiction has several.
    pub zone: Option<String>,
    /// The jurisdiction whose holidays and zone were used.
    pub place: Option<Jurisdiction>,
    /// How it was counted, step by step, and what remains to be confirmed.
    pub because: Vec<Phrase>,
    /// The rows relied on: rules of computation. Holidays and zones are cited in `because`.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

#[cfg(test)]
mod tests;
