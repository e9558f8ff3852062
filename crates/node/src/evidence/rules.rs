//! The decisions of the vault as pure functions.

use comity_vault::custody::Act;

/// The name of a custody act, as journal entries and views write it.
#[must_use]
pub fn act_name(act: &Act) -> &'static str {
    match act {
        Act::Acquired => "acquired",
        Act::Received { .. } => "received",
        Act::Opened => "opened",
        Act::Copied { .. } => "copied",
        Act::Examined { .. } => "examined",
        Act::Transferred { .. } => "transferred",
        Act::OfferEnded { .. } => "offer_ended",
        Act::Returned { .. } => "returned",
        Act::Destroyed { .. } => "destroyed",
    }
}

/// The name of the journal entry that a custody event makes.
#[must_use]
pub fn journal_act(act: &Act) -> &'static str {
    match act {
        Act::Acquired => "custody_acquired",
        Act::Received { .. } => "custody_received",
        Act::Opened => "custody_opened",
        Act::Copied { .. } => "custody_copied",
        Act::Examined { .. } => "custody_examined",
        Act::Transferred { .. } => "custody_transferred",
        Act::OfferEnded { .. } => "custody_offer_ended",
        Act::Returned { .. } => "custody_returned",
        Act::Destroyed { .. } => "custody_destroyed",
    }
}
