//! What the routes of hits, private queries and comparisons have alike.

use comity_model::id::MessageId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most things in one answer.
pub(super) const LONGEST_LIST: u64 = 200;

/// So many as are asked for, within bounds.
pub(super) fn at_most(limit: Option<u64>) -> u64 {
    limit.unwrap_or(100).clamp(1, LONGEST_LIST)
}

/// Which of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only those on which something is still to be decided or done.
    #[serde(default)]
    pub open: bool,
    /// At most so many, 1 to 200; otherwise 100.
    pub limit: Option<u64>,
}

/// Why something is not done, or ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// Why; the other side reads it.
    pub reason: String,
}

/// A claim that is in the outbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct Claimed {
    /// The claim.
    #[schema(value_type = String, format = "uuid")]
    pub claim: MessageId,
}
