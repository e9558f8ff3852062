//! What evidence that goes to another state should have with it, point by point: what meets each, or what is missing.
//!
//! Points come from `admissibility.csv` (what every court expects, what an instrument asks, what a state asks), from
//! `required_contents.csv` (the request) and from the relation itself. A state or an instrument without a row gets a point
//! that is `unknown`: the tables never stand for a law that they do not hold. Not for saying that evidence is admissible,
//! which is for the court.

mod choice;
mod code;
mod facts;
mod memo;
mod points;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use code::is_requirement;
pub use code::{Fact, Scope, Weight};
pub use facts::{
    Acquisition, Caveats, Custody, DocumentKind, Examinations, Facts, Hashes, Languages, Method, Permissions,
    Request, Seizure, Tool, Verification,
};
pub use memo::memo;

use crate::{
    Cite, Confidence, Instrument, Law, Need, Phrase, Place,
    pathway::{self, Ground},
};
use comity_model::marking::Purpose;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A question for a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The state that sends the evidence.
    pub from: Place,
    /// The state that receives it, whose court is to take it.
    pub to: Place,
    /// The instrument under which it goes; without one, the first that the tables know to be usable for the need.
    #[serde(default)]
    pub instrument: Option<Instrument>,
    /// What it is needed for.
    #[serde(default = "evidence")]
    pub need: Need,
    /// What the receiver may use it for.
    pub purpose: Purpose,
    /// The day of the removal, retention or offence.
    #[serde(default)]
    pub event: Option<Date>,
    /// The day for which the answer is wanted.
    pub on: Date,
    /// What decides between instruments: offence, whether the evidence is electronic, ...
    #[serde(default)]
    pub matter: pathway::Facts,
    /// What the vault knows.
    #[serde(default)]
    pub facts: Facts,
}

fn evidence() -> Need {
    Need::Evidence
}

/// How a point stands, the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Something has to be added or mended.
    Missing,
    /// Nobody can tell from here.
    Unknown,
    /// A fact meets it.
    Met,
    /// The case is none that it speaks of.
    NotApplicable,
}

/// A point of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// What is asked.
    pub requirement: Phrase,
    /// For the contents of a request, what it must contain, as the table says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// For whom it holds: `*`, an instrument or a jurisdiction.
    pub scope: Scope,
    /// The instrument, where it is one's.
    pub instrument: Option<Instrument>,
    /// The article, clause or practice.
    pub article: String,
    /// What can meet it; `None` for points that follow from the tables alone.
    pub met_by: Option<Fact>,
    /// How it stands.
    pub status: Status,
    /// By what it is met; or what to add, and where; or what nobody can tell; or why it does not apply.
    pub findings: Vec<Phrase>,
    /// How much it weighs.
    pub weight: Weight,
    /// Whether a row that it rests on is a lead to be confirmed.
    pub to_be_confirmed: bool,
    /// The rows that it rests on; none where it rests on there being none.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

impl Point {
    fn order(&self) -> (Status, Weight) {
        (self.status, self.weight)
    }
}

/// How many points stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Missing.
    pub missing: usize,
    /// Of these, those that must be.
    pub missing_must: usize,
    /// Unknown.
    pub unknown: usize,
    /// Of these, those that must be.
    pub unknown_must: usize,
    /// Met.
    pub met: usize,
    /// Not applicable.
    pub not_applicable: usize,
}

impl Counts {
    fn of(points: &[Point]) -> Self {
        let count = |status| points.iter().filter(|point| point.status == status).count();
        let musts = |status| {
            points.iter().filter(|point| point.status == status && point.weight == Weight::Must).count()
        };
        Self {
            missing: count(Status::Missing),
            missing_must: musts(Status::Missing),
            unknown: count(Status::Unknown),
            unknown_must: musts(Status::Unknown),
            met: count(Status::Met),
            not_applicable: count(Status::NotApplicable),
        }
    }
}

/// The checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// What was asked.
    pub question: Question,
    /// The data sets that it rests on.
    pub data_set: String,
    /// The date of the newest data set.
    pub dated: Option<Date>,
    /// The instruments that it was made for; none where none is known to be usable.
    pub instruments: Vec<Instrument>,
    /// How many points stand how.
    pub counts: Counts,
    /// The points: what is missing first, then what is unknown, met, not applicable; in each what must be first.
    pub points: Vec<Point>,
    /// On which grounds the receiver can refuse, by the instruments.
    pub grounds: Vec<Ground>,
    /// Limits that the reader must know.
    pub caveats: Vec<Phrase>,
}

/// Makes the checklist.
#[must_use]
pub fn checklist(law: &Law, question: &Question) -> Checklist {
    let choice = choice::choose(law, question);
    let mut points = points::all(law, question, &choice);
    points.sort_by_key(Point::order);
    let low = points.iter().any(|point| point.to_be_confirmed);
    Checklist {
        question: question.clone(),
        data_set: law.name().to_owned(),
        dated: law.dated(),
        instruments: choice.relations.iter().map(|part| part.instrument).collect(),
        counts: Counts::of(&points),
        grounds: choice::grounds(law, question, &choice),
        caveats: caveats(law, question, choice.caveats, low),
        points,
    }
}

/// What holds for the list as a whole, after what holds for its instruments.
fn caveats(law: &Law, question: &Question, mut caveats: Vec<Phrase>, low: bool) -> Vec<Phrase> {
    if low {
        caveats.push(Phrase::new("admissibility.caveat.low"));
    }
    if let Some(dated) = law.dated().filter(|dated| *dated < question.on) {
        caveats.push(Phrase::new("pathway.data_end").with("dated", dated));
    }
    caveats.push(Phrase::new("pathway.reservations"));
    caveats.push(Phrase::new("admissibility.caveat.court"));
    caveats
}

/// Whether a row is a lead to be confirmed.
fn is_lead(rows: &[Arc<Cite>]) -> bool {
    rows.iter().any(|row| row.confidence == Confidence::Low)
}
