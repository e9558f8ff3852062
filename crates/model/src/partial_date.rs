//! Dates of which only the year, or the year and month, may be known.

use crate::Nonsense;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const EXPECTED: &str = "a date as YYYY, YYYY-MM or YYYY-MM-DD";

/// A calendar date that is known at least to the year: `2016`, `2016-03` or `2016-03-09`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"))]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl PartialDate {
    /// Builds a date from its parts; a day needs its month, and the date must exist in the calendar.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, Nonsense> {
        let shown = || Nonsense::new(&format!("{year}-{month:?}-{day:?}"), EXPECTED);
        if (day.is_some() && month.is_none()) || !(1..=9999).contains(&year) {
            return Err(shown());
        }
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).map_err(|_| shown())?;
        Ok(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The month, where it is known.
    #[must_use]
    pub fn month(&self) -> Option<i8> {
        self.month
    }

    /// The day, where it is known.
    #[must_use]
    pub fn day(&self) -> Option<i8> {
        self.day
    }

    /// The whole date, where day and month are known.
    #[must_use]
    pub fn full(&self) -> Option<Date> {
        Date::new(self.year, self.month?, self.day?).ok()
    }

    /// Could both be the same day? True where no part that both know differs.
    #[must_use]
    pub fn may_equal(&self, other: &Self) -> bool {
        let agrees = |a: Option<i8>, b: Option<i8>| a.is_none() || b.is_none() || a == b;
        self.year == other.year && agrees(self.month, other.month) && agrees(self.day, other.day)
    }
}

impl FromStr for PartialDate {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let nonsense = || Nonsense::new(text, EXPECTED);
        let parts: Vec<&str> = text.split('-').collect();
        let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let digits = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        if !digits || !matches!(widths.as_slice(), [4] | [4, 2] | [4, 2, 2]) {
            return Err(nonsense());
        }
        let number = |at: usize| parts.get(at).map(|part| part.parse::<i8>()).transpose();
        let year = text.get(..4).and_then(|year| year.parse().ok()).ok_or_else(nonsense)?;
        Self::new(year, number(1).map_err(|_| nonsense())?, number(2).map_err(|_| nonsense())?)
            .map_err(|_| nonsense())
    }
}

impl TryFrom<String> for PartialDate {
    type Error = Nonsense;
    fn try_from(text: String) -> Result<Self, Nonsense> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(value: PartialDate) -> String {
        value.to_string()
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}", self.year)?;
        self.month.map_or(Ok(()), |month| write!(out, "-{month:02}"))?;
        self.day.map_or(Ok(()), |day| write!(out, "-{day:02}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_year_alone_may_equal_any_day_of_that_year() {
        let year: PartialDate = "2016".parse().unwrap();
        assert!(year.may_equal(&"2016-03-09".parse().unwrap()));
        assert!(!year.may_equal(&"2017-03-09".parse().unwrap()));
    }

    #[test]
    fn a_day_that_the_calendar_lacks_is_refused() {
        for text in
            ["2023-02-29", "2016-13", "2016-00-01", "0000", "16-03-09", "2016-3-9", "2016-03-09-01", ""]
        {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused_without_panic(text in "\\PC{0,12}") {
            if let Ok(date) = text.parse::<PartialDate>() {
                prop_assert_eq!(date.to_string(), text);
            }
        }
    }
}
