//! What holds for every request: an identifier, one line in the log, security headers, and problems for all failures.
//!
//! The log and the metrics name the route, never the path or the query as they came: those hold identifiers of cases.

use super::{API, metrics::Metrics, problem::Problem};
use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{sync::Arc, time::Instant};

/// The header that names a request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Scripts, styles and connections of the own origin, and nothing else.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
);
/// The most of a rejection's words that are passed on.
const REJECTION_BYTES: usize = 2048;

/// The middleware around everything.
pub(super) async fn observe(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let api = request.uri().path().starts_with(API);
    let response = as_problem(next.run(request).await, &id).await;
    let route = matched.as_ref().map_or("unmatched", MatchedPath::as_str);
    let (status, took) = (response.status(), began.elapsed());
    metrics.count(&method, route, status, took);
    let (status, ms) = (status.as_u16(), took.as_millis());
    tracing::info!(%method, route, status, ms, request_id = id, "request");
    with_headers(response, &id, api)
}

/// A fresh identifier; one that a client brings is not believed.
fn request_id() -> String {
    crate::random::new_id(|ms, random| uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
        .to_string()
}

/// Writes the request's identifier into a problem; makes a problem of any other failure.
async fn as_problem(response: Response, id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let problem = match parts.extensions.remove::<Problem>() {
        Some(problem) => problem,
        None => rejection(status, words(body).await),
    };
    let fresh = problem.clone().into_response();
    for (name, value) in fresh.headers() {
        parts.headers.insert(name.clone(), value.clone());
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(problem.to_json(Some(id))))
}

async fn words(body: Body) -> String {
    let bytes = to_bytes(body, REJECTION_BYTES).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The framework's own refusals, as problems.
fn rejection(status: StatusCode, words: String) -> Problem {
    let said = |otherwise: &str| if words.is_empty() { otherwise.to_owned() } else { words.clone() };
    let title = "the request is refused";
    let of = |code, detail: String| Problem::new(status, code, title, detail);
    match status {
        StatusCode::BAD_REQUEST => Problem::malformed(said("the request cannot be read; check its syntax")),
        StatusCode::NOT_FOUND => Problem::not_found("address"),
        StatusCode::METHOD_NOT_ALLOWED => {
            of("method_not_allowed", "this address takes other methods; see the header `allow`".into())
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            of("too_large", format!("a request has at most {} bytes; send less", super::LARGEST_BODY))
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            of("unsupported_media_type", said("send JSON with `content-type: application/json`"))
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            Problem::unprocessable("unreadable_body", said("the body is not what this address takes"))
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            Problem::unavailable("timed_out", "the request took too long; try again, or ask for less at once")
        }
        status if status.is_client_error() => of("refused", said("the request is refused; check it")),
        _ => Problem::internal(),
    }
}

fn with_headers(mut response: Response, id: &str, api: bool) -> Response {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    // What is handed out as a file states a stricter one.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CONTENT_SECURITY_POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
