//! Exchanges and their messages as the API shows them.

use super::Shown;
use crate::{
    Node,
    exchange::{ExchangeSummary, MessageRow, reads, reads::Delivered},
    federation::witness::cosigned_head,
    store::{StoreError, json_text},
};
use comity_law::{Language, phrase::localise};
use comity_ledger::SignedCheckpoint;
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    legal::LegalBasis,
};
use comity_record::envelope::read_statement;
use comity_seal::Dsse;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// A page of exchanges.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeList {
    /// The one with the newest message first.
    pub(super) items: Vec<ExchangeLine>,
    /// For `after` of the next page; null on the last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) next: Option<Timestamp>,
}

/// An exchange in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeLine {
    /// The exchange.
    #[schema(value_type = String, format = "uuid")]
    id: ExchangeId,
    /// When its last message was stored.
    #[schema(value_type = String, format = DateTime)]
    last_at: Timestamp,
    /// How many messages.
    messages: u64,
    /// The other parties.
    #[schema(value_type = Vec<String>)]
    with: BTreeSet<AuthorityId>,
    /// The first message's kind.
    about: &'static str,
}

impl ExchangeLine {
    pub(super) fn new(summary: ExchangeSummary, with: BTreeSet<AuthorityId>) -> Self {
        let ExchangeSummary { id, last_at, messages, about, .. } = summary;
        Self { id, last_at, messages, with, about: about.as_str() }
    }
}

/// An exchange with its messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeView {
    /// The exchange.
    #[schema(value_type = String, format = "uuid")]
    id: ExchangeId,
    /// In the order in which they were stored.
    messages: Vec<MessageView>,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    /// The message.
    #[schema(value_type = String, format = "uuid")]
    id: MessageId,
    /// Its kind, such as `information`.
    kind: &'static str,
    /// `outgoing` or `incoming`.
    direction: String,
    /// Who said it.
    #[schema(value_type = String)]
    from: AuthorityId,
    /// To whom.
    #[schema(value_type = Vec<String>)]
    to: BTreeSet<AuthorityId>,
    /// When, by the sender's clock.
    #[schema(value_type = String, format = DateTime)]
    time: Timestamp,
    /// How soon an answer is due.
    urgency: String,
    /// The message that it answers.
    #[schema(value_type = Option<String>, format = "uuid")]
    reply_to: Option<MessageId>,
    /// What it says: the `content` that `docs/schemas/message.schema.json` gives its kind. Null once withdrawn.
    #[schema(value_type = Option<Object>)]
    content: Option<Value>,
    /// What this node's check of the legal basis found: `{verdict, reasons, data_set}`, the verdict being `supported`,
    /// `unknown` or `contradicted`, each reason `{key, text, values}`. Null once withdrawn.
    #[schema(value_type = Option<Object>)]
    assessment: Option<Value>,
    /// The legal basis, as the sender stated it.
    #[schema(value_type = Option<Object>)]
    legal_basis: Option<LegalBasis>,
    /// SHA-256 of the signed statement.
    statement_sha256: String,
    /// Where the copies stand; empty for what was received.
    deliveries: Vec<DeliveryLine>,
    /// Where it is in the ledger.
    proof: ProofView,
}

/// Where one recipient's copy stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryLine {
    /// The recipient.
    #[schema(value_type = String)]
    authority: AuthorityId,
    /// `queued`, `receipted` or `dead`.
    state: String,
    /// When the receipt was verified.
    #[schema(value_type = Option<String>, format = DateTime)]
    receipted_at: Option<Timestamp>,
}

/// Where a message is in the node's ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofView {
    /// Its index.
    ledger_index: Option<u64>,
    /// How many witnesses have cosigned a head that covers it; null while none that suffices is stored.
    witnessed: Option<u64>,
}

/// What is known of proofs in one exchange.
pub(super) struct Proofs {
    indices: BTreeMap<MessageId, u64>,
    cosigned_size: u64,
    witnesses: u64,
}

impl Proofs {
    pub(super) async fn read(
        node: &Node,
        authority: &AuthorityId,
        exchange: ExchangeId,
    ) -> Result<Self, StoreError> {
        let indices = reads::ledger_indices(&node.store, authority, exchange).await?;
        let (cosigned_size, text) = cosigned_head(&node.store).await?.unwrap_or_default();
        Ok(Self { indices, cosigned_size, witnesses: witnesses(node, &text) })
    }

    fn of(&self, message: MessageId) -> ProofView {
        let ledger_index = self.indices.get(&message).copied();
        let covered = ledger_index.is_some_and(|index| index < self.cosigned_size);
        ProofView { ledger_index, witnessed: covered.then_some(self.witnesses) }
    }
}

/// How many nodes of the registry have cosigned the head.
fn witnesses(node: &Node, text: &str) -> u64 {
    let policy = node.registry().policy(&node.config.name);
    let (Ok(policy), Ok(head)) = (policy, SignedCheckpoint::parse(text)) else { return 0 };
    let met = policy.quorum_met(&head).map(|met| met.witnesses).unwrap_or_default();
    met.iter().map(|witness| &witness.key_name).collect::<BTreeSet<_>>().len() as u64
}

impl ExchangeView {
    pub(super) fn new(
        id: ExchangeId,
        messages: Vec<MessageRow>,
        mut deliveries: BTreeMap<MessageId, Vec<Delivered>>,
        proofs: &Proofs,
        shown: &Shown,
    ) -> Self {
        let view = |row: MessageRow| {
            let deliveries = deliveries.remove(&row.id).unwrap_or_default();
            MessageView::new(row, deliveries, proofs, shown)
        };
        Self { id, messages: messages.into_iter().map(view).collect() }
    }
}

impl MessageView {
    fn new(row: MessageRow, deliveries: Vec<Delivered>, proofs: &Proofs, shown: &Shown) -> Self {
        let content = row.content.as_ref().map(|message| content_of(message, shown.photographs));
        Self {
            id: row.id,
            kind: row.kind.as_str(),
            direction: row.direction,
            from: row.sender,
            to: row.recipients,
            time: row.time,
            urgency: crate::store::code_text(&row.urgency),
            reply_to: row.reply_to,
            content,
            assessment: row.assessment.map(|found| said(found, shown.language.unwrap_or(Language::En))),
            legal_basis: legal_basis(&row.envelope),
            statement_sha256: row.statement_sha256,
            deliveries: deliveries.into_iter().map(DeliveryLine::from).collect(),
            proof: proofs.of(row.id),
        }
    }
}

impl From<Delivered> for DeliveryLine {
    fn from(Delivered { authority, state, receipted_at }: Delivered) -> Self {
        Self { authority, state, receipted_at }
    }
}

/// An assessment in the reader's language.
fn said(mut found: Value, language: Language) -> Value {
    localise(&mut found, language);
    found
}

fn legal_basis(envelope: &str) -> Option<LegalBasis> {
    let dsse = Dsse::from_json(envelope.as_bytes()).ok()?;
    read_statement(&dsse.payload).ok().map(|statement| statement.legal_basis)
}

fn content_of(message: &comity_model::message::Message, photographs: bool) -> Value {
    let mut value = serde_json::from_str::<Value>(&json_text(message)).unwrap_or_default();
    let mut content = value.get_mut("content").map(Value::take).unwrap_or_default();
    if !photographs {
        leave_out_photographs(&mut content);
    }
    content
}

/// No picture is shown unless it is asked for.
fn leave_out_photographs(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("photograph");
            members.values_mut().for_each(leave_out_photographs);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_photographs),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn photographs_are_left_out_at_every_depth() {
        let mut content =
            json!({"child": {"photograph": {"base64": "eA=="}, "name": "N"}, "more": [{"photograph": 1}]});
        leave_out_photographs(&mut content);
        assert_eq!(content, json!({"child": {"name": "N"}, "more": [{}]}));
    }
}
