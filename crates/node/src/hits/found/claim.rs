//! The claim itself: its message leaves, and what it names is marked, in one transaction, so that nothing is claimed twice.

use super::{FoundAt, store};
use crate::{
    Node,
    access::Caller,
    exchange::{self, Outgoing},
    hits::MatchingError,
    journal::{About, Entry},
    random,
};
use comity_model::{
    id::MessageId,
    message::{HitClaim, Message},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// A claim that an officer makes on what was found.
pub(in crate::hits) struct Claiming<'a> {
    pub at: FoundAt<'a>,
    pub claim: HitClaim,
    /// What its entry in the journal is about.
    pub about: About,
    /// What its entry commits to besides.
    pub more: Value,
}

/// Sends a claim. `under` makes the message that carries it, with the conditions under which it leaves.
///
/// # Errors
/// Where something of it was claimed before, or the message may not leave.
pub(in crate::hits) async fn send(
    node: &Arc<Node>,
    caller: &Caller,
    claiming: Claiming<'_>,
    under: impl FnOnce(MessageId, Message) -> Result<Outgoing, MatchingError>,
) -> Result<MessageId, MatchingError> {
    let Claiming { at, claim, about, more } = claiming;
    let mut detail = json!({
        "query": claim.query, "holder": at.holder, "hits": claim.hits, "handles": claim.handles.len(),
    });
    let handles = claim.handles.clone();
    let id = random::new_id(MessageId::new);
    let prepared = exchange::prepare(node, under(id, Message::HitClaim(claim))?).await?;
    let now = random::now();
    let mut tx = node.store.begin("claim_found").await?;
    for handle in &handles {
        if !store::claim(&mut tx, at, handle, id, now).await? {
            let why = "something of it was claimed before, or is none of what was found; read it again";
            return Err(MatchingError::Conflict { code: "hit_claimed", why });
        }
    }
    exchange::put(&mut tx, &prepared, &caller.actor(), about.clone()).await?;
    if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
        detail.insert("claim".to_owned(), json!(id));
        detail.extend(more);
    }
    tx.record(Entry::new(now, Some(at.authority), &caller.actor(), "hit_claimed", about, detail));
    tx.commit().await?;
    node.wake_outbox();
    Ok(id)
}
