//! What this authority said to others about an item and has a receipt for: offers, and answers to offers. The messages' bodies stay
//! sealed: an offer's holds the item's key.

use crate::store::{Store, StoreError};
use comity_bundle::MessageRecord;
use comity_model::{AuthorityId, id::ItemId, message::Message};
use comity_seal::Dsse;

/// The messages about an item that were received, each with the receipt of every receiver, oldest first.
pub(super) async fn of_item(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<MessageRecord>, StoreError> {
    let sql = "/* receipts_of_item */ SELECT m.content, m.envelope, d.receipt FROM message m \
               JOIN delivery d ON d.message = m.id AND d.sender = m.authority \
               WHERE m.authority = $1 AND m.sender = $1 AND m.kind IN ('evidence_offer', 'evidence_answer') \
               AND d.receipt IS NOT NULL AND m.exchange IN \
               (SELECT exchange FROM evidence_offer WHERE authority = $1 AND item = $2) ORDER BY m.id, d.recipient";
    let mut found = Vec::new();
    for row in store.fetch_all(sql, &[authority.as_str().into(), item.to_string().into()]).await? {
        // An exchange may be about several items.
        let of = match row.optional_json(0)? {
            Some(Message::EvidenceOffer(offer)) => offer.item,
            Some(Message::EvidenceAnswer(answer)) => answer.item,
            _ => continue,
        };
        let read = |text: String| Dsse::from_json(text.as_bytes()).ok();
        if let (true, Some(statement), Some(receipt)) = (of == item, read(row.text(1)?), read(row.text(2)?)) {
            found.push(MessageRecord { statement, receipt });
        }
    }
    Ok(found)
}
