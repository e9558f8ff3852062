//! The check of answers, in the background: the proof is held against the key that the holder has published, and only outputs
//! that the proof covers are looked up. What is false is journalled, and nothing of it is used.

use super::{
    AnswerState,
    ask::{Item, read_state},
    store::{self, HitRow, HolderRow, QueryRow},
};
use crate::{
    Node,
    exchange::{self, Incoming},
    hits::{
        FoundState,
        queries::{
            MatchingError, engine, kept,
            peers::{self, Believed, PeerFault},
        },
    },
    journal::{About, Actor, Entry},
    random,
    store::{StoreError, Tx},
};
use comity_model::message::{
    Message,
    matching::{Evaluated, QueryOutcome, Refused},
};
use comity_psi::oprf::Evaluation;
use jiff::Timestamp;
use std::{collections::BTreeMap, sync::Arc};

/// Notes a refusal, in the transaction that stores it.
///
/// # Errors
/// Where the database fails.
pub(super) async fn note_refused(
    tx: &mut Tx,
    incoming: &Incoming,
    row: &HolderRow,
    refused: &Refused,
) -> Result<(), StoreError> {
    let answer = Some(incoming.verified.statement().id);
    store::note_answer(tx, row, (AnswerState::Refused, answer), Some(refused), incoming.at).await?;
    store::end_if_done(tx, &row.authority, row.query, incoming.at).await?;
    let detail = serde_json::json!({ "query": row.query, "holder": row.holder, "code": refused.code });
    let about = About { message: Some(row.query), ..incoming.about() };
    let by = Some(&incoming.authority);
    tx.record(Entry::new(incoming.at, by, &Actor::Node, "selector_query_refused", about, detail));
    Ok(())
}

/// Checks all answers that are here. `true` where one of them waits for its holder to be reached.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits::queries) async fn finish_pending(node: &Arc<Node>) -> Result<bool, MatchingError> {
    let mut waits = false;
    for row in store::to_check(&node.store).await? {
        if !node.serves(&row.authority) {
            continue;
        }
        let Some(query) = store::load(&node.store, &row.authority, row.query).await? else { continue };
        match check(node, &query, &row).await {
            Ok(checked) => write(node, &query, &row, checked).await?,
            Err(PeerFault::Unreachable(why)) => {
                tracing::debug!(holder = %row.holder, why, "an answer waits for its holder's filter");
                waits = true;
            }
            Err(PeerFault::NotPublishing) => {
                refuse(node, &query, &row, "the holder publishes no such epoch").await?;
            }
            Err(PeerFault::False(why)) => refuse(node, &query, &row, &why).await?,
            Err(PeerFault::Own(fault)) => return Err(fault),
        }
    }
    Ok(waits)
}

/// What an answer that holds comes to.
struct Checked {
    epoch: u64,
    statement_revision: u64,
    hits: Vec<(String, Item)>,
}

async fn check(node: &Arc<Node>, query: &QueryRow, row: &HolderRow) -> Result<Checked, PeerFault> {
    let (evaluated, said) = answer_of(node, row).await?;
    if evaluated.batch_sha256 != query.batch_sha256 || u64::from(evaluated.count) != query.count {
        return Err(PeerFault::False("the holder has evaluated another batch".into()));
    }
    if row.known_epoch.is_some_and(|known| evaluated.epoch < known) {
        return Err(PeerFault::False("the holder has evaluated in an epoch that had ended".into()));
    }
    let believed = peers::fetch(node, &row.holder, Some(evaluated.epoch)).await?;
    fits(&believed, &evaluated, said).map_err(|why| PeerFault::False(why.to_owned()))?;
    let outputs = outputs(node, query, &believed, evaluated).await?;
    let filters = peers::filter(node, &believed.statement).await?;
    let hits = outputs.into_iter().filter(|(output, _)| filters.holds(output));
    let hits = hits.map(|(output, item)| (engine::handle(&output), item)).collect();
    Ok(Checked { epoch: believed.statement.number, statement_revision: believed.statement.revision, hits })
}

/// Is the answer of the epoch that the holder has published, while it ran?
fn fits(believed: &Believed, evaluated: &Evaluated, said: Timestamp) -> Result<(), &'static str> {
    let statement = &believed.statement;
    if statement.public_key != evaluated.public_key {
        return Err("the holder has evaluated under another key than it has published");
    }
    if said < statement.from || said > statement.until {
        return Err("the holder has evaluated in an epoch that did not run");
    }
    Ok(())
}

/// The answer, and when the holder says that it gave it.
async fn answer_of(node: &Node, row: &HolderRow) -> Result<(Evaluated, Timestamp), PeerFault> {
    let unread = || PeerFault::False("the answer cannot be read any more".into());
    let id = row.answer.ok_or_else(unread)?;
    let message = exchange::message(&node.store, &row.authority, id).await?;
    let message = message.filter(|message| message.sender == row.holder).ok_or_else(unread)?;
    match message.content {
        Some(Message::SelectorAnswer(answer)) => match answer.outcome {
            QueryOutcome::Evaluated(evaluated) => Ok((evaluated, message.time)),
            QueryOutcome::Refused(_) => Err(unread()),
        },
        _ => Err(unread()),
    }
}

/// Checks the proof and takes off the blinding.
async fn outputs(
    node: &Arc<Node>,
    query: &QueryRow,
    believed: &Believed,
    evaluated: Evaluated,
) -> Result<Vec<(comity_psi::oprf::Output, Item)>, PeerFault> {
    let malformed =
        || PeerFault::False("the evaluated elements or the proof are not what they must be".into());
    let elements = engine::bytes(&evaluated.elements).ok_or_else(malformed)?;
    let proof = engine::bytes(&evaluated.proof).ok_or_else(malformed)?;
    let sealed = query.sealed.clone().ok_or(MatchingError::Kept("a query's state"))?;
    let (shared, authority, key) = (node.clone(), query.authority.clone(), believed.key.clone());
    let finished = kept::blocking(move || {
        let (query, items) = read_state(&shared, &authority, &sealed)?;
        let outputs =
            Evaluation::from_parts(&elements, &proof).and_then(|answer| query.finish(&answer, &key));
        Ok(outputs.map(|outputs| outputs.into_iter().zip(items).collect()))
    });
    finished.await?.map_err(|fault| PeerFault::False(fault.to_string()))
}

async fn write(
    node: &Node,
    query: &QueryRow,
    row: &HolderRow,
    checked: Checked,
) -> Result<(), MatchingError> {
    let now = random::now();
    let by_handle: BTreeMap<String, Item> = checked.hits.into_iter().collect();
    let hits = u64::try_from(by_handle.len()).unwrap_or(u64::MAX);
    let done = HolderRow {
        state: AnswerState::Answered,
        epoch: Some(checked.epoch),
        hits: Some(hits),
        why: None,
        changed_at: now,
        ..row.clone()
    };
    let mut tx = node.store.begin("finish_selector_query").await?;
    if !store::note_checked(&mut tx, &done).await? {
        return Ok(());
    }
    for (handle, item) in by_handle {
        let hit = HitRow {
            holder: row.holder.clone(),
            handle,
            kind: item.kind,
            value: item.value,
            subject: item.subject,
            state: FoundState::Found,
            claim: None,
            shown: None,
            note: None,
            changed_at: now,
        };
        store::insert_hit(&mut tx, (&row.authority, row.query), &hit).await?;
    }
    store::end_if_done(&mut tx, &row.authority, row.query, now).await?;
    let detail = serde_json::json!({
        "query": query.id, "holder": row.holder, "batch_sha256": query.batch_sha256, "count": query.count,
        "epoch": checked.epoch, "revision": checked.statement_revision, "hits": hits,
    });
    tx.record(entry(query, "selector_query_finished", detail, now));
    tx.commit().await?;
    Ok(())
}

/// Notes that an answer is false: nothing of it is used.
async fn refuse(node: &Node, query: &QueryRow, row: &HolderRow, why: &str) -> Result<(), MatchingError> {
    let now = random::now();
    let (state, why) = (AnswerState::False, why.to_owned());
    let wrong = HolderRow { state, why: Some(why.clone()), changed_at: now, ..row.clone() };
    let mut tx = node.store.begin("refuse_selector_answer").await?;
    if store::note_checked(&mut tx, &wrong).await? {
        store::end_if_done(&mut tx, &row.authority, row.query, now).await?;
        let detail = serde_json::json!({
            "query": query.id, "holder": row.holder, "batch_sha256": query.batch_sha256, "why": why,
        });
        tx.record(entry(query, "selector_answer_false", detail, now));
        tx.commit().await?;
    }
    Ok(())
}

fn entry(query: &QueryRow, act: &str, detail: serde_json::Value, now: Timestamp) -> Entry {
    let about = About {
        case: Some(query.case),
        exchange: Some(query.exchange),
        message: Some(query.id),
        ..About::default()
    };
    Entry::new(now, Some(&query.authority), &Actor::Node, act, about, detail)
}
