//! The decisions of law at a node as pure functions: may a message leave on what the check found, does an authorisation
//! cover it, and which data sets were in force on a day.

use super::{basis::BasisChoice, store::SetRow};
use comity_law::basis::{Assessment, Verdict};
use comity_model::{
    AuthorityId,
    id::AuthorisationId,
    legal::{LawAnswer, LegalBasis},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use std::collections::BTreeSet;

/// How long an authorisation holds.
pub const AUTHORISED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 2000;

/// A supervising officer's leave to send on a basis that the tables contradict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    /// Its identifier.
    pub id: AuthorisationId,
    /// The authority that may send.
    pub authority: AuthorityId,
    /// The instrument.
    pub instrument: String,
    /// The article.
    pub article: String,
    /// To whom, at most.
    pub to: BTreeSet<AuthorityId>,
    /// Why; it travels with the message.
    pub reason: String,
    /// The supervising officer, by the name to sign in with.
    pub given_by: String,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What an authorisation is asked to cover.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// Who sends.
    pub from: &'a AuthorityId,
    /// To whom.
    pub to: &'a BTreeSet<AuthorityId>,
    /// On which basis.
    pub choice: &'a BasisChoice,
    /// The officers who wrote or send it, by name.
    pub officers: &'a BTreeSet<String>,
}

/// Why an authorisation does not cover a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthorisationFault {
    /// There is none.
    #[error("there is no authorisation `{0}` at your authority; ask a supervising officer for one")]
    Unknown(AuthorisationId),
    /// It has ended.
    #[error("the authorisation ended at `{0}`; ask a supervising officer for a new one")]
    Expired(Timestamp),
    /// It is for another instrument, article or recipient.
    #[error("the authorisation is for another {0}; ask a supervising officer for one that fits")]
    OtherTerms(&'static str),
    /// Whoever gave it takes part in the sending.
    #[error("`{0}` gave the authorisation and may not write or send what it covers; another officer must")]
    SamePerson(String),
}

/// Does the authorisation cover the message at `now`?
///
/// # Errors
/// The first reason why not.
pub fn covers(
    given: &Authorisation,
    sending: &Sending<'_>,
    now: Timestamp,
) -> Result<(), AuthorisationFault> {
    if given.authority != *sending.from {
        return Err(AuthorisationFault::Unknown(given.id));
    }
    if given.expires_at <= now {
        return Err(AuthorisationFault::Expired(given.expires_at));
    }
    if given.instrument != sending.choice.instrument {
        return Err(AuthorisationFault::OtherTerms("instrument"));
    }
    if given.article.trim() != sending.choice.article.trim() {
        return Err(AuthorisationFault::OtherTerms("article"));
    }
    if !sending.to.is_subset(&given.to) {
        return Err(AuthorisationFault::OtherTerms("recipient"));
    }
    if sending.officers.contains(&given.given_by) {
        return Err(AuthorisationFault::SamePerson(given.given_by.clone()));
    }
    Ok(())
}

/// What a message needs before it may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// The officer's reason.
    Reason,
    /// A supervising officer's authorisation.
    Authorisation,
}

/// What stands between a message and its leaving, once the check is done; nothing where it may leave.
#[must_use]
pub fn needs(verdict: Verdict, reason: Option<&str>, authorised: bool) -> Option<Needs> {
    let reasoned = reason.is_some_and(|reason| !reason.trim().is_empty());
    match verdict {
        Verdict::Supported => None,
        Verdict::Unknown => (!reasoned && !authorised).then_some(Needs::Reason),
        Verdict::Contradicted => (!authorised).then_some(Needs::Authorisation),
    }
}

/// The verdict as the statement writes it.
#[must_use]
pub fn answer(verdict: Verdict) -> LawAnswer {
    match verdict {
        Verdict::Supported => LawAnswer::InForce,
        Verdict::Unknown => LawAnswer::Unknown,
        Verdict::Contradicted => LawAnswer::NotInForce,
    }
}

/// The basis as the statement carries it. Where only an authorisation is given for an unknown answer, its reason is the
/// officer's too.
#[must_use]
pub fn stated(
    choice: &BasisChoice,
    assessment: &Assessment,
    authorised: Option<&Authorisation>,
    on: Date,
) -> LegalBasis {
    let tidy = |text: &String| text.trim().replace('\0', "");
    let said = choice.reason.as_ref().map(tidy).filter(|reason| !reason.is_empty());
    LegalBasis {
        instrument: choice.instrument.clone(),
        article: tidy(&choice.article),
        answer: answer(assessment.verdict),
        assessed_on: on,
        reason: said.or_else(|| authorised.map(|given| given.reason.clone())),
        data_set: Some(assessment.data_set.clone()),
        event_date: choice.event_date,
        offence: choice.offence.clone(),
        supervisor_reason: authorised.map(|given| given.reason.clone()),
    }
}

/// The day in UTC.
#[must_use]
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The end of a day in UTC: the first instant that no longer belongs to it.
#[must_use]
pub fn end_of(day: Date) -> Timestamp {
    let next = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
    next.map_or(Timestamp::MAX, |next| next.timestamp())
}

/// The sets that were in force just before `end`, in the order in which they lie over each other: the shipped one first,
/// then those that were loaded, oldest first.
#[must_use]
pub fn stack(rows: &[SetRow], end: Timestamp) -> Vec<&SetRow> {
    let held = |row: &&SetRow| row.loaded_at < end && row.withdrawn_at.is_none_or(|at| at >= end);
    let mut stack: Vec<&SetRow> = rows.iter().filter(held).collect();
    stack.sort_by_key(|row| (!row.shipped, row.number));
    stack
}

/// The longest article, in characters.
const LONGEST_ARTICLE: usize = 200;
/// The longest code of an offence, in characters.
const LONGEST_OFFENCE: usize = 20;

/// The field of a choice that is too long: statements are short, and their receivers refuse long ones for good.
#[must_use]
pub fn too_long(choice: &BasisChoice) -> Option<&'static str> {
    let beyond = |text: Option<&String>, most: usize| text.is_some_and(|text| text.chars().count() > most);
    let fields = [
        ("article", beyond(Some(&choice.article), LONGEST_ARTICLE)),
        ("reason", beyond(choice.reason.as_ref(), LONGEST_REASON)),
        ("offence", beyond(choice.offence.as_ref(), LONGEST_OFFENCE)),
    ];
    fields.into_iter().find(|(_, beyond)| *beyond).map(|(field, _)| field)
}

/// May a reason be recorded as it is given?
#[must_use]
pub fn is_reason(text: &str) -> bool {
    let characters = text.trim().chars().count();
    (1..=LONGEST_REASON).contains(&characters)
}
