//! What a follower's node serves to the leader's: an attempt is begun, frames come and go. Only the node of the authority with which
//! it was agreed finds the door open, and only while both consent; whatever else comes is written down and told nothing.

use super::{
    Direction, MatchingError, Name, State,
    finish::{self, End},
    fixed,
    follow::{self, Begun, Serving, Told},
    lease,
    store::{self, DeconflictionRow},
};
use crate::{
    Node,
    federation::server::Peer,
    journal::{About, Actor, Entry},
    random,
    store::StoreError,
};
use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{Path, State as Shared},
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use comity_model::{AuthorityId, id::MessageId};
use comity_psi::batch::{CHUNK, FRAME_HEAD};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{sync::OwnedMutexGuard, time::timeout};

/// The largest frame of any kind, in bytes.
pub(super) const LARGEST_FRAME: usize = FRAME_HEAD + CHUNK as usize * 32;
/// How long the body of a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The routes for peers.
pub(crate) fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/v1/deconfliction/{follower}/{leader}/{offer}/{attempt}", post(begin))
        .route("/v1/deconfliction/{follower}/{leader}/{offer}/{attempt}/masked", post(masked))
        .route("/v1/deconfliction/{follower}/{leader}/{offer}/{attempt}/masked/{number}", get(give))
        .route("/v1/deconfliction/{follower}/{leader}/{offer}/{attempt}/matched", post(matched))
}

/// Why an attempt is not begun, for the leader's node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum NotBegun {
    /// So many attempts were begun: the next is the one after.
    Begun {
        /// How many.
        attempts: u64,
    },
    /// It was finished in that attempt.
    Finished {
        /// Which one.
        attempt: u64,
    },
    /// It is over.
    Over,
}

/// Why a peer gets nothing. Whatever is not open to it looks alike.
enum Closed {
    NotFound,
    /// It was refused, and is over.
    Refused,
    /// Something else is being done to the session.
    Conflict,
    Over(NotBegun),
    /// Another replica of this node holds the session.
    Elsewhere,
    TimedOut,
    Busy,
}

impl IntoResponse for Closed {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::Refused => StatusCode::BAD_REQUEST.into_response(),
            Self::Conflict => StatusCode::TOO_MANY_REQUESTS.into_response(),
            Self::Over(why @ NotBegun::Begun { .. }) => (StatusCode::CONFLICT, Json(why)).into_response(),
            Self::Over(why) => (StatusCode::GONE, Json(why)).into_response(),
            Self::Elsewhere => StatusCode::MISDIRECTED_REQUEST.into_response(),
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT.into_response(),
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
}

impl From<MatchingError> for Closed {
    fn from(fault: MatchingError) -> Self {
        tracing::error!(%fault, "a deconfliction cannot be served");
        Self::Busy
    }
}

impl From<StoreError> for Closed {
    fn from(fault: StoreError) -> Self {
        MatchingError::from(fault).into()
    }
}

/// Which attempt of which deconfliction: follower, leader, offer, attempt.
type Which = (String, String, String, u64);

/// The deconfliction, where it is open to the peer that calls.
async fn admitted(node: &Node, peer: &Peer, which: &Which) -> Result<DeconflictionRow, Closed> {
    let (follower, leader, offer, _) = which;
    let follower: AuthorityId = follower.parse().map_err(|_| Closed::NotFound)?;
    let leader: AuthorityId = leader.parse().map_err(|_| Closed::NotFound)?;
    let offer: MessageId = offer.parse().map_err(|_| Closed::NotFound)?;
    if !node.config.matching.deconfliction || !node.serves(&follower) {
        return Err(Closed::NotFound);
    }
    let directory = node.registry();
    let now = random::now();
    if directory.registry().expires <= now {
        return Err(Closed::Busy);
    }
    let row = store::load(&node.store, &follower, offer).await?;
    let row = row.filter(|row| row.peer == leader && row.direction == Direction::Received);
    let is_leaders = directory.node_of(&leader).is_some_and(|node| *node.name == *peer.0);
    let why = match &row {
        _ if !is_leaders => "it came from another node than the offerer's",
        None => "there is no such offer here",
        Some(row) if row.expires_at.is_none_or(|until| until <= now) => "its time is over",
        Some(row) if !row.state.is_agreed() && row.state != State::Finished => "it is not agreed on, or over",
        Some(_) => "",
    };
    match row {
        Some(row) if why.is_empty() => Ok(row),
        row => {
            refuse(node, peer, &follower, offer, why, row.as_ref()).await?;
            Err(Closed::NotFound)
        }
    }
}

/// Writes a refusal down, once.
async fn refuse(
    node: &Node,
    peer: &Peer,
    authority: &AuthorityId,
    offer: MessageId,
    why: &'static str,
    row: Option<&DeconflictionRow>,
) -> Result<(), StoreError> {
    if !node.deconflictions.is_new_refusal(&peer.0, offer, why) {
        return Ok(());
    }
    let about = row.map_or_else(About::default, DeconflictionRow::about);
    let detail = json!({ "deconfliction": offer, "node": *peer.0, "why": why });
    let mut tx = node.store.begin("refuse_deconfliction").await?;
    let (now, actor) = (random::now(), Actor::Node);
    tx.record(Entry::new(now, Some(authority), &actor, "deconfliction_refused", about, detail));
    tx.commit().await.map(|_| ())
}

async fn begin(
    Shared(node): Shared<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    Path(which): Path<Which>,
) -> Result<StatusCode, Closed> {
    let row = admitted(&node, &peer, &which).await?;
    if row.state == State::Finished {
        return Err(Closed::Over(NotBegun::Finished { attempt: row.attempts }));
    }
    match follow::begin(&node, row, which.3).await? {
        Begun::Ready => Ok(StatusCode::NO_CONTENT),
        Begun::Preparing => Ok(StatusCode::ACCEPTED),
        Begun::Attempt(attempts) => Err(Closed::Over(NotBegun::Begun { attempts })),
        Begun::Over => Err(Closed::Over(NotBegun::Over)),
        Begun::Elsewhere => Err(Closed::Elsewhere),
        Begun::Busy => Err(Closed::Busy),
    }
}

/// A session that is open to the peer, for as long as the guard lives.
pub(super) struct Open {
    pub row: DeconflictionRow,
    name: Name,
    pub serving: OwnedMutexGuard<Option<Serving>>,
}

async fn open(node: &Node, peer: &Peer, which: &Which) -> Result<Open, Closed> {
    let row = admitted(node, peer, which).await?;
    if row.state == State::Finished {
        return Err(Closed::Over(NotBegun::Finished { attempt: row.attempts }));
    }
    let name = row.name();
    let session = node.deconflictions.following.session(&name, which.3);
    let session = session.filter(|_| row.state == State::Running && row.attempts == which.3);
    let Some(session) = session else { return Err(absent(node, &row, which.3).await?) };
    let serving = session.try_lock_owned().map_err(|_| Closed::Conflict)?;
    if serving.is_none() { Err(Closed::NotFound) } else { Ok(Open { row, name, serving }) }
}

/// Why an attempt has no session here: another replica holds it, or nobody any more.
async fn absent(node: &Node, row: &DeconflictionRow, attempt: u64) -> Result<Closed, StoreError> {
    let may_be = row.state == State::Running && row.attempts == attempt;
    let elsewhere = may_be && lease::is_elsewhere(node, row, random::now()).await?;
    Ok(if elsewhere { Closed::Elsewhere } else { Closed::NotFound })
}

/// Does something to a session, on a thread of its own. Where it does not hold, the session is over, for good.
async fn serving<T: Send + 'static>(
    node: &Node,
    open: Open,
    act: impl FnOnce(&mut Serving) -> Result<T, MatchingError> + Send + 'static,
) -> Result<(T, DeconflictionRow), Closed> {
    let Open { row, name, mut serving } = open;
    let attempt = row.attempts;
    let done = super::blocking(move || {
        let session = serving.as_mut().ok_or(MatchingError::Interrupted)?;
        let before = session.commitments();
        let done = act(session);
        Ok((done, session.progress(), session.commitments().or(before)))
    });
    let (done, progress, commitments) = done.await?;
    match done {
        Ok(done) => {
            node.deconflictions.note(&name, progress);
            Ok((done, row))
        }
        Err(fault) => {
            node.deconflictions.following.drop_session(&name);
            node.deconflictions.forget(&name);
            let false_ = matches!(fault, MatchingError::Batch(_) | MatchingError::OtherSet);
            let end = if false_ { End::False } else { End::Broken };
            finish::fail(node, (&name, Some(attempt)), end, &fault.to_string(), commitments).await?;
            if false_ { Err(Closed::Refused) } else { Err(fault.into()) }
        }
    }
}

/// The frame that a request brings, if it comes in time. One that is larger than any ends the session.
async fn frame(node: &Node, open: &Open, request: Request<Body>) -> Result<Vec<u8>, Closed> {
    let reading = timeout(PATIENCE, read(request.into_body())).await;
    match reading.map_err(|_| Closed::TimedOut)? {
        Ok(Some(frame)) => Ok(frame),
        Ok(None) => {
            node.deconflictions.following.drop_session(&open.name);
            node.deconflictions.forget(&open.name);
            let commitments = open.serving.as_ref().and_then(Serving::commitments);
            let why = "a frame is larger than any can be";
            finish::fail(node, (&open.name, Some(open.row.attempts)), End::False, why, commitments).await?;
            Err(Closed::Refused)
        }
        Err(_) => Err(Closed::TimedOut),
    }
}

/// The body, no more of it in memory than a frame has; none where it is larger.
async fn read(body: Body) -> Result<Option<Vec<u8>>, axum::Error> {
    let (mut frame, mut pieces) = (Vec::new(), body.into_data_stream());
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        if frame.len().saturating_add(piece.len()) > LARGEST_FRAME {
            return Ok(None);
        }
        frame.extend_from_slice(&piece);
    }
    Ok(Some(frame))
}

fn bytes(frame: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/octet-stream")], frame).into_response()
}

async fn masked(
    Shared(node): Shared<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    Path(which): Path<Which>,
    request: Request<Body>,
) -> Result<Response, Closed> {
    let open = open(&node, &peer, &which).await?;
    let frame = frame(&node, &open, request).await?;
    let (answer, _) = serving(&node, open, move |session| session.masked(&frame)).await?;
    Ok(bytes(answer))
}

async fn give(
    Shared(node): Shared<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    Path((follower, leader, offer, attempt, number)): Path<(String, String, String, u64, u32)>,
) -> Result<Response, Closed> {
    let mut open = open(&node, &peer, &(follower, leader, offer, attempt)).await?;
    if !fixed::follow(&node, &mut open).await? {
        return Err(Closed::NotFound);
    }
    let (frame, _) = serving(&node, open, move |session| session.give(number)).await?;
    Ok(bytes(frame))
}

async fn matched(
    Shared(node): Shared<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    Path(which): Path<Which>,
    request: Request<Body>,
) -> Result<StatusCode, Closed> {
    let open = open(&node, &peer, &which).await?;
    let name = open.name.clone();
    let frame = frame(&node, &open, request).await?;
    let (told, mut row) = serving(&node, open, move |session| session.matched(&frame)).await?;
    if let Told::Done(found) = told {
        node.deconflictions.following.drop_session(&name);
        node.deconflictions.forget(&name);
        if !finish::finish(&node, &mut row, Some(&found)).await? {
            return Err(Closed::Over(NotBegun::Over));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
