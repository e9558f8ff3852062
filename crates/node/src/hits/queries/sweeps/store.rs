//! The SQL of requests for consent.

use super::SweepState;
use crate::store::{Row, Store, StoreError, Tx, Value, code_text, json_text};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    legal::LegalBasis,
    marking::Marking,
    message::SweepRequest,
};
use jiff::Timestamp;

/// A request as it is kept.
#[derive(Debug, Clone)]
pub(in super::super) struct SweepRow {
    pub authority: AuthorityId,
    pub sender: AuthorityId,
    pub id: MessageId,
    pub exchange: ExchangeId,
    pub content: SweepRequest,
    pub marking: Marking,
    pub legal_basis: LegalBasis,
    pub state: SweepState,
    pub decided_by: Option<String>,
    pub decided_at: Option<Timestamp>,
    pub note: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub decide_by: Timestamp,
    pub arrived_at: Timestamp,
    pub purged_at: Option<Timestamp>,
}

impl SweepRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            sender: row.word(1)?,
            id: row.word(2)?,
            exchange: row.word(3)?,
            content: row.json(4)?,
            marking: row.json(5)?,
            legal_basis: row.json(6)?,
            state: row.code(7)?,
            decided_by: row.optional_text(8)?,
            decided_at: row.optional_time(9)?,
            note: row.optional_text(10)?,
            expires_at: row.optional_time(11)?,
            arrived_at: row.time(12)?,
            purged_at: row.optional_time(13)?,
            decide_by: row.time(14)?,
        })
    }

    fn key(&self) -> [Value; 3] {
        [self.authority.as_str().into(), self.sender.as_str().into(), self.id.to_string().into()]
    }
}

/// Stores a request; `false` where one of that identifier is here, whoever sent it.
pub(super) async fn insert(tx: &mut Tx, row: &SweepRow) -> Result<bool, StoreError> {
    let sql = "/* known_sweep */ SELECT 1 FROM sweep_request WHERE authority = $1 AND id = $2";
    let [authority, sender, id] = row.key();
    if tx.fetch_optional(sql, &[authority.clone(), id.clone()]).await?.is_some() {
        return Ok(false);
    }
    let sql = "/* insert_sweep_request */ INSERT INTO sweep_request (authority, sender, id, exchange, content, marking, \
               legal_basis, state, arrived_at, decide_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = [
        authority,
        sender,
        id,
        row.exchange.to_string().into(),
        json_text(&row.content).into(),
        json_text(&row.marking).into(),
        json_text(&row.legal_basis).into(),
        code_text(&row.state).into(),
        row.arrived_at.into(),
        row.decide_by.into(),
    ];
    tx.execute(sql, &values).await.map(|_| true)
}

/// Writes a decision; `false` where it was decided before.
pub(super) async fn decide(tx: &mut Tx, row: &SweepRow) -> Result<bool, StoreError> {
    let sql = "/* decide_sweep */ UPDATE sweep_request SET state = $4, decided_by = $5, decided_at = $6, note = $7, \
               expires_at = $8 WHERE authority = $1 AND sender = $2 AND id = $3 AND state = 'open'";
    let [authority, sender, id] = row.key();
    let values = [
        authority,
        sender,
        id,
        code_text(&row.state).into(),
        row.decided_by.clone().into(),
        row.decided_at.into(),
        row.note.clone().into(),
        row.expires_at.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<SweepRow>, StoreError> {
    let sql = "/* sweep_request */ SELECT authority, sender, id, exchange, content, marking, legal_basis, state, decided_by, \
               decided_at, note, expires_at, arrived_at, purged_at, decide_by FROM sweep_request WHERE authority = $1 AND id = $2 LIMIT 1";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| SweepRow::read(&row)).transpose()
}

pub(super) async fn list(
    store: &Store,
    authority: &AuthorityId,
    limit: u64,
) -> Result<Vec<SweepRow>, StoreError> {
    let sql = "/* sweep_requests */ SELECT authority, sender, id, exchange, content, marking, legal_basis, state, decided_by, \
               decided_at, note, expires_at, arrived_at, purged_at, decide_by FROM sweep_request WHERE authority = $1 ORDER BY arrived_at DESC LIMIT $2";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), limit.into()]).await?;
    rows.iter().map(SweepRow::read).collect()
}

/// Requests that nobody has decided and whose time is over.
pub(super) async fn overdue(store: &Store, now: Timestamp) -> Result<Vec<SweepRow>, StoreError> {
    let sql = "/* overdue_sweep_requests */ SELECT authority, sender, id, exchange, content, marking, legal_basis, state, decided_by, \
               decided_at, note, expires_at, arrived_at, purged_at, decide_by FROM sweep_request WHERE state = 'open' \
               AND decide_by <= $1 LIMIT 100";
    store.fetch_all(sql, &[now.into()]).await?.iter().map(SweepRow::read).collect()
}

/// Requests that were decided, or lapsed, before that time.
pub(in super::super) async fn decided_before(
    store: &Store,
    authority: &AuthorityId,
    before: Timestamp,
) -> Result<Vec<SweepRow>, StoreError> {
    let sql = "/* old_sweep_requests */ SELECT authority, sender, id, exchange, content, marking, legal_basis, state, decided_by, \
               decided_at, note, expires_at, arrived_at, purged_at, decide_by FROM sweep_request WHERE authority = $1 AND state <> 'open' \
               AND purged_at IS NULL AND decided_at < $2 LIMIT 100";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), before.into()]).await?;
    rows.iter().map(SweepRow::read).collect()
}

const ERASE: &str = "/* purge_messages_of_sweep */ UPDATE message SET content = NULL, body = CASE WHEN EXISTS \
    (SELECT 1 FROM delivery d WHERE d.message = message.id AND d.sender = message.authority AND d.state <> 'receipted') \
    THEN body ELSE NULL END WHERE authority = $1 AND ((kind = 'sweep_request' AND id = $3 AND sender = $2) \
    OR (kind = 'sweep_answer' AND sender = $1 AND reply_to = $3))";

/// Keeps of a decided request what is left in the row, and erases what its messages say; `false` where it was purged before.
pub(in super::super) async fn purge(tx: &mut Tx, row: &SweepRow, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "/* purge_sweep */ UPDATE sweep_request SET content = $4, note = NULL, purged_at = $5 \
               WHERE authority = $1 AND sender = $2 AND id = $3 AND purged_at IS NULL";
    let [authority, sender, id] = row.key();
    let values = [authority, sender, id, json_text(&row.content).into(), now.into()];
    if tx.execute(sql, &values).await? == 0 {
        return Ok(false);
    }
    tx.execute(ERASE, &row.key()).await.map(|_| true)
}
