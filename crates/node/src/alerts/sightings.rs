//! Sightings: reported here on another's alert and sent to its originator, or on our own alert and only kept; and those
//! that others report on ours.

use super::{
    AlertError, AlertRow, Direction, Over, StoredState, arrivals,
    arrivals::Outcome,
    identity::{Names, withdraw_message},
    rules, store,
};
use crate::{
    Node,
    access::Caller,
    exchange::{self, Incoming, Outgoing},
    journal::{About, Entry},
    random,
    store::{Row, Store, StoreError, Tx, Value, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    case::Place,
    id::{AuthorisationId, MessageId, SightingId},
    message::{Message, Sighting},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// How far ahead of ours the clock of whoever saw the child may be.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(10);

/// A sighting to report.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSighting {
    /// When it was.
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Timestamp,
    /// Where it was.
    #[schema(value_type = Object)]
    pub place: Place,
    /// What was seen.
    pub what: String,
    /// Why it goes although the tables do not say whether the alert's basis carries it.
    #[serde(default)]
    pub basis_reason: Option<String>,
    /// A supervising officer's authorisation, where they contradict it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub authorisation: Option<AuthorisationId>,
}

/// A sighting as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SightingRow {
    pub direction: Direction,
    pub sender: AuthorityId,
    pub content: Sighting,
    pub stored_at: Timestamp,
}

/// Reports a sighting. On another's alert it goes to the originator; on our own it is only kept.
///
/// # Errors
/// Where the alert is over or was never out, or the message may not leave.
pub async fn report_sighting(
    node: &Arc<Node>,
    caller: &Caller,
    alert: MessageId,
    new: NewSighting,
) -> Result<SightingId, AlertError> {
    let row = super::load(node, &caller.authority, alert).await?;
    let now = random::now();
    check(&row, &new, now)?;
    let (id, seen_at) = (random::new_id(SightingId::new), new.seen_at);
    let content = Sighting { id, alert, seen_at, place: new.place, what: new.what };
    let prepared = match row.direction {
        Direction::Outgoing => None,
        Direction::Incoming => {
            let to = BTreeSet::from([row.sender.clone()]);
            let over = Over { basis_reason: new.basis_reason, authorisation: new.authorisation };
            let basis = row.checked_again(BTreeSet::from([caller.name.clone()]), over);
            let message = row.reply(Message::Sighting(content.clone()), basis);
            Some(exchange::prepare(node, Outgoing { to, ..message }).await?)
        }
    };
    let mut tx = node.store.begin("report_sighting").await?;
    let own = SightingRow {
        direction: Direction::Outgoing,
        sender: caller.authority.clone(),
        content,
        stored_at: now,
    };
    insert(&mut tx, &row.authority, &own).await?;
    if let Some(prepared) = &prepared {
        exchange::put(&mut tx, prepared, &caller.actor(), row.about()).await?;
    }
    let about = About { message: prepared.as_ref().map(|sent| sent.statement().id), ..row.about() };
    let detail = serde_json::json!({ "sighting": id });
    tx.record(Entry::new(now, Some(&row.authority), &caller.actor(), "sighting_reported", about, detail));
    tx.commit().await?;
    node.wake_outbox();
    Ok(id)
}

fn check(row: &AlertRow, new: &NewSighting, now: Timestamp) -> Result<(), AlertError> {
    let unfit = |field, why| Err(AlertError::Unfit { field, why });
    if row.state != StoredState::Released {
        return Err(AlertError::State("does not run; sightings go to running alerts"));
    }
    if new.place.name.trim().is_empty() || !new.place.is_on_the_globe() {
        return unfit("place", "has no name, or lies off the globe; say where it was");
    }
    if new.what.trim().is_empty() {
        return unfit("what", "is empty; say what was seen");
    }
    if new.seen_at > now.saturating_add(CLOCKS_APART).unwrap_or(now) {
        return unfit("seen_at", "lies in the future; correct it");
    }
    Ok(())
}

/// A sighting of another arrives on our own alert.
///
/// # Errors
/// Where the database fails.
pub(super) async fn arrived(
    tx: &mut Tx,
    incoming: &Incoming,
    content: &Sighting,
) -> Result<Outcome, StoreError> {
    let from = &incoming.verified.statement().from;
    let row = store::load_in(tx, &incoming.authority, content.alert).await?;
    let may = rules::recipient_may_answer(row.as_ref(), from);
    let Some(row) = row else { return Ok(may.map_err(|why| (None, why))) };
    if let Err(why) = may {
        return Ok(Err((Some(row.id), why)));
    }
    let received = SightingRow {
        direction: Direction::Incoming,
        sender: from.clone(),
        content: content.clone(),
        stored_at: incoming.at,
    };
    if !insert(tx, &row.authority, &received).await? {
        return Ok(Err((Some(row.id), "the sighting was reported before")));
    }
    let about = About { message: Some(incoming.verified.statement().id), ..row.about() };
    let detail = serde_json::json!({ "from": from, "sighting": content.id });
    arrivals::note(tx, incoming, "sighting_received", about, detail);
    Ok(Ok(()))
}

/// Takes the names out of what we ourselves reported on another's alert.
///
/// # Errors
/// Where the database fails.
pub(super) async fn withdraw(tx: &mut Tx, row: &AlertRow, names: &Names) -> Result<(), StoreError> {
    let values = [row.authority.as_str().into(), row.id.to_string().into()];
    for found in tx.fetch_all(OF_ALERT, &values).await? {
        let found = SightingRow::read(&found)?;
        let id = found.content.id;
        let mut message = Message::Sighting(found.content);
        if withdraw_message(&mut message, row.id, row.id, names).is_empty() {
            continue;
        }
        let Message::Sighting(content) = message else { continue };
        let sql = "/* withdraw_sighting */ UPDATE sighting SET content = $4 WHERE authority = $1 AND sender = $2 \
                   AND id = $3";
        let values = [
            Value::from(row.authority.as_str()),
            found.sender.as_str().into(),
            id.to_string().into(),
            json_text(&content).into(),
        ];
        tx.execute(sql, &values).await?;
    }
    Ok(())
}

const OF_ALERT: &str = "/* sightings_of_alert */ SELECT direction, sender, content, stored_at FROM sighting \
                        WHERE authority = $1 AND alert = $2 ORDER BY stored_at, id";

impl SightingRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            direction: row.code(0)?,
            sender: row.word(1)?,
            content: row.json(2)?,
            stored_at: row.time(3)?,
        })
    }
}

/// The sightings on an alert, in the order in which they were stored.
///
/// # Errors
/// Where the database fails.
pub(super) async fn of_alert(
    store: &Store,
    authority: &AuthorityId,
    alert: MessageId,
) -> Result<Vec<SightingRow>, StoreError> {
    let rows = store.fetch_all(OF_ALERT, &[authority.as_str().into(), alert.to_string().into()]).await?;
    rows.iter().map(SightingRow::read).collect()
}

/// `false` where the sender has reported a sighting of that identifier before.
async fn insert(tx: &mut Tx, authority: &AuthorityId, row: &SightingRow) -> Result<bool, StoreError> {
    let sql = "/* insert_sighting */ INSERT INTO sighting (authority, id, alert, direction, sender, content, stored_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (authority, sender, id) DO NOTHING";
    let values = [
        Value::from(authority.as_str()),
        row.content.id.to_string().into(),
        row.content.alert.to_string().into(),
        code_text(&row.direction).into(),
        row.sender.as_str().into(),
        json_text(&row.content).into(),
        row.stored_at.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}
