//! The API's description (OpenAPI 3.1), made from the handlers themselves.

use crate::Node;
use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use std::sync::Arc;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};

/// What the handlers do not say themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Comity",
        description = "The API of a node. Errors are problems (RFC 9457) with a `code` to decide by and a \
                       `request_id`. Objects of the model (alerts, markings, legal bases, case reports) are defined \
                       by the JSON Schemas in docs/schemas.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    security(("bearer" = []), ("cookie" = [])),
    modifiers(&Ways)
)]
pub(super) struct Described;

/// The ways to say who is asking.
struct Ways;

impl Modify for Ways {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let bearer = Http::new(HttpAuthScheme::Bearer);
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let note = "methods that change something also need the header `X-Comity-CSRF: 1`";
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(crate::access::COOKIE, note));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    }
}

/// Names each operation after its method and path, such as `post_alerts_id_release`: handlers of different capabilities
/// may have the same name, operations may not.
pub(super) fn name_operations(api: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut api.paths.paths {
        let words = path.trim_start_matches(super::API).split('/').filter(|word| !word.is_empty());
        let words: Vec<String> = words.map(|word| word.replace(['{', '}'], "").replace('-', "_")).collect();
        let name = |method: &str| Some(format!("{method}_{}", words.join("_")));
        for (method, operation) in [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("put", &mut item.put),
        ] {
            if let Some(operation) = operation {
                operation.operation_id = name(method);
            }
        }
    }
}

/// Serves the description under the API.
pub(super) fn route(document: String) -> Router<Arc<Node>> {
    let path = format!("{}/openapi.json", super::API);
    let kind = HeaderValue::from_static("application/json");
    Router::new().route(&path, get(async move || ([(header::CONTENT_TYPE, kind)], document).into_response()))
}
