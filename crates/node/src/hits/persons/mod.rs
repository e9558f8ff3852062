//! The persons of an authority's own cases: searched for, found to be in the files twice, and held to be one by an officer's
//! decision, which a later one undoes. Nothing here changes what a case says of its persons, and nothing leaves the node.

mod duplicates;
mod error;
pub mod http;
mod merge;
mod rebuild;
mod rules;
mod search;
mod store;
mod view;

pub(crate) use duplicates::of_file as duplicates_of_file;
pub use duplicates::{Duplicate, of_case as duplicates_of_case};
pub use error::PersonError;
pub use merge::{list, merge, read, undo};
pub use rebuild::rebuild;
pub(crate) use rebuild::{KEY_VERSION, start, version_of_search};
pub use rules::{FieldView, Saying};
pub use search::{Found, PersonQuery, search};
pub use store::{MergeRow, MergeState, PersonRef};
pub use view::{MergeView, PersonSource, PersonView};
pub(crate) use view::{in_case, person};
