//! The routes of evidence.

mod bundle;
mod items;

use crate::Node;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use bundle::{StampList, StampView};
pub use items::{CustodyList, CustodyView, FindingView, ItemLine, ItemList, ItemView};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(items::list))
        .routes(routes!(items::get))
        .routes(routes!(items::custody))
        .routes(routes!(items::record))
        .routes(routes!(bundle::bundle))
        .routes(routes!(bundle::checklist))
        .routes(routes!(bundle::checklist_memo))
        .routes(routes!(bundle::stamp))
}
