//! The inbound side: a batch is checked, committed and only then receipted.

use super::{
    facts, now_millis, registry,
    wire::{Batch, BatchAnswer, BatchItem, ItemOutcome, MAX_BATCH, WIRE_VERSION, WholeRefusal},
};
use crate::{
    Node,
    exchange::{self, Incoming},
    faults,
    journal::ledger,
    law::{InForce, assess_arrived},
    random,
    store::StoreError,
};
use comity_delivery::{
    Arrived, BatchFacts, BatchRefusal, Checked, Landed, Millis, RefusalCode, Summary, ToCommit, may_exchange,
};
use comity_model::{AuthorityId, message::Message, receipt::Receipt};
use comity_record::{Directory, Envelope, EnvelopeFault, envelope::read_statement, receipt::sign_receipt};
use comity_seal::Dsse;
use jiff::Timestamp;
use rayon::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// What an item claims to be before anything was checked: message and recipient.
type Claim = (String, String);

/// Takes a batch from the peer that TLS has identified.
///
/// # Errors
/// A refusal of the whole batch; its envelopes stay with the sender.
pub async fn take_batch(node: &Arc<Node>, peer: &str, bytes: Vec<u8>) -> Result<BatchAnswer, WholeRefusal> {
    let whole = |refusal: BatchRefusal| WholeRefusal {
        code: refusal.code,
        advice: refusal.code.advice().to_owned(),
        registry: node.registry().registry().version,
    };
    let directory = node.registry();
    let shared = (node.clone(), peer.to_owned(), directory.clone());
    let checked = tokio::task::spawn_blocking(move || check_batch(&shared.0, &shared.1, &shared.2, &bytes));
    let checked = match checked.await.unwrap_or(Err(RefusalCode::Busy.into())) {
        Ok(checked) => checked,
        Err(refusal) => {
            if refusal.ask_for_registry {
                // The sender's batch waits until we are up to date; its next try finds us so.
                let (node, peer) = (node.clone(), peer.to_owned());
                tokio::spawn(async move { registry::catch_up(&node, &peer, u64::MAX).await });
            }
            return Err(whole(refusal));
        }
    };
    let Batched { to_commit, incoming, details } = checked;
    let landed = match commit(node, &to_commit, &incoming).await {
        Ok(landed) => landed,
        Err(fault) => {
            tracing::error!(peer, %fault, "a batch is not stored; the sender keeps it");
            return Err(whole(to_commit.commit_failed(matches!(fault, StoreError::Full { .. }))));
        }
    };
    exchange::after_arrivals(node, &incoming);
    let answer = answer(node, &directory, to_commit, &landed, incoming, details).await;
    faults::point("receive_batch", "before_answer");
    Ok(answer)
}

struct Batched {
    to_commit: ToCommit<Claim>,
    incoming: BTreeMap<Claim, Incoming>,
    details: Vec<String>,
}

/// Everything up to the transaction: parsing, rules, signatures, opening. Takes processor time.
fn check_batch(
    node: &Node,
    peer: &str,
    directory: &Directory,
    bytes: &[u8],
) -> Result<Batched, BatchRefusal> {
    let batch: Batch<'_> =
        serde_json::from_slice(bytes).map_err(|_| BatchRefusal::from(RefusalCode::Malformed))?;
    if batch.version != WIRE_VERSION {
        return Err(RefusalCode::UnsupportedVersion.into());
    }
    let registry = directory.registry();
    let held = facts(registry, [0; 32]);
    let batch_facts = BatchFacts {
        sender_clock: Millis(batch.clock),
        sender_registry: batch.registry,
        our_registry: registry.version,
        may_exchange: may_exchange(Some(&held), now_millis()),
        limit: MAX_BATCH,
    };
    let (now, law) = (random::now(), node.law.now());
    let examiner = Examiner { node, peer, directory, law: &law, now };
    let examined: Vec<_> = batch
        .items
        .par_iter()
        .enumerate()
        .map(|(number, item)| (item.get().len() as u64, examiner.examine(number, item.get())))
        .collect();
    let summary = |(size, (claim, _)): &(u64, (Claim, _))| Summary { id: claim.clone(), size: *size };
    let arrived = Arrived::receive(now_millis(), &batch_facts, examined.iter().map(summary).collect())?;
    let mut incoming = BTreeMap::new();
    let mut details = Vec::with_capacity(examined.len());
    let mut verdicts = Vec::with_capacity(examined.len());
    for (_, (claim, examined)) in examined {
        match examined {
            Ok(found) => {
                details.push(String::new());
                verdicts.push(Ok(Checked { id: claim.clone(), digest: found.verified.sha256() }));
                incoming.entry(claim).or_insert(found);
            }
            Err((code, detail)) => {
                details.push(detail);
                verdicts.push(Err(code));
            }
        }
    }
    Ok(Batched { to_commit: arrived.checked(verdicts), incoming, details })
}

struct Examiner<'a> {
    node: &'a Node,
    peer: &'a str,
    directory: &'a Directory,
    law: &'a InForce,
    now: Timestamp,
}

type Refused = (RefusalCode, String);

impl Examiner<'_> {
    fn examine(&self, number: usize, text: &str) -> (Claim, Result<Incoming, Refused>) {
        let item: BatchItem = match serde_json::from_str(text) {
            Ok(item) => item,
            Err(fault) => {
                let claim = (format!("#{number}"), String::new());
                return (claim, Err((RefusalCode::Malformed, fault.to_string())));
            }
        };
        let claimed = serde_json::from_slice::<serde_json::Value>(&item.envelope.statement.payload);
        let claimed = claimed.ok().and_then(|value| value["id"].as_str().map(str::to_owned));
        let claim = (claimed.unwrap_or_else(|| format!("#{number}")), item.to.clone());
        (claim, self.accept(&item.to, item.envelope))
    }

    fn accept(&self, to: &str, envelope: Envelope) -> Result<Incoming, Refused> {
        let authority: AuthorityId =
            to.parse().map_err(|fault: comity_model::Nonsense| (RefusalCode::NotForUs, fault.to_string()))?;
        self.may_look_closer(&authority, &envelope)?;
        let verified = self.directory.verify_envelope(envelope, self.now).map_err(|fault| refused(&fault))?;
        let message = self.open(&authority, &verified)?;
        let assessed = assess_arrived(&self.law.law, verified.statement(), &message);
        Ok(Incoming { authority, verified, message, at: self.now, assessed })
    }

    /// The rules that cost little, asked before the signatures; see `comity_delivery::Rule` for the order.
    fn may_look_closer(&self, authority: &AuthorityId, envelope: &Envelope) -> Result<(), Refused> {
        let refuse = |code: RefusalCode, detail: &str| Err((code, detail.to_owned()));
        if envelope.body.len() as u64 > comity_model::statement::MAX_BODY_BYTES {
            return refuse(RefusalCode::Oversize, "the body is larger than is taken");
        }
        let claimed = read_statement(&envelope.statement.payload).map_err(|fault| refused(&fault))?;
        if claimed.mode != self.directory.registry().mode {
            return refuse(RefusalCode::ModeMismatch, "this federation has the other mode");
        }
        if !self.node.serves(authority) || !claimed.to.contains(authority) {
            return refuse(RefusalCode::NotForUs, "the recipient is not served here, or not named");
        }
        match self.directory.node_of(&claimed.from) {
            None => refuse(RefusalCode::UnknownSender, "the sender is not a member of the federation"),
            Some(node) if node.name != self.peer => {
                refuse(RefusalCode::PeerMismatch, "the sender is served by another node")
            }
            Some(_) => Ok(()),
        }
    }

    fn open(
        &self,
        authority: &AuthorityId,
        verified: &comity_record::VerifiedEnvelope,
    ) -> Result<Message, Refused> {
        let keys = self.node.keys.authorities.get(authority);
        let keys = keys.ok_or((RefusalCode::NotForUs, "the recipient is not served here".to_owned()))?;
        let limit = usize::try_from(comity_model::statement::MAX_BODY_BYTES).unwrap_or(usize::MAX);
        let plain = comity_seal::open_with_any(&verified.envelope().body, &keys.sealing, limit)
            .map_err(|fault| (RefusalCode::CannotOpen, fault.to_string()))?;
        let message: Message = serde_json::from_slice(&plain)
            .map_err(|_| (RefusalCode::Malformed, "the body is no message".to_owned()))?;
        if message.kind() == verified.statement().kind {
            Ok(message)
        } else {
            Err((RefusalCode::Malformed, "the body is of another kind than the statement says".into()))
        }
    }
}

fn refused(fault: &EnvelopeFault) -> Refused {
    (code_of(fault), fault.to_string())
}

fn code_of(fault: &EnvelopeFault) -> RefusalCode {
    match fault {
        EnvelopeFault::Oversize => RefusalCode::Oversize,
        EnvelopeFault::Malformed(_) | EnvelopeFault::Statement(_) => RefusalCode::Malformed,
        EnvelopeFault::Version(_) => RefusalCode::UnsupportedVersion,
        EnvelopeFault::Kind(_) => RefusalCode::UnknownKind,
        EnvelopeFault::UnknownSender(_) => RefusalCode::UnknownSender,
        EnvelopeFault::MissingSignature(_) => RefusalCode::MissingSignature,
        EnvelopeFault::UnknownKey(_) => RefusalCode::KeyUnknown,
        EnvelopeFault::RevokedKey(_) => RefusalCode::KeyRevoked,
        EnvelopeFault::KeyNotInForce(_) => RefusalCode::KeyExpired,
        EnvelopeFault::BadSignature(_) => RefusalCode::BadSignature,
        EnvelopeFault::Body(_) => RefusalCode::BodyMismatch,
    }
}

/// One transaction for the whole batch.
async fn commit(
    node: &Arc<Node>,
    to_commit: &ToCommit<Claim>,
    incoming: &BTreeMap<Claim, Incoming>,
) -> Result<Vec<Landed>, StoreError> {
    if to_commit.items().is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = node.store.begin("receive_batch").await?;
    let found = |id| incoming.get(id).ok_or_else(|| StoreError::Ledger("an item was lost".into()));
    let arrived = to_commit.items().iter().map(|item| found(&item.id)).collect::<Result<Vec<_>, _>>()?;
    let places = exchange::store_incoming(node, &mut tx, &arrived).await?;
    let committed = tx.commit().await?;
    let landed = |place| match place {
        exchange::Place::New(number) => Landed::Stored { position: committed.first + number },
        exchange::Place::Known(position) => Landed::AlreadyStored { position },
        exchange::Place::Conflict => Landed::Conflict,
    };
    Ok(places.into_iter().map(landed).collect())
}

async fn answer(
    node: &Arc<Node>,
    directory: &Directory,
    to_commit: ToCommit<Claim>,
    landed: &[Landed],
    incoming: BTreeMap<Claim, Incoming>,
    details: Vec<String>,
) -> BatchAnswer {
    let to_sign = to_commit.committed(landed);
    let orders: Vec<(usize, Claim, u64)> = to_sign
        .receipts()
        .iter()
        .map(|order| (order.index(), order.id().clone(), order.position()))
        .collect();
    let mut receipts = match sign_receipts(node, orders, incoming).await {
        Ok(receipts) => receipts,
        Err(fault) => {
            tracing::error!(%fault, "receipts cannot be signed; the sender's next try gets them");
            BTreeMap::new()
        }
    };
    let outcome = |(index, item): (usize, comity_delivery::ItemAnswer<Claim>)| match item.verdict {
        Ok(_) => match receipts.remove(&index) {
            Some(receipt) => ItemOutcome::Receipt(receipt),
            None => {
                ItemOutcome::Refused { code: RefusalCode::Busy, detail: "stored; the receipt follows".into() }
            }
        },
        Err(code) => ItemOutcome::Refused { code, detail: details.get(index).cloned().unwrap_or_default() },
    };
    let outcomes = to_sign.answer().into_iter().enumerate().map(outcome).collect();
    BatchAnswer { version: WIRE_VERSION, registry: directory.registry().version, outcomes }
}

async fn sign_receipts(
    node: &Arc<Node>,
    orders: Vec<(usize, Claim, u64)>,
    incoming: BTreeMap<Claim, Incoming>,
) -> Result<BTreeMap<usize, Dsse>, StoreError> {
    if orders.is_empty() {
        return Ok(BTreeMap::new());
    }
    let size = node.store.ledger_size().await?;
    let head = ledger::sign_head(node, size, ledger::root_at(node, size).await?)?;
    let indices: Vec<u64> = orders.iter().map(|(_, _, position)| *position).collect();
    let proofs = ledger::prove_entries(node, &indices, &head).await?;
    let entries = exchange::stored_entries(&node.store, &indices).await?;
    let (node, directory, now) = (node.clone(), node.registry(), random::now());
    let signed = tokio::task::spawn_blocking(move || {
        let sign =
            |((index, claim, position), proof): (&(usize, Claim, u64), &comity_ledger::InclusionFile)| {
                let found = incoming.get(claim)?;
                let (document, salt, at) = entries.get(position)?;
                let statement = found.verified.statement();
                let receipt = Receipt {
                    version: 1,
                    message: statement.id,
                    statement_sha256: hex::encode(found.verified.sha256()),
                    sent_by: statement.from.clone(),
                    received_by: found.authority.clone(),
                    received_at: *at,
                    entry: document.clone(),
                    salt: hex::encode(salt),
                    proof: proof.to_string(),
                };
                let key = node.keys.signing_key(&found.authority, &directory, *at, now)?;
                Some((*index, sign_receipt(&receipt, key).ok()?))
            };
        orders.par_iter().zip(&proofs).filter_map(sign).collect()
    });
    signed.await.map_err(|_| StoreError::Ledger("signing was interrupted".into()))
}
