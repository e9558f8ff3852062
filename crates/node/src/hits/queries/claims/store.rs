//! The SQL of claims on our entries.

use super::ClaimState;
use crate::store::{Row, Store, StoreError, Tx, Value, code_text, json_text};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    legal::LegalBasis,
    marking::{Marking, Purpose},
};
use jiff::Timestamp;

/// A claim as it is kept.
#[derive(Debug, Clone)]
pub struct ClaimRow {
    /// Whose entries.
    pub authority: AuthorityId,
    /// Who claims.
    pub sender: AuthorityId,
    /// The message.
    pub id: MessageId,
    /// The query.
    pub query: MessageId,
    /// The thread.
    pub exchange: ExchangeId,
    /// The epoch of the handles.
    pub epoch: u64,
    /// How many hits the asker found here.
    pub hits: u64,
    /// Why it claims.
    pub why: String,
    /// The asker's case, as its query names it.
    pub case_reference: String,
    /// The purpose.
    pub purpose: Purpose,
    /// The conditions.
    pub marking: Marking,
    /// The basis.
    pub legal_basis: LegalBasis,
    /// When it arrived.
    pub arrived_at: Timestamp,
}

impl ClaimRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            sender: row.word(1)?,
            id: row.word(2)?,
            query: row.word(3)?,
            exchange: row.word(4)?,
            epoch: row.unsigned(5)?,
            hits: row.unsigned(6)?,
            why: row.text(7)?,
            case_reference: row.text(8)?,
            purpose: row.code(9)?,
            marking: row.json(10)?,
            legal_basis: row.json(11)?,
            arrived_at: row.time(12)?,
        })
    }

    fn key(&self) -> [Value; 3] {
        [self.authority.as_str().into(), self.sender.as_str().into(), self.id.to_string().into()]
    }
}

/// A handle of a claim as it is kept.
#[derive(Debug, Clone)]
pub struct HandleRow {
    /// The handle.
    pub handle: String,
    /// Where it stands.
    pub state: ClaimState,
    /// The officer or rule that decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What was shown, or the note, as JSON.
    pub decision: Option<serde_json::Value>,
}

impl HandleRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            handle: row.text(0)?,
            state: row.code(1)?,
            decided_by: row.optional_text(2)?,
            decided_at: row.optional_time(3)?,
            decision: row.optional_json(4)?,
        })
    }
}

/// Stores a claim; `false` where one of that identifier is here, whoever sent it.
pub(super) async fn insert(tx: &mut Tx, row: &ClaimRow) -> Result<bool, StoreError> {
    let sql = "/* known_claim */ SELECT 1 FROM hit_claim WHERE authority = $1 AND id = $2";
    let [authority, sender, id] = row.key();
    if tx.fetch_optional(sql, &[authority.clone(), id.clone()]).await?.is_some() {
        return Ok(false);
    }
    let sql = "/* insert_hit_claim */ INSERT INTO hit_claim (authority, sender, id, query, exchange, epoch, hits, why, \
               case_reference, purpose, marking, legal_basis, arrived_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let values = [
        authority,
        sender,
        id,
        row.query.to_string().into(),
        row.exchange.to_string().into(),
        row.epoch.into(),
        row.hits.into(),
        row.why.as_str().into(),
        row.case_reference.as_str().into(),
        code_text(&row.purpose).into(),
        json_text(&row.marking).into(),
        json_text(&row.legal_basis).into(),
        row.arrived_at.into(),
    ];
    tx.execute(sql, &values).await.map(|_| true)
}

/// Stores a handle of a claim, with the canary that it is, where its identifier is known; `false` where it was claimed before.
pub(super) async fn insert_handle(
    tx: &mut Tx,
    row: &ClaimRow,
    handle: &str,
    canary: Option<&str>,
) -> Result<bool, StoreError> {
    let sql = "/* insert_claim_handle */ INSERT INTO hit_claim_handle (authority, sender, query, handle, claim, state, canary, \
               rule_tried, canary_id) VALUES ($1, $2, $3, $4, $5, 'open', $6, 0, $7) ON CONFLICT (authority, sender, query, handle) DO NOTHING";
    let [authority, sender, claim] = row.key();
    let query = row.query.to_string().into();
    let of = canary.filter(|id| !id.is_empty()).map(str::to_owned);
    let values = [authority, sender, query, handle.into(), claim, canary.is_some().into(), of.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// How many handles of a query were claimed.
pub(super) async fn claimed_of(
    tx: &mut Tx,
    authority: &AuthorityId,
    sender: &AuthorityId,
    query: MessageId,
) -> Result<u64, StoreError> {
    let sql = "/* claimed_handles */ SELECT COUNT(*) FROM hit_claim_handle WHERE authority = $1 AND sender = $2 AND query = $3";
    let values = [authority.as_str().into(), sender.as_str().into(), query.to_string().into()];
    tx.fetch_optional(sql, &values).await?.map_or(Ok(0), |row| row.unsigned(0))
}

/// One claim.
pub(in super::super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<ClaimRow>, StoreError> {
    let sql = "/* hit_claim */ SELECT authority, sender, id, query, exchange, epoch, hits, why, case_reference, purpose, \
               marking, legal_basis, arrived_at FROM hit_claim WHERE authority = $1 AND id = $2 ORDER BY arrived_at LIMIT 1";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| ClaimRow::read(&row)).transpose()
}

/// The newest claims; those with an open handle only, where it is asked so.
pub(in super::super) async fn list(
    store: &Store,
    authority: &AuthorityId,
    open: bool,
    limit: u64,
) -> Result<Vec<ClaimRow>, StoreError> {
    let sql = "/* hit_claims */ SELECT authority, sender, id, query, exchange, epoch, hits, why, case_reference, purpose, \
               marking, legal_basis, arrived_at FROM hit_claim c WHERE authority = $1 AND ($2 = 0 OR EXISTS \
               (SELECT 1 FROM hit_claim_handle h WHERE h.authority = c.authority AND h.claim = c.id AND h.state = 'open')) \
               ORDER BY arrived_at DESC LIMIT $3";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), open.into(), limit.into()]).await?;
    rows.iter().map(ClaimRow::read).collect()
}

/// The handles of a claim.
pub(in super::super) async fn handles(
    store: &Store,
    authority: &AuthorityId,
    claim: MessageId,
) -> Result<Vec<HandleRow>, StoreError> {
    let sql = "/* claim_handles */ SELECT handle, state, decided_by, decided_at, decision FROM hit_claim_handle \
               WHERE authority = $1 AND claim = $2 ORDER BY handle";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), claim.to_string().into()]).await?;
    rows.iter().map(HandleRow::read).collect()
}

/// Open handles that no standing rule has looked at: authority, claim, handle.
pub(in super::super) async fn for_rules(
    store: &Store,
) -> Result<Vec<(AuthorityId, MessageId, String)>, StoreError> {
    let sql = "/* claims_for_rules */ SELECT authority, claim, handle FROM hit_claim_handle \
               WHERE state = 'open' AND rule_tried = 0 ORDER BY claim LIMIT 256";
    let rows = store.fetch_all(sql, &[]).await?;
    rows.iter().map(|row| Ok((row.word(0)?, row.word(1)?, row.text(2)?))).collect()
}

/// Notes that the standing rules have looked at a handle.
pub(in super::super) async fn rule_tried(
    tx: &mut Tx,
    authority: &AuthorityId,
    claim: MessageId,
    handle: &str,
) -> Result<(), StoreError> {
    let sql = "/* rule_tried */ UPDATE hit_claim_handle SET rule_tried = 1 WHERE authority = $1 AND claim = $2 AND handle = $3";
    tx.execute(sql, &[authority.as_str().into(), claim.to_string().into(), handle.into()]).await.map(|_| ())
}

/// Writes a decision on a handle; `false` where it was decided before.
pub(super) async fn decide(tx: &mut Tx, claim: &ClaimRow, row: &HandleRow) -> Result<bool, StoreError> {
    let sql = "/* decide_claim */ UPDATE hit_claim_handle SET state = $5, rule_tried = 1, decided_by = $6, decided_at = $7, \
               decision = $8 WHERE authority = $1 AND sender = $2 AND claim = $3 AND handle = $4 AND state = 'open'";
    let [authority, sender, id] = claim.key();
    let values = [
        authority,
        sender,
        id,
        row.handle.as_str().into(),
        code_text(&row.state).into(),
        row.decided_by.clone().into(),
        row.decided_at.into(),
        row.decision.as_ref().map(json_text).into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Handles that are canaries, newest claim first, each with its claim and the canary's identifier.
pub(in super::super) async fn touched(
    store: &Store,
    authority: &AuthorityId,
    limit: u64,
) -> Result<Vec<(ClaimRow, String, Option<String>)>, StoreError> {
    let sql = "/* touched_canaries */ SELECT c.authority, c.sender, c.id, c.query, c.exchange, c.epoch, c.hits, c.why, \
               c.case_reference, c.purpose, c.marking, c.legal_basis, c.arrived_at, h.handle, h.canary_id FROM hit_claim_handle h \
               JOIN hit_claim c ON c.authority = h.authority AND c.id = h.claim AND c.sender = h.sender \
               WHERE h.authority = $1 AND h.canary = 1 ORDER BY c.arrived_at DESC, h.handle LIMIT $2";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), limit.into()]).await?;
    rows.iter().map(|row| Ok((ClaimRow::read(row)?, row.text(13)?, row.optional_text(14)?))).collect()
}
