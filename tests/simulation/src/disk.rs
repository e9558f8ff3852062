//! A node's disk with explicit sync: a transaction is visible to its own writer at once, durable only when
//! synced. A crash keeps a prefix of the transactions that were not synced, chosen by chance, each whole.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use comity_delivery::{Digest, OutboxEntry, RefusalCode};
use comity_ledger::Hash;

use crate::wire::{Envelope, EnvelopeKey, NodeId, Receipt, Registry};

/// A row of the outbox.
#[derive(Clone, Debug)]
pub struct Row {
    /// What the order of delivery depends on.
    pub entry: OutboxEntry<u64>,
    /// What is sent.
    pub envelope: Rc<Envelope>,
}

/// A row of the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Digest of the envelope.
    pub digest: Digest,
    /// Its leaf's index in the ledger.
    pub position: u64,
}

/// The tables of one node.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// By peer, by message.
    pub outbox: BTreeMap<NodeId, BTreeMap<u64, Row>>,
    /// Delivered.
    pub receipted: BTreeMap<u64, Rc<Receipt>>,
    /// Given up, with the reason.
    pub dead: BTreeMap<u64, RefusalCode>,
    /// Received.
    pub inbox: BTreeMap<EnvelopeKey, Stored>,
    /// The ledger's leaves.
    pub leaves: Vec<Hash>,
    /// The registry in force.
    pub registry: Option<Rc<Registry>>,
    /// As a witness: the head last cosigned, by ledger.
    pub witnessed: BTreeMap<NodeId, (u64, Hash)>,
    /// As a ledger: the size that each witness cosigned.
    pub cosigned: BTreeMap<NodeId, u64>,
}

/// One change.
#[derive(Clone, Debug)]
pub enum Write {
    /// Into the outbox.
    Queue(Row),
    /// Delivered: out of the outbox. Final, even for a dead letter.
    Receipt(NodeId, u64, Rc<Receipt>),
    /// Try again: due at, tries.
    Retry(NodeId, u64, comity_delivery::Millis, u32),
    /// To the dead letters.
    Dead(NodeId, u64, RefusalCode),
    /// Sabotage only: out of the outbox, into nothing.
    Lose(NodeId, u64),
    /// Into the inbox, and its leaf into the ledger.
    Store(EnvelopeKey, Stored, Hash),
    /// A registry.
    Adopt(Rc<Registry>),
    /// As a witness.
    Witness(NodeId, u64, Hash),
    /// As a ledger.
    Cosignature(NodeId, u64),
}

impl Tables {
    fn take_row(&mut self, peer: NodeId, id: u64) -> bool {
        self.outbox.get_mut(&peer).is_some_and(|rows| rows.remove(&id).is_some())
    }

    fn apply(&mut self, write: Write) {
        match write {
            Write::Queue(row) => {
                self.outbox.entry(row.envelope.to).or_default().insert(row.entry.id, row);
            }
            Write::Receipt(peer, id, receipt) => {
                let waiting = self.take_row(peer, id);
                if waiting || self.dead.remove(&id).is_some() {
                    self.receipted.insert(id, receipt);
                }
            }
            Write::Retry(peer, id, at, tries) => {
                if let Some(row) = self.outbox.get_mut(&peer).and_then(|rows| rows.get_mut(&id)) {
                    (row.entry.due_at, row.entry.tries) = (at, tries);
                }
            }
            Write::Dead(peer, id, code) => {
                if self.take_row(peer, id) {
                    self.dead.insert(id, code);
                }
            }
            Write::Lose(peer, id) => {
                self.take_row(peer, id);
            }
            Write::Store(key, stored, leaf) => {
                self.inbox.insert(key, stored);
                self.leaves.push(leaf);
            }
            Write::Adopt(registry) => self.registry = Some(registry),
            Write::Witness(log, size, root) => {
                self.witnessed.insert(log, (size, root));
            }
            Write::Cosignature(witness, size) => {
                self.cosigned.insert(witness, size);
            }
        }
    }
}

/// Why a transaction is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// No room.
    Full,
    /// Locked by somebody.
    Locked,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// As the single writer sees it.
    pub live: Tables,
    /// As it is after a crash.
    pub durable: Tables,
    unsynced: VecDeque<(u64, Vec<Write>)>,
    last: u64,
    /// No room.
    pub full: bool,
    /// Locked by somebody.
    pub locked: bool,
}

impl Disk {
    /// Writes a transaction; it is durable after [`Disk::sync`] of its number.
    ///
    /// # Errors
    /// When the disk is locked, or full and there is something to write.
    pub fn commit(&mut self, writes: Vec<Write>) -> Result<u64, DiskFault> {
        if self.locked {
            return Err(DiskFault::Locked);
        }
        if self.full && !writes.is_empty() {
            return Err(DiskFault::Full);
        }
        writes.iter().cloned().for_each(|write| self.live.apply(write));
        self.last += 1;
        self.unsynced.push_back((self.last, writes));
        Ok(self.last)
    }

    /// Makes the transactions up to `number` durable.
    pub fn sync(&mut self, number: u64) {
        while self.unsynced.front().is_some_and(|(first, _)| *first <= number) {
            let writes = self.unsynced.pop_front().map(|(_, writes)| writes).unwrap_or_default();
            writes.into_iter().for_each(|write| self.durable.apply(write));
        }
    }

    /// How many transactions are not durable.
    #[must_use]
    pub fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    /// Loses all that is not durable, but for the first `kept` transactions, which happened to reach the disk.
    pub fn crash(&mut self, kept: usize) {
        if let Some((number, _)) = kept.checked_sub(1).and_then(|at| self.unsynced.get(at)) {
            self.sync(*number);
        }
        self.unsynced.clear();
        self.live = self.durable.clone();
    }
}
