//! The pathways for a need between two states, in order of priority.
//!
//! Order: what can be used first, then what is unknown, then what is not in force; within each by the table's priority,
//! and rows of the same priority as the table lists them. An act of the Union whose table does not name one of the two
//! stands behind what else is unknown: it is the least likely to bind. What remains without a treaty is no pathway of the list but the
//! `fallback`, offered wherever no pathway is known to be usable.
//!
//! A pathway is as good as its weakest part: the relations of all its instruments, the day of the event, the child's age,
//! and the row's own condition ([`condition`]).

mod build;
mod condition;
mod limits;
mod scope;
#[cfg(test)]
mod tests;
mod weighing;

use crate::{
    Cite, Instrument, Law, Need, Phrase, Place, Relation,
    deadline::{Deadline, Event},
    offence::DualCriminality,
};
use comity_model::legal::LawAnswer;
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is known of the matter; everything may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The child's day of birth.
    pub child_born: Option<Date>,
    /// The offence by concept.
    pub offence: Option<String>,
    /// Whether there is an enforceable decision on custody.
    pub enforceable_decision: Option<bool>,
    /// Whether the evidence is electronic and held by a provider.
    pub electronic: Option<bool>,
    /// Whether life or limb is at imminent risk.
    pub emergency: Option<bool>,
    /// The highest penalty that the law provides for the offence, in years.
    pub highest_penalty_years: Option<u8>,
    /// What happened, for the deadlines.
    pub events: Vec<Event>,
    /// The IANA zone of the bound authority where its jurisdiction has several.
    pub zone: Option<String>,
}

/// A question for pathways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The requesting state.
    pub from: Place,
    /// The requested state.
    pub to: Place,
    /// The need.
    pub need: Need,
    /// The day of the removal, retention or offence.
    #[serde(default)]
    pub event: Option<Date>,
    /// The day for which the answer is wanted.
    pub on: Date,
    /// The rest.
    #[serde(default)]
    pub facts: Facts,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// The data sets that it rests on, and the newest one's date.
    pub data_set: String,
    /// The date of the newest data set.
    pub dated: Option<Date>,
    /// The pathways, the first being the one to take; what is not in force stands last.
    pub pathways: Vec<Pathway>,
    /// What remains where nothing is in force.
    pub fallback: Option<Pathway>,
    /// What holds for the whole answer.
    pub caveats: Vec<Phrase>,
}

/// One way to what is needed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pathway {
    /// The instrument that a message would cite.
    pub instrument: Instrument,
    /// The instruments column as the table writes it.
    pub written: String,
    /// As the table gives it, 1 being first.
    pub priority: u8,
    /// Whether it can be used, all its instruments and conditions taken together, on the day and for the event.
    pub usable: LawAnswer,
    /// Each instrument's relation.
    pub relations: Vec<InstrumentRelation>,
    /// Why it is usable or not, beyond the relations: event, age, conditions.
    pub reasons: Vec<Phrase>,
    /// The condition as the table gives it.
    pub condition: String,
    /// Through whom.
    pub channel: String,
    /// Which kinds of authority act, on the requesting and on the requested side.
    pub authorities: String,
    /// What the request must contain.
    pub contents: Vec<Content>,
    /// Deadlines, computed where the event that starts them is given.
    pub deadlines: Vec<Deadline>,
    /// On which grounds it can be refused.
    pub grounds: Vec<Ground>,
    /// Dual criminality, where the need and the facts call for it.
    pub dual_criminality: Option<DualCriminality>,
    /// Limits: territory, age, reservation, row to be confirmed.
    pub caveats: Vec<Phrase>,
    /// The row of the table of needs.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// One instrument of a pathway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstrumentRelation {
    /// The instrument.
    pub instrument: Instrument,
    /// Its relation on the day of the question.
    pub relation: Relation,
}

/// A point of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// What.
    pub item: String,
    /// `must`, `may`, ...
    pub obligation: String,
    /// Which language.
    pub language: String,
    /// Which form.
    pub form: String,
    /// The row.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// A ground of refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// The ground.
    pub ground: String,
    /// Whether it is mandatory, optional, a matter of scope, ...
    pub kind: String,
    /// Who must show it or decides on it.
    pub decider: String,
    /// The row.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// Whether what an article asks of a request serves a need.
pub(crate) fn serves_contents(instrument: Instrument, need: Need, article: &str) -> bool {
    scope::serves(instrument, need, scope::Part::Contents, article)
}

/// Whether a ground of refusal is one for a need.
pub(crate) fn serves_grounds(instrument: Instrument, need: Need, article: &str) -> bool {
    scope::serves(instrument, need, scope::Part::Grounds, article)
}

fn place_in_order(pathway: &Pathway) -> (u8, bool, u8) {
    let not_named = |part: &InstrumentRelation| part.relation.rule.key() == "relation.eu.not_listed";
    let far = pathway.usable == LawAnswer::Unknown && pathway.relations.iter().any(not_named);
    (weighing::rank(pathway.usable), far, pathway.priority)
}

/// Answers a question; `now` is used for nothing but the standing of deadlines.
#[must_use]
pub fn pathways(law: &Law, question: &Question, now: Timestamp) -> Answer {
    let mut pathways: Vec<Pathway> = build::rows(law, question.need)
        .filter(|row| !build::is_fallback(row))
        .map(|row| build::pathway(law, question, row, now))
        .collect();
    pathways.sort_by_key(place_in_order);
    let settled = pathways.iter().any(|pathway| pathway.usable == LawAnswer::InForce);
    let fallback = (!settled).then(|| build::fallback(law, question)).flatten();
    Answer {
        question: question.clone(),
        data_set: law.name().to_owned(),
        dated: law.dated(),
        caveats: build::caveats(law, question, settled, fallback.is_some()),
        pathways,
        fallback,
    }
}
