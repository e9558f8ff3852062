//! Sessions: random tokens, of which the database keeps only the digest.

use super::{AccessError, Caller, rules, store};
use crate::{
    Node,
    journal::{About, Entry},
    store::StoreError,
};
use comity_record::sha256;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose it is.
    pub caller: Caller,
    /// When it ends if nothing more is asked.
    pub ends_at: Timestamp,
    /// SHA-256 of its token, by which the database knows it.
    pub token_hash: [u8; 32],
}

/// How long a session may be idle, as the operator set it.
#[must_use]
pub(super) fn idle(node: &Node) -> SignedDuration {
    SignedDuration::from_mins(i64::from(node.config.session_minutes))
}

/// The session of a token, if it has not ended; notes that it was used.
///
/// # Errors
/// Where the database fails.
pub async fn find(node: &Arc<Node>, token: &str, now: Timestamp) -> Result<Option<Session>, StoreError> {
    let Some(found) = look_up(node, sha256(token.as_bytes()), now).await? else { return Ok(None) };
    let (session, last_seen) = found;
    // A full or busy database must not keep officers from reading.
    if rules::worth_noting(last_seen, idle(node), now)
        && let Err(fault) = store::note_use(&node.store, &session.token_hash, now).await
    {
        tracing::warn!(%fault, "the use of a session is not noted");
    }
    Ok(Some(session))
}

/// Is the session still open? Does not count as using it.
///
/// # Errors
/// Where the database fails.
pub async fn is_open(node: &Arc<Node>, session: &Session, now: Timestamp) -> Result<bool, StoreError> {
    Ok(look_up(node, session.token_hash, now).await?.is_some())
}

async fn look_up(
    node: &Node,
    token_hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<(Session, Timestamp)>, StoreError> {
    let Some(row) = store::session(&node.store, &token_hash).await? else { return Ok(None) };
    let ended = rules::session_ends(row.created, row.last_seen, idle(node)) <= now;
    if ended || !node.serves(&row.caller.authority) {
        return Ok(None);
    }
    // As of this use: `find` is about to note it.
    let ends_at = rules::session_ends(row.created, row.last_seen.max(now), idle(node));
    Ok(Some((Session { caller: row.caller, ends_at, token_hash }, row.last_seen)))
}

/// Ends a session.
///
/// # Errors
/// Where the database fails.
pub async fn sign_out(node: &Arc<Node>, session: &Session, now: Timestamp) -> Result<(), AccessError> {
    let mut tx = node.store.begin("sign_out").await?;
    if store::close_session(&mut tx, &session.token_hash).await? {
        let (authority, actor) = (&session.caller.authority, session.caller.actor());
        let detail = serde_json::json!({});
        tx.record(Entry::new(now, Some(authority), &actor, "signed_out", About::default(), detail));
    }
    tx.commit().await?;
    Ok(())
}
