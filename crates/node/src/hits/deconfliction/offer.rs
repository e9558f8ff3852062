//! An offer: one officer prepares it, another, who may release, confirms it, and only then it leaves. The same second officer
//! confirms an acceptance.

use super::{
    Direction, MatchingError, State, answer, limits, own, rules,
    store::{self, DeconflictionRow, Detail, Terms},
};
use crate::{
    Node,
    access::Caller,
    exchange::{self, Outgoing},
    hits::queries::whole,
    law::{Basis, BasisChoice, Checked},
    random,
};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    marking::Marking,
    message::{DeconflictionOffer, Message, deconfliction::DECONFLICTION_SUITE},
    selector::SelectorKind,
    statement::Urgency,
};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// An offer to prepare.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeconfliction {
    /// With whom case loads are to be compared.
    #[schema(value_type = String)]
    pub with: AuthorityId,
    /// The kinds of selectors; at least one.
    #[schema(value_type = Vec<String>, example = json!(["phone", "account"]))]
    pub scope: BTreeSet<SelectorKind>,
    /// Why; the other side reads it.
    pub why: String,
    /// The marking, as `docs/schemas/statement.schema.json` defines it; its purpose is that of the comparison.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// The basis in law; the node finds out what it is worth.
    pub legal_basis: BasisChoice,
    /// `immediate`, `urgent`, `priority` or `routine`; otherwise `routine`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub urgency: Option<Urgency>,
    /// How many hours it runs once it is offered, 1 to 720; otherwise 168.
    #[serde(default)]
    pub hours: Option<u64>,
}

/// Prepares an offer. Nothing leaves before another officer confirms it.
///
/// # Errors
/// What cannot be offered so, or why the message could not leave.
pub async fn prepare(
    node: &Arc<Node>,
    caller: &Caller,
    new: NewDeconfliction,
) -> Result<MessageId, MatchingError> {
    let why = said(&new.why)?;
    let hours = new.hours.unwrap_or(rules::USUAL_HOURS);
    if !(1..=rules::LONGEST_HOURS).contains(&hours) {
        return Err(MatchingError::unfit_comparison("hours", "are not 1 to 720"));
    }
    if new.scope.is_empty() {
        return Err(MatchingError::unfit_comparison("scope", "is empty; name at least one kind of selector"));
    }
    if new.with == caller.authority {
        return Err(MatchingError::unfit_comparison("with", "is your own authority; name another"));
    }
    let now = random::now();
    let row = DeconflictionRow {
        authority: caller.authority.clone(),
        id: random::new_id(MessageId::new),
        peer: new.with,
        exchange: random::new_id(ExchangeId::new),
        direction: Direction::Offered,
        state: State::Prepared,
        base: hex::encode(random::bytes::<16>()),
        attempts: 0,
        session: None,
        own_entries: None,
        peer_entries: None,
        matches: None,
        expires_at: None,
        confirmed_at: None,
        created_at: now,
        changed_at: now,
        tell: false,
        detail: Detail {
            scope: new.scope,
            why,
            officer: whole::pseudonym(node, &caller.authority, caller.officer)?,
            terms: Some(Terms {
                marking: new.marking,
                legal_basis: new.legal_basis,
                urgency: new.urgency.unwrap_or(Urgency::Routine),
            }),
            prepared_by: Some(caller.name.clone()),
            prepared_at: Some(now),
            hours,
            ..Detail::default()
        },
        version: 1,
        purged_at: None,
    };
    // Whatever would hold it up later is said to the officer who writes it.
    let told = sized(node, row).await?;
    exchange::prepare(node, offer(&told, [&caller.name])?).await?;
    let row = DeconflictionRow { own_entries: None, expires_at: None, ..told };
    let mut tx = node.store.begin("prepare_deconfliction").await?;
    store::insert(&mut tx, &row).await?;
    tx.record(row.entry(&caller.actor(), "deconfliction_prepared", json!({ "hours": hours }), now));
    tx.commit().await?;
    Ok(row.id)
}

/// Words that say why.
pub(super) fn said(why: &str) -> Result<String, MatchingError> {
    let blank = "is blank or longer than 2,000 characters; say why case loads are compared";
    whole::words(why).ok_or_else(|| MatchingError::unfit_comparison("why", blank))
}

/// The row with the size that the other side is told, and for an offer the time until which it runs; within our own limits.
pub(super) async fn sized(
    node: &Arc<Node>,
    row: DeconflictionRow,
) -> Result<DeconflictionRow, MatchingError> {
    limits::check(node, &row).await?;
    let own = own::gather(node, &row.authority, &row.detail.scope).await?;
    let told = rules::told_size(own.entries.len());
    let told = told.filter(|told| u64::from(*told) <= node.config.matching.deconfliction_entries);
    let Some(told) = told else {
        let why = "is so wide that there are more entries than this node compares; choose fewer kinds";
        return Err(MatchingError::unfit_comparison("scope", why));
    };
    let hours = i64::try_from(row.detail.hours).unwrap_or(1);
    let until = random::now().saturating_add(SignedDuration::from_hours(hours)).ok();
    let expires_at = if row.direction == Direction::Offered { until } else { row.expires_at };
    Ok(DeconflictionRow { own_entries: Some(u64::from(told)), expires_at, ..row })
}

/// Confirms what another officer has prepared, an offer or an acceptance: the message leaves.
///
/// # Errors
/// Where the same officer has prepared it, nothing is to be confirmed, or the message may not leave.
pub async fn confirm(node: &Arc<Node>, caller: &Caller, id: MessageId) -> Result<(), MatchingError> {
    let row = loaded(node, caller, id).await?;
    if answer::is_late(&row) {
        return Err(MatchingError::comparison_state(answer::OVER));
    }
    let state = match row.state {
        State::Prepared => State::Offered,
        State::Accepting => State::Accepted,
        _ => return Err(MatchingError::comparison_state("nothing of it is to be confirmed; read it again")),
    };
    let by = row.detail.prepared_by.clone().ok_or(MatchingError::Kept("who prepared it"))?;
    if by == caller.name {
        let who = "you have prepared this; another officer, who may release, confirms it";
        return Err(MatchingError::SecondOfficerNeeded(who));
    }
    let mut row = sized(node, row).await?;
    let (outgoing, act) = match state {
        State::Offered => (offer(&row, [&by, &caller.name])?, "deconfliction_offered"),
        _ => (answer::acceptance(&row, [&by, &caller.name])?, "deconfliction_accepted"),
    };
    let prepared = exchange::prepare(node, outgoing).await?;
    let now = random::now();
    let stated = prepared.statement();
    row.detail.own_basis = Some(stated.legal_basis.clone());
    if state == State::Offered {
        row.detail.marking = Some(stated.marking.clone());
        row.detail.legal_basis = Some(stated.legal_basis.clone());
    }
    row.detail.confirmed_by = Some(caller.name.clone());
    (row.state, row.confirmed_at, row.changed_at) = (state, Some(now), now);
    let mut tx = node.store.begin("confirm_deconfliction").await?;
    if !store::save(&mut tx, &mut row).await? {
        return Err(changed());
    }
    exchange::put(&mut tx, &prepared, &caller.actor(), row.about()).await?;
    let detail = json!({
        "base": row.base, "officer": row.detail.officer, "prepared_by": by, "expires_at": row.expires_at,
        "purpose": row.detail.marking.as_ref().map(|marking| marking.purpose),
    });
    tx.record(row.entry(&caller.actor(), act, detail, now));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}

/// Somebody else was quicker.
pub(super) fn changed() -> MatchingError {
    MatchingError::comparison_state("it was changed meanwhile; read it again")
}

/// A deconfliction of the caller's authority.
pub(super) async fn loaded(
    node: &Node,
    caller: &Caller,
    id: MessageId,
) -> Result<DeconflictionRow, MatchingError> {
    let row = store::load(&node.store, &caller.authority, id).await?;
    row.ok_or(MatchingError::NotFound("deconfliction"))
}

/// A message of ours under our own terms.
pub(super) fn under_terms<const N: usize>(
    row: &DeconflictionRow,
    officers: [&String; N],
    id: MessageId,
    message: Message,
) -> Result<Outgoing, MatchingError> {
    let terms = row.detail.terms.clone().ok_or(MatchingError::Kept("the conditions"))?;
    let officers = officers.into_iter().cloned().collect();
    Ok(Outgoing {
        id,
        from: row.authority.clone(),
        to: BTreeSet::from([row.peer.clone()]),
        exchange: row.exchange,
        reply_to: (row.id != id).then_some(row.id),
        urgency: terms.urgency,
        marking: terms.marking,
        legal_basis: Basis::Chosen(Checked { choice: terms.legal_basis, officers }),
        message,
    })
}

fn offer<const N: usize>(row: &DeconflictionRow, officers: [&String; N]) -> Result<Outgoing, MatchingError> {
    let entries = row.own_entries.and_then(|entries| u32::try_from(entries).ok());
    let message = Message::DeconflictionOffer(Box::new(DeconflictionOffer {
        suite: DECONFLICTION_SUITE.to_owned(),
        session: row.base.clone(),
        entries: entries.ok_or(MatchingError::Kept("the size"))?,
        scope: row.detail.scope.clone(),
        why: row.detail.why.clone(),
        officer: row.detail.officer.clone(),
        expires_at: row.expires_at.ok_or(MatchingError::Kept("the time"))?,
    }));
    under_terms(row, officers, row.id, message)
}
