//! The law at this node: what officers ask of it, the data sets that the answers rest on, and the check of every message's
//! basis, before it leaves and when it arrives. What binds whom is decided in `comity-law`; here are its data, its callers
//! and the officers who may go on where it does not carry them.

mod ask;
mod authorise;
mod basis;
mod error;
mod held;
pub mod http;
pub(crate) mod page;
pub mod rules;
mod sets;
mod store;
#[cfg(test)]
mod tests;

pub use ask::{as_known_on, places};
pub use authorise::{NewAuthorisation, authorise};
pub use basis::{Assessed, Basis, BasisChoice, BasisError, Checked, Stood, assess_arrived, draft_basis};
pub use error::LawError;
pub use held::{Held, InForce, refresh, start};
pub use page::print_memo;
pub use rules::{Authorisation, Needs};
pub use sets::{Preview, SetView, load_set, preview_set, sets, withdraw_set};

pub(crate) use basis::{check, note_arrival, note_override, read_authorisations};
