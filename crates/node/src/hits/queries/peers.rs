//! What holders publish, as far as it is believed: statements whose signatures hold, one key an epoch, segments that are what
//! the statement names. What was fetched is kept; a holder that shows one asker another key than before is found out.

mod store;

pub(super) use store::purge;

use super::{MatchingError, engine, kept};
use crate::{
    Node,
    federation::client::{PeerClient, Unanswered},
    random,
    store::StoreError,
};
use comity_model::{
    AuthorityId,
    message::matching::{EPOCH_STATEMENT_TYPE, EpochStatement, MATCHING_SUITE},
};
use comity_psi::oprf::PublicKey;
use comity_record::{Directory, sha256};
use comity_seal::Dsse;
use jiff::{SignedDuration, Timestamp};
use std::{sync::Arc, time::Duration};

/// The largest statement that is read, in bytes.
const MAX_STATEMENT: usize = 256 << 10;
/// The largest segment that is read, in bytes.
const MAX_SEGMENT: u64 = 64 << 20;
/// Most segments of one epoch.
const MOST_SEGMENTS: usize = 256;
/// How long a statement is taken for the newest without asking again.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// How long anybody is waited for while an officer waits.
const PATIENCE: Duration = Duration::from_secs(4);
/// How far another's clock may be ahead of ours.
const CLOCK: SignedDuration = SignedDuration::from_mins(10);

const NOT_SIGNED: &str = "a segment of the filter is not the one that the holder has signed";

/// Why a holder's epoch is not known.
#[derive(Debug, thiserror::Error)]
pub(super) enum PeerFault {
    /// It publishes none.
    #[error("the holder publishes no epoch")]
    NotPublishing,
    /// It cannot be reached; later perhaps.
    #[error("the holder cannot be reached: {0}")]
    Unreachable(String),
    /// What it publishes does not hold.
    #[error("{0}")]
    False(String),
    /// Our own database.
    #[error(transparent)]
    Own(#[from] MatchingError),
}

impl From<StoreError> for PeerFault {
    fn from(fault: StoreError) -> Self {
        Self::Own(fault.into())
    }
}

fn false_(why: impl Into<String>) -> PeerFault {
    PeerFault::False(why.into())
}

/// A statement that is believed.
#[derive(Debug, Clone)]
pub(super) struct Believed {
    pub statement: EpochStatement,
    pub key: PublicKey,
    /// The DSSE envelope as JSON text.
    pub signed: String,
}

/// The newest statement of a holder: what is known of the last minute, otherwise asked for; what is known where it cannot be
/// reached.
pub(super) async fn newest(node: &Arc<Node>, holder: &AuthorityId) -> Result<EpochStatement, PeerFault> {
    let known = store::newest(&node.store, holder).await?;
    let now = random::now();
    if let Some((statement, known_at)) = &known
        && now.duration_since(*known_at) < FRESH
        && statement.until > now
    {
        return Ok(statement.clone());
    }
    let asked = tokio::time::timeout(PATIENCE, fetch(node, holder, None)).await;
    match (asked.unwrap_or(Err(PeerFault::Unreachable("no answer in time".into()))), known) {
        (Ok(believed), _) => Ok(believed.statement),
        (Err(PeerFault::Unreachable(_)), Some((statement, _))) => Ok(statement),
        (Err(fault), _) => Err(fault),
    }
}

/// Asks a holder for the statement of an epoch, the newest without a number, and keeps it.
pub(super) async fn fetch(
    node: &Arc<Node>,
    holder: &AuthorityId,
    number: Option<u64>,
) -> Result<Believed, PeerFault> {
    let path = match number {
        Some(number) => format!("/v1/matching/{holder}/epochs/{number}"),
        None => format!("/v1/matching/{holder}/epoch"),
    };
    let bytes = match client(node, holder)?.get(&path, MAX_STATEMENT).await {
        Ok((200, bytes)) => bytes,
        Ok((404, _)) => return Err(PeerFault::NotPublishing),
        Ok((status, _)) => return Err(PeerFault::Unreachable(format!("status {status}"))),
        Err(fault) => return Err(unanswered(&fault, "the holder's statement is larger than any")),
    };
    let believed = believe(&node.registry(), holder, &bytes, random::now())?;
    if number.is_some_and(|number| number != believed.statement.number) {
        return Err(false_("the holder gives the statement of another epoch"));
    }
    keep(node, &believed).await?;
    Ok(believed)
}

/// What is too large is not asked for again; it will be so the next time too.
fn unanswered(fault: &Unanswered, too_large: &str) -> PeerFault {
    match fault {
        Unanswered::TooLarge(200) => false_(too_large),
        fault => PeerFault::Unreachable(fault.to_string()),
    }
}

fn client(node: &Arc<Node>, holder: &AuthorityId) -> Result<PeerClient, PeerFault> {
    let directory = node.registry();
    let peer = directory.node_of(holder).ok_or_else(|| false_("the holder is no member"))?.name.clone();
    PeerClient::new(node, &peer).map_err(|fault| PeerFault::Unreachable(fault.to_string()))
}

/// Checks a statement: signed by the holder's key, about itself, of our suite, and within bounds.
pub(super) fn believe(
    directory: &Directory,
    holder: &AuthorityId,
    bytes: &[u8],
    now: Timestamp,
) -> Result<Believed, PeerFault> {
    let dsse = Dsse::from_json(bytes).map_err(|fault| false_(fault.to_string()))?;
    let unread = |_| false_("the holder's statement cannot be read");
    let statement: EpochStatement = serde_json::from_slice(&dsse.payload).map_err(unread)?;
    signed_by(directory, &dsse, holder, statement.signed_at, now, EPOCH_STATEMENT_TYPE).map_err(false_)?;
    if statement.authority != *holder || statement.suite != MATCHING_SUITE {
        return Err(false_("the statement is of another authority or suite"));
    }
    let ahead = now.saturating_add(CLOCK).unwrap_or(now);
    if statement.from >= statement.until || statement.from > ahead || statement.signed_at > ahead {
        return Err(false_("the statement's times cannot be"));
    }
    let sizes = statement.segments.iter().all(|segment| (1..=MAX_SEGMENT).contains(&segment.size));
    if !sizes || !(1..=MOST_SEGMENTS).contains(&statement.segments.len()) {
        return Err(false_("the statement's filter is absurdly large, or none"));
    }
    let key = engine::public_key(&statement.public_key);
    let key = key.ok_or_else(|| false_("the statement's public key is none"))?;
    let signed = String::from_utf8_lossy(bytes).into_owned();
    Ok(Believed { statement, key, signed })
}

/// Is a document signed, with both signatures of one key, by the authority that it names?
pub(super) fn signed_by(
    directory: &Directory,
    dsse: &Dsse,
    whose: &AuthorityId,
    said: Timestamp,
    now: Timestamp,
    kind: &str,
) -> Result<(), String> {
    let signers = dsse.claimed_signers();
    let [key] = signers.as_slice() else { return Err("it is not signed by one key".into()) };
    let verifier = directory.verifier(whose, *key, said, now);
    let verifier = verifier.map_err(|verdict| format!("its key is no key of `{whose}`: {verdict:?}"))?;
    verifier.verify(dsse, kind).map(|_| ()).map_err(|fault| fault.to_string())
}

/// Keeps a statement, unless the holder has shown another key for the same epoch.
async fn keep(node: &Node, believed: &Believed) -> Result<(), PeerFault> {
    let mut tx = node.store.begin("keep_peer_epoch").await?;
    let known = store::key_of(&mut tx, &believed.statement).await?;
    if known.is_some_and(|known| known != believed.statement.public_key) {
        return Err(false_("the holder has shown another key for the same epoch before"));
    }
    store::keep(&mut tx, &believed.statement, &believed.signed, random::now()).await?;
    tx.commit().await.map(|_| ()).map_err(PeerFault::from)
}

/// The filter of a statement, all its segments: those that are here, and the others fetched and checked.
pub(super) async fn filter(
    node: &Arc<Node>,
    statement: &EpochStatement,
) -> Result<engine::Filters, PeerFault> {
    let mut contents = Vec::with_capacity(statement.segments.len());
    for segment in &statement.segments {
        if let Some(content) = store::segment(&node.store, &statement.authority, &segment.sha256).await? {
            contents.push(content);
            continue;
        }
        let limit = usize::try_from(segment.size.min(MAX_SEGMENT)).unwrap_or(0);
        let path = format!("/v1/matching/{}/segments/{}", statement.authority, segment.sha256);
        let content = match client(node, &statement.authority)?.get(&path, limit).await {
            Ok((200, content)) => content,
            Ok((status, _)) => return Err(PeerFault::Unreachable(format!("status {status}"))),
            Err(fault) => return Err(unanswered(&fault, NOT_SIGNED)),
        };
        if content.len() as u64 != segment.size || hex::encode(sha256(&content)) != segment.sha256 {
            return Err(false_(NOT_SIGNED));
        }
        contents.push(content);
    }
    let shared = contents.clone();
    let filters = kept::blocking(move || engine::Filters::read(&shared)).await;
    let filters = filters.map_err(|fault| false_(format!("a segment of the filter: {fault}")))?;
    let mut tx = node.store.begin("keep_peer_filter").await?;
    store::keep_segments(&mut tx, statement, &contents).await?;
    tx.commit().await?;
    Ok(filters)
}
