//! The identity of an item, which stays the same in every vault that holds it.

use std::fmt;
use std::str::FromStr;

use comity_model::Nonsense;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const EXPECTED: &str = "a UUID of version 7";

/// An item of evidence: a UUID of version 7 (RFC 9562).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Uuid", into = "Uuid")]
pub struct ItemId(Uuid);

impl ItemId {
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

impl TryFrom<Uuid> for ItemId {
    type Error = Nonsense;
    fn try_from(value: Uuid) -> Result<Self, Nonsense> {
        match value.get_version_num() {
            7 => Ok(Self(value)),
            _ => Err(Nonsense::new(&value.to_string(), EXPECTED)),
        }
    }
}

impl From<ItemId> for Uuid {
    fn from(value: ItemId) -> Uuid {
        value.0
    }
}

impl FromStr for ItemId {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        Self::try_from(Uuid::try_parse(text).map_err(|_| Nonsense::new(text, EXPECTED))?)
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}
