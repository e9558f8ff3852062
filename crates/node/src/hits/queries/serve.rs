//! What peers may fetch: the signed statement of an epoch, and the filter's segments. Only registered peers reach these routes,
//! as TLS has identified them; the filter tells nothing without the key.

use super::epochs::store;
use crate::{Node, federation::server::Peer, store::StoreError};
use axum::{
    Extension, Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use comity_model::AuthorityId;
use std::sync::Arc;

/// The routes for peers.
pub(crate) fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/v1/matching/{authority}/epoch", get(newest))
        .route("/v1/matching/{authority}/epochs/{number}", get(numbered))
        .route("/v1/matching/{authority}/segments/{sha256}", get(segment))
}

struct Closed(StatusCode);

impl IntoResponse for Closed {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl From<StoreError> for Closed {
    fn from(fault: StoreError) -> Self {
        tracing::error!(%fault, "an epoch cannot be served");
        Self(StatusCode::SERVICE_UNAVAILABLE)
    }
}

const NOT_FOUND: Closed = Closed(StatusCode::NOT_FOUND);

fn served(node: &Node, authority: &str) -> Result<AuthorityId, Closed> {
    let authority: AuthorityId = authority.parse().map_err(|_| NOT_FOUND)?;
    let open = node.config.matching.publish && node.serves(&authority);
    if open { Ok(authority) } else { Err(NOT_FOUND) }
}

async fn newest(
    State(node): State<Arc<Node>>,
    Extension(_): Extension<Peer>,
    Path(authority): Path<String>,
) -> Result<Response, Closed> {
    let authority = served(&node, &authority)?;
    let row = store::newest(&node.store, &authority).await?.ok_or(NOT_FOUND)?;
    Ok(json(row.statement))
}

async fn numbered(
    State(node): State<Arc<Node>>,
    Extension(_): Extension<Peer>,
    Path((authority, number)): Path<(String, u64)>,
) -> Result<Response, Closed> {
    let authority = served(&node, &authority)?;
    let row = store::numbered(&node.store, &authority, number).await?;
    let row = row.filter(|row| row.sealed_key.is_some()).ok_or(NOT_FOUND)?;
    Ok(json(row.statement))
}

async fn segment(
    State(node): State<Arc<Node>>,
    Extension(_): Extension<Peer>,
    Path((authority, sha256)): Path<(String, String)>,
) -> Result<Response, Closed> {
    let authority = served(&node, &authority)?;
    let content = store::segment(&node.store, &authority, &sha256).await?.ok_or(NOT_FOUND)?;
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(([(header::CONTENT_TYPE, kind)], content).into_response())
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
}
