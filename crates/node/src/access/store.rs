//! The SQL of accounts and sessions.

use super::{Caller, rules::Role};
use crate::store::{Row, Store, StoreError, Tx, Value};
use comity_model::{AuthorityId, id::OfficerId};
use jiff::Timestamp;

/// An account as sign-in needs it.
pub(super) struct Account {
    pub caller: Caller,
    pub password_hash: String,
    pub locked_until: Option<Timestamp>,
}

/// A session as it is stored.
pub(super) struct SessionRow {
    pub caller: Caller,
    pub created: Timestamp,
    pub last_seen: Timestamp,
}

fn caller(row: &Row, from: usize) -> Result<Caller, StoreError> {
    Ok(Caller {
        officer: row.word(from)?,
        name: row.text(from + 1)?,
        display_name: row.text(from + 2)?,
        role: row.word::<Role>(from + 3)?,
        authority: row.word(from + 4)?,
    })
}

pub(super) async fn account(store: &Store, name: &str) -> Result<Option<Account>, StoreError> {
    let sql = "/* account */ SELECT id, name, display_name, role, authority, password_hash, locked_until \
               FROM officer WHERE name = $1";
    let Some(row) = store.fetch_optional(sql, &[name.into()]).await? else { return Ok(None) };
    let (caller, password_hash) = (caller(&row, 0)?, row.text(5)?);
    Ok(Some(Account { caller, password_hash, locked_until: row.optional_time(6)? }))
}

pub(super) async fn officers(store: &Store, authority: &AuthorityId) -> Result<Vec<Caller>, StoreError> {
    let sql = "/* officers */ SELECT id, name, display_name, role, authority FROM officer \
               WHERE authority = $1 ORDER BY name";
    store.fetch_all(sql, &[authority.as_str().into()]).await?.iter().map(|row| caller(row, 0)).collect()
}

/// `false` where the name is taken.
pub(super) async fn insert_officer(
    tx: &mut Tx,
    officer: &Caller,
    password_hash: String,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* insert_officer */ INSERT INTO officer (id, name, display_name, role, authority, password_hash, \
               failures, locked_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, 0, NULL, $7) \
               ON CONFLICT (name) DO NOTHING";
    let values = [
        Value::from(officer.officer.to_string()),
        officer.name.as_str().into(),
        officer.display_name.as_str().into(),
        officer.role.as_str().into(),
        officer.authority.as_str().into(),
        password_hash.into(),
        now.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Counts a wrong password; the number of them in a row.
pub(super) async fn count_failure(tx: &mut Tx, officer: OfficerId) -> Result<u64, StoreError> {
    let sql =
        "/* count_failure */ UPDATE officer SET failures = failures + 1 WHERE id = $1 RETURNING failures";
    let row = tx.fetch_optional(sql, &[officer.to_string().into()]).await?;
    row.map_or(Ok(0), |row| row.unsigned(0))
}

pub(super) async fn lock(tx: &mut Tx, officer: OfficerId, until: Timestamp) -> Result<(), StoreError> {
    let sql = "/* lock_officer */ UPDATE officer SET locked_until = $2 WHERE id = $1";
    tx.execute(sql, &[officer.to_string().into(), until.into()]).await.map(|_| ())
}

/// Forgets failures and opens a session; sessions that have ended are swept out.
pub(super) async fn open_session(
    tx: &mut Tx,
    officer: OfficerId,
    token_hash: [u8; 32],
    now: Timestamp,
    expires: Timestamp,
) -> Result<(), StoreError> {
    let id = officer.to_string();
    let sql = "/* forget_failures */ UPDATE officer SET failures = 0, locked_until = NULL WHERE id = $1";
    tx.execute(sql, &[id.as_str().into()]).await?;
    tx.execute("/* sweep_sessions */ DELETE FROM session WHERE expires_at <= $1", &[now.into()]).await?;
    let sql = "/* open_session */ INSERT INTO session (token_hash, officer, created_at, last_seen, expires_at) \
               VALUES ($1, $2, $3, $3, $4)";
    tx.execute(sql, &[token_hash.to_vec().into(), id.into(), now.into(), expires.into()]).await.map(|_| ())
}

pub(super) async fn session(store: &Store, token_hash: &[u8; 32]) -> Result<Option<SessionRow>, StoreError> {
    let sql = "/* session */ SELECT s.created_at, s.last_seen, o.id, o.name, o.display_name, o.role, o.authority \
               FROM session s JOIN officer o ON o.id = s.officer WHERE s.token_hash = $1";
    let Some(row) = store.fetch_optional(sql, &[token_hash.to_vec().into()]).await? else { return Ok(None) };
    Ok(Some(SessionRow { created: row.time(0)?, last_seen: row.time(1)?, caller: caller(&row, 2)? }))
}

pub(super) async fn note_use(store: &Store, token_hash: &[u8; 32], now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin("note_session_use").await?;
    let sql =
        "/* note_session_use */ UPDATE session SET last_seen = $2 WHERE token_hash = $1 AND last_seen < $2";
    tx.execute(sql, &[token_hash.to_vec().into(), now.into()]).await?;
    tx.commit().await.map(|_| ())
}

/// `false` where it had ended already.
pub(super) async fn close_session(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<bool, StoreError> {
    let sql = "/* close_session */ DELETE FROM session WHERE token_hash = $1";
    Ok(tx.execute(sql, &[token_hash.to_vec().into()]).await? == 1)
}
