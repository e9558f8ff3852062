//! Counting a period to its end.
//!
//! The day of the event is not counted (Regulation 1182/71 art. 3(1) for acts of the Union; so also, in general, under
//! treaties), so six weeks from a Monday end with a Monday. Months and years end with the day of the same number, or with
//! the month's last. Hours go from instant to instant.

use super::{
    Calendar, Due, Moment, Unit,
    holiday::{self, DayKind},
};
use crate::{Confidence, Phrase, relation::age::birthday};
use jiff::{SignedDuration, Span, Timestamp, ToSpan, civil::Date};

/// How far a search for working days goes, in days; further on nothing is known anyway.
const FARTHEST: u32 = 10_000;

/// When a period ends that starts with an event.
#[must_use]
pub fn period(start: Moment, length: u32, unit: Unit, calendar: &Calendar<'_>) -> Due {
    interrupted(start, length, unit, calendar, &[])
}

/// When a period ends that was suspended from one moment to another, once or more; `pauses` in the order of time. The
/// time from the start of a pause to its end is not counted; what lies before the period or after its end changes nothing.
#[must_use]
pub fn interrupted(
    start: Moment,
    length: u32,
    unit: Unit,
    calendar: &Calendar<'_>,
    pauses: &[(Moment, Moment)],
) -> Due {
    let place = Some(calendar.place());
    let due = Due { at: None, runs_on_to: None, zone: None, place, because: vec![], sources: vec![] };
    let mut count = Count { calendar, due, year: None };
    match count.end(start, length, unit, pauses) {
        Ok(at) => count.ends(at, unit),
        Err(reason) => count.due.because.push(reason),
    }
    count.due
}

struct Count<'a> {
    calendar: &'a Calendar<'a>,
    due: Due,
    /// The year whose holidays were looked at last.
    year: Option<holiday::Year>,
}

impl Count<'_> {
    fn end(
        &mut self,
        start: Moment,
        length: u32,
        unit: Unit,
        pauses: &[(Moment, Moment)],
    ) -> Result<Moment, Phrase> {
        match unit {
            Unit::Continuous247 => {
                self.say(Phrase::new("deadline.at_once"));
                Ok(start)
            }
            Unit::Hours => self.hours(start, length, pauses).map(Moment::Instant),
            _ => self.days(start, length, unit, pauses).map(Moment::Day),
        }
    }

    /// Writes down the end, in which zone it is meant, and until when it runs on.
    fn ends(&mut self, at: Moment, unit: Unit) {
        self.due.at = Some(at);
        self.due.zone = self.calendar.zone(at);
        if self.due.zone.is_none() {
            self.say(Phrase::new("deadline.zone_not_said").with("place", self.calendar.place()));
        }
        match at {
            Moment::Day(day) if self.may_run_on(unit) => self.runs_on(day),
            _ => {}
        }
    }

    /// Regulation 1182/71 art. 3(4) is for periods of Union acts; working days end on one anyway.
    fn may_run_on(&self, unit: Unit) -> bool {
        self.calendar.of_union_act() && !matches!(unit, Unit::WorkingDays | Unit::YearsOfAge)
    }

    fn hours(
        &mut self,
        start: Moment,
        length: u32,
        pauses: &[(Moment, Moment)],
    ) -> Result<Timestamp, Phrase> {
        let from = instant(start)?;
        let mut end = later(from, SignedDuration::from_hours(length.into()))?;
        for (paused, resumed) in pauses {
            let (paused, resumed) = (instant(*paused)?.max(from), instant(*resumed)?);
            if paused <= end && resumed > paused {
                end = later(end, resumed.duration_since(paused))?;
                self.suspended(Moment::Instant(paused), Moment::Instant(resumed));
            }
        }
        if self.calendar.of_union_act() && length > 0 {
            self.say(Phrase::new("deadline.hours_from_the_instant"));
        }
        Ok(end)
    }

    fn days(
        &mut self,
        start: Moment,
        length: u32,
        unit: Unit,
        pauses: &[(Moment, Moment)],
    ) -> Result<Date, Phrase> {
        let clock = self.calendar.clock();
        let from = clock.day(start)?;
        if let Moment::Instant(_) = start {
            self.say(
                Phrase::new("deadline.day_of_event").with("day", from).with("place", self.calendar.place()),
            );
        }
        let pauses = pauses
            .iter()
            .map(|(paused, resumed)| Ok((clock.day(*paused)?.max(from), clock.day(*resumed)?)))
            .collect::<Result<Vec<_>, Phrase>>()?;
        self.say_how(from, length, unit);
        if unit == Unit::WorkingDays {
            return self.working_days(from, length, &pauses);
        }
        self.prolonged(add(from, length, unit)?, &pauses)
    }

    /// Adds the days of each pause that began before the end.
    fn prolonged(&mut self, mut end: Date, pauses: &[(Date, Date)]) -> Result<Date, Phrase> {
        for (paused, resumed) in pauses {
            if paused <= &end && resumed > paused {
                let days = paused.until(*resumed).map_err(|_| beyond())?.get_days();
                end = end.checked_add(days.days()).map_err(|_| beyond())?;
                self.suspended(Moment::Day(*paused), Moment::Day(*resumed));
            }
        }
        Ok(end)
    }

    /// Regulation 1182/71 art. 2(2). Elsewhere the days of rest of a week differ, and the tables do not tell them.
    fn working_days(&mut self, from: Date, length: u32, pauses: &[(Date, Date)]) -> Result<Date, Phrase> {
        if !self.calendar.of_union_act() {
            return Err(Phrase::new("deadline.working_days_elsewhere"));
        }
        self.cite_holidays();
        let (mut day, mut left) = (from, length);
        for _ in 0..FARTHEST {
            if left == 0 {
                return Ok(day);
            }
            day = day.tomorrow().map_err(|_| beyond())?;
            let suspended = pauses.iter().any(|(paused, resumed)| *paused < day && day <= *resumed);
            if !suspended && self.is_working(day)? {
                left -= 1;
            }
        }
        Err(beyond())
    }

    /// Whether it is a working day; a public holiday is written down by name.
    fn is_working(&mut self, day: Date) -> Result<bool, Phrase> {
        match holiday::kind(self.calendar.place(), day, &mut self.year)? {
            DayKind::Working => Ok(true),
            DayKind::Weekend => Ok(false),
            DayKind::Holiday(name) => {
                self.say(Phrase::new("deadline.holiday_not_counted").with("day", day).with("name", &name));
                if name.contains("(estimated)") {
                    self.say(Phrase::new("deadline.holiday_estimated").with("day", day).with("name", name));
                }
                Ok(false)
            }
        }
    }

    /// Regulation 1182/71 art. 3(4): to the end of the next working day.
    fn runs_on(&mut self, end: Date) {
        let mut day = end;
        for _ in 0..FARTHEST {
            match holiday::kind(self.calendar.place(), day, &mut self.year) {
                Ok(DayKind::Working) => break,
                Ok(_) => day = day.saturating_add(1.day()),
                Err(reason) => {
                    self.say(Phrase::new("deadline.running_on_not_known").with("day", end));
                    return self.say(reason);
                }
            }
        }
        if day != end {
            self.due.runs_on_to = Some(day);
            self.say(Phrase::new("deadline.runs_on").with("end", end).with("day", day));
            self.cite_union("3(4)");
            self.cite_holidays();
        }
    }

    /// By which rule the days are counted.
    fn say_how(&mut self, from: Date, length: u32, unit: Unit) {
        if matches!(unit, Unit::CalendarMonthsFirstDay | Unit::CalendarMonthsThenFirstDay) {
            let key = if unit == Unit::CalendarMonthsFirstDay {
                "deadline.first_day_of_month"
            } else {
                "deadline.first_day_after_months"
            };
            self.say(Phrase::new(key).with("months", length));
            return self.cite_own("43");
        }
        if unit == Unit::YearsOfAge && from.month() == 2 && from.day() == 29 {
            self.say(Phrase::new("deadline.birthday_29_february"));
        }
        if unit == Unit::YearsOfAge || length == 0 {
            return;
        }
        if self.calendar.of_union_act() {
            self.say(Phrase::new("deadline.event_day_not_counted"));
            self.cite_union("3(1)");
        } else {
            self.say(Phrase::new("deadline.event_day_not_counted_by_usage"));
            if unit == Unit::CalendarWeeks {
                self.cite_own("11");
            }
        }
        if unit == Unit::WorkingDays {
            self.say(Phrase::new("deadline.working_days"));
            self.cite_union("2(2)");
        }
    }

    fn suspended(&mut self, paused: Moment, resumed: Moment) {
        self.say(Phrase::new("deadline.prolonged_by_pause").with("from", paused).with("to", resumed));
    }

    fn cite_holidays(&mut self) {
        if let Some((source, as_of)) = holiday::source(self.calendar.place()) {
            let phrase = Phrase::new("deadline.holidays_by").with("place", self.calendar.place());
            self.say(phrase.with("source", source).with("as_of", as_of));
        }
    }

    /// Cites a rule of Regulation 1182/71 and says that it is to be confirmed where its row is a mere lead.
    fn cite_union(&mut self, article: &str) {
        let Some(rule) = self.calendar.union_rule(article) else { return };
        if rule.cite.confidence == Confidence::Low {
            self.say(Phrase::new("deadline.rule_to_confirm").with("article", &rule.article));
        }
        self.due.sources.push(rule.cite.clone());
    }

    fn cite_own(&mut self, article: &str) {
        self.due.sources.extend(self.calendar.own_rule(article).map(|rule| rule.cite.clone()));
    }

    fn say(&mut self, phrase: Phrase) {
        if !self.due.because.contains(&phrase) {
            self.due.because.push(phrase);
        }
    }
}

/// The day so many units after; for a unit that is counted otherwise, the day itself.
fn add(from: Date, length: u32, unit: Unit) -> Result<Date, Phrase> {
    if unit == Unit::YearsOfAge {
        return u8::try_from(length).ok().and_then(|years| birthday(from, years)).ok_or_else(beyond);
    }
    let length = i64::from(length);
    let span = match unit {
        Unit::CalendarDays => Span::new().try_days(length),
        Unit::CalendarWeeks => Span::new().try_weeks(length),
        Unit::CalendarYears => Span::new().try_years(length),
        Unit::CalendarMonths | Unit::CalendarMonthsFirstDay => Span::new().try_months(length),
        Unit::CalendarMonthsThenFirstDay => Span::new().try_months(length.saturating_add(1)),
        Unit::WorkingDays | Unit::Hours | Unit::YearsOfAge | Unit::Continuous247 => Ok(Span::new()),
    };
    let end = span.and_then(|span| from.checked_add(span)).map_err(|_| beyond())?;
    let first_day = matches!(unit, Unit::CalendarMonthsFirstDay | Unit::CalendarMonthsThenFirstDay);
    Ok(if first_day { end.first_of_month() } else { end })
}

fn instant(moment: Moment) -> Result<Timestamp, Phrase> {
    match moment {
        Moment::Instant(instant) => Ok(instant),
        Moment::Day(day) => Err(Phrase::new("deadline.time_needed").with("day", day)),
    }
}

fn later(instant: Timestamp, by: SignedDuration) -> Result<Timestamp, Phrase> {
    instant.checked_add(by).map_err(|_| beyond())
}

fn beyond() -> Phrase {
    Phrase::new("deadline.beyond_the_calendar")
}
