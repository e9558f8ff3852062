//! The console's files, which the binary carries. Names under `assets/` hold a digest and are kept for ever; everything
//! else is asked for anew. A page that the console's own router knows is answered with `index.html`.

use super::{API, problem::Problem};
use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Files;

const INDEX: &str = "index.html";
/// What there is to see where the console was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Comity</title></head>\
    <body><h1>The console was not built</h1><p>Run <code>make console</code> and build the program again. \
    The API is at <a href=\"/api/v1/openapi.json\">/api/v1</a>.</p></body></html>\n";

/// Answers what no route knows: a file of the console, its first page, or that nothing is there.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if !matches!(method, Method::GET | Method::HEAD) || is_reserved(uri.path()) {
        return Problem::not_found("address").into_response();
    }
    let path = if path.is_empty() { INDEX } else { path };
    if let Some(file) = Files::get(path) {
        return answer(path, &file, &headers);
    }
    if !accepts_html(&headers) {
        return Problem::not_found("file").into_response();
    }
    match Files::get(INDEX) {
        Some(file) => answer(INDEX, &file, &headers),
        None => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

fn is_reserved(path: &str) -> bool {
    ["/api", API, "/ledger"].iter().any(|root| path == *root || path.starts_with(&format!("{root}/")))
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn answer(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.as_bytes() == tag.as_bytes());
    let keep = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type(path))], file.data.clone().into_owned()).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn get(path: &str, accept: &'static str) -> Response {
        let (parts, ()) = Request::get(path).header("accept", accept).body(()).unwrap().into_parts();
        serve(parts.method, parts.uri, parts.headers).await
    }

    #[tokio::test]
    async fn a_page_of_the_console_is_html_and_a_missing_file_is_a_problem() {
        let page = get("/alerts/123", "text/html,application/xhtml+xml").await;
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let missing = get("/assets/none.js", "*/*").await;
        assert_eq!(missing.status(), 404);
        assert_eq!(missing.headers()[header::CONTENT_TYPE], "application/problem+json");
    }

    #[tokio::test]
    async fn no_address_of_the_api_or_the_ledger_is_answered_with_a_page() {
        for path in ["/api", "/api/v2/cases", "/api/v1", "/ledger/nothing"] {
            assert_eq!(get(path, "text/html").await.status(), 404, "{path}");
        }
        let (parts, ()) = Request::post("/").header("accept", "text/html").body(()).unwrap().into_parts();
        assert_eq!(serve(parts.method, parts.uri, parts.headers).await.status(), 404);
    }

    #[test]
    fn a_hashed_name_is_kept_for_ever_and_a_known_file_is_not_sent_again() {
        let file = EmbeddedFile {
            data: b"x".to_vec().into(),
            metadata: rust_embed::Metadata::__rust_embed_new([7; 32], None, None),
        };
        let first = answer("assets/a-1.js", &file, &HeaderMap::new());
        assert_eq!(first.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(answer("icon.svg", &file, &HeaderMap::new()).headers()[header::CACHE_CONTROL], "no-cache");
        let mut known = HeaderMap::new();
        known.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(answer("assets/a-1.js", &file, &known).status(), 304);
    }
}
