//! Receipts that a maker put in although they do not prove what they seem to: found, and located to the file.

use comity_model::receipt::{RECEIPT_TYPE, Receipt, StoredEntry};
use comity_model::statement::{STATEMENT_TYPE, Statement};
use comity_seal::Dsse;
use comity_vault::item::Manifest;

use super::*;
use crate::layout;
use crate::make::MessageRecord;
use crate::testing::{MAKER, OTHER};

/// A bundle whose one item has this message, and the paths of receipt and message.
struct Told {
    folder: TempDir,
    invented: Invented,
    receipt: String,
    message: String,
}

impl Told {
    fn new(change: impl FnOnce(&Invented, &mut MessageRecord)) -> Self {
        let (folder, mut invented) = (tempfile::tempdir().unwrap(), Invented::new(1, 100));
        let mut record = message(&invented.federation, 1);
        change(&invented, &mut record);
        invented.items[0].receipts = vec![record];
        invented.write(FolderSink::create(&folder.path().join("bundle")).unwrap());
        let manifest = Manifest::from_json(&invented.items[0].manifest).unwrap();
        let stem = format!("{}/receipts/001", layout::item_folder(manifest.item));
        let (receipt, message) = (format!("{stem}.dsse.json"), format!("{stem}{}", layout::MESSAGE_ENDING));
        Self { folder, invented, receipt, message }
    }

    fn verify(&self) -> Report {
        verify(&self.folder.path().join("bundle"), &self.invented.federation.trust(), now())
    }
}

/// Another receipt, signed by its receiver all the same.
fn receipt(invented: &Invented, record: &MessageRecord, change: impl FnOnce(&mut Receipt)) -> Dsse {
    let mut said: Receipt = serde_json::from_slice(&record.receipt.payload).unwrap();
    change(&mut said);
    let payload = serde_json::to_vec(&said).unwrap();
    invented.federation.holder(OTHER).signing.sign_dsse(RECEIPT_TYPE, &payload).unwrap()
}

#[test]
fn a_receipt_with_its_message_holds_and_is_counted() {
    let told = Told::new(|_, _| {});
    let report = told.verify();
    assert!(report.holds() && report.findings.is_empty(), "{report}");
    assert_eq!(report.counts.receipts, 1);
}

#[test]
fn a_receipt_of_another_message_is_no_receipt_of_this_one() {
    let told = Told::new(|invented, record| record.statement = message(&invented.federation, 2).statement);
    let report = told.verify();
    assert!(names(&report, &told.message) && report.counts.receipts == 0, "{report}");
    assert!(said(&report, &told.message).contains("of another message"), "{report}");
}

#[test]
fn a_receipt_whose_entry_says_something_else_proves_nothing() {
    let other = message(&Invented::new(1, 1).federation, 2);
    let other: Receipt = serde_json::from_slice(&other.receipt.payload).unwrap();
    // All of it is in the ledger and signed; but the entry is of another message.
    let told = Told::new(|invented, record| {
        record.receipt = receipt(invented, record, |own| {
            (own.entry, own.salt, own.proof) = (other.entry, other.salt, other.proof);
        });
    });
    assert!(said(&told.verify(), &told.receipt).contains("its message differs"), "{}", told.verify());
}

#[test]
fn a_receipt_whose_entry_is_in_no_ledger_proves_nothing() {
    let told = Told::new(|invented, record| {
        record.receipt = receipt(invented, record, |own| {
            let mut entry: StoredEntry = serde_json::from_str(&own.entry).unwrap();
            entry.at += jiff::SignedDuration::from_secs(1);
            own.received_at = entry.at;
            own.entry = serde_json::to_string(&entry).unwrap();
        });
    });
    assert!(names(&told.verify(), &told.receipt), "{}", told.verify());
}

#[test]
fn a_message_that_its_sender_did_not_sign_or_that_was_said_to_somebody_else_is_found() {
    let signed = |by: &'static str, change: fn(&mut Statement)| {
        Told::new(move |invented, record| {
            let mut said: Statement = serde_json::from_slice(&record.statement.payload).unwrap();
            change(&mut said);
            let payload = serde_json::to_vec(&said).unwrap();
            record.statement =
                invented.federation.holder(by).signing.sign_dsse(STATEMENT_TYPE, &payload).unwrap();
        })
    };
    let forged = signed(OTHER, |_| {});
    assert!(said(&forged.verify(), &forged.message).contains("is none of"), "{}", forged.verify());
    let misdirected = signed(MAKER, |said| said.to = ["ES-NCB".parse().unwrap()].into());
    assert!(names(&misdirected.verify(), &misdirected.message), "{}", misdirected.verify());
}

#[test]
fn a_receipt_without_its_message_is_noted_and_a_message_without_its_receipt_is_a_fault() {
    let bundle = Bundle::new();
    let stems: Vec<String> = bundle
        .files()
        .iter()
        .filter_map(|path| path.strip_suffix(layout::MESSAGE_ENDING).map(str::to_owned))
        .collect();
    assert_eq!(stems.len(), 2);
    bundle.remove(&format!("{}{}", stems[0], layout::MESSAGE_ENDING));
    bundle.reseal();
    let report = bundle.verify();
    assert!(report.holds(), "{report}");
    assert!(said(&report, &format!("{}.dsse.json", stems[0])).contains("is not here"), "{report}");
    bundle.remove(&format!("{}.dsse.json", stems[1]));
    bundle.reseal();
    assert!(names(&bundle.verify(), &format!("{}{}", stems[1], layout::MESSAGE_ENDING)));
}
