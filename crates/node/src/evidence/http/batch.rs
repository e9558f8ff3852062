//! Batches of small files.

use crate::{
    Node,
    access::{Act, Caller},
    evidence::{
        batch::{self, Admitted, BatchKey},
        custody::Hand,
        upload_fault::UploadFault,
    },
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use comity_model::id::ItemId;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The files that were admitted, in the order in which they came.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchView {
    /// The items.
    items: Vec<AdmittedView>,
}

/// A file that was admitted.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdmittedView {
    /// The item.
    #[schema(value_type = String)]
    id: ItemId,
    /// Its name, for people.
    name: String,
    /// SHA-256 of its content.
    sha256: String,
}

impl From<Admitted> for AdmittedView {
    fn from(admitted: Admitted) -> Self {
        Self { id: admitted.item, name: admitted.name, sha256: admitted.sha256.to_string() }
    }
}

/// Takes many small files in, all or nothing: at most 4,096 with 64 MiB of content. For each, the length of a JSON text in 4
/// bytes, most significant first; the text, which describes the item as an upload does, with `size` and `sha256`; the content.
/// With an `Idempotency-Key`, the same files sent again are the same items: repeat a batch whose answer was lost.
#[utoipa::path(post, path = "/evidence/batch", tag = "evidence", params(
    ("Idempotency-Key" = Option<String>, Header, description = "32 to 128 random characters of the client's, new for each batch; \
        known for a week")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 201, description = "all are items now", body = BatchView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 409, description = "`batch_key_used`, `batch_repeated`", body = ProblemView),
    (status = 408, description = "`upload_interrupted`", body = ProblemView),
    (status = 413, description = "`upload_too_long`", body = ProblemView),
    (status = 422, description = "`evidence_refused`, `evidence_differs`", body = ProblemView),
    (status = 507, description = "`storage_full`", body = ProblemView)))]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<BatchView>), Problem> {
    caller.may(Act::TakeEvidence)?;
    let key = headers
        .get("idempotency-key")
        .map(|key| BatchKey::new(key.to_str().unwrap_or_default()))
        .transpose()?;
    let place = node.evidence.uploads.batches.clone().acquire_owned().await;
    let _place = place.map_err(|_| UploadFault::Busy)?;
    let files = batch::read_batch(body.into_data_stream()).await?;
    let admitted = batch::take_in_batch(&node, &Hand::from(&caller), files, key).await?;
    let items = admitted.into_iter().map(Into::into).collect();
    Ok((StatusCode::CREATED, Json(BatchView { items })))
}
