//! Hits: a person of ours who may be a person in another's alert. The node finds them by itself and tells nobody; an officer
//! looks at the reasons and decides to show something to the alert's originator, or nothing.

mod decide;
pub mod deconfliction;
mod error;
mod found;
pub mod hash_sets;
pub mod http;
mod parts;
pub mod persons;
mod purge;
pub mod queries;
pub mod rules;
mod search;
mod store;
mod view;

pub use decide::{Disclose, disclose, dismiss};
pub use error::MatchingError;
pub use found::FoundState;
pub use rules::ShownField;
pub(crate) use rules::index_keys;
pub(crate) use search::{search_alert, search_case};
pub use store::{HitRow, HitState};
pub(crate) use store::{of_alert_in, replace_texts, unindex_alert};
pub use view::{HitView, list, of_alert, read};
