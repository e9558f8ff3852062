//! The SQL of what is purged of comparisons.

use super::DeconflictionRow;
use crate::store::{Store, StoreError, Tx, json_text};
use comity_model::{AuthorityId, id::MessageId};
use jiff::Timestamp;

/// Comparisons that were over before that time, of which nothing is open and nothing has happened since.
pub(in crate::hits::deconfliction) async fn over_before(
    store: &Store,
    authority: &AuthorityId,
    before: Timestamp,
) -> Result<Vec<MessageId>, StoreError> {
    let sql = "/* old_deconflictions */ SELECT d.id FROM deconfliction d WHERE d.authority = $1 AND d.purged_at IS NULL AND d.tell = 0 \
               AND d.state IN ('finished', 'declined', 'withdrawn', 'ended', 'failed', 'expired') AND d.changed_at < $2 \
               AND NOT EXISTS (SELECT 1 FROM deconfliction_match m WHERE m.authority = d.authority AND m.deconfliction = d.id \
               AND (m.state = 'claimed' OR m.changed_at >= $2)) \
               AND NOT EXISTS (SELECT 1 FROM hit_claim_handle h WHERE h.authority = d.authority AND h.sender = d.peer \
               AND h.query = d.id AND (h.state = 'open' OR h.decided_at >= $2)) LIMIT 100";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), before.into()]).await?;
    rows.iter().map(|row| row.word(0)).collect()
}

/// Marks a comparison that was read as purged, and writes what is left of it; `false` where it is not to be purged any more.
pub(in crate::hits::deconfliction) async fn mark(
    tx: &mut Tx,
    row: &DeconflictionRow,
    before: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* purge_deconfliction */ UPDATE deconfliction SET purged_at = $4, detail = $5, version = version + 1 \
               WHERE authority = $1 AND id = $2 AND version = $6 AND purged_at IS NULL \
               AND NOT EXISTS (SELECT 1 FROM deconfliction_match m WHERE m.authority = $1 AND m.deconfliction = $2 \
               AND (m.state = 'claimed' OR m.changed_at >= $3)) \
               AND NOT EXISTS (SELECT 1 FROM hit_claim_handle h WHERE h.authority = $1 AND h.sender = $7 AND h.query = $2 \
               AND (h.state = 'open' OR h.decided_at >= $3))";
    let values = [
        row.authority.as_str().into(),
        row.id.to_string().into(),
        before.into(),
        now.into(),
        json_text(&row.detail).into(),
        row.version.into(),
        row.peer.as_str().into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

const ERASE: &str = "/* purge_messages_of_deconfliction */ UPDATE message SET content = NULL, body = CASE WHEN EXISTS \
    (SELECT 1 FROM delivery d WHERE d.message = message.id AND d.sender = message.authority AND d.state <> 'receipted') \
    THEN body ELSE NULL END WHERE authority = $1 AND exchange = $2 \
    AND ((kind = 'deconfliction_offer' AND id = $3) OR (kind IN ('deconfliction_answer', 'hit_claim') AND reply_to = $3) \
    OR (kind = 'hit_claim' AND sender = $4 AND id IN (SELECT c.id FROM hit_claim c WHERE c.authority = $1 AND c.sender = $4 AND c.query = $3)) \
    OR (kind = 'hit_answer' AND reply_to IN (SELECT m.id FROM message m WHERE m.authority = $1 AND m.exchange = $2 \
    AND m.kind = 'hit_claim' AND m.reply_to = $3)))";

/// Erases what the messages of a comparison say; their signed statements stay. What is still to be delivered keeps its sealed body.
pub(in crate::hits::deconfliction) async fn erase_messages(
    tx: &mut Tx,
    row: &DeconflictionRow,
) -> Result<(), StoreError> {
    let (authority, exchange) = (row.authority.as_str().into(), row.exchange.to_string().into());
    let values = [authority, exchange, row.id.to_string().into(), row.peer.as_str().into()];
    tx.execute(ERASE, &values).await.map(|_| ())
}
