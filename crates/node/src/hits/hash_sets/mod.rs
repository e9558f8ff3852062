//! Hash sets: lists of hashes of known files, kept as evidence. A hash can be turned back into something like its picture, so a
//! set is sealed in the vault and leaves it only as a hand-over under its marking; no route gives its hashes out. In memory
//! it is searched, and what a search finds is a lead and no proof.

mod error;
mod gathering;
mod held;
pub mod http;
mod import;
mod memory;
mod rules;
mod sealed;
mod search;
mod store;
mod withdraw;

pub use error::{Fault, HashSetError};
pub use import::{LoadSet, import, load};
pub use memory::{HashSets, start, sync};
pub use rules::{NewSet, SetFormat, SetWords};
pub(crate) use sealed::refuse_export;
pub use search::{Asked, Lead, Leads, SetName, Unsearched, search};
pub(crate) use store::marking_of;
pub use store::{Counts, SetRow, SetState};
pub use withdraw::withdraw;

use crate::Node;
use comity_model::{AuthorityId, id::ItemId};

/// The hash sets of an authority, newest first, withdrawn ones too.
///
/// # Errors
/// Where the database fails.
pub async fn list(node: &Node, authority: &AuthorityId) -> Result<Vec<SetRow>, HashSetError> {
    Ok(store::list(&node.store, authority).await?)
}

/// One hash set.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn read(node: &Node, authority: &AuthorityId, set: ItemId) -> Result<SetRow, HashSetError> {
    store::load(&node.store, authority, set).await?.ok_or(HashSetError::NotFound)
}
