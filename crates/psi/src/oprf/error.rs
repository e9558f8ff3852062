//! Why a query, a batch or an answer is refused.

use super::{BATCH_SIZES, MAX_BATCH, MAX_INPUT};
use crate::group::ElementFault;

/// Why a query, a batch or an answer is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OprfError {
    /// A query of nothing.
    #[error("a query needs at least one input")]
    NoInputs,
    /// A query that no size can hold.
    #[error("`{count}` inputs are too many for one query; split them into queries of at most {MAX_BATCH}")]
    TooManyInputs {
        /// How many there were.
        count: usize,
    },
    /// An input whose length the protocol cannot hash.
    #[error("input {index} is `{length}` bytes long; inputs have at most {MAX_INPUT}")]
    InputTooLong {
        /// Which one, from 0.
        index: usize,
        /// Its length in bytes.
        length: usize,
    },
    /// An input that hashes to the identity. Nobody knows one (RFC 9497, 3.3.1).
    #[error("input {index} cannot be asked for; leave it out")]
    InputIsIdentity {
        /// Which one, from 0.
        index: usize,
    },
    /// A batch of a size that nobody should make.
    #[error("a batch of `{bytes}` bytes is refused; a batch has {BATCH_SIZES:?} elements of 32 bytes")]
    BatchSize {
        /// Its size in bytes.
        bytes: usize,
    },
    /// An element that may not be used.
    #[error("element {index} of the {of} {fault}; ask its sender to make it again")]
    Element {
        /// Of what: `batch`, `evaluation`.
        of: &'static str,
        /// Which one, from 0.
        index: usize,
        /// What is wrong with it.
        fault: ElementFault,
    },
    /// A public key that may not be used.
    #[error("the public key {fault}; fetch the holder's current statement again")]
    PublicKey {
        /// What is wrong with it.
        fault: ElementFault,
    },
    /// Bytes that are no private key: zero, or not below the group's order.
    #[error("these 32 bytes are no key of this suite; unseal them again or make a new key")]
    SecretKey,
    /// An answer whose length does not fit the question.
    #[error("the evaluation has `{found}` bytes where {expected} belong; ask the holder again")]
    EvaluationSize {
        /// What the batch needs.
        expected: usize,
        /// What came.
        found: usize,
    },
    /// A proof that is no pair of scalars.
    #[error("the proof is not two canonical scalars; ask the holder again")]
    ProofEncoding,
    /// The elements were not all made with the key that the holder published.
    #[error("the proof does not hold for the published key; do not use this answer, and tell the holder")]
    WrongProof,
    /// A kept query that cannot be read.
    #[error("the kept query is damaged: {what}; ask anew")]
    State {
        /// What is wrong.
        what: &'static str,
    },
}
