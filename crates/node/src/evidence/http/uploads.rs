//! Uploads by the tus protocol, version 1.0 (tus.io), with creation, checksum, termination and expiration.

use crate::{
    Node,
    access::{Act, Caller},
    evidence::{
        custody::Hand,
        describe::Description,
        upload::{self, LONGEST_ITEM, Patch, Standing},
        upload_fault::UploadFault,
        upload_store::UploadRow,
    },
    web::{API, Problem, ProblemView},
};
use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use comity_model::id::{CaseId, ItemId};
use comity_vault::Digest;
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const TUS_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// The version of the protocol.
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const EXTENSIONS: HeaderValue = HeaderValue::from_static("creation,checksum,termination,expiration");
const OFFSET_STREAM: &str = "application/offset+octet-stream";
/// The most uploads in one answer.
const LONGEST_PAGE: u64 = 500;

/// Uploads that are not items.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadList {
    /// The uploads, newest first.
    uploads: Vec<UploadView>,
}

/// An upload that is not an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadView {
    /// The item that it becomes.
    #[schema(value_type = String)]
    item: ItemId,
    /// The name, for people: hidden characters are written out.
    name: String,
    /// The exhibit number.
    exhibit: String,
    /// The case.
    #[schema(value_type = String)]
    case: CaseId,
    /// Bytes that were announced.
    length: u64,
    /// Bytes that are kept.
    received: u64,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// By whom.
    started_by: String,
    /// SHA-256 of the content, as it was declared; null where it was not, or the upload was refused.
    sha256: Option<String>,
    /// Why it was refused; null where it may go on.
    fault: Option<String>,
}

impl From<(UploadRow, Option<Description>)> for UploadView {
    fn from((row, described): (UploadRow, Option<Description>)) -> Self {
        Self {
            sha256: described.and_then(|described| described.sha256).map(|sha256| sha256.to_string()),
            item: row.item,
            name: row.name,
            exhibit: row.exhibit,
            case: row.case,
            length: row.length,
            received: row.received,
            started_at: row.started_at,
            started_by: row.started_by,
            fault: row.fault,
        }
    }
}

/// A refusal as a tus client reads it.
pub(super) struct Refusal(UploadFault);

impl<T: Into<UploadFault>> From<T> for Refusal {
    fn from(fault: T) -> Self {
        Self(fault.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let offset = match self.0 {
            UploadFault::Offset { expected } => Some(expected),
            _ => None,
        };
        let mut response = Problem::from(self.0).into_response();
        let headers = response.headers_mut();
        headers.insert(TUS_RESUMABLE, VERSION);
        if response.status() == StatusCode::PRECONDITION_FAILED {
            response.headers_mut().insert(TUS_VERSION, VERSION);
        }
        if let Some(offset) = offset {
            response.headers_mut().insert(UPLOAD_OFFSET, offset.into());
        }
        response
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let given = text(headers, name).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number = given.and_then(|text| text.parse().ok());
    number
        .ok_or_else(|| Problem::malformed(format!("the header `{name}` is missing or is no number of bytes")))
}

/// Is it a client of the version that we speak?
fn check_version(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.get(TUS_RESUMABLE) == Some(&VERSION) {
        return Ok(());
    }
    let (status, detail) = (StatusCode::PRECONDITION_FAILED, "send the header `Tus-Resumable: 1.0.0`");
    Err(Problem::new(status, "tus_version", "another version of tus is spoken here", detail))
}

fn description(headers: &HeaderMap) -> Result<Description, UploadFault> {
    let pairs = text(headers, &UPLOAD_METADATA).unwrap_or_default().split(',');
    let found = pairs.filter_map(|pair| pair.trim().split_once(' ')).find(|(key, _)| *key == "description");
    let json = found.and_then(|(_, value)| STANDARD.decode(value.trim()).ok());
    let detail = "`Upload-Metadata` must hold `description`, which is the base64 of JSON";
    Ok(Description::from_json(&json.ok_or_else(|| Problem::malformed(detail))?)?)
}

/// The SHA-256 that a request declares for its bytes.
fn checksum(headers: &HeaderMap) -> Result<Option<Digest>, Problem> {
    if !headers.contains_key(UPLOAD_CHECKSUM) {
        return Ok(None);
    }
    let given = text(headers, &UPLOAD_CHECKSUM).and_then(|text| text.split_once(' '));
    let value =
        given.filter(|(kind, _)| *kind == "sha256").and_then(|(_, value)| STANDARD.decode(value.trim()).ok());
    let bytes = value.and_then(|value| <[u8; 32]>::try_from(value).ok());
    let detail = "`Upload-Checksum` must be `sha256` and the base64 of the hash of this request's bytes";
    bytes.map(|bytes| Some(Digest::from_bytes(bytes))).ok_or_else(|| Problem::malformed(detail))
}

/// Where an upload stands, in the headers of tus.
fn standing_headers(standing: Standing) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(TUS_RESUMABLE, VERSION);
    headers.insert(UPLOAD_OFFSET, standing.offset.into());
    let expires =
        standing.expires.and_then(|at| DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok());
    if let Some(expires) = expires.and_then(|at| HeaderValue::try_from(at).ok()) {
        headers.insert(UPLOAD_EXPIRES, expires);
    }
    headers
}

/// What of tus is spoken here.
#[utoipa::path(options, path = "/evidence/uploads", tag = "evidence", responses(
    (status = 204, description = "the headers `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`, `Tus-Checksum-Algorithm`")))]
pub(super) async fn options() -> Response {
    let headers = [
        (TUS_RESUMABLE, VERSION),
        (TUS_VERSION, VERSION),
        (TUS_EXTENSION, EXTENSIONS),
        (TUS_MAX_SIZE, LONGEST_ITEM.into()),
        (TUS_ALGORITHM, HeaderValue::from_static("sha256")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// The uploads of the caller's authority that are not items, newest first.
#[utoipa::path(get, path = "/evidence/uploads", tag = "evidence", responses(
    (status = 200, description = "the uploads", body = UploadList),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn list(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<UploadList>, Problem> {
    caller.may(Act::TakeEvidence)?;
    let uploads = upload::list(&node, &caller.authority, LONGEST_PAGE).await?;
    let uploads = upload::descriptions(&node, uploads).await?;
    Ok(Json(UploadList { uploads: uploads.into_iter().map(Into::into).collect() }))
}

/// Begins an upload: the description is checked now, and not after the last byte.
#[utoipa::path(post, path = "/evidence/uploads", tag = "evidence", params(
    ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ("Upload-Length" = u64, Header, description = "bytes of the content"),
    ("Upload-Metadata" = String, Header, description = "`description` and the base64 of JSON: `case`, `name`, `exhibit`, \
     `acquisition`, `reason`, and where there are any `seizure`, `retain_until`, `sha256`")), responses(
    (status = 201, description = "the header `Location` names the upload, and later the item"),
    (status = 400, description = "`malformed_request`", body = ProblemView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 412, description = "`tus_version`", body = ProblemView),
    (status = 413, description = "`upload_too_long`", body = ProblemView),
    (status = 422, description = "`evidence_refused`: what a court would miss, by `field`", body = ProblemView)))]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    caller.may(Act::TakeEvidence)?;
    check_version(&headers)?;
    let length = number(&headers, &UPLOAD_LENGTH)?;
    let item = upload::begin(&node, &Hand::from(&caller), length, description(&headers)?).await?;
    let standing = upload::standing(&node, &caller.authority, item).await?;
    let location = [(header::LOCATION, format!("{API}/evidence/uploads/{item}"))];
    Ok((StatusCode::CREATED, standing_headers(standing), location).into_response())
}

/// `Upload-Metadata` as it was given.
fn metadata(description: &Description) -> Option<HeaderValue> {
    let json = serde_json::to_vec(description).ok()?;
    HeaderValue::try_from(format!("description {}", STANDARD.encode(json))).ok()
}

/// Where an upload stands: go on from `Upload-Offset`. One that has become an item has all its bytes.
#[utoipa::path(head, path = "/evidence/uploads/{item}", tag = "evidence", params(("item" = String, Path),
    ("Tus-Resumable" = String, Header, description = "`1.0.0`")), responses(
    (status = 200, description = "the headers `Upload-Offset`, `Upload-Length`; and until it is an item `Upload-Expires` and \
        `Upload-Metadata` with the description"),
    (status = 404, description = "`not_found`"),
    (status = 410, description = "`upload_refused`")))]
pub(super) async fn head(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    caller.may(Act::TakeEvidence)?;
    check_version(&headers)?;
    let standing = upload::standing(&node, &caller.authority, item).await?;
    let mut headers = standing_headers(standing);
    headers.insert(UPLOAD_LENGTH, HeaderValue::from(standing.length));
    let described = upload::description_of(&node, &caller.authority, item).await?;
    headers.extend(described.as_ref().and_then(metadata).map(|given| (UPLOAD_METADATA, given)));
    Ok(headers.into_response())
}

/// Goes on with an upload. It answers when every byte is durable; with the last one, when the item is admitted.
#[utoipa::path(patch, path = "/evidence/uploads/{item}", tag = "evidence", params(("item" = String, Path),
    ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ("Upload-Offset" = u64, Header, description = "from which byte on"),
    ("Upload-Checksum" = Option<String>, Header, description = "`sha256` and the base64 of the hash of this request's bytes")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"), responses(
    (status = 204, description = "the header `Upload-Offset` says how many bytes are kept"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 408, description = "`upload_interrupted`: what came is kept", body = ProblemView),
    (status = 409, description = "`upload_offset`", body = ProblemView),
    (status = 410, description = "`upload_refused`", body = ProblemView),
    (status = 412, description = "`tus_version`", body = ProblemView),
    (status = 413, description = "`upload_too_long`", body = ProblemView),
    (status = 415, description = "`unsupported_media_type`", body = ProblemView),
    (status = 422, description = "`evidence_differs`: not the declared SHA-256; nothing was admitted", body = ProblemView),
    (status = 423, description = "`upload_locked`", body = ProblemView),
    (status = 460, description = "`checksum_mismatch`: nothing of this request is kept", body = ProblemView),
    (status = 507, description = "`storage_full`", body = ProblemView)))]
pub(super) async fn patch(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    caller.may(Act::TakeEvidence)?;
    check_version(&headers)?;
    if text(&headers, &header::CONTENT_TYPE) != Some(OFFSET_STREAM) {
        let (status, detail) =
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send bytes as `{OFFSET_STREAM}`"));
        return Err(Problem::new(status, "unsupported_media_type", "the request is refused", detail).into());
    }
    let patch = Patch {
        offset: number(&headers, &UPLOAD_OFFSET)?,
        length: text(&headers, &header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        checksum: checksum(&headers)?,
    };
    let hand = Hand::from(&caller);
    let standing = upload::receive(&node, &hand, item, patch, body.into_data_stream()).await?;
    Ok((StatusCode::NO_CONTENT, standing_headers(standing)).into_response())
}

/// Gives an upload up; what came of it is deleted.
#[utoipa::path(delete, path = "/evidence/uploads/{item}", tag = "evidence", params(("item" = String, Path),
    ("Tus-Resumable" = String, Header, description = "`1.0.0`")), responses(
    (status = 204, description = "it is given up"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 423, description = "`upload_locked`", body = ProblemView)))]
pub(super) async fn delete(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    caller.may(Act::TakeEvidence)?;
    check_version(&headers)?;
    upload::abandon(&node, &Hand::from(&caller), item).await?;
    Ok((StatusCode::NO_CONTENT, [(TUS_RESUMABLE, VERSION)]).into_response())
}
