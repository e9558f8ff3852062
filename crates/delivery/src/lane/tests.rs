use std::time::Duration;

use proptest::prelude::*;

use super::*;

const T0: Millis = Millis(1_000_000_000);
const FAR: Millis = Millis(u64::MAX / 2);

type Out = Vec<LaneOutput<u32>>;

fn config() -> LaneConfig {
    LaneConfig { batch_limit: 8, ..LaneConfig::default() }
}

/// A lane with an open gate that asks for its first batch.
fn lane() -> Lane<u32> {
    let mut lane = Lane::new(config());
    let asked = lane.handle(T0, LaneInput::RegistryChanged { gate: Gate::OpenUntil(FAR) }, 0);
    assert_eq!(asked, [LaneOutput::Load { limit: 8, bytes: 4 << 20 }]);
    lane
}

fn items(ids: &[u32]) -> Vec<Item<u32>> {
    ids.iter().map(|id| Item { id: *id, tries: 0 }).collect()
}

fn load(lane: &mut Lane<u32>, now: Millis, ids: &[u32]) -> Out {
    lane.handle(now, LaneInput::Loaded { items: items(ids), more: false, next_due: None }, 0)
}

fn answer(lane: &mut Lane<u32>, now: Millis, attempt: u64, answer: Answer<u32>) -> Out {
    lane.handle(now, LaneInput::Answered { attempt, answer }, u64::MAX)
}

fn unreachable() -> Answer<u32> {
    Answer::Unreachable { why: "no route".to_owned() }
}

fn recorded_verdicts(outputs: &Out) -> Vec<(u32, Verdict)> {
    let verdicts = outputs.iter().find_map(|output| match output {
        LaneOutput::Record { verdicts, .. } => Some(verdicts.clone()),
        _ => None,
    });
    verdicts.unwrap_or_default()
}

fn wake_time(outputs: &Out) -> Option<Millis> {
    outputs.iter().find_map(|output| match output {
        LaneOutput::WakeAt(at) => Some(*at),
        _ => None,
    })
}

fn loads(outputs: &Out) -> bool {
    outputs.iter().any(|output| matches!(output, LaneOutput::Load { .. }))
}

/// A lane that failed `times` times in a row, and the time at which it may try again.
fn failed_lane(times: u32) -> (Lane<u32>, Millis) {
    let (mut lane, mut now) = (lane(), T0);
    for attempt in 1..=times {
        load(&mut lane, now, &[1]);
        now = wake_time(&answer(&mut lane, now, u64::from(attempt), unreachable())).unwrap();
        if attempt < times {
            assert!(loads(&lane.handle(now, LaneInput::Tick, 0)));
        }
    }
    (lane, now)
}

#[test]
fn a_lane_without_a_registry_sends_nothing() {
    let mut lane: Lane<u32> = Lane::new(config());
    assert!(!loads(&lane.handle(T0, LaneInput::Woken, 0)));
    assert_eq!(lane.status(), LaneStatus::Held { code: RefusalCode::RegistryExpired });
}

#[test]
fn a_registry_that_expires_holds_the_lane_and_a_new_one_frees_it_at_once() {
    let mut lane = lane();
    load(&mut lane, T0, &[]);
    lane.handle(T0, LaneInput::RegistryChanged { gate: Gate::OpenUntil(Millis(T0.0 + 10)) }, 0);
    load(&mut lane, T0, &[]);
    let later = Millis(T0.0 + 10);
    let held = lane.handle(later, LaneInput::Woken, 0);
    assert!(held.contains(&LaneOutput::Raise(Alarm::Held { code: RefusalCode::RegistryExpired })));
    assert!(!loads(&lane.handle(later, LaneInput::Woken, 0)));
    assert!(loads(&lane.handle(later, LaneInput::RegistryChanged { gate: Gate::OpenUntil(FAR) }, 0)));
}

#[test]
fn a_held_lane_goes_on_by_itself_when_a_clock_that_went_ahead_is_set_right() {
    let mut lane = Lane::<u32>::new(config());
    let ahead = Millis(FAR.0 + 5);
    let held = lane.handle(ahead, LaneInput::RegistryChanged { gate: Gate::OpenUntil(FAR) }, 0);
    assert!(wake_time(&held).is_some());
    assert!(loads(&lane.handle(T0, LaneInput::Tick, 0)));
}

#[test]
fn one_batch_is_in_flight_at_a_time() {
    let mut lane = lane();
    assert!(matches!(load(&mut lane, T0, &[1, 2])[0], LaneOutput::Send { attempt: 1, .. }));
    assert_eq!(lane.handle(T0, LaneInput::Woken, 0), []);
    assert_eq!(load(&mut lane, T0, &[3]), []);
}

#[test]
fn a_message_that_comes_during_a_batch_is_loaded_right_after_it() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    lane.handle(T0, LaneInput::Woken, 0);
    answer(&mut lane, T0, 1, Answer::Outcomes(vec![(1, Outcome::ReceiptVerified)]));
    assert!(loads(&lane.handle(T0, LaneInput::Recorded { attempt: 1 }, 0)));
}

#[test]
fn each_outcome_leads_to_its_verdict_and_none_delays_another() {
    let mut lane = lane();
    load(&mut lane, T0, &[1, 2, 3, 4, 5, 6]);
    let outcomes = vec![
        (1, Outcome::ReceiptVerified),
        (2, Outcome::ReceiptFalse { why: "other id".to_owned() }),
        (3, Outcome::Refused { code: RefusalCode::CannotOpen }),
        (4, Outcome::Refused { code: RefusalCode::Busy }),
        (5, Outcome::TryLater { why: "later".to_owned() }),
        (99, Outcome::ReceiptVerified),
    ];
    let outputs = answer(&mut lane, T0, 1, Answer::Outcomes(outcomes));
    let verdicts = recorded_verdicts(&outputs);
    assert_eq!(verdicts.len(), 6, "one for each item sent, none for what was not sent");
    assert_eq!(verdicts[0], (1, Verdict::Receipted));
    assert_eq!(verdicts[2], (3, Verdict::DeadLetter { code: RefusalCode::CannotOpen }));
    for (id, verdict) in [&verdicts[1], &verdicts[3], &verdicts[4], &verdicts[5]] {
        assert!(matches!(verdict, Verdict::RetryAt { tries: 1, .. }), "{id}: {verdict:?}");
    }
    let alarm = Alarm::FalseReceipts { count: 1, why: "other id".to_owned() };
    assert!(outputs.contains(&LaneOutput::Raise(alarm)));
    let idle = lane.handle(T0, LaneInput::Recorded { attempt: 1 }, 0);
    assert!(wake_time(&idle).is_some_and(|at| at > T0));
    assert!(
        loads(&lane.handle(T0, LaneInput::Woken, 0)),
        "a new message does not wait for those that back off"
    );
}

#[test]
fn a_verified_receipt_wins_over_other_words_about_the_same_item() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    let outcomes = vec![
        (1, Outcome::Refused { code: RefusalCode::CannotOpen }),
        (1, Outcome::ReceiptVerified),
        (1, Outcome::ReceiptFalse { why: String::new() }),
    ];
    let outputs = answer(&mut lane, T0, 1, Answer::Outcomes(outcomes));
    assert_eq!(recorded_verdicts(&outputs), [(1, Verdict::Receipted)]);
}

#[test]
fn an_answer_that_names_nothing_that_was_sent_is_a_failure_of_the_peer() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    answer(&mut lane, T0, 1, Answer::Outcomes(vec![(2, Outcome::ReceiptVerified)]));
    assert!(matches!(lane.status(), LaneStatus::BackingOff { failures: 1, .. }));
}

#[test]
fn a_new_message_ends_the_first_back_off_but_no_later_one() {
    let (mut lane, _) = failed_lane(1);
    assert!(loads(&lane.handle(T0, LaneInput::Woken, 0)));
    let (mut lane, until) = failed_lane(2);
    assert_eq!(lane.handle(T0, LaneInput::Woken, 0), []);
    assert!(loads(&lane.handle(until, LaneInput::Tick, 0)));
}

#[test]
fn an_early_tick_only_sets_the_timer_again() {
    let (mut lane, until) = failed_lane(3);
    let early = Millis(until.0 - 1);
    assert_eq!(lane.handle(early, LaneInput::Tick, 0), [LaneOutput::WakeAt(until)]);
}

#[test]
fn a_lane_never_gives_up_and_alarms_once_in_a_row_of_failures() {
    let (mut lane, mut now, mut alarms) = (lane(), T0, 0);
    for attempt in 1..=100 {
        load(&mut lane, now, &[1]);
        let outputs = answer(&mut lane, now, attempt, unreachable());
        alarms += outputs.iter().filter(|output| matches!(output, LaneOutput::Raise(_))).count();
        now = wake_time(&outputs).unwrap();
        assert!(loads(&lane.handle(now, LaneInput::Tick, 0)));
    }
    assert_eq!(alarms, 1);
}

#[test]
fn a_success_ends_the_row_of_failures() {
    let (mut lane, now) = failed_lane(4);
    lane.handle(now, LaneInput::Tick, 0);
    load(&mut lane, now, &[1]);
    answer(&mut lane, now, 5, Answer::Outcomes(vec![(1, Outcome::ReceiptVerified)]));
    lane.handle(now, LaneInput::Recorded { attempt: 5 }, 0);
    lane.handle(now, LaneInput::Woken, 0);
    load(&mut lane, now, &[2]);
    answer(&mut lane, now, 6, unreachable());
    assert!(matches!(lane.status(), LaneStatus::BackingOff { failures: 1, .. }));
}

#[test]
fn a_peer_that_puts_off_for_a_year_is_asked_again_within_the_cap() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    let year = Duration::from_secs(365 * 86_400);
    let put_off = Answer::Deferred { why: RefusalCode::Busy, retry_after: Some(year) };
    let until = wake_time(&answer(&mut lane, T0, 1, put_off)).unwrap();
    assert_eq!(until, T0.after(config().backoff_cap));
    assert_eq!(lane.handle(T0, LaneInput::Woken, 0), [], "the wish of the peer is kept to");
}

#[test]
fn silence_ends_with_the_timeout_and_its_late_receipt_is_still_recorded() {
    let mut lane = lane();
    let deadline = wake_time(&load(&mut lane, T0, &[1])).unwrap();
    lane.handle(deadline, LaneInput::Tick, 0);
    assert!(matches!(lane.status(), LaneStatus::BackingOff { .. }));
    let late = vec![(1, Outcome::ReceiptVerified), (2, Outcome::Refused { code: RefusalCode::Conflict })];
    let outputs = answer(&mut lane, deadline, 1, Answer::Outcomes(late));
    let record = LaneOutput::Record { attempt: 1, verdicts: vec![(1, Verdict::Receipted)] };
    assert_eq!(outputs, [record]);
    assert_eq!(lane.handle(deadline, LaneInput::Recorded { attempt: 1 }, 0), []);
}

#[test]
fn an_answer_to_an_attempt_that_was_never_made_is_ignored() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    let true_one = || Answer::Outcomes(vec![(1, Outcome::ReceiptVerified)]);
    assert_eq!(answer(&mut lane, T0, 2, true_one()), []);
    assert_eq!(answer(&mut lane, T0, 0, true_one()), []);
}

#[test]
fn a_second_answer_to_the_same_attempt_is_ignored_while_the_first_is_recorded() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    let true_one = || Answer::Outcomes(vec![(1, Outcome::ReceiptVerified)]);
    answer(&mut lane, T0, 1, true_one());
    assert_eq!(answer(&mut lane, T0, 1, true_one()), []);
}

#[test]
fn verdicts_that_could_not_be_recorded_are_handed_out_again() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    let outputs = answer(&mut lane, T0, 1, Answer::Outcomes(vec![(1, Outcome::ReceiptVerified)]));
    let waits = lane.handle(T0, LaneInput::RecordFailed { attempt: 1 }, 9);
    let again = lane.handle(wake_time(&waits).unwrap(), LaneInput::Tick, 0);
    assert_eq!(recorded_verdicts(&again), recorded_verdicts(&outputs));
}

#[test]
fn a_batch_refused_for_one_item_is_halved_until_that_item_is_alone_and_dead() {
    let mut lane = lane();
    load(&mut lane, T0, &[1, 2, 3, 4]);
    let too_large = || Answer::RefusedWhole { code: RefusalCode::Oversize };
    let halved = answer(&mut lane, T0, 1, too_large());
    assert_eq!(halved, [LaneOutput::Load { limit: 2, bytes: 4 << 20 }]);
    load(&mut lane, T0, &[1, 2]);
    answer(&mut lane, T0, 2, too_large());
    load(&mut lane, T0, &[1]);
    let outputs = answer(&mut lane, T0, 3, too_large());
    assert_eq!(recorded_verdicts(&outputs), [(1, Verdict::DeadLetter { code: RefusalCode::Oversize })]);
    assert!(loads(&lane.handle(T0, LaneInput::Recorded { attempt: 3 }, 0)));
}

#[test]
fn a_batch_refused_for_who_we_are_stays_in_the_outbox_and_raises_an_alarm() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    let code = RefusalCode::UnknownSender;
    let outputs = answer(&mut lane, T0, 1, Answer::RefusedWhole { code });
    assert!(recorded_verdicts(&outputs).is_empty());
    assert!(outputs.contains(&LaneOutput::Raise(Alarm::BatchRefused { code })));
}

#[test]
fn a_clock_that_goes_back_a_day_does_not_stop_the_lane_for_a_day() {
    let (mut lane, until) = failed_lane(3);
    let yesterday = Millis(until.0 - 86_400_000);
    assert!(loads(&lane.handle(yesterday, LaneInput::Tick, 0)));
}

#[test]
fn rows_that_another_replica_holds_are_not_asked_for_in_a_busy_loop() {
    let mut lane = lane();
    let outputs = lane.handle(T0, LaneInput::Loaded { items: vec![], more: true, next_due: Some(T0) }, 0);
    assert!(wake_time(&outputs).is_some_and(|at| at > T0));
}

#[test]
fn a_stopped_lane_says_nothing_more() {
    let mut lane = lane();
    load(&mut lane, T0, &[1]);
    assert_eq!(lane.handle(T0, LaneInput::Stopped, 0), []);
    assert_eq!(answer(&mut lane, T0, 1, Answer::Outcomes(vec![(1, Outcome::ReceiptVerified)])), []);
    assert_eq!(lane.handle(T0, LaneInput::Woken, 0), []);
    assert_eq!(lane.status(), LaneStatus::Stopped);
}

fn any_input() -> impl Strategy<Value = LaneInput<u32>> {
    let outcome = prop_oneof![
        Just(Outcome::ReceiptVerified),
        Just(Outcome::ReceiptFalse { why: String::new() }),
        Just(Outcome::Refused { code: RefusalCode::Conflict }),
        Just(Outcome::TryLater { why: String::new() }),
    ];
    let outcomes = proptest::collection::vec((0..20_u32, outcome), 0..12).prop_map(Answer::Outcomes);
    let reply = prop_oneof![
        outcomes,
        Just(unreachable()),
        Just(Answer::RefusedWhole { code: RefusalCode::Malformed }),
        Just(Answer::Deferred { why: RefusalCode::Busy, retry_after: None }),
    ];
    prop_oneof![
        Just(LaneInput::Woken),
        Just(LaneInput::Tick),
        Just(LaneInput::LoadFailed),
        (proptest::collection::vec(0..20_u32, 0..30), any::<bool>())
            .prop_map(|(ids, more)| LaneInput::Loaded { items: items(&ids), more, next_due: None }),
        (0..12_u64, reply).prop_map(|(attempt, answer)| LaneInput::Answered { attempt, answer }),
        (0..12_u64).prop_map(|attempt| LaneInput::Recorded { attempt }),
        (0..12_u64).prop_map(|attempt| LaneInput::RecordFailed { attempt }),
        any::<bool>().prop_map(|open| LaneInput::RegistryChanged {
            gate: if open { Gate::OpenUntil(FAR) } else { Gate::Closed(RefusalCode::UnknownSender) }
        }),
    ]
}

proptest! {
    /// Whatever is said to it in whatever order: no panic, batches within the limit, attempts that only grow,
    /// and never two sends without an answer or a timeout between them.
    #[test]
    fn no_order_of_inputs_breaks_a_lane(
        inputs in proptest::collection::vec((any_input(), 0..100_000_u64, any::<u64>()), 0..60)
    ) {
        let (mut lane, mut now, mut last) = (Lane::new(config()), T0, 0);
        for (input, step, jitter) in inputs {
            now = Millis(now.0 + step);
            for output in lane.handle(now, input, jitter) {
                match output {
                    LaneOutput::Send { attempt, items } => {
                        prop_assert_eq!(attempt, last + 1);
                        prop_assert!(!items.is_empty() && items.len() <= 8);
                        last = attempt;
                    }
                    LaneOutput::WakeAt(at) => prop_assert!(at <= now.after(config().backoff_cap)),
                    LaneOutput::Load { limit, .. } => prop_assert!((1..=8).contains(&limit)),
                    LaneOutput::Record { .. } | LaneOutput::Raise(_) => {}
                }
            }
        }
    }
}
