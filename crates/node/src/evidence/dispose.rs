//! The end of an item: given back, or destroyed. Both end every key that opens it here. The wrap goes at once; what backups of the
//! database still hold of it ends with the epoch under whose key it was kept, see [`super::rotate`].

mod proof;
mod rules;
mod store;

pub use proof::{Disposal, EpochProof, disposal_of};
pub use rules::{Facts, Grounds, may_dispose};

use super::{
    EvidenceError, ItemState, NewEvent,
    custody::{Hand, record_event},
    describe::Description,
    epochs::blocking,
    rotate, upload,
    upload_store::{self, UploadRow},
};
use crate::{
    Node,
    journal::{About, Entry},
    random,
    store::Tx,
};
use comity_model::id::ItemId;
use comity_vault::{Digest, custody::Act};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::runtime::Handle;

/// The journal entry that says under which epoch the destroyed wrap of an item's key was kept.
const WRAP_DESTROYED: &str = "wrap_destroyed";

/// Unfinished uploads that are looked at, newest first.
const UPLOADS: u64 = 1000;

/// What an officer orders.
#[derive(Debug, Clone)]
pub struct Order {
    /// The item.
    pub item: ItemId,
    /// [`Act::Returned`] or [`Act::Destroyed`].
    pub act: Act,
    /// Why.
    pub reason: String,
    /// Under which authority or law.
    pub basis: Option<String>,
}

/// What was done, and what completes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disposed {
    /// SHA-256 of the custody event.
    pub event: Digest,
    /// The epoch under whose key the wrap was kept.
    pub epoch: u64,
    /// When that epoch's key is gone, as the settings stand: from then on no backup of the database opens the item.
    pub complete_after: Timestamp,
}

/// Gives an item back or destroys it: custody event, journal entries and the end of its keys in one transaction.
///
/// # Errors
/// Where a rule forbids it (see [`may_dispose`]), the item is not here, or the database fails.
pub async fn dispose(node: &Arc<Node>, hand: &Hand, order: Order) -> Result<Disposed, EvidenceError> {
    let ends_as = match order.act {
        Act::Returned { .. } => ItemState::Returned,
        Act::Destroyed { .. } => ItemState::Destroyed,
        _ => return Err(EvidenceError::unfit("act", "must be `returned` or `destroyed`")),
    };
    let now = random::now();
    let uploads = uploads_of_parts(node, hand, order.item).await?;
    let mut tx = node.store.begin("dispose_of_evidence").await?;
    let facts = store::facts(&mut tx, &hand.authority, order.item).await?;
    let facts = Facts { uploads, ..facts.ok_or(EvidenceError::NotFound("item of evidence"))? };
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let grounds = may_dispose(&facts, &hand.actor.to_string(), today)?;
    let Order { item, act, reason, basis } = order;
    let new = NewEvent { item, case: Some(facts.case), act, reason, basis, place: None };
    let event = record_event(node, &mut tx, hand, new, now).await?.sha256;
    let epoch = shred(&mut tx, hand, item, ends_as).await?;
    let about = About { case: Some(facts.case), item: Some(item), ..About::default() };
    let detail = serde_json::json!({
        "item": item, "event": event, "epoch": epoch, "early": grounds.early, "retain_until": facts.retain_until,
    });
    tx.record(Entry::new(now, Some(&hand.authority), &hand.actor, WRAP_DESTROYED, about, detail));
    let row = rotate::epoch_in(&mut tx, &hand.authority, epoch).await?;
    tx.commit().await?;
    let complete_after = row.map_or(now, |row| row.ends_at(&node.config.evidence));
    Ok(Disposed { event, epoch, complete_after })
}

/// The unfinished uploads that say that they are a part of the item. What does not open any more says nothing.
async fn uploads_of_parts(node: &Arc<Node>, hand: &Hand, item: ItemId) -> Result<Vec<ItemId>, EvidenceError> {
    let rows = upload_store::list(&node.store, &hand.authority, UPLOADS).await?;
    let (shared, runtime) = (node.clone(), Handle::current());
    let whole = move |row: &UploadRow| {
        let key = upload::key_of(&shared, &runtime, row).ok()?;
        let described = Description::open(&row.description, row.item, &key).ok()?;
        described.exhibit.part_of.map(|whole| whole.item)
    };
    let of_item =
        move || Ok(rows.iter().filter(|row| whole(row) == Some(item)).map(|row| row.item).collect());
    blocking(of_item).await
}

/// Ends every key of the item that is kept here; the epoch under which its wrap was.
async fn shred(tx: &mut Tx, hand: &Hand, item: ItemId, ends_as: ItemState) -> Result<u64, EvidenceError> {
    let epoch = store::shred(tx, &hand.authority, item).await?;
    super::store::set_state(tx, &hand.authority, item, ends_as).await?;
    if ends_as == ItemState::Destroyed {
        store::blank_name(tx, &hand.authority, item).await?;
    }
    match epoch {
        Some(epoch) => Ok(epoch),
        // A wrap that was lost before: backups may have it up to the newest epoch.
        None => Ok(rotate::newest_in(tx, &hand.authority).await?.unwrap_or(0)),
    }
}
