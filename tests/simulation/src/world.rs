//! The simulated world: one queue of events, one clock, one source of chance. Every step that a node's process
//! takes is an event of its own, so that a crash can fall between any two of them.

use std::collections::BTreeMap;
use std::rc::Rc;

use comity_delivery::{LaneInput, Millis};

use crate::invariants::Observer;
use crate::node::{After, Node};
use crate::random::{Random, mix};
use crate::scenario::{Fault, Sabotage, Settings};
use crate::wire::{NodeId, Packet, Registry};

/// A step of a node's process; gone when the process is.
#[derive(Debug)]
pub enum Step {
    /// A lane's database read.
    Load(NodeId, u32, u64),
    /// A lane's sending.
    Send(NodeId, u64, Vec<comity_delivery::Item<u64>>),
    /// An answer is to be verified: from, attempt, its registry, reply.
    Verify(NodeId, u64, u64, crate::wire::Reply),
    /// The connection was refused.
    Unreachable(NodeId, u64),
    /// A lane's verdicts are to be recorded.
    Record(NodeId, u64, Vec<(u64, comity_delivery::Verdict)>),
    /// A lane's timer.
    LaneTick(NodeId, u64),
    /// A batch is to be checked.
    Examine(u64),
    /// A batch is to be committed.
    Commit(u64),
    /// Receipts are to be signed.
    Sign(u64),
    /// The disk finished a sync.
    Sync(u64, After),
    /// Time to ask somebody for the registry.
    Poll,
    /// The timer of the cosigning round.
    RoundTick(u64),
    /// A hostile node does something.
    Attack,
    /// An officer sends a message.
    Submit(NodeId, u8, crate::scenario::Flaw),
}

impl Step {
    /// The step's name in the log.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Step::Load(..) => "load",
            Step::Send(..) => "send",
            Step::Verify(..) => "verify",
            Step::Unreachable(..) => "connection refused",
            Step::Record(..) => "record",
            Step::LaneTick(..) => "lane tick",
            Step::Examine(..) => "examine",
            Step::Commit(..) => "commit",
            Step::Sign(..) => "sign receipts",
            Step::Sync(..) => "sync",
            Step::Poll => "poll",
            Step::RoundTick(..) => "round tick",
            Step::Attack => "attack",
            Step::Submit(..) => "submit",
        }
    }
}

#[derive(Debug)]
enum Event {
    Step(NodeId, u32, Step),
    Packet(NodeId, NodeId, Packet),
    Fault(Fault),
}

/// The record of a run: a hash over every event, and the events themselves when asked for.
#[derive(Debug, Default)]
pub struct Log {
    /// Over every entry so far.
    pub hash: u64,
    /// How many entries.
    pub entries: u64,
    /// Print each one.
    pub verbose: bool,
}

impl Log {
    fn note(&mut self, now: u64, what: &str, a: u64, b: u64) {
        let text = what.bytes().fold(now, |sum, byte| sum.rotate_left(7) ^ u64::from(byte));
        self.hash = mix(self.hash ^ mix(text) ^ mix(a << 32 ^ b));
        self.entries += 1;
        if self.verbose {
            println!("{now:>10} {what} {a} {b}");
        }
    }
}

/// See the module.
#[derive(Debug)]
pub struct World {
    /// True time: milliseconds since 1970.
    pub now: u64,
    /// Chance.
    pub rng: Random,
    /// What the run is like.
    pub settings: Settings,
    /// A fault built into the driver on purpose.
    pub sabotage: Option<Sabotage>,
    /// By id.
    pub nodes: Vec<Node>,
    /// What the root holders signed, oldest first.
    pub registries: Vec<Rc<Registry>>,
    /// Who sees everything.
    pub observer: Observer,
    /// Count of faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Faults happen.
    pub faults_on: bool,
    /// Side of the partition on which each node is.
    pub sides: Vec<u8>,
    /// The record.
    pub log: Log,
    queue: BTreeMap<(u64, u64), Event>,
    numbers: u64,
}

/// When the simulation starts: milliseconds since 1970.
pub const START: u64 = 1_700_000_000_000;

impl World {
    /// An empty world.
    #[must_use]
    pub fn new(
        seed: u64,
        settings: Settings,
        rng: Random,
        sabotage: Option<Sabotage>,
        verbose: bool,
    ) -> Self {
        World {
            now: START,
            rng,
            settings,
            sabotage,
            nodes: Vec::new(),
            registries: Vec::new(),
            observer: Observer::default(),
            faults: BTreeMap::new(),
            faults_on: true,
            sides: Vec::new(),
            log: Log { hash: seed, entries: 0, verbose },
            queue: BTreeMap::new(),
            numbers: 0,
        }
    }

    /// A number that was not given before.
    pub fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Counts a fault.
    pub fn count(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_insert(0) += 1;
    }

    fn put(&mut self, delay: u64, event: Event) {
        let at = (self.now + delay, self.number());
        self.queue.insert(at, event);
    }

    /// Plans a step of a node's present process.
    pub fn step_in(&mut self, delay: u64, node: NodeId, step: Step) {
        let session = self.nodes[node].session;
        self.put(delay, Event::Step(node, session, step));
    }

    /// Plans a step that takes a process about as long as `low..=high` milliseconds.
    pub fn step_soon(&mut self, node: NodeId, low: u64, high: u64, step: Step) {
        let delay = self.rng.between(low, high);
        self.step_in(delay, node, step);
    }

    /// Plans a fault.
    pub fn fault_in(&mut self, delay: u64, fault: Fault) {
        self.put(delay, Event::Fault(fault));
    }

    /// Hands a packet to the network, which may lose, double and delay it.
    pub fn transmit(&mut self, from: NodeId, to: NodeId, packet: Packet) {
        self.transmit_after(0, from, to, packet);
    }

    /// The same, after the sender dawdled.
    pub fn transmit_after(&mut self, wait: u64, from: NodeId, to: NodeId, packet: Packet) {
        if self.faults_on && self.rng.chance(self.settings.loss) {
            self.count("packet lost");
            return;
        }
        if self.faults_on && self.rng.chance(self.settings.duplication) {
            self.count("packet doubled");
            let delay = self.rng.between(1, 2_000);
            self.put(wait + delay, Event::Packet(from, to, packet.clone()));
        }
        let mut delay = self.rng.between(self.settings.delay.0, self.settings.delay.1);
        if self.faults_on && self.rng.chance(self.settings.stragglers) {
            self.count("packet delayed past others");
            delay += self.rng.between(500, 6_000);
        }
        self.put(wait + delay, Event::Packet(from, to, packet));
    }

    /// Whether the network separates two nodes now.
    #[must_use]
    pub fn separated(&self, a: NodeId, b: NodeId) -> bool {
        self.sides[a] != self.sides[b]
    }

    /// Takes the next event, if it is before `until`.
    pub fn advance(&mut self, until: u64) -> bool {
        let Some(first) = self.queue.first_entry() else { return false };
        if first.key().0 >= until {
            self.now = until;
            return false;
        }
        let ((at, _), event) = first.remove_entry();
        self.now = at;
        match event {
            Event::Step(node, session, step) => self.step(node, session, step),
            Event::Packet(from, to, packet) => self.arrive(from, to, packet),
            Event::Fault(fault) => self.fault(fault),
        }
        true
    }

    /// Writes to the log.
    pub fn note(&mut self, what: &str, a: u64, b: u64) {
        self.log.note(self.now - START, what, a, b);
    }

    fn step(&mut self, node: NodeId, session: u32, step: Step) {
        if !self.nodes[node].up || self.nodes[node].session != session {
            return;
        }
        let name = step.name();
        self.note(name, node as u64, 0);
        self.take(node, step);
        self.perhaps_crash(node, name);
    }

    fn take(&mut self, node: NodeId, step: Step) {
        match step {
            Step::Load(peer, limit, bytes) => self.load(node, peer, limit, bytes),
            Step::Send(peer, attempt, items) => self.send_batch(node, peer, attempt, &items),
            Step::Verify(peer, attempt, registry, reply) => self.verify(node, peer, attempt, registry, reply),
            Step::Unreachable(peer, attempt) => self.unreachable(node, peer, attempt),
            Step::Record(peer, attempt, verdicts) => self.record(node, peer, attempt, verdicts),
            Step::LaneTick(peer, timer) => {
                if self.nodes[node].timers.get(&peer) == Some(&timer) {
                    self.lane_input(node, peer, LaneInput::Tick);
                }
            }
            Step::Examine(work) => self.examine_batch(node, work),
            Step::Commit(work) => self.commit_batch(node, work),
            Step::Sign(work) => self.sign_receipts(node, work),
            Step::Sync(transaction, after) => self.synced(node, transaction, after),
            Step::Poll => self.poll(node),
            Step::RoundTick(timer) => {
                if self.nodes[node].round_timer == timer {
                    self.round_input(node, comity_delivery::CosignInput::Tick);
                }
            }
            Step::Attack => self.attack(node),
            Step::Submit(to, priority, flaw) => self.submit(node, to, priority, flaw),
        }
    }

    fn perhaps_crash(&mut self, node: NodeId, after: &'static str) {
        let honest = self.nodes[node].hostile.is_none();
        if self.faults_on && honest && self.nodes[node].up && self.rng.chance(self.settings.crash) {
            self.count(crate::scenario::crash_after(after));
            self.crash(node);
        }
    }

    /// Kills a node's process; it starts again later.
    pub fn crash(&mut self, node: NodeId) {
        let unsynced = self.nodes[node].disk.unsynced();
        let kept = self.rng.index(unsynced + 1);
        if kept < unsynced {
            self.count("transactions forgotten in a crash");
        }
        self.note("crash", node as u64, kept as u64);
        let crashed = &mut self.nodes[node];
        crashed.disk.crash(kept);
        crashed.up = false;
        let delay = self.rng.between(100, 15_000);
        self.fault_in(delay, Fault::Restart(node));
    }

    /// Starts a node's process.
    pub fn start(&mut self, node: NodeId) {
        if self.nodes[node].up {
            return;
        }
        self.note("start", node as u64, 0);
        let (count, limit) = (self.nodes.len(), self.settings.batch_limit);
        self.nodes[node].start(count, limit);
        let delay = self.rng.between(1, 3_000);
        let hostile = self.nodes[node].hostile.is_some();
        self.step_in(delay, node, if hostile { Step::Attack } else { Step::Poll });
        if !hostile {
            self.open_gates(node);
            let size = self.nodes[node].tree.edge.size();
            self.round_input(node, comity_delivery::CosignInput::Grew { size });
        }
    }

    fn arrive(&mut self, from: NodeId, to: NodeId, packet: Packet) {
        if self.separated(from, to) || !self.nodes[to].up {
            self.count(if self.nodes[to].up {
                "packet cut off by a partition"
            } else {
                "packet to a dead node"
            });
            self.refuse_connection(from, to, &packet);
            return;
        }
        self.note("packet", from as u64, to as u64);
        if self.nodes[to].hostile.is_some() {
            return self.hostile_receives(to, from, packet);
        }
        match packet {
            Packet::Batch { session, attempt, clock, registry, envelopes } => {
                self.receive_batch(to, from, (session, attempt), clock, registry, envelopes);
            }
            Packet::Answer { session, attempt, registry, reply } => {
                if self.nodes[to].session == session {
                    self.step_soon(to, 1, 4, Step::Verify(from, attempt, registry, reply));
                }
            }
            Packet::AskRegistry(version) => self.registry_asked(to, from, version),
            Packet::OfferRegistry(registry) => self.registry_offered(to, &registry),
            Packet::AskCosign { session, old_size, size, root, proof } => {
                self.cosign_asked(to, from, session, old_size, (size, root), &proof);
            }
            Packet::Cosigned(session, size, key, signature) => {
                self.cosigned(to, from, session, size, (key, signature));
            }
            Packet::CosignConflict(session, its_size) => self.cosign_conflict(to, from, session, its_size),
            Packet::CosignRefused(session) => self.cosign_refused(to, from, session),
        }
        self.perhaps_crash(to, "receive");
    }

    /// Half of the time the sender notices; else it waits for its timeout.
    fn refuse_connection(&mut self, from: NodeId, to: NodeId, packet: &Packet) {
        if let Packet::Batch { session, attempt, .. } = packet
            && self.rng.chance(500_000)
        {
            let delay = self.rng.between(1, 50);
            self.put(delay, Event::Step(from, *session, Step::Unreachable(to, *attempt)));
        }
    }

    /// A node's clock.
    #[must_use]
    pub fn clock(&self, node: NodeId) -> Millis {
        self.nodes[node].clock(self.now)
    }

    /// Writes a transaction; `after` follows when it is durable.
    ///
    /// # Errors
    /// As the disk.
    pub fn write(
        &mut self,
        node: NodeId,
        writes: Vec<crate::disk::Write>,
        after: After,
    ) -> Result<u64, crate::disk::DiskFault> {
        let number = self.nodes[node].disk.commit(writes)?;
        self.step_soon(node, 1, 20, Step::Sync(number, after));
        Ok(number)
    }

    fn synced(&mut self, node: NodeId, transaction: u64, after: After) {
        let synced = &mut self.nodes[node];
        synced.disk.sync(transaction);
        let before = synced.tree.edge.size();
        let leaves = std::mem::take(&mut synced.disk.durable.leaves);
        synced.tree.grow(&leaves);
        synced.disk.durable.leaves = leaves;
        let size = synced.tree.edge.size();
        if size > before {
            self.round_input(node, comity_delivery::CosignInput::Grew { size });
        }
        self.check_registry_version(node);
        match after {
            After::Accepted(peer, id) => self.accepted(node, peer, id),
            After::Committed(work) => self.batch_committed(node, work),
            After::Recorded(peer, attempt) => self.recorded(node, peer, attempt),
            After::Adopted => self.open_gates(node),
            After::Witnessed(log, session, size, root) => {
                self.release_cosignature(node, log, session, size, root)
            }
            After::CosignatureStored(witness, size) => {
                self.round_input(node, comity_delivery::CosignInput::Cosigned { witness, size });
            }
        }
    }
}
