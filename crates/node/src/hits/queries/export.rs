//! The use of private matching as an authority signs it, for an auditor to lay beside another authority's.

use super::{
    MatchingError,
    oversight::{Usage, usage},
};
use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    random,
};
use comity_model::AuthorityId;
use jiff::Timestamp;
use serde::Serialize;

/// The DSSE payload type of an exported use.
pub const USAGE_TYPE: &str = "application/vnd.comity.matching-usage.v1+json";

/// What is signed.
#[derive(Serialize)]
struct Exported<'a> {
    authority: &'a AuthorityId,
    at: Timestamp,
    usage: &'a Usage,
}

/// The use of the caller's authority, signed: a DSSE envelope as JSON. That it was exported is written down.
///
/// # Errors
/// Where the authority is not served here or the database fails.
pub async fn export_usage(node: &Node, caller: &Caller) -> Result<Vec<u8>, MatchingError> {
    let (authority, now) = (&caller.authority, random::now());
    let usage = usage(node, caller).await?;
    let (sent, received) = (usage.sent.len(), usage.received.len());
    let payload = serde_json::to_vec(&Exported { authority, at: now, usage: &usage })
        .map_err(|_| MatchingError::Kept("the use of matching"))?;
    let key = node.keys.signing_key(authority, &node.registry(), now, now);
    let dsse = key.ok_or(MatchingError::NotFound("authority"))?.sign_dsse(USAGE_TYPE, &payload)?;
    let detail = serde_json::json!({ "sent": sent, "received": received });
    let mut tx = node.store.begin("export_matching_usage").await?;
    let (by, about) = (Some(authority), About::default());
    tx.record(Entry::new(now, by, &caller.actor(), "matching_usage_exported", about, detail));
    tx.commit().await?;
    Ok(dsse.to_json())
}
