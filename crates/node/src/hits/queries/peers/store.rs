//! The SQL of what holders publish.

use crate::store::{Store, StoreError, Tx};
use comity_model::{AuthorityId, message::matching::EpochStatement};
use comity_seal::Dsse;
use jiff::Timestamp;

/// The newest statement that is known of a holder, and when it was seen last.
pub(super) async fn newest(
    store: &Store,
    holder: &AuthorityId,
) -> Result<Option<(EpochStatement, Timestamp)>, StoreError> {
    let sql = "/* newest_peer_epoch */ SELECT statement, known_at FROM peer_epoch WHERE holder = $1 \
               ORDER BY number DESC LIMIT 1";
    let Some(row) = store.fetch_optional(sql, &[holder.as_str().into()]).await? else { return Ok(None) };
    let dsse: Dsse = row.json(0)?;
    let corrupt = StoreError::Corrupt { column: 0, expected: "a signed statement of an epoch" };
    let Ok(statement) = serde_json::from_slice(&dsse.payload) else { return Err(corrupt) };
    Ok(Some((statement, row.time(1)?)))
}

/// The public key that a holder has shown for an epoch.
pub(super) async fn key_of(tx: &mut Tx, statement: &EpochStatement) -> Result<Option<String>, StoreError> {
    let sql = "/* peer_epoch_key */ SELECT public_key FROM peer_epoch WHERE holder = $1 AND number = $2";
    let row = tx.fetch_optional(sql, &[statement.authority.as_str().into(), statement.number.into()]).await?;
    row.map(|row| row.text(0)).transpose()
}

pub(super) async fn keep(
    tx: &mut Tx,
    statement: &EpochStatement,
    signed: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "/* keep_peer_epoch */ INSERT INTO peer_epoch (holder, number, revision, public_key, statement, known_at) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (holder, number) DO UPDATE SET revision = excluded.revision, \
               statement = excluded.statement, known_at = excluded.known_at \
               WHERE peer_epoch.revision <= excluded.revision";
    let values = [
        statement.authority.as_str().into(),
        statement.number.into(),
        statement.revision.into(),
        statement.public_key.as_str().into(),
        signed.into(),
        now.into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

pub(super) async fn segment(
    store: &Store,
    holder: &AuthorityId,
    sha256: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "/* peer_segment */ SELECT content FROM peer_segment WHERE holder = $1 AND sha256 = $2";
    let row = store.fetch_optional(sql, &[holder.as_str().into(), sha256.into()]).await?;
    row.map(|row| row.bytes(0)).transpose()
}

/// Keeps the segments of a statement, and drops those of epochs that are long over.
pub(super) async fn keep_segments(
    tx: &mut Tx,
    statement: &EpochStatement,
    contents: &[Vec<u8>],
) -> Result<(), StoreError> {
    let sql = "/* keep_peer_segment */ INSERT INTO peer_segment (holder, sha256, epoch, content) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (holder, sha256) DO NOTHING";
    for (segment, content) in statement.segments.iter().zip(contents) {
        let (holder, sha256) = (statement.authority.as_str().into(), segment.sha256.as_str().into());
        tx.execute(sql, &[holder, sha256, statement.number.into(), content.clone().into()]).await?;
    }
    let sql = "/* drop_peer_segments */ DELETE FROM peer_segment WHERE holder = $1 AND epoch < $2";
    let before = statement.number.saturating_sub(1);
    tx.execute(sql, &[statement.authority.as_str().into(), before.into()]).await.map(|_| ())
}

/// Drops what was last seen before that time of epochs that are not their holder's newest and in which no answer waits to be
/// checked, and segments of no epoch that is kept; how many of each.
pub(in super::super) async fn purge(tx: &mut Tx, before: Timestamp) -> Result<(u64, u64), StoreError> {
    let sql = "/* purge_peer_epochs */ DELETE FROM peer_epoch WHERE known_at < $1 \
               AND number < (SELECT MAX(newer.number) FROM peer_epoch newer WHERE newer.holder = peer_epoch.holder) \
               AND NOT EXISTS (SELECT 1 FROM selector_query_holder h WHERE h.holder = peer_epoch.holder \
               AND h.state IN ('waiting', 'checking') AND h.known_epoch <= peer_epoch.number)";
    let epochs = tx.execute(sql, &[before.into()]).await?;
    let sql = "/* purge_peer_segments */ DELETE FROM peer_segment WHERE NOT EXISTS (SELECT 1 FROM peer_epoch e \
               WHERE e.holder = peer_segment.holder AND e.number = peer_segment.epoch)";
    Ok((epochs, tx.execute(sql, &[]).await?))
}
