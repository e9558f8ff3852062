//! The content of items: taken away by an officer who says why, and verified. It is an attachment of no type, never shown.

use crate::{
    Node,
    access::{Act, Caller},
    evidence::{
        EvidenceError,
        content::{self, Verified},
        custody::Hand,
        items,
    },
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use comity_model::id::ItemId;
use comity_vault::item::ItemName;
use futures_util::stream;
use serde::Deserialize;
use std::{io, ops::Range, sync::Arc};
use utoipa::IntoParams;

/// Whatever opens it in a browser is alone there, and may do nothing.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// Why.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Why {
    /// Why the content is taken away; it is in the custody event.
    reason: String,
}

/// The content of an item, or one range of it. That it was taken away is a custody event, committed before the first byte.
#[utoipa::path(get, path = "/evidence/{item}/content", tag = "evidence", params(("item" = String, Path), Why,
    ("Range" = Option<String>, Header, description = "one range of bytes")), responses(
    (status = 200, description = "all of it", body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 206, description = "the range", body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`, `evidence_damaged`", body = ProblemView),
    (status = 416, description = "`range_refused`: it begins beyond the end", body = ProblemView),
    (status = 422, description = "`evidence_refused`: no reason", body = ProblemView)))]
pub(super) async fn get(
    State(node): State<Arc<Node>>,
    method: Method,
    caller: Caller,
    Path(item): Path<ItemId>,
    Query(why): Query<Why>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.may(Act::OpenEvidence)?;
    let opened = items::open_item(&node, &caller.authority, item).await?;
    let size = opened.row.size;
    let tag = format!("\"{}\"", opened.row.manifest_sha256);
    let range = if may_range(&headers, &tag) { wanted(&headers, size)? } else { None };
    let (status, bytes) =
        range.map_or((StatusCode::OK, 0..size), |range| (StatusCode::PARTIAL_CONTENT, range));
    let head = describe(&opened.manifest.name, &bytes, size, status, &tag);
    if method == Method::HEAD {
        return Ok((status, head).into_response());
    }
    let mut content = content::take_content(&node, &Hand::from(&caller), opened, bytes, why.reason).await?;
    // What does not even begin is a problem and not a torn answer.
    let first = content.recv().await.transpose()?;
    let first = stream::iter(first.map(Ok::<Bytes, io::Error>));
    let rest = stream::unfold(content, |mut content| async {
        let next = content.recv().await?;
        Some((next.map_err(|fault: EvidenceError| io::Error::other(fault.to_string())), content))
    });
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    Ok((status, head, body).into_response())
}

/// Verifies a whole item against its manifest; what is damaged is located and written down.
#[utoipa::path(post, path = "/evidence/{item}/verify", tag = "evidence", params(("item" = String, Path)), responses(
    (status = 200, description = "what was found; no `damage` where all is well", body = Verified),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView),
    (status = 409, description = "`item_not_held`, `evidence_damaged`", body = ProblemView)))]
pub(super) async fn verify(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(item): Path<ItemId>,
) -> Result<Json<Verified>, Problem> {
    caller.may(Act::ReadEvidence)?;
    Ok(Json(content::verify(&node, &Hand::from(&caller), item).await?))
}

/// May a range be answered? Not where it goes on with something else than what is here (RFC 9110, section 13.1.5).
fn may_range(headers: &HeaderMap, tag: &str) -> bool {
    headers.get(header::IF_RANGE).is_none_or(|condition| condition.as_bytes() == tag.as_bytes())
}

/// The one range that is asked for (RFC 9110, section 14.2). Several, and what cannot be read, are as if none was asked for.
fn wanted(headers: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, Problem> {
    let given = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let Some((first, last)) = given.and_then(|range| range.trim().strip_prefix("bytes=")?.split_once('-'))
    else {
        return Ok(None);
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let range = match (number(first), number(last)) {
        (None, Some(count)) if first.trim().is_empty() => size.saturating_sub(count)..size,
        (Some(start), None) if last.trim().is_empty() => start..size,
        (Some(start), Some(end)) if start <= end => start..end.saturating_add(1).min(size),
        _ => return Ok(None),
    };
    if range.start < range.end {
        return Ok(Some(range));
    }
    let (status, detail) =
        (StatusCode::RANGE_NOT_SATISFIABLE, format!("the item has {size} bytes; ask within them"));
    Err(Problem::new(status, "range_refused", "the range is not there", detail).with("size", size))
}

fn describe(name: &ItemName, bytes: &Range<u64>, size: u64, status: StatusCode, tag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut say = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    say(header::CONTENT_DISPOSITION, disposition(&name.file_name()));
    say(header::CONTENT_LENGTH, bytes.end.saturating_sub(bytes.start).to_string());
    say(header::ETAG, tag.to_owned());
    if status == StatusCode::PARTIAL_CONTENT {
        let last = bytes.end.saturating_sub(1);
        say(header::CONTENT_RANGE, format!("bytes {}-{last}/{size}", bytes.start));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
}

/// An attachment of that safe name (RFC 6266), with what is not ASCII as RFC 8187 writes it.
fn disposition(file_name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_graphic() || letter == ' ' { letter } else { '_' };
    let ascii: String = file_name.chars().map(plain).collect();
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    let byte = |byte: u8| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let encoded: String = file_name.bytes().map(byte).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str, size: u64) -> Result<Option<Range<u64>>, u16> {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(text).unwrap())]);
        wanted(&headers, size).map_err(|problem| problem.status.as_u16())
    }

    #[test]
    fn one_range_is_answered_and_several_are_as_if_none_was_asked_for() {
        assert_eq!(range("bytes=0-0", 10), Ok(Some(0..1)));
        assert_eq!(range("bytes=3-", 10), Ok(Some(3..10)));
        assert_eq!(range("bytes=-4", 10), Ok(Some(6..10)));
        assert_eq!(range("bytes=-40", 10), Ok(Some(0..10)));
        assert_eq!(range("bytes=3-99", 10), Ok(Some(3..10)));
        for none in ["bytes=0-1,3-4", "items=0-1", "bytes=4-3", "bytes=a-b", "bytes=-", "bytes", "bytes=--1"]
        {
            assert_eq!(range(none, 10), Ok(None), "{none}");
        }
        for beyond in ["bytes=10-", "bytes=99-100", "bytes=-0"] {
            assert_eq!(range(beyond, 10), Err(416), "{beyond}");
        }
        assert_eq!(range("bytes=18446744073709551615-18446744073709551615", 10), Err(416));
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        let name = ItemName::new("a\"; x=\r\nb/../é\u{202E}.jpg".as_bytes()).unwrap();
        let written = disposition(&name.file_name());
        assert!(HeaderValue::from_str(&written).is_ok(), "{written}");
        assert_eq!(written.matches('"').count(), 2, "{written}");
        assert!(written.starts_with("attachment; filename=\"") && written.contains("%C3%A9"), "{written}");
    }
}
