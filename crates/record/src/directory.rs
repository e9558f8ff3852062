//! A registry in the form in which keys are looked up: prepared verifiers by authority and by node.

use comity_ledger::{NoteFault, NoteVerifier, SignedCheckpoint, VerifiedCheckpoint};
use comity_model::{
    AuthorityId,
    registry::{Member, NodeRecord, Registry, RegistryFault, SigningKeys},
};
use comity_seal::{KeyId, SealError, SealingPublicKey, SigningPublicKey, Verifier};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// A registry that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryFault {
    /// It contradicts itself.
    #[error(transparent)]
    Registry(#[from] RegistryFault),
    /// A key in it cannot be read.
    #[error("a key of `{whose}` in the registry cannot be read: {why}")]
    Key {
        /// The authority or node.
        whose: String,
        /// Why.
        why: String,
    },
}

/// Why a key may not be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyVerdict {
    /// The registry does not know it as this authority's.
    Unknown,
    /// It was revoked before the envelope arrived.
    Revoked,
    /// It was not in force at the time of the statement.
    NotInForce,
}

struct SigningEntry {
    verifier: Verifier,
    valid_from: Timestamp,
    valid_until: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

struct MemberEntry {
    signing: Vec<SigningEntry>,
    sealing: SealingPublicKey,
}

/// A node's ledger key and witness keys, parsed.
pub struct NodeKeys {
    /// The key of its ledger.
    pub ledger: NoteVerifier,
    /// The keys with which it cosigns.
    pub witness: Vec<NoteVerifier>,
}

/// A registry with its keys prepared for use.
pub struct Directory {
    registry: Registry,
    members: BTreeMap<AuthorityId, MemberEntry>,
    nodes: BTreeMap<String, NodeKeys>,
    /// Checkpoints that their ledger's key has signed, newest last: the receipts of a batch share one.
    checkpoints: Mutex<VecDeque<(String, VerifiedCheckpoint)>>,
}

/// How many verified checkpoints are remembered.
const REMEMBERED: usize = 32;

impl Directory {
    /// Prepares a registry whose signatures were checked before.
    ///
    /// # Errors
    /// A [`DirectoryFault`] that says which rule it breaks, or whose key cannot be read.
    pub fn new(registry: Registry) -> Result<Self, DirectoryFault> {
        registry.check()?;
        let members = registry.members.iter().map(|m| Ok((m.authority.clone(), MemberEntry::read(m)?)));
        let members = members.collect::<Result<_, DirectoryFault>>()?;
        let nodes = registry.nodes.iter().map(|n| Ok((n.name.clone(), NodeKeys::read(n)?)));
        let nodes = nodes.collect::<Result<_, DirectoryFault>>()?;
        Ok(Self { registry, members, nodes, checkpoints: Mutex::default() })
    }

    /// The registry itself.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The node that serves an authority.
    #[must_use]
    pub fn node_of(&self, authority: &AuthorityId) -> Option<&NodeRecord> {
        self.registry.node(&self.registry.member(authority)?.node)
    }

    /// A node's parsed keys.
    #[must_use]
    pub fn keys_of(&self, node: &str) -> Option<&NodeKeys> {
        self.nodes.get(node)
    }

    /// Checks that `node`'s ledger key has signed a checkpoint; one that was checked before is known by its whole text,
    /// signatures and origin included.
    pub(crate) fn verify_checkpoint(
        &self,
        node: &NodeKeys,
        signed: &SignedCheckpoint,
    ) -> Result<VerifiedCheckpoint, NoteFault> {
        let text = signed.to_string();
        let mut known = self.checkpoints.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, verified)) = known.iter().rev().find(|(earlier, _)| *earlier == text) {
            // The text names its origin, which must be the key's name: another node's checkpoint is not taken for this one's.
            if verified.origin() == node.ledger.name() {
                return Ok(verified.clone());
            }
        }
        drop(known);
        let verified = signed.verify_log(&node.ledger)?;
        known = self.checkpoints.lock().unwrap_or_else(PoisonError::into_inner);
        known.push_back((text, verified.clone()));
        if known.len() > REMEMBERED {
            known.pop_front();
        }
        Ok(verified)
    }

    /// The sealing key of an authority.
    #[must_use]
    pub fn sealing_key(&self, authority: &AuthorityId) -> Option<&SealingPublicKey> {
        self.members.get(authority).map(|member| &member.sealing)
    }

    /// The verifier of an authority's key `key`, if it may be relied on for something said at `said` that arrived
    /// at `arrived`.
    ///
    /// # Errors
    /// A [`KeyVerdict`] that says why not.
    pub fn verifier(
        &self,
        authority: &AuthorityId,
        key: KeyId,
        said: Timestamp,
        arrived: Timestamp,
    ) -> Result<&Verifier, KeyVerdict> {
        let member = self.members.get(authority).ok_or(KeyVerdict::Unknown)?;
        let known = member.signing.iter().find(|entry| entry.verifier.key_id() == key);
        let entry = known.ok_or(KeyVerdict::Unknown)?;
        if entry.revoked_at.is_some_and(|revoked| revoked <= arrived.max(said)) {
            return Err(KeyVerdict::Revoked);
        }
        let in_force = entry.valid_from <= said && entry.valid_until.is_none_or(|until| said < until);
        if in_force { Ok(&entry.verifier) } else { Err(KeyVerdict::NotInForce) }
    }

    /// The witness keys of every node but `origin`, which may cosign that node's checkpoints.
    #[must_use]
    pub fn witnesses_for(&self, origin: &str) -> Vec<NoteVerifier> {
        let others = self.nodes.iter().filter(|(name, _)| *name != origin);
        others.flat_map(|(_, keys)| keys.witness.iter().cloned()).collect()
    }
}

impl MemberEntry {
    fn read(member: &Member) -> Result<Self, DirectoryFault> {
        let bad = |why: String| DirectoryFault::Key { whose: member.authority.to_string(), why };
        let signing = member.signing.iter().map(|record| {
            let verifier = signing_verifier(&record.keys).map_err(&bad)?;
            let (valid_from, valid_until, revoked_at) =
                (record.valid_from, record.valid_until, record.revoked_at);
            Ok(SigningEntry { verifier, valid_from, valid_until, revoked_at })
        });
        let sealing = member.sealing.parse().map_err(|fault: SealError| bad(fault.to_string()))?;
        Ok(Self { signing: signing.collect::<Result<_, DirectoryFault>>()?, sealing })
    }
}

impl NodeKeys {
    fn read(node: &NodeRecord) -> Result<Self, DirectoryFault> {
        let bad = |why: String| DirectoryFault::Key { whose: node.name.clone(), why };
        let parse = |text: &String| NoteVerifier::parse(text).map_err(|fault| bad(fault.to_string()));
        let ledger = parse(&node.ledger)?;
        if ledger.name() != node.name {
            return Err(bad(format!("the ledger key is named `{}`, the node otherwise", ledger.name())));
        }
        Ok(Self { ledger, witness: node.witness.iter().map(parse).collect::<Result<_, _>>()? })
    }
}

/// Prepares the two public keys of a signing key.
///
/// # Errors
/// A text that says what cannot be read.
pub fn signing_verifier(keys: &SigningKeys) -> Result<Verifier, String> {
    let key = signing_key(keys)?;
    key.verifier().map_err(|fault| fault.to_string())
}

/// The public key that a registry entry writes as text.
///
/// # Errors
/// A text that says what cannot be read.
pub fn signing_key(keys: &SigningKeys) -> Result<SigningPublicKey, String> {
    let json = serde_json::json!({ "ed25519": keys.ed25519, "ml_dsa_65": keys.ml_dsa_65 });
    serde_json::from_value(json).map_err(|fault| fault.to_string())
}

/// How a public key is written in a registry.
#[must_use]
pub fn signing_keys(key: &SigningPublicKey) -> SigningKeys {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let [ed25519, ml_dsa_65] =
        [key.ed25519().as_slice(), key.ml_dsa_65()].map(|bytes| BASE64_STANDARD.encode(bytes));
    SigningKeys { ed25519, ml_dsa_65 }
}
