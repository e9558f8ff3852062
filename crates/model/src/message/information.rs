//! What a holder discloses after a hit, and free information between authorities.

use crate::{id::MessageId, subject::Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How one field of two persons compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Both say the same, or what may be the same.
    Agrees,
    /// Both say something alike.
    Near,
    /// They say different things.
    Differs,
    /// One of them is silent.
    Silent,
}

/// One field's comparison; the reason behind a hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonField {
    /// The field, such as `name`, `born`, `document`.
    pub field: String,
    /// How it compares.
    pub verdict: Verdict,
    /// Why, in a line, without giving values.
    pub why: String,
    /// What it weighs, in bits: above 0 for one person, below 0 for two; absent where it was not weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
}

/// What the holder of a hit decided to show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// The message that raised the alert.
    pub alert: MessageId,
    /// Which fields agree and which differ.
    pub reasons: Vec<ReasonField>,
    /// The person as far as the officer chose to show it.
    pub subject: Subject,
    /// The holder's own reference for further questions.
    pub reference: String,
    /// What the officer adds.
    pub note: String,
}

/// A question, an answer or other information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Information {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
}
