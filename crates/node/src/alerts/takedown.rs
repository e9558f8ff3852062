//! The end of an alert: names, photographs and identifiers go from everything that is kept on it, in one transaction; then
//! a standing rule tells the originator.

use super::{
    AlertRow, Direction, StoredState,
    identity::{Names, withdraw_alert, withdraw_message, withdraw_subject},
    rules, sightings, store,
};
use crate::{
    Node,
    exchange::{self, ExchangeError, Outgoing},
    hits,
    journal::{About, Actor, Entry},
    random,
    store::{StoreError, Tx, Value, json_text},
};
use comity_model::{
    id::MessageId,
    message::{Message, Withdrawal},
};
use jiff::Timestamp;
use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::Mutex;

/// The name of the rule under which a node answers a cancellation.
const RULE: Actor = Actor::Rule("withdraw_on_cancellation");

/// What ended an alert.
pub(super) struct End {
    /// The cancelling message; none for a draft that never left.
    pub cancellation: Option<MessageId>,
    /// Its time, by its sender's clock.
    pub changed_at: Timestamp,
    /// Now.
    pub at: Timestamp,
}

/// Ends an alert at one authority and takes the names out of everything that is kept on it there: of another's alert the
/// alert, its messages, hits and sightings; of our own the alert alone, for the case and the exchange are our own file.
/// `false` where it was over already.
///
/// # Errors
/// Where the database fails.
pub(super) async fn end(tx: &mut Tx, row: &AlertRow, end: End) -> Result<bool, StoreError> {
    let mut names = Names::default();
    names.add(&row.alert);
    let mut taken = BTreeSet::new();
    if row.direction == Direction::Incoming {
        taken.extend(withdraw_messages(tx, row, &mut names).await?);
        withdraw_hits(tx, row, &names).await?;
        sightings::withdraw(tx, row, &names).await?;
        hits::unindex_alert(tx, &row.authority, row.id).await?;
    }
    let mut after = row.clone();
    taken.extend(withdraw_alert(&mut after.alert, &names));
    after.state = StoredState::Cancelled;
    after.cancelled_at = Some(end.at);
    after.cancellation = end.cancellation;
    after.latest = end.cancellation.unwrap_or(row.latest);
    after.changed_at = end.changed_at;
    after.withdrawn = taken.into_iter().map(str::to_owned).collect();
    if !store::cancel(tx, &after).await? {
        return Ok(false);
    }
    let about = About { message: end.cancellation, ..row.about() };
    let detail = serde_json::json!({ "withdrawn": after.withdrawn });
    tx.record(Entry::new(end.at, Some(&row.authority), &RULE, "identity_withdrawn", about, detail));
    Ok(true)
}

/// Takes the names out of the messages of the alert's exchange. A sealed body goes too, unless it is our own and still to be
/// delivered; that one we could not open ourselves.
async fn withdraw_messages(
    tx: &mut Tx,
    row: &AlertRow,
    names: &mut Names,
) -> Result<BTreeSet<&'static str>, StoreError> {
    let sql = "/* contents_of_exchange */ SELECT id FROM message WHERE authority = $1 AND exchange = $2 \
               AND content IS NOT NULL ORDER BY stored_at, id";
    let values = [row.authority.as_str().into(), row.exchange.to_string().into()];
    let mut ids = Vec::new();
    for found in tx.fetch_all(sql, &values).await? {
        ids.push(found.word::<MessageId>(0)?);
    }
    for id in &ids {
        if let Some(message) = content(tx, row, *id).await? {
            add_names(names, &message, *id, row.id);
        }
    }
    let mut taken = BTreeSet::new();
    for id in ids {
        taken.extend(withdraw_one(tx, row, id, names).await?);
    }
    Ok(taken)
}

/// Names that an earlier or later text of the alert gave.
fn add_names(names: &mut Names, message: &Message, id: MessageId, alert: MessageId) {
    match message {
        Message::Alert(content) if id == alert => names.add(content),
        Message::AlertUpdate(content) if content.alert == alert => names.add(&content.now_reads),
        _ => {}
    }
}

async fn content(tx: &mut Tx, row: &AlertRow, id: MessageId) -> Result<Option<Message>, StoreError> {
    let sql = "/* content */ SELECT content FROM message WHERE authority = $1 AND id = $2";
    let found = tx.fetch_optional(sql, &[row.authority.as_str().into(), id.to_string().into()]).await?;
    found.map_or(Ok(None), |found| found.optional_json(0))
}

/// Takes the names out of one message.
///
/// # Errors
/// Where the database fails.
pub(super) async fn withdraw_one(
    tx: &mut Tx,
    row: &AlertRow,
    id: MessageId,
    names: &Names,
) -> Result<BTreeSet<&'static str>, StoreError> {
    let Some(mut message) = content(tx, row, id).await? else { return Ok(BTreeSet::new()) };
    let mut taken = withdraw_message(&mut message, id, row.id, names);
    if taken.is_empty() {
        return Ok(taken);
    }
    let sql = "/* withdraw_content */ UPDATE message SET content = $3, assessment = NULL, body = CASE WHEN EXISTS (SELECT 1 FROM delivery \
               WHERE delivery.message = message.id AND delivery.sender = message.authority \
               AND delivery.state <> 'receipted') THEN body ELSE NULL END WHERE authority = $1 AND id = $2";
    let content = Value::from(json_text(&message));
    tx.execute(sql, &[row.authority.as_str().into(), id.to_string().into(), content]).await?;
    taken.insert("sealed body");
    Ok(taken)
}

async fn withdraw_hits(tx: &mut Tx, row: &AlertRow, names: &Names) -> Result<(), StoreError> {
    for mut hit in hits::of_alert_in(tx, &row.authority, row.id).await? {
        withdraw_subject(&mut hit.theirs, names);
        hit.decision = hit.decision.map(|text| names.redact(&text).unwrap_or(text));
        hits::replace_texts(tx, &hit).await?;
    }
    Ok(())
}

/// How often what could not be sent is tried again by itself, after 1, 2, 4, ... seconds.
const TRIES: u32 = 10;

/// Tells the originators of cancelled alerts, in the background, that names and photographs are gone here.
pub fn withdraw_soon(node: &Arc<Node>) {
    let node = Arc::downgrade(node);
    tokio::spawn(async move {
        for tries in 0..TRIES {
            match node.upgrade() {
                Some(node) if withdraw_pending(&node).await > 0 => {}
                _ => return,
            }
            tokio::time::sleep(Duration::from_secs(1 << tries)).await;
        }
    });
}

/// Sends the withdrawal for each of others' alerts that is cancelled and not answered yet; returns how many could not be
/// sent now. Run at start too, so that a crash between a cancellation and its answer loses nothing.
pub async fn withdraw_pending(node: &Arc<Node>) -> usize {
    // One at a time in this process: two would only prepare the same messages twice.
    static ONE_AT_A_TIME: OnceLock<Mutex<()>> = OnceLock::new();
    let _guard = ONE_AT_A_TIME.get_or_init(Mutex::default).lock().await;
    let pending = match store::unanswered(&node.store).await {
        Ok(pending) => pending,
        Err(fault) => {
            tracing::error!(%fault, "cancelled alerts cannot be read; their originators are told later");
            return 1;
        }
    };
    let mut left = 0;
    for row in pending.iter().filter(|row| node.serves(&row.authority)) {
        if let Err(fault) = answer(node, row).await {
            tracing::warn!(alert = %row.id, %fault, "a withdrawal is not sent yet; it is tried again");
            left += 1;
        }
    }
    left
}

async fn answer(node: &Arc<Node>, row: &AlertRow) -> Result<(), ExchangeError> {
    let (Some(cancellation), Some(withdrawn_at)) = (row.cancellation, row.cancelled_at) else {
        return Ok(());
    };
    let withdrawal =
        Withdrawal { alert: row.id, cancellation, withdrawn_at, withdrawn: row.withdrawn.clone() };
    let outgoing = Outgoing {
        to: BTreeSet::from([row.sender.clone()]),
        reply_to: Some(row.id),
        marking: rules::marking_that_runs(&row.marking, random::now()),
        ..row.reply(Message::Withdrawal(withdrawal), row.as_stored())
    };
    let prepared = exchange::prepare(node, outgoing).await?;
    let mut tx = node.store.begin("send_withdrawal").await?;
    if store::answered(&mut tx, row, prepared.statement().id).await? {
        exchange::put(&mut tx, &prepared, &RULE, row.about()).await?;
        let about = About { message: Some(prepared.statement().id), ..row.about() };
        let (at, detail) = (prepared.statement().time, serde_json::json!({ "to": row.sender }));
        tx.record(Entry::new(at, Some(&row.authority), &RULE, "alert_withdrawn", about, detail));
        tx.commit().await?;
        node.wake_outbox();
    }
    Ok(())
}
