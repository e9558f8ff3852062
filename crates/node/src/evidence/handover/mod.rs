//! Hand-overs between authorities: one offers an item, the other accepts it and fetches it from the giver's vault, both record
//! it. The content is never encrypted again: what travels are the stored parts, and the item's key wrapped for the receiver.
//! The protocol is `docs/protocol/evidence-handover.md`.

mod arrive;
mod check;
mod commands;
mod fetch;
mod follow;
mod parts;
mod receive;
mod recent;
mod room;
mod rules;
pub mod serve;
mod store;

pub(crate) use arrive::arrived;
pub use commands::{NewOffer, accept, decline, list, load, offer, withdraw};
pub(crate) use fetch::start;
pub use room::STORAGE_FULL;
pub use store::{Direction, OfferRow, OfferState};

use comity_vault::Digest;
use serde::{Deserialize, Serialize};

/// The longest name, exhibit number or note of an offer that is kept, in bytes.
const MAX_TEXT_LEN: usize = 16 << 10;

/// A chain of custody as one vault gives it to another.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustodyFile {
    events: Vec<CustodyLine>,
}

/// A custody event as it travels: the DSSE as JSON text, and what proves that its authority's ledger has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CustodyLine {
    event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proof: Option<super::EventProof>,
}

/// What a running node keeps in memory for hand-overs. Cheap to clone.
#[derive(Clone)]
pub struct HandOvers {
    /// Changes when there is something to fetch.
    wake: tokio::sync::watch::Sender<u64>,
    serving: serve::Serving,
}

impl HandOvers {
    pub(super) fn new() -> Self {
        Self { wake: tokio::sync::watch::Sender::new(0), serving: serve::Serving::default() }
    }

    fn wake(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// A digest that a message gives as text.
fn digest_of(text: &str) -> Option<Digest> {
    text.parse().ok()
}
