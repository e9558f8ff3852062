//! The SQL of standing rules.

use super::RuleTerms;
use crate::store::{Row, Store, StoreError, Tx, json_text};
use comity_model::AuthorityId;
use jiff::Timestamp;

/// A rule as it is kept.
#[derive(Debug, Clone)]
pub(super) struct RuleRow {
    pub authority: AuthorityId,
    pub id: String,
    pub terms: RuleTerms,
    pub proposed_by: String,
    pub proposed_at: Timestamp,
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<Timestamp>,
    pub signed: Option<String>,
    pub withdrawn_by: Option<String>,
}

impl RuleRow {
    /// Confirmed, and not withdrawn?
    pub(super) fn in_force(&self) -> bool {
        self.confirmed_by.is_some() && self.withdrawn_by.is_none()
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            id: row.text(1)?,
            terms: row.json(2)?,
            proposed_by: row.text(3)?,
            proposed_at: row.time(4)?,
            confirmed_by: row.optional_text(5)?,
            confirmed_at: row.optional_time(6)?,
            signed: row.optional_text(7)?,
            withdrawn_by: row.optional_text(8)?,
        })
    }
}

pub(super) async fn insert(tx: &mut Tx, row: &RuleRow) -> Result<(), StoreError> {
    let sql = "/* insert_disclosure_rule */ INSERT INTO disclosure_rule (authority, id, terms, proposed_by, proposed_at) \
               VALUES ($1, $2, $3, $4, $5)";
    let values = [
        row.authority.as_str().into(),
        row.id.as_str().into(),
        json_text(&row.terms).into(),
        row.proposed_by.as_str().into(),
        row.proposed_at.into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Confirms a rule; `false` where it is confirmed or withdrawn.
pub(super) async fn confirm(tx: &mut Tx, row: &RuleRow) -> Result<bool, StoreError> {
    let sql = "/* confirm_disclosure_rule */ UPDATE disclosure_rule SET confirmed_by = $3, confirmed_at = $4, signed = $5 \
               WHERE authority = $1 AND id = $2 AND confirmed_by IS NULL AND withdrawn_by IS NULL";
    let (authority, id) = (row.authority.as_str().into(), row.id.as_str().into());
    let values =
        [authority, id, row.confirmed_by.clone().into(), row.confirmed_at.into(), row.signed.clone().into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Withdraws a rule; `false` where it was withdrawn before.
pub(super) async fn withdraw(tx: &mut Tx, row: &RuleRow, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "/* withdraw_disclosure_rule */ UPDATE disclosure_rule SET withdrawn_by = $3, withdrawn_at = $4 \
               WHERE authority = $1 AND id = $2 AND withdrawn_by IS NULL";
    let (authority, id) = (row.authority.as_str().into(), row.id.as_str().into());
    Ok(tx.execute(sql, &[authority, id, row.withdrawn_by.clone().into(), now.into()]).await? == 1)
}

pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: &str,
) -> Result<Option<RuleRow>, StoreError> {
    let sql = "/* disclosure_rule */ SELECT authority, id, terms, proposed_by, proposed_at, confirmed_by, confirmed_at, signed, \
               withdrawn_by FROM disclosure_rule WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), id.into()]).await?;
    row.map(|row| RuleRow::read(&row)).transpose()
}

/// The rules of an authority, newest first.
pub(super) async fn list(store: &Store, authority: &AuthorityId) -> Result<Vec<RuleRow>, StoreError> {
    let sql = "/* disclosure_rules */ SELECT authority, id, terms, proposed_by, proposed_at, confirmed_by, confirmed_at, signed, \
               withdrawn_by FROM disclosure_rule WHERE authority = $1 ORDER BY proposed_at DESC, id LIMIT 500";
    store.fetch_all(sql, &[authority.as_str().into()]).await?.iter().map(RuleRow::read).collect()
}
