//! The SQL of deconflictions. A row is read whole and written whole, where nobody has written it meanwhile.

pub(in crate::hits) mod matches;
pub(super) mod purge;

use super::{Direction, State, fixed::Fixed};
use crate::{
    law::BasisChoice,
    store::{Row, Store, StoreError, Tx, Value, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    legal::LegalBasis,
    marking::Marking,
    selector::SelectorKind,
    statement::Urgency,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Under which conditions our own message goes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Terms {
    /// The marking.
    pub marking: Marking,
    /// The basis in law, as the officer chose it.
    pub legal_basis: BasisChoice,
    /// How soon an answer is due.
    pub urgency: Urgency,
}

/// What is known of a deconfliction beside what is searched for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// The kinds of selectors.
    pub scope: BTreeSet<SelectorKind>,
    /// Why, as the offer says.
    pub why: String,
    /// Why we accept; it stays here.
    pub reason: Option<String>,
    /// The offering officer, by pseudonym.
    pub officer: String,
    /// The accepting officer, by pseudonym.
    pub other_officer: Option<String>,
    /// The marking of the offer as it was stated.
    pub marking: Option<Marking>,
    /// The basis of the offer as it was stated.
    pub legal_basis: Option<LegalBasis>,
    /// Our own conditions.
    pub terms: Option<Terms>,
    /// The basis of our own message as it was stated.
    pub own_basis: Option<LegalBasis>,
    /// Who prepared our offer or acceptance.
    pub prepared_by: Option<String>,
    /// When.
    pub prepared_at: Option<Timestamp>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// Who declined or withdrew here.
    pub ended_by: Option<String>,
    /// How many hours an offer is to run.
    pub hours: u64,
    /// What the other side answered, to be answered in turn.
    pub answer: Option<MessageId>,
    /// The digest of what was sent in the session.
    pub sent: Option<String>,
    /// The digest of what came.
    pub received: Option<String>,
    /// Own canaries among the matches.
    pub canaries: u64,
    /// What a further attempt repeats; none once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Fixed>,
    /// Why it ended, or broke off last.
    pub fault: Option<String>,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
}

/// A deconfliction as it is kept.
#[derive(Debug, Clone)]
pub struct DeconflictionRow {
    /// Ours.
    pub authority: AuthorityId,
    /// The offer's message.
    pub id: MessageId,
    /// The other side.
    pub peer: AuthorityId,
    /// The thread.
    pub exchange: ExchangeId,
    /// Offered by us, or to us.
    pub direction: Direction,
    /// Where it stands.
    pub state: State,
    /// What sessions are derived from: 32 hexadecimal digits.
    pub base: String,
    /// How many attempts were begun.
    pub attempts: u64,
    /// The session of the last attempt: 32 hexadecimal digits.
    pub session: Option<String>,
    /// The size that we told.
    pub own_entries: Option<u64>,
    /// The size that we were told.
    pub peer_entries: Option<u64>,
    /// How many entries of ours the other side has too; with the leader before it is finished, and not to be shown then.
    pub matches: Option<u64>,
    /// Until when it may be carried out.
    pub expires_at: Option<Timestamp>,
    /// When our side confirmed it.
    pub confirmed_at: Option<Timestamp>,
    /// When it was prepared, or arrived.
    pub created_at: Timestamp,
    /// When something changed last.
    pub changed_at: Timestamp,
    /// Is the other side to be told of the end?
    pub tell: bool,
    /// The rest.
    pub detail: Detail,
    /// How often it was written.
    pub version: u64,
    /// When its contents went.
    pub purged_at: Option<Timestamp>,
}

/// A number that may be absent.
fn number(value: Option<u64>) -> Value {
    value.and_then(|value| i64::try_from(value).ok()).into()
}

fn optional_number(row: &Row, column: usize) -> Result<Option<u64>, StoreError> {
    Ok(row.optional_integer(column)?.and_then(|value| u64::try_from(value).ok()))
}

impl DeconflictionRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            id: row.word(1)?,
            peer: row.word(2)?,
            exchange: row.word(3)?,
            direction: row.code(4)?,
            state: row.code(5)?,
            base: row.text(6)?,
            attempts: row.unsigned(7)?,
            session: row.optional_text(8)?,
            own_entries: optional_number(row, 9)?,
            peer_entries: optional_number(row, 10)?,
            matches: optional_number(row, 11)?,
            expires_at: row.optional_time(12)?,
            confirmed_at: row.optional_time(13)?,
            created_at: row.time(14)?,
            changed_at: row.time(15)?,
            tell: row.integer(16)? != 0,
            detail: row.json(17)?,
            version: row.unsigned(18)?,
            purged_at: row.optional_time(19)?,
        })
    }

    fn values(&self, version: u64) -> [Value; 19] {
        [
            self.authority.as_str().into(),
            self.id.to_string().into(),
            self.peer.as_str().into(),
            self.exchange.to_string().into(),
            code_text(&self.direction).into(),
            code_text(&self.state).into(),
            self.base.as_str().into(),
            self.attempts.into(),
            self.session.clone().into(),
            number(self.own_entries),
            number(self.peer_entries),
            number(self.matches),
            self.expires_at.into(),
            self.confirmed_at.into(),
            self.created_at.into(),
            self.changed_at.into(),
            self.tell.into(),
            json_text(&self.detail).into(),
            version.into(),
        ]
    }
}

/// Stores a deconfliction; `false` where one of that identifier is here.
pub(super) async fn insert(tx: &mut Tx, row: &DeconflictionRow) -> Result<bool, StoreError> {
    let sql = "/* insert_deconfliction */ INSERT INTO deconfliction (authority, id, peer, exchange, direction, state, base, \
               attempts, session, own_entries, peer_entries, matches, expires_at, confirmed_at, created_at, changed_at, tell, \
               detail, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
               ON CONFLICT (authority, id) DO NOTHING";
    Ok(tx.execute(sql, &row.values(1)).await? == 1)
}

/// Writes a deconfliction that was read; `false` where it was written meanwhile. What only a further attempt needs goes with the last.
pub(super) async fn save(tx: &mut Tx, row: &mut DeconflictionRow) -> Result<bool, StoreError> {
    if row.state.is_over() {
        row.detail.fixed = None;
    }
    let sql = "/* save_deconfliction */ UPDATE deconfliction SET state = $3, attempts = $4, session = $5, own_entries = $6, \
               peer_entries = $7, matches = $8, expires_at = $9, confirmed_at = $10, changed_at = $11, tell = $12, \
               detail = $13, version = version + 1 WHERE authority = $1 AND id = $2 AND version = $14";
    let values = [
        row.authority.as_str().into(),
        row.id.to_string().into(),
        code_text(&row.state).into(),
        row.attempts.into(),
        row.session.clone().into(),
        number(row.own_entries),
        number(row.peer_entries),
        number(row.matches),
        row.expires_at.into(),
        row.confirmed_at.into(),
        row.changed_at.into(),
        row.tell.into(),
        json_text(&row.detail).into(),
        row.version.into(),
    ];
    let saved = tx.execute(sql, &values).await? == 1;
    row.version = row.version.saturating_add(1);
    Ok(saved)
}

const ONE: &str = "/* deconfliction */ SELECT authority, id, peer, exchange, direction, state, base, attempts, session, \
     own_entries, peer_entries, matches, expires_at, confirmed_at, created_at, changed_at, tell, detail, version, purged_at \
     FROM deconfliction WHERE authority = $1 AND id = $2";

/// One deconfliction.
pub(in crate::hits) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<DeconflictionRow>, StoreError> {
    let row = store.fetch_optional(ONE, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| DeconflictionRow::read(&row)).transpose()
}

/// One deconfliction, within a transaction.
pub(in crate::hits) async fn load_in(
    tx: &mut Tx,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<DeconflictionRow>, StoreError> {
    let row = tx.fetch_optional(ONE, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| DeconflictionRow::read(&row)).transpose()
}

/// The newest deconflictions of an authority; those that are not at an end only, where it is asked so.
pub(in crate::hits) async fn list(
    store: &Store,
    authority: &AuthorityId,
    open: bool,
    limit: u64,
) -> Result<Vec<DeconflictionRow>, StoreError> {
    let sql = "/* deconflictions */ SELECT authority, id, peer, exchange, direction, state, base, attempts, session, \
               own_entries, peer_entries, matches, expires_at, confirmed_at, created_at, changed_at, tell, detail, version, purged_at \
               FROM deconfliction WHERE authority = $1 AND ($2 = 0 OR state IN \
               ('prepared', 'offered', 'received', 'accepting', 'accepted', 'running')) ORDER BY created_at DESC, id LIMIT $3";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), open.into(), limit.into()]).await?;
    rows.iter().map(DeconflictionRow::read).collect()
}

/// What our side offered and the other accepted: to be carried out from here.
pub(super) async fn to_lead(store: &Store) -> Result<Vec<DeconflictionRow>, StoreError> {
    let sql = "/* deconflictions_to_lead */ SELECT authority, id, peer, exchange, direction, state, base, attempts, session, \
               own_entries, peer_entries, matches, expires_at, confirmed_at, created_at, changed_at, tell, detail, version, purged_at \
               FROM deconfliction WHERE state IN ('accepted', 'running') AND direction = 'offered' ORDER BY changed_at LIMIT 64";
    store.fetch_all(sql, &[]).await?.iter().map(DeconflictionRow::read).collect()
}

/// Those of which the other side is to be told the end.
pub(super) async fn to_tell(store: &Store) -> Result<Vec<DeconflictionRow>, StoreError> {
    let sql = "/* deconflictions_to_tell */ SELECT authority, id, peer, exchange, direction, state, base, attempts, session, \
               own_entries, peer_entries, matches, expires_at, confirmed_at, created_at, changed_at, tell, detail, version, purged_at \
               FROM deconfliction WHERE tell = 1 ORDER BY changed_at LIMIT 64";
    store.fetch_all(sql, &[]).await?.iter().map(DeconflictionRow::read).collect()
}

/// Those whose time is over, and those that were prepared before a time and that no second officer has confirmed.
pub(super) async fn overdue(
    store: &Store,
    now: Timestamp,
    prepared_before: Timestamp,
) -> Result<Vec<DeconflictionRow>, StoreError> {
    let sql = "/* overdue_deconflictions */ SELECT authority, id, peer, exchange, direction, state, base, attempts, session, \
               own_entries, peer_entries, matches, expires_at, confirmed_at, created_at, changed_at, tell, detail, version, purged_at \
               FROM deconfliction WHERE (state IN ('offered', 'received', 'accepting', 'accepted', 'running') AND expires_at <= $1) \
               OR (state = 'prepared' AND created_at <= $2) LIMIT 64";
    store
        .fetch_all(sql, &[now.into(), prepared_before.into()])
        .await?
        .iter()
        .map(DeconflictionRow::read)
        .collect()
}

/// Was a session's base used before?
pub(super) async fn is_used(tx: &mut Tx, authority: &AuthorityId, base: &str) -> Result<bool, StoreError> {
    let sql = "/* used_session */ SELECT 1 FROM deconfliction WHERE authority = $1 AND base = $2 LIMIT 1";
    Ok(tx.fetch_optional(sql, &[authority.as_str().into(), base.into()]).await?.is_some())
}

/// How many sessions with another authority our side has confirmed since.
pub(super) async fn confirmed_since(
    store: &Store,
    authority: &AuthorityId,
    peer: &AuthorityId,
    since: Timestamp,
) -> Result<u64, StoreError> {
    let sql = "/* confirmed_deconflictions */ SELECT COUNT(*) FROM deconfliction WHERE authority = $1 AND peer = $2 \
               AND confirmed_at > $3";
    let values = [authority.as_str().into(), peer.as_str().into(), since.into()];
    store.fetch_optional(sql, &values).await?.map_or(Ok(0), |row| row.unsigned(0))
}

/// How many offers of another authority have arrived since.
pub(super) async fn received_since(
    tx: &mut Tx,
    authority: &AuthorityId,
    peer: &AuthorityId,
    since: Timestamp,
) -> Result<u64, StoreError> {
    let sql = "/* received_deconflictions */ SELECT COUNT(*) FROM deconfliction WHERE authority = $1 AND peer = $2 \
               AND direction = 'received' AND created_at > $3";
    let values = [authority.as_str().into(), peer.as_str().into(), since.into()];
    tx.fetch_optional(sql, &values).await?.map_or(Ok(0), |row| row.unsigned(0))
}

/// Takes a deconfliction for this process, or keeps it; `false` where another has it.
pub(super) async fn take_lease(
    store: &Store,
    row: &DeconflictionRow,
    holder: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let sql = "/* lease_deconfliction */ UPDATE deconfliction SET lease = $3, lease_until = $5 WHERE authority = $1 AND id = $2 \
               AND state IN ('accepted', 'running') AND (lease IS NULL OR lease = $3 OR lease_until < $4)";
    let (authority, id) = (row.authority.as_str().into(), row.id.to_string().into());
    let mut tx = store.begin("lease_deconfliction").await?;
    let taken = tx.execute(sql, &[authority, id, holder.into(), now.into(), until.into()]).await? == 1;
    tx.commit().await?;
    Ok(taken)
}

/// Gives a deconfliction back.
pub(super) async fn give_back(store: &Store, row: &DeconflictionRow, holder: &str) -> Result<(), StoreError> {
    let sql = "/* return_deconfliction */ UPDATE deconfliction SET lease = NULL, lease_until = NULL WHERE authority = $1 \
               AND id = $2 AND lease = $3";
    let (authority, id) = (row.authority.as_str().into(), row.id.to_string().into());
    let mut tx = store.begin("return_deconfliction").await?;
    tx.execute(sql, &[authority, id, holder.into()]).await?;
    tx.commit().await.map(|_| ())
}
