//! Invented messages about items, with their receipts.

use std::collections::BTreeSet;

use comity_ledger::{Edge, InclusionFile, InclusionProver, TileMap, leaf_hash};
use comity_model::id::{ExchangeId, MessageId};
use comity_model::message::MessageKind;
use comity_model::receipt::{RECEIPT_TYPE, Receipt};
use comity_model::statement::{BodyDigest, Mode, STATEMENT_TYPE, Statement, Urgency};
use comity_record::commitment;
use comity_record::receipt::stored_entry;
use comity_vault::Digest;
use jiff::SignedDuration;
use serde_json::json;

use super::{Federation, MAKER, OTHER, authority, start};
use crate::make::MessageRecord;

const SALT: [u8; 16] = [7; 16];

/// An offer of evidence from [`MAKER`] to [`OTHER`], which acknowledges it. `number` tells several apart.
#[must_use]
pub fn message(federation: &Federation, number: u8) -> MessageRecord {
    let (sender, receiver) = (federation.holder(MAKER), federation.holder(OTHER));
    let (sent, stored) = (start() + SignedDuration::from_mins(10), start() + SignedDuration::from_mins(11));
    let said = Statement {
        version: 1,
        id: MessageId::new(1, [number; 10]),
        kind: MessageKind::EvidenceOffer,
        from: authority(MAKER),
        to: BTreeSet::from([authority(OTHER)]),
        exchange: ExchangeId::new(1, [number; 10]),
        reply_to: None,
        time: sent,
        urgency: Urgency::Routine,
        marking: serde_json::from_value(json!({
            "handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1",
            "onward": {"rule": "own_jurisdiction"}, "retain_until": "2027-03-01",
        }))
        .unwrap(),
        legal_basis: serde_json::from_value(json!({
            "instrument": "INTERPOL_RPD", "article": "10", "answer": "in_force", "assessed_on": "2026-03-01",
        }))
        .unwrap(),
        mode: Mode::Exercise,
        body: BodyDigest { sha256: Digest::of(&[number]).to_string(), size: 1 },
    };
    let payload = serde_json::to_vec(&said).unwrap();
    let sha256 = *Digest::of(&payload).as_bytes();
    let entry = stored_entry(stored, &authority(OTHER), &said, sha256);
    let leaves = [leaf_hash(b"an entry before"), leaf_hash(&commitment(&SALT, entry.as_bytes()))];
    let mut edge = Edge::empty();
    let tiles: TileMap = edge.append(&leaves).into_iter().collect();
    let proof = InclusionProver::new(edge.size(), &tiles).unwrap().prove(1).unwrap();
    let file =
        InclusionFile { extra: None, index: 1, proof, checkpoint: federation.checkpoint(receiver, &edge) };
    let receipt = Receipt {
        version: 1,
        message: said.id,
        statement_sha256: hex::encode(sha256),
        sent_by: authority(MAKER),
        received_by: authority(OTHER),
        received_at: stored,
        entry,
        salt: hex::encode(SALT),
        proof: file.to_string(),
    };
    let receipt = serde_json::to_vec(&receipt).unwrap();
    MessageRecord {
        statement: sender.signing.sign_dsse(STATEMENT_TYPE, &payload).unwrap(),
        receipt: receiver.signing.sign_dsse(RECEIPT_TYPE, &receipt).unwrap(),
    }
}
