//! Timestamps (RFC 3161): asked of the authorities that the settings name, checked before they are kept.

use super::{EvidenceError, epochs::blocking};
use crate::{
    Node,
    config::TimestampAuthority,
    journal::{About, Entry},
    random,
    store::{Row, Value},
};
use comity_bundle::Stamp;
use comity_model::{AuthorityId, id::ItemId};
use comity_seal::timestamp::{Anchors, MAX_RESPONSE_LEN, NONCE_LEN, TimestampRequest, verify_response};
use futures_util::StreamExt;
use jiff::Timestamp;
use std::{sync::Arc, time::Duration};

/// How long a time-stamping authority may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A timestamp that was checked: by whom, of when, and what was asked and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// The authority's short name, as the settings call it.
    pub tsa: String,
    /// The time that it states.
    pub at: Timestamp,
    /// Request and response.
    pub stamp: Stamp,
}

/// Has every configured authority stamp a hash, one after the other.
///
/// # Errors
/// Where an authority does not answer, or answers with what does not hold.
pub async fn stamp(node: &Arc<Node>, sha256: [u8; 32]) -> Result<Vec<Stamped>, EvidenceError> {
    let mut stamped = Vec::new();
    for tsa in &node.config.evidence.timestamps {
        stamped.push(stamp_at(node, tsa, sha256).await?);
    }
    Ok(stamped)
}

async fn stamp_at(
    node: &Arc<Node>,
    tsa: &TimestampAuthority,
    sha256: [u8; 32],
) -> Result<Stamped, EvidenceError> {
    let failed = |why: String| EvidenceError::Timestamp { tsa: tsa.name.clone(), why };
    let request = TimestampRequest::new(sha256, random::bytes::<NONCE_LEN>());
    let request = request.map_err(|fault| failed(fault.to_string()))?;
    let response = ask(&tsa.url, request.to_der().to_vec()).await.map_err(failed)?;
    let anchors = node.directory_path.join(&tsa.anchors);
    let checked = blocking({
        let (request, response, name) = (request.to_der().to_vec(), response.clone(), tsa.name.clone());
        move || {
            let failed = |why: String| EvidenceError::Timestamp { tsa: name.clone(), why };
            let pem = std::fs::read(&anchors).map_err(|fault| failed(fault.to_string()))?;
            let mut trusted = Anchors::new();
            trusted.add(&pem).map_err(|fault| failed(fault.to_string()))?;
            let asked = TimestampRequest::read(&request).map_err(|fault| failed(fault.to_string()))?;
            verify_response(&response, &asked, &trusted).map_err(|fault| failed(fault.to_string()))
        }
    });
    let at = checked.await?.time;
    let stamp = Stamp { request: request.to_der().to_vec(), response };
    Ok(Stamped { tsa: tsa.name.clone(), at, stamp })
}

/// The answer of a time-stamping authority over HTTP (RFC 3161, section 3.4).
async fn ask(url: &str, request: Vec<u8>) -> Result<Vec<u8>, String> {
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
    let client = client.map_err(|fault| fault.to_string())?;
    let post = client.post(url).header("content-type", "application/timestamp-query").body(request);
    let answer = post.send().await.map_err(|_| "it does not answer".to_owned())?;
    if !answer.status().is_success() {
        return Err(format!("it answers with status {}", answer.status().as_u16()));
    }
    let (mut bytes, mut stream) = (Vec::new(), answer.bytes_stream());
    while let Some(piece) = stream.next().await {
        bytes.extend_from_slice(&piece.map_err(|_| "its answer broke off".to_owned())?);
        if bytes.len() > MAX_RESPONSE_LEN {
            return Err("its answer is too long".to_owned());
        }
    }
    Ok(bytes)
}

/// Has an item's manifest stamped, and keeps what came back. The hash that is stamped tells nothing of the content.
///
/// # Errors
/// Where there is no such item, no authority is configured, or one of them fails.
pub async fn stamp_item(
    node: &Arc<Node>,
    caller: &crate::access::Caller,
    item: ItemId,
) -> Result<Vec<Stamped>, EvidenceError> {
    if node.config.evidence.timestamps.is_empty() {
        let why = "names no time-stamping authority; the operator adds one to the settings".to_owned();
        return Err(EvidenceError::Unfit { field: "evidence.timestamps", why });
    }
    let row = super::load(node, &caller.authority, item).await?;
    let stamped = stamp(node, *row.manifest_sha256.as_bytes()).await?;
    let mut tx = node.store.begin("stamp_evidence").await?;
    let sql = "/* insert_evidence_timestamp */ INSERT INTO evidence_timestamp (authority, item, tsa, at, request, response) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (authority, item, tsa) DO NOTHING";
    for one in &stamped {
        let values: [Value; 6] = [
            caller.authority.as_str().into(),
            item.to_string().into(),
            one.tsa.as_str().into(),
            one.at.into(),
            one.stamp.request.clone().into(),
            one.stamp.response.clone().into(),
        ];
        tx.execute(sql, &values).await?;
    }
    let about = About { case: Some(row.case), item: Some(item), ..About::default() };
    let detail = serde_json::json!({ "by": stamped.iter().map(|one| &one.tsa).collect::<Vec<_>>() });
    let entry = Entry::new(
        random::now(),
        Some(&caller.authority),
        &caller.actor(),
        "evidence_stamped",
        about,
        detail,
    );
    tx.record(entry);
    tx.commit().await?;
    Ok(stamped)
}

/// The timestamps of an item's manifest.
///
/// # Errors
/// Where the database fails.
pub async fn stamps_of(
    node: &Node,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<Stamped>, EvidenceError> {
    let sql = "/* evidence_timestamps */ SELECT tsa, at, request, response FROM evidence_timestamp \
               WHERE authority = $1 AND item = $2 ORDER BY at, tsa";
    let rows = node.store.fetch_all(sql, &[authority.as_str().into(), item.to_string().into()]).await?;
    let read = |row: &Row| {
        let stamp = Stamp { request: row.bytes(2)?, response: row.bytes(3)? };
        Ok(Stamped { tsa: row.text(0)?, at: row.time(1)?, stamp })
    };
    rows.iter().map(read).collect()
}
