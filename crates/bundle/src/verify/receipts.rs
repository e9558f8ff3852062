//! Receipts and records of exchanges, which are checked as they are outside of bundles.

use comity_ledger::InclusionFile;
use comity_model::receipt::{RECEIPT_TYPE, Receipt};
use comity_record::commitment;
use comity_record::receipt::salt_from_hex;
use comity_record::verify::verify_record;
use comity_seal::Dsse;
use rayon::prelude::*;

use super::{Check, Part};
use crate::layout::Kind;
use crate::report::{Finding, Report};

const MAX_RECEIPT: u64 = 8 << 20;
/// The longest record that is read, in bytes: it is held in memory as a whole.
const MAX_RECORD: u64 = 4 << 30;

impl Check<'_> {
    pub(super) fn receipts(&self, report: &mut Report) {
        let paths: Vec<&String> =
            self.hashes.keys().filter(|path| matches!(Kind::of(path), Kind::Receipt(_))).collect();
        let checked: Vec<_> = paths.par_iter().map(|path| (*path, self.receipt(path))).collect();
        for (path, result) in checked {
            match result {
                Ok(()) => report.counts.receipts += 1,
                Err(why) => report.findings.push(Finding::fault(path, why)),
            }
        }
    }

    /// The receiver signed that it stored something, and the entry is in its ledger. Of which message it is, the record of the
    /// exchange shows.
    fn receipt(&self, path: &str) -> Result<(), String> {
        let dsse =
            Dsse::from_json(&self.source.read(path, MAX_RECEIPT)?).map_err(|fault| fault.to_string())?;
        let receipt: Receipt = serde_json::from_slice(&dsse.payload).map_err(|fault| fault.to_string())?;
        let (by, at) = (&receipt.received_by, receipt.received_at);
        self.members.verify(&dsse, by, at, at, RECEIPT_TYPE)?;
        let salt = salt_from_hex(&receipt.salt).ok_or("its salt is no salt")?;
        let entry = commitment(&salt, receipt.entry.as_bytes());
        let file = InclusionFile::parse(&receipt.proof).map_err(|fault| fault.to_string())?;
        self.ledgers.prove_unwitnessed(&file, &entry, by)
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
