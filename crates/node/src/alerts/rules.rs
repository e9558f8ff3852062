//! The decisions of alerts as pure functions: what a draft takes from its case, who may release, where an alert stands,
//! and what an arrived message may change.

use super::{AlertRow, Direction, StoredState};
use comity_model::{
    AuthorityId,
    case::{CaseReport, Place, Vehicle},
    id::{ExchangeId, MessageId, SubjectId},
    marking::Marking,
    message::{Alert, MissingItem},
    subject::{Subject, SubjectRole},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// A draft, which has not left.
    Raised,
    /// It runs.
    Released,
    /// It was ended.
    Cancelled,
    /// It was ended, and the receivers have said that names and photographs are gone.
    Withdrawn,
    /// It ended by itself.
    Expired,
}

/// Where the alert stands at `now`; `all_confirmed` tells whether every receiver of our alert has withdrawn.
#[must_use]
pub fn state(row: &AlertRow, all_confirmed: bool, now: Timestamp) -> AlertState {
    match row.state {
        StoredState::Raised => AlertState::Raised,
        StoredState::Released if row.alert.runs_until <= now => AlertState::Expired,
        StoredState::Released => AlertState::Released,
        StoredState::Cancelled if row.direction == Direction::Outgoing && all_confirmed => {
            AlertState::Withdrawn
        }
        StoredState::Cancelled => AlertState::Cancelled,
        StoredState::Withdrawn => AlertState::Withdrawn,
    }
}

/// What an officer writes of an alert; what is absent is taken from the case.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Draft {
    /// One line without names.
    pub headline: Option<String>,
    /// The child.
    #[schema(value_type = Option<Object>)]
    pub child: Option<Subject>,
    /// The person said to have taken the child.
    #[schema(value_type = Option<Object>)]
    pub alleged_taker: Option<Subject>,
    /// Vehicles.
    #[schema(value_type = Option<Vec<Object>>)]
    pub vehicles: Option<Vec<Vehicle>>,
    /// What happened.
    pub circumstances: Option<String>,
    /// Since when the child is missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub missing_since: Option<Timestamp>,
    /// Where the child was last seen.
    #[schema(value_type = Option<Object>)]
    pub last_seen: Option<Place>,
    /// What the receiver is asked to do.
    pub requested_action: Option<String>,
    /// When the alert ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub runs_until: Option<Timestamp>,
}

/// The alert that a draft makes of a case. Always possible; what is missing is named by [`missing`]. Where the report does
/// not say when it happened, the child has been missing at the latest since the case was opened. Without an end, the alert
/// ends when it begins, which counts as missing. `nobody` identifies the child of a case that has none.
#[must_use]
pub fn draft(given: Draft, report: &CaseReport, opened_at: Timestamp, nobody: SubjectId) -> Alert {
    let of_role = |role| report.subjects.iter().find(|subject| subject.role == role).cloned();
    let missing_since = given.missing_since.or(report.happened_at).unwrap_or(opened_at);
    let nowhere = || Place { name: String::new(), jurisdiction: None, position: None };
    let child = given.child.or_else(|| of_role(SubjectRole::Child));
    Alert {
        headline: given.headline.unwrap_or_default(),
        child: child.unwrap_or_else(|| Subject::new(nobody, SubjectRole::Child)),
        alleged_taker: given.alleged_taker.or_else(|| of_role(SubjectRole::AllegedTaker)),
        vehicles: given.vehicles.unwrap_or_else(|| report.vehicles.clone()),
        circumstances: given.circumstances.unwrap_or_else(|| report.circumstances.clone()),
        missing_since,
        last_seen: given.last_seen.or_else(|| report.place.clone()).unwrap_or_else(nowhere),
        requested_action: given.requested_action.unwrap_or_default(),
        runs_until: given.runs_until.unwrap_or(missing_since),
    }
}

/// The end of an alert that runs for so many hours, at most a year.
#[must_use]
pub fn end_after(now: Timestamp, hours: u32) -> Timestamp {
    let hours = i64::from(hours.min(366 * 24));
    now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(now)
}

/// What the alert still lacks at `now`: what the model asks for, and an end that lies ahead.
#[must_use]
pub fn missing(alert: &Alert, now: Timestamp) -> Vec<MissingItem> {
    let mut missing = alert.missing();
    if alert.runs_until <= now && !missing.contains(&MissingItem::RunsUntil) {
        missing.push(MissingItem::RunsUntil);
    }
    missing
}

/// How an alert leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReleasePath {
    /// One officer wrote it, another released it.
    TwoOfficers,
    /// One officer did both, for that reason.
    Emergency(String),
}

/// May that officer let it leave? Who has written any of it needs a second officer, or the reason of an emergency.
#[must_use]
pub fn release_path(
    written_by: &BTreeSet<String>,
    releaser: &str,
    emergency: Option<&str>,
) -> Option<ReleasePath> {
    if !written_by.contains(releaser) {
        return Some(ReleasePath::TwoOfficers);
    }
    let reason = emergency.map(str::trim).filter(|reason| !reason.is_empty())?;
    Some(ReleasePath::Emergency(reason.replace('\0', "")))
}

/// The marking for a message that must go, such as a cancellation: where its retention has ended, it ends today.
#[must_use]
pub fn marking_that_runs(marking: &Marking, now: Timestamp) -> Marking {
    let today: Date = now.to_zoned(TimeZone::UTC).date();
    Marking { retain_until: marking.retain_until.max(today), ..marking.clone() }
}

/// Why an arrived message changes nothing.
pub type WithoutEffect = &'static str;

/// May an update or a cancellation from `sender` change that alert of another?
///
/// # Errors
/// Why not.
pub fn originator_may_change(
    row: Option<&AlertRow>,
    sender: &AuthorityId,
    exchange: ExchangeId,
) -> Result<(), WithoutEffect> {
    let row = row.ok_or("the alert is not known here")?;
    if row.direction == Direction::Outgoing {
        return Err("the alert is our own");
    }
    if row.sender != *sender {
        return Err("the alert is of another authority");
    }
    if row.exchange != exchange {
        return Err("the alert belongs to another exchange");
    }
    if row.is_over() { Err("the alert is over") } else { Ok(()) }
}

/// May `sender` say something on our own alert: a sighting, a disclosure?
///
/// # Errors
/// Why not.
pub fn recipient_may_answer(row: Option<&AlertRow>, sender: &AuthorityId) -> Result<(), WithoutEffect> {
    let unknown = "the alert is not one of ours";
    let row = row.ok_or(unknown)?;
    if row.direction == Direction::Incoming || row.released_at.is_none() {
        return Err(unknown);
    }
    if row.recipients.contains(sender) { Ok(()) } else { Err("the sender has not received the alert") }
}

/// May `sender` confirm that it has withdrawn after that cancellation of our own alert?
///
/// # Errors
/// Why not.
pub fn recipient_may_confirm(
    row: Option<&AlertRow>,
    sender: &AuthorityId,
    cancellation: MessageId,
) -> Result<(), WithoutEffect> {
    recipient_may_answer(row, sender)?;
    match row.and_then(|row| row.cancellation) {
        None => Err("the alert was not cancelled"),
        Some(ours) if ours != cancellation => Err("the alert was cancelled by another message"),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
