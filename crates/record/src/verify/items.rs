//! The items of a record: each entry's commitment and place, each message, each receipt, and their order.

use super::{Directories, Fault, Report, Step, is_unlisted};
use crate::{
    Directory, ReceiptFault, commitment, export::Record, export::RecordItem, receipt::salt_from_hex, sha256,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_ledger::{Hash, VerifiedCheckpoint, leaf_hash, verify_inclusion};
use comity_model::{AuthorityId, id::MessageId, message::MessageKind, statement::Statement};
use comity_seal::Dsse;
use jiff::Timestamp;
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// A message whose statement was verified.
struct Said {
    number: usize,
    statement: Statement,
    sha256: [u8; 32],
}

/// What one item turned out to be.
#[derive(Default)]
struct Checked {
    step: Option<Step>,
    faults: Vec<Fault>,
    said: Option<(Statement, [u8; 32])>,
    withdrawn: bool,
}

pub(super) fn check(
    record: &Record,
    directories: &Directories,
    checkpoint: Option<&VerifiedCheckpoint>,
    report: &mut Report,
    progress: &(dyn Fn(usize, usize) + Sync),
) {
    let done = AtomicUsize::new(0);
    let mut checked: Vec<Checked> = record
        .items
        .par_iter()
        .enumerate()
        .map(|(number, item)| Item { number, item, record, directories, checkpoint }.check())
        .inspect(|_| progress(done.fetch_add(1, Relaxed) + 1, record.items.len()))
        .collect();
    let said = messages(&mut checked, report);
    let receipts: Vec<_> = record
        .items
        .par_iter()
        .enumerate()
        .filter_map(|(number, item)| Some((number, check_receipt(number, item, directories, &said)?)))
        .collect();
    let mut received: BTreeMap<MessageId, BTreeSet<AuthorityId>> = BTreeMap::new();
    for (number, receipt) in receipts {
        match receipt {
            Ok((message, receiver, proven)) => {
                report.receipts += 1;
                received.entry(message).or_default().insert(receiver);
                if let Some(step) = checked.get_mut(number).and_then(|item| item.step.as_mut()) {
                    step.proven.push(proven);
                }
            }
            Err(fault) => report.faults.push(fault),
        }
    }
    for item in checked {
        report.steps.extend(item.step);
        report.faults.extend(item.faults);
    }
    check_order(record, &said, report);
    remark_on_silence(record, &said, &received, report);
}

struct Item<'a> {
    number: usize,
    item: &'a RecordItem,
    record: &'a Record,
    directories: &'a Directories,
    checkpoint: Option<&'a VerifiedCheckpoint>,
}

impl Item<'_> {
    fn check(&self) -> Checked {
        let mut checked = Checked::default();
        let mut proven = Vec::new();
        match self.check_place() {
            Ok(true) => proven.push("in the ledger".to_owned()),
            Ok(false) => {}
            Err(fault) => checked.faults.push(fault),
        }
        let document = self.document(&mut checked);
        if let Some(dsse) = &self.item.statement {
            match self.check_statement(dsse, &document) {
                Ok((statement, sha256)) => {
                    proven.push(format!("both signatures of {}", statement.from));
                    match self.check_body(&statement) {
                        Ok(true) => proven.push("body as signed".into()),
                        Ok(false) => checked.withdrawn = true,
                        Err(fault) => checked.faults.push(fault),
                    }
                    checked.said = Some((statement, sha256));
                }
                Err(fault) => checked.faults.push(fault),
            }
        }
        checked.step =
            Some(self.step(&document, checked.said.as_ref().map(|(statement, _)| statement), proven));
        checked
    }

    fn fault(&self, part: &str, what: impl ToString) -> Fault {
        Fault { at: format!("/items/{}{part}", self.number), what: what.to_string() }
    }

    /// Commitment, leaf and inclusion. `false` where there is no checkpoint to prove it under.
    fn check_place(&self) -> Result<bool, Fault> {
        let mut committed = [0; 32];
        hex::decode_to_slice(&self.item.commitment, &mut committed)
            .map_err(|e| self.fault("/commitment", e))?;
        if let (Some(document), Some(salt)) = (&self.item.document, &self.item.salt) {
            let salt = salt_from_hex(salt).ok_or_else(|| self.fault("/salt", "this is no salt"))?;
            if commitment(&salt, document.as_bytes()) != committed {
                return Err(
                    self.fault("/document", "the journal entry is not the one that the ledger committed to")
                );
            }
        }
        let Some(checkpoint) = self.checkpoint else { return Ok(false) };
        let proof = self.item.proof.iter().map(|text| text.parse::<Hash>()).collect::<Result<Vec<_>, _>>();
        let proof = proof.map_err(|fault| self.fault("/proof", fault))?;
        verify_inclusion(
            leaf_hash(&committed),
            self.item.index,
            checkpoint.size(),
            checkpoint.root(),
            &proof,
        )
        .map_err(|fault| self.fault("/proof", fault))?;
        Ok(true)
    }

    fn document(&self, checked: &mut Checked) -> serde_json::Value {
        let Some(text) = &self.item.document else { return serde_json::Value::Null };
        serde_json::from_str(text).unwrap_or_else(|fault| {
            checked.faults.push(self.fault("/document", fault));
            serde_json::Value::Null
        })
    }

    fn check_statement(
        &self,
        dsse: &Dsse,
        document: &serde_json::Value,
    ) -> Result<(Statement, [u8; 32]), Fault> {
        let arrived = document["at"].as_str().and_then(|at| at.parse::<Timestamp>().ok());
        let arrived = arrived.unwrap_or(self.record.exported_at);
        let check = |directory: &Directory| directory.verify_statement(dsse, arrived);
        let verified = self.directories.check(arrived, check, is_unlisted);
        let (statement, sha256) = verified.map_err(|fault| self.fault("/statement", fault))?;
        if statement.exchange != self.record.exchange {
            return Err(self.fault("/statement", "the message belongs to another exchange"));
        }
        let committed = [&document["statement_sha256"], &document["detail"]["statement_sha256"]];
        let committed = committed.into_iter().find_map(serde_json::Value::as_str);
        if !document.is_null() && committed != Some(hex::encode(sha256).as_str()) {
            return Err(self.fault("/statement", "the journal entry names another statement"));
        }
        Ok((statement, sha256))
    }

    /// `false` where the body is no longer held.
    fn check_body(&self, statement: &Statement) -> Result<bool, Fault> {
        let Some(body) = &self.item.body else { return Ok(false) };
        let body = BASE64_STANDARD.decode(body).map_err(|fault| self.fault("/body", fault))?;
        if body.len() as u64 != statement.body.size || hex::encode(sha256(&body)) != statement.body.sha256 {
            return Err(self.fault("/body", "the sealed body is not the one that the statement names"));
        }
        Ok(true)
    }

    fn step(&self, document: &serde_json::Value, said: Option<&Statement>, proven: Vec<String>) -> Step {
        let act = document["act"].as_str().unwrap_or("erased entry").replace('_', " ");
        let actor = document["actor"].as_str().map(|actor| format!(" by {actor}")).unwrap_or_default();
        let what = said.map_or_else(String::new, |statement| {
            let to: Vec<&str> = statement.to.iter().map(AuthorityId::as_str).collect();
            format!(
                ": {} from {} to {}",
                statement.kind.as_str().replace('_', " "),
                statement.from,
                to.join(", ")
            )
        });
        let from = self.item.receipt.as_ref().and_then(|_| document["detail"]["receiver"].as_str());
        let from = from.map(|receiver| format!(" of {receiver}")).unwrap_or_default();
        let at = document["at"].as_str().map(str::to_owned);
        Step { index: self.item.index, at, what: format!("{act}{from}{actor}{what}"), proven }
    }
}

fn messages(checked: &mut [Checked], report: &mut Report) -> BTreeMap<MessageId, Said> {
    let mut said = BTreeMap::new();
    for (number, item) in checked.iter_mut().enumerate() {
        let Some((statement, sha256)) = item.said.take() else { continue };
        report.messages += 1;
        if item.withdrawn {
            report.remarks.push(format!("the sealed body of message `{}` is no longer held", statement.id));
        }
        if said.contains_key(&statement.id) {
            report.fault(format!("/items/{number}"), format!("message `{}` stands here twice", statement.id));
        }
        said.insert(statement.id, Said { number, statement, sha256 });
    }
    said
}

type ReceiptResult = Result<(MessageId, AuthorityId, String), Fault>;

fn check_receipt(
    number: usize,
    item: &RecordItem,
    directories: &Directories,
    said: &BTreeMap<MessageId, Said>,
) -> Option<ReceiptResult> {
    let dsse = item.receipt.as_ref()?;
    let fault = |what: String| Fault { at: format!("/items/{number}/receipt"), what };
    let document: serde_json::Value =
        serde_json::from_str(item.document.as_deref().unwrap_or("null")).unwrap_or_default();
    let verify = || {
        let message = document["about"]["message"].as_str().and_then(|id| id.parse::<MessageId>().ok());
        let message =
            message.and_then(|id| said.get(&id)).ok_or_else(|| "no message for this receipt".to_owned())?;
        let receiver = document["detail"]["receiver"].as_str().and_then(|id| id.parse::<AuthorityId>().ok());
        let receiver = receiver.ok_or_else(|| "the journal entry names no receiver".to_owned())?;
        if document["detail"]["receipt_sha256"].as_str() != Some(hex::encode(sha256(&dsse.payload)).as_str())
        {
            return Err("the journal entry names another receipt".to_owned());
        }
        if message.number >= number {
            return Err("the receipt stands before its message".to_owned());
        }
        let arrived =
            document["at"].as_str().and_then(|at| at.parse().ok()).unwrap_or(message.statement.time);
        let check = |directory: &Directory| {
            directory.verify_receipt(dsse, &message.statement, message.sha256, &receiver, arrived)
        };
        let unlisted = |fault: &ReceiptFault| match fault {
            ReceiptFault::Signature(fault) => is_unlisted(fault),
            fault => matches!(fault, ReceiptFault::NoLedger(_)),
        };
        let verified = directories.check(arrived, check, unlisted).map_err(|fault| fault.to_string())?;
        let place = verified.index;
        Ok((
            message.statement.id,
            receiver.clone(),
            format!("receipt of {receiver}, entry {place} of its ledger"),
        ))
    };
    Some(verify().map_err(fault))
}

fn check_order(record: &Record, said: &BTreeMap<MessageId, Said>, report: &mut Report) {
    for (number, pair) in record.items.windows(2).enumerate() {
        if pair[0].index >= pair[1].index {
            report.fault(format!("/items/{}", number + 1), "the item stands out of the ledger's order");
        }
    }
    for message in said.values() {
        let Some(before) = message.statement.reply_to.and_then(|id| said.get(&id)) else { continue };
        if before.number >= message.number {
            report.fault(format!("/items/{}", message.number), "the answer stands before what it answers");
        }
    }
}

fn remark_on_silence(
    record: &Record,
    said: &BTreeMap<MessageId, Said>,
    received: &BTreeMap<MessageId, BTreeSet<AuthorityId>>,
    report: &mut Report,
) {
    let own = said.values().filter(|message| message.statement.from == record.exported_by);
    for message in own {
        let have = received.get(&message.statement.id);
        for silent in message.statement.to.iter().filter(|to| have.is_none_or(|have| !have.contains(*to))) {
            report.remarks.push(format!("no receipt of `{silent}` for message `{}`", message.statement.id));
        }
    }
    let alert = |kind| said.values().any(|message| message.statement.kind == kind);
    if alert(MessageKind::AlertCancellation) && !alert(MessageKind::Withdrawal) {
        report.remarks.push("a cancellation is here, and no withdrawal that answers it".into());
    }
}
