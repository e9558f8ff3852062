//! Hand-overs of evidence: what is offered, and what became of the offer. The content travels from vault to vault.

use crate::id::{ItemId, MessageId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An item of evidence is offered. The receiver fetches the manifest, the chain of custody and the sealed parts from the giver's
/// vault once an officer accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceOffer {
    /// The item; it keeps its identity in the receiver's vault.
    pub item: ItemId,
    /// The exhibit number that the authority which seized it gave it.
    pub exhibit: String,
    /// Its name, for people: nothing hidden in it.
    pub name: String,
    /// Bytes of its content.
    pub size: u64,
    /// SHA-256 of the manifest's JSON, 64 lower-case hexadecimal digits.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub manifest_sha256: String,
    /// The custody event `transferred`, signed by the giver: a DSSE envelope as JSON text.
    pub event: String,
    /// The item's key, wrapped for the receiver: an age file in base64.
    pub key: String,
    /// Whether the giver keeps a copy.
    pub keeps_copy: bool,
    /// What the giver adds.
    pub note: String,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferOutcome {
    /// The receiver has the item whole, and says so in a custody event.
    Accepted,
    /// The receiver does not take it.
    Declined,
    /// The giver took the offer back.
    Withdrawn,
}

/// The answer to an offer, or the giver's taking it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAnswer {
    /// The message that made the offer.
    pub offer: MessageId,
    /// The item.
    pub item: ItemId,
    /// What became of it.
    pub outcome: OfferOutcome,
    /// The custody event that says so, signed: a DSSE envelope as JSON text; none where it was declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Why.
    pub reason: String,
}
