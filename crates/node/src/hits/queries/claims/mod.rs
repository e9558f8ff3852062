//! Hits claimed, and what is shown of them. The asker's officer names handles; the holder's officer sees what of ours they are
//! and decides handle by handle, once; a standing rule that the authority has signed may answer before.

mod arrive;
mod decide;
mod held;
pub(super) mod store;
mod view;

pub(super) use arrive::{answered, claimed};
pub use decide::{Declining, DisclosingHit, NewClaim, claim, decline, disclose};
pub(super) use decide::{Given, answer};
pub(super) use held::held;
pub use view::{ClaimView, list, read};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a handle of a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// Nothing was decided.
    Open,
    /// Something was shown.
    Disclosed,
    /// Nothing was shown.
    Declined,
}
