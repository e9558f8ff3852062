//! The SQL of what is purged.

use crate::store::{Row, Store, StoreError, Tx, Value};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
};
use jiff::Timestamp;

/// A query that is old enough.
pub(super) struct Old {
    pub authority: AuthorityId,
    /// Who asked; none where it was asked from here.
    pub sender: Option<AuthorityId>,
    pub query: MessageId,
    pub exchange: ExchangeId,
    pub batch_sha256: String,
    pub count: u64,
}

/// Queries asked from here that were finished before that time, of which nothing is open and nothing has happened since.
pub(super) async fn asked_before(
    store: &Store,
    authority: &AuthorityId,
    before: Timestamp,
) -> Result<Vec<Old>, StoreError> {
    let sql = "/* old_queries */ SELECT q.id, q.exchange, q.batch_sha256, q.count FROM selector_query q WHERE q.authority = $1 \
               AND q.state IN ('finished', 'failed', 'lapsed') AND q.purged_at IS NULL AND q.changed_at < $2 AND NOT EXISTS \
               (SELECT 1 FROM selector_hit h WHERE h.authority = q.authority AND h.query = q.id \
               AND (h.state = 'claimed' OR h.changed_at >= $2)) LIMIT 100";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), before.into()]).await?;
    let read = |row: &Row| {
        Ok(Old {
            authority: authority.clone(),
            sender: None,
            query: row.word(0)?,
            exchange: row.word(1)?,
            batch_sha256: row.text(2)?,
            count: row.unsigned(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Queries asked here that were decided before that time, of which no claim is open and nothing has happened since.
pub(super) async fn received_before(
    store: &Store,
    authority: &AuthorityId,
    before: Timestamp,
) -> Result<Vec<Old>, StoreError> {
    let sql = "/* old_received_queries */ SELECT q.id, q.exchange, q.batch_sha256, q.count, q.sender FROM received_query q \
               WHERE q.authority = $1 AND q.state IN ('answered', 'refused') AND q.purged_at IS NULL AND q.decided_at < $2 \
               AND NOT EXISTS (SELECT 1 FROM hit_claim_handle h WHERE h.authority = q.authority AND h.sender = q.sender \
               AND h.query = q.id AND (h.state = 'open' OR h.decided_at >= $2)) LIMIT 100";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), before.into()]).await?;
    let read = |row: &Row| {
        Ok(Old {
            authority: authority.clone(),
            sender: Some(row.word(4)?),
            query: row.word(0)?,
            exchange: row.word(1)?,
            batch_sha256: row.text(2)?,
            count: row.unsigned(3)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Takes the hits of a query that was asked from here, and its officer's reason; how many hits, or none where it is not to be purged
/// any more.
pub(super) async fn purge_asked(
    tx: &mut Tx,
    old: &Old,
    before: Timestamp,
    now: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let sql = "/* purge_query */ UPDATE selector_query SET sealed = NULL, why = '', purged_at = $4 WHERE authority = $1 \
               AND id = $2 AND purged_at IS NULL AND NOT EXISTS (SELECT 1 FROM selector_hit h WHERE h.authority = $1 \
               AND h.query = $2 AND (h.state = 'claimed' OR h.changed_at >= $3))";
    let [authority, query]: [Value; 2] = [old.authority.as_str().into(), old.query.to_string().into()];
    let values = [authority.clone(), query.clone(), before.into(), now.into()];
    if tx.execute(sql, &values).await? == 0 {
        return Ok(None);
    }
    let sql = "/* purge_hits */ DELETE FROM selector_hit WHERE authority = $1 AND query = $2";
    tx.execute(sql, &[authority, query]).await.map(Some)
}

/// Takes the handles of a query that was asked here, but for canaries, and the askers' reasons; how many handles, or none where it is
/// not to be purged any more.
pub(super) async fn purge_received(
    tx: &mut Tx,
    old: &Old,
    sender: &AuthorityId,
    before: Timestamp,
    now: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let sql = "/* purge_received_query */ UPDATE received_query SET elements = NULL, consent = NULL, purged_at = $5 \
               WHERE authority = $1 AND sender = $2 AND id = $3 AND purged_at IS NULL AND NOT EXISTS \
               (SELECT 1 FROM hit_claim_handle h WHERE h.authority = $1 AND h.sender = $2 AND h.query = $3 \
               AND (h.state = 'open' OR h.decided_at >= $4))";
    let of_query: [Value; 3] =
        [old.authority.as_str().into(), sender.as_str().into(), old.query.to_string().into()];
    let values = [of_query.as_slice(), &[before.into(), now.into()]].concat();
    if tx.execute(sql, &values).await? == 0 {
        return Ok(None);
    }
    purge_claims(tx, &old.authority, sender, old.query, now).await.map(Some)
}

/// Takes the handles of what an asker has claimed of a query or a comparison, but for canaries, and its reasons; how many handles.
pub(in crate::hits::queries) async fn purge_claims(
    tx: &mut Tx,
    authority: &AuthorityId,
    sender: &AuthorityId,
    query: MessageId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let of_query: [Value; 3] = [authority.as_str().into(), sender.as_str().into(), query.to_string().into()];
    let sql = "/* purge_claims */ UPDATE hit_claim SET why = '', purged_at = $4 WHERE authority = $1 AND sender = $2 AND query = $3";
    tx.execute(sql, &[of_query.as_slice(), &[now.into()]].concat()).await?;
    let sql = "/* purge_canaries_of_claims */ UPDATE hit_claim_handle SET decision = NULL WHERE authority = $1 AND sender = $2 \
               AND query = $3 AND canary = 1";
    tx.execute(sql, &of_query).await?;
    let sql = "/* purge_handles */ DELETE FROM hit_claim_handle WHERE authority = $1 AND sender = $2 AND query = $3 AND canary = 0";
    tx.execute(sql, &of_query).await
}

const ERASE_OF_ASKED: &str = "/* purge_messages_of_query */ UPDATE message SET content = NULL, body = CASE WHEN EXISTS \
    (SELECT 1 FROM delivery d WHERE d.message = message.id AND d.sender = message.authority AND d.state <> 'receipted') \
    THEN body ELSE NULL END WHERE authority = $1 AND exchange = $2 \
    AND kind IN ('selector_query', 'selector_answer', 'hit_claim', 'hit_answer', 'sweep_request', 'sweep_answer')";
const ERASE_OF_RECEIVED: &str = "/* purge_messages_of_received_query */ UPDATE message SET content = NULL, body = CASE WHEN EXISTS \
    (SELECT 1 FROM delivery d WHERE d.message = message.id AND d.sender = message.authority AND d.state <> 'receipted') \
    THEN body ELSE NULL END WHERE authority = $1 AND exchange = $2 \
    AND ((kind = 'selector_query' AND id = $3 AND sender = $4) OR (kind = 'selector_answer' AND reply_to = $3) \
    OR (kind = 'hit_claim' AND sender = $4 AND id IN (SELECT c.id FROM hit_claim c WHERE c.authority = $1 AND c.sender = $4 AND c.query = $3)) \
    OR (kind = 'hit_answer' AND reply_to IN (SELECT c.id FROM hit_claim c WHERE c.authority = $1 AND c.sender = $4 AND c.query = $3)))";

/// Erases what the messages of a query say; their signed statements stay. What is still to be delivered keeps its sealed body. The thread
/// of a query that was asked here is the asker's choice, so only what belongs to the query goes.
pub(super) async fn erase_messages(tx: &mut Tx, old: &Old) -> Result<(), StoreError> {
    let (authority, exchange) = (old.authority.as_str().into(), old.exchange.to_string().into());
    let done = match &old.sender {
        None => tx.execute(ERASE_OF_ASKED, &[authority, exchange]).await,
        Some(sender) => {
            let values = [authority, exchange, old.query.to_string().into(), sender.as_str().into()];
            tx.execute(ERASE_OF_RECEIVED, &values).await
        }
    };
    done.map(|_| ())
}
