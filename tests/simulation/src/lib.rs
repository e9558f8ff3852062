#![doc = include_str!("../README.md")]
//!
//! A seeded simulation of the delivery protocol: the machines of `comity-delivery` and the trees of
//! `comity-ledger`, as a node drives them, in one thread, over an invented network, invented disks and
//! invented clocks, among crashes and hostile peers.
//!
//! **What counts as a failure**: a broken sentence of [`invariants`]. A receipt without the message stored once
//! in the receiver's database and ledger; a message that an officer was told is in the outbox and is nowhere; a
//! receipt or cosignature that was signed before what it says was durable; two cosigned histories; a registry
//! that went back; something stored that its sender did not sign; and, once the faults end, a message between
//! honest nodes that does not arrive within [`PATIENCE`], a registry that does not spread, a head that is not
//! cosigned; a hostile peer that delays others.
//!
//! **What does not**: what becomes of messages to hostile nodes, beyond being kept or refused with a reason; a
//! message submitted in a process that was killed before the officer was told; a message signed with a key that
//! was then revoked, which ends as a dead letter; how long delivery takes while faults last, but for runs in
//! which hostile peers are the only fault.
//!
//! **Modelled, not real**: signatures are a keyed hash; bodies are numbers; a connection authenticates the peer
//! (as mutual TLS does), so no packet comes from another than its sender; a disk keeps a prefix of its unsynced
//! transactions in a crash, each whole (as a journaled database does).
//!
//! **Nondeterminism**: none is known. One seed gives one run: no clock, no thread, no hash map's order, no
//! pointer takes part. A change of this code, or of the machines, gives a seed another run.

pub mod cosigning;
pub mod disk;
pub mod gossip;
pub mod hostile;
pub mod invariants;
pub mod node;
pub mod random;
pub mod receiving;
pub mod scenario;
pub mod sending;
pub mod wire;
pub mod world;

use std::collections::BTreeMap;

use random::Random;
use scenario::{Sabotage, Settings};
use world::{START, World};

/// How long after the end of faults everything must have come to rest: milliseconds of simulated time.
pub const PATIENCE: u64 = 300_000;

/// What became of one seed.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// A hash over every event of the run.
    pub log_hash: u64,
    /// How many events.
    pub events: u64,
    /// What broke an invariant; empty when all is well.
    pub violations: Vec<String>,
    /// Faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Messages that an officer was told are in the outbox.
    pub accepted: u64,
    /// Messages receipted.
    pub receipted: u64,
    /// Dead letters.
    pub dead: u64,
}

/// Runs one seed.
#[must_use]
pub fn run(seed: u64, sabotage: Option<Sabotage>, verbose: bool) -> Report {
    let mut rng = Random::new(seed);
    let settings = Settings::draw(&mut rng);
    run_with(seed, settings, rng, sabotage, verbose)
}

/// Runs a seed with settings of one's own.
#[must_use]
pub fn run_with(
    seed: u64,
    settings: Settings,
    rng: Random,
    sabotage: Option<Sabotage>,
    verbose: bool,
) -> Report {
    let healed = START + settings.window;
    let mut world = World::new(seed, settings, rng, sabotage, verbose);
    world.set_up();
    let mut until = healed + 500;
    while until < healed + PATIENCE {
        while world.advance(until) {}
        if world.is_quiet() {
            break;
        }
        until += 500;
    }
    report(seed, &world)
}

fn report(seed: u64, world: &World) -> Report {
    let count = |of: fn(&disk::Tables) -> usize| world.honest().map(|n| of(&n.disk.durable) as u64).sum();
    Report {
        seed,
        log_hash: world.log.hash,
        events: world.log.entries,
        violations: world.violations(),
        faults: world.faults.clone(),
        accepted: world.observer.accepted.len() as u64,
        receipted: count(|tables| tables.receipted.len()),
        dead: count(|tables| tables.dead.len()),
    }
}

/// Many seeds, added up.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// How many seeds.
    pub seeds: u64,
    /// Events in all.
    pub events: u64,
    /// Messages in all.
    pub accepted: u64,
    /// Receipts in all.
    pub receipted: u64,
    /// Dead letters in all.
    pub dead: u64,
    /// Faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Seeds that broke an invariant.
    pub failures: Vec<Report>,
}

impl Summary {
    fn add(&mut self, report: Report) {
        self.seeds += 1;
        self.events += report.events;
        self.accepted += report.accepted;
        self.receipted += report.receipted;
        self.dead += report.dead;
        for (fault, count) in &report.faults {
            *self.faults.entry(fault).or_insert(0) += count;
        }
        if !report.violations.is_empty() {
            self.failures.push(report);
        }
    }

    fn join(mut self, other: Summary) -> Summary {
        self.seeds += other.seeds;
        self.events += other.events;
        self.accepted += other.accepted;
        self.receipted += other.receipted;
        self.dead += other.dead;
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_insert(0) += count;
        }
        self.failures.extend(other.failures);
        self.failures.sort_by_key(|report| report.seed);
        self
    }
}

/// Runs the seeds `start .. start + count`, on as many threads as there are cores; each run is in one thread.
#[must_use]
pub fn run_many(start: u64, count: u64, sabotage: Option<Sabotage>) -> Summary {
    let threads =
        std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64).min(count.max(1));
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads)
            .map(|lane| {
                scope.spawn(move || {
                    let mut summary = Summary::default();
                    let seeds =
                        (start..start.saturating_add(count)).skip(lane as usize).step_by(threads as usize);
                    seeds.for_each(|seed| summary.add(run(seed, sabotage, false)));
                    summary
                })
            })
            .collect();
        lanes.into_iter().filter_map(|lane| lane.join().ok()).fold(Summary::default(), Summary::join)
    })
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} seeds, {} events", self.seeds, self.events)?;
        writeln!(f, "{} messages: {} receipted, {} dead letters", self.accepted, self.receipted, self.dead)?;
        writeln!(f, "faults injected, and refusals that they led to:")?;
        self.faults.iter().try_for_each(|(fault, count)| writeln!(f, "{count:>12}  {fault}"))?;
        for failure in &self.failures {
            writeln!(f, "seed {} FAILED:", failure.seed)?;
            failure.violations.iter().take(5).try_for_each(|text| writeln!(f, "    {text}"))?;
        }
        write!(f, "{} seeds failed", self.failures.len())
    }
}
