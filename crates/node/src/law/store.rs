//! The SQL of data sets and authorisations.

use super::rules::Authorisation;
use crate::store::{Row, Store, StoreError, Tx, Value, json_text};
use comity_model::{AuthorityId, id::AuthorisationId};
use jiff::{Timestamp, civil::Date};

/// A data set as it was loaded once; withdrawn and loaded again, it has two rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRow {
    /// The version of the law that its loading made.
    pub number: u64,
    /// Its name.
    pub id: String,
    /// Its date.
    pub dated: Date,
    /// What it is.
    pub title: String,
    /// SHA-256 of its bundle, in hexadecimal.
    pub sha256: String,
    /// Does this program ship it, or did an earlier release?
    pub shipped: bool,
    /// The authority that signed it; nobody for a shipped one.
    pub signed_by: Option<AuthorityId>,
    /// When it was loaded.
    pub loaded_at: Timestamp,
    /// By whom.
    pub loaded_by: String,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// By whom.
    pub withdrawn_by: Option<String>,
}

const SETS: &str = "/* law_sets */ SELECT number, id, dated, title, sha256, shipped, signed_by, loaded_at, loaded_by, \
    withdrawn_at, withdrawn_by FROM law_set ORDER BY number";

impl SetRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let undated = |_| StoreError::Corrupt { column: 2, expected: "a date" };
        Ok(Self {
            number: row.unsigned(0)?,
            id: row.text(1)?,
            dated: row.text(2)?.parse().map_err(undated)?,
            title: row.text(3)?,
            sha256: row.text(4)?,
            shipped: row.integer(5)? == 1,
            signed_by: if row.is_null(6) { None } else { Some(row.word(6)?) },
            loaded_at: row.time(7)?,
            loaded_by: row.text(8)?,
            withdrawn_at: row.optional_time(9)?,
            withdrawn_by: row.optional_text(10)?,
        })
    }

    /// Is it in force now?
    #[must_use]
    pub fn active(&self) -> bool {
        self.withdrawn_at.is_none()
    }
}

/// The version of the law: it grows with every change of the sets.
pub(super) async fn version(store: &Store) -> Result<u64, StoreError> {
    let row =
        store.fetch_optional("/* law_version */ SELECT version FROM law_head WHERE id = 1", &[]).await?;
    row.map_or(Ok(0), |row| row.unsigned(0))
}

/// Every set that was ever loaded, oldest first.
pub(super) async fn sets(store: &Store) -> Result<Vec<SetRow>, StoreError> {
    store.fetch_all(SETS, &[]).await?.iter().map(SetRow::read).collect()
}

/// The same in a transaction.
pub(super) async fn sets_in(tx: &mut Tx) -> Result<Vec<SetRow>, StoreError> {
    tx.fetch_all(SETS, &[]).await?.iter().map(SetRow::read).collect()
}

/// The document of a set: the signed envelope, or the bundle of a shipped one.
pub(super) async fn document(store: &Store, number: u64) -> Result<String, StoreError> {
    let sql = "/* law_set_document */ SELECT document FROM law_set WHERE number = $1";
    let row = store.fetch_optional(sql, &[number.into()]).await?;
    row.ok_or(StoreError::Corrupt { column: 0, expected: "a data set" })?.text(0)
}

/// Takes the next version and holds the sets against every other change until the transaction ends.
pub(super) async fn next_version(tx: &mut Tx) -> Result<u64, StoreError> {
    let sql =
        "/* next_law_version */ UPDATE law_head SET version = version + 1 WHERE id = 1 RETURNING version";
    let row = tx.fetch_optional(sql, &[]).await?;
    row.ok_or(StoreError::Corrupt { column: 0, expected: "the version of the law" })?.unsigned(0)
}

/// Stores a set.
pub(super) async fn insert(tx: &mut Tx, row: &SetRow, document: &str) -> Result<(), StoreError> {
    let sql = "/* insert_law_set */ INSERT INTO law_set (number, id, dated, title, sha256, shipped, signed_by, document, \
               loaded_at, loaded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = [
        Value::from(row.number),
        row.id.as_str().into(),
        row.dated.to_string().into(),
        row.title.as_str().into(),
        row.sha256.as_str().into(),
        row.shipped.into(),
        row.signed_by.as_ref().map(ToString::to_string).into(),
        document.into(),
        row.loaded_at.into(),
        row.loaded_by.as_str().into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Withdraws a set; `false` where it is withdrawn already.
pub(super) async fn withdraw(tx: &mut Tx, number: u64, by: &str, at: Timestamp) -> Result<bool, StoreError> {
    let sql = "/* withdraw_law_set */ UPDATE law_set SET withdrawn_at = $2, withdrawn_by = $3 \
               WHERE number = $1 AND withdrawn_at IS NULL";
    Ok(tx.execute(sql, &[number.into(), at.into(), by.into()]).await? == 1)
}

/// Stores an authorisation.
pub(super) async fn insert_authorisation(tx: &mut Tx, given: &Authorisation) -> Result<(), StoreError> {
    let sql = "/* insert_authorisation */ INSERT INTO authorisation (authority, id, instrument, article, recipients, \
               reason, given_by, given_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values = [
        Value::from(given.authority.as_str()),
        given.id.to_string().into(),
        given.instrument.as_str().into(),
        given.article.as_str().into(),
        json_text(&given.to).into(),
        given.reason.as_str().into(),
        given.given_by.as_str().into(),
        given.given_at.into(),
        given.expires_at.into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// An authorisation of that authority.
pub(super) async fn authorisation(
    store: &Store,
    authority: &AuthorityId,
    id: AuthorisationId,
) -> Result<Option<Authorisation>, StoreError> {
    let sql = "/* authorisation */ SELECT authority, id, instrument, article, recipients, reason, given_by, given_at, \
               expires_at FROM authorisation WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), id.to_string().into()]).await?;
    let read = |row: Row| {
        Ok(Authorisation {
            authority: row.word(0)?,
            id: row.word(1)?,
            instrument: row.text(2)?,
            article: row.text(3)?,
            to: row.json(4)?,
            reason: row.text(5)?,
            given_by: row.text(6)?,
            given_at: row.time(7)?,
            expires_at: row.time(8)?,
        })
    };
    row.map(read).transpose()
}
