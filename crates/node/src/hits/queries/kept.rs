//! What is kept of private matching at rest: sealed to the authority itself, so that a copy of the database opens nothing.

use super::MatchingError;
use crate::Node;
use comity_model::{AuthorityId, id::OfficerId};
use comity_record::sha256;
use comity_seal::{open_with_any, seal};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

/// The largest thing kept this way, in bytes: the state of a full query with its words.
const MAX_KEPT: usize = 16 << 20;

/// Seals bytes to the authority itself.
///
/// # Errors
/// Where the authority is not served here or sealing fails.
pub(super) fn keep(node: &Node, authority: &AuthorityId, plain: &[u8]) -> Result<Vec<u8>, MatchingError> {
    let keys = node.keys.authorities.get(authority).and_then(|keys| keys.sealing.first());
    let own = keys.ok_or(MatchingError::NotFound("authority"))?.public().clone();
    Ok(seal(plain, std::slice::from_ref(&own))?)
}

/// Opens what [`keep`] made.
///
/// # Errors
/// Where it does not open.
pub(super) fn open(
    node: &Node,
    authority: &AuthorityId,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, MatchingError> {
    let keys = node.keys.authorities.get(authority).ok_or(MatchingError::NotFound("authority"))?;
    Ok(Zeroizing::new(open_with_any(sealed, &keys.sealing, MAX_KEPT)?))
}

/// Seals a document.
///
/// # Errors
/// As [`keep`].
pub(super) fn keep_json(
    node: &Node,
    authority: &AuthorityId,
    document: &impl Serialize,
) -> Result<Vec<u8>, MatchingError> {
    let plain =
        serde_json::to_vec(document).map(Zeroizing::new).map_err(|_| MatchingError::Kept("a state"))?;
    keep(node, authority, &plain)
}

/// Opens a document.
///
/// # Errors
/// As [`open`], or where it is not the document.
pub(super) fn open_json<T: DeserializeOwned>(
    node: &Node,
    authority: &AuthorityId,
    sealed: &[u8],
) -> Result<T, MatchingError> {
    let plain = open(node, authority, sealed)?;
    serde_json::from_slice(&plain).map_err(|_| MatchingError::Kept("a state"))
}

/// The officer under a pseudonym that others cannot undo: it stays until the authority's sealing key is changed.
///
/// # Errors
/// Where the authority is not served here.
pub(super) fn pseudonym(
    node: &Node,
    authority: &AuthorityId,
    officer: OfficerId,
) -> Result<String, MatchingError> {
    let keys = node.keys.authorities.get(authority).and_then(|keys| keys.sealing.first());
    let secret = keys.ok_or(MatchingError::NotFound("authority"))?.to_secret_text();
    let mut bytes = Zeroizing::new(b"comity/officer-pseudonym/v1\0".to_vec());
    bytes.extend_from_slice(&sha256(secret.as_bytes()));
    bytes.extend_from_slice(officer.as_bytes());
    Ok(sha256(&bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// Runs what takes processor time on a thread of its own.
///
/// # Errors
/// What it says, or [`MatchingError::Interrupted`].
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MatchingError> + Send + 'static,
) -> Result<T, MatchingError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| MatchingError::Interrupted)?
}
