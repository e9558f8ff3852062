//! Persons in a case, with their role and what is known to recognise them by.

use crate::{Jurisdiction, Nonsense, PartialDate, id::SubjectId, selector::Selector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a person is in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectRole {
    /// The child.
    Child,
    /// The person said to have taken or kept the child.
    AllegedTaker,
    /// A person suspected of a crime.
    Suspect,
    /// The person, institution or body that asks for the child's return.
    Applicant,
    /// A witness.
    Witness,
    /// The officer in charge.
    OfficerInCharge,
}

/// Sex as travel documents write it (ICAO Doc 9303): `F`, `M`, or `X` where unspecified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
    /// Unspecified.
    X,
}

/// A person's name in its parts, in the script in which it was given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonName {
    /// Family name; empty only for a person with a single name, which then stands in `forename`.
    #[serde(default)]
    pub family: String,
    /// Forenames.
    #[serde(default)]
    pub forename: String,
}

impl PersonName {
    /// Builds a name; at least one part must hold a letter.
    pub fn new(family: &str, forename: &str) -> Result<Self, Nonsense> {
        let (family, forename) = (family.trim(), forename.trim());
        if !format!("{family}{forename}").chars().any(char::is_alphabetic) {
            return Err(Nonsense::new(family, "a name with at least one letter"));
        }
        Ok(Self { family: family.to_owned(), forename: forename.to_owned() })
    }

    /// Forenames and family name, as one would read them out.
    #[must_use]
    pub fn full(&self) -> String {
        format!("{} {}", self.forename, self.family).trim().to_owned()
    }
}

/// A person's description, for recognition by people. Heights in centimetres, weights in kilograms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Description {
    /// Height in centimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height_cm: Option<u16>,
    /// Weight in kilograms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_kg: Option<u16>,
    /// Colour of the eyes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eyes: Option<String>,
    /// Colour and style of the hair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hair: Option<String>,
    /// Distinguishing marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marks: Option<String>,
    /// Clothing when last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clothing: Option<String>,
}

impl Description {
    /// Does it say anything at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A photograph that travels inside the sealed body of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Photograph {
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// The file, in standard base64.
    pub base64: String,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The person's identifier in the authority's own file.
    pub id: SubjectId,
    /// The role in this case.
    pub role: SubjectRole,
    /// The name; absent where it is unknown or was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// Other names the person is known by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<PersonName>,
    /// Date of birth, at least the year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<PartialDate>,
    /// Place of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthplace: Option<String>,
    /// Sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Nationalities.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub nationalities: BTreeSet<Jurisdiction>,
    /// Languages spoken, by ISO 639 code as the source gave it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub languages: BTreeSet<String>,
    /// What the person looks like.
    #[serde(default, skip_serializing_if = "Description::is_empty")]
    pub description: Description,
    /// Exact identifiers: documents, telephones, plates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selectors: Vec<Selector>,
    /// A photograph; never shown by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photograph: Option<Photograph>,
}

impl Subject {
    /// A person of whom nothing but the role is known.
    #[must_use]
    pub fn new(id: SubjectId, role: SubjectRole) -> Self {
        Self {
            id,
            role,
            name: None,
            aliases: Vec::new(),
            born: None,
            birthplace: None,
            sex: None,
            nationalities: BTreeSet::new(),
            languages: BTreeSet::new(),
            description: Description::default(),
            selectors: Vec::new(),
            photograph: None,
        }
    }

    /// Takes away name, aliases and photograph, as a take-down demands. Returns what was taken, in plain words.
    pub fn withdraw_identity(&mut self) -> Vec<&'static str> {
        let mut taken = Vec::new();
        if self.name.take().is_some() || !self.aliases.is_empty() {
            taken.push("name");
        }
        self.aliases.clear();
        if self.photograph.take().is_some() {
            taken.push("photograph");
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withdrawing_takes_every_name_and_the_photograph() {
        let mut child = Subject::new(SubjectId::new(1, [0; 10]), SubjectRole::Child);
        child.name = Some(PersonName::new("Lemaire", "Inès").unwrap());
        child.aliases = vec![PersonName::new("Lemaire", "Nini").unwrap()];
        child.photograph = Some(Photograph { media_type: "image/png".into(), base64: String::new() });
        assert_eq!(child.withdraw_identity(), ["name", "photograph"]);
        assert!(!serde_json::to_string(&child).unwrap().contains("Lemaire"));
        assert!(child.withdraw_identity().is_empty());
    }

    #[test]
    fn a_name_without_a_letter_is_refused() {
        assert!(PersonName::new(" ", "--").is_err());
        assert_eq!(PersonName::new("", "سلمى").unwrap().full(), "سلمى");
    }
}
