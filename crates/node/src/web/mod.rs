//! The API, the live updates and the console's files, as officers and programs reach them.
//!
//! Each capability offers `pub fn routes() -> OpenApiRouter<Arc<Node>>` in its `http.rs`, with paths relative to
//! [`API`]; they are merged here. Every failure, the framework's own included, becomes a [`Problem`].

pub mod problem;

pub use problem::Problem;

use crate::Node;
use axum::Router;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Where the API is.
pub const API: &str = "/api/v1";

fn api() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
}

/// Everything that the node answers to officers and programs.
pub fn router(node: Arc<Node>) -> Router {
    let (router, _openapi) = OpenApiRouter::new().nest(API, api()).split_for_parts();
    router.with_state(node)
}
