use super::*;
use crate::{Instrument, Law};
use jiff::civil::date;
use proptest::prelude::*;

fn calendar(instrument: Instrument, place: &str) -> Calendar<'static> {
    Calendar::new(Law::shipped(), instrument, &place.parse().unwrap(), None)
}

fn union(place: &str) -> Calendar<'static> {
    calendar(Instrument::BrusselsIIb, place)
}

fn hague(place: &str) -> Calendar<'static> {
    calendar(Instrument::Hague1980, place)
}

fn day(year: i16, month: i8, day: i8) -> Moment {
    Moment::Day(date(year, month, day))
}

fn instant(text: &str) -> Moment {
    Moment::Instant(text.parse().unwrap())
}

fn keys(due: &Due) -> Vec<&'static str> {
    due.because.iter().map(Phrase::key).collect()
}

#[test]
fn working_days_over_easter_leave_out_the_holidays_of_the_bound_state() {
    let received = day(2024, 3, 27);
    let france = period(received, 5, Unit::WorkingDays, &union("FR"));
    assert_eq!(france.at, Some(day(2024, 4, 4)));
    let germany = period(received, 5, Unit::WorkingDays, &union("DE"));
    assert_eq!(germany.at, Some(day(2024, 4, 5)));
    assert!(germany.because.iter().any(|step| step.to_string().contains("Good Friday")));
    assert!(keys(&germany).contains(&"deadline.rule_to_confirm"));
    assert!(keys(&germany).contains(&"deadline.holidays_by"));
}

#[test]
fn working_days_end_where_another_program_says_they_end() {
    let vectors = include_str!("working_days.csv");
    for line in vectors.lines().skip(1) {
        let fields: Vec<_> = line.split(',').collect();
        let start = Moment::Day(fields[1].parse().unwrap());
        let due = period(start, fields[2].parse().unwrap(), Unit::WorkingDays, &union(fields[0]));
        assert_eq!(due.at, Some(Moment::Day(fields[3].parse().unwrap())), "{line}");
    }
    assert_eq!(vectors.lines().count(), 1 + 27 * 15);
}

#[test]
fn working_days_that_leave_the_covered_years_end_nowhere() {
    let due = period(day(2030, 12, 27), 5, Unit::WorkingDays, &union("FR"));
    assert_eq!(due.at, None);
    assert!(keys(&due).contains(&"deadline.holidays_outside_years"));
    let due = period(day(2019, 12, 20), 5, Unit::WorkingDays, &union("FR"));
    assert_eq!(due.at, None);
}

#[test]
fn working_days_are_counted_for_acts_of_the_union_alone() {
    let due = period(day(2024, 3, 27), 5, Unit::WorkingDays, &hague("MA"));
    assert_eq!((due.at, keys(&due).contains(&"deadline.working_days_elsewhere")), (None, true));
}

#[test]
fn weeks_end_on_the_same_weekday() {
    let due = period(day(2024, 4, 1), 6, Unit::CalendarWeeks, &hague("MA"));
    assert_eq!(due.at, Some(day(2024, 5, 13)));
    assert_eq!(due.runs_on_to, None);
    assert_eq!(due.sources.len(), 1, "the rule that six weeks are calendar weeks");
    assert_eq!(due.sources[0].table, crate::tables::Table::TimeComputationRules);
}

#[test]
fn a_month_from_the_31st_ends_on_the_last_day_of_a_shorter_month() {
    for (from, to) in [
        (day(2023, 1, 31), day(2023, 2, 28)),
        (day(2024, 1, 31), day(2024, 2, 29)),
        (day(2024, 3, 31), day(2024, 4, 30)),
        (day(2024, 2, 29), day(2024, 3, 29)),
    ] {
        assert_eq!(period(from, 1, Unit::CalendarMonths, &hague("FR")).at, Some(to));
    }
}

#[test]
fn a_year_from_a_leap_day_ends_on_28_february() {
    assert_eq!(period(day(2024, 2, 29), 1, Unit::CalendarYears, &hague("FR")).at, Some(day(2025, 2, 28)));
    assert_eq!(period(day(2024, 2, 28), 1, Unit::CalendarDays, &hague("FR")).at, Some(day(2024, 2, 29)));
}

#[test]
fn a_birthday_on_a_leap_day_falls_on_1_march_in_a_common_year_as_the_age_rules_have_it() {
    let leap = period(day(2008, 2, 29), 18, Unit::YearsOfAge, &calendar(Instrument::Hague1996, "FR"));
    assert_eq!(leap.at, Some(day(2026, 3, 1)));
    assert!(keys(&leap).contains(&"deadline.birthday_29_february"));
    let sixteen = period(day(2008, 2, 29), 16, Unit::YearsOfAge, &hague("FR"));
    assert_eq!(sixteen.at, Some(day(2024, 2, 29)));
    for born in [date(2008, 2, 28), date(2008, 2, 29), date(2008, 3, 1)] {
        for years in 1..=20 {
            let due = period(Moment::Day(born), years.into(), Unit::YearsOfAge, &hague("FR"));
            assert_eq!(
                due.at,
                crate::relation::age::birthday(born, years).map(Moment::Day),
                "{born} {years}"
            );
        }
    }
    let plain = period(day(2012, 3, 9), 16, Unit::YearsOfAge, &hague("FR"));
    assert_eq!((plain.at, keys(&plain).is_empty()), (Some(day(2028, 3, 9)), true));
}

#[test]
fn entry_into_force_falls_on_the_first_day_of_a_month() {
    let third_month = |from| period(from, 3, Unit::CalendarMonthsFirstDay, &hague("NL")).at;
    assert_eq!(third_month(day(2024, 1, 15)), Some(day(2024, 4, 1)));
    assert_eq!(third_month(day(2023, 11, 30)), Some(day(2024, 2, 1)));
    let after_three =
        |from| period(from, 3, Unit::CalendarMonthsThenFirstDay, &calendar(Instrument::Hague1996, "NL")).at;
    assert_eq!(after_three(day(2024, 1, 15)), Some(day(2024, 5, 1)));
    assert_eq!(after_three(day(2024, 1, 31)), Some(day(2024, 5, 1)));
    assert_eq!(after_three(day(2024, 1, 1)), Some(day(2024, 5, 1)));
}

#[test]
fn hours_go_from_instant_to_instant_over_the_change_of_the_clocks() {
    let evidence = calendar(Instrument::EEvidence, "FR");
    let due = period(instant("2024-03-30T23:30:00Z"), 8, Unit::Hours, &evidence);
    assert_eq!(due.at, Some(instant("2024-03-31T07:30:00Z")));
    assert_eq!(due.zone.as_deref(), Some("Europe/Paris"));
    assert_eq!(due.runs_on_to, None);
}

#[test]
fn hours_from_a_mere_day_are_not_known() {
    let due = period(day(2024, 3, 30), 8, Unit::Hours, &union("FR"));
    assert_eq!((due.at, keys(&due)), (None, vec!["deadline.time_needed"]));
}

#[test]
fn an_instant_counted_in_days_is_the_day_of_the_bound_state() {
    let late = instant("2024-03-27T22:30:00Z");
    assert_eq!(period(late, 1, Unit::CalendarDays, &union("FR")).at, Some(day(2024, 3, 28)));
    assert_eq!(period(late, 1, Unit::CalendarDays, &union("FI")).at, Some(day(2024, 3, 29)));
}

#[test]
fn a_state_of_several_zones_gives_no_day_until_one_is_named() {
    let late = instant("2024-03-28T05:30:00Z");
    let open = period(late, 1, Unit::CalendarDays, &hague("US"));
    assert_eq!((open.at, open.zone.clone(), keys(&open)), (None, None, vec!["deadline.several_zones"]));
    let place = "US".parse().unwrap();
    let named = Calendar::new(Law::shipped(), Instrument::Hague1980, &place, Some("America/New_York"));
    let due = period(late, 1, Unit::CalendarDays, &named);
    assert_eq!((due.at, due.zone.as_deref()), (Some(day(2024, 3, 29)), Some("America/New_York")));
    let by_day = period(day(2024, 3, 27), 1, Unit::CalendarDays, &hague("US"));
    assert_eq!((by_day.at, by_day.zone.clone()), (Some(day(2024, 3, 28)), None));
}

#[test]
fn a_period_of_a_union_act_that_ends_on_a_holiday_is_said_to_run_on() {
    let due = period(day(2024, 3, 28), 3, Unit::CalendarDays, &union("FR"));
    assert_eq!((due.at, due.runs_on_to), (Some(day(2024, 3, 31)), Some(date(2024, 4, 2))));
    assert!(keys(&due).contains(&"deadline.runs_on"));
    let working = period(day(2024, 3, 25), 3, Unit::CalendarDays, &union("FR"));
    assert_eq!(working.runs_on_to, None);
    let treaty = period(day(2024, 3, 28), 3, Unit::CalendarDays, &hague("FR"));
    assert_eq!(treaty.runs_on_to, None);
}

#[test]
fn whether_a_period_runs_on_is_not_known_outside_the_covered_years() {
    let due = period(day(2034, 3, 1), 2, Unit::CalendarWeeks, &union("FR"));
    assert_eq!((due.at, due.runs_on_to), (Some(day(2034, 3, 15)), None));
    assert!(keys(&due).contains(&"deadline.running_on_not_known"));
}

#[test]
fn a_pause_prolongs_by_its_own_length_and_only_while_the_period_runs() {
    let paused = |pauses: &[(Moment, Moment)]| {
        interrupted(day(2024, 5, 1), 7, Unit::CalendarDays, &hague("FR"), pauses).at
    };
    assert_eq!(paused(&[]), Some(day(2024, 5, 8)));
    assert_eq!(paused(&[(day(2024, 5, 3), day(2024, 5, 6))]), Some(day(2024, 5, 11)));
    assert_eq!(paused(&[(day(2024, 4, 20), day(2024, 5, 3))]), Some(day(2024, 5, 10)));
    assert_eq!(paused(&[(day(2024, 5, 9), day(2024, 5, 20))]), Some(day(2024, 5, 8)));
    let twice = [(day(2024, 5, 3), day(2024, 5, 6)), (day(2024, 5, 10), day(2024, 5, 12))];
    assert_eq!(paused(&twice), Some(day(2024, 5, 13)));
}

#[test]
fn working_days_and_hours_are_not_counted_during_a_pause() {
    let pause = [(day(2024, 3, 28), day(2024, 4, 3))];
    let due = interrupted(day(2024, 3, 27), 5, Unit::WorkingDays, &union("FR"), &pause);
    assert_eq!(due.at, Some(day(2024, 4, 9)));
    let pause = [(instant("2024-03-27T10:00:00Z"), instant("2024-03-27T12:30:00Z"))];
    let due = interrupted(instant("2024-03-27T09:00:00Z"), 8, Unit::Hours, &union("FR"), &pause);
    assert_eq!(due.at, Some(instant("2024-03-27T19:30:00Z")));
}

#[test]
fn what_lies_beyond_the_calendar_is_not_known() {
    for unit in Unit::ALL {
        let due = period(day(9999, 12, 30), u32::MAX, unit, &union("FR"));
        assert!(due.at.is_none() || unit == Unit::Continuous247, "{unit}");
        let due = period(Moment::Instant(Timestamp::MAX), u32::MAX, unit, &hague("FR"));
        assert!(due.at.is_none() || unit == Unit::Continuous247, "{unit}");
    }
}

#[test]
fn units_read_back() {
    for unit in Unit::ALL {
        assert_eq!(unit.code().parse(), Ok(unit));
    }
    assert_eq!("days".parse(), Ok(Unit::CalendarDays));
    assert!("fortnights".parse::<Unit>().is_err());
}

fn some_unit() -> impl Strategy<Value = Unit> {
    proptest::sample::select(Unit::ALL.to_vec())
}

fn some_start() -> impl Strategy<Value = Moment> {
    (0i64..315_000_000, any::<bool>()).prop_map(|(seconds, whole)| {
        let instant = Timestamp::from_second(1_577_900_000 + seconds).unwrap();
        let day = jiff::tz::TimeZone::UTC.to_datetime(instant).date();
        if whole { Moment::Day(day) } else { Moment::Instant(instant) }
    })
}

proptest! {
    #[test]
    fn a_period_never_ends_before_it_starts_and_a_longer_one_never_earlier(
        start in some_start(), unit in some_unit(), short in 0u32..60, more in 0u32..30, union_act in any::<bool>()
    ) {
        let calendar = if union_act { union("DE") } else { hague("MA") };
        let clock = calendar.clock();
        let end = |length| period(start, length, unit, &calendar).at;
        let (first, second) = (end(short), end(short + more));
        if let Some(first) = first {
            let begins = clock.day(start).unwrap();
            // A first day of a month after no month at all lies before the event; no row has that length.
            if unit != Unit::CalendarMonthsFirstDay || short > 0 {
                prop_assert!(clock.day(first).unwrap() >= begins);
            }
            if let Some(second) = second {
                prop_assert!(clock.over(second) >= clock.over(first));
            }
        } else {
            prop_assert_eq!(second, None);
        }
    }

    #[test]
    fn a_pause_never_shortens(start in some_start(), length in 1u32..40, from in 0i64..60, days in 0i64..30) {
        let calendar = union("FR");
        let begins = calendar.clock().day(start).unwrap();
        let pause = |after: i64| Moment::Day(begins.saturating_add(jiff::Span::new().days(after)));
        for unit in [Unit::CalendarDays, Unit::CalendarMonths, Unit::WorkingDays] {
            let plain = period(start, length, unit, &calendar).at;
            let longer = interrupted(start, length, unit, &calendar, &[(pause(from), pause(from + days))]).at;
            if let (Some(Moment::Day(plain)), Some(Moment::Day(longer))) = (plain, longer) {
                prop_assert!(longer >= plain);
            }
        }
    }
}
