//! What an officer decides on a hit, once: show something of our person to the alert's originator, or nothing.

use super::{
    HitRow, HitState, MatchingError, ShownField,
    rules::{reasons_shown, shown},
    store,
};
use crate::{
    Node,
    access::Caller,
    alerts::{self, AlertRow},
    cases,
    exchange::{self, Outgoing, Prepared},
    journal::Entry,
    law::{Basis, BasisChoice},
    random,
};
use comity_model::{
    id::HitId,
    marking::Marking,
    message::{Disclosure, Message},
};
use jiff::Timestamp;
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// What to show of our person, on which conditions.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclose {
    /// The fields to show; the name only if it is among them.
    pub fields: BTreeSet<ShownField>,
    /// What the officer adds.
    #[serde(default)]
    pub note: String,
    /// The conditions; without them those of the alert.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub marking: Option<Marking>,
    /// The basis in law; the node finds out what it is worth.
    pub legal_basis: BasisChoice,
}

/// Shows the chosen fields of our person to the alert's originator.
///
/// # Errors
/// Where it was decided before, the alert is over, or the message may not leave.
pub async fn disclose(
    node: &Arc<Node>,
    caller: &Caller,
    id: HitId,
    choice: Disclose,
) -> Result<(), MatchingError> {
    let hit = open(node, caller, id).await?;
    if choice.fields.is_empty() {
        return Err(MatchingError::unfit_decision(
            "fields",
            "is empty; choose at least one, or dismiss the hit",
        ));
    }
    let alert = alerts::load(node, &hit.authority, hit.alert).await?;
    if alert.is_over() {
        return Err(MatchingError::alert_over());
    }
    let disclosure = disclosure(node, &hit, &choice).await?;
    let prepared = exchange::prepare(node, outgoing(&alert, caller, &choice, disclosure)).await?;
    let (at, note) = (prepared.statement().time, choice.note.trim().replace('\0', ""));
    let hit = decided(hit, caller, HitState::Disclosed, at, note);
    let detail = serde_json::json!({ "to": alert.sender, "fields": choice.fields });
    write(node, caller, &hit, Some(&prepared), "hit_disclosed", detail).await
}

async fn disclosure(node: &Node, hit: &HitRow, choice: &Disclose) -> Result<Disclosure, MatchingError> {
    let case = cases::load(node, &hit.authority, hit.case).await?;
    let ours = case.report.subjects.iter().find(|subject| subject.id == hit.subject);
    Ok(Disclosure {
        alert: hit.alert,
        reasons: reasons_shown(&hit.reasons, &choice.fields),
        subject: shown(ours.ok_or(MatchingError::NotFound("hit"))?, &hit.theirs, &choice.fields),
        reference: case.reference,
        note: choice.note.trim().to_owned(),
    })
}

fn outgoing(alert: &AlertRow, caller: &Caller, choice: &Disclose, disclosure: Disclosure) -> Outgoing {
    let basis = Basis::chosen(choice.legal_basis.clone(), &caller.name);
    Outgoing {
        to: BTreeSet::from([alert.sender.clone()]),
        marking: choice.marking.clone().unwrap_or_else(|| alert.marking.clone()),
        ..alert.reply(Message::Disclosure(Box::new(disclosure)), basis)
    }
}

/// Decides that nothing is shown, for a reason that stays here.
///
/// # Errors
/// Where it was decided before.
pub async fn dismiss(
    node: &Arc<Node>,
    caller: &Caller,
    id: HitId,
    reason: &str,
) -> Result<(), MatchingError> {
    let hit = open(node, caller, id).await?;
    let reason = reason.trim().replace('\0', "");
    if reason.is_empty() {
        return Err(MatchingError::unfit_decision("reason", "is empty; say why it is dismissed"));
    }
    let hit = decided(hit, caller, HitState::Dismissed, random::now(), reason);
    write(node, caller, &hit, None, "hit_dismissed", serde_json::json!({})).await
}

async fn open(node: &Node, caller: &Caller, id: HitId) -> Result<HitRow, MatchingError> {
    let hit = store::load(&node.store, &caller.authority, id).await?.ok_or(MatchingError::NotFound("hit"))?;
    if hit.state == HitState::Open { Ok(hit) } else { Err(MatchingError::hit_decided()) }
}

fn decided(hit: HitRow, caller: &Caller, state: HitState, at: Timestamp, words: String) -> HitRow {
    let decision = Some(words).filter(|words| !words.is_empty());
    HitRow { state, decided_by: Some(caller.name.clone()), decided_at: Some(at), decision, ..hit }
}

async fn write(
    node: &Node,
    caller: &Caller,
    hit: &HitRow,
    prepared: Option<&Prepared>,
    act: &str,
    detail: serde_json::Value,
) -> Result<(), MatchingError> {
    let mut tx = node.store.begin("decide_hit").await?;
    // The alert may have ended since it was read; its end withdraws names, and nothing may slip out after it.
    let alert = alerts::load_in(&mut tx, &hit.authority, hit.alert).await?;
    if prepared.is_some() && alert.is_none_or(|alert| alert.is_over()) {
        return Err(MatchingError::alert_over());
    }
    if !store::decide(&mut tx, hit).await? {
        return Err(MatchingError::hit_decided());
    }
    let mut about = hit.about();
    if let Some(prepared) = prepared {
        exchange::put(&mut tx, prepared, &caller.actor(), about.clone()).await?;
        about.message = Some(prepared.statement().id);
    }
    let at = hit.decided_at.unwrap_or_else(random::now);
    tx.record(Entry::new(at, Some(&hit.authority), &caller.actor(), act, about, detail));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}
