//! The API, the live updates and the console's files, as officers and programs reach them.
//!
//! Each capability offers `pub fn routes() -> OpenApiRouter<Arc<Node>>` in its `http.rs`, with paths relative to
//! [`API`]; they are merged here. Every failure, the framework's own included, becomes a [`Problem`].

mod console;
mod events;
mod health;
mod metrics;
mod observe;
mod openapi;
pub mod problem;

pub use problem::{Problem, ProblemView};

use crate::{Node, access, alerts, cases, evidence, exchange, federation, hits, journal, law};
use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics::Metrics;
use std::{any::Any, sync::Arc, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer, timeout::TimeoutLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Where the API is.
pub const API: &str = "/api/v1";
/// The most bytes that a request may bring.
const LARGEST_BODY: usize = 6 * 1024 * 1024;
/// How long a request may take until its answer begins. A stream of live updates begins at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// The routes of every capability, relative to [`API`].
fn api() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .merge(access::http::routes())
        .merge(cases::http::routes())
        .merge(alerts::http::routes())
        .merge(hits::http::routes())
        .merge(hits::queries::http::routes())
        .merge(hits::deconfliction::http::routes())
        .merge(hits::persons::http::routes())
        .merge(hits::hash_sets::http::routes())
        .merge(exchange::http::routes())
        .merge(federation::http::routes())
        .merge(journal::http::routes())
        .merge(law::http::routes())
        .merge(evidence::http::routes())
        .merge(events::routes())
}

/// The routes, those whose bodies are as long as an item, and the description of both.
fn described() -> (Router<Arc<Node>>, Router<Arc<Node>>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::with_openapi(openapi::Described::openapi()).nest(API, api());
    let (router, mut document) = routes.split_for_parts();
    let (streams, more) = OpenApiRouter::new()
        .nest(API, evidence::http::streams().merge(hits::hash_sets::http::streams()))
        .split_for_parts();
    document.merge(more);
    openapi::name_operations(&mut document);
    (router, streams, document)
}

/// The API's description as pretty JSON: what is served, and what is committed in `docs/api`.
#[must_use]
pub fn openapi_document() -> String {
    described().2.to_pretty_json().map(|text| text + "\n").unwrap_or_default()
}

/// Everything that the node answers to officers and programs.
pub fn router(node: Arc<Node>) -> Router {
    let (api, streams, _) = described();
    let routes = api
        .merge(openapi::route(openapi_document()))
        .merge(federation::http::ledger_routes())
        .route("/healthz", get(health::get_healthz))
        .route("/readyz", get(health::get_readyz))
        .route("/metrics", get(metrics::get_metrics))
        .fallback(console::serve);
    let metrics = Arc::new(Metrics::starting_at(*node.store.follow().borrow()));
    guarded(limited(routes).merge(streams), metrics).with_state(node)
}

/// Bounds what a request brings and how long it takes. Uploads and downloads of evidence have bounds of their own.
fn limited(router: Router<Arc<Node>>) -> Router<Arc<Node>> {
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
}

/// Wraps the routes in what holds for every request; the last is outermost.
fn guarded(router: Router<Arc<Node>>, metrics: Arc<Metrics>) -> Router<Arc<Node>> {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(Extension(metrics.clone()))
        .layer(middleware::from_fn_with_state(metrics, observe::observe))
}

fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}
