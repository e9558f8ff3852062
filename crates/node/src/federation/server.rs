//! Where peers call: an accept loop that knows from TLS who calls, and the routes.

use super::{client::WINDOW, intake, registry, tls, told_to_stop, wire::MAX_WIRE_BYTES, witness};
use crate::{Node, NodeError};
use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{Query, State},
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use comity_delivery::RefusalCode;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// Most peer connections at a time.
const MAX_CONNECTIONS: usize = 256;
/// Bytes of each answer that wait to be sent.
const SEND_BUFFER: usize = 1024 * 1024;
/// How long a handshake, and the body of a request, may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The node at the other end of the connection, as TLS has identified it.
#[derive(Clone)]
pub(crate) struct Peer(pub(crate) Arc<str>);

/// Listens for peers until told to stop.
///
/// # Errors
/// Where the address or the TLS settings cannot be used.
pub async fn start(node: &Arc<Node>, stop: watch::Receiver<bool>) -> Result<JoinHandle<()>, NodeError> {
    let address = node.config.peer;
    let listener =
        TcpListener::bind(address).await.map_err(|source| NodeError::Listen { address, source })?;
    let acceptor = TlsAcceptor::from(Arc::new(tls::server_config(node)?));
    let router = router(node.clone());
    let node = node.clone();
    Ok(tokio::spawn(accept(node, listener, acceptor, router, stop)))
}

fn router(node: Arc<Node>) -> Router {
    Router::new()
        .route("/v1/envelopes", post(envelopes))
        .route("/v1/registries", get(registries))
        .route("/v1/witness/add-checkpoint", post(add_checkpoint))
        .merge(crate::evidence::handover::serve::routes())
        .merge(crate::hits::queries::serve::routes())
        .merge(crate::hits::deconfliction::serve::routes())
        .with_state(node)
}

async fn accept(
    node: Arc<Node>,
    listener: TcpListener,
    acceptor: TlsAcceptor,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = told_to_stop(&mut stop) => return,
            accepted = listener.accept() => accepted,
        };
        let (Ok((stream, _)), Ok(place)) = (accepted, places.clone().try_acquire_owned()) else { continue };
        let (node, acceptor, router, stop) = (node.clone(), acceptor.clone(), router.clone(), stop.clone());
        tokio::spawn(async move {
            serve(&node, stream, acceptor, router, stop).await;
            drop(place);
        });
    }
}

async fn serve(
    node: &Node,
    stream: TcpStream,
    acceptor: TlsAcceptor,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let Ok(Ok(stream)) = timeout(PATIENCE, acceptor.accept(stream)).await else { return };
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let Some(name) = certificate.and_then(|certificate| tls::pinned_node(&node.registry(), certificate))
    else {
        return;
    };
    let service = TowerToHyperService::new(router.layer(Extension(Peer(name.into()))));
    let mut http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new()).max_concurrent_streams(16).keep_alive_interval(Duration::from_secs(60));
    http.initial_stream_window_size(WINDOW).initial_connection_window_size(WINDOW);
    http.max_send_buf_size(SEND_BUFFER);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        () = told_to_stop(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(Duration::from_secs(2), connection).await;
        }
    }
}

/// The body of a request, if it comes in time and is not too large.
async fn body(request: Request<Body>) -> Result<Vec<u8>, StatusCode> {
    match timeout(PATIENCE, axum::body::to_bytes(request.into_body(), MAX_WIRE_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

async fn envelopes(
    State(node): State<Arc<Node>>,
    Extension(peer): Extension<Peer>,
    request: Request<Body>,
) -> Response {
    let bytes = match body(request).await {
        Ok(bytes) => bytes,
        Err(status) => return status.into_response(),
    };
    match intake::take_batch(&node, &peer.0, bytes).await {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => (status_of(refusal.code), Json(refusal)).into_response(),
    }
}

fn status_of(code: RefusalCode) -> StatusCode {
    match code {
        RefusalCode::Oversize => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalCode::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        code if code.is_permanent() => StatusCode::BAD_REQUEST,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[derive(Deserialize)]
struct After {
    after: u64,
}

async fn registries(State(node): State<Arc<Node>>, Query(After { after }): Query<After>) -> Response {
    match registry::signed_after(&node.store, after).await {
        Ok(registries) => Json(registries).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn add_checkpoint(State(node): State<Arc<Node>>, request: Request<Body>) -> Response {
    let Ok(bytes) = body(request).await else { return StatusCode::BAD_REQUEST.into_response() };
    let Ok(text) = String::from_utf8(bytes) else { return StatusCode::BAD_REQUEST.into_response() };
    let answer = witness::add_checkpoint(&node, &text).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}
