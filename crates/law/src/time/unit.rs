//! The units of periods.

use comity_model::Nonsense;
use std::{fmt, str::FromStr};

/// A unit in which the tables give the length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Days of the calendar.
    CalendarDays,
    /// Weeks: the same weekday.
    CalendarWeeks,
    /// Months: the day of the same number, or the month's last (Regulation 1182/71 art. 3(2)(c)).
    CalendarMonths,
    /// Years: likewise.
    CalendarYears,
    /// All days but public holidays, Saturdays and Sundays (Regulation 1182/71 art. 2(2)).
    WorkingDays,
    /// Hours, from instant to instant.
    Hours,
    /// Years of a person's age: the birthday ([`crate::relation::age::birthday`]).
    YearsOfAge,
    /// The first day of the n-th calendar month after (Hague 1980 arts. 38, 43).
    CalendarMonthsFirstDay,
    /// The first day of the month after n months have expired (Hague 1996 art. 61).
    CalendarMonthsThenFirstDay,
    /// At once, at every hour.
    Continuous247,
}

impl Unit {
    /// The code in tables and JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Unit::CalendarDays => "calendar_days",
            Unit::CalendarWeeks => "calendar_weeks",
            Unit::CalendarMonths => "calendar_months",
            Unit::CalendarYears => "calendar_years",
            Unit::WorkingDays => "working_days",
            Unit::Hours => "hours",
            Unit::YearsOfAge => "years_of_age",
            Unit::CalendarMonthsFirstDay => "calendar_months_first_day",
            Unit::CalendarMonthsThenFirstDay => "calendar_months_then_first_day",
            Unit::Continuous247 => "continuous_24_7",
        }
    }

    /// Every unit.
    pub const ALL: [Unit; 10] = [
        Unit::CalendarDays,
        Unit::CalendarWeeks,
        Unit::CalendarMonths,
        Unit::CalendarYears,
        Unit::WorkingDays,
        Unit::Hours,
        Unit::YearsOfAge,
        Unit::CalendarMonthsFirstDay,
        Unit::CalendarMonthsThenFirstDay,
        Unit::Continuous247,
    ];
}

impl FromStr for Unit {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        if text == "days" {
            return Ok(Unit::CalendarDays);
        }
        let known = Self::ALL.into_iter().find(|unit| unit.code() == text);
        known.ok_or_else(|| Nonsense::new(text, "a unit such as `calendar_days`, `working_days` or `hours`"))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
