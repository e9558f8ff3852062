//! What must hold, whatever happens. Each function is named by the sentence that it checks, and returns what
//! breaks it.

use std::collections::{BTreeMap, BTreeSet};

use comity_delivery::Digest;
use comity_ledger::{Hash, verify_inclusion};

use crate::cosigning::root_of;
use crate::node::Node;
use crate::scenario::Flaw;
use crate::wire::{EnvelopeKey, NodeId, leaf_of, secret, sign};
use crate::world::World;

/// The longest that a message between honest nodes may take when nothing is wrong but hostile third parties,
/// in milliseconds.
pub const CALM_LIMIT: u64 = 3_000;

/// Who sees everything that happens, and remembers it across crashes.
#[derive(Debug, Default)]
pub struct Observer {
    /// Each envelope that an honest node made.
    pub created: BTreeMap<EnvelopeKey, (Digest, Flaw)>,
    /// Each message that an officer was told is in the outbox: to whom, when.
    pub accepted: BTreeMap<EnvelopeKey, (NodeId, u64)>,
    /// When the receipt was recorded.
    pub receipted_at: BTreeMap<EnvelopeKey, u64>,
    /// The largest registry version that was in force at each node.
    pub registry_seen: Vec<u64>,
    /// Nodes of which a key was revoked.
    pub revoked: BTreeSet<NodeId>,
    /// Heads cosigned, by witness and ledger.
    pub cosigned: BTreeMap<(NodeId, NodeId), BTreeMap<u64, Hash>>,
    /// How often a quorum was reached.
    pub quorums: u64,
    /// What was seen to break an invariant while the system ran.
    pub violations: Vec<String>,
}

impl World {
    /// `no_receipt_was_signed_before_its_commit_was_durable`, checked at each signing.
    pub fn observe_signing(&mut self, node: NodeId, key: &EnvelopeKey, digest: &Digest) {
        let durable = self.nodes[node].disk.durable.inbox.get(key);
        if durable.is_none_or(|stored| stored.digest != *digest) {
            let text = format!("node {node} signed a receipt for {key:?} before its commit was durable");
            self.observer.violations.push(text);
        }
    }

    /// `a_registry_version_never_goes_back`, checked after each sync.
    pub fn check_registry_version(&mut self, node: NodeId) {
        let version = self.nodes[node].registry_version();
        let seen = self.observer.registry_seen[node];
        if version < seen {
            self.observer.violations.push(format!("node {node} went back from registry {seen} to {version}"));
        }
        self.observer.registry_seen[node] = version.max(seen);
    }

    /// Remembers each cosignature that leaves a witness; two roots of one size are two histories.
    pub fn observe_cosignature(&mut self, witness: NodeId, log: NodeId, size: u64, root: Hash) {
        let heads = self.observer.cosigned.entry((witness, log)).or_default();
        if heads.insert(size, root).is_some_and(|before| before != root) {
            let text = format!("witness {witness} cosigned two roots of size {size} of ledger {log}");
            self.observer.violations.push(text);
        }
    }

    /// The nodes that follow the protocol.
    pub fn honest(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.hostile.is_none())
    }

    fn is_honest(&self, node: NodeId) -> bool {
        self.nodes[node].hostile.is_none()
    }

    /// Everything that is broken, at the end of a run.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let checks = [
            every_receipted_message_is_in_the_receivers_database_and_ledger_exactly_once(self),
            every_recorded_receipt_verifies(self),
            every_other_message_is_still_in_its_senders_outbox_or_dead_letters_with_a_reason(self),
            every_inbox_row_has_its_own_leaf_and_every_leaf_its_row(self),
            nothing_that_its_sender_did_not_sign_is_stored(self),
            no_witness_cosigned_two_histories(self),
            after_healing_every_honest_message_is_receipted(self),
            after_healing_every_honest_node_has_the_latest_registry(self),
            after_healing_every_honest_ledger_is_cosigned_by_its_honest_witnesses(self),
            a_hostile_peer_delays_nobody_else(self),
        ];
        self.observer.violations.iter().cloned().chain(checks.into_iter().flatten()).collect()
    }

    /// Whether everything that must come to rest has.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let waits = |node: &Node| {
            let rows = node.disk.durable.outbox.iter();
            rows.filter(|(peer, _)| self.is_honest(**peer)).any(|(_, rows)| !rows.is_empty())
        };
        !self.honest().any(waits)
            && after_healing_every_honest_node_has_the_latest_registry(self).is_empty()
            && after_healing_every_honest_ledger_is_cosigned_by_its_honest_witnesses(self).is_empty()
    }
}

/// A receipt of an honest receiver means: stored there, once, in database and ledger.
#[must_use]
pub fn every_receipted_message_is_in_the_receivers_database_and_ledger_exactly_once(
    world: &World,
) -> Vec<String> {
    let mut broken = Vec::new();
    for sender in world.honest() {
        for (id, receipt) in &sender.disk.durable.receipted {
            let key = (sender.id, *id);
            let Some((to, _)) = world.observer.accepted.get(&key) else { continue };
            if !world.is_honest(*to) {
                continue;
            }
            let durable = &world.nodes[*to].disk.durable;
            let leaf = leaf_of(key, &receipt.digest);
            let rows = durable.inbox.get(&key).filter(|stored| stored.digest == receipt.digest).is_some();
            let leaves = durable.leaves.iter().filter(|stored| **stored == leaf).count();
            if !rows || leaves != 1 {
                broken.push(format!(
                    "{key:?} is receipted by {to}, which has row {rows} and {leaves} leaves of it"
                ));
            }
        }
    }
    broken
}

/// Also a receipt of a hostile peer is kept only if it is signed by that peer, for that message, with its proof.
#[must_use]
pub fn every_recorded_receipt_verifies(world: &World) -> Vec<String> {
    let mut broken = Vec::new();
    for sender in world.honest() {
        for (id, receipt) in &sender.disk.durable.receipted {
            let key = (sender.id, *id);
            let Some((to, _)) = world.observer.accepted.get(&key) else { continue };
            let made = world.observer.created.get(&key).is_some_and(|(digest, _)| *digest == receipt.digest);
            let signed = receipt.signature == sign(secret(*to, receipt.key), &receipt.statement());
            let leaf = leaf_of(key, &receipt.digest);
            let (at, size) = (receipt.position, receipt.size);
            let proven = verify_inclusion(leaf, at, size, receipt.root, &receipt.proof).is_ok();
            if !(made && signed && proven && receipt.envelope == key) {
                broken.push(format!("{key:?} to {to} is receipted by a false receipt"));
            }
        }
    }
    broken
}

/// What an officer was told is in the outbox is there, or receipted, or dead with a reason: in one place.
#[must_use]
pub fn every_other_message_is_still_in_its_senders_outbox_or_dead_letters_with_a_reason(
    world: &World,
) -> Vec<String> {
    let place = |(key, (to, _)): (&EnvelopeKey, &(NodeId, u64))| {
        let durable = &world.nodes[key.0].disk.durable;
        let waiting = durable.outbox.get(to).is_some_and(|rows| rows.contains_key(&key.1));
        let places = [waiting, durable.receipted.contains_key(&key.1), durable.dead.contains_key(&key.1)];
        let count = places.iter().filter(|there| **there).count();
        (count != 1).then(|| format!("{key:?} to {to} is in {count} places of its sender: {places:?}"))
    };
    world.observer.accepted.iter().filter_map(place).collect()
}

/// Database and ledger of a node tell the same story.
#[must_use]
pub fn every_inbox_row_has_its_own_leaf_and_every_leaf_its_row(world: &World) -> Vec<String> {
    let mut broken = Vec::new();
    for node in world.honest() {
        let durable = &node.disk.durable;
        if durable.inbox.len() != durable.leaves.len() {
            broken.push(format!(
                "node {} has rows {} and leaves {}",
                node.id,
                durable.inbox.len(),
                durable.leaves.len()
            ));
        }
        for (key, stored) in &durable.inbox {
            let at = usize::try_from(stored.position).ok().and_then(|at| durable.leaves.get(at));
            if at != Some(&leaf_of(*key, &stored.digest)) {
                broken.push(format!("node {} has another leaf at the place of {key:?}", node.id));
            }
        }
        if node.up && node.tree.edge.root() != root_of(&durable.leaves, durable.leaves.len() as u64) {
            broken.push(format!("node {} has a tree that is not over its leaves", node.id));
        }
    }
    broken
}

/// What is stored under an honest sender's name is what that sender made, and had no flaw.
#[must_use]
pub fn nothing_that_its_sender_did_not_sign_is_stored(world: &World) -> Vec<String> {
    let mut broken = Vec::new();
    for node in world.honest() {
        for (key, stored) in &node.disk.durable.inbox {
            let made = world.observer.created.get(key);
            let genuine = made.is_some_and(|(digest, flaw)| *digest == stored.digest && *flaw == Flaw::None);
            if world.is_honest(key.0) && !genuine {
                broken.push(format!("node {} stored {key:?}, which its sender did not make so", node.id));
            }
        }
    }
    broken
}

/// All heads of a ledger that one honest witness cosigned lie on one history.
#[must_use]
pub fn no_witness_cosigned_two_histories(world: &World) -> Vec<String> {
    let mut broken = Vec::new();
    for ((witness, log), heads) in &world.observer.cosigned {
        let honest = [world.nodes[*log].disk.durable.leaves.clone()];
        let histories: &[Vec<Hash>] = match &world.nodes[*log].hostile {
            Some(hostile) => hostile.branches(),
            None => &honest,
        };
        let on_one = |leaves: &Vec<Hash>| heads.iter().all(|(size, root)| root_of(leaves, *size) == *root);
        if !histories.iter().any(on_one) {
            broken.push(format!("witness {witness} cosigned two histories of ledger {log}"));
        }
    }
    broken
}

/// Liveness: between honest nodes, the good arrive and the flawed are dead letters for their flaw.
#[must_use]
pub fn after_healing_every_honest_message_is_receipted(world: &World) -> Vec<String> {
    let mut broken = Vec::new();
    for ((from, id), (to, _)) in world.observer.accepted.iter().filter(|(_, (to, _))| world.is_honest(*to)) {
        let durable = &world.nodes[*from].disk.durable;
        let flaw = world.observer.created.get(&(*from, *id)).map_or(Flaw::None, |(_, flaw)| *flaw);
        let dead = durable.dead.get(id).copied();
        let revoked =
            world.observer.revoked.contains(from) && dead == Some(comity_delivery::RefusalCode::KeyRevoked);
        let good = match flaw {
            Flaw::None => durable.receipted.contains_key(id) || revoked,
            _ => dead.is_some() && dead == flaw.refusal() || revoked,
        };
        if !good {
            broken.push(format!("message {id} from {from} to {to} with flaw {flaw:?} ended with {dead:?}"));
        }
    }
    broken
}

/// Liveness: the newest registry spreads.
#[must_use]
pub fn after_healing_every_honest_node_has_the_latest_registry(world: &World) -> Vec<String> {
    let latest = world.registries.len() as u64;
    let behind = world.honest().filter(|node| node.registry_version() != latest);
    behind
        .map(|node| format!("node {} has registry {}, not {latest}", node.id, node.registry_version()))
        .collect()
}

/// Liveness: heads get cosigned.
#[must_use]
pub fn after_healing_every_honest_ledger_is_cosigned_by_its_honest_witnesses(world: &World) -> Vec<String> {
    let mut broken = Vec::new();
    for node in world.honest() {
        let size = node.disk.durable.leaves.len() as u64;
        for witness in node.witnesses.iter().filter(|witness| world.is_honest(**witness)) {
            let cosigned = node.disk.durable.cosigned.get(witness).copied().unwrap_or(0);
            if cosigned != size {
                broken.push(format!("witness {witness} cosigned {cosigned} of {size} of ledger {}", node.id));
            }
        }
    }
    broken
}

/// When nothing is wrong but hostile peers, messages between the others are receipted within [`CALM_LIMIT`].
#[must_use]
pub fn a_hostile_peer_delays_nobody_else(world: &World) -> Vec<String> {
    if !world.settings.only_hostility {
        return Vec::new();
    }
    let slow = |(key, (to, at)): (&EnvelopeKey, &(NodeId, u64))| {
        let flaw = world.observer.created.get(key).map_or(Flaw::None, |(_, flaw)| *flaw);
        let taken = world.observer.receipted_at.get(key).map_or(u64::MAX, |end| end - at);
        let counts = world.is_honest(*to) && flaw == Flaw::None;
        (counts && taken > CALM_LIMIT)
            .then(|| format!("{key:?} to {to} took {taken} ms beside hostile peers"))
    };
    world.observer.accepted.iter().filter_map(slow).collect()
}
