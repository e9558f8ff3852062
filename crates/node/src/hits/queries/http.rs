//! The routes of private matching.

mod asked;
mod claims;
mod export;
mod oversight;
mod standing;

use crate::{
    Node,
    hits::parts::{LONGEST_LIST, Reason, Which, at_most},
};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(asked::post_query))
        .routes(routes!(asked::get_queries))
        .routes(routes!(asked::get_query))
        .routes(routes!(asked::post_claim))
        .routes(routes!(asked::get_budget))
        .routes(routes!(claims::get_claims))
        .routes(routes!(claims::get_claim))
        .routes(routes!(claims::post_disclosure))
        .routes(routes!(claims::post_decline))
        .routes(routes!(standing::get_rules))
        .routes(routes!(standing::post_rule))
        .routes(routes!(standing::post_confirm))
        .routes(routes!(standing::post_withdraw))
        .routes(routes!(standing::get_sweeps))
        .routes(routes!(standing::post_consent))
        .routes(routes!(standing::post_decline_sweep))
        .routes(routes!(oversight::get_usage))
        .routes(routes!(export::get_export))
        .routes(routes!(oversight::post_canary))
}

/// Which case.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfCase {
    /// Those of this case; otherwise of all.
    #[param(value_type = Option<String>)]
    case: Option<comity_model::id::CaseId>,
    /// At most so many, 1 to 200; otherwise 100.
    limit: Option<u64>,
}
