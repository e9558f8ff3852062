//! `comity match`: comparisons on this machine, row by row.

pub mod hashes;
mod names;
mod pdq;
mod persons;
mod selectors;
pub mod sets;
pub mod table;
mod usage;

use crate::{cli::matching::Match, failure::Failure};

/// Runs one of the comparisons.
pub fn run(command: &Match, as_json: bool) -> Result<(), Failure> {
    match command {
        Match::Names(ask) => names::run(ask, as_json),
        Match::Persons(ask) => persons::run(ask, as_json),
        Match::Pdq(ask) => pdq::run(ask, as_json),
        Match::Hashes(ask) => hashes::run(ask, as_json),
        Match::Selectors(ask) => selectors::run(ask, as_json),
        Match::Usage(ask) => usage::run(ask, as_json),
    }
}
