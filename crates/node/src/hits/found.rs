//! What was found at another authority, by a private query or by a comparison of whole case loads, and what becomes of it: an officer
//! claims it, the other side shows something of it or nothing, once.

mod claim;
mod store;

pub(super) use claim::{Claiming, send};
pub(super) use store::answer;

use comity_model::{AuthorityId, id::MessageId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of something that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FoundState {
    /// Found, and not claimed; after a query the other side does not know.
    Found,
    /// Claimed; the other side has not answered.
    Claimed,
    /// The other side shows something.
    Disclosed,
    /// The other side shows nothing.
    Declined,
}

/// By what it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FoundBy {
    /// By a private query.
    Query(MessageId),
    /// By a comparison of whole case loads, named by its offer.
    Comparison(MessageId),
}

impl FoundBy {
    /// The message by which both sides name it.
    fn id(self) -> MessageId {
        match self {
            Self::Query(id) | Self::Comparison(id) => id,
        }
    }
}

/// Whose finding it is, by what it was found, and at whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundAt<'a> {
    pub authority: &'a AuthorityId,
    pub by: FoundBy,
    pub holder: &'a AuthorityId,
}
