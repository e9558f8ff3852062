//! Identifiers: UUID version 7 (RFC 9562), one type for each kind of thing, so that one cannot stand for another.

use crate::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! identifier {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "Uuid", into = "Uuid")]
        pub struct $name(Uuid);

        impl $name {
            /// Builds an identifier from a time (Unix milliseconds) and 10 random bytes.
            #[must_use]
            pub fn new(unix_ms: u64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
            }

            /// The identifier as 16 bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl TryFrom<Uuid> for $name {
            type Error = Nonsense;
            fn try_from(value: Uuid) -> Result<Self, Nonsense> {
                if value.get_version_num() == 7 {
                    Ok(Self(value))
                } else {
                    Err(Nonsense::new(&value.to_string(), "a UUID of version 7"))
                }
            }
        }

        impl From<$name> for Uuid {
            fn from(value: $name) -> Uuid {
                value.0
            }
        }

        impl FromStr for $name {
            type Err = Nonsense;
            fn from_str(text: &str) -> Result<Self, Nonsense> {
                let uuid = Uuid::try_parse(text).map_err(|_| Nonsense::new(text, "a UUID of version 7"))?;
                Self::try_from(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    )*};
}

identifier! {
    /// A case of one authority.
    CaseId
    /// A person in a case.
    SubjectId
    /// A message, and the envelope that carries it.
    MessageId
    /// The thread of messages on one matter between authorities.
    ExchangeId
    /// Two holders found to have the same thing.
    HitId
    /// A report of where a child may have been seen.
    SightingId
    /// A person who signs in at a node.
    OfficerId
    /// An item of evidence, in every vault that holds it.
    ItemId
    /// A supervising officer's leave to go on over a contradicted legal basis.
    AuthorisationId
    /// An officer's decision that persons of several cases are one.
    MergeId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_sorts_by_its_time() {
        let earlier = MessageId::new(1_000, [255; 10]);
        let later = MessageId::new(1_001, [0; 10]);
        assert!(earlier < later);
    }

    #[test]
    fn an_identifier_of_another_version_is_refused() {
        let version_four = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert!(version_four.parse::<CaseId>().is_err());
        assert!(serde_json::from_str::<CaseId>(&format!("\"{version_four}\"")).is_err());
    }

    #[test]
    fn an_identifier_survives_json() {
        let id = ExchangeId::new(1_700_000_000_000, [7; 10]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<ExchangeId>(&json).unwrap(), id);
    }
}
