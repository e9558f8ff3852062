//! Dates of other calendars as dates of ours. The Hijri calendar is the tabular one (civil epoch, leap years 2, 5, 7, 10, 13, 16,
//! 18, 21, 24, 26 and 29 of thirty), which may differ from an observed date by a day or two; the Persian one follows the
//! 33-year rule, right for the years 1178 to 1633; the Buddhist one counts from 543 BC; eras are those of Japan since 1868.

use comity_model::PartialDate;
use jiff::{Span, civil::Date};

/// A calendar other than the Gregorian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// Islamic, tabular.
    Hijri,
    /// Solar Hijri, as in Iran and Afghanistan.
    Persian,
    /// Thai solar.
    Buddhist,
    /// Meiji, from 1868.
    Meiji,
    /// Taisho, from 1912.
    Taisho,
    /// Showa, from 1926.
    Showa,
    /// Heisei, from 1989.
    Heisei,
    /// Reiwa, from 2019.
    Reiwa,
    /// Republic of China, from 1912.
    Minguo,
}

/// A date of another calendar in ours. Of a year alone, the Gregorian year that most of it falls into. `None` where there is
/// no such date.
#[must_use]
pub fn to_gregorian(
    calendar: Calendar,
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
) -> Option<PartialDate> {
    let shifted = |first: i16| PartialDate::new(year.checked_add(first)?.checked_sub(1)?, month, day).ok();
    match calendar {
        Calendar::Hijri => counted(hijri, year, month, day),
        Calendar::Persian => counted(persian, year, month, day),
        Calendar::Buddhist => PartialDate::new(year.checked_sub(543)?, month, day).ok(),
        Calendar::Meiji => shifted(1868),
        Calendar::Taisho | Calendar::Minguo => shifted(1912),
        Calendar::Showa => shifted(1926),
        Calendar::Heisei => shifted(1989),
        Calendar::Reiwa => shifted(2019),
    }
}

/// Days since 1970, from year, month, day.
type DayNumber = fn(i64, i64, i64) -> Option<i64>;

fn counted(number: DayNumber, year: i16, month: Option<i8>, day: Option<i8>) -> Option<PartialDate> {
    if !(1..=3000).contains(&year) {
        return None;
    }
    let middle = number(i64::from(year), i64::from(month.unwrap_or(6)), i64::from(day.unwrap_or(15)))?;
    let date = Date::constant(1970, 1, 1).checked_add(Span::new().try_days(middle).ok()?).ok()?;
    let known = (month.is_some(), month.is_some() && day.is_some());
    PartialDate::new(date.year(), known.0.then_some(date.month()), known.1.then_some(date.day())).ok()
}

fn hijri(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = (11 * year + 14).rem_euclid(30) < 11;
    let longest = if month % 2 == 1 || (month == 12 && is_leap) { 30 } else { 29 };
    if !(1..=12).contains(&month) || !(1..=longest).contains(&day) {
        return None;
    }
    // 1 Muharram 1 is 19 July 622 of the proleptic Gregorian calendar, day -492148 (16 July of the Julian).
    let before = (year - 1) * 354 + (3 + 11 * year).div_euclid(30);
    Some(-492_148 + before + 29 * (month - 1) + month / 2 + day - 1)
}

fn persian(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = (25 * year + 11).rem_euclid(33) < 8;
    let longest = if month <= 6 {
        31
    } else if month < 12 || is_leap {
        30
    } else {
        29
    };
    if !(1..=12).contains(&month) || !(1..=longest).contains(&day) {
        return None;
    }
    let months = if month <= 7 { 31 * (month - 1) } else { 30 * (month - 1) + 6 };
    // So that 1 Farvardin 1400 is 21 March 2021.
    Some(-492_268 + 365 * (year - 1) + (8 * year + 21).div_euclid(33) + months + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_that_are_known_in_both_calendars_agree() {
        for (calendar, (year, month, day), ours) in [
            (Calendar::Hijri, (1400, 1, 1), "1979-11-21"),
            (Calendar::Persian, (1400, 1, 1), "2021-03-21"),
            (Calendar::Persian, (1357, 11, 22), "1979-02-11"),
            (Calendar::Buddhist, (2543, 1, 1), "2000-01-01"),
            (Calendar::Showa, (64, 1, 7), "1989-01-07"),
            (Calendar::Reiwa, (1, 5, 1), "2019-05-01"),
        ] {
            let found = to_gregorian(calendar, year, Some(month), Some(day)).map(|date| date.to_string());
            assert_eq!(found.as_deref(), Some(ours), "{calendar:?}");
        }
        assert_eq!(to_gregorian(Calendar::Hijri, 1400, Some(13), Some(1)), None);
        assert_eq!(
            to_gregorian(Calendar::Persian, 1363, None, None).map(|date| date.to_string()).as_deref(),
            Some("1984")
        );
    }

    proptest! {
        #[test]
        fn any_numbers_convert_or_not_without_panic(year in any::<i16>(), month in any::<i8>(), day in any::<i8>()) {
            for calendar in [Calendar::Hijri, Calendar::Persian, Calendar::Buddhist, Calendar::Reiwa, Calendar::Minguo] {
                let _ = to_gregorian(calendar, year, Some(month), Some(day));
                let _ = to_gregorian(calendar, year, None, Some(day));
            }
        }
    }
}
