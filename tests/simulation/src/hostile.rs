//! Nodes that lie. They have their own keys and whatever was sent to them, nobody else's keys.

use std::rc::Rc;

use comity_delivery::{Digest, Millis, RefusalCode};
use comity_ledger::{Hash, prove_consistency, prove_inclusion};

use crate::node::Tree;
use crate::random::Random;
use crate::wire::{Envelope, NodeId, Packet, Receipt, Registry, Reply, digest_of, leaf_of, secret, sign};
use crate::world::{Step, World};

/// How a hostile node answers batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A well-signed receipt for something else.
    ReceiptForSomethingElse,
    /// A well-signed receipt whose proof does not hold.
    FalseProof,
    /// A receipt that somebody else should have signed.
    ForgedReceipt,
    /// Nothing that can be read.
    Garbage,
    /// No answer.
    Silence,
    /// One byte a minute: the answer comes after the timeout.
    Slow,
    /// Refuses each envelope with some reason.
    RefusesEach,
    /// Refuses the batch with some reason.
    RefusesWhole,
    /// Leaves out some envelopes, answers others twice, and for some that were not asked.
    Muddled,
    /// Puts everything off for a year.
    PutsOff,
}

const MANNERS: [Manner; 10] = [
    Manner::ReceiptForSomethingElse,
    Manner::FalseProof,
    Manner::ForgedReceipt,
    Manner::Garbage,
    Manner::Silence,
    Manner::Slow,
    Manner::RefusesEach,
    Manner::RefusesWhole,
    Manner::Muddled,
    Manner::PutsOff,
];

impl Manner {
    fn name(self) -> &'static str {
        match self {
            Manner::ReceiptForSomethingElse => "hostile: receipt for something else",
            Manner::FalseProof => "hostile: false proof",
            Manner::ForgedReceipt => "hostile: forged receipt",
            Manner::Garbage => "hostile: garbage answer",
            Manner::Silence => "hostile: no answer",
            Manner::Slow => "hostile: one byte a minute",
            Manner::RefusesEach => "hostile: refuses each",
            Manner::RefusesWhole => "hostile: refuses the batch",
            Manner::Muddled => "hostile: muddled answer",
            Manner::PutsOff => "hostile: puts off for a year",
        }
    }
}

/// What a hostile node remembers.
#[derive(Clone, Debug)]
pub struct Hostile {
    manner: Manner,
    seen: Vec<Rc<Envelope>>,
    /// Two histories of its ledger; the second forks off the first.
    branches: [Vec<Hash>; 2],
    /// The size that each witness last saw of it.
    witness_sizes: std::collections::BTreeMap<NodeId, u64>,
}

impl Hostile {
    /// One of the manners, by chance.
    #[must_use]
    pub fn new(rng: &mut Random) -> Self {
        let manner = rng.pick(&MANNERS);
        Hostile {
            manner,
            seen: Vec::new(),
            branches: [Vec::new(), Vec::new()],
            witness_sizes: Default::default(),
        }
    }

    /// Both histories.
    #[must_use]
    pub fn branches(&self) -> &[Vec<Hash>; 2] {
        &self.branches
    }
}

fn receipt(node: NodeId, key: usize, envelope: (NodeId, u64), digest: Digest) -> Receipt {
    let other = leaf_of((node, 1), &[9; 32]);
    let tree = Tree::of(&[other, leaf_of(envelope, &digest), other]);
    let proof = prove_inclusion(1, 3, &tree.tiles).unwrap_or_default();
    let root = tree.edge.root();
    let mut receipt = Receipt { envelope, digest, position: 1, size: 3, root, proof, key, signature: 0 };
    receipt.signature = sign(secret(node, key), &receipt.statement());
    receipt
}

const REASONS: [RefusalCode; 6] = [
    RefusalCode::Busy,
    RefusalCode::Malformed,
    RefusalCode::Oversize,
    RefusalCode::BadSignature,
    RefusalCode::UnknownSender,
    RefusalCode::StorageFull,
];

impl World {
    fn hostile_key(&self, node: NodeId) -> usize {
        self.nodes[node].signing_key()
    }

    /// Something arrives at a hostile node.
    pub fn hostile_receives(&mut self, node: NodeId, from: NodeId, packet: Packet) {
        match packet {
            Packet::Batch { session, attempt, envelopes, .. } => {
                self.hostile_answers(node, from, session, attempt, &envelopes);
                if let Some(hostile) = &mut self.nodes[node].hostile {
                    hostile.seen.extend(envelopes);
                }
            }
            Packet::AskRegistry(_) => self.hostile_registry(node, from),
            Packet::OfferRegistry(registry) => self.nodes[node].disk.durable.registry = Some(registry),
            Packet::AskCosign { session, size, .. } => self.hostile_cosigns(node, from, session, size),
            Packet::CosignConflict(_, size) | Packet::Cosigned(_, size, ..) => {
                if let Some(hostile) = &mut self.nodes[node].hostile {
                    hostile.witness_sizes.insert(from, size);
                }
            }
            Packet::Answer { .. } | Packet::CosignRefused(_) => {}
        }
    }

    fn hostile_answers(
        &mut self,
        node: NodeId,
        to: NodeId,
        session: u32,
        attempt: u64,
        batch: &[Rc<Envelope>],
    ) {
        let Some(manner) = self.nodes[node].hostile.as_ref().map(|hostile| hostile.manner) else { return };
        self.count(manner.name());
        let reply = match manner {
            Manner::Silence => return,
            Manner::Garbage => Reply::Garbage,
            Manner::PutsOff => Reply::Deferred(RefusalCode::Busy, Some(365 * 86_400_000)),
            Manner::RefusesWhole => Reply::Refused(self.rng.pick(&REASONS)),
            _ => Reply::Items(self.hostile_items(node, manner, batch)),
        };
        let wait = if manner == Manner::Slow { self.rng.between(3_000, 8_000) } else { 0 };
        let registry = if self.rng.chance(100_000) { u64::MAX } else { 0 };
        self.transmit_after(wait, node, to, Packet::Answer { session, attempt, registry, reply });
    }

    fn hostile_items(
        &mut self,
        node: NodeId,
        manner: Manner,
        batch: &[Rc<Envelope>],
    ) -> Vec<(u64, Result<Receipt, RefusalCode>)> {
        let key = self.hostile_key(node);
        let mut items = Vec::new();
        for envelope in batch {
            let mut honest = receipt(node, key, (envelope.from, envelope.id), envelope.digest());
            match manner {
                Manner::ReceiptForSomethingElse => {
                    honest = receipt(node, key, (envelope.from, envelope.id ^ 1), envelope.digest());
                }
                Manner::FalseProof => {
                    let position = self.rng.below(3);
                    honest = Receipt { position: position * 2, ..honest };
                    honest.signature = sign(secret(node, key), &honest.statement());
                }
                Manner::ForgedReceipt => honest.signature = self.rng.bits(),
                Manner::RefusesEach => {
                    items.push((envelope.id, Err(self.rng.pick(&REASONS))));
                    continue;
                }
                Manner::Muddled if self.rng.chance(500_000) => {
                    items.push((envelope.id, Err(self.rng.pick(&REASONS))));
                    items.push((self.rng.bits(), Ok(honest.clone())));
                    if self.rng.chance(500_000) {
                        continue;
                    }
                }
                _ => {}
            }
            items.push((envelope.id, Ok(honest)));
        }
        items
    }

    fn hostile_registry(&mut self, node: NodeId, to: NodeId) {
        let latest = self.registries.len();
        let old = self.registries[self.rng.index(latest)].clone();
        let offer = match self.rng.below(3) {
            0 => {
                self.count("hostile: registry rolled back");
                old
            }
            1 => {
                self.count("hostile: forged registry");
                let far = Millis(old.facts.expires.0 + 1_000_000);
                Registry::sign(old.facts.version + 50, far, old.keys.clone(), secret(node, 0))
            }
            _ => {
                self.count("hostile: second content of a registry version");
                let far = Millis(old.facts.expires.0 + 1_000_000);
                let forged = Registry::sign(old.facts.version, far, old.keys.clone(), 0);
                Rc::new(Registry { signature: old.signature, ..(*forged).clone() })
            }
        };
        self.transmit(node, to, Packet::OfferRegistry(offer));
    }

    fn hostile_cosigns(&mut self, node: NodeId, log: NodeId, session: u32, size: u64) {
        self.count("hostile: witness lies");
        let packet = match self.rng.below(4) {
            0 => Packet::CosignConflict(session, self.rng.below(1_000_000)),
            1 => Packet::Cosigned(session, size, 0, self.rng.bits()),
            2 => Packet::CosignConflict(session, size),
            _ => return,
        };
        self.transmit(node, log, packet);
    }

    /// A hostile node attacks somebody.
    pub fn attack(&mut self, node: NodeId) {
        let to = self.rng.index(self.nodes.len());
        if to != node {
            match self.rng.below(10) {
                0..=5 => self.attack_with_batch(node, to),
                6 => self.hostile_registry(node, to),
                _ => self.attack_witness(node, to),
            }
        }
        self.step_soon(node, 300, 4_000, Step::Attack);
    }

    fn attack_with_batch(&mut self, node: NodeId, to: NodeId) {
        let mut envelopes = Vec::new();
        for _ in 0..=self.rng.below(3) {
            envelopes.extend(self.bad_envelopes(node, to));
        }
        let mut clock = Millis(self.now);
        let mut registry = self.nodes[node].registry_version();
        match self.rng.below(8) {
            0 => {
                self.count("hostile: clock a day wrong");
                clock = Millis(self.now + 86_400_000);
            }
            1 => {
                self.count("hostile: claims a registry that is not there");
                registry = u64::MAX;
            }
            2 => {
                self.count("hostile: batch too long");
                envelopes = vec![envelopes[0].clone(); 300];
            }
            _ => {}
        }
        let batch = Packet::Batch { session: 0, attempt: 1, clock, registry, envelopes };
        self.transmit(node, to, batch);
    }

    fn bad_envelopes(&mut self, node: NodeId, to: NodeId) -> Vec<Rc<Envelope>> {
        let key = self.hostile_key(node);
        let (id, body) = (self.rng.below(400), self.rng.bits());
        let mut own = Envelope {
            from: node,
            to,
            id,
            version: 1,
            kind: 0,
            live: true,
            size: 500,
            readable: true,
            sealed_to: to,
            body,
            stated_body: body,
            key,
            signatures: [None, None],
        };
        own.sign(secret(node, key));
        match self.rng.below(7) {
            0 => {
                self.count("hostile: replay");
                let seen =
                    self.nodes[node].hostile.as_ref().map(|hostile| hostile.seen.clone()).unwrap_or_default();
                let old =
                    if seen.is_empty() { Rc::new(own) } else { seen[self.rng.index(seen.len())].clone() };
                vec![old.clone(), old]
            }
            1 => {
                self.count("hostile: same id with other content");
                let mut other = Envelope { body: !body, stated_body: !body, ..own.clone() };
                other.sign(secret(node, key));
                vec![Rc::new(own), Rc::new(other)]
            }
            2 => {
                self.count("hostile: bit flipped in the body");
                vec![Rc::new(Envelope { body: body ^ 1, ..own })]
            }
            3 => {
                self.count("hostile: bit flipped in the statement");
                vec![Rc::new(Envelope { id: id ^ 1, ..own })]
            }
            4 => {
                self.count("hostile: forged sender");
                let from = self.rng.index(self.nodes.len());
                vec![Rc::new(Envelope { from, ..own })]
            }
            5 => {
                self.count("hostile: one signature missing");
                vec![Rc::new(Envelope { signatures: [own.signatures[0], None], ..own })]
            }
            _ => {
                self.count("hostile: unknown key");
                let mut unknown = Envelope { key: 40, ..own };
                unknown.sign(secret(node, 40));
                vec![Rc::new(unknown)]
            }
        }
    }

    /// Grows one of its two histories and asks a witness to cosign it.
    fn attack_witness(&mut self, node: NodeId, witness: NodeId) {
        let (fork, leaf) = (self.rng.index(2), digest_of(&[self.rng.bits()]));
        let shrink = self.rng.chance(200_000);
        self.count(if shrink { "hostile: ledger rolled back" } else { "hostile: ledger forked" });
        let cut = self.rng.below(3) as usize;
        let Some(hostile) = &mut self.nodes[node].hostile else { return };
        hostile.branches[fork].push(Hash::from_bytes(leaf));
        let leaves = &hostile.branches[fork];
        let size = if shrink { leaves.len().saturating_sub(cut + 1) } else { leaves.len() };
        let old_size = hostile.witness_sizes.get(&witness).copied().unwrap_or(0);
        let tree = Tree::of(&leaves[..size]);
        let proof = prove_consistency(old_size, size as u64, &tree.tiles).unwrap_or_default();
        let (size, root) = (size as u64, tree.edge.root());
        self.transmit(node, witness, Packet::AskCosign { session: 0, old_size, size, root, proof });
    }
}
