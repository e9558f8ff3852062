//! Consent to sweeps: a second authority is asked, its releasing officer consents or not, and the consent is signed over exactly
//! the batch that will be asked.

mod lapse;
mod store;

pub use lapse::lapse;
pub(super) use store::{SweepRow, decided_before, purge};

use super::{
    MatchingError, Outcome,
    asked::{QueryState, store as asked},
    peers,
    rules::{self, Asked, LONGEST_CONSENT},
};
use crate::{
    Node,
    access::Caller,
    exchange::{self, Incoming, Outgoing},
    journal::{About, Actor, Entry},
    law::Basis,
    random,
    store::{StoreError, Tx},
};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    marking::{Marking, Purpose},
    message::{
        Message, SweepAnswer, SweepRequest,
        matching::{SWEEP_CONSENT_TYPE, SweepConsent, SweepOutcome},
    },
    statement::Urgency,
};
use comity_seal::Dsse;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// Where a request for consent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SweepState {
    /// Nothing was decided.
    Open,
    /// This authority has consented.
    Consented,
    /// It has not.
    Declined,
    /// Nobody decided in its time.
    Lapsed,
}

/// A request for consent to another authority's sweep.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SweepView {
    /// The request.
    #[schema(value_type = String, format = "uuid")]
    pub id: MessageId,
    /// Who asks.
    #[schema(value_type = String)]
    pub from: AuthorityId,
    /// The query that will be asked.
    #[schema(value_type = String, format = "uuid")]
    pub query: MessageId,
    /// The thread.
    #[schema(value_type = String, format = "uuid")]
    pub exchange: ExchangeId,
    /// The asker's reference of its case.
    pub case_reference: String,
    /// The asker's officer, by pseudonym.
    pub officer: String,
    /// How many elements.
    pub count: u64,
    /// The digest of the blinded elements.
    pub batch_sha256: String,
    /// Who will be asked.
    #[schema(value_type = Vec<String>)]
    pub holders: BTreeSet<AuthorityId>,
    /// Why.
    pub why: String,
    /// The purpose.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// The conditions.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// Where it stands.
    pub state: SweepState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// Until when the consent holds.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// Until when it may be decided; then it lapses.
    #[schema(value_type = String, format = DateTime)]
    pub decide_by: Timestamp,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    pub arrived_at: Timestamp,
    /// When its reasons were erased, as the settings say.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub purged_at: Option<Timestamp>,
}

/// Stores a request for consent, if this authority is one that may consent.
///
/// # Errors
/// Where the database fails.
pub(super) async fn requested(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    request: &SweepRequest,
) -> Result<Outcome, StoreError> {
    let (statement, directory) = (incoming.verified.statement(), node.registry());
    let kind = directory.registry().member(&incoming.authority).map(|member| member.kind);
    if !kind.is_some_and(rules::may_consent) {
        return Ok(Err("this authority is neither a prosecutor nor a court nor a central authority"));
    }
    let texts = [&request.case_reference, &request.why];
    let digest =
        request.batch_sha256.len() == 64 && request.batch_sha256.bytes().all(|b| b.is_ascii_hexdigit());
    if !digest || !rules::is_token(&request.officer) || texts.iter().any(|text| rules::words(text).is_none())
    {
        return Ok(Err("it is not what a request for consent must be"));
    }
    let days = node.config.matching.consent_days;
    let decide_by = match rules::may_be_decided_by(request.decide_by, days, incoming.at) {
        Ok(decide_by) => decide_by,
        Err(why) => return Ok(Err(why)),
    };
    let row = SweepRow {
        authority: incoming.authority.clone(),
        sender: statement.from.clone(),
        id: statement.id,
        exchange: statement.exchange,
        content: request.clone(),
        marking: statement.marking.clone(),
        legal_basis: statement.legal_basis.clone(),
        state: SweepState::Open,
        decided_by: None,
        decided_at: None,
        note: None,
        expires_at: None,
        decide_by,
        arrived_at: incoming.at,
        purged_at: None,
    };
    if !store::insert(tx, &row).await? {
        return Ok(Err("a request of that identifier is here already"));
    }
    tx.record(entry(&row, &Actor::Node, "sweep_request_received", incoming.at));
    Ok(Ok(()))
}

pub(super) fn entry(row: &SweepRow, actor: &Actor, act: &str, at: Timestamp) -> Entry {
    let about = About { exchange: Some(row.exchange), message: Some(row.content.query), ..About::default() };
    let detail = serde_json::json!({
        "request": row.id, "query": row.content.query, "from": row.sender, "batch_sha256": row.content.batch_sha256,
        "count": row.content.count, "purpose": row.marking.purpose, "case_reference": row.content.case_reference,
        "decide_by": row.decide_by, "expires_at": row.expires_at,
    });
    Entry::new(at, Some(&row.authority), actor, act, about, detail)
}

/// Takes the answer to a request of ours; the query is then sent by its task, or has failed.
///
/// # Errors
/// Where the database fails.
pub(super) async fn answered(
    node: &Arc<Node>,
    tx: &mut Tx,
    incoming: &Incoming,
    answer: &SweepAnswer,
) -> Result<Outcome, StoreError> {
    let statement = incoming.verified.statement();
    let row = asked::load(&node.store, &incoming.authority, answer.query).await?;
    if row.as_ref().is_some_and(|row| is_late(row, incoming.at)) {
        return Ok(Err("the time to decide on the request for consent was over"));
    }
    let row = row.filter(|row| {
        row.consent_from.as_ref() == Some(&statement.from)
            && row.consent_request == Some(answer.request)
            && row.state == QueryState::AwaitingConsent
            && row.consent.is_none()
    });
    let Some(row) = row else { return Ok(Err("no such request for consent to that authority is open")) };
    let (act, why) = match &answer.outcome {
        SweepOutcome::Consented { consent } => {
            if let Err(why) = holds(node, &row, consent, incoming.at) {
                return Ok(Err(why));
            }
            if !asked::keep_consent(tx, &row, consent).await? {
                return Ok(Err("the request for consent was closed meanwhile"));
            }
            ("sweep_consent_received", None)
        }
        SweepOutcome::Refused { why } => {
            let why: String = why.chars().take(2000).collect::<String>().replace('\0', "");
            let fault = (None, Some(format!("`{}` did not consent: {why}", statement.from)));
            asked::move_on(tx, &row, QueryState::Failed, fault, incoming.at).await?;
            ("sweep_refused", Some(why))
        }
    };
    let about = About { case: Some(row.case), message: Some(row.id), ..incoming.about() };
    let detail = serde_json::json!({
        "query": row.id, "from": statement.from, "batch_sha256": row.batch_sha256, "count": row.count, "why": why,
    });
    let by = Some(&incoming.authority);
    tx.record(Entry::new(incoming.at, by, &Actor::Node, act, about, detail));
    Ok(Ok(()))
}

/// Has the query lapsed, or will it in the next round?
fn is_late(row: &asked::QueryRow, now: Timestamp) -> bool {
    let over = row.decide_by.is_some_and(|until| until <= now);
    row.state == QueryState::Lapsed
        || (row.state == QueryState::AwaitingConsent && row.consent.is_none() && over)
}

/// Is the consent one that holders will take?
fn holds(node: &Node, row: &asked::QueryRow, text: &str, now: Timestamp) -> Result<(), &'static str> {
    let dsse = Dsse::from_json(text.as_bytes()).map_err(|_| "the consent is no signed document")?;
    let consent: SweepConsent =
        serde_json::from_slice(&dsse.payload).map_err(|_| "the consent cannot be read")?;
    let directory = node.registry();
    if row.consent_from.as_ref() != Some(&consent.by) {
        return Err("the consent is another authority's");
    }
    peers::signed_by(&directory, &dsse, &consent.by, consent.given_at, now, SWEEP_CONSENT_TYPE)
        .map_err(|_| "the consent's signatures do not hold")?;
    let kind = directory.registry().member(&consent.by).map(|member| member.kind);
    let asked = Asked {
        asker: &row.authority,
        batch_sha256: &row.batch_sha256,
        count: row.count,
        purpose: row.purpose,
    };
    rules::consent_covers(&consent, kind, &asked, now)
}

/// The newest requests to an authority.
///
/// # Errors
/// Where the database fails.
pub async fn list_sweeps(
    node: &Node,
    authority: &AuthorityId,
    limit: u64,
) -> Result<Vec<SweepView>, MatchingError> {
    let rows = store::list(&node.store, authority, limit).await?;
    Ok(rows.into_iter().map(SweepView::from).collect())
}

/// Consents to a sweep for so many hours.
///
/// # Errors
/// Where it was decided, the hours cannot be, or the answer may not leave.
pub async fn consent(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    hours: u32,
) -> Result<SweepView, MatchingError> {
    let holds = SignedDuration::from_hours(i64::from(hours));
    if hours == 0 || holds > LONGEST_CONSENT {
        return Err(MatchingError::unfit("hours", "is 1 to 168"));
    }
    let row = open(node, caller, id).await?;
    let now = random::now();
    let signed = SweepConsent {
        by: row.authority.clone(),
        asker: row.sender.clone(),
        batch_sha256: row.content.batch_sha256.clone(),
        count: row.content.count,
        purpose: row.marking.purpose,
        given_at: now,
        expires_at: now.saturating_add(holds).unwrap_or(now),
    };
    let payload = serde_json::to_vec(&signed).map_err(|_| MatchingError::Kept("a consent"))?;
    let key = node.keys.signing_key(&row.authority, &node.registry(), now, now);
    let dsse = key.ok_or(MatchingError::NotFound("authority"))?.sign_dsse(SWEEP_CONSENT_TYPE, &payload)?;
    let consent = String::from_utf8_lossy(&dsse.to_json()).into_owned();
    let row = SweepRow { state: SweepState::Consented, expires_at: Some(signed.expires_at), ..row };
    decide(node, caller, row, SweepOutcome::Consented { consent }, "sweep_consented").await
}

/// Does not consent.
///
/// # Errors
/// Where it was decided, there is no reason, or the answer may not leave.
pub async fn decline_sweep(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    why: &str,
) -> Result<SweepView, MatchingError> {
    let why = rules::words(why).ok_or_else(|| {
        MatchingError::unfit("reason", "is blank or longer than 2,000 characters; say why not")
    })?;
    let row = open(node, caller, id).await?;
    let row = SweepRow { state: SweepState::Declined, note: Some(why.clone()), ..row };
    decide(node, caller, row, SweepOutcome::Refused { why }, "sweep_declined").await
}

async fn open(node: &Node, caller: &Caller, id: MessageId) -> Result<SweepRow, MatchingError> {
    let row = store::load(&node.store, &caller.authority, id).await?;
    let row = row.ok_or(MatchingError::NotFound("request for consent"))?;
    match row.state {
        SweepState::Open if row.decide_by > random::now() => Ok(row),
        SweepState::Open | SweepState::Lapsed => Err(lapsed()),
        SweepState::Consented | SweepState::Declined => Err(decided()),
    }
}

fn lapsed() -> MatchingError {
    let why =
        "the time to decide on it is over, and it has lapsed on both sides; the other authority may ask anew";
    MatchingError::Conflict { code: "sweep_lapsed", why }
}

fn decided() -> MatchingError {
    MatchingError::Conflict { code: "sweep_decided", why: "it was decided before; what was decided stands" }
}

async fn decide(
    node: &Arc<Node>,
    caller: &Caller,
    row: SweepRow,
    outcome: SweepOutcome,
    act: &str,
) -> Result<SweepView, MatchingError> {
    let now = random::now();
    let row = SweepRow { decided_by: Some(caller.name.clone()), decided_at: Some(now), ..row };
    let answer = SweepAnswer { request: row.id, query: row.content.query, outcome };
    let outgoing = Outgoing {
        id: random::new_id(MessageId::new),
        from: row.authority.clone(),
        to: BTreeSet::from([row.sender.clone()]),
        exchange: row.exchange,
        reply_to: Some(row.id),
        urgency: Urgency::Routine,
        marking: rules::marking_that_runs(&row.marking, now),
        legal_basis: Basis::Stored(row.legal_basis.clone()),
        message: Message::SweepAnswer(answer),
    };
    let prepared = exchange::prepare(node, outgoing).await?;
    let mut tx = node.store.begin("decide_sweep").await?;
    if !store::decide(&mut tx, &row).await? {
        return Err(decided());
    }
    exchange::put(&mut tx, &prepared, &caller.actor(), About::default()).await?;
    tx.record(entry(&row, &caller.actor(), act, now));
    tx.commit().await?;
    node.wake_outbox();
    Ok(row.into())
}

impl From<SweepRow> for SweepView {
    fn from(row: SweepRow) -> Self {
        Self {
            id: row.id,
            from: row.sender,
            query: row.content.query,
            exchange: row.exchange,
            case_reference: row.content.case_reference,
            officer: row.content.officer,
            count: u64::from(row.content.count),
            batch_sha256: row.content.batch_sha256,
            holders: row.content.holders,
            why: row.content.why,
            purpose: row.marking.purpose,
            marking: row.marking,
            state: row.state,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            expires_at: row.expires_at,
            decide_by: row.decide_by,
            arrived_at: row.arrived_at,
            purged_at: row.purged_at,
        }
    }
}
