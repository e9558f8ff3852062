#![doc = include_str!("../README.md")]

pub mod authority;
pub mod case;
pub mod id;
pub mod jurisdiction;
pub mod legal;
pub mod marking;
pub mod message;
pub mod partial_date;
pub mod receipt;
pub mod registry;
pub mod schema;
pub mod selector;
pub mod statement;
pub mod subject;

pub use authority::{AuthorityId, AuthorityKind};
pub use jurisdiction::Jurisdiction;
pub use partial_date::PartialDate;

/// A word that is not what its type allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not {expected}")]
pub struct Nonsense {
    /// The input as given, cut to 80 characters.
    pub given: String,
    /// What would have been accepted.
    pub expected: &'static str,
}

impl Nonsense {
    /// Reports `given`, cut to 80 characters, against what was expected.
    #[must_use]
    pub fn new(given: &str, expected: &'static str) -> Self {
        Self { given: given.chars().take(80).collect(), expected }
    }
}
