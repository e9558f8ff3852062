//! Drives the lanes: what the node's outbound driver does, over the simulated disk and network.

use std::rc::Rc;

use comity_delivery::{
    Answer, Item, LaneInput, LaneOutput, OutboxEntry, Outcome, RefusalCode, Verdict, pick_due,
};
use comity_ledger::verify_inclusion;

use crate::disk::{Row, Write};
use crate::node::{After, lane_config};
use crate::scenario::{Flaw, Sabotage};
use crate::wire::{Envelope, KeyState, NodeId, Packet, Receipt, Reply, leaf_of, secret, sign};
use crate::world::{Step, World};

impl World {
    /// Hands an input to a lane and does what it says.
    pub fn lane_input(&mut self, node: NodeId, peer: NodeId, input: LaneInput<u64>) {
        let jitter = self.rng.bits();
        let now = self.clock(node);
        let Some(lane) = self.nodes[node].lanes.get_mut(&peer) else { return };
        for output in lane.handle(now, input, jitter) {
            self.lane_output(node, peer, output);
        }
    }

    fn lane_output(&mut self, node: NodeId, peer: NodeId, output: LaneOutput<u64>) {
        match output {
            LaneOutput::Load { limit, bytes } => self.step_soon(node, 1, 3, Step::Load(peer, limit, bytes)),
            LaneOutput::Send { attempt, items } => {
                self.step_soon(node, 1, 3, Step::Send(peer, attempt, items))
            }
            LaneOutput::Record { attempt, verdicts } => {
                self.step_soon(node, 1, 3, Step::Record(peer, attempt, verdicts));
            }
            LaneOutput::WakeAt(at) => {
                let delay = at.0.saturating_sub(self.clock(node).0);
                let timer = self.number();
                self.nodes[node].timers.insert(peer, timer);
                self.step_in(delay, node, Step::LaneTick(peer, timer));
            }
            LaneOutput::Raise(_) => self.count("alarm raised"),
        }
    }

    /// An officer's message goes into the outbox.
    pub fn submit(&mut self, node: NodeId, to: NodeId, priority: u8, flaw: Flaw) {
        let id = self.number();
        let key = self.nodes[node].signing_key();
        let mut envelope = Envelope {
            from: node,
            to,
            id,
            version: 1,
            kind: (id % 10) as u8,
            live: true,
            size: self.rng.between(300, 4_000),
            readable: true,
            sealed_to: to,
            body: self.rng.bits(),
            stated_body: 0,
            key,
            signatures: [None, None],
        };
        envelope.stated_body = envelope.body;
        flaw.spoil_before_signing(&mut envelope);
        envelope.sign(secret(node, key));
        flaw.spoil_after_signing(&mut envelope);
        self.observer.created.insert((node, id), (envelope.digest(), flaw));
        let now = self.clock(node);
        let entry = OutboxEntry { id, priority, queued_at: now, due_at: now, tries: 0, size: envelope.size };
        let row = Row { entry, envelope: Rc::new(envelope) };
        if self.write(node, vec![Write::Queue(row)], After::Accepted(to, id)).is_err() {
            self.count("submission refused by the disk");
        }
    }

    /// The officer is told that the message is in the outbox.
    pub fn accepted(&mut self, node: NodeId, peer: NodeId, id: u64) {
        self.observer.accepted.insert((node, id), (peer, self.now));
        self.lane_input(node, peer, LaneInput::Woken);
    }

    /// The lane reads what is due: durable rows only, as another connection sees them.
    pub fn load(&mut self, node: NodeId, peer: NodeId, limit: u32, bytes: u64) {
        if self.nodes[node].disk.locked {
            return self.lane_input(node, peer, LaneInput::LoadFailed);
        }
        let now = self.clock(node);
        let horizon = lane_config(1).backoff_cap;
        let rows = self.nodes[node].disk.durable.outbox.get(&peer);
        let entries: Vec<_> = rows.into_iter().flatten().map(|(_, row)| row.entry.clone()).collect();
        let (due, more) = pick_due(&entries, now, horizon, limit as usize, bytes);
        let items = due.iter().map(|entry| Item { id: entry.id, tries: entry.tries }).collect();
        let later = entries.iter().filter(|entry| !entry.is_due(now, horizon)).map(|entry| entry.due_at);
        let next_due = later.min();
        self.lane_input(node, peer, LaneInput::Loaded { items, more, next_due });
    }

    /// Rows that a late receipt took out of the outbox in the meantime are not sent again.
    pub fn send_batch(&mut self, node: NodeId, peer: NodeId, attempt: u64, items: &[Item<u64>]) {
        let durable = &self.nodes[node].disk.durable;
        let rows = durable.outbox.get(&peer);
        let envelope =
            |item: &Item<u64>| rows.and_then(|rows| rows.get(&item.id)).map(|row| row.envelope.clone());
        let envelopes: Vec<_> = items.iter().filter_map(envelope).collect();
        let (clock, registry) = (self.clock(node), self.nodes[node].registry_version());
        let session = self.nodes[node].session;
        self.transmit(node, peer, Packet::Batch { session, attempt, clock, registry, envelopes });
    }

    /// The connection was refused.
    pub fn unreachable(&mut self, node: NodeId, peer: NodeId, attempt: u64) {
        let answer = Answer::Unreachable { why: "connection refused".to_owned() };
        self.lane_input(node, peer, LaneInput::Answered { attempt, answer });
    }

    /// Verifies an answer, keeps the true receipts until they are recorded, and tells the lane.
    pub fn verify(&mut self, node: NodeId, peer: NodeId, attempt: u64, registry: u64, reply: Reply) {
        if registry > self.nodes[node].registry_version() {
            let ours = self.nodes[node].registry_version();
            self.transmit(node, peer, Packet::AskRegistry(ours));
        }
        let answer = match reply {
            Reply::Deferred(why, wait) => {
                let retry_after = wait.map(std::time::Duration::from_millis);
                Answer::Deferred { why, retry_after }
            }
            Reply::Refused(code) => Answer::RefusedWhole { code },
            Reply::Garbage => Answer::Unreachable { why: "the answer cannot be read".to_owned() },
            Reply::Items(items) => Answer::Outcomes(self.outcomes(node, peer, attempt, registry, items)),
        };
        self.lane_input(node, peer, LaneInput::Answered { attempt, answer });
    }

    fn outcomes(
        &mut self,
        node: NodeId,
        peer: NodeId,
        attempt: u64,
        registry: u64,
        items: Vec<(u64, Result<Receipt, RefusalCode>)>,
    ) -> Vec<(u64, Outcome)> {
        let mut outcomes = Vec::with_capacity(items.len());
        for (id, item) in items {
            let outcome = match item {
                Err(code) => Outcome::Refused { code },
                Ok(receipt) => match self.check_receipt(node, peer, id, &receipt, registry) {
                    Outcome::ReceiptVerified => {
                        let kept = self.nodes[node].verified.entry((peer, attempt)).or_default();
                        kept.insert(id, Rc::new(receipt));
                        Outcome::ReceiptVerified
                    }
                    other => other,
                },
            };
            outcomes.push((id, outcome));
        }
        outcomes
    }

    /// A receipt by a key that only the peer's newer registry may know is neither true nor false yet.
    fn check_receipt(
        &self,
        node: NodeId,
        peer: NodeId,
        id: u64,
        receipt: &Receipt,
        registry: u64,
    ) -> Outcome {
        if self.sabotage == Some(Sabotage::TrustEveryReceipt) {
            return Outcome::ReceiptVerified;
        }
        let Some(ours) = self.nodes[node].registry() else {
            return Outcome::TryLater { why: "no registry".to_owned() };
        };
        let known = ours.keys[peer].get(receipt.key).is_some_and(|state| *state != KeyState::Revoked);
        if !known && registry > ours.facts.version {
            return Outcome::TryLater { why: "signed by a key of a newer registry".to_owned() };
        }
        let genuine = receipt.signature == sign(secret(peer, receipt.key), &receipt.statement());
        let durable = &self.nodes[node].disk.durable;
        let waiting = durable.outbox.get(&peer).and_then(|rows| rows.get(&id));
        let about = waiting
            .is_some_and(|row| receipt.envelope == (node, id) && receipt.digest == row.envelope.digest());
        let leaf = leaf_of((node, id), &receipt.digest);
        let proven =
            verify_inclusion(leaf, receipt.position, receipt.size, receipt.root, &receipt.proof).is_ok();
        match (known && genuine, about || durable.receipted.contains_key(&id), proven) {
            (true, true, true) => Outcome::ReceiptVerified,
            (false, _, _) => Outcome::ReceiptFalse { why: "its signature does not verify".to_owned() },
            (_, false, _) => Outcome::ReceiptFalse { why: "it is for something else".to_owned() },
            _ => Outcome::ReceiptFalse { why: "its proof does not hold".to_owned() },
        }
    }

    /// Records a lane's verdicts in one transaction.
    pub fn record(&mut self, node: NodeId, peer: NodeId, attempt: u64, verdicts: Vec<(u64, Verdict)>) {
        let receipts = self.nodes[node].verified.get(&(peer, attempt));
        let dropped = self.sabotage == Some(Sabotage::DropDeadLetters);
        let write = |(id, verdict)| match verdict {
            Verdict::Receipted => {
                receipts.and_then(|kept| kept.get(&id)).map(|kept| Write::Receipt(peer, id, kept.clone()))
            }
            Verdict::RetryAt { at, tries, .. } => Some(Write::Retry(peer, id, at, tries)),
            Verdict::DeadLetter { .. } if dropped => Some(Write::Lose(peer, id)),
            Verdict::DeadLetter { code } => Some(Write::Dead(peer, id, code)),
        };
        let writes = verdicts.into_iter().filter_map(write).collect();
        if self.write(node, writes, After::Recorded(peer, attempt)).is_err() {
            self.count("record refused by the disk");
            self.lane_input(node, peer, LaneInput::RecordFailed { attempt });
        }
    }

    /// The verdicts are durable.
    pub fn recorded(&mut self, node: NodeId, peer: NodeId, attempt: u64) {
        let receipts = self.nodes[node].verified.remove(&(peer, attempt)).unwrap_or_default();
        for id in receipts.into_keys() {
            if self.nodes[node].disk.durable.receipted.contains_key(&id) {
                self.observer.receipted_at.entry((node, id)).or_insert(self.now);
            }
        }
        self.lane_input(node, peer, LaneInput::Recorded { attempt });
    }
}
