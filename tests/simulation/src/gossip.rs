//! Spreads registries: with every batch, and by asking somebody from time to time, which an expired registry
//! must not forbid: else nobody could ever learn of its successor.

use std::rc::Rc;

use comity_delivery::{
    Adopt, Gate, Gossip, LaneInput, RefusalCode, compare_versions, consider_registry, may_exchange,
};

use crate::disk::Write;
use crate::node::After;
use crate::scenario::Sabotage;
use crate::wire::{NodeId, Packet, ROOT, Registry, sign};
use crate::world::{Step, World};

impl World {
    /// Asks one peer for a newer registry.
    pub fn poll(&mut self, node: NodeId) {
        let peer = self.rng.index(self.nodes.len());
        if peer != node {
            let version = self.nodes[node].registry_version();
            self.transmit(node, peer, Packet::AskRegistry(version));
        }
        self.step_soon(node, 1_500, 4_000, Step::Poll);
    }

    /// A peer asks.
    pub fn registry_asked(&mut self, node: NodeId, from: NodeId, theirs: u64) {
        let Some(registry) = self.nodes[node].registry().cloned() else { return };
        match compare_versions(registry.facts.version, theirs) {
            Gossip::Offer => self.transmit(node, from, Packet::OfferRegistry(registry)),
            Gossip::Ask => self.transmit(node, from, Packet::AskRegistry(registry.facts.version)),
            Gossip::Same => {}
        }
    }

    /// A registry is offered.
    pub fn registry_offered(&mut self, node: NodeId, offered: &Rc<Registry>) {
        let signed = offered.signature == sign(ROOT, &offered.facts.digest);
        let current = self.nodes[node].disk.live.registry.as_ref().map(|registry| registry.facts);
        let now = self.clock(node);
        let verdict = consider_registry(current.as_ref(), &offered.facts, signed, now);
        let careless = self.sabotage == Some(Sabotage::AdoptEveryRegistry);
        match verdict {
            Ok(Adopt::AlreadyHeld) => {}
            Err(_) if !careless => self.count("registry offer refused"),
            _ => {
                if self.write(node, vec![Write::Adopt(offered.clone())], After::Adopted).is_err() {
                    self.count("registry not stored");
                }
            }
        }
    }

    /// Tells every lane what the registry in force lets it do.
    pub fn open_gates(&mut self, node: NodeId) {
        let facts = self.nodes[node].registry().map(|registry| registry.facts);
        let gate = match facts {
            Some(facts) => Gate::OpenUntil(facts.expires),
            None => Gate::Closed(RefusalCode::RegistryExpired),
        };
        if may_exchange(facts.as_ref(), self.clock(node)).is_err() {
            self.count("registry expired at a node");
        }
        let peers: Vec<NodeId> = self.nodes[node].lanes.keys().copied().collect();
        for peer in peers {
            self.lane_input(node, peer, LaneInput::RegistryChanged { gate });
        }
    }
}
