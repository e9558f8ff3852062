//! Hand-overs once more, on PostgreSQL: the same tests, the same SQL.

#![allow(clippy::duplicate_mod, reason = "each of the files brings its world along")]

#[path = "evidence_handover.rs"]
mod evidence_handover;
#[path = "evidence_offers.rs"]
mod evidence_offers;
