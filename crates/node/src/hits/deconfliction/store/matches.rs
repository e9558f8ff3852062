//! The SQL of what two authorities have in common: own entries, own persons, and what is claimed and shown of them.

use super::DeconflictionRow;
use crate::{
    hits::FoundState,
    store::{Bulk, Row, Store, StoreError, Tx, Value, code_text},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, MessageId, SubjectId},
    message::matching::ShownHit,
};
use jiff::Timestamp;

/// An own entry that the other side has too.
#[derive(Debug, Clone)]
pub(in crate::hits) struct Match {
    pub handle: String,
    pub kind: String,
    pub value: String,
    pub canary: bool,
    pub persons: Vec<(CaseId, SubjectId)>,
}

/// The same as it is kept.
#[derive(Debug, Clone)]
pub(in crate::hits) struct MatchRow {
    pub handle: String,
    pub kind: String,
    pub value: String,
    pub state: FoundState,
    pub claim: Option<MessageId>,
    pub shown: Option<ShownHit>,
    pub note: Option<String>,
    pub changed_at: Timestamp,
}

/// Our own under a handle.
#[derive(Debug, Clone)]
pub(in crate::hits) struct Ours {
    pub kind: String,
    pub canary: bool,
    pub persons: Vec<(String, String)>,
}

static INSERT_MATCHES: Bulk = Bulk::new(
    "/* insert_matches */ INSERT INTO deconfliction_match \
     (authority, deconfliction, handle, kind, value, canary, state, changed_at) VALUES",
    8,
    "",
);

static INSERT_PERSONS: Bulk = Bulk::new(
    "/* insert_match_persons */ INSERT INTO deconfliction_person \
     (authority, deconfliction, handle, case_id, subject_id) VALUES",
    5,
    " ON CONFLICT (authority, deconfliction, handle, case_id, subject_id) DO NOTHING",
);

/// Keeps what an attempt has found, in place of what an earlier one had.
pub(in crate::hits) async fn replace(
    tx: &mut Tx,
    row: &DeconflictionRow,
    found: &[Match],
    now: Timestamp,
) -> Result<(), StoreError> {
    forget(tx, row).await?;
    let key = || [Value::from(row.authority.as_str()), Value::from(row.id.to_string())];
    let state = code_text(&FoundState::Found);
    let line = |one: &Match| -> Vec<Value> {
        let words = [one.handle.as_str(), one.kind.as_str(), one.value.as_str()].map(Value::from);
        let rest: [Value; 3] = [one.canary.into(), state.as_str().into(), now.into()];
        key().into_iter().chain(words).chain(rest).collect()
    };
    tx.execute_many(&INSERT_MATCHES, &found.iter().map(line).collect::<Vec<_>>()).await?;
    let person = |one: &Match, (case, subject): &(CaseId, SubjectId)| -> Vec<Value> {
        let rest: [Value; 3] =
            [one.handle.as_str().into(), case.to_string().into(), subject.to_string().into()];
        key().into_iter().chain(rest).collect()
    };
    let persons = found.iter().flat_map(|one| one.persons.iter().map(move |place| person(one, place)));
    tx.execute_many(&INSERT_PERSONS, &persons.collect::<Vec<_>>()).await.map(|_| ())
}

/// Forgets what an attempt had found that has no effect.
pub(in crate::hits) async fn forget(tx: &mut Tx, row: &DeconflictionRow) -> Result<(), StoreError> {
    let key = [row.authority.as_str().into(), row.id.to_string().into()];
    let sql =
        "/* forget_matches */ DELETE FROM deconfliction_match WHERE authority = $1 AND deconfliction = $2";
    tx.execute(sql, &key).await?;
    let sql = "/* forget_match_persons */ DELETE FROM deconfliction_person WHERE authority = $1 AND deconfliction = $2";
    tx.execute(sql, &key).await.map(|_| ())
}

/// What was found, canaries left out, which no officer is shown.
pub(in crate::hits) async fn found(
    store: &Store,
    row: &DeconflictionRow,
    limit: u64,
) -> Result<Vec<MatchRow>, StoreError> {
    let sql = "/* matches */ SELECT handle, kind, value, state, claim, shown, note, changed_at FROM deconfliction_match \
               WHERE authority = $1 AND deconfliction = $2 AND canary = 0 ORDER BY kind, value LIMIT $3";
    let values = [row.authority.as_str().into(), row.id.to_string().into(), limit.into()];
    let read = |row: &Row| {
        Ok(MatchRow {
            handle: row.text(0)?,
            kind: row.text(1)?,
            value: row.text(2)?,
            state: row.code(3)?,
            claim: row.optional_text(4)?.and_then(|id| id.parse().ok()),
            shown: row.optional_json(5)?,
            note: row.optional_text(6)?,
            changed_at: row.time(7)?,
        })
    };
    store.fetch_all(sql, &values).await?.iter().map(read).collect()
}

/// How many matches are kept, canaries included.
pub(in crate::hits) async fn count(store: &Store, row: &DeconflictionRow) -> Result<u64, StoreError> {
    let sql = "/* count_matches */ SELECT COUNT(*) FROM deconfliction_match WHERE authority = $1 AND deconfliction = $2";
    let values = [row.authority.as_str().into(), row.id.to_string().into()];
    store.fetch_optional(sql, &values).await?.map_or(Ok(0), |row| row.unsigned(0))
}

/// Our own under a handle; none where it is none of ours.
pub(in crate::hits) async fn ours(
    store: &Store,
    authority: &AuthorityId,
    deconfliction: MessageId,
    handle: &str,
) -> Result<Option<Ours>, StoreError> {
    let key = [authority.as_str().into(), deconfliction.to_string().into(), handle.into()];
    let sql = "/* match */ SELECT kind, canary FROM deconfliction_match \
               WHERE authority = $1 AND deconfliction = $2 AND handle = $3";
    let Some(row) = store.fetch_optional(sql, &key).await? else { return Ok(None) };
    let sql = "/* match_persons */ SELECT case_id, subject_id FROM deconfliction_person \
               WHERE authority = $1 AND deconfliction = $2 AND handle = $3 ORDER BY case_id DESC, subject_id LIMIT 50";
    let persons = store.fetch_all(sql, &key).await?;
    let persons = persons.iter().map(|row| Ok((row.text(0)?, row.text(1)?)));
    let persons = persons.collect::<Result<_, StoreError>>()?;
    Ok(Some(Ours { kind: row.text(0)?, canary: row.integer(1)? != 0, persons }))
}
