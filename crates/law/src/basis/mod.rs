//! The check of a claimed basis: does the law that a message cites carry it?

use crate::{Cite, Law, Phrase, Place};
use comity_model::message::MessageKind;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a message claims.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The instrument as written.
    pub instrument: &'a str,
    /// The article as written.
    pub article: &'a str,
    /// The message's kind.
    pub kind: MessageKind,
    /// The purpose on its marking, as the model writes it.
    pub purpose: &'a str,
    /// The sender's place.
    pub from: &'a Place,
    /// The receivers' places.
    pub to: &'a [Place],
    /// The day of the message.
    pub on: Date,
    /// The day of the event, such as the removal.
    pub event: Option<Date>,
    /// The child's birth, where it is known to the one who checks.
    pub child_born: Option<Date>,
    /// The offence by concept.
    pub offence: Option<&'a str>,
}

/// What the check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The tables carry the claim.
    Supported,
    /// The tables do not say.
    Unknown,
    /// The tables contradict it.
    Contradicted,
}

/// The verdict with its reasons: the worst over all receivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, the gravest first.
    pub reasons: Vec<Phrase>,
    /// The data sets that it rests on.
    pub data_set: String,
    /// The rows relied on.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// Checks a claim.
#[must_use]
pub fn check(law: &Law, claim: &Claim<'_>) -> Assessment {
    let _ = claim;
    Assessment {
        verdict: Verdict::Unknown,
        reasons: Vec::new(),
        data_set: law.name().to_owned(),
        sources: Vec::new(),
    }
}
