//! Cases, alerts and hits once more, on PostgreSQL: the same tests, the same SQL.

#![allow(clippy::duplicate_mod, reason = "each of the files brings its world along")]

#[path = "alerts.rs"]
mod alerts;
#[path = "alerts_takedown.rs"]
mod alerts_takedown;
#[path = "cases.rs"]
mod cases;
#[path = "hits.rs"]
mod hits;
