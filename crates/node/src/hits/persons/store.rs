//! The SQL of persons: who shares a key with somebody, and which persons officers hold to be one.

use crate::store::{Row, Store, StoreError, Tx, Value};
use comity_model::{
    AuthorityId,
    id::{CaseId, MergeId, SubjectId},
    subject::Subject,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Most persons that are read for one key. One under which there are more tells hardly anything.
const MOST_OF_A_KEY: usize = 1_000;

/// A person in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonRef {
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// The person in it.
    #[schema(value_type = String)]
    pub subject: SubjectId,
}

/// Does a merge stand?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergeState {
    /// It stands.
    Standing,
    /// It was undone.
    Undone,
}

/// An officer's decision that persons are one.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeRow {
    /// Whose.
    pub authority: AuthorityId,
    /// Its identifier.
    pub id: MergeId,
    /// Who are one.
    pub subjects: Vec<PersonRef>,
    /// Why.
    pub reason: String,
    /// The officer, by name.
    pub merged_by: String,
    /// When.
    pub merged_at: Timestamp,
    /// What undid it.
    pub undone: Option<Undoing>,
}

/// How a merge was undone.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoing {
    /// The officer, by name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// A person with the case it stands in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    /// Which.
    pub at: PersonRef,
    /// The case's reference.
    pub reference: String,
    /// The case in one line without names.
    pub title: String,
    /// What the case says, without photograph.
    pub subject: Subject,
}

const BY_KEY: &str = "/* persons_by_key */ SELECT case_id, subject_id FROM subject_key WHERE authority = $1 AND key = $2 \
                      ORDER BY case_id DESC LIMIT $3";
const KNOWN: &str = "/* known_person */ SELECT s.subject, c.reference, c.title FROM case_subject s JOIN case_file c \
                     ON c.authority = s.authority AND c.id = s.case_id \
                     WHERE s.authority = $1 AND s.case_id = $2 AND s.subject_id = $3";
const MERGES_OF: &str = "/* merges_of_person */ SELECT s.merge_id FROM person_merge_subject s JOIN person_merge m \
                         ON m.authority = s.authority AND m.id = s.merge_id WHERE s.authority = $1 AND s.case_id = $2 \
                         AND s.subject_id = $3 AND m.undone_at IS NULL ORDER BY s.merge_id";

/// Persons that share keys with somebody, those that share the rarest first; true where some were left out.
pub(super) async fn candidates(
    store: &Store,
    authority: &AuthorityId,
    keys: &[String],
    most: usize,
) -> Result<(Vec<PersonRef>, bool), StoreError> {
    let (mut weights, mut cut) = (BTreeMap::<PersonRef, f64>::new(), false);
    for key in keys {
        let values = [authority.as_str().into(), key.as_str().into(), (MOST_OF_A_KEY as u64).into()];
        let rows = store.fetch_all(BY_KEY, &values).await?;
        cut |= rows.len() == MOST_OF_A_KEY;
        let weight = 1.0 / rows.len().max(1) as f64;
        for row in &rows {
            let at = PersonRef { case: row.word(0)?, subject: row.word(1)? };
            *weights.entry(at).or_default() += weight;
        }
    }
    let mut found: Vec<_> = weights.into_iter().collect();
    found.sort_by(|(one, left), (two, right)| right.total_cmp(left).then(two.cmp(one)));
    cut |= found.len() > most;
    Ok((found.into_iter().take(most).map(|(at, _)| at).collect(), cut))
}

/// A person of a case.
pub(super) async fn known(
    store: &Store,
    authority: &AuthorityId,
    at: PersonRef,
) -> Result<Option<Known>, StoreError> {
    let row = store.fetch_optional(KNOWN, &of_person(authority, at)).await?;
    let read =
        |row: Row| Ok(Known { at, subject: row.json(0)?, reference: row.text(1)?, title: row.text(2)? });
    row.map(read).transpose()
}

fn of_person(authority: &AuthorityId, at: PersonRef) -> [Value; 3] {
    [authority.as_str().into(), at.case.to_string().into(), at.subject.to_string().into()]
}

/// The standing merges that name a person.
async fn merges_of(
    store: &Store,
    authority: &AuthorityId,
    at: PersonRef,
) -> Result<Vec<MergeId>, StoreError> {
    let rows = store.fetch_all(MERGES_OF, &of_person(authority, at)).await?;
    rows.iter().map(|row| row.word(0)).collect()
}

/// Who is held to be one with a person, that person included, and the standing merges that say so. One person is what
/// standing merges connect: each says something by itself, and stands or falls alone.
pub(super) async fn connected(
    store: &Store,
    authority: &AuthorityId,
    at: PersonRef,
) -> Result<(BTreeSet<PersonRef>, BTreeMap<MergeId, MergeRow>), StoreError> {
    let (mut persons, mut merges) = (BTreeSet::from([at]), BTreeMap::new());
    let mut to_ask = vec![at];
    while let Some(person) = to_ask.pop() {
        for merge in merges_of(store, authority, person).await? {
            if merges.contains_key(&merge) {
                continue;
            }
            let Some(row) = load(store, authority, merge).await? else { continue };
            to_ask.extend(row.subjects.iter().filter(|one| persons.insert(**one)));
            merges.insert(merge, row);
        }
    }
    Ok((persons, merges))
}

/// Stores a merge.
pub(super) async fn insert(tx: &mut Tx, merge: &MergeRow) -> Result<(), StoreError> {
    let sql = "/* insert_merge */ INSERT INTO person_merge (authority, id, reason, merged_by, merged_at) \
               VALUES ($1, $2, $3, $4, $5)";
    let [authority, id]: [Value; 2] = [merge.authority.as_str().into(), merge.id.to_string().into()];
    let values = [
        authority.clone(),
        id.clone(),
        merge.reason.as_str().into(),
        merge.merged_by.as_str().into(),
        merge.merged_at.into(),
    ];
    tx.execute(sql, &values).await?;
    let sql = "/* insert_merged */ INSERT INTO person_merge_subject (authority, merge_id, case_id, subject_id) \
               VALUES ($1, $2, $3, $4)";
    for at in &merge.subjects {
        let values =
            [authority.clone(), id.clone(), at.case.to_string().into(), at.subject.to_string().into()];
        tx.execute(sql, &values).await?;
    }
    Ok(())
}

/// Notes that a merge does not stand any more; `false` where it was undone before.
pub(super) async fn undo(
    tx: &mut Tx,
    authority: &AuthorityId,
    id: MergeId,
    undoing: &Undoing,
) -> Result<bool, StoreError> {
    let sql = "/* undo_merge */ UPDATE person_merge SET undone_by = $3, undone_at = $4, undo_reason = $5 \
               WHERE authority = $1 AND id = $2 AND undone_at IS NULL";
    let values = [
        Value::from(authority.as_str()),
        id.to_string().into(),
        undoing.by.as_str().into(),
        undoing.at.into(),
        undoing.reason.as_str().into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

async fn with_subjects(store: &Store, row: &Row) -> Result<MergeRow, StoreError> {
    let sql = "/* merged_persons */ SELECT case_id, subject_id FROM person_merge_subject \
               WHERE authority = $1 AND merge_id = $2 ORDER BY case_id, subject_id";
    let rows = store.fetch_all(sql, &[row.text(0)?.into(), row.text(1)?.into()]).await?;
    let subjects = rows.iter().map(|row| Ok(PersonRef { case: row.word(0)?, subject: row.word(1)? }));
    let undone = match (row.optional_text(5)?, row.optional_time(6)?, row.optional_text(7)?) {
        (Some(by), Some(at), Some(reason)) => Some(Undoing { by, at, reason }),
        _ => None,
    };
    Ok(MergeRow {
        authority: row.word(0)?,
        id: row.word(1)?,
        subjects: subjects.collect::<Result<_, StoreError>>()?,
        reason: row.text(2)?,
        merged_by: row.text(3)?,
        merged_at: row.time(4)?,
        undone,
    })
}

/// One merge.
pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: MergeId,
) -> Result<Option<MergeRow>, StoreError> {
    let sql = "/* merge */ SELECT authority, id, reason, merged_by, merged_at, undone_by, undone_at, undo_reason \
               FROM person_merge WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), id.to_string().into()]).await?;
    match row {
        Some(row) => with_subjects(store, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The merges of an authority, newest first, after that one.
pub(super) async fn list(
    store: &Store,
    authority: &AuthorityId,
    after: Option<MergeId>,
    limit: u64,
) -> Result<Vec<MergeRow>, StoreError> {
    let sql = "/* merges */ SELECT authority, id, reason, merged_by, merged_at, undone_by, undone_at, undo_reason \
               FROM person_merge WHERE authority = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    // Identifiers sort by their time; `g` comes after every hexadecimal digit.
    let after = after.map_or_else(|| "g".to_owned(), |merge| merge.to_string());
    let rows = store.fetch_all(sql, &[authority.as_str().into(), after.into(), limit.into()]).await?;
    let mut merges = Vec::with_capacity(rows.len());
    for row in &rows {
        merges.push(with_subjects(store, row).await?);
    }
    Ok(merges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{on_sqlite, open};

    /// How SQLite would find the rows, and what PostgreSQL has the same indexes for.
    async fn plan(store: &Store, sql: &'static str) -> String {
        let values: Vec<Value> = vec!["FR-NCB".into(), "x".into(), "y".into()];
        let count = sql.matches('$').count();
        let rows = store.fetch_all(sql, values.get(..count).unwrap()).await.unwrap();
        rows.iter().map(|row| row.text(3).unwrap()).collect::<Vec<_>>().join("; ")
    }

    #[tokio::test]
    async fn whoever_shares_a_key_is_found_by_an_index_and_never_by_reading_everybody() {
        on_sqlite(async |url| {
            let store = open(&url).await;
            let plans = [
                plan(
                    &store,
                    "EXPLAIN QUERY PLAN SELECT case_id, subject_id FROM subject_key WHERE authority = $1 AND key = $2 \
                     ORDER BY case_id DESC LIMIT 1000",
                ),
                plan(
                    &store,
                    "EXPLAIN QUERY PLAN SELECT s.subject, c.reference, c.title FROM case_subject s JOIN case_file c \
                     ON c.authority = s.authority AND c.id = s.case_id \
                     WHERE s.authority = $1 AND s.case_id = $2 AND s.subject_id = $3",
                ),
                plan(
                    &store,
                    "EXPLAIN QUERY PLAN SELECT s.merge_id FROM person_merge_subject s JOIN person_merge m \
                     ON m.authority = s.authority AND m.id = s.merge_id WHERE s.authority = $1 AND s.case_id = $2 \
                     AND s.subject_id = $3 AND m.undone_at IS NULL ORDER BY s.merge_id",
                ),
            ];
            for plan in plans {
                let plan = plan.await;
                assert!(plan.contains("SEARCH") && !plan.contains("SCAN"), "{plan}");
            }
        })
        .await;
    }
}
