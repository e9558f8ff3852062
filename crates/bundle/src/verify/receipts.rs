//! Receipts and records of exchanges, which are checked as they are outside of bundles.

use comity_ledger::InclusionFile;
use comity_model::receipt::{ENVELOPE_STORED, RECEIPT_TYPE, Receipt, StoredEntry};
use comity_model::statement::{STATEMENT_TYPE, Statement};
use comity_record::commitment;
use comity_record::receipt::salt_from_hex;
use comity_record::verify::verify_record;
use comity_seal::Dsse;
use comity_vault::Digest;
use rayon::prelude::*;

use super::{Check, Part};
use crate::layout::{Kind, MESSAGE_ENDING};
use crate::report::{Finding, Report};

const MAX_RECEIPT: u64 = 8 << 20;
/// The longest record that is read, in bytes: it is held in memory as a whole.
const MAX_RECORD: u64 = 4 << 30;

impl Check<'_> {
    pub(super) fn receipts(&self, report: &mut Report) {
        let stems: Vec<(&String, &str)> = self.stems(|kind| match kind {
            Kind::Receipt(_, stem) => Some(stem),
            _ => None,
        });
        let checked: Vec<_> =
            stems.par_iter().map(|(path, stem)| (*path, self.receipt(path, stem))).collect();
        for (path, result) in checked {
            match result {
                Ok(()) => report.counts.receipts += 1,
                Err(fault) => report.findings.push(fault.unwrap_or_else(|| {
                    Finding::note(
                        path,
                        "the message that it acknowledges is not here; the record of the exchange shows it",
                    )
                })),
            }
        }
        let messages = self.stems(|kind| match kind {
            Kind::Message(_, stem) => Some(stem),
            _ => None,
        });
        for (path, stem) in messages {
            if !self.hashes.contains_key(&format!("{stem}.dsse.json")) {
                report.findings.push(Finding::fault(path, "there is no receipt of this message"));
            }
        }
    }

    fn stems<'s>(&'s self, of: impl Fn(Kind<'s>) -> Option<&'s str>) -> Vec<(&'s String, &'s str)> {
        self.hashes.keys().filter_map(|path| of(Kind::of(path)).map(|stem| (path, stem))).collect()
    }

    /// The receiver signed that it stored a message, the entry that says so is in its ledger, and the message is the one beside it.
    /// No finding stands for a message that is not here.
    fn receipt(&self, path: &str, stem: &str) -> Result<(), Option<Finding>> {
        let receipt = self.acknowledged(path).map_err(|why| Finding::fault(path, why))?;
        let message = format!("{stem}{MESSAGE_ENDING}");
        if !self.hashes.contains_key(&message) {
            return Err(None);
        }
        Ok(self.message(&message, &receipt).map_err(|why| Finding::fault(&message, why))?)
    }

    fn acknowledged(&self, path: &str) -> Result<Receipt, String> {
        let dsse =
            Dsse::from_json(&self.source.read(path, MAX_RECEIPT)?).map_err(|fault| fault.to_string())?;
        let receipt: Receipt = serde_json::from_slice(&dsse.payload).map_err(|fault| fault.to_string())?;
        let (by, at) = (&receipt.received_by, receipt.received_at);
        self.members.verify(&dsse, by, at, at, RECEIPT_TYPE)?;
        says_the_same(&receipt)?;
        let salt = salt_from_hex(&receipt.salt).ok_or("its salt is no salt")?;
        let entry = commitment(&salt, receipt.entry.as_bytes());
        let file = InclusionFile::parse(&receipt.proof).map_err(|fault| fault.to_string())?;
        self.ledgers.prove_unwitnessed(&file, &entry, by)?;
        Ok(receipt)
    }

    /// The sender signed the message, and it is the one that the receipt names.
    fn message(&self, path: &str, receipt: &Receipt) -> Result<(), String> {
        let dsse =
            Dsse::from_json(&self.source.read(path, MAX_RECEIPT)?).map_err(|fault| fault.to_string())?;
        let said: Statement = serde_json::from_slice(&dsse.payload).map_err(|fault| fault.to_string())?;
        self.members.verify(&dsse, &said.from, said.time, receipt.received_at, STATEMENT_TYPE)?;
        let differs = [
            (said.id != receipt.message, "identifier"),
            (receipt.statement_sha256 != Digest::of(&dsse.payload).to_string(), "hash"),
            (said.from != receipt.sent_by, "sender"),
            (!said.to.contains(&receipt.received_by), "receiver"),
        ];
        match differs.into_iter().find(|(differs, _)| *differs) {
            Some((_, what)) => {
                Err(format!("the receipt beside it is of another message: its {what} differs"))
            }
            None => Ok(()),
        }
    }

    pub(super) fn exchanges(&self, report: &mut Report) {
        for path in self.hashes.keys().filter(|path| Kind::of(path) == Kind::Exchange) {
            self.exchange(path).into_report(report);
        }
    }

    fn exchange(&self, path: &str) -> Part {
        let mut part = Part::default();
        let file = match self.source.read(path, MAX_RECORD) {
            Ok(file) => file,
            Err(why) => return part.fault(path, why),
        };
        let record = verify_record(&file, self.trust.roots.as_ref());
        part.counts.exchanges += usize::from(record.holds());
        let faults = record
            .faults
            .iter()
            .map(|fault| Finding::fault(path, format!("at {}: {}", fault.at, fault.what)));
        let remarks = record.remarks.iter().map(|remark| Finding::note(path, remark));
        part.findings.extend(faults.chain(remarks));
        part
    }
}

/// Does the journal entry in a receipt say what the receipt says?
fn says_the_same(receipt: &Receipt) -> Result<(), String> {
    let entry: StoredEntry = serde_json::from_str(&receipt.entry).map_err(|fault| fault.to_string())?;
    let differs = [
        (entry.act != ENVELOPE_STORED, "act"),
        (entry.at != receipt.received_at, "time"),
        (entry.authority != receipt.received_by, "authority"),
        (entry.message != receipt.message, "message"),
        (entry.statement_sha256 != receipt.statement_sha256, "hash"),
    ];
    match differs.into_iter().find(|(differs, _)| *differs) {
        Some((_, what)) => Err(format!("the journal entry in it says something else: its {what} differs")),
        None => Ok(()),
    }
}
