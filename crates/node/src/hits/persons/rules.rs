//! The decisions about persons as pure functions: how finds are ranked, what makes a likely duplicate, and where the sources
//! of one person disagree.

use super::PersonError;
use crate::store::json_text;
use comity_matching::{Comparison, Use, compare, compare_for};
use comity_model::{
    message::{ReasonField, Verdict},
    subject::Subject,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Most characters of a reason.
const MAX_REASON: usize = 2_000;
/// Most persons that one merge names.
pub(super) const MAX_MERGED: usize = 20;
/// Most persons in cases that are held to be one.
pub(super) const MAX_ONE_PERSON: usize = 100;

/// A comparison as it is ranked: what fits the use first, then by the sum of what speaks for and against.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked {
    /// Reasons, field by field.
    pub reasons: Vec<ReasonField>,
    /// May they be the same person, by the engine's threshold for the use?
    pub likely: bool,
    /// The sum of the weights, in bits; greater is likelier.
    pub score: f64,
}

/// Compares, as it is ranked.
pub(super) fn ranked(one: &Subject, two: &Subject, purpose: Use) -> Ranked {
    let Comparison { reasons, total, is_hit } = compare_for(one, two, purpose);
    Ranked { reasons, likely: is_hit, score: total }
}

/// Is it worth showing to somebody who searches? Whoever searches may be mistaken in one thing.
pub(super) fn worth_showing(ranked: &Ranked) -> bool {
    ranked.likely || ranked.score > 0.0
}

/// A reason as it is kept: said, in bounds, and without what no text holds.
///
/// # Errors
/// Where it is blank or too long.
pub(super) fn reason(text: &str) -> Result<String, PersonError> {
    let text = text.trim().replace('\0', "");
    if text.is_empty() {
        return Err(PersonError::unfit("reason", "is blank; say why"));
    }
    if text.chars().nth(MAX_REASON).is_some() {
        return Err(PersonError::unfit("reason", "has more than 2000 characters; shorten it"));
    }
    Ok(text)
}

/// A value that sources give for a field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Saying {
    /// The value, as it stands in the case.
    #[schema(value_type = Object)]
    pub value: Value,
    /// Which of the person's `subjects` say so, counted from 0.
    pub sources: Vec<usize>,
}

/// What the sources of one person say in a field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FieldView {
    /// The field, such as `born`.
    pub field: &'static str,
    /// The values with who gives them. For what one can have several of, such as telephones, each by itself.
    pub values: Vec<Saying>,
    /// Can they not all be true of one person, as far as is known?
    pub disagrees: bool,
}

/// What the sources say of one person, field by field; fields of which none says anything are left out.
pub(super) fn side_by_side(sources: &[&Subject]) -> Vec<FieldView> {
    let verdicts = worst_verdicts(sources);
    let field = |(field, many, of): Field| {
        let values = sayings(sources, of);
        let differ = verdicts.get(field).is_some_and(|worst| *worst);
        FieldView { field, disagrees: !many && values.len() > 1 && differ, values }
    };
    FIELDS.into_iter().map(field).filter(|view| !view.values.is_empty()).collect()
}

/// A field's name, whether one person can have several of it, and what a source says.
type Field = (&'static str, bool, fn(&Subject) -> Vec<Value>);

const FIELDS: [Field; 11] = [
    ("role", true, |one| vec![json!(one.role)]),
    ("name", false, |one| one.name.iter().map(|name| json!(name)).collect()),
    ("aliases", true, |one| one.aliases.iter().map(|name| json!(name)).collect()),
    ("sex", false, |one| one.sex.iter().map(|sex| json!(sex)).collect()),
    ("born", false, |one| one.born.iter().map(|born| json!(born)).collect()),
    ("birthplace", false, |one| one.birthplace.iter().map(|place| json!(place)).collect()),
    ("nationalities", true, |one| one.nationalities.iter().map(|state| json!(state)).collect()),
    ("languages", true, |one| one.languages.iter().map(|language| json!(language)).collect()),
    ("selectors", true, |one| one.selectors.iter().map(|selector| json!(selector)).collect()),
    ("height_cm", true, |one| one.description.height_cm.iter().map(|height| json!(height)).collect()),
    ("marks", true, |one| one.description.marks.iter().map(|marks| json!(marks)).collect()),
];

fn sayings(sources: &[&Subject], of: fn(&Subject) -> Vec<Value>) -> Vec<Saying> {
    let mut said: Vec<(String, Saying)> = Vec::new();
    for (source, subject) in sources.iter().enumerate() {
        for value in of(subject) {
            let key = json_text(&value);
            match said.iter_mut().find(|(known, _)| *known == key) {
                Some((_, saying)) => saying.sources.push(source),
                None => said.push((key, Saying { value, sources: vec![source] })),
            }
        }
    }
    said.into_iter().map(|(_, saying)| saying).collect()
}

/// For each field, whether any two of the sources neither agree nor are silent in it.
fn worst_verdicts(sources: &[&Subject]) -> BTreeMap<String, bool> {
    let mut worst = BTreeMap::new();
    for (place, one) in sources.iter().enumerate() {
        for two in sources.iter().skip(place + 1) {
            for reason in compare(one, two).reasons {
                let differs = matches!(reason.verdict, Verdict::Near | Verdict::Differs);
                *worst.entry(reason.field).or_insert(false) |= differs;
            }
        }
    }
    worst
}

#[cfg(test)]
mod tests;
