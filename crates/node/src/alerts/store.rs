//! The SQL of alerts.

use crate::store::{Row, Store, StoreError, Tx, Value, code_text, json_text};
use comity_model::{
    AuthorityId, Nonsense,
    id::{AuthorisationId, CaseId, ExchangeId, MessageId},
    legal::LegalBasis,
    marking::Marking,
    message::Alert,
    statement::Urgency,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, str::FromStr};
use utoipa::ToSchema;

/// Did it go out from here, or come in?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlertDirection)]
pub enum Direction {
    /// Ours.
    Outgoing,
    /// Of another authority.
    Incoming,
}

/// Where an alert is, as it is stored. That it has expired is found on reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredState {
    /// A draft, which has not left.
    Raised,
    /// Out, or in.
    Released,
    /// Over; here names and photographs are gone.
    Cancelled,
    /// Over, and we have told the originator that they are gone here.
    Withdrawn,
}

/// An alert as it is kept at one authority.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// At whose.
    pub authority: AuthorityId,
    /// The message that raises it; the draft has the same identifier.
    pub id: MessageId,
    /// Ours or another's.
    pub direction: Direction,
    /// The thread.
    pub exchange: ExchangeId,
    /// Our own case, where it is our alert.
    pub case: Option<CaseId>,
    /// Whose alert it is.
    pub sender: AuthorityId,
    /// To whom it goes or went.
    pub recipients: BTreeSet<AuthorityId>,
    /// Where it is.
    pub state: StoredState,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// The conditions.
    pub marking: Marking,
    /// The basis in law.
    pub legal_basis: LegalBasis,
    /// What it says now.
    pub alert: Alert,
    /// The officers, by name, who wrote the draft.
    pub written_by: BTreeSet<String>,
    /// The message that gave it its present text, or ended it.
    pub latest: MessageId,
    /// The time of that message, by its sender's clock.
    pub changed_at: Timestamp,
    /// The officer who raised it.
    pub raised_by: Option<String>,
    /// When.
    pub raised_at: Timestamp,
    /// The officer who released it.
    pub released_by: Option<String>,
    /// When.
    pub released_at: Option<Timestamp>,
    /// Why one officer alone released it.
    pub emergency_reason: Option<String>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// The message that cancelled it.
    pub cancellation: Option<MessageId>,
    /// What was withdrawn here, in plain words.
    pub withdrawn: Vec<String>,
    /// A supervising officer's authorisation that the draft names.
    pub authorisation: Option<AuthorisationId>,
}

macro_rules! alert_columns {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* ",
            $name,
            " */ SELECT authority, id, direction, exchange, case_id, sender, recipients, state, urgency, marking, \
             legal_basis, alert, written_by, latest, changed_at, raised_by, raised_at, released_by, released_at, \
             emergency_reason, cancelled_at, cancellation, withdrawn, authorisation FROM alert ",
            $rest
        )
    };
}

const ONE: &str = alert_columns!("alert", "WHERE authority = $1 AND id = $2");

fn word_or_null<T: FromStr<Err = Nonsense>>(row: &Row, at: usize) -> Result<Option<T>, StoreError> {
    if row.is_null(at) { Ok(None) } else { row.word(at).map(Some) }
}

impl AlertRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            id: row.word(1)?,
            direction: row.code(2)?,
            exchange: row.word(3)?,
            case: word_or_null(row, 4)?,
            sender: row.word(5)?,
            recipients: row.json(6)?,
            state: row.code(7)?,
            urgency: row.code(8)?,
            marking: row.json(9)?,
            legal_basis: row.json(10)?,
            alert: row.json(11)?,
            written_by: row.json(12)?,
            latest: row.word(13)?,
            changed_at: row.time(14)?,
            raised_by: row.optional_text(15)?,
            raised_at: row.time(16)?,
            released_by: row.optional_text(17)?,
            released_at: row.optional_time(18)?,
            emergency_reason: row.optional_text(19)?,
            cancelled_at: row.optional_time(20)?,
            cancellation: word_or_null(row, 21)?,
            withdrawn: row.optional_json(22)?.unwrap_or_default(),
            authorisation: word_or_null(row, 23)?,
        })
    }

    /// Is it over, so that nobody is to be named in it any more?
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, StoredState::Cancelled | StoredState::Withdrawn)
    }

    fn key(&self) -> [Value; 2] {
        [self.authority.as_str().into(), self.id.to_string().into()]
    }
}

/// Stores a new alert; `false` where one of that identifier is there.
pub(super) async fn insert(tx: &mut Tx, row: &AlertRow) -> Result<bool, StoreError> {
    let sql = "/* insert_alert */ INSERT INTO alert (authority, id, direction, exchange, case_id, sender, recipients, \
               state, urgency, marking, legal_basis, alert, written_by, latest, changed_at, raised_by, raised_at, \
               released_at, authorisation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
               $16, $17, $18, $19) \
               ON CONFLICT (authority, id) DO NOTHING";
    let values = [
        Value::from(row.authority.as_str()),
        row.id.to_string().into(),
        code_text(&row.direction).into(),
        row.exchange.to_string().into(),
        row.case.map(|case| case.to_string()).into(),
        row.sender.as_str().into(),
        json_text(&row.recipients).into(),
        code_text(&row.state).into(),
        code_text(&row.urgency).into(),
        json_text(&row.marking).into(),
        json_text(&row.legal_basis).into(),
        json_text(&row.alert).into(),
        json_text(&row.written_by).into(),
        row.latest.to_string().into(),
        row.changed_at.into(),
        row.raised_by.clone().into(),
        row.raised_at.into(),
        row.released_at.into(),
        row.authorisation.map(|id| id.to_string()).into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// One alert.
pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<AlertRow>, StoreError> {
    let row = store.fetch_optional(ONE, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| AlertRow::read(&row)).transpose()
}

/// One alert, in a transaction.
pub(crate) async fn load_in(
    tx: &mut Tx,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<AlertRow>, StoreError> {
    let row = tx.fetch_optional(ONE, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| AlertRow::read(&row)).transpose()
}

/// The newest alerts of an authority.
pub(super) async fn newest(
    store: &Store,
    authority: &AuthorityId,
    direction: Option<Direction>,
    limit: u64,
) -> Result<Vec<AlertRow>, StoreError> {
    const ALL: &str =
        alert_columns!("alerts", "WHERE authority = $1 ORDER BY raised_at DESC, id DESC LIMIT $2");
    const SOME: &str = alert_columns!(
        "alerts_by_direction",
        "WHERE authority = $1 AND direction = $3 ORDER BY raised_at DESC, id DESC LIMIT $2"
    );
    let mut values: Vec<Value> = vec![authority.as_str().into(), limit.into()];
    let sql = match direction {
        None => ALL,
        Some(direction) => {
            values.push(code_text(&direction).into());
            SOME
        }
    };
    store.fetch_all(sql, &values).await?.iter().map(AlertRow::read).collect()
}

/// The alerts that a case has raised, oldest first.
pub(super) async fn of_case(
    store: &Store,
    authority: &AuthorityId,
    case: CaseId,
) -> Result<Vec<AlertRow>, StoreError> {
    const OF_CASE: &str =
        alert_columns!("alerts_of_case", "WHERE authority = $1 AND case_id = $2 ORDER BY raised_at, id");
    let rows = store.fetch_all(OF_CASE, &[authority.as_str().into(), case.to_string().into()]).await?;
    rows.iter().map(AlertRow::read).collect()
}

/// Others' alerts that were cancelled and whose originator was not told yet.
pub(super) async fn unanswered(store: &Store) -> Result<Vec<AlertRow>, StoreError> {
    const UNANSWERED: &str = alert_columns!(
        "unanswered_cancellations",
        "WHERE state = 'cancelled' AND direction = 'incoming' ORDER BY cancelled_at LIMIT 500"
    );
    store.fetch_all(UNANSWERED, &[]).await?.iter().map(AlertRow::read).collect()
}

/// Replaces a draft that is still as `before`.
pub(super) async fn redraft(tx: &mut Tx, before: &AlertRow, after: &AlertRow) -> Result<bool, StoreError> {
    let sql = "/* redraft_alert */ UPDATE alert SET alert = $3, written_by = $4, changed_at = $5 \
               WHERE authority = $1 AND id = $2 AND state = 'raised' AND changed_at = $6";
    let [authority, id] = after.key();
    let (alert, writers) = (json_text(&after.alert).into(), json_text(&after.written_by).into());
    let values = [authority, id, alert, writers, after.changed_at.into(), before.changed_at.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Marks a draft that is still as `before` as released.
pub(super) async fn release(tx: &mut Tx, before: &AlertRow, after: &AlertRow) -> Result<bool, StoreError> {
    let sql = "/* release_alert */ UPDATE alert SET state = 'released', released_by = $3, released_at = $4, \
               emergency_reason = $5, changed_at = $4, legal_basis = $7 WHERE authority = $1 AND id = $2 AND state = 'raised' \
               AND changed_at = $6";
    let [authority, id] = after.key();
    let values = [
        authority,
        id,
        after.released_by.clone().into(),
        after.released_at.into(),
        after.emergency_reason.clone().into(),
        before.changed_at.into(),
        json_text(&after.legal_basis).into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Gives a running alert its new text.
pub(super) async fn change(tx: &mut Tx, after: &AlertRow) -> Result<bool, StoreError> {
    let sql = "/* change_alert */ UPDATE alert SET alert = $3, latest = $4, changed_at = $5 \
               WHERE authority = $1 AND id = $2 AND state = 'released'";
    let [authority, id] = after.key();
    let values = [
        authority,
        id,
        json_text(&after.alert).into(),
        after.latest.to_string().into(),
        after.changed_at.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Ends an alert, with what is left of its text.
pub(super) async fn cancel(tx: &mut Tx, after: &AlertRow) -> Result<bool, StoreError> {
    let sql = "/* cancel_alert */ UPDATE alert SET state = 'cancelled', alert = $3, latest = $4, changed_at = $5, \
               cancelled_at = $6, cancellation = $7, withdrawn = $8 \
               WHERE authority = $1 AND id = $2 AND state IN ('raised', 'released')";
    let [authority, id] = after.key();
    let values = [
        authority,
        id,
        json_text(&after.alert).into(),
        after.latest.to_string().into(),
        after.changed_at.into(),
        after.cancelled_at.into(),
        after.cancellation.map(|id| id.to_string()).into(),
        json_text(&after.withdrawn).into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Marks another's cancelled alert as answered; `false` where it was already.
pub(super) async fn answered(tx: &mut Tx, row: &AlertRow, withdrawal: MessageId) -> Result<bool, StoreError> {
    let sql = "/* withdrawal_sent */ UPDATE alert SET state = 'withdrawn', withdrawal = $3 \
               WHERE authority = $1 AND id = $2 AND state = 'cancelled' AND direction = 'incoming'";
    let [authority, id] = row.key();
    Ok(tx.execute(sql, &[authority, id, withdrawal.to_string().into()]).await? == 1)
}

/// Notes a recipient's word that it has withdrawn; `false` where it had given it before, or was never sent the alert.
pub(super) async fn confirm_withdrawal(
    tx: &mut Tx,
    alert: MessageId,
    recipient: &AuthorityId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* confirm_withdrawal */ UPDATE delivery SET withdrawn_at = $3 \
               WHERE message = $1 AND recipient = $2 AND withdrawn_at IS NULL";
    Ok(tx.execute(sql, &[alert.to_string().into(), recipient.as_str().into(), at.into()]).await? == 1)
}
