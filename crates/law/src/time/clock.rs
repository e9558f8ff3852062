//! The clocks of a jurisdiction: one zone, or several that may or may not agree on what day it is.

use super::{
    Moment,
    sorted::{Sorted, fields},
};
use crate::{Phrase, Place};
use comity_model::Jurisdiction;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::{Offset, TimeZone, TimeZoneDatabase},
};
use std::sync::LazyLock;

const ZONES: Sorted = Sorted(include_str!("../../../../law/time_zones.csv"));

/// Only the database that is compiled in: the engine reads no file, and two machines give the same answer.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The clocks of a place. Where there are several, an answer is given if it is the same by all.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    place: Jurisdiction,
    zones: Vec<TimeZone>,
}

impl Clock {
    /// The clock of a place; `zone` chooses where the place has several and is passed over where it is none of them.
    pub(crate) fn of(place: &Place, zone: Option<&str>) -> Self {
        let place = place.jurisdiction();
        let names = zones(place);
        let chosen = names.iter().find(|name| Some(name.as_str()) == zone);
        let kept = chosen.map_or(names.as_slice(), std::slice::from_ref);
        Self { place, zones: kept.iter().filter_map(|name| DATABASE.get(name).ok()).collect() }
    }

    /// Whose clock it is.
    pub(crate) fn place(&self) -> Jurisdiction {
        self.place
    }

    /// The day of a moment; a reason where the place has clocks that differ on it, or none.
    pub(crate) fn day(&self, moment: Moment) -> Result<Date, Phrase> {
        let instant = match moment {
            Moment::Day(day) => return Ok(day),
            Moment::Instant(instant) => instant,
        };
        let mut days = self.zones.iter().map(|zone| zone.to_datetime(instant).date());
        let first = days.next().ok_or_else(|| Phrase::new("deadline.no_zone").with("place", self.place))?;
        if days.all(|day| day == first) { Ok(first) } else { Err(self.several()) }
    }

    /// The day of an instant by the first of the clocks: for words such as "3 days" alone.
    pub(crate) fn roughly(&self, instant: Timestamp) -> Date {
        self.zones.first().unwrap_or(&TimeZone::UTC).to_datetime(instant).date()
    }

    /// When a moment can begin at the earliest and at the latest; for an instant, both are the instant.
    pub(crate) fn begin(&self, moment: Moment) -> (Timestamp, Timestamp) {
        match moment {
            Moment::Instant(instant) => (instant, instant),
            Moment::Day(day) => self.midnights(day),
        }
    }

    /// When a moment can be over at the earliest and at the latest.
    pub(crate) fn over(&self, moment: Moment) -> (Timestamp, Timestamp) {
        match moment {
            Moment::Instant(instant) => (instant, instant),
            Moment::Day(day) => self.midnights(day.saturating_add(1.day())),
        }
    }

    /// The zone's name, if there is one zone, or all show the same time throughout the moment.
    pub(crate) fn zone(&self, moment: Moment) -> Option<String> {
        let (from, to) = (self.begin(moment).0, self.over(moment).1);
        let first = self.zones.first()?;
        let same = |zone: &TimeZone| [from, to].iter().all(|at| zone.to_offset(*at) == first.to_offset(*at));
        if self.zones.iter().all(same) { first.iana_name().map(str::to_owned) } else { None }
    }

    /// Midnight at the start of a day by the clock that is first there, and by the one that is last.
    fn midnights(&self, day: Date) -> (Timestamp, Timestamp) {
        let all = self.zones.iter().filter_map(|zone| midnight(day, zone));
        let (first, last) = (all.clone().min(), all.max());
        let edge = |hours| midnight(day, &TimeZone::fixed(Offset::constant(hours)));
        (
            first.or_else(|| edge(14)).unwrap_or(Timestamp::MAX),
            last.or_else(|| edge(-12)).unwrap_or(Timestamp::MAX),
        )
    }

    fn several(&self) -> Phrase {
        let names: Vec<_> = self.zones.iter().filter_map(TimeZone::iana_name).take(6).collect();
        let more = if self.zones.len() > names.len() { ", ..." } else { "" };
        let phrase = Phrase::new("deadline.several_zones").with("place", self.place);
        phrase.with("zones", format!("{}{more}", names.join(", ")))
    }
}

fn midnight(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible().ok()
}

fn zones(place: Jurisdiction) -> Vec<String> {
    let rows = ZONES.starting_with(&format!("{place},"));
    rows.filter_map(|line| fields(line).into_iter().nth(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn clock(code: &str, zone: Option<&str>) -> Clock {
        Clock::of(&code.parse().unwrap(), zone)
    }

    fn instant(text: &str) -> Moment {
        Moment::Instant(text.parse().unwrap())
    }

    #[test]
    fn every_zone_of_the_table_is_in_the_compiled_in_database() {
        for line in ZONES.0.lines().skip(1) {
            let zone = fields(line).into_iter().nth(1).unwrap();
            assert!(DATABASE.get(&zone).is_ok(), "{zone}");
        }
    }

    #[test]
    fn an_instant_late_in_the_evening_is_the_next_day_further_east() {
        let evening = instant("2024-03-27T22:30:00Z");
        assert_eq!(clock("FR", None).day(evening), Ok(date(2024, 3, 27)));
        assert_eq!(clock("FI", None).day(evening), Ok(date(2024, 3, 28)));
    }

    #[test]
    fn clocks_that_differ_on_the_day_give_no_day_unless_one_is_chosen() {
        let spain = clock("ES", None);
        assert_eq!(spain.day(instant("2024-03-27T12:00:00Z")), Ok(date(2024, 3, 27)));
        let evening = instant("2024-03-27T23:30:00Z");
        assert_eq!(spain.day(evening).unwrap_err().key(), "deadline.several_zones");
        assert_eq!(clock("ES", Some("Europe/Madrid")).day(evening), Ok(date(2024, 3, 28)));
        assert_eq!(
            clock("ES", Some("Europe/Paris")).day(evening).unwrap_err().key(),
            "deadline.several_zones"
        );
    }

    #[test]
    fn zones_that_show_the_same_time_are_one_clock() {
        let day = Moment::Day(date(2024, 3, 27));
        assert_eq!(clock("DE", None).zone(day).as_deref(), Some("Europe/Berlin"));
        assert_eq!(clock("ES", None).zone(day), None);
        assert_eq!(
            clock("EU", None).day(instant("2024-03-27T12:00:00Z")).unwrap_err().key(),
            "deadline.no_zone"
        );
    }
}
