//! Offers and answers as they arrive: judged by their form and our limits, and stored; nothing is compared or answered here.

use super::{
    Direction, Outcome, State, limits, rules,
    store::{self, DeconflictionRow, Detail},
};
use crate::{
    Node,
    exchange::Incoming,
    hits::queries::whole,
    journal::{Actor, Entry},
    store::{StoreError, Tx},
};
use comity_law::basis::Verdict;
use comity_model::message::{
    DeconflictionAnswer, DeconflictionOffer, Message, deconfliction::DeconflictionOutcome,
};
use serde_json::json;
use std::sync::Arc;

/// What an arrived message means for deconfliction, in the transaction that stores it.
///
/// # Errors
/// Where the database fails; the whole batch is then put off.
pub(crate) async fn arrived(node: &Arc<Node>, tx: &mut Tx, incoming: &Incoming) -> Result<(), StoreError> {
    let outcome = match &incoming.message {
        Message::DeconflictionOffer(offer) => offered(node, tx, incoming, offer).await?,
        Message::DeconflictionAnswer(answer) => answered(node, tx, incoming, answer).await?,
        _ => Ok(()),
    };
    if let Err(why) = outcome {
        let detail = json!({
            "kind": incoming.message.kind(), "from": incoming.verified.statement().from, "why": why,
        });
        let (at, by) = (incoming.at, Some(&incoming.authority));
        tx.record(Entry::new(at, by, &Actor::Node, "message_without_effect", incoming.about(), detail));
    }
    Ok(())
}

/// Is it for the tasks?
pub(crate) fn concerns(message: &Message) -> bool {
    matches!(message, Message::DeconflictionOffer(_) | Message::DeconflictionAnswer(_))
}

async fn offered(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    offer: &DeconflictionOffer,
) -> Result<Outcome, StoreError> {
    if let Err(why) = rules::check_offer(offer, incoming.at) {
        return Ok(Err(why));
    }
    let (statement, authority) = (incoming.verified.statement(), &incoming.authority);
    if statement.to.len() != 1 {
        return Ok(Err("it is addressed to several, and two compare"));
    }
    if store::is_used(tx, authority, &offer.session).await? {
        return Ok(Err("its session was used before; offer anew"));
    }
    let refusal = refusal(node, tx, incoming, offer).await?;
    let row = DeconflictionRow {
        authority: authority.clone(),
        id: statement.id,
        peer: statement.from.clone(),
        exchange: statement.exchange,
        direction: Direction::Received,
        state: if refusal.is_some() { State::Declined } else { State::Received },
        base: offer.session.clone(),
        attempts: 0,
        session: None,
        own_entries: None,
        peer_entries: Some(u64::from(offer.entries)),
        matches: None,
        expires_at: Some(offer.expires_at),
        confirmed_at: None,
        created_at: incoming.at,
        changed_at: incoming.at,
        tell: refusal.is_some(),
        detail: Detail {
            scope: offer.scope.clone(),
            why: whole::words(&offer.why).unwrap_or_default(),
            officer: offer.officer.clone(),
            marking: Some(statement.marking.clone()),
            legal_basis: Some(statement.legal_basis.clone()),
            ended_by: refusal.is_some().then(|| "rule:deconfliction_limits".to_owned()),
            fault: refusal.clone(),
            ..Detail::default()
        },
        version: 1,
        purged_at: None,
    };
    if !store::insert(tx, &row).await? {
        return Ok(Err("an offer of that identifier is here already"));
    }
    let detail = json!({
        "base": row.base, "officer": row.detail.officer, "expires_at": row.expires_at,
        "purpose": statement.marking.purpose,
    });
    tx.record(row.entry(&Actor::Node, "deconfliction_received", detail, incoming.at));
    if let Some(why) = refusal {
        let rule = Actor::Rule("deconfliction_limits");
        tx.record(row.entry(&rule, "deconfliction_declined", json!({ "why": why }), incoming.at));
    }
    Ok(Ok(()))
}

/// Why our settings refuse an offer at once.
async fn refusal(
    node: &Node,
    tx: &mut Tx,
    incoming: &Incoming,
    offer: &DeconflictionOffer,
) -> Result<Option<String>, StoreError> {
    let settings = &node.config.matching;
    let (most, sessions) = (settings.deconfliction_entries, settings.deconfliction_sessions_per_day);
    if !settings.deconfliction {
        return Ok(Some("this authority compares no case loads".into()));
    }
    if u64::from(offer.entries) > most {
        return Ok(Some(format!("more than {most} entries are not compared here; offer fewer kinds")));
    }
    if incoming.assessed.verdict == Verdict::Contradicted {
        return Ok(Some("the tables of the law contradict its basis; offer on another".into()));
    }
    let from = &incoming.verified.statement().from;
    let since = limits::since(incoming.at);
    let before = store::received_since(tx, &incoming.authority, from, since).await?;
    let over = before >= sessions;
    Ok(over.then(|| format!("more than {sessions} sessions in 24 hours are not held with one authority")))
}

async fn answered(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    answer: &DeconflictionAnswer,
) -> Result<Outcome, StoreError> {
    let (statement, authority) = (incoming.verified.statement(), &incoming.authority);
    let row = store::load_in(tx, authority, answer.offer).await?;
    let row = row.filter(|row| row.peer == statement.from && row.exchange == statement.exchange);
    let Some(mut row) = row else { return Ok(Err("there is no such offer between these authorities")) };
    if row.state.is_over() || row.state == State::Prepared {
        return Ok(Err("the offer is not open any more, or was never made"));
    }
    let waits = row.direction == Direction::Offered && row.state == State::Offered;
    let (outcome, why) = match &answer.outcome {
        DeconflictionOutcome::Accepted { entries, officer } => {
            if !waits {
                return Ok(Err("the offer waits for no answer"));
            }
            if row.expires_at.is_none_or(|until| until <= incoming.at) {
                return Ok(Err("the offer has expired"));
            }
            if !rules::is_size(*entries) || !whole::is_token(officer) {
                return Ok(Err("its number of entries or its officer is none"));
            }
            row.peer_entries = Some(u64::from(*entries));
            row.detail.other_officer = Some(officer.clone());
            row.state = State::Accepted;
            ("accepted", None)
        }
        DeconflictionOutcome::Declined { .. } if !waits => {
            return Ok(Err("the offer waits for no answer"));
        }
        DeconflictionOutcome::Declined { why } => {
            row.state = State::Declined;
            ("declined", Some(why))
        }
        DeconflictionOutcome::Ended { why } => {
            row.state = State::Ended;
            ("ended", Some(why))
        }
    };
    row.detail.answer = Some(statement.id);
    row.detail.fault = why.map(|why| why.chars().take(2000).collect::<String>().replace('\0', ""));
    row.changed_at = incoming.at;
    let most = node.config.matching.deconfliction_entries;
    let too_many = row.state == State::Accepted && row.peer_entries.is_some_and(|entries| entries > most);
    if too_many {
        row.detail.fault = Some(format!("more than {most} entries of the other side are not compared here"));
        (row.state, row.tell) = (State::Failed, true);
    }
    if !store::save(tx, &mut row).await? {
        return Ok(Err("the offer was changed meanwhile"));
    }
    if row.state.is_over() {
        store::matches::forget(tx, &row).await?;
    }
    let detail = json!({ "outcome": outcome, "officer": row.detail.other_officer });
    tx.record(row.entry(&Actor::Node, "deconfliction_answered", detail, incoming.at));
    if too_many {
        let detail = json!({ "why": row.detail.fault });
        tx.record(row.entry(&Actor::Node, "deconfliction_failed", detail, incoming.at));
    }
    if row.state == State::Ended {
        node.deconflictions.following.drop_session(&row.name());
    }
    Ok(Ok(()))
}
