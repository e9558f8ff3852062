//! A report of where the child may have been seen.

use crate::{case::Place, id::MessageId, id::SightingId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where and when the child, the taker or the vehicle may have been seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// The sighting's identifier at the authority that took it.
    pub id: SightingId,
    /// The message that raised the alert.
    pub alert: MessageId,
    /// When it was.
    pub seen_at: Timestamp,
    /// Where it was.
    pub place: Place,
    /// What was seen.
    pub what: String,
}
