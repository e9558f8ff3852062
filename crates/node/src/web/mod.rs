//! The API, the live updates and the console's files, as officers and programs reach them.
//!
//! Each capability offers `pub fn routes() -> OpenApiRouter<Arc<Node>>` in its `http.rs`, with paths relative to
//! [`API`]; they are merged here. Every failure, the framework's own included, becomes a [`Problem`].

mod observe;
pub mod problem;

pub use problem::{Problem, ProblemView};

use crate::{Node, access, alerts, cases, exchange, hits};
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, response::Response};
use std::{any::Any, sync::Arc, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer, timeout::TimeoutLayer};
use utoipa_axum::router::OpenApiRouter;

/// Where the API is.
pub const API: &str = "/api/v1";
/// The most bytes that a request may bring.
const LARGEST_BODY: usize = 6 * 1024 * 1024;
/// How long a request may take until its answer begins. A stream of live updates begins at once.
const PATIENCE: Duration = Duration::from_secs(60);

fn api() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .merge(access::http::routes())
        .merge(cases::http::routes())
        .merge(alerts::http::routes())
        .merge(hits::http::routes())
        .merge(exchange::http::routes())
}

/// Everything that the node answers to officers and programs.
pub fn router(node: Arc<Node>) -> Router {
    let (router, _openapi) = OpenApiRouter::new().nest(API, api()).split_for_parts();
    guarded(router.fallback(nothing_there)).with_state(node)
}

/// Wraps the routes in what holds for every request; the last is outermost.
fn guarded(router: Router<Arc<Node>>) -> Router<Arc<Node>> {
    router
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(observe::observe))
}

fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    use axum::response::IntoResponse;
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}

async fn nothing_there() -> Problem {
    Problem::not_found("address")
}
