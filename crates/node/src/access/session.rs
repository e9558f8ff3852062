//! Sessions: random tokens, of which the database keeps only the digest.

use super::Caller;
use crate::{Node, store::StoreError};
use jiff::Timestamp;
use std::sync::Arc;

/// A session that has not ended.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose it is.
    pub caller: Caller,
    /// When it ends if nothing more is asked.
    pub ends_at: Timestamp,
}

/// The session of a token, if it has not ended.
///
/// # Errors
/// Where the database fails.
pub async fn find(_node: &Arc<Node>, _token: &str, _now: Timestamp) -> Result<Option<Session>, StoreError> {
    Ok(None)
}
