//! Changes to a registry on its way to the next version: members enter, keys rotate, are revoked or end.

use comity_model::{
    AuthorityId,
    registry::{Member, NodeRecord, Registry, SigningKeyRecord},
};
use comity_node::setup::Membership;
use comity_record::directory::signing_key;
use jiff::{SignedDuration, Timestamp};

/// Why a registry cannot be changed as asked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeFault {
    /// No such member.
    #[error("`{0}` is not in the draft")]
    NoMember(AuthorityId),
    /// No such key, or several.
    #[error(
        "`{given}` fits {found} signing keys of `{authority}`; give more of the id that `registry inspect` prints"
    )]
    Key {
        /// The authority.
        authority: AuthorityId,
        /// What was given.
        given: String,
        /// How many keys begin so.
        found: usize,
    },
}

/// The next version: one higher, issued now. Everything else stays.
pub fn next_version(held: Registry, now: Timestamp, valid: SignedDuration) -> Registry {
    Registry { version: held.version + 1, issued: now, expires: now + valid, ..held }
}

/// Enters a node and its authorities, or brings them up to date. Keys that the registry knows stay beside new ones, so that
/// what they signed still verifies: each older signing key ends after `overlap`, and so does the older TLS certificate only
/// when the root holders take it out.
pub fn enter(registry: &mut Registry, new: Membership, now: Timestamp, overlap: SignedDuration) {
    match registry.nodes.iter_mut().find(|node| node.name == new.node.name) {
        Some(known) => renew_node(known, new.node),
        None => registry.nodes.push(new.node),
    }
    for member in new.members {
        match registry.members.iter_mut().find(|known| known.authority == member.authority) {
            Some(known) => renew_member(known, member, now + overlap),
            None => registry.members.push(member),
        }
    }
}

fn renew_node(known: &mut NodeRecord, mut new: NodeRecord) {
    new.tls_certificates.append(&mut known.tls_certificates);
    *known = new;
}

fn renew_member(known: &mut Member, mut new: Member, end: Timestamp) {
    for old in known.signing.drain(..) {
        if let Some(same) = new.signing.iter_mut().find(|key| key.keys == old.keys) {
            *same = old;
        } else {
            let until = old.valid_until.map_or(end, |until| until.min(end));
            new.signing.push(SigningKeyRecord { valid_until: Some(until), ..old });
        }
    }
    *known = new;
}

/// Revokes a signing key by the beginning of its id: nothing that arrives under it from `at` on is accepted.
pub fn revoke(
    registry: &mut Registry,
    authority: &AuthorityId,
    id: &str,
    at: Timestamp,
) -> Result<(), ChangeFault> {
    let member = member(registry, authority)?;
    let mut fitting: Vec<_> = member
        .signing
        .iter_mut()
        .filter(|key| key_id(key).is_some_and(|known| known.starts_with(id)))
        .collect();
    match fitting.as_mut_slice() {
        [key] => {
            key.revoked_at = Some(key.revoked_at.map_or(at, |known| known.min(at)));
            Ok(())
        }
        several => {
            Err(ChangeFault::Key { authority: authority.clone(), given: id.to_owned(), found: several.len() })
        }
    }
}

/// Ends a membership: every key ends at `at`; the entry stays, so that what it signed still verifies.
pub fn retire(registry: &mut Registry, authority: &AuthorityId, at: Timestamp) -> Result<(), ChangeFault> {
    for key in &mut member(registry, authority)?.signing {
        key.valid_until = Some(key.valid_until.map_or(at, |until| until.min(at)));
    }
    Ok(())
}

/// The id of a signing key, in hexadecimal, as statements name it.
pub fn key_id(key: &SigningKeyRecord) -> Option<String> {
    signing_key(&key.keys).ok().map(|key| key.key_id().to_string())
}

fn member<'a>(registry: &'a mut Registry, authority: &AuthorityId) -> Result<&'a mut Member, ChangeFault> {
    let found = registry.members.iter_mut().find(|member| member.authority == *authority);
    found.ok_or_else(|| ChangeFault::NoMember(authority.clone()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use comity_model::{AuthorityKind, statement::Mode};
    use comity_record::directory::signing_keys;
    use comity_seal::SigningKey;
    use std::collections::{BTreeMap, BTreeSet};

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn membership(key: &SigningKey, certificate: &str, since: Timestamp) -> Membership {
        let record = SigningKeyRecord {
            keys: signing_keys(key.public()),
            valid_from: since,
            valid_until: None,
            revoked_at: None,
        };
        Membership {
            node: NodeRecord {
                name: "fr.example/ledger".into(),
                address: "127.0.0.1:1".into(),
                tls_certificates: BTreeSet::from([certificate.to_owned()]),
                ledger: String::new(),
                witness: Vec::new(),
            },
            members: vec![Member {
                authority: "FR-NCB".parse().unwrap(),
                kind: AuthorityKind::Ncb,
                names: BTreeMap::new(),
                signing: vec![record],
                sealing: String::new(),
                node: "fr.example/ledger".into(),
            }],
        }
    }

    fn registry() -> Registry {
        let now = at("2026-01-01T00:00:00Z");
        Registry {
            format: 1,
            federation: "test".into(),
            mode: Mode::Exercise,
            version: 4,
            issued: now,
            expires: now + DAY,
            roots: Vec::new(),
            threshold: 1,
            nodes: Vec::new(),
            members: Vec::new(),
            witness_quorum: 0,
        }
    }

    #[test]
    fn a_rotated_key_stands_beside_the_old_one_which_ends_after_the_overlap() {
        let (old, new) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let (first, second) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        let mut registry = registry();
        enter(&mut registry, membership(&old, "a", first), first, DAY);
        enter(&mut registry, membership(&new, "b", second), second, DAY);
        let keys = &registry.members[0].signing;
        assert_eq!(keys.iter().map(|key| key.valid_until).collect::<Vec<_>>(), [None, Some(second + DAY)]);
        assert_eq!(keys[0].keys, signing_keys(new.public()));
        assert_eq!(registry.nodes[0].tls_certificates.len(), 2);
        assert_eq!((registry.nodes.len(), registry.members.len()), (1, 1));
    }

    #[test]
    fn entering_the_same_key_again_changes_nothing_about_it() {
        let key = SigningKey::generate().unwrap();
        let (first, second) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        let mut registry = registry();
        enter(&mut registry, membership(&key, "a", first), first, DAY);
        let before = registry.members[0].signing.clone();
        enter(&mut registry, membership(&key, "a", second), second, DAY);
        assert_eq!(registry.members[0].signing, before);
    }

    #[test]
    fn a_key_is_revoked_by_the_beginning_of_its_id_and_never_later_than_before() {
        let key = SigningKey::generate().unwrap();
        let (first, second) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        let mut registry = registry();
        enter(&mut registry, membership(&key, "a", first), first, DAY);
        let authority = "FR-NCB".parse().unwrap();
        let id = key_id(&registry.members[0].signing[0]).unwrap();
        revoke(&mut registry, &authority, &id[..8], first).unwrap();
        revoke(&mut registry, &authority, &id[..8], second).unwrap();
        assert_eq!(registry.members[0].signing[0].revoked_at, Some(first));
        assert!(matches!(
            revoke(&mut registry, &authority, "zz", first),
            Err(ChangeFault::Key { found: 0, .. })
        ));
        let stranger = "ES-NCB".parse().unwrap();
        assert_eq!(retire(&mut registry, &stranger, first), Err(ChangeFault::NoMember(stranger.clone())));
    }

    #[test]
    fn the_next_version_is_one_higher_and_counts_from_now() {
        let now = at("2026-03-01T00:00:00Z");
        let next = next_version(registry(), now, DAY);
        assert_eq!((next.version, next.issued, next.expires), (5, now, now + DAY));
    }
}
