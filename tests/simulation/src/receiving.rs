//! Drives the intake: what the node's inbound driver does, over the simulated disk and network.

use std::rc::Rc;

use comity_delivery::{
    Arrival, Arrived, BatchFacts, BatchRefusal, Checked, Landed, Millis, RefusalCode, Rule, Summary,
    classify, examine, may_exchange,
};
use comity_ledger::prove_inclusion;

use crate::disk::{DiskFault, Stored, Write};
use crate::node::{After, Node, Stage, Tree, Work};
use crate::scenario::{LARGEST_ENVELOPE, Sabotage};
use crate::wire::{
    Envelope, EnvelopeKey, KeyState, NodeId, Packet, Receipt, Registry, Reply, leaf_of, secret, sign,
};
use crate::world::{Step, World};

/// Whether `envelope`, come from `peer`, keeps `rule` at the node `us`.
fn keeps(rule: Rule, envelope: &Envelope, peer: NodeId, us: NodeId, registry: &Registry) -> bool {
    let key = registry.keys.get(envelope.from).and_then(|keys| keys.get(envelope.key));
    match rule {
        Rule::FitsTheLimit => envelope.size <= LARGEST_ENVELOPE,
        Rule::CanBeRead => envelope.readable,
        Rule::VersionIsSpoken => envelope.version == 1,
        Rule::KindIsKnown => envelope.kind < 10,
        Rule::ModeIsOurs => envelope.live,
        Rule::IsForUs => envelope.to == us,
        Rule::SenderIsMember => envelope.from < registry.keys.len(),
        Rule::PeerServesSender => envelope.from == peer,
        Rule::BothSignaturesAreThere => envelope.signatures.iter().all(Option::is_some),
        Rule::KeyIsKnown => key.is_some(),
        Rule::KeyIsNotRevoked => key != Some(&KeyState::Revoked),
        Rule::KeyIsInForce => true,
        Rule::SignaturesVerify => envelope.verifies(secret(envelope.from, envelope.key)),
        Rule::BodyIsTheSignedOne => envelope.body == envelope.stated_body,
        Rule::BodyOpens => envelope.sealed_to == us,
    }
}

fn land(node: &Node, key: &EnvelopeKey, digest: [u8; 32], next: &mut u64) -> Landed {
    let stored = node.disk.live.inbox.get(key);
    match (classify(stored.map(|stored| stored.digest), digest), stored) {
        (Arrival::Duplicate, Some(stored)) => Landed::AlreadyStored { position: stored.position },
        (Arrival::Conflict, _) => Landed::Conflict,
        _ => {
            *next += 1;
            Landed::Stored { position: *next - 1 }
        }
    }
}

impl World {
    /// A batch comes in.
    pub fn receive_batch(
        &mut self,
        node: NodeId,
        from: NodeId,
        (session, attempt): (u32, u64),
        sender_clock: Millis,
        sender_registry: u64,
        envelopes: Vec<Rc<Envelope>>,
    ) {
        let now = self.clock(node);
        let facts = BatchFacts {
            sender_clock,
            sender_registry,
            our_registry: self.nodes[node].registry_version(),
            may_exchange: may_exchange(self.nodes[node].registry().map(|registry| &registry.facts), now),
            limit: 256,
        };
        let summarise = |e: &Rc<Envelope>| Summary { id: (e.from, e.id), size: e.size };
        match Arrived::receive(now, &facts, envelopes.iter().map(summarise).collect()) {
            Err(refusal) => self.refuse_batch(node, from, (session, attempt), refusal),
            Ok(arrived) => {
                let number = self.number();
                let work = Work { from, session, attempt, envelopes, stage: Stage::Arrived(arrived) };
                self.nodes[node].work.insert(number, work);
                self.step_soon(node, 1, 5, Step::Examine(number));
            }
        }
    }

    fn refuse_batch(
        &mut self,
        node: NodeId,
        to: NodeId,
        (session, attempt): (u32, u64),
        refusal: BatchRefusal,
    ) {
        self.count("batch refused whole");
        let registry = self.nodes[node].registry_version();
        if refusal.ask_for_registry {
            self.transmit(node, to, Packet::AskRegistry(registry));
        }
        let permanent = refusal.code.is_permanent();
        let reply =
            if permanent { Reply::Refused(refusal.code) } else { Reply::Deferred(refusal.code, None) };
        self.transmit(node, to, Packet::Answer { session, attempt, registry, reply });
    }

    /// Checks each envelope.
    pub fn examine_batch(&mut self, node: NodeId, number: u64) {
        let Some(mut work) = self.nodes[node].work.remove(&number) else { return };
        let Some(registry) = self.nodes[node].registry().cloned() else { return };
        let Stage::Arrived(arrived) = work.stage else { return };
        let check = |envelope: &Rc<Envelope>| {
            examine(|rule| keeps(rule, envelope, work.from, node, &registry))
                .map(|()| Checked { id: (envelope.from, envelope.id), digest: envelope.digest() })
        };
        let verdicts: Vec<_> = work.envelopes.iter().map(check).collect();
        for refused in verdicts.iter().filter_map(|verdict| verdict.as_ref().err()) {
            self.count(refused.as_str());
        }
        work.stage = Stage::ToCommit(arrived.checked(verdicts));
        self.nodes[node].work.insert(number, work);
        self.step_soon(node, 1, 3, Step::Commit(number));
    }

    /// Writes what passed in one transaction.
    pub fn commit_batch(&mut self, node: NodeId, number: u64) {
        let Some(mut work) = self.nodes[node].work.remove(&number) else { return };
        let Stage::ToCommit(to_commit) = work.stage else { return };
        let mut next = self.nodes[node].disk.live.leaves.len() as u64;
        let mut landed = Vec::new();
        let mut writes = Vec::new();
        for item in to_commit.items() {
            let place = land(&self.nodes[node], &item.id, item.digest, &mut next);
            if let Landed::Stored { position } = place {
                let stored = Stored { digest: item.digest, position };
                writes.push(Write::Store(item.id, stored, leaf_of(item.id, &item.digest)));
            }
            landed.push(place);
        }
        match self.write(node, writes, After::Committed(number)) {
            Err(fault) => {
                self.count(if fault == DiskFault::Full {
                    "commit on a full disk"
                } else {
                    "commit on a locked database"
                });
                let refusal = to_commit.commit_failed(fault == DiskFault::Full);
                self.refuse_batch(node, work.from, (work.session, work.attempt), refusal);
            }
            Ok(_) => {
                work.stage = Stage::Committing(to_commit, landed);
                self.nodes[node].work.insert(number, work);
                if self.sabotage == Some(Sabotage::ReceiptBeforeCommit) {
                    self.batch_committed(node, number);
                }
            }
        }
    }

    /// The transaction is durable.
    pub fn batch_committed(&mut self, node: NodeId, number: u64) {
        let Some(mut work) = self.nodes[node].work.remove(&number) else { return };
        let Stage::Committing(to_commit, landed) = work.stage else { return };
        work.stage = Stage::ToSign(to_commit.committed(&landed));
        self.nodes[node].work.insert(number, work);
        self.step_soon(node, 1, 3, Step::Sign(number));
    }

    /// Signs the receipts that the machine orders, and answers.
    pub fn sign_receipts(&mut self, node: NodeId, number: u64) {
        let Some(work) = self.nodes[node].work.remove(&number) else { return };
        let Stage::ToSign(to_sign) = work.stage else { return };
        let mut receipts = std::collections::BTreeMap::new();
        for order in to_sign.receipts() {
            self.observe_signing(node, order.id(), order.digest());
            receipts
                .insert(order.index(), self.receipt(node, *order.id(), *order.digest(), order.position()));
        }
        let answer = to_sign.answer().into_iter().enumerate().map(|(index, item)| {
            let receipt = receipts.remove(&index).flatten().ok_or(RefusalCode::Busy);
            (item.id.1, item.verdict.and(receipt))
        });
        let reply = Reply::Items(answer.collect());
        let registry = self.nodes[node].registry_version();
        let answer = Packet::Answer { session: work.session, attempt: work.attempt, registry, reply };
        self.transmit(node, work.from, answer);
    }

    /// A signed receipt with its proof; none when the ledger cannot prove it.
    pub fn receipt(
        &self,
        node: NodeId,
        envelope: EnvelopeKey,
        digest: [u8; 32],
        position: u64,
    ) -> Option<Receipt> {
        let signer = &self.nodes[node];
        let early = self.sabotage == Some(Sabotage::ReceiptBeforeCommit);
        let not_durable = early.then(|| Tree::of(&signer.disk.live.leaves));
        let tree = not_durable.as_ref().unwrap_or(&signer.tree);
        let (size, root) = (tree.edge.size(), tree.edge.root());
        let proof = prove_inclusion(position, size, &tree.tiles).ok()?;
        let key = signer.signing_key();
        let mut receipt = Receipt { envelope, digest, position, size, root, proof, key, signature: 0 };
        receipt.signature = sign(secret(node, key), &receipt.statement());
        Some(receipt)
    }
}
