//! Events of custody, and how those of one item hang together.

use super::Item;
use comity_model::{AuthorityId, id::OfficerId};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The item came into being.
    Acquired,
    /// Accepted from another authority.
    Received {
        /// Who offered it.
        from: AuthorityId,
        /// SHA-256 of the offer.
        offer: [u8; 32],
    },
    /// The content was opened.
    Opened,
    /// A copy was made that leaves the vault.
    Copied {
        /// Onto what.
        onto: String,
    },
    /// The content was examined (ISO/IEC 27042).
    Examined {
        /// How, with which result's reference.
        how: String,
    },
    /// Offered to another authority.
    Transferred {
        /// To whom.
        to: AuthorityId,
        /// Whether the giver stays a holder.
        keeps_copy: bool,
    },
    /// An offer ended that was not accepted.
    OfferEnded {
        /// SHA-256 of the offer.
        offer: [u8; 32],
        /// Whether the receiver declined; otherwise the giver took it back.
        declined: bool,
    },
    /// Given back to whom it belongs.
    Returned {
        /// To whom.
        to: String,
    },
    /// Destroyed.
    Destroyed {
        /// How.
        how: String,
    },
}

impl Act {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Acquired => "acquired",
            Self::Received { .. } => "received",
            Self::Opened => "opened",
            Self::Copied { .. } => "copied",
            Self::Examined { .. } => "examined",
            Self::Transferred { .. } => "transferred",
            Self::OfferEnded { .. } => "offer_ended",
            Self::Returned { .. } => "returned",
            Self::Destroyed { .. } => "destroyed",
        }
    }

    /// The other authority of a hand-over.
    #[must_use]
    pub fn counterpart(&self) -> Option<&AuthorityId> {
        match self {
            Self::Received { from: other, .. } | Self::Transferred { to: other, .. } => Some(other),
            _ => None,
        }
    }

    /// The offer that it answers.
    pub(crate) fn offer(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Received { offer, .. } | Self::OfferEnded { offer, .. } => Some(offer),
            _ => None,
        }
    }
}

/// The officer who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The identifier in the signed event.
    pub id: OfficerId,
    /// The name or service number, where the authority gives it to the court.
    pub name: Option<String>,
}

/// An event of custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustodyEvent {
    /// The authority that acted.
    pub by: AuthorityId,
    /// Its officer.
    pub officer: Officer,
    /// Its place among the authority's events on the item, from 0.
    pub number: u64,
    /// SHA-256 of the event as it was signed.
    pub digest: [u8; 32],
    /// When, by the authority's clock.
    pub at: Timestamp,
    /// What was done.
    pub act: Act,
    /// Why.
    pub reason: String,
    /// Under which authority or law, where that was said.
    pub basis: Option<String>,
    /// Where, in words.
    pub place: Option<String>,
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfferState {
    Accepted,
    Ended,
    Open,
}

/// The events of an item, by number and by digest.
pub(crate) struct Chain<'a> {
    item: &'a Item,
    numbered: HashMap<(&'a AuthorityId, u64), usize>,
    digests: HashMap<[u8; 32], usize>,
    accepted: HashSet<[u8; 32]>,
    ended: HashSet<[u8; 32]>,
}

impl<'a> Chain<'a> {
    pub(crate) fn of(item: &'a Item) -> Self {
        let mut chain = Self {
            item,
            numbered: HashMap::new(),
            digests: HashMap::new(),
            accepted: HashSet::new(),
            ended: HashSet::new(),
        };
        for (place, event) in item.custody.iter().enumerate() {
            chain.numbered.entry((&event.by, event.number)).or_insert(place);
            chain.digests.entry(event.digest).or_insert(place);
            match &event.act {
                Act::Received { offer, .. } => chain.accepted.insert(*offer),
                Act::OfferEnded { offer, .. } => chain.ended.insert(*offer),
                _ => false,
            };
        }
        chain
    }

    /// The place of the same authority's event before this one.
    pub(crate) fn before(&self, event: &'a CustodyEvent) -> Option<usize> {
        let number = event.number.checked_sub(1)?;
        self.numbered.get(&(&event.by, number)).copied()
    }

    /// The place of the offer that the event answers.
    pub(crate) fn offer(&self, event: &CustodyEvent) -> Option<usize> {
        event.act.offer().and_then(|offer| self.digests.get(offer)).copied()
    }

    /// What became of the offer that the event is; none where it is none.
    pub(crate) fn state(&self, event: &CustodyEvent) -> Option<OfferState> {
        matches!(event.act, Act::Transferred { .. }).then(|| {
            if self.accepted.contains(&event.digest) {
                OfferState::Accepted
            } else if self.ended.contains(&event.digest) {
                OfferState::Ended
            } else {
                OfferState::Open
            }
        })
    }

    /// The numbers of the same authority that are missing just before the event, first and last.
    pub(crate) fn gap(&self, event: &'a CustodyEvent) -> Option<(u64, u64)> {
        let last = event.number.checked_sub(1)?;
        if self.numbered.contains_key(&(&event.by, last)) {
            return None;
        }
        let below = self.item.custody.iter().filter(|other| other.by == event.by && other.number < last);
        let first = below.map(|other| other.number.saturating_add(1)).max().unwrap_or(0);
        Some((first, last))
    }

    /// Does another event of the same authority bear the same number?
    pub(crate) fn is_fork(&self, place: usize, event: &'a CustodyEvent) -> bool {
        self.numbered.get(&(&event.by, event.number)).is_some_and(|first| *first != place)
    }

    /// Is the offer that the event answers missing?
    pub(crate) fn lacks_offer(&self, event: &CustodyEvent) -> bool {
        event.act.offer().is_some() && self.offer(event).is_none()
    }

    /// Does an event say where the item comes from?
    pub(crate) fn has_origin(&self) -> bool {
        self.item.custody.iter().any(|event| event.act == Act::Acquired)
    }
}
