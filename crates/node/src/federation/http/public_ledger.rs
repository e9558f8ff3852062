//! The node's ledger for whoever watches it, as C2SP tlog-tiles lays it out: the signed head, tiles of hashes, bundles
//! of entries. An entry is the salted commitment to a journal entry; it tells nothing of what was done.

use crate::{
    Node,
    federation::witness::cosigned_head,
    journal::ledger::{root_at, sign_head},
    store::StoreError,
    web::Problem,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use comity_ledger::{BundleId, TILE_WIDTH, Tile, TileId, Tiles};
use std::sync::Arc;

/// A full tile never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A partial tile does not change either, and is soon not asked for any more.
const FOR_A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=300");
const ALWAYS_FRESH: HeaderValue = HeaderValue::from_static("no-cache");

pub(super) fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/ledger/checkpoint", get(get_checkpoint))
        .route("/ledger/tile/{*path}", get(get_tile))
}

/// The newest head that enough witnesses have cosigned; before there is one, the head that the node alone has signed.
async fn get_checkpoint(State(node): State<Arc<Node>>) -> Result<Response, Problem> {
    let text = match cosigned_head(&node.store).await? {
        Some((_, text)) => text,
        None => own_head(&node).await?,
    };
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, ALWAYS_FRESH)], text).into_response())
}

async fn own_head(node: &Node) -> Result<String, StoreError> {
    let size = node.store.ledger_size().await?;
    Ok(sign_head(node, size, root_at(node, size).await?)?.to_string())
}

async fn get_tile(State(node): State<Arc<Node>>, Path(path): Path<String>) -> Result<Response, Problem> {
    let path = format!("tile/{path}");
    let (bytes, full) = if let Ok(id) = TileId::parse(&path) {
        (tile(&node, id).await?, id.is_full())
    } else if let Ok(id) = BundleId::parse(&path) {
        (bundle(&node, id).await?, id.width() == TILE_WIDTH)
    } else {
        (None, false)
    };
    let bytes = bytes.ok_or_else(|| Problem::not_found("tile"))?;
    let kind = HeaderValue::from_static("application/octet-stream");
    let keep = if full { FOR_EVER } else { FOR_A_WHILE };
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], bytes).into_response())
}

/// The tile, cut to the width asked for; nothing where the ledger has not so much.
async fn tile(node: &Node, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
    let stored = node.store.tiles([id]).await?;
    let hashes = stored.tile(id.level(), id.index()).and_then(|hashes| hashes.get(..usize::from(id.width())));
    Ok(hashes.and_then(|hashes| Tile::new(id, hashes.to_vec()).ok()).map(|tile| tile.to_bytes()))
}

async fn bundle(node: &Node, id: BundleId) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(first) = id.index().checked_mul(u64::from(TILE_WIDTH)) else { return Ok(None) };
    let end = first.saturating_add(u64::from(id.width()));
    let sql = "/* ledger_entries */ SELECT commitment FROM journal WHERE seq >= $1 AND seq < $2 ORDER BY seq";
    let rows = node.store.fetch_all(sql, &[first.into(), end.into()]).await?;
    let entries = rows.iter().map(|row| row.bytes(0)).collect::<Result<Vec<_>, _>>()?;
    // Fewer entries than asked for: the ledger has not so many yet.
    Ok(id.encode(&entries).ok())
}
