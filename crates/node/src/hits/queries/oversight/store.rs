//! The SQL of the auditor's view.

use super::Committed;
use crate::store::{Store, StoreError};
use comity_model::{AuthorityId, id::MessageId, message::Message};
use std::collections::BTreeMap;

/// What the journal has on private queries.
pub(super) async fn of_queries(store: &Store, authority: &AuthorityId) -> Result<Committed, StoreError> {
    let sql = "/* matching_commitments */ SELECT message, act, document FROM journal WHERE authority = $1 AND act IN \
               ('selector_query_sent', 'selector_query_finished', 'selector_query_received', 'selector_query_answered') \
               AND message IS NOT NULL AND document IS NOT NULL ORDER BY seq DESC LIMIT 5000";
    committed(store, authority, sql).await
}

/// What the journal has on comparisons of whole case loads.
pub(super) async fn of_comparisons(store: &Store, authority: &AuthorityId) -> Result<Committed, StoreError> {
    let sql = "/* compared_commitments */ SELECT message, act, document FROM journal WHERE authority = $1 AND act IN \
               ('deconfliction_prepared', 'deconfliction_received', 'deconfliction_offered', 'deconfliction_accepted', \
               'deconfliction_begun', 'deconfliction_finished') AND message IS NOT NULL AND document IS NOT NULL \
               ORDER BY seq DESC LIMIT 5000";
    committed(store, authority, sql).await
}

async fn committed(
    store: &Store,
    authority: &AuthorityId,
    sql: &'static str,
) -> Result<Committed, StoreError> {
    let mut found = Committed::new();
    for row in store.fetch_all(sql, &[authority.as_str().into()]).await? {
        let document: serde_json::Value = row.json(2)?;
        let detail = document.get("detail").cloned().unwrap_or_default();
        found.entry((row.text(0)?, row.text(1)?)).or_default().push(detail);
    }
    Ok(found)
}

/// How many hits each query's claims say were found, by asker and query.
pub(super) async fn claimed_hits(
    store: &Store,
    authority: &AuthorityId,
) -> Result<BTreeMap<(AuthorityId, MessageId), u64>, StoreError> {
    let sql = "/* claimed_hits */ SELECT sender, query, MAX(hits) FROM hit_claim WHERE authority = $1 GROUP BY sender, query";
    let rows = store.fetch_all(sql, &[authority.as_str().into()]).await?;
    rows.iter().map(|row| Ok(((row.word(0)?, row.word(1)?), row.unsigned(2)?))).collect()
}

/// A message as its sender has said it; none where it was erased, as the settings say.
pub(super) async fn as_said(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
    sender: &AuthorityId,
) -> Result<Option<Message>, StoreError> {
    let sql = "/* as_said */ SELECT content FROM message WHERE authority = $1 AND id = $2 AND sender = $3";
    let values = [authority.as_str().into(), id.to_string().into(), sender.as_str().into()];
    store.fetch_optional(sql, &values).await?.map_or(Ok(None), |row| row.optional_json(0))
}
