//! The signed list of members: authorities, keys, addresses, witnesses. A threshold of root keys signs it.

use crate::{AuthorityId, AuthorityKind, statement::Mode};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The DSSE payload type of a registry.
pub const REGISTRY_TYPE: &str = "application/vnd.comity.registry.v1+json";

/// The two public keys of one signing key, in standard base64; both must verify.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SigningKeys {
    /// Ed25519 (RFC 8032), 32 bytes.
    pub ed25519: String,
    /// ML-DSA-65 (FIPS 204), 1,952 bytes.
    pub ml_dsa_65: String,
}

/// A signing key with the time in which it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SigningKeyRecord {
    /// The keys.
    pub keys: SigningKeys,
    /// From when it counts.
    pub valid_from: Timestamp,
    /// Until when it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// From when it must not be trusted any more: nothing that arrives later under it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// An authority in the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its name.
    pub authority: AuthorityId,
    /// Its kind.
    pub kind: AuthorityKind,
    /// How people call it, by language tag.
    pub names: BTreeMap<String, String>,
    /// Its signing keys, newest first.
    pub signing: Vec<SigningKeyRecord>,
    /// Its sealing key, as an age recipient `age1pq1...`.
    pub sealing: String,
    /// The node that serves it.
    pub node: String,
}

/// A node in the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeRecord {
    /// Its name, which is also the origin of its ledger: a host name and path without scheme, such as `fr.comity.example/ledger`.
    pub name: String,
    /// Where peers reach it: `host:port`.
    pub address: String,
    /// SHA-256 of the TLS certificates that it may show, in hexadecimal; two while one replaces the other.
    pub tls_certificates: BTreeSet<String>,
    /// The key of its ledger, as a C2SP verifier key `name+hash+key`.
    pub ledger: String,
    /// The keys with which it cosigns as a witness, as C2SP verifier keys: Ed25519 and ML-DSA-44.
    pub witness: Vec<String>,
}

/// The signed list of members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// Version of the format; 1.
    pub format: u16,
    /// The name of the federation.
    pub federation: String,
    /// Real or exercise.
    pub mode: Mode,
    /// Version of the content; never goes back.
    pub version: u64,
    /// When it was issued.
    pub issued: Timestamp,
    /// When it stops being accepted.
    pub expires: Timestamp,
    /// The keys that may sign the next registry.
    pub roots: Vec<SigningKeys>,
    /// How many of them must.
    pub threshold: usize,
    /// The nodes.
    pub nodes: Vec<NodeRecord>,
    /// The authorities.
    pub members: Vec<Member>,
    /// How many witnesses must cosign a checkpoint before it counts as witnessed.
    pub witness_quorum: usize,
}

/// What is wrong with a registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryFault {
    /// Another format.
    #[error("format `{0}` of the registry is not supported; use 1")]
    Format(u16),
    /// The threshold cannot be met, or is met by nobody.
    #[error(
        "a threshold of {threshold} out of {roots} root keys cannot be; name at least one key and a threshold within their number"
    )]
    Threshold {
        /// The threshold.
        threshold: usize,
        /// The number of different root keys.
        roots: usize,
    },
    /// It ends before it begins.
    #[error("the registry expires at `{0}`, before it was issued")]
    Times(Timestamp),
    /// Something is listed twice.
    #[error("`{0}` is listed twice")]
    Twice(String),
    /// A member's node is not listed.
    #[error("`{authority}` is served by `{node}`, which is not listed")]
    NodeMissing {
        /// The authority.
        authority: AuthorityId,
        /// The node that is not there.
        node: String,
    },
    /// A member without a signing key.
    #[error("`{0}` has no signing key")]
    NoKey(AuthorityId),
    /// More witnesses are asked for than there are.
    #[error("{quorum} witnesses are asked for, and each ledger has {others} other nodes")]
    Quorum {
        /// The quorum.
        quorum: usize,
        /// How many nodes could witness.
        others: usize,
    },
}

impl Registry {
    /// Is it consistent in itself? Signatures, expiry and version are judged by the federation rules.
    pub fn check(&self) -> Result<(), RegistryFault> {
        if self.format != 1 {
            return Err(RegistryFault::Format(self.format));
        }
        let roots = self.roots.iter().collect::<BTreeSet<_>>().len();
        if self.threshold == 0 || self.threshold > roots {
            return Err(RegistryFault::Threshold { threshold: self.threshold, roots });
        }
        if self.expires <= self.issued {
            return Err(RegistryFault::Times(self.expires));
        }
        self.check_members()?;
        let others = self.nodes.len().saturating_sub(1);
        if self.witness_quorum > others {
            return Err(RegistryFault::Quorum { quorum: self.witness_quorum, others });
        }
        Ok(())
    }

    fn check_members(&self) -> Result<(), RegistryFault> {
        let mut nodes = BTreeSet::new();
        if let Some(twice) = self.nodes.iter().find(|node| !nodes.insert(node.name.as_str())) {
            return Err(RegistryFault::Twice(twice.name.clone()));
        }
        let mut seen = BTreeSet::new();
        for member in &self.members {
            if !seen.insert(&member.authority) {
                return Err(RegistryFault::Twice(member.authority.to_string()));
            }
            if member.signing.is_empty() {
                return Err(RegistryFault::NoKey(member.authority.clone()));
            }
            if !nodes.contains(member.node.as_str()) {
                return Err(RegistryFault::NodeMissing {
                    authority: member.authority.clone(),
                    node: member.node.clone(),
                });
            }
        }
        Ok(())
    }

    /// The member of that name.
    #[must_use]
    pub fn member(&self, authority: &AuthorityId) -> Option<&Member> {
        self.members.iter().find(|member| member.authority == *authority)
    }

    /// The node of that name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&NodeRecord> {
        self.nodes.iter().find(|node| node.name == name)
    }
}
