//! Real nodes for scenarios: each with its own directory, database, keys and ports, in one process; and peers that behave
//! badly, with keys and certificates that the registry knows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../../crates/node/tests/addresses/mod.rs"]
pub mod addresses;
pub mod federation;
pub mod hostile;
pub mod letters;
pub mod postgres;
pub mod sqlite;

pub use federation::{TestFederation, TestNode};
