//! Drives the cosigning rounds and plays the witnesses.

use comity_delivery::{CosignInput, CosignOutput, WitnessRefusal, may_cosign};
use comity_ledger::{Hash, prove_consistency, verify_consistency};

use crate::disk::Write;
use crate::node::{After, Tree};
use crate::scenario::Sabotage;
use crate::wire::{NodeId, Packet, cosign_statement, secret, sign};
use crate::world::{Step, World};

impl World {
    /// Hands an input to the node's cosigning round and does what it says.
    pub fn round_input(&mut self, node: NodeId, input: CosignInput<NodeId>) {
        let jitter = self.rng.bits();
        let now = self.clock(node);
        for output in self.nodes[node].round.handle(now, input, jitter) {
            self.round_output(node, output);
        }
    }

    fn round_output(&mut self, node: NodeId, output: CosignOutput<NodeId>) {
        match output {
            CosignOutput::Ask { witness, old_size, size } => self.ask_witness(node, witness, old_size, size),
            CosignOutput::StoreCosignature { witness, size } => {
                let write = vec![Write::Cosignature(witness, size)];
                if self.write(node, write, After::CosignatureStored(witness, size)).is_err() {
                    self.count("cosignature not stored");
                    self.round_input(node, CosignInput::StoreFailed { witness });
                }
            }
            CosignOutput::WakeAt(at) => {
                let delay = at.0.saturating_sub(self.clock(node).0);
                let timer = self.number();
                self.nodes[node].round_timer = timer;
                self.step_in(delay, node, Step::RoundTick(timer));
            }
            CosignOutput::QuorumReached { .. } => self.observer.quorums += 1,
            CosignOutput::WitnessAhead { .. } | CosignOutput::WitnessForgot { .. } => {
                self.count("alarm raised")
            }
        }
    }

    fn ask_witness(&mut self, node: NodeId, witness: NodeId, old_size: u64, size: u64) {
        let tree = &self.nodes[node].tree;
        let (head, root) = (tree.edge.size(), tree.edge.root());
        let session = self.nodes[node].session;
        let proof = prove_consistency(old_size, size, &tree.tiles).unwrap_or_default();
        let root = if head == size { root } else { root_of(&self.nodes[node].disk.durable.leaves, size) };
        self.transmit(node, witness, Packet::AskCosign { session, old_size, size, root, proof });
    }

    /// A ledger asks this node to cosign its head.
    pub fn cosign_asked(
        &mut self,
        node: NodeId,
        log: NodeId,
        session: u32,
        old_size: u64,
        (size, root): (u64, Hash),
        proof: &[Hash],
    ) {
        let last = self.nodes[node].disk.live.witnessed.get(&log).copied();
        let consistent = last
            .is_some_and(|(seen, seen_root)| verify_consistency(seen, seen_root, size, root, proof).is_ok());
        let stored = last.map(|(seen, root)| (seen, root.to_bytes()));
        match may_cosign(stored, old_size, (size, root.to_bytes()), consistent) {
            Err(WitnessRefusal::OldSizeDiffers { ours }) => {
                self.transmit(node, log, Packet::CosignConflict(session, ours));
            }
            Err(_) => {
                self.count("cosignature refused");
                self.transmit(node, log, Packet::CosignRefused(session));
            }
            Ok(store_first) => {
                let (size, root) = store_first.state();
                let root = Hash::from_bytes(root);
                if self.sabotage == Some(Sabotage::CosignBeforeStored) {
                    self.release_cosignature(node, log, session, size, root);
                }
                let write = Write::Witness(log, size, root);
                if self.write(node, vec![write], After::Witnessed(log, session, size, root)).is_err() {
                    self.transmit(node, log, Packet::CosignRefused(session));
                }
            }
        }
    }

    /// The witness's state is durable: the cosignature may go.
    pub fn release_cosignature(&mut self, node: NodeId, log: NodeId, session: u32, size: u64, root: Hash) {
        self.observe_cosignature(node, log, size, root);
        let key = self.nodes[node].signing_key();
        let signature = sign(secret(node, key), &cosign_statement(log, size, &root));
        self.transmit(node, log, Packet::Cosigned(session, size, key, signature));
    }

    /// A witness cosigned, or says so.
    pub fn cosigned(&mut self, node: NodeId, witness: NodeId, session: u32, size: u64, signed: (usize, u64)) {
        if self.nodes[node].session != session {
            return;
        }
        let root = root_of(&self.nodes[node].disk.durable.leaves, size);
        let genuine = signed.1 == sign(secret(witness, signed.0), &cosign_statement(node, size, &root));
        let input = if genuine {
            CosignInput::Verified { witness, size }
        } else {
            CosignInput::Failed { witness, why: "its cosignature does not verify".to_owned() }
        };
        self.round_input(node, input);
    }

    /// A witness says that it saw another size.
    pub fn cosign_conflict(&mut self, node: NodeId, witness: NodeId, session: u32, its_size: u64) {
        if self.nodes[node].session == session {
            self.round_input(node, CosignInput::Behind { witness, its_size });
        }
    }

    /// A witness refuses.
    pub fn cosign_refused(&mut self, node: NodeId, witness: NodeId, session: u32) {
        if self.nodes[node].session == session {
            self.round_input(node, CosignInput::Failed { witness, why: "refused".to_owned() });
        }
    }
}

/// The root over the first `size` leaves.
#[must_use]
pub fn root_of(leaves: &[Hash], size: u64) -> Hash {
    let size = usize::try_from(size).unwrap_or(usize::MAX).min(leaves.len());
    Tree::of(&leaves[..size]).edge.root()
}
