//! What an answer to a batch says of each item, after its receipts were checked.

use super::{
    store::{DeliveryId, Due},
    wire::{BatchAnswer, ItemOutcome},
};
use comity_delivery::{Item, Outcome};
use comity_model::AuthorityId;
use comity_record::{Directory, envelope::read_statement, sha256};
use comity_seal::Dsse;
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A receipt that holds: its JSON, and SHA-256 of its payload in hexadecimal, as the journal names it.
pub(super) struct HeldReceipt {
    pub json: String,
    pub sha256: String,
}

/// The outcome of each item, and the receipts that hold.
pub(super) struct Judged {
    pub outcomes: Vec<(DeliveryId, Outcome)>,
    pub receipts: BTreeMap<DeliveryId, HeldReceipt>,
}

/// Checks every receipt of an answer against what was sent. Takes processor time; call it off the event loop.
pub(super) fn judge(
    directory: &Directory,
    sent: &[Item<DeliveryId>],
    due: &BTreeMap<DeliveryId, Due>,
    answer: BatchAnswer,
    now: Timestamp,
) -> Judged {
    let judged: Vec<_> = sent
        .par_iter()
        .zip(answer.outcomes)
        .map(|(item, outcome)| match outcome {
            ItemOutcome::Refused { code, .. } => (item.id.clone(), Outcome::Refused { code }, None),
            ItemOutcome::Receipt(receipt) => {
                let checked = check_receipt(directory, due.get(&item.id), &receipt, &item.id.1, now);
                match checked {
                    Ok(()) => {
                        let json = String::from_utf8_lossy(&receipt.to_json()).into_owned();
                        let held = HeldReceipt { json, sha256: hex::encode(sha256(&receipt.payload)) };
                        (item.id.clone(), Outcome::ReceiptVerified, Some(held))
                    }
                    Err(why) => (item.id.clone(), Outcome::ReceiptFalse { why }, None),
                }
            }
        })
        .collect();
    let mut result = Judged { outcomes: Vec::with_capacity(judged.len()), receipts: BTreeMap::new() };
    for (id, outcome, receipt) in judged {
        if let Some(receipt) = receipt {
            result.receipts.insert(id.clone(), receipt);
        }
        result.outcomes.push((id, outcome));
    }
    result
}

fn check_receipt(
    directory: &Directory,
    due: Option<&Due>,
    receipt: &Dsse,
    receiver: &AuthorityId,
    now: Timestamp,
) -> Result<(), String> {
    let due = due.ok_or("nothing was sent for it")?;
    let sent = Dsse::from_json(due.envelope.as_bytes()).map_err(|fault| fault.to_string())?;
    let statement = read_statement(&sent.payload).map_err(|fault| fault.to_string())?;
    let checked = directory.verify_receipt(receipt, &statement, sha256(&sent.payload), receiver, now);
    checked.map(|_| ()).map_err(|fault| fault.to_string())
}
