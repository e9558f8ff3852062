//! What a giver's node serves to the receiver's: the sealed manifest, the chain of custody with its proofs, and the sealed parts
//! as they are stored. Only an open offer opens the door, and a closed one says nothing of what is behind it.

use super::{CustodyFile, CustodyLine, room, store};
use crate::{
    Node,
    evidence::{EventProof, EvidenceError, epochs::blocking, items, store as vault},
    federation::{server::Peer, witness::cosigned_head},
    journal::ledger,
    locks::locked,
    store::StoreError,
};
use axum::{
    Extension, Json, Router,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use comity_ledger::SignedCheckpoint;
use comity_model::{AuthorityId, id::ItemId};
use comity_seal::seal;
use comity_vault::{
    item::PartRef,
    store::{Location, ReadObjects},
};
use futures_util::{Stream, stream};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::Range,
    sync::{Arc, Mutex},
};
use tokio::task::JoinHandle;

/// Bytes that are read at once.
const STEP: u64 = 1 << 20;
/// Parts that are on their way to one peer at a time.
const STREAMS_OF_A_PEER: usize = 6;
/// Items whose parts are remembered.
const REMEMBERED: usize = 4;

type Parts = Arc<Vec<PartRef>>;
/// The items last asked for, with their parts; the newest last.
type Remembered = VecDeque<((AuthorityId, ItemId), Parts)>;

/// What serving keeps in memory: who is being served how much, and the parts of the items last asked for.
#[derive(Clone, Default)]
pub struct Serving {
    places: Arc<Mutex<HashMap<Arc<str>, usize>>>,
    parts: Arc<Mutex<Remembered>>,
}

/// A place among a peer's streams, given back when dropped.
struct Seat {
    places: Arc<Mutex<HashMap<Arc<str>, usize>>>,
    peer: Arc<str>,
}

impl Serving {
    fn take_place(&self, peer: &Arc<str>) -> Option<Seat> {
        let mut places = locked(&self.places);
        let taken = places.entry(peer.clone()).or_insert(0);
        if *taken >= STREAMS_OF_A_PEER {
            return None;
        }
        *taken += 1;
        Some(Seat { places: self.places.clone(), peer: peer.clone() })
    }

    fn known_parts(&self, whose: &(AuthorityId, ItemId)) -> Option<Parts> {
        let parts = locked(&self.parts);
        parts.iter().find(|(known, _)| known == whose).map(|(_, parts)| parts.clone())
    }

    fn remember(&self, whose: (AuthorityId, ItemId), found: Parts) {
        let mut parts = locked(&self.parts);
        parts.retain(|(known, _)| *known != whose);
        parts.push_back((whose, found));
        if parts.len() > REMEMBERED {
            parts.pop_front();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut places = locked(&self.places);
        if let Some(taken) = places.get_mut(&self.peer) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                places.remove(&self.peer);
            }
        }
    }
}

/// The routes for peers.
pub(crate) fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/v1/evidence/{authority}/{item}/manifest", get(manifest))
        .route("/v1/evidence/{authority}/{item}/custody", get(custody))
        .route("/v1/evidence/{authority}/{item}/parts/{number}", get(part))
}

/// Why a peer gets nothing. Whatever is not open to it looks alike.
enum Closed {
    NotFound,
    Busy,
    Range(u64),
}

impl IntoResponse for Closed {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Self::Range(size) => {
                let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
                (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response()
            }
        }
    }
}

impl From<EvidenceError> for Closed {
    fn from(fault: EvidenceError) -> Self {
        match fault {
            EvidenceError::NotFound(_) | EvidenceError::NotHeld { .. } => Self::NotFound,
            fault => {
                tracing::error!(%fault, "offered evidence cannot be served");
                Self::Busy
            }
        }
    }
}

impl From<StoreError> for Closed {
    fn from(fault: StoreError) -> Self {
        Self::from(EvidenceError::from(fault))
    }
}

/// The authorities of the calling node to which the item is offered now; nobody is an error. What the request says of the room there
/// is noted.
async fn receivers(
    node: &Node,
    peer: &Peer,
    (authority, item): (&str, &str),
    query: Option<&str>,
) -> Result<(AuthorityId, ItemId, Vec<AuthorityId>), Closed> {
    let authority: AuthorityId = authority.parse().map_err(|_| Closed::NotFound)?;
    let item: ItemId = item.parse().map_err(|_| Closed::NotFound)?;
    if !node.serves(&authority) {
        return Err(Closed::NotFound);
    }
    let directory = node.registry();
    let mut to = store::offered_to(&node.store, &authority, item).await?;
    to.retain(|offer| directory.node_of(&offer.to).is_some_and(|node| *node.name == *peer.0));
    if to.is_empty() {
        return Err(Closed::NotFound);
    }
    room::note_there(node, &authority, item, &to, query).await?;
    Ok((authority, item, to.into_iter().map(|offer| offer.to).collect()))
}

async fn manifest(
    State(node): State<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    Path((authority, item)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Closed> {
    let (authority, item, to) = receivers(&node, &peer, (&authority, &item), query.as_deref()).await?;
    let opened = items::open_item(&node, &authority, item).await?;
    let directory = node.registry();
    let keys: Vec<_> = to.iter().filter_map(|to| directory.sealing_key(to).cloned()).collect();
    let sealed = blocking(move || Ok(seal(&opened.json, &keys)?)).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], sealed).into_response())
}

async fn custody(
    State(node): State<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    Path((authority, item)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Closed> {
    let (authority, item, _) = receivers(&node, &peer, (&authority, &item), query.as_deref()).await?;
    let mut own = own_proofs(&node, &authority, item).await?;
    let events = vault::events(&node.store, &authority, item).await?;
    let line = |row: vault::CustodyRow| {
        let kept = row.proof.as_deref().and_then(|proof| serde_json::from_str(proof).ok());
        let proof = kept.or_else(|| own.remove(&row.sha256.to_string()));
        CustodyLine { event: row.event, proof }
    };
    Ok(Json(CustodyFile { events: events.into_iter().map(line).collect() }).into_response())
}

/// Proofs of an authority's own events by their digests: under the newest cosigned checkpoint where it covers them, otherwise
/// under a head that this node alone has signed. Nobody is kept waiting for witnesses.
async fn own_proofs(
    node: &Node,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<BTreeMap<String, EventProof>, StoreError> {
    let lines = store::custody_lines(&node.store, authority, item).await?;
    let broken = |fault: comity_ledger::NoteFault| StoreError::Ledger(fault.to_string());
    let (size, cosigned) = cosigned_head(&node.store).await?.unwrap_or_default();
    let (early, late): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(seq, _, _)| *seq < size);
    let mut proofs = BTreeMap::new();
    if !early.is_empty() {
        let head = SignedCheckpoint::parse(&cosigned).map_err(broken)?;
        prove(node, early, &head, &mut proofs).await?;
    }
    if !late.is_empty() {
        let size = node.store.ledger_size().await?;
        let head = ledger::sign_head(node, size, ledger::root_at(node, size).await?)?;
        prove(node, late, &head, &mut proofs).await?;
    }
    Ok(proofs)
}

async fn prove(
    node: &Node,
    lines: Vec<store::Line>,
    head: &SignedCheckpoint,
    proofs: &mut BTreeMap<String, EventProof>,
) -> Result<(), StoreError> {
    let indices: Vec<u64> = lines.iter().map(|(seq, _, _)| *seq).collect();
    let files = ledger::prove_entries(node, &indices, head).await?;
    for ((_, document, salt), file) in lines.into_iter().zip(files) {
        let read: serde_json::Value = serde_json::from_str(&document).unwrap_or_default();
        if let Some(event) = read["detail"]["event"].as_str() {
            let (salt, proof) = (hex::encode(salt), file.to_string());
            proofs.insert(event.to_owned(), EventProof { document, salt, proof });
        }
    }
    Ok(())
}

async fn part(
    State(node): State<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    Path((authority, item, number)): Path<(String, String, u64)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Closed> {
    let (authority, item, _) = receivers(&node, &peer, (&authority, &item), query.as_deref()).await?;
    let seat = node.evidence.hand_overs.serving.take_place(&peer.0).ok_or(Closed::Busy)?;
    let parts = parts_of(&node, authority, item).await?;
    let part = usize::try_from(number).ok().and_then(|number| parts.get(number)).ok_or(Closed::NotFound)?;
    let size = part.sealed_size;
    let range = match headers.get(header::RANGE) {
        None => None,
        Some(range) => Some(range_of(range.to_str().unwrap_or_default(), size).ok_or(Closed::Range(size))?),
    };
    let location = locate(&node, part, parts.len()).await?;
    let sent = range.clone().unwrap_or(0..size);
    let start = location.at.start;
    let reading = Reading {
        node: node.clone(),
        object: location.object,
        at: start + sent.start..start + sent.end,
        next: None,
        _seat: seat,
    };
    let mut response = Body::from_stream(stream_of(reading)).into_response();
    let length = (sent.end - sent.start).into();
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    if range.is_some() {
        let range = format!("bytes {}-{}/{size}", sent.start, sent.end.saturating_sub(1));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let range = range.parse().map_err(|_| Closed::Range(size))?;
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    Ok(response)
}

/// One range of bytes, `bytes=from-` or `bytes=from-to`, of something with `size` bytes.
fn range_of(text: &str, size: u64) -> Option<Range<u64>> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let from: u64 = from.parse().ok()?;
    let end = match to {
        "" => size,
        to => to.parse::<u64>().ok()?.checked_add(1)?.min(size),
    };
    (from < end).then_some(from..end)
}

async fn parts_of(node: &Arc<Node>, authority: AuthorityId, item: ItemId) -> Result<Parts, Closed> {
    let serving = &node.evidence.hand_overs.serving;
    let whose = (authority, item);
    if let Some(parts) = serving.known_parts(&whose) {
        return Ok(parts);
    }
    let parts = Arc::new(items::open_item(node, &whose.0, item).await?.manifest.parts);
    serving.remember(whose, parts.clone());
    Ok(parts)
}

/// Where a part is stored: alone, or in a pack where it is the only one of its item.
async fn locate(node: &Node, part: &PartRef, of: usize) -> Result<Location, StoreError> {
    let own = Location { object: part.sealed_sha256, at: 0..part.sealed_size };
    if of > 1 {
        return Ok(own);
    }
    Ok(vault::packed(&node.store, part.sealed_sha256).await?.unwrap_or(own))
}

/// A part on its way out: the next bytes are read while the last are sent, and no more than that is in memory.
struct Reading {
    node: Arc<Node>,
    object: comity_vault::Digest,
    at: Range<u64>,
    next: Option<JoinHandle<Result<Vec<u8>, EvidenceError>>>,
    _seat: Seat,
}

impl Reading {
    fn begin(&mut self) -> Option<JoinHandle<Result<Vec<u8>, EvidenceError>>> {
        let piece = self.at.start..self.at.end.min(self.at.start.saturating_add(STEP));
        if piece.is_empty() {
            return None;
        }
        self.at.start = piece.end;
        let (blobs, object) = (self.node.evidence.blobs.clone(), self.object);
        Some(tokio::spawn(blocking(move || Ok(blobs.read_range(object, piece)?))))
    }
}

fn stream_of(mut reading: Reading) -> impl Stream<Item = Result<Bytes, EvidenceError>> {
    reading.next = reading.begin();
    stream::unfold(reading, |mut reading| async move {
        let now = reading.next.take()?;
        let read = now.await.unwrap_or(Err(EvidenceError::Interrupted));
        if read.is_ok() {
            reading.next = reading.begin();
        }
        Some((read.map(Bytes::from), reading))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_what_lies_beyond_the_end_is_none() {
        assert_eq!(range_of("bytes=3-", 10), Some(3..10));
        assert_eq!(range_of("bytes=3-4", 10), Some(3..5));
        assert_eq!(range_of("bytes=0-99", 10), Some(0..10));
        for wrong in [
            "",
            "bytes=",
            "bytes=-3",
            "bytes=10-",
            "bytes=5-4",
            "bytes=1-2,4-5",
            "items=1-2",
            "bytes=0-18446744073709551615",
        ] {
            assert_eq!(range_of(wrong, 10), None, "{wrong}");
        }
    }

    #[test]
    fn a_peer_has_so_many_streams_and_no_more_and_takes_nobody_elses() {
        let serving = Serving::default();
        let (one, other): (Arc<str>, Arc<str>) = ("one".into(), "other".into());
        let seats: Vec<_> = (0..STREAMS_OF_A_PEER).map(|_| serving.take_place(&one).unwrap()).collect();
        assert!(serving.take_place(&one).is_none());
        assert!(serving.take_place(&other).is_some());
        drop(seats);
        assert!(serving.take_place(&one).is_some());
    }
}
