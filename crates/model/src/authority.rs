//! Authorities: the bodies that act.

use crate::{Jurisdiction, Nonsense};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

const EXPECTED: &str =
    "an authority such as `FR-NCB`: jurisdiction, hyphen, then 2 to 30 of A-Z, 0-9 and hyphen";

/// The name of an authority in the registry: its jurisdiction, a hyphen and its short name, as in `FR-NCB`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[A-Z]{2}-[A-Z0-9][A-Z0-9-]{1,29}$"))]
pub struct AuthorityId(String);

impl AuthorityId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The jurisdiction whose authority this is.
    #[must_use]
    pub fn jurisdiction(&self) -> Jurisdiction {
        // INVARIANT: the constructor parsed the first two letters.
        self.0
            .get(..2)
            .and_then(|code| code.parse().ok())
            .unwrap_or_else(|| unreachable!("checked when built"))
    }
}

impl FromStr for AuthorityId {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let nonsense = || Nonsense::new(text, EXPECTED);
        let (code, name) = text.split_once('-').ok_or_else(nonsense)?;
        code.parse::<Jurisdiction>().map_err(|_| nonsense())?;
        let letters = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let fits = (2..=30).contains(&name.len()) && name.starts_with(letters);
        if fits && name.chars().all(|c| letters(c) || c == '-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(nonsense())
        }
    }
}

impl TryFrom<String> for AuthorityId {
    type Error = Nonsense;
    fn try_from(text: String) -> Result<Self, Nonsense> {
        text.parse()
    }
}

impl From<AuthorityId> for String {
    fn from(value: AuthorityId) -> String {
        value.0
    }
}

impl fmt::Display for AuthorityId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What kind of body an authority is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorityKind {
    /// INTERPOL National Central Bureau.
    Ncb,
    /// A police unit.
    PoliceUnit,
    /// A central authority (Hague 1980 art. 6, Hague 1996 art. 29).
    CentralAuthority,
    /// A prosecutor.
    Prosecutor,
    /// A court.
    Court,
    /// A forensic laboratory.
    ForensicLaboratory,
    /// A regional or global body.
    Hub,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_names_its_jurisdiction() {
        let bureau: AuthorityId = "MA-NCB".parse().unwrap();
        assert_eq!(bureau.jurisdiction().code(), "MA");
    }

    #[test]
    fn an_authority_of_no_jurisdiction_is_refused() {
        for text in ["NCB", "ZZ-NCB", "FR-", "FR-N", "FR-ncb", "FR--NCB", "FR-NCB ", "FR-ÉCOLE"] {
            assert!(text.parse::<AuthorityId>().is_err(), "{text}");
        }
    }
}
