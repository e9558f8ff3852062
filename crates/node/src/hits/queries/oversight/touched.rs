//! Claims on canaries, for an auditor.

use crate::{
    hits::queries::claims,
    store::{Store, StoreError},
};
use comity_model::{AuthorityId, id::MessageId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Most handles of canaries that are read.
const MOST: u64 = 2_000;

/// A claim on a canary.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TouchedCanary {
    /// The claim.
    #[schema(value_type = String, format = "uuid")]
    pub claim: MessageId,
    /// The canary; none where it was claimed before that was kept, or after whole case loads were compared.
    pub canary: Option<String>,
    /// Who claims.
    #[schema(value_type = String)]
    pub from: AuthorityId,
    /// The query.
    #[schema(value_type = String, format = "uuid")]
    pub query: MessageId,
    /// The asker's case.
    pub case_reference: String,
    /// Why it claims.
    pub why: String,
    /// The handle; the first of them where several keys of one invented person are claimed.
    pub handle: String,
    /// How many handles of the canary are claimed: one of a selector; of an invented person one may be chance, and many are not.
    pub handles: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// The newest claims on canaries, each canary of a claim once.
pub(super) async fn list(store: &Store, authority: &AuthorityId) -> Result<Vec<TouchedCanary>, StoreError> {
    let mut found: Vec<TouchedCanary> = Vec::new();
    for (row, handle, canary) in claims::store::touched(store, authority, MOST).await? {
        let same = |one: &&mut TouchedCanary| {
            canary.is_some() && one.canary == canary && (one.claim, &one.from) == (row.id, &row.sender)
        };
        if let Some(one) = found.iter_mut().rev().find(same) {
            one.handles += 1;
            continue;
        }
        found.push(TouchedCanary {
            claim: row.id,
            canary,
            from: row.sender,
            query: row.query,
            case_reference: row.case_reference,
            why: row.why,
            handle,
            handles: 1,
            at: row.arrived_at,
        });
    }
    Ok(found)
}
