//! Offences by harmonised concept: where each instrument defines them, and what dual criminality means between two states.
//!
//! Dual criminality is tested on conduct and not on labels (Budapest art. 25(5)): what counts is whether an instrument that
//! binds both states obliges both to punish the conduct. National law is not in the tables, so the engine never says that
//! the test fails; what it cannot tell it leaves to a lawyer, and says so.

mod coverage;
mod waiver;

pub(crate) use coverage::{is_civil, obstacles};

#[cfg(test)]
mod tests;

use crate::{Cite, Instrument, Law, Phrase, Place, tables::OffenceRow};
use comity_model::legal::LawAnswer;
use jiff::civil::Date;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A harmonised concept with its definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Concept {
    /// Such as `C08`.
    pub id: String,
    /// In words.
    pub name: String,
    /// The Luxembourg Guidelines' term.
    pub term: String,
    /// ICCS code.
    pub iccs: Option<String>,
    /// Where instruments define it.
    pub definitions: Vec<Definition>,
}

/// Where an instrument defines a concept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// The row.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

impl Definition {
    fn of(row: &OffenceRow) -> Self {
        Self {
            instrument: row.instrument,
            article: row.article.clone(),
            sources: vec![Arc::clone(&row.cite)],
        }
    }
}

/// Whether the conduct is criminal in both states, by what their instruments oblige them to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DualCriminality {
    /// `in_force`: an instrument in force for both obliges both to punish it; `unknown`: that remains for a lawyer.
    pub met: LawAnswer,
    /// Instruments in force for both that define the conduct.
    pub covered_by: Vec<Definition>,
    /// Which lists or rules waive the test for the instruments in force between the two.
    pub waived_by: Vec<Phrase>,
    /// What remains for a lawyer.
    pub remains: Vec<Phrase>,
    /// The rows relied on.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// What is known of the act beyond its concept; both may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Act {
    /// The highest penalty that the requesting state's law provides, in whole years.
    pub highest_penalty_years: Option<u8>,
    /// The child's age at the time of the act, in whole years.
    pub child_age_years: Option<u8>,
}

/// Between whom, and when.
#[derive(Clone, Copy)]
struct Between<'a> {
    law: &'a Law,
    from: &'a Place,
    to: &'a Place,
    on: Date,
}

/// Every concept of the data, in the order of their codes.
#[must_use]
pub fn concepts(law: &Law) -> Vec<Concept> {
    let mut found: BTreeMap<&str, Concept> = BTreeMap::new();
    for row in &law.tables().offences {
        let concept = found.entry(&row.concept).or_insert_with(|| Concept {
            id: row.concept.clone(),
            name: row.name.clone(),
            term: row.term.clone(),
            iccs: row.iccs.clone(),
            definitions: Vec::new(),
        });
        concept.definitions.push(Definition::of(row));
    }
    found.into_values().collect()
}

/// Dual criminality between two states for a concept on a date; `None` where the data do not know the concept.
#[must_use]
pub fn dual_criminality(
    law: &Law,
    from: &Place,
    to: &Place,
    concept: &str,
    on: Date,
) -> Option<DualCriminality> {
    dual_criminality_of(law, from, to, concept, on, Act::default())
}

/// The same where more is known of the act.
#[must_use]
pub fn dual_criminality_of(
    law: &Law,
    from: &Place,
    to: &Place,
    concept: &str,
    on: Date,
    act: Act,
) -> Option<DualCriminality> {
    let rows = rows_of(law, concept);
    let first = rows.first()?;
    let between = Between { law, from, to, on };
    let mut answer = DualCriminality {
        met: LawAnswer::Unknown,
        covered_by: Vec::new(),
        waived_by: Vec::new(),
        remains: Vec::new(),
        sources: Vec::new(),
    };
    rows.iter().for_each(|row| coverage::weigh(between, row, act, &mut answer));
    if answer.covered_by.is_empty() {
        answer.remains.push(Phrase::new("offence.not_covered").with("one", from).with("other", to));
    }
    waiver::waivers(between, first, act, &mut answer);
    Some(tidy(answer))
}

/// The rows of a concept, in the order of the table.
pub(crate) fn rows_of<'a>(law: &'a Law, concept: &str) -> Vec<&'a OffenceRow> {
    law.tables().offences.iter().filter(|row| row.concept == concept).collect()
}

/// Each phrase and each row once, in the order in which they came.
fn tidy(mut answer: DualCriminality) -> DualCriminality {
    answer.remains = once(answer.remains);
    answer.waived_by = once(answer.waived_by);
    answer.sources = once(answer.sources);
    answer
}

/// Each item once, in the order of its first appearance.
pub(crate) fn once<T: Ord>(items: Vec<T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let firsts: Vec<bool> = items.iter().map(|item| seen.insert(item)).collect();
    items.into_iter().zip(firsts).filter_map(|(item, is_first)| is_first.then_some(item)).collect()
}
