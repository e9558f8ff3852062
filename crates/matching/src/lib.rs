#![doc = include_str!("../README.md")]

mod alike;
mod birth;
pub mod calendar;
pub mod canonical;
mod comparison;
pub mod dedup;
mod equivalents;
mod evidence;
mod fields;
mod frequency;
mod index;
mod keys;
mod letters;
mod names;
mod script;
mod selectors;
mod sound_key;
mod sounds;
mod words;

pub use alike::How;
pub use birth::{Birth, BirthFinding, compare_births};
pub use comparison::{Comparison, compare, compare_for};
pub use index::{Found, PersonIndex};
pub use keys::{KeyBorn, KeyName, NamePart, PersonKey, agreement_bits, blocking_keys, person_keys};
pub use letters::plain_letter;
pub use names::{
    Bearer, NameComparison, PartPair, PreparedName, Use, compare_names, compare_prepared, score_prepared,
    score_sounds,
};
pub use script::Script;
pub use sounds::training;

use comity_model::message::{ReasonField, Verdict};

pub(crate) fn reason(field: &str, verdict: Verdict, why: impl Into<String>) -> ReasonField {
    ReasonField { field: field.to_owned(), verdict, why: why.into(), weight: None }
}

#[cfg(test)]
mod tests;
