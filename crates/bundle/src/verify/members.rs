//! The registries of a bundle, and whose key counted when.

use comity_model::AuthorityId;
use comity_model::registry::Registry;
use comity_record::Directory;
use comity_record::directory::KeyVerdict;
use comity_record::registry::{unverified_registry, verify_registry};
use comity_record::verify::{Anchor, fingerprint};
use comity_seal::{Dsse, Verifier};
use jiff::Timestamp;
use serde_json::json;

use crate::layout::{self, Kind};
use crate::report::{Finding, Report};
use crate::source::Source;

/// The longest registry that is read, in bytes.
const MAX_REGISTRY: u64 = 64 << 20;
const MAX_REGISTRIES: usize = 10_000;

/// Registries whose signatures hold, oldest first; never empty.
pub(super) struct Members(Vec<Directory>);

impl Members {
    pub(super) fn newest(&self) -> &Directory {
        // INVARIANT: `check` builds none that is empty.
        self.0.last().unwrap_or_else(|| unreachable!("checked when built"))
    }

    pub(super) fn oldest(&self) -> &Directory {
        self.0.first().unwrap_or_else(|| unreachable!("checked when built"))
    }

    /// All registries, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Directory> {
        self.0.iter().rev()
    }

    /// Checks that `by` signed `dsse` with a key that counted at `said`, and that was not revoked when it `arrived`.
    pub(super) fn verify(
        &self,
        dsse: &Dsse,
        by: &AuthorityId,
        said: Timestamp,
        arrived: Timestamp,
        payload_type: &str,
    ) -> Result<(), String> {
        let signers = dsse.claimed_signers();
        let [key] = signers.as_slice() else { return Err(format!("it is not signed by one key of `{by}`")) };
        let verifier = self.verifier(|directory| directory.verifier(by, *key, said, arrived), said);
        let verifier = verifier.map_err(|verdict| match verdict {
            KeyVerdict::Unknown => format!("the key that signed it is none of `{by}`"),
            KeyVerdict::Revoked => format!("the key of `{by}` that signed it was revoked"),
            KeyVerdict::NotInForce => format!("the key of `{by}` that signed it did not count at {said}"),
        })?;
        verifier.verify(dsse, payload_type).map(|_| ()).map_err(|fault| fault.to_string())
    }

    /// The newest registry knows of every revocation; what it no longer lists, the one of that time does.
    fn verifier<'a>(
        &'a self,
        find: impl Fn(&'a Directory) -> Result<&'a Verifier, KeyVerdict>,
        said: Timestamp,
    ) -> Result<&'a Verifier, KeyVerdict> {
        match find(self.newest()) {
            Err(fault @ (KeyVerdict::Unknown | KeyVerdict::NotInForce)) => {
                let then = self.newest_first().find(|directory| directory.registry().issued <= said);
                then.map_or(Err(fault), find)
            }
            found => found,
        }
    }
}

/// Reads the registries, each signed by the roots of the one before, the first by those that are trusted.
pub(super) fn check(
    source: &Source,
    anchor: Option<&Anchor>,
    now: Timestamp,
    report: &mut Report,
) -> Option<Members> {
    let paths: Vec<&String> = source.paths().filter(|path| Kind::of(path) == Kind::Registry).collect();
    let mut latest: Option<Registry> = None;
    let mut members = Vec::new();
    for path in paths.into_iter().take(MAX_REGISTRIES) {
        match next(source, path, latest.as_ref(), anchor, report) {
            Ok(registry) => {
                let directory = Directory::new(registry.clone());
                members
                    .push(directory.map_err(|fault| report.findings.push(Finding::fault(path, fault))).ok()?);
                latest = Some(registry);
                report.counts.registries += 1;
            }
            Err(why) => report.findings.push(Finding::fault(path, why)),
        }
    }
    let Some(newest) = latest else {
        report.findings.push(Finding::fault(
            "data/registry",
            "there is no registry that holds, so nothing signed can be checked",
        ));
        return None;
    };
    if newest.expires < now {
        let what = format!(
            "the newest registry expired at {}; revocations since then are not known here",
            newest.expires
        );
        report.findings.push(Finding::note("data/registry", what));
    }
    let members = Members(members);
    check_keys(source, members.newest(), report);
    Some(members)
}

fn next(
    source: &Source,
    path: &str,
    latest: Option<&Registry>,
    anchor: Option<&Anchor>,
    report: &mut Report,
) -> Result<Registry, String> {
    let dsse = Dsse::from_json(&source.read(path, MAX_REGISTRY)?).map_err(|fault| fault.to_string())?;
    let claimed = unverified_registry(&dsse).map_err(|fault| fault.to_string())?;
    let (roots, threshold) = match (latest, anchor) {
        (Some(before), _) => (&before.roots, before.threshold),
        (None, Some(anchor)) => (&anchor.roots, anchor.threshold),
        (None, None) => (&claimed.roots, claimed.threshold),
    };
    let registry = verify_registry(&dsse, roots, threshold).map_err(|fault| fault.to_string())?;
    if latest.is_some_and(|before| registry.version <= before.version) {
        return Err("its version does not grow".to_owned());
    }
    if latest.is_none() {
        report.roots = fingerprint(&registry.roots);
    }
    Ok(registry)
}

fn check_keys(source: &Source, newest: &Directory, report: &mut Report) {
    match source.read(layout::KEYS, MAX_REGISTRY) {
        Ok(bytes) if bytes == keys_text(newest).as_bytes() => {}
        Ok(_) => report.findings.push(Finding::fault(layout::KEYS, "it is not the newest registry's")),
        Err(why) => report.findings.push(Finding::fault(layout::KEYS, why)),
    }
}

/// [`layout::KEYS`]: the public keys and policies, for tools that read no registry.
pub(crate) fn keys_text(directory: &Directory) -> String {
    let registry = directory.registry();
    let signing: serde_json::Map<_, _> = registry
        .members
        .iter()
        .map(|member| {
            let keys: Vec<_> = member.signing.iter().map(|record| json!(record.keys)).collect();
            (member.authority.to_string(), json!({ "node": member.node, "signing": keys }))
        })
        .collect();
    let nodes: serde_json::Map<_, _> = registry
        .nodes
        .iter()
        .map(|node| {
            let policy = directory.policy_text(&node.name);
            (node.name.clone(), json!({ "ledger": node.ledger, "witness": node.witness, "policy": policy }))
        })
        .collect();
    let mut text =
        serde_json::to_string_pretty(&json!({ "authorities": signing, "nodes": nodes })).unwrap_or_default();
    text.push('\n');
    text
}
