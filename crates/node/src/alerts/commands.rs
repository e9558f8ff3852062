//! What officers do with their own alerts but for the release: raise, correct, end.

use super::{
    AlertError, AlertRow, AlertState, Direction, Draft, Over, StoredState,
    identity::Names,
    rules, store,
    takedown::{self, End},
};
use crate::{
    Node,
    access::Caller,
    cases,
    exchange::{self, Outgoing, Prepared},
    journal::Entry,
    law::{self, Assessed, Basis, BasisChoice},
    random,
    store::StoreError,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, MessageId, SubjectId},
    legal::LegalBasis,
    marking::Marking,
    message::{Alert, AlertCancellation, AlertUpdate, CancellationReason, Message},
    statement::Urgency,
};
use jiff::Timestamp;
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// A new alert: to whom, on which conditions, and what the case does not say. `headline`, `requested_action` and
/// `runs_for_hours` may stand here instead of in `alert`.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// The recipients.
    #[schema(value_type = Vec<String>)]
    pub to: BTreeSet<AuthorityId>,
    /// What differs from the case.
    #[serde(default)]
    pub alert: Draft,
    /// One line without names.
    #[serde(default)]
    pub headline: Option<String>,
    /// What the receiver is asked to do.
    #[serde(default)]
    pub requested_action: Option<String>,
    /// After how many hours the alert ends by itself; at most a year.
    #[serde(default)]
    pub runs_for_hours: Option<u32>,
    /// How soon an answer is due.
    #[schema(value_type = String)]
    pub urgency: Urgency,
    /// The conditions.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// The basis in law; what it is worth is found at once, and asked again at the release.
    pub legal_basis: BasisChoice,
}

impl Raise {
    fn draft(&self, now: Timestamp) -> Draft {
        let given = self.alert.clone();
        Draft {
            headline: given.headline.or_else(|| self.headline.clone()),
            requested_action: given.requested_action.or_else(|| self.requested_action.clone()),
            runs_until: given.runs_until.or_else(|| Some(rules::end_after(now, self.runs_for_hours?))),
            ..given
        }
    }
}

/// Raises an alert in a case. It is kept however much is missing, and goes nowhere before it is released.
///
/// # Errors
/// No such case, or a failing database.
pub async fn raise(
    node: &Arc<Node>,
    caller: &Caller,
    case: CaseId,
    raise: Raise,
) -> Result<MessageId, AlertError> {
    let file = cases::load(node, &caller.authority, case).await?;
    let now = random::now();
    let alert = rules::draft(raise.draft(now), &file.report, file.opened_at, random::new_id(SubjectId::new));
    let mut row = raised(caller, case, raise, alert, now);
    row.legal_basis = current(node, &row).await?.0;
    let mut tx = node.store.begin("raise_alert").await?;
    store::insert(&mut tx, &row).await?;
    let detail = serde_json::json!({ "to": row.recipients, "missing": rules::missing(&row.alert, now) });
    tx.record(Entry::new(now, Some(&row.authority), &caller.actor(), "alert_raised", row.about(), detail));
    tx.commit().await?;
    Ok(row.id)
}

fn raised(caller: &Caller, case: CaseId, raise: Raise, alert: Alert, now: Timestamp) -> AlertRow {
    let id = random::new_id(MessageId::new);
    AlertRow {
        authority: caller.authority.clone(),
        id,
        direction: Direction::Outgoing,
        exchange: random::new_id(ExchangeId::new),
        case: Some(case),
        sender: caller.authority.clone(),
        recipients: raise.to,
        state: StoredState::Raised,
        urgency: raise.urgency,
        marking: raise.marking,
        legal_basis: Basis::chosen(raise.legal_basis.clone(), &caller.name).as_written(now),
        authorisation: raise.legal_basis.authorisation,
        alert,
        written_by: BTreeSet::from([caller.name.clone()]),
        latest: id,
        changed_at: now,
        raised_by: Some(caller.name.clone()),
        raised_at: now,
        released_by: None,
        released_at: None,
        emergency_reason: None,
        cancelled_at: None,
        cancellation: None,
        withdrawn: Vec::new(),
    }
}

/// What the basis of a draft is worth today.
///
/// # Errors
/// Where the database fails.
pub(super) async fn current(node: &Node, row: &AlertRow) -> Result<(LegalBasis, Assessed), StoreError> {
    let law = law::refresh(node).await?;
    let choice = BasisChoice::from(&row.legal_basis);
    let outgoing = row.reply(Message::Alert(Box::new(row.alert.clone())), row.as_stored());
    Ok(law::draft_basis(&law.law, &outgoing, &choice, random::now()))
}

/// Corrects an alert: a draft in place, a running alert by a message to its recipients.
///
/// # Errors
/// What is missing, or why it may not be corrected any more.
pub async fn update(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    what_changed: &str,
    alert: Alert,
    over: Over,
) -> Result<(), AlertError> {
    let row = own(node, caller, id).await?;
    let now = random::now();
    match rules::state(&row, false, now) {
        AlertState::Raised => redraft(node, caller, row, alert, now).await,
        AlertState::Released | AlertState::Expired => {
            check_update(&row, what_changed, &alert, now)?;
            let message = AlertUpdate {
                alert: row.id,
                now_reads: Box::new(alert),
                what_changed: what_changed.trim().to_owned(),
            };
            send_update(node, caller, row, message, over).await
        }
        AlertState::Cancelled | AlertState::Withdrawn => {
            Err(AlertError::State("is over; raise a new one if the child is missing again"))
        }
    }
}

async fn own(node: &Node, caller: &Caller, id: MessageId) -> Result<AlertRow, AlertError> {
    let row = super::load(node, &caller.authority, id).await?;
    if row.direction == Direction::Outgoing { Ok(row) } else { Err(AlertError::NotOurs) }
}

async fn redraft(
    node: &Node,
    caller: &Caller,
    row: AlertRow,
    alert: Alert,
    now: Timestamp,
) -> Result<(), AlertError> {
    // Strictly later, so that a release of the earlier text finds it changed.
    let next = row.changed_at.saturating_add(jiff::SignedDuration::from_millis(1)).unwrap_or(now);
    let mut after = AlertRow { alert, changed_at: now.max(next), ..row.clone() };
    after.written_by.insert(caller.name.clone());
    let mut tx = node.store.begin("redraft_alert").await?;
    if !store::redraft(&mut tx, &row, &after).await? {
        return Err(AlertError::Changed);
    }
    let detail = serde_json::json!({ "missing": rules::missing(&after.alert, now) });
    let entry =
        Entry::new(now, Some(&row.authority), &caller.actor(), "alert_redrafted", row.about(), detail);
    tx.record(entry);
    tx.commit().await?;
    Ok(())
}

fn check_update(row: &AlertRow, what_changed: &str, alert: &Alert, now: Timestamp) -> Result<(), AlertError> {
    if what_changed.trim().is_empty() {
        return Err(AlertError::Unfit { field: "what_changed", why: "is empty; say it in a line" });
    }
    if alert.child.id != row.alert.child.id {
        let why = "is another child than that of the alert; raise an alert of its own";
        return Err(AlertError::Unfit { field: "child", why });
    }
    let missing = rules::missing(alert, now);
    if missing.is_empty() { Ok(()) } else { Err(AlertError::Incomplete(missing)) }
}

async fn send_update(
    node: &Arc<Node>,
    caller: &Caller,
    row: AlertRow,
    message: AlertUpdate,
    over: Over,
) -> Result<(), AlertError> {
    let alert = (*message.now_reads).clone();
    let basis = row.checked_again(BTreeSet::from([caller.name.clone()]), over);
    let outgoing = to_members(node, &row, Message::AlertUpdate(message), basis);
    let prepared = exchange::prepare(node, outgoing).await?;
    let statement = prepared.statement();
    let (latest, changed_at) = (statement.id, statement.time);
    let after = AlertRow { alert, latest, changed_at, ..row };
    let mut tx = node.store.begin("update_alert").await?;
    if !store::change(&mut tx, &after).await? {
        return Err(AlertError::Changed);
    }
    exchange::put(&mut tx, &prepared, &caller.actor(), after.about()).await?;
    let about = crate::journal::About { message: Some(latest), ..after.about() };
    let detail = serde_json::json!({ "to": statement.to });
    tx.record(Entry::new(
        changed_at,
        Some(&after.authority),
        &caller.actor(),
        "alert_updated",
        about,
        detail,
    ));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}

/// Goes to those of the alert's recipients who are still members: that one has left keeps the others from nothing.
fn to_members(node: &Node, row: &AlertRow, message: Message, basis: Basis) -> Outgoing {
    let directory = node.registry();
    let mut outgoing = row.reply(message, basis);
    outgoing.to.retain(|authority| directory.node_of(authority).is_some());
    outgoing
}

/// Ends an alert, whatever the law now says of its basis: its recipients are told, and names and photographs are withdrawn from it here. Names in `note` do not
/// leave.
///
/// # Errors
/// Where it is over already, or the message may not leave.
pub async fn cancel(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    reason: CancellationReason,
    note: &str,
) -> Result<(), AlertError> {
    let row = own(node, caller, id).await?;
    if row.is_over() {
        return Err(AlertError::State("is over already"));
    }
    let prepared = match row.state {
        StoredState::Raised => None,
        _ => cancellation(node, &row, reason, note).await?,
    };
    let message = prepared.as_ref().map(|prepared| prepared.statement().id);
    let at = prepared.as_ref().map_or_else(random::now, |prepared| prepared.statement().time);
    let mut tx = node.store.begin("cancel_alert").await?;
    if !takedown::end(&mut tx, &row, End { cancellation: message, changed_at: at, at }).await? {
        return Err(AlertError::Changed);
    }
    if let Some(prepared) = &prepared {
        exchange::put(&mut tx, prepared, &caller.actor(), row.about()).await?;
    }
    let about = crate::journal::About { message, ..row.about() };
    let detail = serde_json::json!({ "reason": reason });
    tx.record(Entry::new(at, Some(&row.authority), &caller.actor(), "alert_cancelled", about, detail));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}

/// The message that ends a running alert; none where no recipient is a member any more.
async fn cancellation(
    node: &Arc<Node>,
    row: &AlertRow,
    reason: CancellationReason,
    note: &str,
) -> Result<Option<Prepared>, AlertError> {
    let mut names = Names::default();
    names.add(&row.alert);
    let note = names.redact(note).unwrap_or_else(|| note.to_owned());
    let message = Message::AlertCancellation(AlertCancellation { alert: row.id, reason, note });
    let mut outgoing = to_members(node, row, message, row.as_stored());
    outgoing.marking = rules::marking_that_runs(&row.marking, random::now());
    if outgoing.to.is_empty() {
        return Ok(None);
    }
    Ok(Some(exchange::prepare(node, outgoing).await?))
}
