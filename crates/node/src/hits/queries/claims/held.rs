//! What of ours a claimed handle is: an entry of an epoch after a private query, or an entry in common after whole case loads
//! were compared, which has no epoch.

use super::store::ClaimRow;
use crate::{
    Node,
    hits::{
        deconfliction,
        queries::epochs::store::{self as epochs, HeldRow},
    },
    store::StoreError,
};
use comity_model::{AuthorityId, id::MessageId};

/// The number that stands for no epoch; epochs are counted from one.
pub(super) const NO_EPOCH: u64 = 0;

impl ClaimRow {
    /// Is it about a comparison of whole case loads?
    pub(super) fn is_of_deconfliction(&self) -> bool {
        self.epoch == NO_EPOCH
    }
}

/// Our own under a handle of a claim.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits::queries) async fn held(
    node: &Node,
    claim: &ClaimRow,
    handle: &str,
) -> Result<Vec<HeldRow>, StoreError> {
    under(node, &claim.authority, (claim.query, claim.epoch), handle).await
}

/// Our own under a handle of a query in an epoch, or of a deconfliction.
pub(super) async fn under(
    node: &Node,
    authority: &AuthorityId,
    (query, epoch): (MessageId, u64),
    handle: &str,
) -> Result<Vec<HeldRow>, StoreError> {
    if epoch != NO_EPOCH {
        return epochs::held(&node.store, authority, epoch, handle).await;
    }
    let Some(ours) = deconfliction::ours(node, authority, query, handle).await? else {
        return Ok(Vec::new());
    };
    if ours.canary {
        let (case, subject) = (String::new(), String::new());
        return Ok(vec![HeldRow { case, subject, kind: ours.kind, canary: true, source: String::new() }]);
    }
    let row = |(case, subject)| HeldRow {
        case,
        subject,
        kind: ours.kind.clone(),
        canary: false,
        source: String::new(),
    };
    Ok(ours.persons.into_iter().map(row).collect())
}
