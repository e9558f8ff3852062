//! A receiver without room for what it fetches. The fetch waits: what is here stays and is noted, the journal says when it began to
//! wait and when it went on, both sides show it, and it goes on by itself once there is room.

use super::{
    commands::about_offer,
    fetch::RULE,
    store::{self, OfferRow, Offered},
};
use crate::{
    Node, random,
    store::{StoreError, Tx},
};
use comity_model::{AuthorityId, id::ItemId};
use std::sync::atomic::{AtomicBool, Ordering};

/// What programs read of an offer that waits for room: the code of the problem that an upload would get.
pub const STORAGE_FULL: &str = "storage_full";
/// What the receiver reads.
pub(super) const HERE: &str = "no room is left in the vault here; what was fetched is kept, and it goes on by itself once there is room";
/// What the giver reads.
const THERE: &str = "the receiver's vault has no room left for it; it goes on by itself once there is room";
/// The query in which a receiver that waits names itself.
const QUERY: &str = "no_room=";

impl OfferRow {
    /// Does it wait for room at the receiver, as far as is known here?
    #[must_use]
    pub fn waits_for_room(&self) -> bool {
        self.fault.as_deref().is_some_and(|fault| [HERE, THERE].contains(&fault))
    }
}

/// Whether a fetch found room the last time. The giver is told in each request while it did not, also where not even the database
/// has room to note it.
pub(super) struct Room {
    receiver: AuthorityId,
    full: AtomicBool,
}

impl Room {
    /// As it was noted.
    pub(super) fn of(receiver: &AuthorityId, row: Option<&OfferRow>) -> Self {
        let full = row.is_some_and(OfferRow::waits_for_room);
        Self { receiver: receiver.clone(), full: full.into() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.full.load(Ordering::SeqCst)
    }

    pub(super) fn found(&self, full: bool) {
        self.full.store(full, Ordering::SeqCst);
    }

    /// What is asked of the giver for `path`.
    pub(super) fn asking(&self, path: String) -> String {
        if self.is_full() { format!("{path}?{QUERY}{}", self.receiver) } else { path }
    }
}

/// Notes that a fetch waits for room; the journal has it once, however often it is tried.
pub(super) async fn note_waiting(node: &Node, row: &OfferRow) -> Result<(), StoreError> {
    let mut tx = node.store.begin("note_fetch_waiting").await?;
    let begins = store::note_fault_anew(&mut tx, row, HERE).await?;
    if begins {
        let detail =
            serde_json::json!({ "why": STORAGE_FULL, "fetched": row.fetched, "size": row.offer.size });
        tx.record(about_offer(row, &RULE, "evidence_fetch_waiting", detail, random::now()));
    }
    tx.commit().await.map(|_| ())
}

/// Notes that a fetch which waited goes on, in the transaction of the first part that found room.
pub(super) async fn note_going_on(tx: &mut Tx, row: &OfferRow) -> Result<(), StoreError> {
    if store::end_fault(tx, row, HERE).await? {
        let detail = serde_json::json!({});
        tx.record(about_offer(row, &RULE, "evidence_fetch_resumed", detail, random::now()));
    }
    Ok(())
}

/// Notes what a request of the receiver says of its room, where it is something new. It is only shown, so the journal, which a peer
/// could fill by taking it back again and again, has nothing of it.
pub(super) async fn note_there(
    node: &Node,
    authority: &AuthorityId,
    item: ItemId,
    offers: &[Offered],
    query: Option<&str>,
) -> Result<(), StoreError> {
    let full = query.and_then(|query| query.strip_prefix(QUERY));
    for offer in offers {
        let says = full.is_some_and(|who| who == offer.to.as_str());
        let known = offer.fault.as_deref() == Some(THERE);
        if says == known || (!says && full.is_some()) {
            continue;
        }
        let mut tx = node.store.begin("note_receiver_room").await?;
        store::note_outgoing(&mut tx, authority, (item, &offer.to), says.then_some(THERE)).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_giver_is_told_in_each_request_while_there_is_no_room_and_in_none_after() {
        let room = Room::of(&"ES-NCB".parse().unwrap(), None);
        assert_eq!(room.asking("/parts/3".into()), "/parts/3");
        room.found(true);
        assert_eq!(room.asking("/parts/3".into()), "/parts/3?no_room=ES-NCB");
        room.found(false);
        assert_eq!(room.asking("/parts/3".into()), "/parts/3");
    }
}
