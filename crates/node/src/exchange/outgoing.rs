//! Outgoing messages: checked before they may leave, sealed to their recipients, signed, and put into the outbox.

use super::store;
use crate::{
    Node,
    journal::{About, Actor, Entry},
    law::{self, Authorisation, Basis, BasisError, InForce, Stood},
    random,
    store::{StoreError, Tx},
};
use comity_model::{
    AuthorityId,
    id::{AuthorisationId, ExchangeId, MessageId},
    marking::Marking,
    message::Message,
    statement::{BodyDigest, STATEMENT_VERSION, Statement, StatementFault, Urgency},
};
use comity_record::{Directory, VerifiedEnvelope, envelope::seal_envelope};
use comity_seal::SealError;
use jiff::Timestamp;
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Why a message may not leave.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The sender is not served here.
    #[error("`{0}` is not served by this node; send from its own")]
    NotServed(AuthorityId),
    /// A recipient is not a member.
    #[error("`{0}` is not a member of the federation; choose one from the registry")]
    NotMember(AuthorityId),
    /// A rule of the statement.
    #[error(transparent)]
    Statement(#[from] StatementFault),
    /// The registry has expired.
    #[error("the registry expired at `{0}`; nothing may be sent until the root holders sign a new one")]
    RegistryExpired(Timestamp),
    /// The library fails.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the law says of its basis.
    #[error(transparent)]
    Basis(#[from] BasisError),
    /// Sealing was interrupted.
    #[error("sealing was interrupted; try again")]
    Interrupted,
}

/// A message that an officer or a rule has decided to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its identifier; an alert keeps that of its draft.
    pub id: MessageId,
    /// The sending authority, served here.
    pub from: AuthorityId,
    /// The recipients.
    pub to: BTreeSet<AuthorityId>,
    /// The thread.
    pub exchange: ExchangeId,
    /// What it answers.
    pub reply_to: Option<MessageId>,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// The conditions.
    pub marking: Marking,
    /// The basis in law, checked before it leaves.
    pub legal_basis: Basis,
    /// What is said.
    pub message: Message,
}

/// A message that may leave: sealed and signed.
pub struct Prepared {
    pub(super) envelope: VerifiedEnvelope,
    pub(super) content: String,
    pub(super) nodes: Vec<(AuthorityId, String)>,
    pub(super) stood: Stood,
}

impl Prepared {
    /// The signed statement.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        self.envelope.statement()
    }
}

/// Checks, seals and signs one message.
///
/// # Errors
/// Why it may not leave.
pub async fn prepare(node: &Arc<Node>, outgoing: Outgoing) -> Result<Prepared, ExchangeError> {
    let prepared = prepare_many(node, vec![outgoing]).await?;
    prepared.into_iter().next().ok_or(ExchangeError::Interrupted)
}

/// Checks, seals and signs many messages; all of them, or none.
///
/// # Errors
/// Why the first that may not leave may not.
pub async fn prepare_many(node: &Arc<Node>, outgoing: Vec<Outgoing>) -> Result<Vec<Prepared>, ExchangeError> {
    let directory = node.registry();
    let expires = directory.registry().expires;
    if expires <= random::now() {
        return Err(ExchangeError::RegistryExpired(expires));
    }
    let authorisations = law::read_authorisations(node, &outgoing).await?;
    let desk = Desk { node: node.clone(), directory, law: law::refresh(node).await?, authorisations };
    let prepared = tokio::task::spawn_blocking(move || {
        outgoing.into_par_iter().map(|outgoing| prepare_one(&desk, outgoing)).collect()
    });
    prepared.await.map_err(|_| ExchangeError::Interrupted)?
}

/// What a message is prepared with.
struct Desk {
    node: Arc<Node>,
    directory: Arc<Directory>,
    law: Arc<InForce>,
    authorisations: BTreeMap<AuthorisationId, Authorisation>,
}

fn prepare_one(desk: &Desk, outgoing: Outgoing) -> Result<Prepared, ExchangeError> {
    let Desk { node, directory, law, authorisations } = desk;
    let now = random::now();
    let key = node.keys.signing_key(&outgoing.from, directory, now, now);
    let key = key.ok_or_else(|| ExchangeError::NotServed(outgoing.from.clone()))?;
    let mut nodes = Vec::with_capacity(outgoing.to.len());
    let mut recipients = Vec::with_capacity(outgoing.to.len());
    for authority in &outgoing.to {
        let not_member = || ExchangeError::NotMember(authority.clone());
        let record = directory.node_of(authority).ok_or_else(not_member)?;
        recipients.push(directory.sealing_key(authority).ok_or_else(not_member)?.clone());
        nodes.push((authority.clone(), record.name.clone()));
    }
    let stood = law::check(&law.law, &outgoing, authorisations, now);
    let mut statement = Statement {
        version: STATEMENT_VERSION,
        id: outgoing.id,
        kind: outgoing.message.kind(),
        from: outgoing.from,
        to: outgoing.to,
        exchange: outgoing.exchange,
        reply_to: outgoing.reply_to,
        time: now,
        urgency: outgoing.urgency,
        marking: outgoing.marking,
        legal_basis: outgoing.legal_basis.as_written(now),
        mode: directory.registry().mode,
        body: BodyDigest { sha256: "0".repeat(64), size: 0 },
    };
    // How it is written comes first, what the law says of it second.
    statement.check()?;
    let stood = stood?;
    statement.legal_basis = stood.basis.clone();
    let content = serde_json::to_string(&outgoing.message).unwrap_or_default();
    let envelope = seal_envelope(statement, &outgoing.message, &recipients, key)?;
    envelope.statement().check()?;
    Ok(Prepared { envelope, content, nodes, stood })
}

/// Puts a prepared message into the outbox, with its journal entry, in the transaction of the act. Call
/// [`Node::wake_outbox`] after the commit.
///
/// # Errors
/// Where the database fails.
pub async fn put(tx: &mut Tx, prepared: &Prepared, actor: &Actor, about: About) -> Result<(), StoreError> {
    put_many(tx, std::slice::from_ref(prepared), actor, &about).await
}

/// As [`put`], for many messages under the same `about`.
///
/// # Errors
/// Where the database fails.
pub async fn put_many(
    tx: &mut Tx,
    prepared: &[Prepared],
    actor: &Actor,
    about: &About,
) -> Result<(), StoreError> {
    store::insert_outgoing(tx, prepared).await?;
    for prepared in prepared {
        tx.record(released(prepared, actor, about.clone()));
        law::note_override(tx, prepared.statement(), &prepared.stood, actor, about);
    }
    Ok(())
}

fn released(prepared: &Prepared, actor: &Actor, about: About) -> Entry {
    let statement = prepared.statement();
    let about = About { exchange: Some(statement.exchange), message: Some(statement.id), ..about };
    let detail = serde_json::json!({
        "kind": statement.kind,
        "to": statement.to,
        "statement_sha256": hex::encode(prepared.envelope.sha256()),
    });
    Entry::new(statement.time, Some(&statement.from), actor, "message_released", about, detail)
}
