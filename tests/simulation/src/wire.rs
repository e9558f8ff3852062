//! What travels between the simulated nodes, and the keyed hash that stands for their signatures: who does
//! not have the secret cannot make one, and only [`crate::hostile`] plays who does not have it.

use std::rc::Rc;

use comity_delivery::{Digest, Millis, RefusalCode, RegistryFacts};
use comity_ledger::{Hash, leaf_hash};

use crate::random::mix;

/// A node, which here serves one authority.
pub type NodeId = usize;

/// The sender, and the id that it gave.
pub type EnvelopeKey = (NodeId, u64);

/// The secret of the registry's root holders.
pub const ROOT: u64 = 0x0B00_75EC_2E75;

/// The secret of a node's `key`-th signing key.
#[must_use]
pub fn secret(node: NodeId, key: usize) -> u64 {
    mix((node as u64) << 32 | key as u64).wrapping_add(0xA5A5)
}

/// The signature by `secret` over a digest.
#[must_use]
pub fn sign(secret: u64, digest: &Digest) -> u64 {
    let word = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    digest.chunks(8).fold(secret, |sum, chunk| mix(sum ^ word(chunk)))
}

/// SHA-256 over numbers.
#[must_use]
pub fn digest_of(words: &[u64]) -> Digest {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    leaf_hash(&bytes).to_bytes()
}

/// The first eight bytes of a hash, as a number.
#[must_use]
pub fn short(hash: &Hash) -> u64 {
    hash.as_ref().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// An envelope; numbers stand for its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Claimed sender.
    pub from: NodeId,
    /// Recipient.
    pub to: NodeId,
    /// Claimed id.
    pub id: u64,
    /// Version of the envelope's format; 1 is spoken.
    pub version: u8,
    /// Kind of message; below 10 is known.
    pub kind: u8,
    /// Live, not exercise.
    pub live: bool,
    /// Bytes on the wire.
    pub size: u64,
    /// It can be parsed.
    pub readable: bool,
    /// Whose key opens the body.
    pub sealed_to: NodeId,
    /// The body.
    pub body: u64,
    /// The body as the statement has it.
    pub stated_body: u64,
    /// Which of the sender's keys signed.
    pub key: usize,
    /// The two signatures.
    pub signatures: [Option<u64>; 2],
}

impl Envelope {
    /// Digest of what is signed.
    #[must_use]
    pub fn statement(&self) -> Digest {
        let words =
            [self.from as u64, self.to as u64, self.id, u64::from(self.version), u64::from(self.kind)];
        let more = [u64::from(self.live), self.sealed_to as u64, self.stated_body, self.key as u64];
        digest_of(&[words.as_slice(), &more].concat())
    }

    /// Digest of the envelope as it travels.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let statement = self.statement();
        let seal = sign(self.body, &statement);
        let [a, b] = self.signatures.map(|signature| signature.unwrap_or(0));
        digest_of(&[
            sign(1, &statement),
            sign(2, &statement),
            seal,
            a,
            b,
            u64::from(self.readable),
            self.size,
        ])
    }

    /// Signs with the sender's key, twice.
    pub fn sign(&mut self, secret: u64) {
        let statement = self.statement();
        self.signatures = [Some(sign(secret, &statement)), Some(sign(!secret, &statement))];
    }

    /// Whether both signatures are by `secret`.
    #[must_use]
    pub fn verifies(&self, secret: u64) -> bool {
        let statement = self.statement();
        self.signatures == [Some(sign(secret, &statement)), Some(sign(!secret, &statement))]
    }
}

/// The ledger's leaf for a stored envelope.
#[must_use]
pub fn leaf_of(key: EnvelopeKey, digest: &Digest) -> Hash {
    leaf_hash(&[&key.0.to_be_bytes(), &key.1.to_be_bytes(), digest.as_slice()].concat())
}

/// A receipt with the proof that the envelope is in the receiver's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// For which envelope.
    pub envelope: EnvelopeKey,
    /// Its digest.
    pub digest: Digest,
    /// Index of the leaf.
    pub position: u64,
    /// Size of the ledger.
    pub size: u64,
    /// Root of the ledger.
    pub root: Hash,
    /// Inclusion proof.
    pub proof: Vec<Hash>,
    /// Which of the receiver's keys signed.
    pub key: usize,
    /// Its signature.
    pub signature: u64,
}

impl Receipt {
    /// What is signed.
    #[must_use]
    pub fn statement(&self) -> Digest {
        let digest = sign(7, &self.digest);
        let root = short(&self.root);
        digest_of(&[self.envelope.0 as u64, self.envelope.1, digest, self.position, self.size, root])
    }
}

/// How a node's signing key stands in a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Signs.
    Active,
    /// Signs no more; what it signed holds.
    Retired,
    /// Nothing that it signed holds.
    Revoked,
}

/// The registry: each node's keys, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    /// Version, expiry, digest.
    pub facts: RegistryFacts,
    /// By node, by key.
    pub keys: Vec<Vec<KeyState>>,
    /// By the root holders.
    pub signature: u64,
}

impl Registry {
    /// A registry signed with `root`.
    #[must_use]
    pub fn sign(version: u64, expires: Millis, keys: Vec<Vec<KeyState>>, root: u64) -> Rc<Self> {
        let states = keys.iter().flatten().map(|state| *state as u64);
        let counts = keys.iter().map(|list| list.len() as u64);
        let words: Vec<u64> = [version, expires.0].into_iter().chain(counts).chain(states).collect();
        let digest = digest_of(&words);
        let signature = sign(root, &digest);
        Rc::new(Registry { facts: RegistryFacts { version, expires, digest }, keys, signature })
    }

    /// The key with which `node` signs.
    #[must_use]
    pub fn signing_key(&self, node: NodeId) -> usize {
        self.keys[node].iter().rposition(|state| *state == KeyState::Active).unwrap_or(0)
    }
}

/// What is answered to a batch.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Put off as a whole.
    Deferred(RefusalCode, Option<u64>),
    /// Refused as a whole.
    Refused(RefusalCode),
    /// One entry for each envelope, by the id claimed.
    Items(Vec<(u64, Result<Receipt, RefusalCode>)>),
    /// Nothing that can be read.
    Garbage,
}

/// One transmission.
#[derive(Clone, Debug)]
pub enum Packet {
    /// Envelopes.
    Batch {
        /// The sender's process; an answer to an earlier one finds nobody.
        session: u32,
        /// The lane's number.
        attempt: u64,
        /// The sender's clock.
        clock: Millis,
        /// The version of the sender's registry.
        registry: u64,
        /// The envelopes.
        envelopes: Vec<Rc<Envelope>>,
    },
    /// The answer to a batch.
    Answer {
        /// As in the batch.
        session: u32,
        /// As in the batch.
        attempt: u64,
        /// The version of the answering node's registry.
        registry: u64,
        /// The answer.
        reply: Reply,
    },
    /// "I hold this version; have you a newer one?"
    AskRegistry(u64),
    /// A registry.
    OfferRegistry(Rc<Registry>),
    /// A request to cosign.
    AskCosign {
        /// The asking process.
        session: u32,
        /// The size from which the proof goes.
        old_size: u64,
        /// The new head.
        size: u64,
        /// Its root.
        root: Hash,
        /// Consistency proof.
        proof: Vec<Hash>,
    },
    /// A cosignature: size, key, signature.
    Cosigned(u32, u64, usize, u64),
    /// 409 with the size that the witness last saw.
    CosignConflict(u32, u64),
    /// Any other refusal to cosign.
    CosignRefused(u32),
}

/// What a witness signs.
#[must_use]
pub fn cosign_statement(log: NodeId, size: u64, root: &Hash) -> Digest {
    digest_of(&[99, log as u64, size, short(root)])
}
