//! Offences by harmonised concept: where each instrument defines them, and what dual criminality means between two states.

use crate::{Cite, Instrument, Law, Phrase, Place};
use comity_model::legal::LawAnswer;
use jiff::civil::Date;
use serde::Serialize;
use std::sync::Arc;

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

/// Every concept of the data, in the order of their codes.
#[must_use]
pub fn concepts(law: &Law) -> Vec<Concept> {
    let _ = law;
    Vec::new()
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
    let _ = (law, from, to, concept, on);
    None
}
