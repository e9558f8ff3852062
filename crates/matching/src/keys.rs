//! The keys under which a node indexes its persons.

use crate::{name, selectors};
use comity_model::subject::Subject;
use std::collections::BTreeSet;

/// Keys of a person: `sel:phone:+33...` for each selector, and for each part of each name, with the year of birth,
/// `name:krm+1984` (what the part sounds like) and `run:...+1984` (all letters in one). Two persons that
/// [`compare`](crate::compare) as a hit share at least one. A person without a year of birth has selectors only, as no rule
/// could make more of the name.
#[must_use]
pub fn blocking_keys(subject: &Subject) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = subject
        .selectors
        .iter()
        .map(|selector| format!("sel:{}:{}", selectors::word(selector.kind()), selector.value()))
        .collect();
    if let Some(born) = subject.born {
        let year = born.year();
        for (_, parts) in name::names(subject) {
            let sounds = parts.units().into_iter().flat_map(|unit| &unit.sounds);
            keys.extend(sounds.filter(|sound| !sound.is_empty()).map(|sound| format!("name:{sound}+{year}")));
            let whole = parts.run_together();
            keys.extend(
                whole
                    .iter()
                    .filter(|text| text.chars().nth(1).is_some())
                    .map(|text| format!("run:{text}+{year}")),
            );
        }
    }
    keys
}
