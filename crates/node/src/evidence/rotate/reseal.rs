//! Seals what is kept under an old epoch's key under the current one's: in batches, each one transaction.

use super::store::{KeptRow, Table, kept_under, replace};
use crate::{
    Node,
    evidence::{
        EvidenceError,
        epochs::{blocking, salt},
    },
    faults,
};
use comity_model::{AuthorityId, id::ItemId};
use comity_vault::{chunk::ItemKey, item::keep_again};
use std::sync::Arc;

/// Keys in one transaction.
const BATCH: u64 = 256;

/// Seals all that is kept under `from` under `to`; how much that was.
///
/// # Errors
/// [`EvidenceError::Conflict`] names what does not open, after all else was done: epoch `from` cannot be retired before that is restored
/// from a backup or its item is disposed of.
pub(super) async fn all(
    node: &Arc<Node>,
    authority: &AuthorityId,
    from: u64,
    to: u64,
) -> Result<u64, EvidenceError> {
    let (mut count, mut broken) = (0, Vec::new());
    for table in Table::ALL {
        let mut after = String::new();
        loop {
            let rows = kept_under(&node.store, table, authority, from, &after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = last.id.clone();
            let (sealed, unopened) = seal(node, authority, [from, to], rows).await?;
            broken.extend(unopened);
            count += write(node, table, authority, [from, to], sealed).await?;
            faults::point("reseal_wraps", "between_batches");
        }
    }
    match broken.first() {
        None => Ok(count),
        Some(item) => {
            let many = broken.len();
            let why = format!(
                "the kept key of item `{item}` does not open ({many} such under epoch {from}); restore its row from a backup or \
                 dispose of it, then begin an epoch again"
            );
            Err(EvidenceError::Conflict { code: "wrap_damaged", why })
        }
    }
}

async fn seal(
    node: &Arc<Node>,
    authority: &AuthorityId,
    [from, to]: [u64; 2],
    rows: Vec<KeptRow>,
) -> Result<(Vec<KeptRow>, Vec<ItemId>), EvidenceError> {
    let (shared, whose) = (node.clone(), authority.clone());
    blocking(move || {
        let old = shared.evidence.epochs.key(&shared, &whose, from)?;
        let new = shared.evidence.epochs.key(&shared, &whose, to)?;
        let (mut sealed, mut broken) = (Vec::new(), Vec::new());
        for row in rows {
            match seal_one(&row, &whose, &old, &new) {
                Some(kept) => sealed.push(KeptRow { kept, ..row }),
                None => broken.push(row.item),
            }
        }
        Ok((sealed, broken))
    })
    .await
}

fn seal_one(row: &KeptRow, authority: &AuthorityId, old: &ItemKey, new: &ItemKey) -> Option<Vec<u8>> {
    keep_again(&row.kept, row.item, authority, [old, new], salt()).ok()
}

async fn write(
    node: &Node,
    table: Table,
    authority: &AuthorityId,
    epochs: [u64; 2],
    rows: Vec<KeptRow>,
) -> Result<u64, EvidenceError> {
    let mut count = 0;
    let mut tx = node.store.begin("reseal_wraps").await?;
    for row in rows {
        count += u64::from(replace(&mut tx, table, authority, epochs, row).await?);
    }
    tx.commit().await?;
    Ok(count)
}
