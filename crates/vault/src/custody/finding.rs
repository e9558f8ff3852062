//! What a reader of a chain finds.

use std::fmt;
use std::ops::Range;

use comity_model::AuthorityId;
use jiff::Timestamp;

use crate::{Digest, ItemId};

/// Something that a court should know of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The event that shows it, by its authority and number; none where it is of the chain as a whole.
    pub event: Option<(AuthorityId, u64)>,
    /// What it is.
    pub kind: FindingKind,
}

/// The kinds of finding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindingKind {
    /// No event tells where the item comes from.
    #[error("no event says where the item comes from")]
    NoOrigin,
    /// More than one event claims to be its beginning.
    #[error("the item is said to have been acquired more than once")]
    AcquiredTwice,
    /// The event is of another item.
    #[error("the event is of another item, `{0}`")]
    OtherItem(ItemId),
    /// The event is of another manifest than the chain's first.
    #[error("the event names another description of the item, `{0}`")]
    OtherManifest(Digest),
    /// Events of this authority are missing before this one.
    #[error("events {} to {} are missing before this one", .0.start, .0.end.saturating_sub(1))]
    Gap(Range<u64>),
    /// Two different events bear one number.
    #[error("another event bears the same number: `{0}`")]
    Fork(Digest),
    /// The event does not name the hash of the one before it.
    #[error("the event names `{named}` as the one before it, which is `{found}`; one of them was altered")]
    Link {
        /// What it names.
        named: Digest,
        /// The hash of the event before.
        found: Digest,
    },
    /// It is earlier than the one before it.
    #[error("the event is dated before the one that it follows, of {0}")]
    TimeBackwards(Timestamp),
    /// An authority acts on what it has not, or no longer.
    #[error("the authority did not have the item then")]
    NotHolding,
    /// The offer that is accepted is not in the chain.
    #[error("the offer `{0}` that it accepts is missing")]
    OfferMissing(Digest),
    /// The offer was made by or to somebody else.
    #[error("the offer that it accepts was made by `{by}` to `{to}`")]
    OfferOfOthers {
        /// Who made it.
        by: AuthorityId,
        /// To whom.
        to: AuthorityId,
    },
    /// The offer was accepted before.
    #[error("the offer `{0}` was accepted before")]
    OfferTaken(Digest),
    /// It was accepted before it was offered.
    #[error("it is dated before the offer that it accepts, of {0}")]
    ReceivedBeforeOffered(Timestamp),
    /// One authority gave the item away twice.
    #[error("the item had already been given away, and the authority kept no copy")]
    GivenTwice,
    /// An offer ended that this authority never made.
    #[error("the offer `{0}` that it ends was never made by this authority")]
    NoSuchOffer(Digest),
    /// It was accepted although the offer had ended.
    #[error("the offer `{0}` that it accepts had ended by then")]
    AcceptedAfterEnd(Digest),
    /// Offered, and not accepted so far.
    #[error("the hand-over to `{0}` was offered and not accepted")]
    HandOverOpen(AuthorityId),
}

impl Finding {
    pub(super) fn of(event: &super::Event, kind: FindingKind) -> Self {
        Self { event: Some((event.by.clone(), event.number)), kind }
    }

    /// Whether it breaks the chain. A hand-over that waits for its acceptance does not.
    #[must_use]
    pub fn is_break(&self) -> bool {
        !matches!(self.kind, FindingKind::HandOverOpen(_))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.event {
            Some((by, number)) => write!(out, "event {number} of `{by}`: {}", self.kind),
            None => self.kind.fmt(out),
        }
    }
}
