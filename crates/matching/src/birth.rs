//! Two dates of birth as what they are: exact, exchanged, in part, a placeholder, a range. What each finding weighs, in bits.

use comity_model::{Nonsense, PartialDate, message::Verdict};

/// When somebody was born, as far as it is known: one day, month or year, or a range of years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Birth {
    date: PartialDate,
    /// The last year that is possible, where it is a range.
    until: i16,
}

impl From<PartialDate> for Birth {
    fn from(date: PartialDate) -> Self {
        Self { date, until: date.year() }
    }
}

impl Birth {
    /// Somebody aged `youngest` to `oldest` years in a year: born in one of the years that this leaves.
    ///
    /// # Errors
    /// Where no such year exists.
    pub fn from_age(youngest: u8, oldest: u8, in_year: i16) -> Result<Self, Nonsense> {
        let first = in_year.saturating_sub(i16::from(youngest.max(oldest))).saturating_sub(1);
        let date = PartialDate::new(first, None, None)?;
        Ok(Self { date, until: in_year.saturating_sub(i16::from(youngest.min(oldest))) })
    }

    fn years(self) -> (i16, i16) {
        (self.date.year(), self.until)
    }
}

/// What two dates of birth say: verdict, why, bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BirthFinding {
    /// Agree, near, differ.
    pub verdict: Verdict,
    /// Why, in plain words.
    pub why: &'static str,
    /// Bits for one person (above 0) or two.
    pub bits: f64,
}

const fn found(verdict: Verdict, why: &'static str, bits: f64) -> BirthFinding {
    BirthFinding { verdict, why, bits }
}

/// Compares two dates of birth. The weights follow Fellegi and Sunter: the share of such findings among records of one
/// person over that among two persons of a population of sixty years of births.
#[must_use]
pub fn compare_births(one: Birth, two: Birth) -> BirthFinding {
    if one.years().0 != one.years().1 || two.years().0 != two.years().1 {
        return ranges(one, two);
    }
    let (a, b) = (one.date, two.date);
    match (a.full(), b.full()) {
        (Some(_), Some(_)) if a == b && is_placeholder(a) => {
            found(Verdict::Agrees, "same year of birth, 1 January on both sides", 6.5)
        }
        (Some(_), Some(_)) if a == b => found(Verdict::Agrees, "same date of birth", 14.0),
        (Some(_), Some(_)) => two_days(a, b),
        _ => in_part(a, b),
    }
}

/// 1 January stands for a day that nobody knew.
fn is_placeholder(date: PartialDate) -> bool {
    date.month() == Some(1) && date.day() == Some(1)
}

fn two_days(a: PartialDate, b: PartialDate) -> BirthFinding {
    let apart = a.year().abs_diff(b.year());
    if apart == 0 && (is_placeholder(a) || is_placeholder(b)) {
        return found(Verdict::Agrees, "same year of birth, 1 January on one side", 4.5);
    }
    if apart == 0 && a.month() == b.day() && a.day() == b.month() {
        return found(Verdict::Near, "day and month of birth exchanged", 7.0);
    }
    let same_day = a.month() == b.month() && a.day() == b.day();
    match (apart, same_day) {
        (1, true) => found(Verdict::Near, "year of birth differs by one", 4.5),
        (10 | 100, true) => found(Verdict::Near, "date of birth one digit apart", 4.0),
        (_, true) if one_digit(a, b) => found(Verdict::Near, "date of birth one digit apart", 3.0),
        (0, false) if one_digit(a, b) => found(Verdict::Near, "date of birth one digit apart", 4.5),
        (0, false) if a.month() == b.month() || a.day() == b.day() => {
            found(Verdict::Near, "same year of birth, day or month differs", 2.0)
        }
        (0, false) => found(Verdict::Differs, "same year of birth, day and month differ", -1.0),
        (1, false) => found(Verdict::Differs, "year of birth differs by one", -2.5),
        (2..=3, _) => found(Verdict::Differs, "dates of birth differ", -5.0),
        _ => found(Verdict::Differs, "dates of birth differ", -8.0),
    }
}

/// Is one digit of both written dates different, or two neighbours exchanged?
fn one_digit(a: PartialDate, b: PartialDate) -> bool {
    strsim::osa_distance(&a.to_string(), &b.to_string()) == 1
}

fn in_part(a: PartialDate, b: PartialDate) -> BirthFinding {
    if a.may_equal(&b) {
        return if a.month().is_some() && b.month().is_some() {
            found(Verdict::Agrees, "same year and month of birth, no day on one side", 9.0)
        } else {
            found(Verdict::Agrees, "same year of birth, no more on one side", 5.5)
        };
    }
    match a.year().abs_diff(b.year()) {
        0 => found(Verdict::Differs, "same year of birth, months differ", -1.0),
        1 => found(Verdict::Near, "year of birth differs by one", -0.8),
        2..=3 => found(Verdict::Differs, "dates of birth differ", -4.0),
        _ => found(Verdict::Differs, "dates of birth differ", -7.0),
    }
}

fn ranges(one: Birth, two: Birth) -> BirthFinding {
    let (a, b) = (one.years(), two.years());
    let shared = i32::from(a.1.min(b.1)) - i32::from(a.0.max(b.0)) + 1;
    if shared > 0 {
        let widest = f64::from((a.1 - a.0).max(b.1 - b.0)) + 1.0;
        return found(Verdict::Agrees, "within the range of ages", (60.0 / widest).log2().max(0.3));
    }
    if shared > -2 {
        found(Verdict::Near, "a year or two outside the range of ages", -1.0)
    } else {
        found(Verdict::Differs, "outside the range of ages", -6.0)
    }
}
