//! The online query: a verifiable oblivious pseudorandom function over ristretto255 with SHA-512 (RFC 9497, mode VOPRF).
//! The requester learns the function's value of its inputs and that the published key made them; the holder of the key
//! learns how many there were, padded. Not for deciding what may be asked, or how often.

mod batch;
mod error;
mod evaluation;
mod key;
mod proof;
mod query;
mod state;
mod suite;
#[cfg(test)]
mod tests;

pub use batch::{BATCH_SIZES, BlindedBatch, MAX_BATCH, commitment, padded_size};
pub use error::OprfError;
pub use evaluation::Evaluation;
pub use key::{HolderKey, PublicKey};
pub use query::Query;
pub use suite::{MAX_INPUT, Output, SUITE};
