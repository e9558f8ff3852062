//! Lengths of time in words, with the forms that a number takes: one, two, few (three to ten), many.

use crate::Phrase;

/// So many days.
pub(super) fn days(number: i64) -> Phrase {
    let keys = ["deadline.day_one", "deadline.day_two", "deadline.days_few", "deadline.days_many"];
    amount(number, keys)
}

/// A stretch of time in seconds, in the largest unit that says enough: days from three days on, hours from two hours on.
pub(super) fn stretch(seconds: i64) -> Phrase {
    const HOUR: i64 = 3_600;
    if seconds >= 72 * HOUR {
        return days(seconds / (24 * HOUR));
    }
    if seconds >= 2 * HOUR {
        let keys = ["deadline.hour_one", "deadline.hour_two", "deadline.hours_few", "deadline.hours_many"];
        return amount(seconds / HOUR, keys);
    }
    let keys =
        ["deadline.minute_one", "deadline.minute_two", "deadline.minutes_few", "deadline.minutes_many"];
    amount(seconds / 60, keys)
}

fn amount(number: i64, [one, two, few, many]: [&'static str; 4]) -> Phrase {
    let key = match number {
        1 => one,
        2 => two,
        3..=10 => few,
        _ => many,
    };
    Phrase::new(key).with("n", number)
}
