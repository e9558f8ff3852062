use super::*;

const T0: Millis = Millis(1_000_000_000);

type Round = CosignRound<&'static str>;

fn round() -> Round {
    CosignRound::new(CosignConfig::default(), [("a", 0), ("b", 4), ("c", 0)])
}

fn asks(outputs: &[CosignOutput<&'static str>]) -> Vec<(&'static str, u64, u64)> {
    let ask = |output: &CosignOutput<_>| match output {
        CosignOutput::Ask { witness, old_size, size } => Some((*witness, *old_size, *size)),
        _ => None,
    };
    outputs.iter().filter_map(ask).collect()
}

fn grow(round: &mut Round, size: u64) -> Vec<(&'static str, u64, u64)> {
    asks(&round.handle(T0, CosignInput::Grew { size }, 0))
}

fn cosign(round: &mut Round, witness: &'static str, size: u64) -> Vec<CosignOutput<&'static str>> {
    round.handle(T0, CosignInput::Verified { witness, size }, 0);
    round.handle(T0, CosignInput::Cosigned { witness, size }, 0)
}

#[test]
fn each_witness_is_asked_from_the_size_that_it_last_saw() {
    assert_eq!(grow(&mut round(), 9), [("a", 0, 9), ("b", 4, 9), ("c", 0, 9)]);
}

#[test]
fn a_witness_is_asked_once_at_a_time_and_then_for_the_newest_head() {
    let mut round = round();
    grow(&mut round, 9);
    assert_eq!(grow(&mut round, 12), []);
    assert_eq!(asks(&cosign(&mut round, "a", 9)), [("a", 9, 12)]);
}

#[test]
fn the_quorum_is_reached_when_enough_cosignatures_are_stored_and_not_before() {
    let mut round = round();
    grow(&mut round, 9);
    let reached = CosignOutput::QuorumReached { size: 9 };
    assert!(!cosign(&mut round, "a", 9).contains(&reached));
    let verified = round.handle(T0, CosignInput::Verified { witness: "c", size: 9 }, 0);
    assert!(verified.contains(&CosignOutput::StoreCosignature { witness: "c", size: 9 }));
    assert_eq!(round.quorum_size(), 4);
    assert!(round.handle(T0, CosignInput::Cosigned { witness: "c", size: 9 }, 0).contains(&reached));
    assert_eq!(round.quorum_size(), 9);
}

#[test]
fn a_cosignature_that_could_not_be_stored_is_asked_for_again() {
    let mut round = round();
    grow(&mut round, 9);
    round.handle(T0, CosignInput::Verified { witness: "a", size: 9 }, 0);
    round.handle(T0, CosignInput::StoreFailed { witness: "a" }, 7);
    let later = T0.after(Duration::from_secs(2));
    assert_eq!(asks(&round.handle(later, CosignInput::Tick, 0)), [("a", 9, 9)]);
}

#[test]
fn a_witness_that_knows_another_size_is_asked_again_from_there_at_once_but_only_once() {
    let mut round = round();
    grow(&mut round, 9);
    let behind = |its_size| CosignInput::Behind { witness: "a", its_size };
    assert_eq!(asks(&round.handle(T0, behind(3), 0)), [("a", 3, 9)]);
    assert_eq!(asks(&round.handle(T0, behind(2), 0)), []);
    let later = T0.after(Duration::from_secs(5));
    assert_eq!(asks(&round.handle(later, CosignInput::Tick, 0)), [("a", 2, 9)]);
}

#[test]
fn a_witness_that_saw_more_than_we_hold_raises_the_alarm_of_a_rollback() {
    let mut round = round();
    grow(&mut round, 9);
    let outputs = round.handle(T0, CosignInput::Behind { witness: "a", its_size: 10 }, 0);
    assert!(outputs.contains(&CosignOutput::WitnessAhead { witness: "a", its_size: 10, our_size: 9 }));
}

#[test]
fn a_witness_that_forgot_what_it_cosigned_is_shown() {
    let mut round = round();
    grow(&mut round, 9);
    let outputs = round.handle(T0, CosignInput::Behind { witness: "b", its_size: 1 }, 0);
    assert!(outputs.contains(&CosignOutput::WitnessForgot { witness: "b", its_size: 1, cosigned: 4 }));
}

#[test]
fn a_silent_witness_is_given_up_after_the_timeout_and_asked_again_after_its_back_off() {
    let mut round = round();
    grow(&mut round, 9);
    let timeout = T0.after(Duration::from_secs(30));
    assert_eq!(asks(&round.handle(timeout, CosignInput::Tick, 5)), []);
    let later = timeout.after(Duration::from_secs(2));
    assert_eq!(asks(&round.handle(later, CosignInput::Tick, 0)).len(), 3);
}

#[test]
fn a_cosignature_of_a_head_that_we_never_had_counts_for_nothing() {
    let mut round = round();
    grow(&mut round, 9);
    let outputs = round.handle(T0, CosignInput::Verified { witness: "a", size: 50 }, 0);
    assert!(!outputs.iter().any(|output| matches!(output, CosignOutput::StoreCosignature { .. })));
}

#[test]
fn no_timer_lies_beyond_the_cap_even_after_the_clock_went_back() {
    let mut round = round();
    grow(&mut round, 9);
    let yesterday = Millis(T0.0 - 86_400_000);
    let outputs = round.handle(yesterday, CosignInput::Grew { size: 10 }, 0);
    let latest = yesterday.after(CosignConfig::default().backoff_cap);
    assert!(outputs.contains(&CosignOutput::WakeAt(latest)));
}

#[test]
fn a_witness_cosigns_what_follows_from_what_it_stored() {
    let head = may_cosign(Some((4, [1; 32])), 4, (9, [2; 32]), true).unwrap();
    assert_eq!(head.state(), (9, [2; 32]));
    assert_eq!(head.stored().head(), (9, [2; 32]));
    assert!(may_cosign(None, 0, (9, [2; 32]), false).is_ok(), "nothing was seen before: nothing to prove");
}

#[test]
fn a_witness_refuses_rollback_fork_and_what_is_not_proven() {
    let last = Some((4, [1; 32]));
    let refused = |old, head, proven| may_cosign(last, old, head, proven).unwrap_err();
    assert_eq!(refused(3, (9, [2; 32]), true), WitnessRefusal::OldSizeDiffers { ours: 4 });
    assert_eq!(refused(4, (3, [2; 32]), true), WitnessRefusal::Shrank { ours: 4 });
    assert_eq!(refused(4, (4, [2; 32]), true), WitnessRefusal::Forked(4));
    assert_eq!(refused(4, (9, [2; 32]), false), WitnessRefusal::NotConsistent);
    assert!(may_cosign(last, 4, (4, [1; 32]), true).is_ok(), "the same head again is no fork");
}

#[test]
fn a_driver_that_stores_before_it_speaks_need_not_say_so_twice() {
    let mut round = round();
    grow(&mut round, 9);
    let told = round.handle(T0, CosignInput::Cosigned { witness: "a", size: 9 }, 0);
    assert!(!told.iter().any(|output| matches!(output, CosignOutput::StoreCosignature { .. })));
    assert!(cosign(&mut round, "c", 9).contains(&CosignOutput::QuorumReached { size: 9 }));
    assert_eq!(grow(&mut round, 10), [("a", 9, 10), ("c", 9, 10)]);
}
