//! The engine of private matching as the node uses it: `comity-psi` with the node's randomness, and texts for the wire.

use super::MatchingError;
use crate::random;
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::AuthorityId;
use comity_psi::{
    Seed,
    epoch::{FALSE_POSITIVE_ONE_IN, Filter, Handle, Segment},
    oprf::{HolderKey, Output, PublicKey},
};

/// A fresh seed.
pub(super) fn seed() -> Seed {
    Seed::from_bytes(random::bytes())
}

/// The key of a new epoch of an authority.
///
/// # Errors
/// Practically never.
pub(super) fn new_key(authority: &AuthorityId, number: u64) -> Result<HolderKey, MatchingError> {
    let info = format!("comity/matching-epoch/v1\0{authority}\0{number}");
    Ok(HolderKey::from_seed(&seed(), info.as_bytes())?)
}

/// Base64, as it is written in messages and statements.
pub(super) fn text(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Reads [`text`].
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

/// A public key as a message or statement gives it.
pub(super) fn public_key(text: &str) -> Option<PublicKey> {
    let bytes: [u8; 32] = bytes(text)?.try_into().ok()?;
    PublicKey::from_bytes(&bytes).ok()
}

/// One lookup in so many finds what is not there, as the filter is built.
pub(super) const ONE_IN: u64 = FALSE_POSITIVE_ONE_IN;

/// A segment of a filter over outputs, with random entries between: its bytes, and how many entries it has with them.
///
/// # Errors
/// Practically never.
pub(super) fn segment(outputs: &[Output]) -> Result<(Vec<u8>, u64), MatchingError> {
    let segment = Segment::build(outputs, &seed())?;
    Ok((segment.to_bytes(), u64::from(segment.entries())))
}

/// A holder's filter, all its segments.
pub(super) struct Filters(Filter);

impl Filters {
    /// Reads a filter from its segments, in their order.
    ///
    /// # Errors
    /// Where one is not what it must be.
    pub(super) fn read(contents: &[Vec<u8>]) -> Result<Self, MatchingError> {
        let segments = contents.iter().map(|content| Segment::from_bytes(content));
        Ok(Self(Filter::new(segments.collect::<Result<Vec<_>, _>>()?)?))
    }

    /// Does the holder have it?
    pub(super) fn holds(&self, output: &Output) -> bool {
        self.0.contains(output)
    }
}

/// The handle of an output: what both sides call an entry, and nobody without the key or the query can make.
pub(super) fn handle(output: &Output) -> String {
    Handle::of(output).to_string()
}
