//! The routes of evidence.

mod batch;
mod bundle;
mod content;
mod dispose;
mod items;
mod offers;
mod uploads;
mod vault;

use crate::Node;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use batch::{AdmittedView, BatchView};
pub use bundle::{StampList, StampView};
pub use items::{CustodyList, CustodyView, FindingView, ItemLine, ItemList, ItemView};
pub use offers::{OfferList, OfferView};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(items::list))
        .routes(routes!(items::get))
        .routes(routes!(items::custody))
        .routes(routes!(items::record))
        .routes(routes!(offers::offer))
        .routes(routes!(offers::list))
        .routes(routes!(offers::get))
        .routes(routes!(offers::accept))
        .routes(routes!(offers::decline))
        .routes(routes!(offers::withdraw))
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

/// The routes whose bodies are as long as an item, and that take as long: without the limits of the others.
pub fn streams() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(uploads::options, uploads::list, uploads::create))
        .routes(routes!(uploads::head, uploads::patch, uploads::delete))
        .routes(routes!(batch::create))
        .routes(routes!(content::get))
        .routes(routes!(content::verify))
}
