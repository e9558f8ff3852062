//! The kept keys of persons, made anew when a newer engine makes other keys: in the background, while the node works. Every row says
//! by which version its keys were made, so the work goes on where it stopped, and several replicas may do it at once. Until it is
//! done a search by name may miss persons and says so; alerts that arrive meanwhile are searched again at the end.

use super::store::PersonRef;
use crate::{
    Node, alerts,
    federation::told_to_stop,
    hits::{index_keys, search_alert},
    random,
    store::{Bulk, Row, Store, StoreError, Tx, Value},
};
use comity_model::{AuthorityId, id::MessageId, subject::Subject};
use jiff::Timestamp;
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// The version of the keys that this program makes.
pub(crate) const KEY_VERSION: u64 = 3;
/// Rows of one transaction.
const AT_ONCE: u64 = 200;
/// How long the task waits before it looks once more, or after a fault.
const AGAIN: Duration = Duration::from_secs(30);

const UNINDEX: &str = "/* unindex_person */ DELETE FROM subject_key WHERE authority = $1 AND case_id = $2 \
                       AND subject_id = $3";
const KEYS_ARE_NEW: &str = "/* keys_are_new */ UPDATE case_subject SET keys = $4 WHERE authority = $1 AND case_id = $2 \
                            AND subject_id = $3";
const SEARCHED_AGAIN: &str =
    "/* alert_searched_again */ UPDATE alert SET keys = $3 WHERE authority = $1 AND id = $2";
static INDEX: Bulk = Bulk::new(
    "/* index_persons */ INSERT INTO subject_key (authority, key, case_id, subject_id) VALUES",
    4,
    " ON CONFLICT (authority, key, case_id, subject_id) DO NOTHING",
);

/// Makes keys anew in the background, where there are old ones, beside everything else that a node does.
pub(crate) fn start(node: &Arc<Node>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let node = node.clone();
    tokio::spawn(async move {
        // Twice: an alert that arrived with the last persons may have been stored after the first look.
        let mut rounds = 2;
        while rounds > 0 {
            let done = tokio::select! {
                () = told_to_stop(&mut stop) => return,
                done = rebuild(&node.store, random::now()) => done,
            };
            match done {
                Ok(_) => rounds -= 1,
                Err(fault) => tracing::error!(%fault, "the keys of persons wait to be made anew"),
            }
            tokio::select! {
                () = told_to_stop(&mut stop) => return,
                () = sleep(AGAIN) => {}
            }
        }
    })
}

/// How many persons have keys of an older program, and are found by name perhaps not yet.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn to_rebuild(store: &Store, authority: &AuthorityId) -> Result<u64, StoreError> {
    let sql = "/* persons_to_rebuild */ SELECT COUNT(*) FROM case_subject WHERE keys < $1 AND authority = $2";
    let row = store.fetch_optional(sql, &[KEY_VERSION.into(), authority.as_str().into()]).await?;
    row.map_or(Ok(0), |row| row.unsigned(0))
}

/// The version to note of an alert that is searched now: the old one while persons have old keys, so that it is searched again.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn version_of_search(tx: &mut Tx) -> Result<u64, StoreError> {
    let sql = "/* any_stale_person */ SELECT 1 FROM case_subject WHERE keys < $1 LIMIT 1";
    let stale = tx.fetch_optional(sql, &[KEY_VERSION.into()]).await?.is_some();
    Ok(if stale { 0 } else { KEY_VERSION })
}

/// Makes the keys of persons anew where an older program made them, and then searches running alerts again, since other keys
/// may find more. Returns how many persons there were.
///
/// # Errors
/// Where the database fails; what was done stays done.
pub async fn rebuild(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    let mut count = 0;
    loop {
        let mut tx = store.begin("rebuild_person_keys").await?;
        let rows = stale_persons(&mut tx).await?;
        write_keys(&mut tx, &rows).await?;
        tx.commit().await?;
        if rows.is_empty() {
            break;
        }
        count += rows.len() as u64;
        tracing::info!(persons = count, "keys of persons are made anew");
    }
    while search_again(store, now).await? > 0 {}
    Ok(count)
}

async fn stale_persons(tx: &mut Tx) -> Result<Vec<(AuthorityId, PersonRef, Subject)>, StoreError> {
    let sql = "/* stale_persons */ SELECT authority, case_id, subject_id, subject FROM case_subject WHERE keys < $1 LIMIT $2";
    let rows = tx.fetch_all(sql, &[KEY_VERSION.into(), AT_ONCE.into()]).await?;
    let read =
        |row: &Row| Ok((row.word(0)?, PersonRef { case: row.word(1)?, subject: row.word(2)? }, row.json(3)?));
    rows.iter().map(read).collect()
}

/// Gives persons their keys, in place of any that they had.
async fn write_keys(tx: &mut Tx, persons: &[(AuthorityId, PersonRef, Subject)]) -> Result<(), StoreError> {
    let mut keys = Vec::new();
    for (authority, at, subject) in persons {
        let [authority, case, id]: [Value; 3] =
            [authority.as_str().into(), at.case.to_string().into(), at.subject.to_string().into()];
        let of_person = [authority.clone(), case.clone(), id.clone()];
        tx.execute(UNINDEX, &of_person).await?;
        keys.extend(
            index_keys(subject)
                .into_iter()
                .map(|key| vec![authority.clone(), key.into(), case.clone(), id.clone()]),
        );
        tx.execute(KEYS_ARE_NEW, &[authority, case, id, KEY_VERSION.into()]).await?;
    }
    tx.execute_many(&INDEX, &keys).await.map(|_| ())
}

/// Indexes and searches running alerts of others anew; how many.
async fn search_again(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let sql = "/* stale_alerts */ SELECT authority, id FROM alert WHERE direction = 'incoming' AND state = 'released' \
               AND keys < $1 LIMIT $2";
    let mut tx = store.begin("search_alerts_again").await?;
    let rows = tx.fetch_all(sql, &[KEY_VERSION.into(), AT_ONCE.into()]).await?;
    for row in &rows {
        let (authority, alert): (AuthorityId, MessageId) = (row.word(0)?, row.word(1)?);
        if let Some(row) = alerts::running(&mut tx, &authority, alert, now).await? {
            search_alert(&mut tx, &row, now).await?;
        }
        // One that does not run any more is left as it is, and not looked at again.
        let values = [authority.as_str().into(), alert.to_string().into(), KEY_VERSION.into()];
        tx.execute(SEARCHED_AGAIN, &values).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}
