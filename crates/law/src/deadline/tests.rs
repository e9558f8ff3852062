use super::*;
use crate::time::Unit;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn day(year: i16, month: i8, day: i8) -> Moment {
    Moment::Day(date(year, month, day))
}

fn instant(text: &str) -> Moment {
    Moment::Instant(text.parse().unwrap())
}

fn matter(from: &str, to: &str, events: &[(&str, Moment)]) -> Matter {
    let event = |(event, at): &(&str, Moment)| Event { event: (*event).to_owned(), at: *at };
    Matter {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        events: events.iter().map(event).collect(),
        zone: None,
    }
}

fn of(id: &str, matter: &Matter, now: &str) -> Deadline {
    let instrument = id.split('/').next().unwrap().parse().unwrap();
    let all = deadlines(Law::shipped(), instrument, matter, now.parse().unwrap());
    all.into_iter().find(|deadline| deadline.id == id).unwrap()
}

fn said(standing: &Standing) -> String {
    match standing {
        Standing::Running { left, .. } => format!("{left} left"),
        Standing::Late { by, met, .. } => format!("late by {by}{}", if *met { ", met since" } else { "" }),
        Standing::Over { since, .. } => format!("over since {since}"),
        other => format!("{other:?}"),
    }
}

const RECEIVED: (&str, Moment) = ("return_application_received", Moment::Day(date(2024, 3, 27)));

#[test]
fn every_row_has_a_unit_a_kind_a_code_and_an_id_of_its_own() {
    let law = Law::shipped();
    let mut ids = BTreeSet::new();
    let mut rows = 0;
    for instrument in Instrument::ALL {
        for rule in rule::rules(law, *instrument) {
            assert!(rule.unit.is_some() && rule.row.kind.parse::<DeadlineKind>().is_ok(), "{}", rule.id);
            assert!(rule.start.known && !rule.start.trigger.is_empty(), "{}", rule.id);
            assert!(ids.insert(rule.id.clone()), "{}", rule.id);
            rows += 1;
        }
    }
    assert_eq!((rows, law.tables().deadlines.len()), (59, 59));
}

#[test]
fn one_event_has_one_code_within_an_instrument() {
    let law = Law::shipped();
    for instrument in Instrument::ALL {
        let mut codes = BTreeMap::new();
        for rule in rule::rules(law, *instrument) {
            let before = codes.insert(rule.row.trigger.clone(), rule.start.trigger.clone());
            assert!(before.is_none_or(|before| before == rule.start.trigger), "{}", rule.id);
        }
        assert_eq!(codes.values().collect::<BTreeSet<_>>().len(), codes.len(), "{instrument}");
    }
}

#[test]
fn the_events_of_an_instrument_say_what_they_start_and_what_they_meet() {
    let all = triggers(Law::shipped(), Instrument::Eio);
    let decided = all.iter().find(|trigger| trigger.code == "eio_recognition_decided").unwrap();
    assert_eq!(decided.starts, ["EIO/12(4)"]);
    assert_eq!(decided.meets, ["EIO/12(3)", "EIO/12(5)"]);
    assert_eq!(decided.text, "decision on recognition");
    assert!(triggers(Law::shipped(), Instrument::NonTreaty).is_empty());
}

#[test]
fn what_was_not_told_has_not_started() {
    let deadline = of("BRUSSELS_IIB/23(2)", &matter("FR", "DE", &[]), "2024-04-01T08:00:00Z");
    assert_eq!((deadline.standing, deadline.due, deadline.started), (Standing::NotStarted, None, None));
}

#[test]
fn a_period_runs_to_the_end_of_its_last_day_in_the_zone_of_who_is_bound() {
    let matter = matter("FR", "DE", &[RECEIVED]);
    let standing = |now| said(&of("BRUSSELS_IIB/23(2)", &matter, now).standing);
    assert_eq!(standing("2024-04-03T08:00:00Z"), "2 days left");
    assert_eq!(standing("2024-04-05T21:59:59Z"), "this very day left");
    assert_eq!(standing("2024-04-05T22:00:01Z"), "late by 1 day");
    assert_eq!(standing("2024-04-15T08:00:00Z"), "late by 10 days");
    assert_eq!(standing("2024-03-20T08:00:00Z"), "NotStarted");
}

#[test]
fn who_acted_in_time_has_met_it_and_who_acted_later_was_late() {
    let acknowledged = |at| matter("FR", "DE", &[RECEIVED, ("receipt_acknowledged", at)]);
    let standing = |at, now| said(&of("BRUSSELS_IIB/23(2)", &acknowledged(at), now).standing);
    assert_eq!(standing(day(2024, 4, 5), "2024-06-01T08:00:00Z"), "Met");
    assert_eq!(standing(instant("2024-04-05T21:00:00Z"), "2024-06-01T08:00:00Z"), "Met");
    assert_eq!(standing(day(2024, 4, 8), "2024-06-01T08:00:00Z"), "late by 3 days, met since");
    assert_eq!(standing(day(2024, 4, 8), "2024-04-07T08:00:00Z"), "late by 2 days");
    assert_eq!(standing(day(2024, 3, 1), "2024-04-03T08:00:00Z"), "2 days left");
    let by_id = matter("FR", "DE", &[RECEIVED, ("met:BRUSSELS_IIB/23(2)", day(2024, 4, 2))]);
    assert_eq!(of("BRUSSELS_IIB/23(2)", &by_id, "2024-06-01T08:00:00Z").standing, Standing::Met);
}

#[test]
fn nobody_is_called_late_while_the_period_may_run_on() {
    let matter = matter("FR", "DE", &[("return_court_seised", day(2024, 2, 18))]);
    let deadline = of("BRUSSELS_IIB/24(2)", &matter, "2024-04-01T08:00:00Z");
    let due = deadline.due.as_ref().unwrap();
    assert_eq!((due.at, due.runs_on_to), (Some(day(2024, 3, 31)), Some(date(2024, 4, 2))));
    assert_eq!(said(&deadline.standing), "1 day left");
    let after = of("BRUSSELS_IIB/24(2)", &matter, "2024-04-03T08:00:00Z");
    assert_eq!(said(&after.standing), "late by 1 day");
}

#[test]
fn hours_are_late_by_the_second() {
    let issued = matter("FR", "DE", &[("epoc_emergency_received", instant("2026-09-01T10:00:00Z"))]);
    let standing = |now| of("E_EVIDENCE/10(4):8_hours", &issued, now).standing;
    assert_eq!(said(&standing("2026-09-01T15:00:00Z")), "3 hours left");
    assert_eq!(said(&standing("2026-09-01T17:15:00Z")), "45 minutes left");
    let late = standing("2026-09-01T18:00:07Z");
    assert!(matches!(late, Standing::Late { seconds: 7, met: false, .. }), "{late:?}");
}

#[test]
fn hours_from_a_day_cannot_be_told() {
    let issued = matter("FR", "DE", &[("epoc_emergency_received", day(2026, 9, 1))]);
    let deadline = of("E_EVIDENCE/10(4):8_hours", &issued, "2026-09-03T15:00:00Z");
    assert_eq!(deadline.standing, Standing::Unknown);
    assert_eq!(deadline.due.unwrap().because[0].key(), "deadline.time_needed");
}

#[test]
fn where_clocks_differ_nobody_is_late_before_the_last_of_them_says_so() {
    let started = matter("FR", "US", &[("return_proceedings_commenced", day(2024, 4, 1))]);
    let standing = |now| said(&of("HAGUE_1980/11(2)", &started, now).standing);
    assert_eq!(standing("2024-05-13T20:00:00Z"), "this very day left");
    assert_eq!(standing("2024-05-14T07:00:00Z"), "Unknown");
    assert_eq!(standing("2024-05-14T12:00:00Z"), "late by 1 day");
}

#[test]
fn an_act_known_by_its_day_alone_may_or_may_not_have_met_an_instant() {
    let received = ("epoc_emergency_received", instant("2026-09-01T10:00:00Z"));
    let sent = |at| matter("FR", "DE", &[received, ("epoc_data_transmitted", at)]);
    let standing = |at| of("E_EVIDENCE/10(4):8_hours", &sent(at), "2026-09-05T10:00:00Z");
    let unclear = standing(day(2026, 9, 1));
    assert_eq!(
        (unclear.standing, unclear.caveats[0].key()),
        (Standing::Unknown, "deadline.give_time_and_zone")
    );
    assert_eq!(said(&standing(day(2026, 9, 2)).standing), "late by 4 hours, met since");
    assert_eq!(standing(instant("2026-09-01T18:00:00Z")).standing, Standing::Met);
}

#[test]
fn a_suspended_period_rests_and_then_goes_on() {
    let id = "DIR_2023_977/5(1)(b)";
    let received = ("urgent_request_received_indirect", day(2026, 3, 2));
    let paused = ("paused:DIR_2023_977/5(1)(b)", day(2026, 3, 3));
    let resting = of(id, &matter("FR", "DE", &[received, paused]), "2026-03-20T08:00:00Z");
    assert_eq!(resting.standing, Standing::Paused);
    assert_eq!(resting.due.unwrap().because[0].key(), "deadline.suspended_since");
    let resumed = ("resumed:DIR_2023_977/5(1)(b)", day(2026, 3, 17));
    let running = of(id, &matter("FR", "DE", &[received, paused, resumed]), "2026-03-18T08:00:00Z");
    assert_eq!(running.due.unwrap().at, Some(day(2026, 3, 19)));
    assert_eq!(said(&running.standing).as_str(), "1 day left");
    assert!(running.caveats.is_empty());
}

#[test]
fn a_suspension_that_no_rule_knows_is_counted_and_said() {
    let events = [
        RECEIVED,
        ("paused:BRUSSELS_IIB/23(2)", day(2024, 3, 28)),
        ("resumed:BRUSSELS_IIB/23(2)", day(2024, 4, 10)),
    ];
    let deadline = of("BRUSSELS_IIB/23(2)", &matter("FR", "DE", &events), "2024-04-11T08:00:00Z");
    assert_eq!(deadline.caveats[0].key(), "deadline.no_rule_of_suspension");
    assert_eq!(deadline.due.unwrap().at, Some(day(2024, 4, 16)));
}

#[test]
fn an_extension_goes_on_from_the_end_of_what_it_extends() {
    let received = ("eio_received_by_executing_authority", day(2024, 5, 1));
    let announced = |at| matter("FR", "DE", &[received, ("eio_delay_announced", at)]);
    let now = "2024-06-20T08:00:00Z";
    let extension = of("EIO/12(5)", &announced(day(2024, 5, 20)), now);
    assert_eq!(extension.due.unwrap().at, Some(day(2024, 6, 30)));
    let base = of("EIO/12(3)", &announced(day(2024, 5, 20)), now);
    assert_eq!(base.due.as_ref().unwrap().at, Some(day(2024, 6, 30)));
    assert_eq!(base.caveats[0].key(), "deadline.extended_by");
    let unextended = of("EIO/12(3)", &matter("FR", "DE", &[received]), now);
    assert_eq!(said(&unextended.standing), "late by 20 days");
}

#[test]
fn an_extension_that_came_too_late_extends_nothing() {
    let events =
        [("eio_received_by_executing_authority", day(2024, 5, 1)), ("eio_delay_announced", day(2024, 6, 10))];
    let matter = matter("FR", "DE", &events);
    let extension = of("EIO/12(5)", &matter, "2024-06-20T08:00:00Z");
    assert_eq!(extension.standing, Standing::Unknown);
    assert_eq!(extension.due.unwrap().because[0].key(), "deadline.extended_too_late");
    let base = of("EIO/12(3)", &matter, "2024-06-20T08:00:00Z");
    assert_eq!(said(&base.standing), "late by 20 days");
}

#[test]
fn an_extension_of_the_surrender_decision_takes_the_period_that_runs() {
    let events =
        [("arrested_without_consent", day(2024, 1, 1)), ("surrender_time_limit_not_met", day(2024, 2, 20))];
    let matter = matter("FR", "DE", &events);
    let extended = of("EAW/17(3)", &matter, "2024-03-10T08:00:00Z");
    assert_eq!(extended.due.unwrap().at, Some(day(2024, 3, 31)));
    assert_eq!(of("EAW/17(2)", &matter, "2024-03-10T08:00:00Z").standing, Standing::NotStarted);
}

#[test]
fn an_age_ends_the_convention_when_the_birthday_begins() {
    let born = matter("FR", "MA", &[("child_born", day(2008, 3, 9))]);
    let standing = |now| said(&of("HAGUE_1980/4", &born, now).standing);
    assert_eq!(standing("2024-03-08T12:00:00Z"), "1 day left");
    assert_eq!(standing("2024-03-09T12:00:00Z"), "over since this very day");
    assert_eq!(standing("2024-03-12T12:00:00Z"), "over since 3 days");
}

#[test]
fn a_right_that_was_not_used_is_over_and_nobody_is_late() {
    let removed = matter("FR", "MA", &[("removal_or_retention", day(2023, 1, 10))]);
    let deadline = of("HAGUE_1980/12(1)", &removed, "2024-01-13T12:00:00Z");
    assert_eq!(said(&deadline.standing), "over since 3 days");
    assert!(late(Law::shipped(), &removed, "2024-06-13T12:00:00Z".parse().unwrap()).is_empty());
}

#[test]
fn help_at_all_hours_is_due_at_once() {
    let asked = matter("FR", "MA", &[("contact_point_asked", instant("2024-01-10T03:00:00Z"))]);
    let deadline = of("BUDAPEST/35(1)", &asked, "2024-01-10T03:10:00Z");
    assert_eq!(said(&deadline.standing), "at once, at every hour of every day left");
}

#[test]
fn a_row_to_be_confirmed_says_so() {
    let received = matter("FR", "DE", &[("eio_received", day(2024, 5, 1))]);
    let deadline = of("EIO/16(1)", &received, "2024-05-03T08:00:00Z");
    assert_eq!(deadline.caveats[0].key(), "deadline.row_to_confirm");
}

#[test]
fn who_is_late_is_told_over_all_instruments_the_most_overdue_first() {
    let events = [
        RECEIVED,
        ("return_court_seised", day(2024, 4, 1)),
        ("eio_received", day(2024, 1, 1)),
        ("eio_delay_announced", day(2024, 1, 1)),
    ];
    let found = late(Law::shipped(), &matter("FR", "DE", &events), "2024-06-01T08:00:00Z".parse().unwrap());
    let ids: Vec<_> = found.iter().map(|deadline| deadline.id.as_str()).collect();
    assert_eq!(ids, ["EIO/16(1)", "BRUSSELS_IIB/23(2)", "BRUSSELS_IIB/24(2)"]);
    assert_eq!(found[1].bound, "requested Central Authority");
    assert_eq!(found[1].side, Side::Requested);
}

#[test]
fn an_event_that_was_told_twice_counts_from_the_first_time() {
    let twice = [("return_application_received", day(2024, 4, 2)), RECEIVED];
    let deadline = of("BRUSSELS_IIB/23(2)", &matter("FR", "FR", &twice), "2024-04-03T08:00:00Z");
    assert_eq!(deadline.started, Some(RECEIVED.1));
    assert_eq!(deadline.caveats[0].key(), "deadline.counted_from_the_first");
}

fn some_event() -> impl Strategy<Value = Event> {
    let law = Law::shipped();
    let codes = Instrument::ALL.iter().flat_map(|instrument| triggers(law, *instrument));
    let mut names: Vec<String> = codes.map(|trigger| trigger.code).collect();
    names.push("paused:EIO/12(3)".into());
    names.push("resumed:EIO/12(3)".into());
    let at = (0i64..315_000_000, any::<bool>()).prop_map(|(seconds, whole)| {
        let instant = Timestamp::from_second(1_577_900_000 + seconds).unwrap();
        let day = jiff::tz::TimeZone::UTC.to_datetime(instant).date();
        if whole { Moment::Day(day) } else { Moment::Instant(instant) }
    });
    (proptest::sample::select(names), at).prop_map(|(event, at)| Event { event, at })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_matter_gets_an_answer_and_an_unrelated_event_changes_nothing(
        events in proptest::collection::vec(some_event(), 0..12),
        places in (0usize..250, 0usize..250),
        seconds in 1_577_900_000i64..1_900_000_000,
    ) {
        let all: Vec<_> = comity_model::Jurisdiction::all().collect();
        let place = |at: usize| Place::from(all[at % all.len()]);
        let mut matter = Matter { from: place(places.0), to: place(places.1), events, zone: None };
        let now = Timestamp::from_second(seconds).unwrap();
        let ask = |matter: &Matter| -> Vec<Deadline> {
            let of = |instrument: &Instrument| deadlines(Law::shipped(), *instrument, matter, now);
            Instrument::ALL.iter().flat_map(of).collect()
        };
        let before = ask(&matter);
        prop_assert_eq!(before.len(), 59);
        for deadline in &before {
            let due = deadline.due.as_ref().and_then(|due| due.at);
            if let (Some(started), Some(due)) = (deadline.started, due) {
                let clock = crate::time::Clock::of(&"NL".parse().unwrap(), None);
                prop_assert!(clock.over(due).1 >= clock.begin(started).0, "{}", deadline.id);
            }
        }
        matter.events.push(Event { event: "met:NO_SUCH/1".into(), at: Moment::Instant(now) });
        matter.events.push(Event { event: "something_else".into(), at: Moment::Day(date(2024, 2, 29)) });
        prop_assert_eq!(ask(&matter), before);
    }
}

#[test]
fn a_unit_of_every_row_is_known_to_the_engine() {
    for row in &Law::shipped().tables().deadlines {
        assert!(row.unit.parse::<Unit>().is_ok(), "{}", row.unit);
    }
}
