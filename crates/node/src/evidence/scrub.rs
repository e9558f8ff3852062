//! The scrubber: compares every object that is referred to with its name, the one that was checked longest ago first, without any
//! key. Rot is noted on the items concerned, and journalled; nothing is repaired here.

mod lease;
mod paced;
mod store;

pub use paced::Pace;
pub(super) use store::{enqueue, summary};

use super::{EvidenceError, epochs::blocking};
use crate::{
    Node,
    journal::{About, Actor, Entry},
    random,
};
use comity_vault::{
    Digest,
    store::{AuditFinding, ReadObjects, StoreFault, audit_object},
};
use jiff::{SignedDuration, Timestamp};
use paced::Paced;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Objects that are looked up at once.
const BATCH: u64 = 64;

/// How long an object is left alone after its check.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// How long the scrubber rests when nothing waits for it.
const REST: Duration = Duration::from_secs(60);

/// Scrubs until `pace` is stopped and this is dropped: at the pace, every object once a day at most, and of several replicas one.
pub async fn go_on(node: Arc<Node>, pace: Pace) {
    let holder = hex::encode(random::bytes::<16>());
    while !pace.is_stopped() {
        match turn(&node, &holder, random::now(), &pace).await {
            Err(fault) if !pace.is_stopped() => tracing::error!(%fault, "the scrubber stopped; trying again"),
            _ => {}
        }
        tokio::time::sleep(REST).await;
    }
}

/// Checks what is due at `now`, unless another replica does; none then. `holder` names this replica.
///
/// # Errors
/// As [`pass`].
pub async fn turn(
    node: &Arc<Node>,
    holder: &str,
    now: Timestamp,
    pace: &Pace,
) -> Result<Option<Scrubbed>, EvidenceError> {
    if !lease::take(&node.store, holder, now).await? {
        return Ok(None);
    }
    let before = now.saturating_sub(AGAIN).unwrap_or(Timestamp::MIN);
    let scrubbed = tokio::select! {
        scrubbed = pass(node, before, pace) => scrubbed.map(Some),
        () = lease::renew(&node.store, holder) => Ok(None),
    };
    lease::give_back(&node.store, holder).await?;
    scrubbed
}

/// What a pass of the scrubber found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Objects that were compared with their names.
    pub checked: u64,
    /// Objects among them that are altered or missing.
    pub damaged: u64,
}

/// Checks every object whose last check was before `before`. A pass that is cut short goes on where it stopped the next time, in
/// whichever replica.
///
/// # Errors
/// Where the database or the storage as a whole fails: that says nothing of the objects, which are tried again in the next pass.
pub async fn pass(node: &Arc<Node>, before: Timestamp, pace: &Pace) -> Result<Scrubbed, EvidenceError> {
    enqueue(&node.store).await?;
    let mut scrubbed = Scrubbed::default();
    loop {
        let names = store::oldest(&node.store, before, BATCH).await?;
        if names.is_empty() || pace.is_stopped() {
            return Ok(scrubbed);
        }
        for name in names {
            if pace.is_stopped() {
                return Ok(scrubbed);
            }
            let Some(sound) = check(node, name, pace).await? else { continue };
            scrubbed.checked += 1;
            scrubbed.damaged += u64::from(!sound);
        }
    }
}

/// Compares one object with its name and notes the outcome; none where nothing refers to it.
async fn check(node: &Arc<Node>, name: Digest, pace: &Pace) -> Result<Option<bool>, EvidenceError> {
    if !store::is_referred_to(&node.store, name).await? {
        store::forget(&node.store, name).await?;
        return Ok(None);
    }
    let paced = Paced::new(node.evidence.blobs.clone(), pace.clone());
    let finding = blocking(move || Ok(audit(&paced, name)?)).await?;
    note(node, name, finding).await?;
    Ok(Some(finding.is_none()))
}

/// What is wrong with an object, if anything.
fn audit(objects: &Paced, name: Digest) -> Result<Option<&'static str>, StoreFault> {
    // Twice, since a network fails for a moment. Then it is the object, unless the storage does not even tell its length.
    match audit_object(objects, name).or_else(|_| audit_object(objects, name)) {
        Ok(AuditFinding::Sound) => Ok(None),
        Ok(AuditFinding::Altered(_)) => Ok(Some("altered")),
        Ok(AuditFinding::Missing) => Ok(Some("missing")),
        Err(fault) if objects.is_stopped() => Err(fault),
        Err(_) => objects.len(name).map(|_| Some("unreadable")),
    }
}

/// Notes what was found; the first time that it is found, on the items and in the journal.
async fn note(node: &Node, name: Digest, finding: Option<&'static str>) -> Result<(), EvidenceError> {
    let now = random::now();
    let mut tx = node.store.begin("note_scrub").await?;
    let before = store::set_finding(&mut tx, name, finding, now).await?;
    if before.as_deref() != finding {
        let act = if finding.is_some() { "evidence_rot_found" } else { "evidence_rot_mended" };
        let mut concerned: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for (authority, item) in store::items_of(&mut tx, name).await? {
            concerned.entry(authority).or_default().push(item);
        }
        store::mark_items(&mut tx, name, finding).await?;
        for (authority, items) in concerned {
            let what = finding.or(before.as_deref());
            let detail = serde_json::json!({ "object": name, "what": what, "items": items });
            tx.record(Entry::new(now, Some(&authority), &Actor::Node, act, About::default(), detail));
        }
    }
    tx.commit().await?;
    if let Some(what) = finding {
        tracing::error!(object = %name, what, "a stored object is damaged; restore it from a copy");
    }
    Ok(())
}
