//! The SQL of hits, and of the two indexes that make them: of our persons, and of the persons in others' running alerts.

use super::{persons::version_of_search, rules::index_keys};
use crate::{
    alerts::AlertRow,
    store::{Row, Store, StoreError, Tx, Value, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, HitId, MessageId, SubjectId},
    message::ReasonField,
    subject::Subject,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Most persons that one person in an alert is compared with.
const MAX_CANDIDATES: usize = 200;

/// What was decided on a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HitState {
    /// Nothing yet.
    Open,
    /// Something was shown to the alert's originator.
    Disclosed,
    /// It is not the same person, or may not be told.
    Dismissed,
}

/// A hit as it is kept. Nobody outside learns of it unless an officer decides so.
#[derive(Debug, Clone, PartialEq)]
pub struct HitRow {
    /// Whose person was hit.
    pub authority: AuthorityId,
    /// Its identifier.
    pub id: HitId,
    /// The alert.
    pub alert: MessageId,
    /// Its thread.
    pub exchange: ExchangeId,
    /// Our case.
    pub case: CaseId,
    /// Our person.
    pub subject: SubjectId,
    /// Their person, without photograph.
    pub theirs: Subject,
    /// How the two compare.
    pub reasons: Vec<ReasonField>,
    /// What was decided.
    pub state: HitState,
    /// When it was found.
    pub found_at: Timestamp,
    /// The officer who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// The reason of a dismissal, or the note of a disclosure.
    pub decision: Option<String>,
}

/// One of our persons.
pub(super) struct Candidate {
    pub case: CaseId,
    pub subject: Subject,
}

/// Our persons that share a key with that person.
pub(super) async fn candidates(
    tx: &mut Tx,
    authority: &AuthorityId,
    person: &Subject,
) -> Result<Vec<Candidate>, StoreError> {
    let sql = "/* subjects_by_key */ SELECT case_id, subject_id FROM subject_key WHERE authority = $1 AND key = $2 \
               ORDER BY case_id DESC LIMIT 200";
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for key in index_keys(person) {
        for row in tx.fetch_all(sql, &[authority.as_str().into(), key.into()]).await? {
            found.insert((row.text(0)?, row.text(1)?));
        }
        if found.len() >= MAX_CANDIDATES {
            break;
        }
    }
    let sql = "/* candidate */ SELECT case_id, subject FROM case_subject WHERE authority = $1 AND case_id = $2 \
               AND subject_id = $3";
    let mut candidates = Vec::with_capacity(found.len().min(MAX_CANDIDATES));
    for (case, subject) in found.into_iter().take(MAX_CANDIDATES) {
        let row = tx.fetch_optional(sql, &[authority.as_str().into(), case.into(), subject.into()]).await?;
        let Some(row) = row else { continue };
        candidates.push(Candidate { case: row.word(0)?, subject: row.json(1)? });
    }
    Ok(candidates)
}

/// Others' alerts that share a key with that person.
pub(super) async fn alerts_naming(
    tx: &mut Tx,
    authority: &AuthorityId,
    person: &Subject,
) -> Result<BTreeSet<MessageId>, StoreError> {
    let sql = "/* alerts_by_key */ SELECT alert FROM alert_key WHERE authority = $1 AND key = $2 \
               ORDER BY alert DESC LIMIT 200";
    let mut found = BTreeSet::new();
    for key in index_keys(person) {
        for row in tx.fetch_all(sql, &[authority.as_str().into(), key.into()]).await? {
            found.insert(row.word(0)?);
        }
        if found.len() >= MAX_CANDIDATES {
            break;
        }
    }
    Ok(found)
}

/// Indexes the persons of another's alert anew.
pub(super) async fn index_alert(tx: &mut Tx, row: &AlertRow) -> Result<(), StoreError> {
    unindex_alert(tx, &row.authority, row.id).await?;
    let sql = "/* index_alert */ INSERT INTO alert_key (authority, alert, key) VALUES ($1, $2, $3) \
               ON CONFLICT (authority, alert, key) DO NOTHING";
    let persons = [Some(&row.alert.child), row.alert.alleged_taker.as_ref()];
    for key in persons.into_iter().flatten().flat_map(index_keys) {
        tx.execute(sql, &[row.authority.as_str().into(), row.id.to_string().into(), key.into()]).await?;
    }
    note_alert_keys(tx, &row.authority, row.id).await
}

/// Notes that an alert's keys are those of this program, and that it was searched for among all persons; where some of them have old
/// keys, it is searched again.
async fn note_alert_keys(tx: &mut Tx, authority: &AuthorityId, alert: MessageId) -> Result<(), StoreError> {
    let sql = "/* alert_keys_are_new */ UPDATE alert SET keys = $3 WHERE authority = $1 AND id = $2";
    let version = version_of_search(tx).await?;
    let values = [authority.as_str().into(), alert.to_string().into(), version.into()];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Takes another's alert out of the index: its keys are made of names.
pub(crate) async fn unindex_alert(
    tx: &mut Tx,
    authority: &AuthorityId,
    alert: MessageId,
) -> Result<(), StoreError> {
    let sql = "/* unindex_alert */ DELETE FROM alert_key WHERE authority = $1 AND alert = $2";
    tx.execute(sql, &[authority.as_str().into(), alert.to_string().into()]).await.map(|_| ())
}

/// Stores a hit, or brings an open one up to date; `true` where it is new.
pub(super) async fn insert_or_refresh(tx: &mut Tx, hit: &HitRow) -> Result<bool, StoreError> {
    let sql = "/* insert_hit */ INSERT INTO hit (authority, id, alert, exchange, case_id, subject_id, theirs, reasons, \
               state, found_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9) \
               ON CONFLICT (authority, alert, case_id, subject_id) DO UPDATE SET theirs = excluded.theirs, \
               reasons = excluded.reasons WHERE hit.state = 'open' RETURNING id";
    let values = [
        Value::from(hit.authority.as_str()),
        hit.id.to_string().into(),
        hit.alert.to_string().into(),
        hit.exchange.to_string().into(),
        hit.case.to_string().into(),
        hit.subject.to_string().into(),
        json_text(&hit.theirs).into(),
        json_text(&hit.reasons).into(),
        hit.found_at.into(),
    ];
    let row = tx.fetch_optional(sql, &values).await?;
    Ok(row.map(|row| row.word::<HitId>(0)).transpose()? == Some(hit.id))
}

macro_rules! hit_columns {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* ",
            $name,
            " */ SELECT authority, id, alert, exchange, case_id, subject_id, theirs, reasons, state, found_at, \
             decided_by, decided_at, decision FROM hit ",
            $rest
        )
    };
}

impl HitRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            id: row.word(1)?,
            alert: row.word(2)?,
            exchange: row.word(3)?,
            case: row.word(4)?,
            subject: row.word(5)?,
            theirs: row.json(6)?,
            reasons: row.json(7)?,
            state: row.code(8)?,
            found_at: row.time(9)?,
            decided_by: row.optional_text(10)?,
            decided_at: row.optional_time(11)?,
            decision: row.optional_text(12)?,
        })
    }
}

/// One hit.
pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: HitId,
) -> Result<Option<HitRow>, StoreError> {
    const ONE: &str = hit_columns!("hit", "WHERE authority = $1 AND id = $2");
    let row = store.fetch_optional(ONE, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| HitRow::read(&row)).transpose()
}

/// The newest hits of an authority.
pub(super) async fn newest(
    store: &Store,
    authority: &AuthorityId,
    limit: u64,
) -> Result<Vec<HitRow>, StoreError> {
    const NEWEST: &str =
        hit_columns!("hits", "WHERE authority = $1 ORDER BY found_at DESC, id DESC LIMIT $2");
    let rows = store.fetch_all(NEWEST, &[authority.as_str().into(), limit.into()]).await?;
    rows.iter().map(HitRow::read).collect()
}

const OF_ALERT: &str =
    hit_columns!("hits_of_alert", "WHERE authority = $1 AND alert = $2 ORDER BY found_at, id");

/// The hits of an alert.
pub(super) async fn of_alert(
    store: &Store,
    authority: &AuthorityId,
    alert: MessageId,
) -> Result<Vec<HitRow>, StoreError> {
    let rows = store.fetch_all(OF_ALERT, &[authority.as_str().into(), alert.to_string().into()]).await?;
    rows.iter().map(HitRow::read).collect()
}

/// The hits of an alert, in a transaction.
pub(crate) async fn of_alert_in(
    tx: &mut Tx,
    authority: &AuthorityId,
    alert: MessageId,
) -> Result<Vec<HitRow>, StoreError> {
    let rows = tx.fetch_all(OF_ALERT, &[authority.as_str().into(), alert.to_string().into()]).await?;
    rows.iter().map(HitRow::read).collect()
}

/// Replaces what a hit says of their person, and the words of its decision.
pub(crate) async fn replace_texts(tx: &mut Tx, hit: &HitRow) -> Result<(), StoreError> {
    let sql =
        "/* replace_hit_texts */ UPDATE hit SET theirs = $3, decision = $4 WHERE authority = $1 AND id = $2";
    let values = [
        Value::from(hit.authority.as_str()),
        hit.id.to_string().into(),
        json_text(&hit.theirs).into(),
        hit.decision.clone().into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Decides an open hit; `false` where it was decided before.
pub(super) async fn decide(tx: &mut Tx, hit: &HitRow) -> Result<bool, StoreError> {
    let sql = "/* decide_hit */ UPDATE hit SET state = $3, decided_by = $4, decided_at = $5, decision = $6 \
               WHERE authority = $1 AND id = $2 AND state = 'open'";
    let values = [
        Value::from(hit.authority.as_str()),
        hit.id.to_string().into(),
        code_text(&hit.state).into(),
        hit.decided_by.clone().into(),
        hit.decided_at.into(),
        hit.decision.clone().into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}
