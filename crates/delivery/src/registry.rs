//! Which registry a node takes: never an older one, never two contents of one version, never one that the
//! threshold of root keys did not sign, never an expired one. Peers exchange versions with every batch, so
//! that the newest spreads by itself.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::intake::Digest;
use crate::refusal::RefusalCode;
use crate::time::Millis;

/// What the rules need to know of a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryFacts {
    /// Counts up by at least one with each registry that the root holders sign.
    pub version: u64,
    /// From this point on it is no longer valid.
    pub expires: Millis,
    /// SHA-256 of the signed bytes.
    pub digest: Digest,
}

/// What to do with an offered registry that passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adopt {
    /// Store it durably, then use it, and tell every lane.
    Newer,
    /// It is the one that we have.
    AlreadyHeld,
}

/// Why an offered registry is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RegistryRefusal {
    /// Fewer valid signatures of the current root keys than the threshold.
    #[error("the registry is not signed by the threshold of root keys; fetch it again from another member")]
    NotSigned,
    /// Its version is below the one that we hold.
    #[error(
        "registry version `{offered}` is older than `{held}`, which this node holds; offer the newer one"
    )]
    RolledBack {
        /// The version that we hold.
        held: u64,
        /// The version offered.
        offered: u64,
    },
    /// Two registries of one version: the root holders signed twice, or a key was stolen.
    #[error("registry version `{0}` exists with two contents; ask the root holders which is theirs")]
    SameVersionOtherContent(u64),
    /// It expired before now.
    #[error("registry version `{0}` has expired; ask the root holders for a new one")]
    Expired(u64),
}

/// Whether `offered` may replace `current`. `signatures_ok`: the threshold of the *current* root keys signed
/// it (those configured, when there is no current registry).
///
/// # Errors
/// The first rule that it breaks, in the order: signed, not rolled back, one content a version, not expired.
pub fn consider_registry(
    current: Option<&RegistryFacts>,
    offered: &RegistryFacts,
    signatures_ok: bool,
    now: Millis,
) -> Result<Adopt, RegistryRefusal> {
    if !signatures_ok {
        return Err(RegistryRefusal::NotSigned);
    }
    if let Some(held) = current {
        if offered.version < held.version {
            return Err(RegistryRefusal::RolledBack { held: held.version, offered: offered.version });
        }
        if offered.version == held.version {
            let same = offered.digest == held.digest;
            let refusal = RegistryRefusal::SameVersionOtherContent(held.version);
            return if same { Ok(Adopt::AlreadyHeld) } else { Err(refusal) };
        }
    }
    if offered.expires <= now { Err(RegistryRefusal::Expired(offered.version)) } else { Ok(Adopt::Newer) }
}

/// Whether a node may send or accept at all: with no registry, or an expired one, nothing moves and nothing
/// is lost.
///
/// # Errors
/// [`RefusalCode::RegistryExpired`].
pub fn may_exchange(current: Option<&RegistryFacts>, now: Millis) -> Result<(), RefusalCode> {
    match current {
        Some(registry) if now < registry.expires => Ok(()),
        _ => Err(RefusalCode::RegistryExpired),
    }
}

/// What follows from comparing our registry's version with a peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gossip {
    /// Both hold the same version.
    Same,
    /// The peer's is newer: ask for it, and put its batch off with [`RefusalCode::RegistryStale`].
    Ask,
    /// Ours is newer: offer it with the answer.
    Offer,
}

/// Compares versions; 0 means "none".
#[must_use]
pub fn compare_versions(ours: u64, theirs: u64) -> Gossip {
    match ours.cmp(&theirs) {
        std::cmp::Ordering::Equal => Gossip::Same,
        std::cmp::Ordering::Less => Gossip::Ask,
        std::cmp::Ordering::Greater => Gossip::Offer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000);

    fn facts(version: u64, expires: u64, content: u8) -> RegistryFacts {
        RegistryFacts { version, expires: Millis(expires), digest: [content; 32] }
    }

    #[test]
    fn a_newer_registry_signed_by_the_threshold_is_adopted() {
        let held = facts(3, 2_000, 3);
        assert_eq!(consider_registry(Some(&held), &facts(5, 2_000, 5), true, NOW), Ok(Adopt::Newer));
        assert_eq!(consider_registry(None, &facts(1, 2_000, 1), true, NOW), Ok(Adopt::Newer));
    }

    #[test]
    fn an_older_registry_is_refused_however_well_signed() {
        let refused = consider_registry(Some(&facts(3, 2_000, 3)), &facts(2, 9_000, 2), true, NOW);
        assert_eq!(refused, Err(RegistryRefusal::RolledBack { held: 3, offered: 2 }));
    }

    #[test]
    fn a_second_content_of_the_same_version_is_refused() {
        let held = facts(3, 2_000, 3);
        assert_eq!(consider_registry(Some(&held), &held, true, NOW), Ok(Adopt::AlreadyHeld));
        let refused = consider_registry(Some(&held), &facts(3, 2_000, 4), true, NOW);
        assert_eq!(refused, Err(RegistryRefusal::SameVersionOtherContent(3)));
    }

    #[test]
    fn an_unsigned_registry_is_refused_before_anything_else_is_asked() {
        let refused = consider_registry(Some(&facts(3, 2_000, 3)), &facts(2, 0, 2), false, NOW);
        assert_eq!(refused, Err(RegistryRefusal::NotSigned));
    }

    #[test]
    fn a_registry_that_expired_is_not_adopted_and_lets_nothing_move() {
        assert_eq!(consider_registry(None, &facts(4, 1_000, 4), true, NOW), Err(RegistryRefusal::Expired(4)));
        assert_eq!(may_exchange(Some(&facts(4, 1_000, 4)), NOW), Err(RefusalCode::RegistryExpired));
        assert_eq!(may_exchange(Some(&facts(4, 1_001, 4)), NOW), Ok(()));
        assert_eq!(may_exchange(None, NOW), Err(RefusalCode::RegistryExpired));
    }

    #[test]
    fn the_holder_of_the_older_registry_asks_and_the_other_offers() {
        assert_eq!(compare_versions(1, 2), Gossip::Ask);
        assert_eq!(compare_versions(2, 1), Gossip::Offer);
        assert_eq!(compare_versions(2, 2), Gossip::Same);
    }
}
