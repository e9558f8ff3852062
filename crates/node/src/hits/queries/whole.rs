//! What the comparison of whole case loads shares with private queries: how an authority's own selectors are read, how an officer
//! is named to others, how words and markings are brought into form.

use super::{
    MatchingError, canaries, engine,
    epochs::store as epochs,
    kept,
    keyed::{self, Keyed},
    purge, rules,
};
use crate::{
    Node,
    store::{StoreError, Tx},
};
use comity_model::{
    AuthorityId,
    id::{MessageId, OfficerId},
    marking::Marking,
    subject::Subject,
};
use jiff::Timestamp;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A selector as it is compared: kind, canonical value, and what goes into the protocol.
pub(in crate::hits) struct Canonical {
    pub kind: String,
    pub value: String,
    pub input: Vec<u8>,
}

impl From<Keyed> for Canonical {
    fn from(Keyed { kind, value, input, .. }: Keyed) -> Self {
        Self { kind, value, input }
    }
}

/// The selectors of a person.
pub(in crate::hits) fn of_subject(whose: &AuthorityId, subject: &Subject) -> Vec<Canonical> {
    keyed::of_subject(whose, subject).into_iter().map(Canonical::from).collect()
}

/// The canaries of an authority that are selectors, each with its identifier.
///
/// # Errors
/// Where the database fails or one does not open.
pub(in crate::hits) async fn canaries(
    node: &Arc<Node>,
    authority: &AuthorityId,
) -> Result<Vec<(String, Canonical)>, MatchingError> {
    let planted = epochs::canaries(&node.store, authority).await?;
    let (shared, whose) = (node.clone(), authority.clone());
    kept::blocking(move || {
        let mut found = Vec::new();
        for row in planted {
            let keyed = canaries::selector_of(&shared, &whose, &row)?;
            found.extend(keyed.map(|keyed| (row.id, keyed.into())));
        }
        Ok(found)
    })
    .await
}

/// The officer under the pseudonym by which others know them.
///
/// # Errors
/// Where the authority is not served here.
pub(in crate::hits) fn pseudonym(
    node: &Node,
    authority: &AuthorityId,
    officer: OfficerId,
) -> Result<String, MatchingError> {
    kept::pseudonym(node, authority, officer)
}

/// Bytes sealed to the authority itself, in base64.
///
/// # Errors
/// Where the authority is not served here or sealing fails.
pub(in crate::hits) fn keep(
    node: &Node,
    authority: &AuthorityId,
    plain: &[u8],
) -> Result<String, MatchingError> {
    Ok(engine::text(&kept::keep(node, authority, plain)?))
}

/// Opens what [`keep`] made.
///
/// # Errors
/// Where it does not open.
pub(in crate::hits) fn open(
    node: &Node,
    authority: &AuthorityId,
    sealed: &str,
) -> Result<Zeroizing<Vec<u8>>, MatchingError> {
    let sealed = engine::bytes(sealed).ok_or(MatchingError::Kept("what is sealed"))?;
    kept::open(node, authority, &sealed)
}

/// Takes what an asker has claimed of a comparison, but for canaries, as after a query; how many handles.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits) async fn purge_claims(
    tx: &mut Tx,
    authority: &AuthorityId,
    sender: &AuthorityId,
    comparison: MessageId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    purge::store::purge_claims(tx, authority, sender, comparison, now).await
}

/// A text that is neither blank nor too long, in one form.
pub(in crate::hits) fn words(text: &str) -> Option<String> {
    rules::words(text)
}

/// Thirty-two hexadecimal digits in lower case.
pub(in crate::hits) fn is_token(text: &str) -> bool {
    rules::is_token(text)
}

/// A marking under which an answer can follow.
pub(in crate::hits) fn marking_that_runs(marking: &Marking, now: Timestamp) -> Marking {
    rules::marking_that_runs(marking, now)
}
