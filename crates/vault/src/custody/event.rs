//! One custody event, as the authority that acts signs it.

use comity_model::AuthorityId;
use comity_model::id::OfficerId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Digest, ItemId};

/// The DSSE payload type of a custody event.
pub const CUSTODY_EVENT_TYPE: &str = "application/vnd.comity.custody-event.v1+json";
/// The longest event that is read, in bytes of JSON.
pub const MAX_EVENT_LEN: usize = 64 << 10;

/// What an event calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventFormat {
    /// The first version.
    #[serde(rename = "comity/custody-event/v1")]
    V1,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// The item came into being: seized, copied from a source, or made from another item.
    Acquired,
    /// Accepted from another authority: the second half of a hand-over.
    Received {
        /// Who offered it.
        from: AuthorityId,
        /// SHA-256 of the offer.
        offer: Digest,
    },
    /// The content was opened.
    Opened,
    /// A copy was made that leaves the vault.
    Copied {
        /// Onto what, or into which item.
        onto: String,
    },
    /// The content was examined (ISO/IEC 27042).
    Examined {
        /// By which method, with which result's reference.
        how: String,
    },
    /// Offered to another authority: the first half of a hand-over, which holds once it is received.
    Transferred {
        /// To whom.
        to: AuthorityId,
        /// Whether the giver keeps a copy and stays a holder.
        keeps_copy: bool,
    },
    /// An offer that was not accepted ended: the receiver declined it, or the giver took it back.
    OfferEnded {
        /// SHA-256 of the offer, an event of the same authority.
        offer: Digest,
        /// Whether the receiver declined; otherwise the giver took it back.
        declined: bool,
    },
    /// Given back to whom it belongs.
    Returned {
        /// To whom, as the authority's practice names people.
        to: String,
    },
    /// Destroyed, at least by destroying every key that opens it.
    Destroyed {
        /// How, and what proves it.
        how: String,
    },
}

impl Act {
    /// The act in a word, as it is written in an event. A journal entry about it is named `custody_` and this.
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
}

/// A custody event. It holds no hash of the content, which would tell whoever knows a file that somebody has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The version of this format.
    pub format: EventFormat,
    /// The item.
    pub item: ItemId,
    /// SHA-256 of the manifest's JSON, the same in every vault. Not guessable, since the manifest holds a random identifier.
    pub manifest: Digest,
    /// The authority that acts.
    pub by: AuthorityId,
    /// Its officer.
    pub officer: OfficerId,
    /// The event's place among this authority's events on this item, from 0.
    pub number: u64,
    /// SHA-256 of the event before, as it was signed; none for number 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Digest>,
    /// When, by the authority's clock.
    pub at: Timestamp,
    /// What was done.
    pub act: Act,
    /// Why.
    pub reason: String,
    /// Under which authority or law, where the reason alone does not carry it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Where, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Why an event is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventFault {
    /// Longer than [`MAX_EVENT_LEN`].
    #[error(
        "the event has {len} bytes, more than the {MAX_EVENT_LEN} that are read; put details into a report"
    )]
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// Not JSON of this format.
    #[error("this is not a custody event of version 1: {detail}; ask the sender for it again")]
    Malformed {
        /// What the parser says.
        detail: String,
    },
    /// Something that must be said is blank.
    #[error("`{field}` is blank; say what it was")]
    Blank {
        /// The field.
        field: &'static str,
    },
    /// Number 0 names an event before it, or another number names none.
    #[error("event {number} must name the one before it exactly if it is not the first; number it again")]
    Previous {
        /// The event's number.
        number: u64,
    },
    /// An authority hands over to itself.
    #[error("`{0}` hands over to itself; name another authority")]
    ToItself(AuthorityId),
}

impl Event {
    /// Reads an event, as signed, and checks it.
    ///
    /// # Errors
    /// An [`EventFault`].
    pub fn from_json(json: &[u8]) -> Result<Self, EventFault> {
        if json.len() > MAX_EVENT_LEN {
            return Err(EventFault::TooLong { len: json.len() });
        }
        let read = serde_json::from_slice::<Self>(json);
        let event = read.map_err(|error| EventFault::Malformed {
            detail: error.to_string().chars().take(200).collect(),
        })?;
        event.check()?;
        Ok(event)
    }

    /// The event as JSON, to be signed under [`CUSTODY_EVENT_TYPE`].
    ///
    /// # Errors
    /// As [`Event::check`], and [`EventFault::Malformed`] where something in it cannot be written.
    pub fn to_json(&self) -> Result<Vec<u8>, EventFault> {
        self.check()?;
        serde_json::to_vec(self).map_err(|error| EventFault::Malformed { detail: error.to_string() })
    }

    /// Whether the event is sound by itself. What it may follow is [`super::Chain::check`].
    ///
    /// # Errors
    /// The first [`EventFault`].
    pub fn check(&self) -> Result<(), EventFault> {
        let said = |text: &str| !text.trim().is_empty();
        if !said(&self.reason) {
            return Err(EventFault::Blank { field: "reason" });
        }
        if self.previous.is_none() != (self.number == 0) {
            return Err(EventFault::Previous { number: self.number });
        }
        match &self.act {
            Act::Copied { onto } if !said(onto) => Err(EventFault::Blank { field: "act.onto" }),
            Act::Examined { how } | Act::Destroyed { how } if !said(how) => {
                Err(EventFault::Blank { field: "act.how" })
            }
            Act::Returned { to } if !said(to) => Err(EventFault::Blank { field: "act.to" }),
            Act::Transferred { to: other, .. } | Act::Received { from: other, .. } if *other == self.by => {
                Err(EventFault::ToItself(self.by.clone()))
            }
            _ => Ok(()),
        }
    }
}
