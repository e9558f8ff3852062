//! The decisions of hits as pure functions: what is indexed and compared, and what a disclosure shows.

use comity_matching::blocking_keys;
use comity_model::{message::ReasonField, selector::SelectorKind, subject::Subject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Most other names of a person that are indexed and compared. A sender may write as many as fit into a message; the
/// receiver's time is not the sender's to spend.
const MAX_ALIASES: usize = 16;
/// Most selectors of a person that are indexed and compared.
const MAX_SELECTORS: usize = 64;
/// Most characters of a name that is indexed and compared.
const MAX_NAME: usize = 200;
/// Most keys under which a person is looked up.
const MAX_KEYS: usize = 256;

/// The person as it is indexed and compared: without photograph, and with no more than is reasonable of anything.
#[must_use]
pub fn searchable(subject: &Subject) -> Subject {
    let mut person = Subject { photograph: None, ..subject.clone() };
    let short = |text: &str| text.chars().nth(MAX_NAME).is_none();
    person.name = person.name.filter(|name| short(&name.family) && short(&name.forename));
    person.aliases.retain(|name| short(&name.family) && short(&name.forename));
    person.aliases.truncate(MAX_ALIASES);
    person.selectors.truncate(MAX_SELECTORS);
    person.birthplace = person.birthplace.filter(|place| short(place));
    person
}

/// The keys under which a person is found, selectors first. A key with a NUL is left out: PostgreSQL holds no such text.
#[must_use]
pub fn index_keys(subject: &Subject) -> Vec<String> {
    let keys = blocking_keys(&searchable(subject));
    let (mut first, names): (Vec<String>, Vec<String>) =
        keys.into_iter().filter(|key| !key.contains('\0')).partition(|key| key.starts_with("sel:"));
    first.extend(names);
    first.truncate(MAX_KEYS);
    first
}

/// What an officer may choose to show of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShownField {
    /// What the person is in the holder's case.
    Role,
    /// The name.
    Name,
    /// Other names.
    Aliases,
    /// Sex.
    Sex,
    /// Date of birth.
    Born,
    /// Place of birth.
    Birthplace,
    /// Nationalities.
    Nationalities,
    /// Languages.
    Languages,
    /// What the person looks like.
    Description,
    /// The photograph.
    Photograph,
    /// Exact identifiers.
    Selectors,
}

/// Our person as far as the officer chose to show it. Identifier and role are those of *their* person, which they know,
/// unless our role was chosen too.
#[must_use]
pub fn shown(ours: &Subject, theirs: &Subject, fields: &BTreeSet<ShownField>) -> Subject {
    let mut person = Subject::new(theirs.id, theirs.role);
    for field in fields {
        match field {
            ShownField::Role => person.role = ours.role,
            ShownField::Name => person.name = ours.name.clone(),
            ShownField::Aliases => person.aliases = ours.aliases.clone(),
            ShownField::Sex => person.sex = ours.sex,
            ShownField::Born => person.born = ours.born,
            ShownField::Birthplace => person.birthplace = ours.birthplace.clone(),
            ShownField::Nationalities => person.nationalities = ours.nationalities.clone(),
            ShownField::Languages => person.languages = ours.languages.clone(),
            ShownField::Description => person.description = ours.description.clone(),
            ShownField::Photograph => person.photograph = ours.photograph.clone(),
            ShownField::Selectors => person.selectors = ours.selectors.clone(),
        }
    }
    person
}

/// The reasons that go with what is shown: that a date of birth agrees gives the date away.
#[must_use]
pub fn reasons_shown(reasons: &[ReasonField], fields: &BTreeSet<ShownField>) -> Vec<ReasonField> {
    let is_shown =
        |reason: &&ReasonField| field_of(&reason.field).is_some_and(|field| fields.contains(&field));
    reasons.iter().filter(is_shown).cloned().collect()
}

/// The field of a person that a reason speaks of.
fn field_of(reason: &str) -> Option<ShownField> {
    if SelectorKind::ALL.iter().any(|kind| kind.word() == reason) {
        return Some(ShownField::Selectors);
    }
    serde_json::from_value(serde_json::Value::String(reason.to_owned())).ok()
}

#[cfg(test)]
mod tests;
