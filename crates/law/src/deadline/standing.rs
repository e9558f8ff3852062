//! How a deadline stands at an instant.
//!
//! Where the bound jurisdiction has clocks that differ, nobody is called late before the last of them has passed the end,
//! and nothing is said to run once the first of them has.

use super::{DeadlineKind, Standing, words};
use crate::{
    Phrase,
    time::{Clock, Due, Moment},
};
use jiff::Timestamp;

/// What the standing of a deadline follows from.
pub(super) struct Situation<'a> {
    pub(super) clock: &'a Clock,
    pub(super) kind: DeadlineKind,
    pub(super) owed: bool,
    pub(super) met: Option<Moment>,
    pub(super) now: Timestamp,
}

impl Situation<'_> {
    /// The standing of a period that has started and does not rest.
    pub(super) fn standing(&self, due: &Due) -> Standing {
        let Some(at) = due.at else { return Standing::Unknown };
        let end = due.runs_on_to.map_or(at, Moment::Day);
        if let Some(met) = self.met {
            return self.met(met, end);
        }
        if self.kind == DeadlineKind::Availability {
            return Standing::Running { left: Phrase::new("deadline.at_once"), seconds: 0 };
        }
        self.unmet(end)
    }

    fn unmet(&self, end: Moment) -> Standing {
        let (first, last) = self.ends(end);
        if self.now <= first {
            let seconds = first.duration_since(self.now).as_secs();
            return Standing::Running { left: self.words(self.now, end, seconds), seconds };
        }
        if self.now <= last && first != last {
            return Standing::Unknown;
        }
        let seconds = self.now.duration_since(last).as_secs();
        let long = self.words(self.now, end, seconds);
        if self.owed {
            Standing::Late { by: long, seconds, met: false }
        } else {
            Standing::Over { since: long, seconds }
        }
    }

    fn met(&self, met: Moment, end: Moment) -> Standing {
        if matches!((met, end), (Moment::Day(met), Moment::Day(end)) if met <= end) {
            return Standing::Met;
        }
        let ((_, surely), (possibly, _)) = (self.clock.over(met), self.ends(end));
        if surely <= possibly {
            return Standing::Met;
        }
        let ((began, _), (_, last)) = (self.clock.begin(met), self.ends(end));
        if began < last {
            return Standing::Unknown;
        }
        let seconds = began.duration_since(last).as_secs();
        let by = self.words(began, end, seconds);
        Standing::Late { by, seconds, met: true }
    }

    /// The instant of the end: by the clock that is there first, and by the one that is there last.
    fn ends(&self, end: Moment) -> (Timestamp, Timestamp) {
        if self.kind.begins_with_the_day() { self.clock.begin(end) } else { self.clock.over(end) }
    }

    /// How far it is from an instant to the end: whole days of the calendar for a day, a stretch for an instant.
    fn words(&self, at: Timestamp, end: Moment, seconds: i64) -> Phrase {
        match end {
            Moment::Instant(_) => words::stretch(seconds),
            Moment::Day(end) => match self.clock.roughly(at).until(end) {
                Ok(span) if span.get_days() == 0 => Phrase::new("deadline.this_day"),
                Ok(span) => words::days(span.get_days().abs().into()),
                Err(_) => words::stretch(seconds),
            },
        }
    }
}
