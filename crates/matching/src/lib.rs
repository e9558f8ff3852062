#![doc = include_str!("../README.md")]

pub mod canonical;
mod alike;
mod equivalents;
mod fields;
mod keys;
mod letters;
mod likeness;
mod name;
mod names;
mod script;
mod selectors;
mod sounds;
mod text;
mod words;

pub use alike::How;
pub use keys::blocking_keys;
pub use letters::plain_letter;
pub use names::{
    Bearer, NameComparison, PartPair, PreparedName, Use, compare_names, compare_prepared, score_prepared,
    score_sounds,
};
pub use script::Script;
pub use sounds::training;

use comity_model::{
    message::{ReasonField, Verdict},
    subject::Subject,
};
use name::NameOutcome;

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// One reason a field; `name`, `aliases`, `born`, `birthplace`, `sex` and `nationalities` always, and each kind of selector
    /// that at least one of the two has. The texts hold no values.
    pub reasons: Vec<ReasonField>,
    /// May they be the same person, so that an officer should look?
    pub is_hit: bool,
}

/// Compares two persons. Symmetric in what it decides.
#[must_use]
pub fn compare(ours: &Subject, theirs: &Subject) -> Comparison {
    let names = name::compare(ours, theirs);
    let (born, sex) = (fields::born(ours, theirs), fields::sex(ours, theirs));
    let by_selector = selectors::compare(ours, theirs);
    let same_selector = by_selector.iter().any(|reason| reason.verdict == Verdict::Agrees);
    let is_hit = same_selector || name_and_birth_fit(&names, ours, theirs, sex.verdict);
    let mut reasons = vec![names.name, names.aliases, born, fields::birthplace(ours, theirs), sex];
    reasons.push(fields::nationalities(ours, theirs));
    reasons.extend(by_selector);
    Comparison { reasons, is_hit }
}

/// The second rule: name agrees or is near, birth may be the same day, sex does not contradict.
fn name_and_birth_fit(names: &NameOutcome, ours: &Subject, theirs: &Subject, sex: Verdict) -> bool {
    let (Some(our_birth), Some(their_birth)) = (ours.born, theirs.born) else { return false };
    let whole_dates = our_birth.full().is_some() && their_birth.full().is_some();
    let name_fits = names.is_whole || (names.is_partial && whole_dates);
    name_fits && our_birth.may_equal(&their_birth) && sex != Verdict::Differs
}

pub(crate) fn reason(field: &str, verdict: Verdict, why: impl Into<String>) -> ReasonField {
    ReasonField { field: field.to_owned(), verdict, why: why.into() }
}

#[cfg(test)]
mod tests;
