//! The SQL of queries that others have asked.

use super::ReceivedState;
use crate::{
    hits::queries::rules::Used,
    store::{Row, Store, StoreError, Tx, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    legal::LegalBasis,
    marking::{Marking, Purpose},
    message::matching::QueryRefusal,
};
use jiff::Timestamp;

/// A received query as it is kept.
#[derive(Debug, Clone)]
pub struct ReceivedRow {
    /// Who was asked.
    pub authority: AuthorityId,
    /// Who asks.
    pub sender: AuthorityId,
    /// The message.
    pub id: MessageId,
    /// The thread.
    pub exchange: ExchangeId,
    /// The asker's case.
    pub case_reference: String,
    /// The asker's officer, by pseudonym.
    pub officer: String,
    /// The purpose.
    pub purpose: Purpose,
    /// The conditions.
    pub marking: Marking,
    /// The basis.
    pub legal_basis: LegalBasis,
    /// How many elements.
    pub count: u64,
    /// The digest of the blinded elements.
    pub batch_sha256: String,
    /// The elements, until they were evaluated; none where they are malformed.
    pub elements: Option<Vec<u8>>,
    /// The consent to a sweep.
    pub consent: Option<String>,
    /// Do our tables contradict its basis?
    pub contradicted: bool,
    /// Where it stands.
    pub state: ReceivedState,
    /// The epoch in which it was evaluated.
    pub epoch: Option<u64>,
    /// Why it was refused, for programs.
    pub code: Option<QueryRefusal>,
    /// Why it was refused.
    pub why: Option<String>,
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// When it was answered.
    pub decided_at: Option<Timestamp>,
}

impl ReceivedRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            sender: row.word(1)?,
            id: row.word(2)?,
            exchange: row.word(3)?,
            case_reference: row.text(4)?,
            officer: row.text(5)?,
            purpose: row.code(6)?,
            marking: row.json(7)?,
            legal_basis: row.json(8)?,
            count: row.unsigned(9)?,
            batch_sha256: row.text(10)?,
            elements: row.optional_bytes(11)?,
            consent: row.optional_text(12)?,
            contradicted: row.integer(13)? != 0,
            state: row.code(14)?,
            epoch: row.optional_integer(15)?.and_then(|number| u64::try_from(number).ok()),
            code: if row.is_null(16) { None } else { Some(row.code(16)?) },
            why: row.optional_text(17)?,
            arrived_at: row.time(18)?,
            decided_at: row.optional_time(19)?,
        })
    }
}

/// Stores a query; `false` where it is here already.
pub(super) async fn insert(tx: &mut Tx, row: &ReceivedRow) -> Result<bool, StoreError> {
    let sql = "/* insert_received_query */ INSERT INTO received_query (authority, sender, id, exchange, case_reference, \
               officer, purpose, marking, legal_basis, count, batch_sha256, elements, consent, contradicted, state, code, \
               why, arrived_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
               ON CONFLICT (authority, sender, id) DO NOTHING";
    let values = [
        row.authority.as_str().into(),
        row.sender.as_str().into(),
        row.id.to_string().into(),
        row.exchange.to_string().into(),
        row.case_reference.as_str().into(),
        row.officer.as_str().into(),
        code_text(&row.purpose).into(),
        json_text(&row.marking).into(),
        json_text(&row.legal_basis).into(),
        row.count.into(),
        row.batch_sha256.as_str().into(),
        row.elements.clone().into(),
        row.consent.clone().into(),
        row.contradicted.into(),
        code_text(&row.state).into(),
        row.code.map(|code| code_text(&code)).into(),
        row.why.clone().into(),
        row.arrived_at.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Queries that are to be answered, in the order of their arrival.
pub(super) async fn pending(store: &Store) -> Result<Vec<ReceivedRow>, StoreError> {
    let sql = "/* pending_queries */ SELECT authority, sender, id, exchange, case_reference, officer, purpose, marking, \
               legal_basis, count, batch_sha256, elements, consent, contradicted, state, epoch, code, why, arrived_at, \
               decided_at FROM received_query WHERE state IN ('pending', 'evaluating') ORDER BY arrived_at, id LIMIT 32";
    store.fetch_all(sql, &[]).await?.iter().map(ReceivedRow::read).collect()
}

/// A received query that was not purged.
pub(in super::super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    sender: &AuthorityId,
    id: MessageId,
) -> Result<Option<ReceivedRow>, StoreError> {
    let sql = "/* received_query */ SELECT authority, sender, id, exchange, case_reference, officer, purpose, marking, \
               legal_basis, count, batch_sha256, elements, consent, contradicted, state, epoch, code, why, arrived_at, \
               decided_at FROM received_query WHERE authority = $1 AND sender = $2 AND id = $3 AND purged_at IS NULL";
    let values = [authority.as_str().into(), sender.as_str().into(), id.to_string().into()];
    store.fetch_optional(sql, &values).await?.map(|row| ReceivedRow::read(&row)).transpose()
}

/// The newest received queries of an authority.
pub(in super::super) async fn newest(
    store: &Store,
    authority: &AuthorityId,
    limit: u64,
) -> Result<Vec<ReceivedRow>, StoreError> {
    let sql = "/* newest_received_queries */ SELECT authority, sender, id, exchange, case_reference, officer, purpose, marking, \
               legal_basis, count, batch_sha256, elements, consent, contradicted, state, epoch, code, why, arrived_at, \
               decided_at FROM received_query WHERE authority = $1 ORDER BY arrived_at DESC LIMIT $2";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), limit.into()]).await?;
    rows.iter().map(ReceivedRow::read).collect()
}

/// Was the same blinded batch asked before by the same authority, and did the earlier question arrive sooner?
pub(super) async fn is_replay(tx: &mut Tx, row: &ReceivedRow) -> Result<bool, StoreError> {
    let sql = "/* replayed_batch */ SELECT 1 FROM received_query WHERE authority = $1 AND sender = $2 AND batch_sha256 = $3 \
               AND id <> $4 AND (arrived_at < $5 OR (arrived_at = $5 AND id < $4)) LIMIT 1";
    let (authority, sender) = (row.authority.as_str().into(), row.sender.as_str().into());
    let (batch, id) = (row.batch_sha256.as_str().into(), row.id.to_string().into());
    Ok(tx.fetch_optional(sql, &[authority, sender, batch, id, row.arrived_at.into()]).await?.is_some())
}

/// What was evaluated for an authority, an officer and a case since that time and in an epoch; this query is not counted.
pub(super) async fn used(
    tx: &mut Tx,
    row: &ReceivedRow,
    day: Timestamp,
    epoch: u64,
) -> Result<Used, StoreError> {
    let sql = "/* query_budget */ SELECT CAST(COALESCE(SUM(CASE WHEN decided_at > $3 THEN count ELSE 0 END), 0) AS BIGINT), \
               CAST(COALESCE(SUM(CASE WHEN decided_at > $3 AND officer = $4 THEN count ELSE 0 END), 0) AS BIGINT), \
               CAST(COALESCE(SUM(CASE WHEN decided_at > $3 AND case_reference = $5 THEN count ELSE 0 END), 0) AS BIGINT), \
               CAST(COALESCE(SUM(CASE WHEN epoch = $6 THEN count ELSE 0 END), 0) AS BIGINT) \
               FROM received_query WHERE authority = $1 AND sender = $2 AND state IN ('evaluating', 'answered') AND id <> $7";
    let values = [
        row.authority.as_str().into(),
        row.sender.as_str().into(),
        day.into(),
        row.officer.as_str().into(),
        row.case_reference.as_str().into(),
        epoch.into(),
        row.id.to_string().into(),
    ];
    let Some(row) = tx.fetch_optional(sql, &values).await? else { return Ok(Used::default()) };
    Ok(Used {
        authority_today: row.unsigned(0)?,
        officer_today: row.unsigned(1)?,
        case_today: row.unsigned(2)?,
        authority_in_epoch: row.unsigned(3)?,
    })
}

/// Moves a query on from the state that `before` has; `false` where another replica was quicker. What was answered or refused
/// loses its elements.
pub(super) async fn move_on(
    tx: &mut Tx,
    before: ReceivedState,
    row: &ReceivedRow,
) -> Result<bool, StoreError> {
    let sql = "/* move_received_query */ UPDATE received_query SET state = $4, epoch = $5, code = $6, why = $7, \
               decided_at = $8, again_at = NULL, elements = CASE WHEN $4 = 'evaluating' THEN elements ELSE NULL END \
               WHERE authority = $1 AND sender = $2 AND id = $3 AND state = $9";
    let values = [
        row.authority.as_str().into(),
        row.sender.as_str().into(),
        row.id.to_string().into(),
        code_text(&row.state).into(),
        row.epoch.and_then(|number| i64::try_from(number).ok()).into(),
        row.code.map(|code| code_text(&code)).into(),
        row.why.clone().into(),
        row.decided_at.into(),
        code_text(&before).into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}
