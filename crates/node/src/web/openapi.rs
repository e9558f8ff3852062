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

/// Serves the description under the API.
pub(super) fn route(document: String) -> Router<Arc<Node>> {
    let path = format!("{}/openapi.json", super::API);
    let kind = HeaderValue::from_static("application/json");
    Router::new().route(&path, get(async move || ([(header::CONTENT_TYPE, kind)], document).into_response()))
}
