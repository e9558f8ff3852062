//! The SQL of hash sets. The hashes themselves are in the vault and nowhere in the database.

use super::rules::SetWords;
use crate::{
    evidence::ItemState,
    store::{Row, Store, StoreError, Tx, Value, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
    marking::Marking,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many entries a set has, and with which hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Entries.
    pub entries: u64,
    /// With MD5.
    pub md5: u64,
    /// With SHA-1.
    pub sha1: u64,
    /// With SHA-256.
    pub sha256: u64,
    /// With BLAKE3.
    pub blake3: u64,
    /// With a PDQ hash that is searched.
    pub pdq: u64,
    /// With a PDQ hash of a quality too low to be searched.
    #[serde(default)]
    pub pdq_low: u64,
    /// Entries in each category; the empty one for those without.
    #[serde(default)]
    pub categories: Vec<CategoryCount>,
}

/// A category with its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CategoryCount {
    /// The category, as the set writes it.
    pub category: String,
    /// How many entries are in it.
    pub entries: u64,
}

/// What has become of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetState {
    /// It is searched.
    Standing,
    /// An officer took it out of use.
    Withdrawn,
    /// The item is not held any more.
    Gone,
    /// The day after which it must be erased is past.
    Expired,
}

/// A hash set.
#[derive(Debug, Clone, PartialEq)]
pub struct SetRow {
    /// Whose.
    pub authority: AuthorityId,
    /// The item of evidence that it is.
    pub item: ItemId,
    /// The case that it belongs to here.
    pub case: CaseId,
    /// What is said of it.
    pub words: SetWords,
    /// The conditions under which it was given.
    pub marking: Marking,
    /// The authority that handed it over.
    pub received_from: Option<AuthorityId>,
    /// Under which law it is kept.
    pub legal_basis: String,
    /// What is in it.
    pub counts: Counts,
    /// When it was taken into use.
    pub loaded_at: Timestamp,
    /// By which officer.
    pub loaded_by: String,
    /// How it was taken out of use.
    pub withdrawn: Option<Withdrawal>,
    /// What has become of the item.
    pub item_state: ItemState,
}

/// How a set was taken out of use.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawal {
    /// When.
    pub at: Timestamp,
    /// By which officer.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl SetRow {
    /// What has become of it by that day.
    #[must_use]
    pub fn state(&self, today: Date) -> SetState {
        if self.withdrawn.is_some() {
            SetState::Withdrawn
        } else if self.item_state != ItemState::Held {
            SetState::Gone
        } else if self.marking.retain_until < today {
            SetState::Expired
        } else {
            SetState::Standing
        }
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let withdrawn = match (row.optional_time(10)?, row.optional_text(11)?, row.optional_text(12)?) {
            (Some(at), Some(by), Some(reason)) => Some(Withdrawal { at, by, reason }),
            _ => None,
        };
        Ok(Self {
            authority: row.word(0)?,
            item: row.word(1)?,
            case: row.word(2)?,
            words: row.json(3)?,
            marking: row.json(4)?,
            received_from: row.optional_text(5)?.and_then(|from| from.parse().ok()),
            legal_basis: row.text(6)?,
            counts: row.json(7)?,
            loaded_at: row.time(8)?,
            loaded_by: row.text(9)?,
            withdrawn,
            item_state: row.code(13)?,
        })
    }
}

macro_rules! set_columns {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* ",
            $name,
            " */ SELECT h.authority, h.item, i.case_id, h.words, h.marking, i.received_from, h.legal_basis, h.counts, \
             h.loaded_at, h.loaded_by, h.withdrawn_at, h.withdrawn_by, h.withdrawal, i.state FROM hash_set h \
             JOIN evidence_item i ON i.authority = h.authority AND i.id = h.item ",
            $rest
        )
    };
}

/// Keeps a set; `false` where the item is one already.
pub(super) async fn insert(tx: &mut Tx, row: &SetRow) -> Result<bool, StoreError> {
    let sql = "/* insert_hash_set */ INSERT INTO hash_set (authority, item, words, marking, legal_basis, counts, loaded_at, \
               loaded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (authority, item) DO NOTHING";
    let values = [
        Value::from(row.authority.as_str()),
        row.item.to_string().into(),
        json_text(&row.words).into(),
        json_text(&row.marking).into(),
        row.legal_basis.as_str().into(),
        json_text(&row.counts).into(),
        row.loaded_at.into(),
        row.loaded_by.as_str().into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// One set.
pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<SetRow>, StoreError> {
    const ONE: &str = set_columns!("hash_set", "WHERE h.authority = $1 AND h.item = $2");
    let row = store.fetch_optional(ONE, &[authority.as_str().into(), item.to_string().into()]).await?;
    row.as_ref().map(SetRow::read).transpose()
}

/// The sets of an authority, newest first.
pub(super) async fn list(store: &Store, authority: &AuthorityId) -> Result<Vec<SetRow>, StoreError> {
    const LIST: &str =
        set_columns!("hash_sets", "WHERE h.authority = $1 ORDER BY h.loaded_at DESC, h.item DESC LIMIT 1000");
    store.fetch_all(LIST, &[authority.as_str().into()]).await?.iter().map(SetRow::read).collect()
}

/// The sets of all authorities that were not withdrawn.
pub(super) async fn in_use(store: &Store) -> Result<Vec<SetRow>, StoreError> {
    const IN_USE: &str =
        set_columns!("hash_sets_in_use", "WHERE h.withdrawn_at IS NULL ORDER BY h.loaded_at, h.item");
    store.fetch_all(IN_USE, &[]).await?.iter().map(SetRow::read).collect()
}

/// The marking of an item that is a hash set, or was one.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn marking_of(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<Marking>, StoreError> {
    let sql = "/* hash_set_marking */ SELECT marking FROM hash_set WHERE authority = $1 AND item = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), item.to_string().into()]).await?;
    row.map(|row| row.json(0)).transpose()
}

/// Takes a set out of use; `false` where it was before.
pub(super) async fn withdraw(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
    withdrawal: &Withdrawal,
) -> Result<bool, StoreError> {
    let sql = "/* withdraw_hash_set */ UPDATE hash_set SET withdrawn_at = $3, withdrawn_by = $4, withdrawal = $5 \
               WHERE authority = $1 AND item = $2 AND withdrawn_at IS NULL";
    let values = [
        Value::from(authority.as_str()),
        item.to_string().into(),
        withdrawal.at.into(),
        withdrawal.by.as_str().into(),
        withdrawal.reason.as_str().into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Charges hashes to an officer's day; how many were asked with them, or none where that is more than `most`.
pub(super) async fn charge(
    tx: &mut Tx,
    authority: &AuthorityId,
    officer: &str,
    day: Date,
    asked: u64,
    most: u64,
) -> Result<Option<u64>, StoreError> {
    let sql = "/* charge_hash_budget */ INSERT INTO hash_set_budget (authority, officer, day, asked) \
               VALUES ($1, $2, $3, $4) ON CONFLICT (authority, officer, day) DO UPDATE \
               SET asked = hash_set_budget.asked + excluded.asked \
               WHERE hash_set_budget.asked + excluded.asked <= $5 RETURNING asked";
    let values =
        [authority.as_str().into(), officer.into(), day.to_string().into(), asked.into(), most.into()];
    tx.fetch_optional(sql, &values).await?.map(|row| row.unsigned(0)).transpose()
}

/// How many hashes an officer has asked that day.
pub(super) async fn asked(
    store: &Store,
    authority: &AuthorityId,
    officer: &str,
    day: Date,
) -> Result<u64, StoreError> {
    let sql = "/* hash_budget */ SELECT asked FROM hash_set_budget WHERE authority = $1 AND officer = $2 AND day = $3";
    let values = [authority.as_str().into(), officer.into(), day.to_string().into()];
    store.fetch_optional(sql, &values).await?.map_or(Ok(0), |row| row.unsigned(0))
}

/// The state as it is written.
#[must_use]
pub(super) fn word(state: SetState) -> String {
    code_text(&state)
}
