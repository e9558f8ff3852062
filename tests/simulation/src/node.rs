//! One simulated node: what survives a crash is on its disk, all else is gone.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use comity_delivery::{CosignConfig, CosignRound, Lane, LaneConfig, Millis, ToCommit, ToSign};
use comity_ledger::{Edge, Hash, TileMap};

use crate::disk::Disk;
use crate::hostile::Hostile;
use crate::wire::{Envelope, NodeId, Receipt, Registry};

/// How lanes behave here: as in a node, with shorter waits.
#[must_use]
pub fn lane_config(batch_limit: u32) -> LaneConfig {
    LaneConfig {
        batch_limit,
        batch_bytes: 40_000,
        backoff_base: Duration::from_millis(200),
        backoff_cap: Duration::from_secs(20),
        answer_timeout: Duration::from_secs(3),
    }
}

/// A Merkle tree in memory, built from durable leaves.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Its right edge.
    pub edge: Edge,
    /// Its tiles.
    pub tiles: TileMap,
}

impl Tree {
    /// The tree over these leaves.
    #[must_use]
    pub fn of(leaves: &[Hash]) -> Self {
        let mut tree = Tree { edge: Edge::empty(), tiles: TileMap::default() };
        tree.grow(leaves);
        tree
    }

    /// Appends the leaves that are not in it yet.
    pub fn grow(&mut self, leaves: &[Hash]) {
        let known = usize::try_from(self.edge.size()).unwrap_or(usize::MAX);
        if let Some(new) = leaves.get(known..).filter(|new| !new.is_empty()) {
            self.tiles.extend(self.edge.append(new));
        }
    }
}

/// An inbound batch on its way; the machine's types say how far it is.
#[derive(Debug)]
pub struct Work {
    /// From whom.
    pub from: NodeId,
    /// To be sent back.
    pub session: u32,
    /// To be sent back.
    pub attempt: u64,
    /// What came.
    pub envelopes: Vec<Rc<Envelope>>,
    /// How far it is.
    pub stage: Stage,
}

/// How far an inbound batch is.
#[derive(Debug)]
pub enum Stage {
    /// To be checked.
    Arrived(comity_delivery::Arrived<(NodeId, u64)>),
    /// To be committed.
    ToCommit(ToCommit<(NodeId, u64)>),
    /// The transaction is written, not synced.
    Committing(ToCommit<(NodeId, u64)>, Vec<comity_delivery::Landed>),
    /// Durable: receipts may be signed.
    ToSign(ToSign<(NodeId, u64)>),
}

/// What goes on when a transaction is durable.
#[derive(Clone, Debug)]
pub enum After {
    /// An officer's message was taken.
    Accepted(NodeId, u64),
    /// Receipts may be signed.
    Committed(u64),
    /// The lane is told.
    Recorded(NodeId, u64),
    /// The registry takes effect.
    Adopted,
    /// The cosignature goes out: ledger, session, size, root.
    Witnessed(NodeId, u32, u64, Hash),
    /// The cosigning round is told: witness, size.
    CosignatureStored(NodeId, u64),
}

/// See the module.
#[derive(Debug)]
pub struct Node {
    /// Its place.
    pub id: NodeId,
    /// How it misbehaves, if it does.
    pub hostile: Option<Hostile>,
    /// It runs.
    pub up: bool,
    /// Counts its processes; steps of an earlier one are gone.
    pub session: u32,
    /// Milliseconds by which its clock is wrong.
    pub clock_error: i64,
    /// What survives.
    pub disk: Disk,
    /// The ledger.
    pub tree: Tree,
    /// To each peer.
    pub lanes: BTreeMap<NodeId, Lane<u64>>,
    /// The timer in force of each lane.
    pub timers: BTreeMap<NodeId, u64>,
    /// Verified receipts that are not recorded yet, by peer and attempt.
    pub verified: BTreeMap<(NodeId, u64), BTreeMap<u64, Rc<Receipt>>>,
    /// Inbound batches on their way.
    pub work: BTreeMap<u64, Work>,
    /// Its ledger's cosigning.
    pub round: CosignRound<NodeId>,
    /// The timer in force of the round.
    pub round_timer: u64,
    /// Its witnesses.
    pub witnesses: Vec<NodeId>,
}

impl Node {
    /// A node on an empty disk but for its registry.
    #[must_use]
    pub fn new(id: NodeId, hostile: Option<Hostile>, witnesses: Vec<NodeId>) -> Self {
        Node {
            id,
            hostile,
            up: false,
            session: 0,
            clock_error: 0,
            disk: Disk::default(),
            tree: Tree::of(&[]),
            lanes: BTreeMap::new(),
            timers: BTreeMap::new(),
            verified: BTreeMap::new(),
            work: BTreeMap::new(),
            round: CosignRound::new(CosignConfig::default(), []),
            round_timer: 0,
            witnesses,
        }
    }

    /// What its clock shows.
    #[must_use]
    pub fn clock(&self, now: u64) -> Millis {
        Millis(now.saturating_add_signed(self.clock_error))
    }

    /// The registry in force: the durable one.
    #[must_use]
    pub fn registry(&self) -> Option<&Rc<Registry>> {
        self.disk.durable.registry.as_ref()
    }

    /// Its registry's version; 0 for none.
    #[must_use]
    pub fn registry_version(&self) -> u64 {
        self.registry().map_or(0, |registry| registry.facts.version)
    }

    /// The key with which it signs now.
    #[must_use]
    pub fn signing_key(&self) -> usize {
        self.registry().map_or(0, |registry| registry.signing_key(self.id))
    }

    /// A new process: all that was in memory is rebuilt from the disk.
    pub fn start(&mut self, peers: usize, batch_limit: u32) {
        self.up = true;
        self.session += 1;
        self.tree = Tree::of(&self.disk.durable.leaves);
        let others = (0..peers).filter(|peer| *peer != self.id);
        self.lanes = others.map(|peer| (peer, Lane::new(lane_config(batch_limit)))).collect();
        self.timers.clear();
        self.verified.clear();
        self.work.clear();
        let config = CosignConfig {
            backoff_cap: Duration::from_secs(20),
            answer_timeout: Duration::from_secs(3),
            ..CosignConfig::default()
        };
        let cosigned = &self.disk.durable.cosigned;
        let seen = self.witnesses.iter().map(|w| (*w, cosigned.get(w).copied().unwrap_or(0)));
        self.round = CosignRound::new(config, seen);
    }
}
