//! What another vault says is believed only as far as this checks: signatures of custody events, offers against the events that
//! they carry, and proofs from ledgers.

use super::{MAX_TEXT_LEN, digest_of};
use crate::{
    evidence::{CustodyRow, EventProof},
    exchange::Incoming,
};
use comity_ledger::{InclusionFile, leaf_hash, verify_inclusion};
use comity_model::{AuthorityId, id::ItemId, message::EvidenceOffer};
use comity_record::{Directory, commitment, receipt::salt_from_hex};
use comity_seal::Dsse;
use comity_vault::{
    Digest,
    custody::{Act, CUSTODY_EVENT_TYPE, Event},
    item::ItemName,
};
use jiff::Timestamp;

/// Why something that another authority says is not believed, in words for the journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct False(pub String);

/// A custody event whose signatures hold.
#[derive(Debug, Clone)]
pub(super) struct Believed {
    pub row: CustodyRow,
    pub event: Event,
}

fn wrong(why: impl Into<String>) -> False {
    False(why.into())
}

/// Checks that a custody event is signed, with both signatures of one key, by the authority that it names.
pub(super) fn event(directory: &Directory, text: &str, arrived: Timestamp) -> Result<Believed, False> {
    let dsse = Dsse::from_json(text.as_bytes()).map_err(|fault| wrong(fault.to_string()))?;
    let event = Event::from_json(&dsse.payload).map_err(|fault| wrong(fault.to_string()))?;
    let signers = dsse.claimed_signers();
    let [key] = signers.as_slice() else { return Err(wrong("the event is not signed by one key")) };
    let verifier = directory.verifier(&event.by, *key, event.at, arrived);
    let verifier = verifier.map_err(|verdict| {
        wrong(format!("the key of the event is no key of `{}` at its time: {verdict:?}", event.by))
    })?;
    verifier.verify(&dsse, CUSTODY_EVENT_TYPE).map_err(|fault| wrong(fault.to_string()))?;
    let row = CustodyRow {
        sha256: Digest::of(&dsse.payload),
        by: event.by.clone(),
        number: event.number,
        at: event.at,
        event: String::from_utf8_lossy(&dsse.to_json()).into_owned(),
        proof: None,
    };
    Ok(Believed { row, event })
}

/// Checks an offer that arrived: that it carries the giver's own event, which offers this item to this receiver.
pub(super) fn offer(
    directory: &Directory,
    incoming: &Incoming,
    offer: &EvidenceOffer,
) -> Result<(Believed, Digest), False> {
    let from = &incoming.verified.statement().from;
    let manifest = digest_of(&offer.manifest_sha256).ok_or_else(|| wrong("the manifest's digest is none"))?;
    let long = [&offer.exhibit, &offer.name, &offer.note].iter().any(|text| text.len() > MAX_TEXT_LEN);
    if long || offer.exhibit.trim().is_empty() || is_hiding(&offer.name) || is_hiding(&offer.exhibit) {
        return Err(wrong("its name, exhibit number or note is empty, too long, or hides something"));
    }
    let believed = event(directory, &offer.event, incoming.at)?;
    let act = Act::Transferred { to: incoming.authority.clone(), keeps_copy: offer.keeps_copy };
    of(&believed.event, from, offer.item, manifest)?;
    if believed.event.act != act {
        return Err(wrong("its event does not offer the item to us as the message says"));
    }
    Ok((believed, manifest))
}

/// A text in which something would not be seen.
fn is_hiding(text: &str) -> bool {
    ItemName::new(text.as_bytes()).is_ok_and(|name| name.display() != text)
}

/// Checks that an event is of that authority, item and manifest.
pub(super) fn of(event: &Event, by: &AuthorityId, item: ItemId, manifest: Digest) -> Result<(), False> {
    let differs = [
        (event.by != *by, "authority"),
        (event.item != item, "item"),
        (event.manifest != manifest, "manifest"),
    ];
    match differs.into_iter().find(|(differs, _)| *differs) {
        Some((_, what)) => Err(wrong(format!("the event names another {what}"))),
        None => Ok(()),
    }
}

/// Does the proof hold: does its entry name the event, and does the ledger of the authority's node have the entry?
pub(super) fn proof_holds(directory: &Directory, row: &CustodyRow, proof: &EventProof) -> bool {
    let named = || {
        let document: serde_json::Value = serde_json::from_str(&proof.document).ok()?;
        Some(document["detail"]["event"].as_str()? == row.sha256.to_string())
    };
    let included = || {
        let salt = salt_from_hex(&proof.salt)?;
        let node = directory.node_of(&row.by).and_then(|node| directory.keys_of(&node.name))?;
        let file = InclusionFile::parse(&proof.proof).ok()?;
        let head = file.checkpoint.verify_log(&node.ledger).ok()?;
        let leaf = leaf_hash(&commitment(&salt, proof.document.as_bytes()));
        verify_inclusion(leaf, file.index, head.size(), head.root(), &file.proof).ok()
    };
    named() == Some(true) && included().is_some()
}
