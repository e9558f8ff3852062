//! Taking a hash set out of use. The item of evidence stays in the vault until it is disposed of.

use super::{
    HashSetError, read, rules,
    store::{self, SetRow, Withdrawal},
};
use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    random,
};
use comity_model::id::ItemId;

/// Takes a hash set out of use, for a reason; from then on nothing is found in it.
///
/// # Errors
/// Where there is none, it was withdrawn before, or no reason is given.
pub async fn withdraw(
    node: &Node,
    caller: &Caller,
    set: ItemId,
    reason: &str,
) -> Result<SetRow, HashSetError> {
    let reason = rules::text("reason", reason)?;
    let row = read(node, &caller.authority, set).await?;
    let withdrawal = Withdrawal { at: random::now(), by: caller.name.clone(), reason };
    let mut tx = node.store.begin("withdraw_hash_set").await?;
    if !store::withdraw(&mut tx, &caller.authority, set, &withdrawal).await? {
        return Err(HashSetError::Withdrawn);
    }
    let about = About { case: Some(row.case), item: Some(set), ..About::default() };
    let (at, authority) = (withdrawal.at, Some(&caller.authority));
    let detail = serde_json::json!({});
    tx.record(Entry::new(at, authority, &caller.actor(), "hash_set_withdrawn", about, detail));
    tx.commit().await?;
    node.hash_sets.drop_set(&caller.authority, set);
    Ok(SetRow { withdrawn: Some(withdrawal), ..row })
}
