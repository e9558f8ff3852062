//! Sending: what one or many requests ask, checked and put into the outbox in one transaction.

use crate::{
    Node,
    access::Caller,
    exchange::{
        ExchangeError, MAX_MANY, Outgoing, message, prepare_many, put_many, reads,
        rules::{check_words, onward_forbidden},
    },
    journal::About,
    law::{Basis, BasisChoice},
    random,
    web::Problem,
};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    marking::Marking,
    message::{Information, Message},
    statement::Urgency,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// A message in an exchange.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// To whom.
    #[schema(value_type = Vec<String>, example = json!(["ES-NCB"]))]
    to: BTreeSet<AuthorityId>,
    /// One line.
    subject: String,
    /// The text.
    text: String,
    /// The message that it answers.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    reply_to: Option<MessageId>,
    /// `immediate`, `urgent`, `priority` or `routine`.
    #[schema(value_type = String)]
    urgency: Urgency,
    /// The marking, as `docs/schemas/statement.schema.json` defines it.
    #[schema(value_type = Object)]
    marking: Marking,
    /// The legal basis; the node finds out what it is worth.
    legal_basis: BasisChoice,
}

/// Many messages under the same conditions.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMany {
    /// To whom.
    #[schema(value_type = Vec<String>, example = json!(["ES-NCB"]))]
    to: BTreeSet<AuthorityId>,
    /// `immediate`, `urgent`, `priority` or `routine`.
    #[schema(value_type = String)]
    urgency: Urgency,
    /// The marking, as `docs/schemas/statement.schema.json` defines it.
    #[schema(value_type = Object)]
    marking: Marking,
    /// The legal basis; the node finds out what it is worth.
    legal_basis: BasisChoice,
    /// What is said.
    items: Vec<NewManyItem>,
}

/// One of many messages.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewManyItem {
    /// The exchange; a new one where it is absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    exchange: Option<ExchangeId>,
    /// One line.
    subject: String,
    /// The text.
    text: String,
}

/// A message that is in the outbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sent {
    /// The message.
    #[schema(value_type = String, format = "uuid")]
    message: MessageId,
    /// Its exchange.
    #[schema(value_type = String, format = "uuid")]
    exchange: ExchangeId,
}

/// Messages that are in the outbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentMany {
    /// The messages, in the order given.
    #[schema(value_type = Vec<String>)]
    messages: Vec<MessageId>,
    /// The exchange of each.
    #[schema(value_type = Vec<String>)]
    exchanges: Vec<ExchangeId>,
}

pub(super) async fn send_one(
    node: &Arc<Node>,
    caller: &Caller,
    exchange: ExchangeId,
    new: NewMessage,
) -> Result<Sent, Problem> {
    check_exchange(node, caller, exchange, &new.to).await?;
    if let Some(answered) = new.reply_to {
        let found = message(&node.store, &caller.authority, answered).await?;
        if found.is_none_or(|found| found.exchange != exchange) {
            let detail = format!("`{answered}` is no message of this exchange; answer one that is");
            return Err(Problem::unprocessable("reply_to_unknown", detail));
        }
    }
    let NewMessage { to, subject, text, reply_to, urgency, marking, legal_basis } = new;
    let conditions = Conditions { to, urgency, marking, legal_basis };
    let outgoing = conditions.outgoing(caller, exchange, reply_to, subject, text)?;
    let message = outgoing.id;
    send(node, caller, vec![outgoing]).await?;
    Ok(Sent { message, exchange })
}

pub(super) async fn send_many(node: &Arc<Node>, caller: &Caller, new: NewMany) -> Result<SentMany, Problem> {
    let NewMany { to, urgency, marking, legal_basis, items } = new;
    if items.is_empty() || items.len() > MAX_MANY {
        let detail = format!("1 to {MAX_MANY} messages are sent at once; `items` holds {}", items.len());
        return Err(Problem::unprocessable("too_many", detail));
    }
    let known: BTreeSet<ExchangeId> = items.iter().filter_map(|item| item.exchange).collect();
    for exchange in known {
        check_exchange(node, caller, exchange, &to).await?;
    }
    let conditions = Conditions { to, urgency, marking, legal_basis };
    let mut outgoing = Vec::with_capacity(items.len());
    for NewManyItem { exchange, subject, text } in items {
        let exchange = exchange.unwrap_or_else(|| random::new_id(ExchangeId::new));
        outgoing.push(conditions.outgoing(caller, exchange, None, subject, text)?);
    }
    let sent = SentMany {
        messages: outgoing.iter().map(|outgoing| outgoing.id).collect(),
        exchanges: outgoing.iter().map(|outgoing| outgoing.exchange).collect(),
    };
    send(node, caller, outgoing).await?;
    Ok(sent)
}

/// To whom and under which conditions.
struct Conditions {
    to: BTreeSet<AuthorityId>,
    urgency: Urgency,
    marking: Marking,
    legal_basis: BasisChoice,
}

impl Conditions {
    fn outgoing(
        &self,
        caller: &Caller,
        exchange: ExchangeId,
        reply_to: Option<MessageId>,
        subject: String,
        text: String,
    ) -> Result<Outgoing, Problem> {
        check_words(&subject, &text)
            .map_err(|fault| Problem::unprocessable("message_refused", fault.to_string()))?;
        Ok(Outgoing {
            id: random::new_id(MessageId::new),
            from: caller.authority.clone(),
            to: self.to.clone(),
            exchange,
            reply_to,
            urgency: self.urgency,
            marking: self.marking.clone(),
            legal_basis: Basis::chosen(self.legal_basis.clone(), &caller.name),
            message: Message::Information(Information { subject, text }),
        })
    }
}

/// The exchange is known here, and what was received in it may be shared with every recipient.
async fn check_exchange(
    node: &Node,
    caller: &Caller,
    exchange: ExchangeId,
    to: &BTreeSet<AuthorityId>,
) -> Result<(), Problem> {
    let parties = reads::parties(&node.store, &caller.authority, exchange).await?;
    if parties.is_empty() {
        return Err(Problem::not_found("exchange"));
    }
    let newcomers: BTreeSet<AuthorityId> = to.difference(&parties).cloned().collect();
    if newcomers.is_empty() {
        return Ok(());
    }
    let received = reads::received_markings(&node.store, &caller.authority, exchange).await?;
    let Some(step) = onward_forbidden(&caller.authority, &newcomers, &received) else { return Ok(()) };
    let (next, ask) = (step.next, step.originator);
    let detail = format!("the marking of what `{ask}` gave forbids sharing it with `{next}`; ask `{ask}`");
    Err(Problem::forbidden("onward_forbidden", detail).with("ask", ask.as_str()).with("next", next.as_str()))
}

async fn send(node: &Arc<Node>, caller: &Caller, outgoing: Vec<Outgoing>) -> Result<(), ExchangeError> {
    let prepared = prepare_many(node, outgoing).await?;
    let actor = caller.actor();
    let mut tx = node.store.begin("send_messages").await?;
    put_many(&mut tx, &prepared, &actor, &About::default()).await?;
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}
