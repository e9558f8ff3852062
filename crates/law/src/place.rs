//! Where: a jurisdiction, or a part of one that a treaty binds on its own date.

use comity_model::{Jurisdiction, Nonsense};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A jurisdiction by ISO 3166-1 code (`CA`, `HK`), or a part of one by ISO 3166-2 code (`CA-AB`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"))]
pub struct Place {
    jurisdiction: Jurisdiction,
    part: Option<String>,
}

impl Place {
    /// The state or territory.
    #[must_use]
    pub fn jurisdiction(&self) -> Jurisdiction {
        self.jurisdiction
    }

    /// The whole code of the part, such as `CA-AB`.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.part.as_deref()
    }
}

impl From<Jurisdiction> for Place {
    fn from(jurisdiction: Jurisdiction) -> Self {
        Self { jurisdiction, part: None }
    }
}

impl FromStr for Place {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let Some((state, part)) = text.split_once('-') else {
            return Ok(text.parse::<Jurisdiction>()?.into());
        };
        let fits = (1..=3).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !fits {
            return Err(Nonsense::new(text, "an ISO 3166-1 or 3166-2 code"));
        }
        Ok(Self { jurisdiction: state.parse()?, part: Some(text.to_owned()) })
    }
}

impl TryFrom<String> for Place {
    type Error = Nonsense;
    fn try_from(text: String) -> Result<Self, Nonsense> {
        text.parse()
    }
}

impl From<Place> for String {
    fn from(place: Place) -> String {
        place.to_string()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.part.as_deref().unwrap_or(self.jurisdiction.code()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_state_names_its_state() {
        let alberta: Place = "CA-AB".parse().unwrap();
        assert_eq!((alberta.jurisdiction().code(), alberta.part()), ("CA", Some("CA-AB")));
        assert_eq!(alberta.to_string(), "CA-AB");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "C", "ZZ", "CA-", "CA-ab", "CA-ABCD", "ZZ-AB", "-AB", "CA-A-B"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }
}
