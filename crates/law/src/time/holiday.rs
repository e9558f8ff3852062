//! Public holidays by jurisdiction and day, and the years that the table covers.

use super::sorted::{Sorted, fields};
use crate::Phrase;
use comity_model::Jurisdiction;
use jiff::civil::{Date, Weekday};

const HOLIDAYS: Sorted = Sorted(include_str!("../../../../law/holidays.csv"));
const YEARS: Sorted = Sorted(include_str!("../../../../law/holiday_years.csv"));

/// What kind of day it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DayKind {
    /// Neither a public holiday nor a Saturday or Sunday.
    Working,
    /// A Saturday or Sunday.
    Weekend,
    /// A public holiday, by name.
    Holiday(String),
}

/// The public holidays of a jurisdiction in a year.
#[derive(Debug, Clone)]
pub(super) struct Year {
    place: Jurisdiction,
    year: i16,
    lines: Vec<&'static str>,
}

impl Year {
    /// A year's holidays; a reason where the table does not cover it.
    pub(super) fn of(place: Jurisdiction, year: i16) -> Result<Self, Phrase> {
        covered(place, year)?;
        let lines = HOLIDAYS.starting_with(&format!("{place},{year:04}-")).collect();
        Ok(Self { place, year, lines })
    }

    /// Whether it is the year of a day.
    pub(super) fn has(&self, day: Date) -> bool {
        self.year == day.year()
    }

    /// The name of the holiday on a day of this year.
    fn name(&self, day: Date) -> Option<String> {
        let head = format!("{},{day},", self.place);
        let line = self.lines.iter().find(|line| line.starts_with(&head))?;
        fields(line).pop()
    }
}

/// The kind of a day by Regulation 1182/71 art. 2(2). `year` keeps the year that was read last.
pub(super) fn kind(place: Jurisdiction, day: Date, year: &mut Option<Year>) -> Result<DayKind, Phrase> {
    if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        return Ok(DayKind::Weekend);
    }
    let read = match year.take().filter(|year| year.has(day)) {
        Some(read) => read,
        None => Year::of(place, day.year())?,
    };
    Ok(year.insert(read).name(day).map_or(DayKind::Working, DayKind::Holiday))
}

/// The source of a jurisdiction's holidays, with its date.
pub(super) fn source(place: Jurisdiction) -> Option<(String, String)> {
    match <[String; 5]>::try_from(years(place)?) {
        Ok([_, _, _, source, as_of]) => Some((source, as_of)),
        Err(_) => None,
    }
}

fn years(place: Jurisdiction) -> Option<Vec<String>> {
    YEARS.starting_with(&format!("{place},")).next().map(fields)
}

fn covered(place: Jurisdiction, asked: i16) -> Result<(), Phrase> {
    let year = |at: usize| years(place).and_then(|row| row.get(at)?.parse::<i16>().ok());
    let (Some(first), Some(last)) = (year(1), year(2)) else {
        return Err(Phrase::new("deadline.holidays_of_no_table").with("place", place));
    };
    if (first..=last).contains(&asked) {
        return Ok(());
    }
    let phrase = Phrase::new("deadline.holidays_outside_years").with("place", place);
    Err(phrase.with("first", first).with("last", last).with("year", asked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn place(code: &str) -> Jurisdiction {
        code.parse().unwrap()
    }

    fn of(code: &str, day: Date) -> Result<DayKind, Phrase> {
        kind(place(code), day, &mut None)
    }

    #[test]
    fn the_tables_are_sorted_and_every_row_is_found() {
        for table in [HOLIDAYS, YEARS] {
            let lines: Vec<_> = table.0.lines().skip(1).collect();
            assert!(lines.is_sorted() && lines.len() > 200);
            assert!(lines.iter().step_by(97).all(|line| table.starting_with(line).next() == Some(*line)));
        }
    }

    #[test]
    fn good_friday_is_a_holiday_in_germany_and_not_in_france() {
        let friday = date(2024, 3, 29);
        assert_eq!(of("DE", friday), Ok(DayKind::Holiday("Good Friday".into())));
        assert_eq!(of("FR", friday), Ok(DayKind::Working));
        assert_eq!(of("FR", date(2024, 3, 30)), Ok(DayKind::Weekend));
    }

    #[test]
    fn outside_the_covered_years_and_places_the_reason_is_given() {
        let outside = of("FR", date(2019, 12, 31)).unwrap_err();
        assert_eq!(outside.key(), "deadline.holidays_outside_years");
        assert_eq!(of("UN", date(2024, 5, 7)).unwrap_err().key(), "deadline.holidays_of_no_table");
    }

    #[test]
    fn every_state_of_the_union_is_covered_for_every_year() {
        let union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
        for code in union.split(' ') {
            for year in 2020..=2030 {
                let found = HOLIDAYS.starting_with(&format!("{code},{year}")).count();
                assert!((5..25).contains(&found), "{code} {year}: {found}");
            }
            assert!(source(place(code)).is_some());
        }
    }
}
