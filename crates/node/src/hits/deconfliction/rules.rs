//! The decisions of deconfliction as pure functions: what an offer must be, how large a set is said to be, which session it
//! is, what both sides call an entry that they have in common.

use crate::hits::queries::whole;
use comity_model::{
    id::MessageId,
    message::deconfliction::{DECONFLICTION_ATTEMPTS, DECONFLICTION_SUITE, DeconflictionOffer},
};
use comity_psi::{
    batch::MOST_BATCH_ENTRIES,
    padding::{is_padded_size, padded_entries},
};
use comity_record::sha256;
use jiff::{SignedDuration, Timestamp};

/// The window in which sessions are counted.
pub(super) const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The longest that an offer may run, in hours.
pub(super) const LONGEST_HOURS: u64 = 30 * 24;
/// How long an offer runs where nobody says.
pub(super) const USUAL_HOURS: u64 = 7 * 24;
/// How far another's clock may be ahead of ours.
const CLOCK: SignedDuration = SignedDuration::from_mins(10);

/// A size that a set may be said to have.
pub(super) fn is_size(entries: u32) -> bool {
    is_padded_size(entries) && entries <= MOST_BATCH_ENTRIES
}

/// The size that the other side is told: round, and with some room, so that the set may grow a little until it is compared. None
/// where it is too large to be compared at all.
pub(super) fn told_size(entries: usize) -> Option<u32> {
    let room = entries / 50 + 8;
    padded_entries(entries.saturating_add(room)).filter(|size| is_size(*size))
}

/// Is an offer what it must be?
///
/// # Errors
/// What is wrong.
pub(super) fn check_offer(offer: &DeconflictionOffer, now: Timestamp) -> Result<(), &'static str> {
    if offer.suite != DECONFLICTION_SUITE {
        return Err("its suite is not known here");
    }
    if !whole::is_token(&offer.session) || !whole::is_token(&offer.officer) {
        return Err("its session or its officer is none");
    }
    if !is_size(offer.entries) {
        return Err("its number of entries is none that sets have");
    }
    if offer.scope.is_empty() {
        return Err("it compares no kind of selector");
    }
    if offer.expires_at <= now {
        return Err("it has expired; offer anew");
    }
    let longest = i64::try_from(LONGEST_HOURS).map(SignedDuration::from_hours).unwrap_or(DAY);
    if offer.expires_at.duration_since(now) > longest.saturating_add(CLOCK) {
        return Err("it runs for longer than 30 days");
    }
    whole::words(&offer.why).map(|_| ()).ok_or("it does not say why, or at too great a length")
}

/// May an attempt of that number be begun, when so many were?
pub(super) fn may_begin(attempt: u64, begun: u64) -> bool {
    attempt == begun.saturating_add(1) && attempt <= u64::from(DECONFLICTION_ATTEMPTS)
}

/// The session: sixteen bytes that follow from the offer, so that no two are alike and none can be chosen. All attempts are one session,
/// that of the first, whose number is hashed too.
pub(super) fn session(offer: MessageId, base: &str) -> [u8; 16] {
    let tag = b"comity/deconfliction-session/v1\0".as_slice();
    first(sha256(&[tag, offer.as_bytes(), base.as_bytes(), &1u64.to_be_bytes()].concat()))
}

/// What both sides call an entry in common: nobody can make it who lacks the entry or the session.
pub(super) fn handle(session: &[u8; 16], input: &[u8]) -> String {
    let tag = b"comity/deconfliction-handle/v1\0".as_slice();
    hex::encode(first(sha256(&[tag, session, input].concat())))
}

fn first(digest: [u8; 32]) -> [u8; 16] {
    digest.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
