//! What a run is like: how many nodes, which faults, when; drawn from the seed.

use comity_delivery::{Millis, RefusalCode};

use crate::hostile::Hostile;
use crate::node::Node;
use crate::random::Random;
use crate::wire::{Envelope, KeyState, NodeId, ROOT, Registry};
use crate::world::{START, Step, World};

/// The largest envelope that a node takes, in bytes.
pub const LARGEST_ENVELOPE: u64 = 100_000;

/// A fault built into the driver on purpose, to see that the simulation notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Receipts are signed when the transaction is written, not when it is durable.
    ReceiptBeforeCommit,
    /// A refused message is taken out of the outbox and put nowhere.
    DropDeadLetters,
    /// Receipts are not verified.
    TrustEveryReceipt,
    /// Cosignatures are released before the witness's state is durable.
    CosignBeforeStored,
    /// Registries are adopted unseen.
    AdoptEveryRegistry,
}

/// What is wrong with a message that an honest node sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Nothing.
    None,
    /// Too large.
    Oversize,
    /// Of an unknown kind.
    UnknownKind,
    /// Of an unknown version.
    UnknownVersion,
    /// An exercise.
    Exercise,
    /// Sealed to somebody else.
    SealedElsewhere,
    /// Its body was changed on the sender's disk.
    BodyChanged,
    /// One signature is missing.
    OneSignature,
    /// Truncated on the sender's disk.
    Truncated,
}

impl Flaw {
    /// How an honest receiver refuses it.
    #[must_use]
    pub fn refusal(self) -> Option<RefusalCode> {
        match self {
            Flaw::None => None,
            Flaw::Oversize => Some(RefusalCode::Oversize),
            Flaw::UnknownKind => Some(RefusalCode::UnknownKind),
            Flaw::UnknownVersion => Some(RefusalCode::UnsupportedVersion),
            Flaw::Exercise => Some(RefusalCode::ModeMismatch),
            Flaw::SealedElsewhere => Some(RefusalCode::CannotOpen),
            Flaw::BodyChanged => Some(RefusalCode::BodyMismatch),
            Flaw::OneSignature => Some(RefusalCode::MissingSignature),
            Flaw::Truncated => Some(RefusalCode::Malformed),
        }
    }

    fn draw(rng: &mut Random) -> Self {
        let flaws = [
            Flaw::Oversize,
            Flaw::UnknownKind,
            Flaw::UnknownVersion,
            Flaw::Exercise,
            Flaw::SealedElsewhere,
            Flaw::BodyChanged,
            Flaw::OneSignature,
            Flaw::Truncated,
        ];
        if rng.chance(60_000) { rng.pick(&flaws) } else { Flaw::None }
    }

    /// Before the signatures.
    pub fn spoil_before_signing(self, envelope: &mut Envelope) {
        match self {
            Flaw::Oversize => envelope.size = LARGEST_ENVELOPE + 1,
            Flaw::UnknownKind => envelope.kind = 77,
            Flaw::UnknownVersion => envelope.version = 9,
            Flaw::Exercise => envelope.live = false,
            Flaw::SealedElsewhere => envelope.sealed_to = envelope.from,
            _ => {}
        }
    }

    /// After them.
    pub fn spoil_after_signing(self, envelope: &mut Envelope) {
        match self {
            Flaw::BodyChanged => envelope.body ^= 4,
            Flaw::OneSignature => envelope.signatures[1] = None,
            Flaw::Truncated => envelope.readable = false,
            _ => {}
        }
    }
}

/// What a run is like. Chances are per million.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many nodes.
    pub nodes: usize,
    /// How many of them are hostile: the last ones.
    pub hostile: usize,
    /// How many messages.
    pub messages: u64,
    /// How long faults happen, in milliseconds.
    pub window: u64,
    /// A packet is lost.
    pub loss: u64,
    /// A packet comes twice.
    pub duplication: u64,
    /// A packet is overtaken by others.
    pub stragglers: u64,
    /// A packet's way, in milliseconds.
    pub delay: (u64, u64),
    /// A process is killed after a step.
    pub crash: u64,
    /// How many faults of the environment.
    pub disturbances: u64,
    /// Most envelopes in a batch.
    pub batch_limit: u32,
    /// Nothing is wrong but the hostile nodes; then delivery between the others has a time limit.
    pub only_hostility: bool,
    /// All messages at once, to one node that is down.
    pub burst: bool,
}

impl Settings {
    /// Drawn by chance.
    #[must_use]
    pub fn draw(rng: &mut Random) -> Self {
        let square = rng.below(1_000) * rng.below(1_000) * rng.below(1_000);
        let nodes = 3 + usize::try_from(square / 36_000_000).unwrap_or(0);
        let only_hostility = rng.chance(120_000);
        let most_hostile = (nodes as u64 - 1) / 2;
        let settings = Settings {
            nodes,
            hostile: usize::try_from(rng.between(u64::from(only_hostility), most_hostile)).unwrap_or(0),
            messages: rng.between(10, 200),
            window: rng.between(20_000, 90_000),
            loss: rng.pick(&[0, 1_000, 20_000, 100_000, 300_000]),
            duplication: rng.pick(&[0, 1_000, 50_000, 200_000]),
            stragglers: rng.pick(&[0, 10_000, 100_000]),
            delay: (1, rng.pick(&[5, 50, 400])),
            crash: rng.pick(&[0, 500, 3_000, 10_000]),
            disturbances: rng.between(0, 30),
            batch_limit: u32::try_from(rng.pick(&[1, 4, 16, 64])).unwrap_or(1),
            only_hostility,
            burst: rng.chance(40_000),
        };
        match (only_hostility, settings.burst) {
            (true, _) => settings.calm(),
            (_, true) => {
                let batch_limit = settings.batch_limit.max(16);
                Settings { messages: rng.between(500, 1_500), batch_limit, ..settings }
            }
            _ => settings,
        }
    }

    fn calm(self) -> Self {
        let delay = (1, self.delay.1.min(50));
        Settings {
            loss: 0,
            duplication: 0,
            stragglers: 0,
            crash: 0,
            disturbances: 0,
            burst: false,
            delay,
            ..self
        }
    }
}

/// A fault of the environment.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// A process is killed.
    Crash(NodeId),
    /// It starts again.
    Restart(NodeId),
    /// The network falls into two.
    Partition,
    /// It is whole again.
    Rejoin,
    /// A node's clock shows another time.
    ClockJump(NodeId),
    /// It is set right.
    ClockRight(NodeId),
    /// A disk is full, or not.
    DiskFull(NodeId, bool),
    /// A database is locked, or not.
    Locked(NodeId, bool),
    /// The root holders sign a registry in which a node has a new key.
    Rotate(NodeId),
    /// The same, with all older keys revoked.
    Revoke(NodeId),
    /// The root holders sign a registry that soon expires.
    ShortRegistry,
    /// All faults end.
    Heal,
}

impl World {
    /// Builds the nodes, plans messages and faults.
    pub fn set_up(&mut self) {
        let settings = self.settings.clone();
        let count = settings.nodes;
        let keys = vec![vec![KeyState::Active]; count];
        let first = Registry::sign(1, Millis(START + 3_600_000), keys, ROOT);
        self.registries.push(first.clone());
        self.sides = vec![0; count];
        for id in 0..count {
            let hostile = (id >= count - settings.hostile).then(|| Hostile::new(&mut self.rng));
            let witnesses = (1..count.min(4)).map(|step| (id + step) % count).collect();
            let mut node = Node::new(id, hostile, witnesses);
            node.disk.live.registry = Some(first.clone());
            node.disk.durable.registry = Some(first.clone());
            self.nodes.push(node);
        }
        self.observer.registry_seen = vec![0; count];
        (0..count).for_each(|id| self.start(id));
        self.plan_messages();
        self.plan_faults();
    }

    fn honest_node(&mut self) -> NodeId {
        self.rng.index(self.settings.nodes - self.settings.hostile)
    }

    fn plan_messages(&mut self) {
        let burst_to = self.honest_node();
        for _ in 0..self.settings.messages {
            let drawn = self.honest_node();
            let others = self.settings.nodes - self.settings.hostile;
            let from = if self.settings.burst && drawn == burst_to { (drawn + 1) % others } else { drawn };
            let chosen = if self.settings.burst { burst_to } else { self.rng.index(self.settings.nodes) };
            let to = if chosen == from { (chosen + 1) % self.settings.nodes } else { chosen };
            let at = if self.settings.burst { 2_000 } else { self.rng.below(self.settings.window) };
            let (priority, flaw) = (self.rng.below(3) as u8, Flaw::draw(&mut self.rng));
            self.step_in(at, from, Step::Submit(to, priority, flaw));
        }
        if self.settings.burst {
            self.count("burst to a node that is down");
            self.fault_in(1_000, Fault::Crash(burst_to));
        }
    }

    fn plan_faults(&mut self) {
        for _ in 0..self.settings.disturbances {
            let (at, node) = (self.rng.below(self.settings.window), self.honest_node());
            let fault = match self.rng.below(9) {
                0 => Fault::Crash(node),
                1 | 2 => Fault::Partition,
                3 => Fault::ClockJump(node),
                4 => Fault::DiskFull(node, true),
                5 => Fault::Locked(node, true),
                6 => Fault::Rotate(node),
                7 => Fault::Revoke(node),
                _ => Fault::ShortRegistry,
            };
            self.fault_in(at, fault);
        }
        self.fault_in(self.settings.window, Fault::Heal);
    }

    /// A fault of the environment happens.
    pub fn fault(&mut self, fault: Fault) {
        self.note("fault", fault_number(fault), 0);
        let lasts = self.rng.between(500, 15_000);
        match fault {
            Fault::Restart(node) => self.start(node),
            Fault::Heal => self.heal(),
            _ if !self.faults_on => self.end_of_fault(fault),
            Fault::Crash(node) if self.nodes[node].up => {
                self.count("crash at any time");
                self.crash(node);
            }
            Fault::Partition => {
                self.count("partition");
                self.sides = (0..self.nodes.len()).map(|_| self.rng.below(2) as u8).collect();
                self.fault_in(lasts, Fault::Rejoin);
            }
            Fault::ClockJump(node) => self.jump_clock(node, lasts),
            Fault::DiskFull(node, true) => {
                self.count("disk full");
                self.nodes[node].disk.full = true;
                self.fault_in(lasts, Fault::DiskFull(node, false));
            }
            Fault::Locked(node, true) => {
                self.count("database locked");
                self.nodes[node].disk.locked = true;
                self.fault_in(lasts, Fault::Locked(node, false));
            }
            Fault::Rotate(node) => self.rotate(node, KeyState::Retired),
            Fault::Revoke(node) => self.rotate(node, KeyState::Revoked),
            Fault::ShortRegistry => {
                self.count("registry that soon expires");
                let (keys, soon) = (self.latest_keys(), self.rng.between(2_000, 20_000));
                self.publish(keys, soon);
            }
            other => self.end_of_fault(other),
        }
    }

    fn end_of_fault(&mut self, fault: Fault) {
        match fault {
            Fault::Rejoin => self.sides.fill(0),
            Fault::ClockRight(node) => self.nodes[node].clock_error = 0,
            Fault::DiskFull(node, false) => self.nodes[node].disk.full = false,
            Fault::Locked(node, false) => self.nodes[node].disk.locked = false,
            _ => {}
        }
    }

    fn jump_clock(&mut self, node: NodeId, lasts: u64) {
        let jump = self.rng.pick(&[5_000_i64, 300_000, 3_600_000, 86_400_000]);
        let ahead = self.rng.chance(500_000);
        self.count(if ahead { "clock jumps ahead" } else { "clock jumps back" });
        self.nodes[node].clock_error = if ahead { jump } else { -jump };
        self.fault_in(lasts, Fault::ClockRight(node));
    }

    fn latest_keys(&self) -> Vec<Vec<KeyState>> {
        self.registries.last().map(|registry| registry.keys.clone()).unwrap_or_default()
    }

    fn rotate(&mut self, node: NodeId, old: KeyState) {
        self.count(if old == KeyState::Revoked { "key revoked" } else { "key rotated" });
        let mut keys = self.latest_keys();
        for state in
            keys[node].iter_mut().filter(|state| **state == KeyState::Active || old == KeyState::Revoked)
        {
            *state = old;
        }
        keys[node].push(KeyState::Active);
        if old == KeyState::Revoked {
            self.observer.revoked.insert(node);
        }
        self.publish(keys, 3_600_000);
    }

    /// The root holders sign a registry and hand it to one honest node.
    fn publish(&mut self, keys: Vec<Vec<KeyState>>, lifetime: u64) {
        let version = self.registries.len() as u64 + 1;
        let registry = Registry::sign(version, Millis(self.now + lifetime), keys, ROOT);
        self.registries.push(registry.clone());
        let node = self.honest_node();
        if self.nodes[node].up {
            self.registry_offered(node, &registry);
        }
    }

    /// All faults end; a last registry goes out.
    fn heal(&mut self) {
        self.faults_on = false;
        self.sides.fill(0);
        for id in 0..self.nodes.len() {
            let node = &mut self.nodes[id];
            (node.clock_error, node.disk.full, node.disk.locked) = (0, false, false);
            self.start(id);
        }
        let keys = self.latest_keys();
        self.publish(keys, 36_000_000);
    }
}

fn fault_number(fault: Fault) -> u64 {
    match fault {
        Fault::Crash(node) | Fault::Restart(node) | Fault::ClockJump(node) | Fault::ClockRight(node) => {
            node as u64
        }
        Fault::DiskFull(node, on) | Fault::Locked(node, on) => 100 + 2 * node as u64 + u64::from(on),
        Fault::Rotate(node) | Fault::Revoke(node) => 200 + node as u64,
        Fault::Partition | Fault::Rejoin | Fault::ShortRegistry | Fault::Heal => 300,
    }
}

/// The name under which a crash after a step is counted.
#[must_use]
pub fn crash_after(step: &'static str) -> &'static str {
    match step {
        "load" => "crash after load",
        "send" => "crash after send",
        "receive" => "crash after receive",
        "verify" => "crash after verify",
        "record" => "crash after record",
        "examine" => "crash after examine",
        "commit" => "crash after commit, before sync",
        "sync" => "crash after sync",
        "sign receipts" => "crash after signing receipts",
        "submit" => "crash after submit",
        _ => "crash elsewhere",
    }
}
