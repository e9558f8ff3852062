//! Alerts: raised in a case, released by a second officer, received, answered by sightings, corrected, ended; and at their
//! end names and photographs are withdrawn wherever they went. What a hit is, and what is told of it, is for `hits`.

mod arrivals;
pub mod cap;
mod commands;
mod error;
pub mod http;
mod identity;
pub mod plausibility;
mod release;
pub mod rules;
mod sightings;
mod store;
mod takedown;
mod view;

pub use arrivals::arrived;
pub use commands::{Raise, cancel, raise, update};
pub use error::AlertError;
pub use release::release;
pub use rules::{AlertState, Draft};
pub use sightings::{NewSighting, report_sighting};
pub(crate) use store::load_in;
pub use store::{AlertRow, Direction, StoredState};
pub use takedown::{withdraw_pending, withdraw_soon};
pub use view::{AlertSummary, AlertView, DeliveryOfAlert, SightingView, list, read, summaries};

use crate::{
    Node,
    exchange::Outgoing,
    journal::About,
    law::{Basis, BasisChoice, Checked},
    random,
    store::{StoreError, Tx},
};
use comity_model::{
    AuthorityId,
    id::{AuthorisationId, MessageId},
    message::Message,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What lets a message go although the tables do not carry the basis of its alert.
#[derive(Debug, Clone, Default)]
pub struct Over {
    /// The officer's reason, where the tables do not say.
    pub basis_reason: Option<String>,
    /// A supervising officer's authorisation, where they contradict it.
    pub authorisation: Option<AuthorisationId>,
}

impl AlertRow {
    /// What entries about it are about.
    #[must_use]
    pub fn about(&self) -> About {
        About { alert: Some(self.id), exchange: Some(self.exchange), case: self.case, ..About::default() }
    }

    /// The alert's basis as it is stored, for what must never be held up: its end.
    #[must_use]
    pub fn as_stored(&self) -> Basis {
        Basis::Stored(self.legal_basis.clone())
    }

    /// The alert's basis, to be checked again for those officers' message. Where they give no reason, that of the alert is
    /// also theirs.
    #[must_use]
    pub fn checked_again(&self, officers: BTreeSet<String>, over: Over) -> Basis {
        let mut choice = BasisChoice::from(&self.legal_basis);
        choice.reason = over.basis_reason.or(choice.reason);
        choice.authorisation = over.authorisation.or(self.authorisation);
        Basis::Chosen(Checked { choice, officers })
    }

    /// A message that follows the alert: in its exchange and under its marking, to its recipients.
    #[must_use]
    pub fn reply(&self, message: Message, legal_basis: Basis) -> Outgoing {
        Outgoing {
            id: random::new_id(MessageId::new),
            from: self.authority.clone(),
            to: self.recipients.clone(),
            exchange: self.exchange,
            reply_to: Some(self.id),
            urgency: self.urgency,
            marking: self.marking.clone(),
            legal_basis,
            message,
        }
    }
}

/// An alert, for the node's own use.
///
/// # Errors
/// No such alert, or a failing database.
pub(crate) async fn load(
    node: &Node,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<AlertRow, AlertError> {
    store::load(&node.store, authority, id).await?.ok_or(AlertError::NotFound)
}

/// Another's alert, if it runs.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn running(
    tx: &mut Tx,
    authority: &AuthorityId,
    id: MessageId,
    now: Timestamp,
) -> Result<Option<AlertRow>, StoreError> {
    let row = load_in(tx, authority, id).await?;
    Ok(row.filter(|row| {
        row.direction == Direction::Incoming && rules::state(row, false, now) == AlertState::Released
    }))
}
