//! The routes of evidence.

mod bundle;
mod dispose;
mod items;
mod vault;

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
        .routes(routes!(dispose::dispose))
        .routes(routes!(dispose::disposal))
        .routes(routes!(vault::get))
        .routes(routes!(vault::epoch))
        .routes(routes!(vault::scrub))
        .routes(routes!(bundle::bundle))
        .routes(routes!(bundle::checklist))
        .routes(routes!(bundle::checklist_memo))
        .routes(routes!(bundle::stamp))
}
