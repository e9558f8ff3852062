//! The end of items, and what proves it.

use crate::{
    Node,
    access::{Act, Caller},
    evidence::{
        EvidenceError,
        custody::Hand,
        dispose::{self, Disposal, Disposed, Order, disposal_of},
    },
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, State},
};
use comity_model::id::ItemId;
use comity_vault::{Digest, custody as chain};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// That an item is to be given back or destroyed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DisposeOrder {
    /// `{"returned": {"to": "..."}}` or `{"destroyed": {"how": "..."}}`.
    #[schema(value_type = Object)]
    act: chain::Act,
    /// Why.
    reason: String,
    /// Under which authority or law.
    #[serde(default)]
    basis: Option<String>,
}

/// What was done, and what completes later.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DisposedView {
    /// SHA-256 of the custody event.
    #[schema(value_type = String)]
    event: Digest,
    /// The epoch under whose key the destroyed wrap was kept.
    epoch: u64,
    /// When that key is gone, as the settings stand: from then on no backup of the database opens the item.
    #[schema(value_type = String, format = DateTime)]
    complete_after: Timestamp,
}

impl From<Disposed> for DisposedView {
    fn from(done: Disposed) -> Self {
        Self { event: done.event, epoch: done.epoch, complete_after: done.complete_after }
    }
}

/// Gives an item back or destroys it. The wrap of its key is gone at once, in backups when its epoch ends. The officer is not the one
/// who took it in.
#[utoipa::path(post, path = "/evidence/{item}/dispose", tag = "evidence", params(("item" = String, Path)),
    request_body = DisposeOrder, responses(
    (status = 200, description = "done", body = DisposedView),
    (status = 403, description = "`role_forbids`, `second_person`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`, `offer_open`, `parts_held`, `part_uploading`", body = ProblemView),
    (status = 422, description = "`evidence_refused`", body = ProblemView)))]
pub(super) async fn dispose(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    Json(order): Json<DisposeOrder>,
) -> Result<Json<DisposedView>, Problem> {
    caller.may(Act::DisposeOfEvidence)?;
    let DisposeOrder { act, reason, basis } = order;
    let order = Order { item, act, reason, basis };
    Ok(Json(dispose::dispose(&node, &Hand::from(&caller), order).await?.into()))
}

/// What proves that an item was given back or destroyed, to be checked offline.
#[utoipa::path(get, path = "/evidence/{item}/disposal", tag = "evidence", params(("item" = String, Path)), responses(
    (status = 200, description = "the proof", body = Disposal),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`not_disposed`", body = ProblemView)))]
pub(super) async fn disposal(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<Disposal>, Problem> {
    caller.may(Act::ReadEvidence)?;
    disposal_of(&node, &caller.authority, item).await.map(Json).map_err(EvidenceError::into)
}
