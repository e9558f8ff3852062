//! The decisions of private matching as pure functions: what may be asked, how much, whose consent counts, which standing rule
//! answers, and what a disclosure shows.

use crate::hits::ShownField;
use comity_model::{
    AuthorityId, AuthorityKind,
    marking::{Marking, Purpose},
    message::matching::{
        BATCH_SIZES, ELEMENT_LEN, HitClaim, MATCHING_SUITE, MAX_MATCHING_TEXT, QueryLimits, QueryRefusal,
        SelectorQuery, ShownPerson, SweepConsent,
    },
    subject::Subject,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The window in which budgets are counted.
pub(super) const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The longest that a consent to a sweep may hold.
pub(super) const LONGEST_CONSENT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The longest that there may be to decide on a request for consent, in days.
const LONGEST_DECISION: u32 = 90;
/// How far another's clock may be ahead of ours.
const CLOCK: SignedDuration = SignedDuration::from_mins(10);

/// A refusal, with its words and when it may be asked again.
pub(super) type Refusal = (QueryRefusal, String, Option<Timestamp>);

/// A text that is neither blank nor too long, in one form.
pub(super) fn words(text: &str) -> Option<String> {
    let text = text.trim().replace('\0', "");
    (!text.is_empty() && text.chars().count() <= MAX_MATCHING_TEXT).then_some(text)
}

/// Thirty-two hexadecimal digits in lower case: a handle, or an officer's pseudonym.
pub(super) fn is_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Is a query what it must be, as far as its form tells? The elements themselves are checked where they are decoded.
///
/// # Errors
/// What is wrong.
pub(super) fn check_form(query: &SelectorQuery, elements: &[u8]) -> Result<(), &'static str> {
    let count = usize::try_from(query.count).unwrap_or(usize::MAX);
    if query.suite != MATCHING_SUITE {
        return Err("its suite is not known here");
    }
    if !BATCH_SIZES.contains(&count) {
        return Err("its batch has none of the sizes that batches have");
    }
    if elements.len() != count.saturating_mul(ELEMENT_LEN) {
        return Err("its elements are not as many as it says");
    }
    if !is_token(&query.officer) {
        return Err("its officer is no pseudonym");
    }
    words(&query.case_reference).map(|_| ()).ok_or("its case reference is blank or too long")
}

/// What somebody has asked so far, in elements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Used {
    /// By the authority in the last 24 hours.
    pub authority_today: u64,
    /// By the officer in the last 24 hours.
    pub officer_today: u64,
    /// For the case in the last 24 hours.
    pub case_today: u64,
    /// By the authority in the epoch.
    pub authority_in_epoch: u64,
}

/// How much is left of each budget; the least of them is what may still be asked.
#[must_use]
pub fn left(limits: &QueryLimits, used: &Used) -> Used {
    Used {
        authority_today: limits.authority_per_day.saturating_sub(used.authority_today),
        officer_today: limits.officer_per_day.saturating_sub(used.officer_today),
        case_today: limits.case_per_day.saturating_sub(used.case_today),
        authority_in_epoch: limits.authority_per_epoch.saturating_sub(used.authority_in_epoch),
    }
}

/// Is there budget for so many elements?
///
/// # Errors
/// The refusal that says whose budget is used up and until when: the day, or the epoch.
pub(super) fn within_budget(
    limits: &QueryLimits,
    used: &Used,
    count: u64,
    now: Timestamp,
    epoch_until: Timestamp,
) -> Result<(), Refusal> {
    let left = left(limits, used);
    let tomorrow = now.saturating_add(DAY).unwrap_or(now);
    let budgets = [
        (left.authority_in_epoch, "the authority in this epoch", epoch_until),
        (left.authority_today, "the authority in 24 hours", tomorrow),
        (left.officer_today, "the officer in 24 hours", tomorrow),
        (left.case_today, "the case in 24 hours", tomorrow),
    ];
    match budgets.into_iter().find(|(left, _, _)| *left < count) {
        None => Ok(()),
        Some((left, whose, again)) => {
            let why = format!(
                "the budget of {whose} has {left} elements left, and {count} were asked; ask for fewer, or later"
            );
            Err((QueryRefusal::OverBudget, why, Some(again)))
        }
    }
}

/// The query to which a consent is held.
pub(super) struct Asked<'a> {
    pub asker: &'a AuthorityId,
    pub batch_sha256: &'a str,
    pub count: u64,
    pub purpose: Purpose,
}

/// May an authority of that kind consent to sweeps of others?
pub(super) fn may_consent(kind: AuthorityKind) -> bool {
    matches!(kind, AuthorityKind::Prosecutor | AuthorityKind::Court | AuthorityKind::CentralAuthority)
}

/// Until when a request for consent may be decided that is made now and has so many days.
pub(super) fn decide_by(days: u32, now: Timestamp) -> Timestamp {
    let days = i64::from(days.clamp(1, LONGEST_DECISION));
    now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(now)
}

/// Until when a request that arrives may be decided: as it says, or for so many days.
///
/// # Errors
/// Why it cannot be so.
pub(super) fn may_be_decided_by(
    said: Option<Timestamp>,
    days: u32,
    now: Timestamp,
) -> Result<Timestamp, &'static str> {
    let Some(said) = said else { return Ok(decide_by(days, now)) };
    if said <= now {
        return Err("the time to decide on it is over");
    }
    let longest = decide_by(LONGEST_DECISION, now).saturating_add(CLOCK).unwrap_or(now);
    if said > longest { Err("it may be decided for longer than 90 days") } else { Ok(said) }
}

/// Does a consent, whose signatures hold, cover the query?
///
/// # Errors
/// Why not.
pub(super) fn consent_covers(
    consent: &SweepConsent,
    kind: Option<AuthorityKind>,
    asked: &Asked<'_>,
    now: Timestamp,
) -> Result<(), &'static str> {
    if consent.by == *asked.asker {
        return Err("the asker consents to its own sweep");
    }
    if !kind.is_some_and(may_consent) {
        return Err("it is neither of a prosecutor nor of a court nor of a central authority");
    }
    if consent.asker != *asked.asker {
        return Err("it lets another authority ask");
    }
    if consent.batch_sha256 != asked.batch_sha256 || u64::from(consent.count) != asked.count {
        return Err("it is for another batch");
    }
    if consent.purpose != asked.purpose {
        return Err("it is for another purpose");
    }
    let lasts = consent.expires_at.duration_since(consent.given_at);
    if lasts > LONGEST_CONSENT || consent.given_at > now.saturating_add(CLOCK).unwrap_or(now) {
        return Err("it holds for longer than seven days, or from a time to come");
    }
    if consent.expires_at <= now { Err("it has expired") } else { Ok(()) }
}

/// Is a claim what it must be, for a query of so many elements that was evaluated in that epoch?
///
/// # Errors
/// What is wrong.
pub(super) fn check_claim(claim: &HitClaim, count: u64, epoch: u64) -> Result<(), &'static str> {
    let handles = u64::try_from(claim.handles.len()).unwrap_or(u64::MAX);
    if claim.epoch != epoch {
        return Err("the query was evaluated in another epoch");
    }
    if handles == 0 || handles > u64::from(claim.hits) || u64::from(claim.hits) > count {
        return Err("it claims nothing, or more than was asked");
    }
    if !claim.handles.iter().all(|handle| is_token(handle)) {
        return Err("a handle is none");
    }
    words(&claim.why).map(|_| ()).ok_or("it does not say why, or at too great a length")
}

/// What a standing rule answers by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTerms {
    /// Kinds of selectors on which a hit is answered; at least one.
    #[schema(value_type = Vec<String>, example = json!(["phone"]))]
    pub kinds: BTreeSet<String>,
    /// To whom; empty: to every member.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub authorities: BTreeSet<AuthorityId>,
    /// For which purposes; at least one.
    #[schema(value_type = Vec<String>, example = json!(["locate_missing_child"]))]
    pub purposes: BTreeSet<Purpose>,
    /// Whom the asker may call or write to.
    pub contact: String,
    /// What is added.
    #[serde(default)]
    pub note: String,
    /// The basis in law of the answers.
    pub legal_basis: crate::law::BasisChoice,
    /// Until when the rule holds; without it until it is withdrawn.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

/// Does a rule answer a claim of that authority, for that purpose, on entries of these kinds?
#[must_use]
pub fn rule_answers(
    terms: &RuleTerms,
    asker: &AuthorityId,
    purpose: Purpose,
    kind: &str,
    now: Timestamp,
) -> bool {
    let for_asker = terms.authorities.is_empty() || terms.authorities.contains(asker);
    let runs = terms.until.is_none_or(|until| now < until);
    for_asker && runs && terms.purposes.contains(&purpose) && terms.kinds.contains(kind)
}

/// Our person as far as the officer chose to show it.
#[must_use]
pub fn shown_person(ours: &Subject, fields: &BTreeSet<ShownField>) -> ShownPerson {
    let bare = Subject::new(ours.id, ours.role);
    let mut person = ShownPerson::from(crate::hits::rules::shown(ours, &bare, fields));
    person.role = fields.contains(&ShownField::Role).then_some(ours.role);
    person
}

/// An answer can follow when the retention of what it answers has run out; it then runs to the day.
#[must_use]
pub fn marking_that_runs(marking: &Marking, now: Timestamp) -> Marking {
    let today = now.to_zoned(TimeZone::UTC).date();
    Marking { retain_until: marking.retain_until.max(today), ..marking.clone() }
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
