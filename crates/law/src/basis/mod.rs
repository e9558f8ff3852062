//! The check of a claimed basis: does the law that a message cites carry it?
//!
//! One rule a function, in `rules.rs`, numbered and in a fixed order; each finds that the tables carry the claim, contradict
//! it, or do not say. The verdict is the worst finding. Nothing here reads the message itself: what it claims is handed in.

mod article;
mod known;
mod rules;
mod scope;

#[cfg(test)]
mod tests;

pub(crate) use known::Articles;

use crate::{Cite, Instrument, Law, Phrase, Place, Relation, offence::once};
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

/// What one rule finds.
#[derive(Debug)]
struct Finding {
    verdict: Verdict,
    reasons: Vec<Phrase>,
    sources: Vec<Arc<Cite>>,
}

impl Finding {
    fn new(verdict: Verdict, reason: Phrase) -> Self {
        Self { verdict, reasons: vec![reason], sources: Vec::new() }
    }

    fn supported(reason: Phrase) -> Self {
        Self::new(Verdict::Supported, reason)
    }

    fn unknown(reason: Phrase) -> Self {
        Self::new(Verdict::Unknown, reason)
    }

    fn contradicted(reason: Phrase) -> Self {
        Self::new(Verdict::Contradicted, reason)
    }

    fn because(mut self, reason: Phrase) -> Self {
        self.reasons.push(reason);
        self
    }

    fn citing<'a>(mut self, rows: impl IntoIterator<Item = &'a Arc<Cite>>) -> Self {
        self.sources.extend(rows.into_iter().map(Arc::clone));
        self
    }
}

/// A claim whose instrument the engine knows, with its relation to each receiver's place.
struct Case<'a> {
    law: &'a Law,
    claim: &'a Claim<'a>,
    instrument: Instrument,
    /// Each receiver's place once, in the order of their codes.
    receivers: Vec<(&'a Place, Relation)>,
}

impl<'a> Case<'a> {
    fn new(law: &'a Law, claim: &'a Claim<'a>, instrument: Instrument) -> Self {
        let mut places: Vec<&Place> = claim.to.iter().collect();
        places.sort_unstable();
        places.dedup();
        let related = |to| (to, law.relation(instrument, claim.from, to, claim.on));
        Self { law, claim, instrument, receivers: places.into_iter().map(related).collect() }
    }

    /// A phrase that names the instrument.
    fn phrase(&self, key: &'static str) -> Phrase {
        Phrase::new(key).with("instrument", self.instrument)
    }
}

/// Checks a claim.
#[must_use]
pub fn check(law: &Law, claim: &Claim<'_>) -> Assessment {
    let Ok(instrument) = claim.instrument.parse::<Instrument>() else {
        let reason = Phrase::new("basis.instrument_unknown").with("instrument", quoted(claim.instrument));
        return conclude(law, vec![Finding::unknown(reason)]);
    };
    let case = Case::new(law, claim, instrument);
    conclude(law, rules::RULES.iter().flat_map(|(_, rule)| rule(&case)).collect())
}

/// The worst verdict, the gravest reasons first; among equals the order of the rules stays.
fn conclude(law: &Law, mut findings: Vec<Finding>) -> Assessment {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    let verdict = findings.first().map_or(Verdict::Unknown, |finding| finding.verdict);
    let (mut reasons, mut sources) = (Vec::new(), Vec::new());
    for finding in findings {
        reasons.extend(finding.reasons);
        sources.extend(finding.sources);
    }
    Assessment { verdict, reasons: once(reasons), data_set: law.name().to_owned(), sources: once(sources) }
}

/// What a message wrote, cut and without control characters or braces, to be shown in a reason.
fn quoted(text: &str) -> String {
    let is_plain = |letter: &char| !letter.is_control() && !"{}`".contains(*letter);
    text.chars().filter(is_plain).take(60).collect()
}
