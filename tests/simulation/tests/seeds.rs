//! The simulation over many seeds, and proof that it notices what it should.

use comity_simulation::random::Random;
use comity_simulation::scenario::{Sabotage, Settings};
use comity_simulation::{run, run_many, run_with};

#[test]
fn two_thousand_seeds_break_no_invariant() {
    let summary = run_many(0, 2_000, None);
    println!("{summary}");
    assert!(summary.failures.is_empty(), "{summary}");
    assert_eq!(summary.seeds, 2_000);
}

#[test]
fn one_seed_run_twice_gives_the_same_log() {
    for seed in 0..20 {
        let (first, second) = (run(seed, None, false), run(seed, None, false));
        assert_eq!((first.log_hash, first.events), (second.log_hash, second.events), "seed {seed}");
    }
}

#[test]
fn two_seeds_give_two_logs() {
    assert_ne!(run(1, None, false).log_hash, run(2, None, false).log_hash);
}

fn first_words_of_failures(sabotage: Sabotage) -> String {
    let summary = run_many(0, 300, Some(sabotage));
    summary.failures.iter().flat_map(|report| report.violations.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_simulation_notices_a_receipt_signed_before_commit() {
    let seen = first_words_of_failures(Sabotage::ReceiptBeforeCommit);
    assert!(seen.contains("before its commit was durable"), "{seen}");
    assert!(seen.contains("row false and 0 leaves"), "an acknowledged message is lost: {seen}");
}

#[test]
fn the_simulation_notices_a_dropped_dead_letter() {
    assert!(first_words_of_failures(Sabotage::DropDeadLetters).contains("is in 0 places"));
}

#[test]
fn the_simulation_notices_a_cosignature_released_before_it_is_stored() {
    assert!(first_words_of_failures(Sabotage::CosignBeforeStored).contains("cosigned two"));
}

#[test]
fn the_simulation_notices_a_registry_adopted_unseen() {
    assert!(first_words_of_failures(Sabotage::AdoptEveryRegistry).contains("went back from registry"));
}

#[test]
fn the_simulation_notices_receipts_that_nobody_verifies() {
    assert!(first_words_of_failures(Sabotage::TrustEveryReceipt).contains("receipted by a false receipt"));
}

fn burst(messages: u64) -> Settings {
    Settings {
        nodes: 3,
        hostile: 0,
        messages,
        window: 20_000,
        loss: 10_000,
        duplication: 10_000,
        stragglers: 10_000,
        delay: (1, 20),
        crash: 0,
        disturbances: 0,
        batch_limit: 256,
        only_hostility: false,
        burst: true,
    }
}

#[test]
fn ten_thousand_messages_to_a_peer_that_was_down_all_arrive_once() {
    let report = run_with(7, burst(10_000), Random::new(7), None, false);
    assert!(report.violations.is_empty(), "{:?}", report.violations.first());
    assert!(report.accepted > 9_000, "{} accepted", report.accepted);
    assert_eq!(report.receipted + report.dead, report.accepted);
}
