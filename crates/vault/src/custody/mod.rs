//! Custody: who had an item, when, why and under which authority, as statements that are signed and committed elsewhere, and the
//! rules by which a reader finds every break. Pure functions; nothing here decides who may do what.
//!
//! Each authority that has an item keeps a **strand**: its events, numbered from 0, each naming the hash of the one before. A
//! hand-over joins two strands: the giver's offer (`transferred`) and the receiver's acceptance (`received`), which names the hash
//! of the offer. What is missing is shown as a gap. Only the end of a strand cannot be seen from the events alone: there the
//! ledger proves what came last.

mod chain;
mod event;
mod finding;

pub use chain::{Chain, Entry};
pub use event::{Act, CUSTODY_EVENT_TYPE, Event, EventFault, EventFormat, MAX_EVENT_LEN};
pub use finding::{Finding, FindingKind};

#[cfg(test)]
mod tests;
