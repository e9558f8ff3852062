//! The SQL of queries that officers of this node have asked.

use super::{AnswerState, QueryState};
use crate::{
    hits::FoundState,
    store::{Row, Store, StoreError, Tx, Value, code_text},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, MessageId, SubjectId},
    marking::Purpose,
    message::matching::{QueryRefusal, Refused, ShownHit},
};
use jiff::Timestamp;

/// A query as it is kept.
#[derive(Debug, Clone)]
pub struct QueryRow {
    /// Whose it is.
    pub authority: AuthorityId,
    /// The message that asks.
    pub id: MessageId,
    /// The thread.
    pub exchange: ExchangeId,
    /// Our case.
    pub case: CaseId,
    /// Its reference, which the holders see.
    pub case_reference: String,
    /// The officer's pseudonym.
    pub officer: String,
    /// The officer.
    pub asked_by: String,
    /// Why; stays here, but for a sweep's consent.
    pub why: String,
    /// Where it stands.
    pub state: QueryState,
    /// Its purpose.
    pub purpose: Purpose,
    /// Elements with padding.
    pub count: u64,
    /// Elements without.
    pub selectors: u64,
    /// The digest of the blinded elements.
    pub batch_sha256: String,
    /// What unblinds, sealed; gone once all have answered.
    pub sealed: Option<Vec<u8>>,
    /// Marking, basis, urgency and holders, as JSON.
    pub conditions: String,
    /// Who is to consent.
    pub consent_from: Option<AuthorityId>,
    /// The message that asks for consent.
    pub consent_request: Option<MessageId>,
    /// The consent.
    pub consent: Option<String>,
    /// Until when who is to consent may decide.
    pub decide_by: Option<Timestamp>,
    /// Why it failed.
    pub fault: Option<String>,
    /// When.
    pub asked_at: Timestamp,
    /// When its contents went.
    pub purged_at: Option<Timestamp>,
}

impl QueryRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            id: row.word(1)?,
            exchange: row.word(2)?,
            case: row.word(3)?,
            case_reference: row.text(4)?,
            officer: row.text(5)?,
            asked_by: row.text(6)?,
            why: row.text(7)?,
            state: row.code(8)?,
            purpose: row.code(9)?,
            count: row.unsigned(10)?,
            selectors: row.unsigned(11)?,
            batch_sha256: row.text(12)?,
            sealed: row.optional_bytes(13)?,
            conditions: row.text(14)?,
            consent_from: optional_word(row, 15)?,
            consent_request: optional_word(row, 16)?,
            consent: row.optional_text(17)?,
            fault: row.optional_text(18)?,
            asked_at: row.time(19)?,
            purged_at: row.optional_time(20)?,
            decide_by: row.optional_time(21)?,
        })
    }
}

fn optional_word<T: std::str::FromStr<Err = comity_model::Nonsense>>(
    row: &Row,
    column: usize,
) -> Result<Option<T>, StoreError> {
    if row.is_null(column) { Ok(None) } else { row.word(column).map(Some) }
}

/// A holder's answer as it is kept.
#[derive(Debug, Clone)]
pub struct HolderRow {
    /// Whose query.
    pub authority: AuthorityId,
    /// The query.
    pub query: MessageId,
    /// Who was asked.
    pub holder: AuthorityId,
    /// Where it stands.
    pub state: AnswerState,
    /// The holder's newest epoch when it was asked, as far as it was known.
    pub known_epoch: Option<u64>,
    /// The answer.
    pub answer: Option<MessageId>,
    /// The epoch in which it was evaluated.
    pub epoch: Option<u64>,
    /// How many hits.
    pub hits: Option<u64>,
    /// Why it was refused, for programs.
    pub code: Option<QueryRefusal>,
    /// Why it was refused or is false, or what keeps the check waiting.
    pub why: Option<String>,
    /// When it may be asked again.
    pub again_at: Option<Timestamp>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl HolderRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            authority: row.word(0)?,
            query: row.word(1)?,
            holder: row.word(2)?,
            state: row.code(3)?,
            known_epoch: row.optional_integer(4)?.and_then(|number| u64::try_from(number).ok()),
            answer: optional_word(row, 5)?,
            epoch: row.optional_integer(6)?.and_then(|number| u64::try_from(number).ok()),
            hits: row.optional_integer(7)?.and_then(|number| u64::try_from(number).ok()),
            code: if row.is_null(8) { None } else { Some(row.code(8)?) },
            why: row.optional_text(9)?,
            again_at: row.optional_time(10)?,
            changed_at: row.time(11)?,
        })
    }

    fn key(&self) -> [Value; 3] {
        [self.authority.as_str().into(), self.query.to_string().into(), self.holder.as_str().into()]
    }
}

/// A hit as it is kept.
#[derive(Debug, Clone)]
pub struct HitRow {
    /// Who has it.
    pub holder: AuthorityId,
    /// The handle.
    pub handle: String,
    /// The kind of selector.
    pub kind: String,
    /// The selector.
    pub value: String,
    /// Our person who has it.
    pub subject: Option<SubjectId>,
    /// What became of it.
    pub state: FoundState,
    /// The claim.
    pub claim: Option<MessageId>,
    /// What the holder shows.
    pub shown: Option<ShownHit>,
    /// What the holder says when it shows nothing.
    pub note: Option<String>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// Stores a query with its holders.
pub(super) async fn insert(tx: &mut Tx, row: &QueryRow) -> Result<(), StoreError> {
    let sql = "/* insert_selector_query */ INSERT INTO selector_query (authority, id, exchange, case_id, case_reference, \
               officer, asked_by, why, state, purpose, count, selectors, batch_sha256, sealed, conditions, consent_from, \
               consent_request, consent, fault, asked_at, changed_at, decide_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20, $21)";
    let values = [
        row.authority.as_str().into(),
        row.id.to_string().into(),
        row.exchange.to_string().into(),
        row.case.to_string().into(),
        row.case_reference.as_str().into(),
        row.officer.as_str().into(),
        row.asked_by.as_str().into(),
        row.why.as_str().into(),
        code_text(&row.state).into(),
        code_text(&row.purpose).into(),
        row.count.into(),
        row.selectors.into(),
        row.batch_sha256.as_str().into(),
        row.sealed.clone().into(),
        row.conditions.as_str().into(),
        row.consent_from.as_ref().map(ToString::to_string).into(),
        row.consent_request.map(|id| id.to_string()).into(),
        row.consent.clone().into(),
        row.fault.clone().into(),
        row.asked_at.into(),
        row.decide_by.into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Notes a holder that is asked.
pub(super) async fn insert_holder(
    tx: &mut Tx,
    row: &QueryRow,
    holder: &AuthorityId,
    known_epoch: Option<u64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "/* insert_query_holder */ INSERT INTO selector_query_holder (authority, query, holder, state, known_epoch, \
               changed_at) VALUES ($1, $2, $3, 'waiting', $4, $5) ON CONFLICT (authority, query, holder) DO NOTHING";
    let known = known_epoch.and_then(|number| i64::try_from(number).ok());
    let (authority, query) = (row.authority.as_str().into(), row.id.to_string().into());
    tx.execute(sql, &[authority, query, holder.as_str().into(), known.into(), now.into()]).await.map(|_| ())
}

/// Moves a query on from a state; `false` where it is in another.
pub(in super::super) async fn move_on(
    tx: &mut Tx,
    row: &QueryRow,
    to: QueryState,
    (consent, fault): (Option<String>, Option<String>),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* move_selector_query */ UPDATE selector_query SET state = $3, consent = COALESCE($4, consent), fault = $5, \
               changed_at = $6 WHERE authority = $1 AND id = $2 AND state = $7";
    let values = [
        row.authority.as_str().into(),
        row.id.to_string().into(),
        code_text(&to).into(),
        consent.into(),
        fault.into(),
        now.into(),
        code_text(&row.state).into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Keeps a consent that has arrived, for the task that sends the query; `false` where the query does not wait for it any more.
pub(in super::super) async fn keep_consent(
    tx: &mut Tx,
    row: &QueryRow,
    consent: &str,
) -> Result<bool, StoreError> {
    let sql = "/* keep_sweep_consent */ UPDATE selector_query SET consent = $3 WHERE authority = $1 AND id = $2 \
               AND state = 'awaiting_consent'";
    let values = [row.authority.as_str().into(), row.id.to_string().into(), consent.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Queries that still wait for a consent whose time is over.
pub(in super::super) async fn overdue(store: &Store, now: Timestamp) -> Result<Vec<QueryRow>, StoreError> {
    let sql = "/* overdue_queries */ SELECT authority, id, exchange, case_id, case_reference, officer, asked_by, why, state, \
               purpose, count, selectors, batch_sha256, sealed, conditions, consent_from, consent_request, consent, fault, \
               asked_at, purged_at, decide_by FROM selector_query WHERE state = 'awaiting_consent' AND consent IS NULL \
               AND decide_by <= $1 LIMIT 100";
    store.fetch_all(sql, &[now.into()]).await?.iter().map(QueryRow::read).collect()
}

/// Ends a query whose consent nobody decided on, and erases what unblinds; `false` where it was decided meanwhile.
pub(in super::super) async fn lapse(
    tx: &mut Tx,
    row: &QueryRow,
    why: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* lapse_selector_query */ UPDATE selector_query SET state = 'lapsed', sealed = NULL, fault = $3, changed_at = $4 \
               WHERE authority = $1 AND id = $2 AND state = 'awaiting_consent' AND consent IS NULL";
    let values = [row.authority.as_str().into(), row.id.to_string().into(), why.into(), now.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Queries whose consent is here and that are not sent.
pub(super) async fn consented(store: &Store) -> Result<Vec<QueryRow>, StoreError> {
    let sql = "/* consented_queries */ SELECT authority, id, exchange, case_id, case_reference, officer, asked_by, why, state, \
               purpose, count, selectors, batch_sha256, sealed, conditions, consent_from, consent_request, consent, fault, \
               asked_at, purged_at, decide_by FROM selector_query WHERE state = 'awaiting_consent' AND consent IS NOT NULL ORDER BY asked_at";
    store.fetch_all(sql, &[]).await?.iter().map(QueryRow::read).collect()
}

/// One query.
pub(in super::super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    id: MessageId,
) -> Result<Option<QueryRow>, StoreError> {
    let sql = "/* selector_query */ SELECT authority, id, exchange, case_id, case_reference, officer, asked_by, why, state, \
               purpose, count, selectors, batch_sha256, sealed, conditions, consent_from, consent_request, consent, fault, \
               asked_at, purged_at, decide_by FROM selector_query WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), id.to_string().into()]).await?;
    row.map(|row| QueryRow::read(&row)).transpose()
}

/// The newest queries of an authority, of one case where it is named.
pub(super) async fn list(
    store: &Store,
    authority: &AuthorityId,
    case: Option<CaseId>,
    limit: u64,
) -> Result<Vec<QueryRow>, StoreError> {
    let sql = "/* selector_queries */ SELECT authority, id, exchange, case_id, case_reference, officer, asked_by, why, state, \
               purpose, count, selectors, batch_sha256, sealed, conditions, consent_from, consent_request, consent, fault, \
               asked_at, purged_at, decide_by FROM selector_query WHERE authority = $1 AND ($2 = '' OR case_id = $2) \
               ORDER BY id DESC LIMIT $3";
    let case = case.map(|case| case.to_string()).unwrap_or_default();
    let rows = store.fetch_all(sql, &[authority.as_str().into(), case.into(), limit.into()]).await?;
    rows.iter().map(QueryRow::read).collect()
}

/// The holders of a query.
pub(in super::super) async fn holders(
    store: &Store,
    authority: &AuthorityId,
    query: MessageId,
) -> Result<Vec<HolderRow>, StoreError> {
    let sql = "/* query_holders */ SELECT authority, query, holder, state, known_epoch, answer, epoch, hits, code, why, \
               again_at, changed_at FROM selector_query_holder WHERE authority = $1 AND query = $2 ORDER BY holder";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), query.to_string().into()]).await?;
    rows.iter().map(HolderRow::read).collect()
}

/// A holder of a query.
pub(in super::super) async fn holder(
    tx: &mut Tx,
    authority: &AuthorityId,
    query: MessageId,
    holder: &AuthorityId,
) -> Result<Option<HolderRow>, StoreError> {
    let sql = "/* query_holder */ SELECT authority, query, holder, state, known_epoch, answer, epoch, hits, code, why, \
               again_at, changed_at FROM selector_query_holder WHERE authority = $1 AND query = $2 AND holder = $3";
    let values = [authority.as_str().into(), query.to_string().into(), holder.as_str().into()];
    tx.fetch_optional(sql, &values).await?.map(|row| HolderRow::read(&row)).transpose()
}

/// Answers that are to be checked.
pub(super) async fn to_check(store: &Store) -> Result<Vec<HolderRow>, StoreError> {
    let sql = "/* answers_to_check */ SELECT authority, query, holder, state, known_epoch, answer, epoch, hits, code, why, \
               again_at, changed_at FROM selector_query_holder WHERE state = 'checking' ORDER BY changed_at LIMIT 64";
    store.fetch_all(sql, &[]).await?.iter().map(HolderRow::read).collect()
}

/// Notes an answer: to be checked, or refused. `false` where the holder has answered before.
pub(super) async fn note_answer(
    tx: &mut Tx,
    row: &HolderRow,
    (state, answer): (AnswerState, Option<MessageId>),
    refused: Option<&Refused>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* note_query_answer */ UPDATE selector_query_holder SET state = $4, answer = $5, code = $6, why = $7, \
               again_at = $8, changed_at = $9 WHERE authority = $1 AND query = $2 AND holder = $3 AND state = 'waiting'";
    let [authority, query, holder] = row.key();
    let values = [
        authority,
        query,
        holder,
        code_text(&state).into(),
        answer.map(|id| id.to_string()).into(),
        refused.map(|refused| code_text(&refused.code)).into(),
        refused.map(|refused| refused.why.chars().take(2000).collect::<String>().replace('\0', "")).into(),
        refused.and_then(|refused| refused.again_at).into(),
        now.into(),
    ];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Notes what a check came to; `false` where another replica was quicker.
pub(super) async fn note_checked(tx: &mut Tx, row: &HolderRow) -> Result<bool, StoreError> {
    let sql = "/* note_answer_checked */ UPDATE selector_query_holder SET state = $4, epoch = $5, hits = $6, why = $7, \
               changed_at = $8 WHERE authority = $1 AND query = $2 AND holder = $3 AND state = 'checking'";
    let [authority, query, holder] = row.key();
    let number = |number: Option<u64>| Value::from(number.and_then(|number| i64::try_from(number).ok()));
    let (state, why) = (code_text(&row.state).into(), row.why.clone().into());
    let values =
        [authority, query, holder, state, number(row.epoch), number(row.hits), why, row.changed_at.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Ends a query of which every holder has answered: what unblinds is erased.
pub(super) async fn end_if_done(
    tx: &mut Tx,
    authority: &AuthorityId,
    query: MessageId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* end_selector_query */ UPDATE selector_query SET state = 'finished', sealed = NULL, changed_at = $3 \
               WHERE authority = $1 AND id = $2 AND state = 'asked' AND NOT EXISTS (SELECT 1 FROM selector_query_holder h \
               WHERE h.authority = $1 AND h.query = $2 AND h.state IN ('waiting', 'checking'))";
    let values = [authority.as_str().into(), query.to_string().into(), now.into()];
    Ok(tx.execute(sql, &values).await? == 1)
}

/// Stores a hit.
pub(super) async fn insert_hit(
    tx: &mut Tx,
    (authority, query): (&AuthorityId, MessageId),
    hit: &HitRow,
) -> Result<(), StoreError> {
    let sql = "/* insert_selector_hit */ INSERT INTO selector_hit (authority, query, holder, handle, kind, value, subject_id, \
               state, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               ON CONFLICT (authority, query, holder, handle) DO NOTHING";
    let values = [
        authority.as_str().into(),
        query.to_string().into(),
        hit.holder.as_str().into(),
        hit.handle.as_str().into(),
        hit.kind.as_str().into(),
        hit.value.as_str().into(),
        hit.subject.map(|id| id.to_string()).into(),
        code_text(&hit.state).into(),
        hit.changed_at.into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// The hits of a query.
pub(in super::super) async fn hits(
    store: &Store,
    authority: &AuthorityId,
    query: MessageId,
) -> Result<Vec<HitRow>, StoreError> {
    let sql = "/* selector_hits */ SELECT holder, handle, kind, value, subject_id, state, claim, shown, note, changed_at \
               FROM selector_hit WHERE authority = $1 AND query = $2 ORDER BY holder, kind, value";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), query.to_string().into()]).await?;
    let read = |row: &Row| {
        Ok(HitRow {
            holder: row.word(0)?,
            handle: row.text(1)?,
            kind: row.text(2)?,
            value: row.text(3)?,
            subject: optional_word(row, 4)?,
            state: row.code(5)?,
            claim: optional_word(row, 6)?,
            shown: row.optional_json(7)?,
            note: row.optional_text(8)?,
            changed_at: row.time(9)?,
        })
    };
    rows.iter().map(read).collect()
}

/// What an authority has asked of a holder, for the budgets that the holder publishes.
pub(in super::super) async fn asked_of(
    store: &Store,
    (authority, holder): (&AuthorityId, &AuthorityId),
    (officer, case): (&str, &str),
    (day, epoch): (Timestamp, u64),
) -> Result<super::super::rules::Used, StoreError> {
    let sql = "/* asked_of_holder */ SELECT CAST(COALESCE(SUM(CASE WHEN q.asked_at > $3 THEN q.count ELSE 0 END), 0) AS BIGINT), \
               CAST(COALESCE(SUM(CASE WHEN q.asked_at > $3 AND q.officer = $4 THEN q.count ELSE 0 END), 0) AS BIGINT), \
               CAST(COALESCE(SUM(CASE WHEN q.asked_at > $3 AND q.case_reference = $5 THEN q.count ELSE 0 END), 0) AS BIGINT), \
               CAST(COALESCE(SUM(CASE WHEN h.known_epoch = $6 OR h.epoch = $6 THEN q.count ELSE 0 END), 0) AS BIGINT) \
               FROM selector_query_holder h JOIN selector_query q ON q.authority = h.authority AND q.id = h.query \
               WHERE h.authority = $1 AND h.holder = $2 AND h.state IN ('waiting', 'checking', 'answered', 'false')";
    let (authority, holder) = (authority.as_str().into(), holder.as_str().into());
    let values = [authority, holder, day.into(), officer.into(), case.into(), epoch.into()];
    let Some(row) = store.fetch_optional(sql, &values).await? else { return Ok(Default::default()) };
    Ok(super::super::rules::Used {
        authority_today: row.unsigned(0)?,
        officer_today: row.unsigned(1)?,
        case_today: row.unsigned(2)?,
        authority_in_epoch: row.unsigned(3)?,
    })
}
