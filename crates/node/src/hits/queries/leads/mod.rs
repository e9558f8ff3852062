//! Persons across nodes: what is asked about a person are fuzzy keys beside exact selectors, and what comes of them is a lead, never an
//! identification. The officer sees which parts of name and birth the keys join, how many agree, and about how often that happens by
//! chance; once the holder has shown its person, both are compared with weights.

mod show;
mod view;

pub(super) use show::{answer_same_person, key_under};
pub use view::{Lead, LeadAnswer, LeadKey, LeadStrength};
pub(super) use view::{add_leads, is_key};

use super::{
    MatchingError,
    keyed::{self, Keyed},
};
use crate::cases::CaseFile;
use comity_matching::PersonKey;
use comity_model::id::SubjectId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is kept of a key that was asked for: what it joins and whose it is, not the key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Meaning {
    #[serde(flatten)]
    pub key: PersonKey,
    /// Our persons who have it.
    pub subjects: BTreeSet<SubjectId>,
}

/// Keys to ask for, and how many each person has.
#[derive(Default)]
pub(super) struct Keys {
    pub items: Vec<(Keyed, Option<SubjectId>)>,
    pub persons: BTreeMap<SubjectId, u64>,
}

/// The keys of persons of a case: of those that are named, or of all that have any.
///
/// # Errors
/// Where one that is named is not in the case or has no keys.
pub(super) fn keys(case: &CaseFile, named: &BTreeSet<SubjectId>, all: bool) -> Result<Keys, MatchingError> {
    let known: BTreeSet<SubjectId> = case.report.subjects.iter().map(|subject| subject.id).collect();
    if let Some(stranger) = named.difference(&known).next() {
        let why = format!("names `{stranger}`, who is not in this case");
        return Err(MatchingError::unfit("persons", why));
    }
    let mut found: BTreeMap<Vec<u8>, (Keyed, Meaning)> = BTreeMap::new();
    let mut persons = BTreeMap::new();
    for subject in case.report.subjects.iter().filter(|subject| all || named.contains(&subject.id)) {
        let keys = keyed::of_person(subject);
        if keys.is_empty() && named.contains(&subject.id) {
            let why = format!(
                "names `{}`, who cannot be looked for: two words of a name and a year of birth are needed",
                subject.id
            );
            return Err(MatchingError::unfit("persons", why));
        }
        if !keys.is_empty() {
            persons.insert(subject.id, u64::try_from(keys.len()).unwrap_or(u64::MAX));
        }
        for (keyed, key) in keys {
            let meaning = || (keyed.clone(), Meaning { key, subjects: BTreeSet::new() });
            let (_, meaning) = found.entry(keyed.input.clone()).or_insert_with(meaning);
            meaning.subjects.insert(subject.id);
        }
    }
    Ok(Keys { items: found.into_values().map(item).collect(), persons })
}

/// How many keys the persons of a case have, each once.
pub(super) fn count(case: &CaseFile) -> u64 {
    let found = keys(case, &BTreeSet::new(), true).map(|keys| keys.items.len()).unwrap_or(0);
    u64::try_from(found).unwrap_or(u64::MAX)
}

fn item((keyed, meaning): (Keyed, Meaning)) -> (Keyed, Option<SubjectId>) {
    let first = meaning.subjects.first().copied();
    let value = serde_json::to_string(&meaning).unwrap_or_default();
    (Keyed { value, ..keyed }, first)
}
