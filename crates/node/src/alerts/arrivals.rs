//! What an arrived message means for alerts, in the transaction that stores it. The envelope is accepted by then: nothing
//! is refused here any more. What can be used is used; what cannot leaves an entry that says why.

use super::{
    AlertRow, Direction, StoredState,
    identity::Names,
    rules::{self, WithoutEffect},
    sightings, store,
    takedown::{self, End},
};
use crate::{
    Node,
    exchange::Incoming,
    hits,
    journal::{About, Actor, Entry},
    store::{StoreError, Tx},
};
use comity_model::{
    id::MessageId,
    message::{Alert, AlertCancellation, AlertUpdate, Disclosure, Message, Withdrawal},
};
use jiff::Timestamp;
use std::{collections::BTreeSet, sync::Arc};

/// What an arrived message means for alerts.
///
/// # Errors
/// Where the database fails; the whole batch is then put off.
pub async fn arrived(_node: &Arc<Node>, tx: &mut Tx, incoming: &Incoming) -> Result<(), StoreError> {
    let outcome = match &incoming.message {
        Message::Alert(content) => alert(tx, incoming, content).await?,
        Message::AlertUpdate(content) => update(tx, incoming, content).await?,
        Message::AlertCancellation(content) => cancellation(tx, incoming, content).await?,
        Message::Withdrawal(content) => withdrawal(tx, incoming, content).await?,
        Message::Sighting(content) => sightings::arrived(tx, incoming, content).await?,
        Message::Disclosure(content) => disclosure(tx, incoming, content).await?,
        Message::Information(_)
        | Message::EvidenceOffer(_)
        | Message::EvidenceAnswer(_)
        | Message::SelectorQuery(_)
        | Message::SelectorAnswer(_)
        | Message::HitClaim(_)
        | Message::HitAnswer(_)
        | Message::SweepRequest(_)
        | Message::SweepAnswer(_)
        | Message::DeconflictionOffer(_)
        | Message::DeconflictionAnswer(_) => Ok(()),
    };
    if let Err((alert, why)) = outcome {
        let detail = serde_json::json!({ "kind": incoming.message.kind(), "why": why });
        note(tx, incoming, "message_without_effect", About { alert, ..incoming.about() }, detail);
    }
    Ok(())
}

/// Done, or for which alert it had no effect and why.
pub(super) type Outcome = Result<(), (Option<MessageId>, WithoutEffect)>;

/// Writes an entry about an arrival.
pub(super) fn note(tx: &mut Tx, incoming: &Incoming, act: &str, about: About, detail: serde_json::Value) {
    tx.record(Entry::new(incoming.at, Some(&incoming.authority), &Actor::Node, act, about, detail));
}

async fn alert(tx: &mut Tx, incoming: &Incoming, content: &Alert) -> Result<Outcome, StoreError> {
    let mut row = received(incoming, content);
    let early = early_words(tx, &row).await?;
    if let Some((id, time, now_reads)) = early.update {
        (row.latest, row.changed_at, row.alert) = (id, time, now_reads);
    }
    if !store::insert(tx, &row).await? {
        return Ok(Err((Some(row.id), "an alert of that identifier is there already")));
    }
    let detail = serde_json::json!({
        "from": row.sender, "urgency": row.urgency, "missing": rules::missing(&row.alert, incoming.at),
    });
    note(tx, incoming, "alert_received", row.about(), detail);
    match early.cancellation {
        Some((id, time)) => end(tx, incoming, &row, id, time).await?,
        None => hits::search_alert(tx, &row, incoming.at).await?,
    }
    Ok(Ok(()))
}

fn received(incoming: &Incoming, content: &Alert) -> AlertRow {
    let statement = incoming.verified.statement();
    AlertRow {
        authority: incoming.authority.clone(),
        id: statement.id,
        direction: Direction::Incoming,
        exchange: statement.exchange,
        case: None,
        sender: statement.from.clone(),
        recipients: statement.to.clone(),
        state: StoredState::Released,
        urgency: statement.urgency,
        marking: statement.marking.clone(),
        legal_basis: statement.legal_basis.clone(),
        alert: content.clone(),
        written_by: BTreeSet::new(),
        latest: statement.id,
        changed_at: statement.time,
        raised_by: None,
        raised_at: statement.time,
        released_by: None,
        released_at: Some(statement.time),
        emergency_reason: None,
        cancelled_at: None,
        cancellation: None,
        withdrawn: Vec::new(),
        authorisation: None,
    }
}

/// What the originator said on an alert before the alert itself arrived: delivery keeps no order.
#[derive(Default)]
struct EarlyWords {
    update: Option<(MessageId, Timestamp, Alert)>,
    cancellation: Option<(MessageId, Timestamp)>,
}

async fn early_words(tx: &mut Tx, row: &AlertRow) -> Result<EarlyWords, StoreError> {
    let sql = "/* early_words */ SELECT id, time, content FROM message WHERE authority = $1 AND exchange = $2 \
               AND sender = $3 AND direction = 'incoming' AND kind IN ('alert_update', 'alert_cancellation') \
               ORDER BY time";
    let values = [row.authority.as_str().into(), row.exchange.to_string().into(), row.sender.as_str().into()];
    let mut early = EarlyWords::default();
    for found in tx.fetch_all(sql, &values).await? {
        let (id, time) = (found.word(0)?, found.time(1)?);
        match found.optional_json(2)? {
            Some(Message::AlertUpdate(content)) if content.alert == row.id && time > row.changed_at => {
                early.update = Some((id, time, *content.now_reads));
            }
            Some(Message::AlertCancellation(content)) if content.alert == row.id => {
                early.cancellation = early.cancellation.or(Some((id, time)));
            }
            _ => {}
        }
    }
    Ok(early)
}

async fn update(tx: &mut Tx, incoming: &Incoming, content: &AlertUpdate) -> Result<Outcome, StoreError> {
    let statement = incoming.verified.statement();
    let row = store::load_in(tx, &incoming.authority, content.alert).await?;
    let may = rules::originator_may_change(row.as_ref(), &statement.from, statement.exchange);
    let Some(row) = row else { return Ok(may.map_err(|why| (None, why))) };
    if let Err(why) = may {
        if row.is_over() && row.sender == statement.from {
            forget(tx, &row, statement.id, content).await?;
        }
        return Ok(Err((Some(row.id), why)));
    }
    if statement.time <= row.changed_at {
        return Ok(Err((Some(row.id), "a later text of the alert is here already")));
    }
    let (latest, changed_at) = (statement.id, statement.time);
    let after = AlertRow { alert: (*content.now_reads).clone(), latest, changed_at, ..row };
    store::change(tx, &after).await?;
    let detail = serde_json::json!({ "from": after.sender });
    let about = About { message: Some(statement.id), ..after.about() };
    note(tx, incoming, "alert_updated", about, detail);
    hits::search_alert(tx, &after, incoming.at).await?;
    Ok(Ok(()))
}

/// A new text of an alert that is over names people who are not to be named any more.
async fn forget(tx: &mut Tx, row: &AlertRow, id: MessageId, content: &AlertUpdate) -> Result<(), StoreError> {
    let mut names = Names::default();
    names.add(&content.now_reads);
    takedown::withdraw_one(tx, row, id, &names).await.map(|_| ())
}

async fn cancellation(
    tx: &mut Tx,
    incoming: &Incoming,
    content: &AlertCancellation,
) -> Result<Outcome, StoreError> {
    let statement = incoming.verified.statement();
    let row = store::load_in(tx, &incoming.authority, content.alert).await?;
    let may = rules::originator_may_change(row.as_ref(), &statement.from, statement.exchange);
    match (row, may) {
        (Some(row), Ok(())) => {
            end(tx, incoming, &row, statement.id, statement.time).await?;
            Ok(Ok(()))
        }
        (row, may) => Ok(may.map_err(|why| (row.map(|row| row.id), why))),
    }
}

async fn end(
    tx: &mut Tx,
    incoming: &Incoming,
    row: &AlertRow,
    cancellation: MessageId,
    time: Timestamp,
) -> Result<(), StoreError> {
    let about = About { message: Some(cancellation), ..row.about() };
    note(tx, incoming, "alert_cancelled", about, serde_json::json!({ "from": row.sender }));
    let end = End { cancellation: Some(cancellation), changed_at: time, at: incoming.at };
    takedown::end(tx, row, end).await.map(|_| ())
}

async fn withdrawal(tx: &mut Tx, incoming: &Incoming, content: &Withdrawal) -> Result<Outcome, StoreError> {
    let from = &incoming.verified.statement().from;
    let row = store::load_in(tx, &incoming.authority, content.alert).await?;
    let may = rules::recipient_may_confirm(row.as_ref(), from, content.cancellation);
    let Some(row) = row else { return Ok(may.map_err(|why| (None, why))) };
    if let Err(why) = may {
        return Ok(Err((Some(row.id), why)));
    }
    if !store::confirm_withdrawal(tx, row.id, from, content.withdrawn_at).await? {
        return Ok(Err((Some(row.id), "the withdrawal was confirmed before")));
    }
    let detail = serde_json::json!({ "from": from, "withdrawn": content.withdrawn.len() });
    let about = About { message: Some(incoming.verified.statement().id), ..row.about() };
    note(tx, incoming, "withdrawal_confirmed", about, detail);
    Ok(Ok(()))
}

async fn disclosure(tx: &mut Tx, incoming: &Incoming, content: &Disclosure) -> Result<Outcome, StoreError> {
    let from = &incoming.verified.statement().from;
    let row = store::load_in(tx, &incoming.authority, content.alert).await?;
    let may = rules::recipient_may_answer(row.as_ref(), from);
    let Some(row) = row else { return Ok(may.map_err(|why| (None, why))) };
    if let Err(why) = may {
        return Ok(Err((Some(row.id), why)));
    }
    let about = About { message: Some(incoming.verified.statement().id), ..row.about() };
    note(tx, incoming, "disclosure_received", about, serde_json::json!({ "from": from }));
    Ok(Ok(()))
}
