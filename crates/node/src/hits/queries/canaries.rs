//! Canaries: entries of nobody, a selector or an invented person, that an auditor plants among those that an epoch publishes. Who claims
//! one was asking without a reason, or guessing.
//!
//! A guess that is not followed by a claim is invisible here, by design: what is asked is blinded (RFC 9497), and the asker alone sees
//! whether it hit. No code of a holder could raise an alarm there that would not see what honest officers ask. Budgets on padded
//! sizes bound how many guesses there can be, and the asker's journal has the number of its hits.

use super::{
    MatchingError, epochs, kept,
    keyed::{self, Keyed},
};
use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    random,
};
use comity_model::{
    AuthorityId, PartialDate,
    id::{AuthorisationId, SubjectId},
    selector::SelectorKind,
    subject::{PersonName, Subject, SubjectRole},
};
use epochs::store::CanaryRow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The kind of a canary that is an invented person, beside the kinds of selectors.
const PERSON: &str = "person";

/// An entry that nobody should ever hit: a selector by `kind` and `value`, or an invented `person`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCanary {
    /// The kind of selector.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub kind: Option<SelectorKind>,
    /// A value that belongs to nobody.
    #[serde(default)]
    pub value: Option<String>,
    /// A person whom nobody has ever met.
    #[serde(default)]
    pub person: Option<InventedPerson>,
    /// What it is for.
    #[serde(default)]
    pub note: String,
}

/// What the fuzzy keys of an invented person are made of.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InventedPerson {
    /// The name; two words are needed.
    #[schema(value_type = Object, example = json!({ "family": "Quillfeather", "forename": "Oswin" }))]
    pub name: PersonName,
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub aliases: Vec<PersonName>,
    /// The date of birth, or the year.
    #[schema(value_type = String, example = "1984-06-02")]
    pub born: PartialDate,
}

impl InventedPerson {
    fn keys(&self) -> Vec<Keyed> {
        let mut subject = Subject::new(SubjectId::new(0, [0; 10]), SubjectRole::Suspect);
        (subject.name, subject.aliases) = (Some(self.name.clone()), self.aliases.clone());
        subject.born = Some(self.born);
        keyed::of_person(&subject).into_iter().map(|(keyed, _)| keyed).collect()
    }
}

/// A canary, without what it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CanaryView {
    /// Its identifier.
    pub id: String,
    /// The kind of selector; `person` for an invented person.
    pub kind: String,
    /// What it is for.
    pub note: String,
    /// Who planted it.
    pub made_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
}

impl From<CanaryRow> for CanaryView {
    fn from(row: CanaryRow) -> Self {
        let CanaryRow { id, kind, note, made_by, made_at, .. } = row;
        Self { id, kind, note, made_by, made_at }
    }
}

/// Plants a canary: it is published like any entry, and a claim on it is told to whoever oversees.
///
/// # Errors
/// Where it is neither a selector nor a person who can be looked for, this node publishes no persons, or the database fails.
pub async fn plant(node: &Arc<Node>, caller: &Caller, new: NewCanary) -> Result<CanaryView, MatchingError> {
    let authority = &caller.authority;
    let (kind, sealed) = match (new.kind, new.value, new.person) {
        (Some(kind), Some(value), None) => selector(node, authority, kind, &value)?,
        (None, None, Some(person)) => (PERSON.to_owned(), sealed_person(node, authority, &person)?),
        _ => {
            let why = "is neither a selector nor a person; give `kind` and `value`, or `person` alone";
            return Err(MatchingError::unfit("kind", why));
        }
    };
    let now = random::now();
    let row = CanaryRow {
        id: random::new_id(AuthorisationId::new).to_string(),
        kind,
        sealed,
        note: new.note.chars().take(2000).collect::<String>().replace('\0', ""),
        made_by: caller.name.clone(),
        made_at: now,
    };
    let mut tx = node.store.begin("plant_canary").await?;
    epochs::store::insert_canary(&mut tx, authority, &row).await?;
    super::selectors_changed(&mut tx, authority).await?;
    let detail = serde_json::json!({ "canary": row.id, "kind": row.kind });
    tx.record(Entry::new(now, Some(authority), &caller.actor(), "canary_planted", About::default(), detail));
    tx.commit().await?;
    node.matching.wake();
    Ok(row.into())
}

fn selector(
    node: &Node,
    authority: &AuthorityId,
    kind: SelectorKind,
    value: &str,
) -> Result<(String, Vec<u8>), MatchingError> {
    let keyed = keyed::read(authority, kind, value)
        .map_err(|why| MatchingError::unfit("value", format!("is no such selector: {why}")))?;
    let sealed = kept::keep_json(node, authority, &keyed.value)?;
    Ok((keyed.kind, sealed))
}

fn sealed_person(
    node: &Node,
    authority: &AuthorityId,
    person: &InventedPerson,
) -> Result<Vec<u8>, MatchingError> {
    if !node.config.matching.publish_persons {
        let why = "cannot be found, since this node publishes no persons; plant a selector";
        return Err(MatchingError::unfit("person", why));
    }
    if person.keys().is_empty() {
        let why = "cannot be looked for; two words of a name and a year of birth are needed";
        return Err(MatchingError::unfit("person", why));
    }
    kept::keep_json(node, authority, person)
}

/// What of a canary goes into the protocol; nothing where it cannot be read any more, or persons are not published.
///
/// # Errors
/// Where it does not open.
pub(super) fn entries(
    node: &Node,
    authority: &AuthorityId,
    row: &CanaryRow,
) -> Result<Vec<Keyed>, MatchingError> {
    if row.kind != PERSON {
        return Ok(selector_of(node, authority, row)?.into_iter().collect());
    }
    if !node.config.matching.publish_persons {
        return Ok(Vec::new());
    }
    let person: InventedPerson = kept::open_json(node, authority, &row.sealed)?;
    Ok(person.keys())
}

/// The selector that a canary is; none for a person.
///
/// # Errors
/// Where it does not open.
pub(super) fn selector_of(
    node: &Node,
    authority: &AuthorityId,
    row: &CanaryRow,
) -> Result<Option<Keyed>, MatchingError> {
    let Ok(kind) = row.kind.parse::<SelectorKind>() else { return Ok(None) };
    let value: String = kept::open_json(node, authority, &row.sealed)?;
    Ok(keyed::read(authority, kind, &value).ok())
}
