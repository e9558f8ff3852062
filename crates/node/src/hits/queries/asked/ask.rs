//! The question: what an officer asks is canonicalised, blinded once, and put into the outbox as one envelope to all holders;
//! or, where it is a sweep, a second authority is asked for its consent first.

use super::{
    QueryState,
    store::{self, QueryRow},
};
use crate::{
    Node,
    access::Caller,
    cases,
    exchange::{self, Outgoing, Prepared},
    hits::queries::{
        MatchingError, engine, kept,
        keyed::{self, Keyed},
        leads,
        peers::{self, PeerFault},
        rules,
    },
    journal::{About, Actor, Entry},
    law::{Basis, BasisChoice},
    random,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, MessageId, SubjectId},
    marking::Marking,
    message::{
        Message, SelectorQuery, SweepRequest,
        matching::{BATCH_SIZES, EpochStatement, MATCHING_SUITE},
    },
    selector::SelectorKind,
    statement::Urgency,
};
use comity_psi::oprf::Query;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use utoipa::ToSchema;

/// The most elements of a query.
const MOST: usize = 4096;

/// A selector to ask for, as the officer writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Its kind, such as `phone`.
    #[schema(value_type = String)]
    pub kind: SelectorKind,
    /// Its value; the node brings it to its canonical form.
    pub value: String,
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum AskTo {
    /// Everyone who publishes an epoch.
    Everyone(Everyone),
    /// These.
    These(BTreeSet<AuthorityId>),
}

/// The word `everyone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Everyone {
    /// Everyone.
    Everyone,
}

/// A query to ask.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    /// The case for which it is asked.
    #[schema(value_type = String, format = "uuid")]
    pub case: CaseId,
    /// What to ask for; without it, every selector of every person of the case.
    #[serde(default)]
    pub selectors: Option<Vec<Asked>>,
    /// Persons of the case to look for by name and date of birth, in fuzzy keys; each is up to 32 elements.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub persons: BTreeSet<SubjectId>,
    /// The same for every person of the case who has two words of a name and a year of birth.
    #[serde(default)]
    pub with_persons: bool,
    /// Who is asked: `"everyone"`, or a list of authorities.
    #[schema(value_type = Object, example = json!("everyone"))]
    pub to: AskTo,
    /// Why. It stays here, but for the authority that is asked to consent to a sweep.
    pub why: String,
    /// The marking, as `docs/schemas/statement.schema.json` defines it; its purpose is that of the query.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// The basis in law; the node finds out what it is worth.
    pub legal_basis: BasisChoice,
    /// `immediate`, `urgent`, `priority` or `routine`; otherwise `routine`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub urgency: Option<Urgency>,
    /// A court, prosecutor or central authority that is asked to consent, where the batch is a sweep.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub consent_from: Option<AuthorityId>,
}

/// Under which conditions a query goes, and to whom.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Conditions {
    pub marking: Marking,
    pub legal_basis: BasisChoice,
    pub urgency: Urgency,
    pub holders: BTreeSet<AuthorityId>,
    /// The persons that are looked for by fuzzy keys, with how many each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub persons: BTreeMap<SubjectId, u64>,
}

/// What is kept of a query until all have answered, sealed: what unblinds, and what each element is.
#[derive(Serialize, Deserialize)]
pub(super) struct State {
    /// The engine's state, in base64.
    pub query: String,
    /// The selectors and keys in the order of the batch.
    pub items: Vec<Item>,
}

/// A selector of a query, or a person's key: its value is then what it joins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Item {
    pub kind: String,
    pub value: String,
    pub subject: Option<SubjectId>,
}

/// Asks.
///
/// # Errors
/// What cannot be asked so, or why the message may not leave.
pub async fn ask(node: &Arc<Node>, caller: &Caller, new: NewQuery) -> Result<MessageId, MatchingError> {
    let why = rules::words(&new.why).ok_or_else(|| {
        MatchingError::unfit("why", "is blank or longer than 2,000 characters; say why it is asked")
    })?;
    let case = cases::load(node, &caller.authority, new.case).await?;
    let keys = leads::keys(&case, &new.persons, new.with_persons)?;
    let items = items(caller, &case, new.selectors.as_deref(), keys.items)?;
    let holders = holders(node, caller, &new.to).await?;
    let count = padded(items.len())?;
    check_sweep(&new, &holders, count)?;
    let (sealed, blinded) = blind(node, caller, items.clone()).await?;
    let purpose = new.marking.purpose;
    let conditions = Conditions {
        marking: new.marking,
        legal_basis: new.legal_basis,
        urgency: new.urgency.unwrap_or(Urgency::Routine),
        holders: holders.keys().cloned().collect(),
        persons: keys.persons,
    };
    let now = random::now();
    let row = QueryRow {
        authority: caller.authority.clone(),
        id: random::new_id(MessageId::new),
        exchange: random::new_id(ExchangeId::new),
        case: new.case,
        case_reference: case.reference.clone(),
        officer: kept::pseudonym(node, &caller.authority, caller.officer)?,
        asked_by: caller.name.clone(),
        why,
        state: if new.consent_from.is_some() { QueryState::AwaitingConsent } else { QueryState::Asked },
        purpose,
        count: u64::try_from(count).unwrap_or(u64::MAX),
        selectors: u64::try_from(items.len()).unwrap_or(u64::MAX),
        batch_sha256: hex::encode(comity_psi::oprf::commitment(&blinded)),
        sealed: Some(sealed),
        conditions: serde_json::to_string(&conditions).map_err(|_| MatchingError::Kept("the conditions"))?,
        consent_request: new.consent_from.as_ref().map(|_| random::new_id(MessageId::new)),
        decide_by: new
            .consent_from
            .as_ref()
            .map(|_| rules::decide_by(node.config.matching.consent_days, now)),
        consent_from: new.consent_from,
        consent: None,
        fault: None,
        asked_at: now,
        purged_at: None,
    };
    let outgoing = match &row.consent_from {
        Some(from) => request(&row, &conditions, from),
        None => query(&row, &conditions, &blinded, None),
    };
    let prepared = exchange::prepare(node, outgoing).await?;
    let mut tx = node.store.begin("ask_selectors").await?;
    store::insert(&mut tx, &row).await?;
    for (holder, statement) in &holders {
        let known = statement.as_ref().map(|statement| statement.number);
        store::insert_holder(&mut tx, &row, holder, known, row.asked_at).await?;
    }
    exchange::put(&mut tx, &prepared, &caller.actor(), about(&row)).await?;
    let act = if row.consent_from.is_some() { "sweep_requested" } else { "selector_query_sent" };
    tx.record(entry(&row, &conditions, &caller.actor(), act));
    tx.commit().await?;
    node.wake_outbox();
    Ok(row.id)
}

/// Sends a query whose consent has come.
pub(in crate::hits::queries) async fn send_consented(node: &Arc<Node>) -> Result<(), MatchingError> {
    for row in store::consented(&node.store).await? {
        if !node.serves(&row.authority) {
            continue;
        }
        let conditions: Conditions =
            serde_json::from_str(&row.conditions).map_err(|_| MatchingError::Kept("the conditions"))?;
        let sent = send_one(node, &row, &conditions).await;
        if let Err(MatchingError::Exchange(fault)) = &sent {
            fail(node, &row, fault.to_string()).await?;
        } else {
            sent?;
        }
    }
    Ok(())
}

async fn send_one(node: &Arc<Node>, row: &QueryRow, conditions: &Conditions) -> Result<(), MatchingError> {
    let sealed = row.sealed.clone().ok_or(MatchingError::Kept("a query's state"))?;
    let (shared, authority) = (node.clone(), row.authority.clone());
    let blinded = kept::blocking(move || Ok(read_state(&shared, &authority, &sealed)?.0.blinded().to_vec()));
    let outgoing = query(row, conditions, &blinded.await?, row.consent.clone());
    let prepared: Prepared = exchange::prepare(node, outgoing).await?;
    let (now, actor) = (random::now(), Actor::Rule("send_consented_sweep"));
    let mut tx = node.store.begin("send_consented_sweep").await?;
    if store::move_on(&mut tx, row, QueryState::Asked, (None, None), now).await? {
        exchange::put(&mut tx, &prepared, &actor, about(row)).await?;
        tx.record(entry(row, conditions, &actor, "selector_query_sent"));
        tx.commit().await?;
        node.wake_outbox();
    }
    Ok(())
}

async fn fail(node: &Node, row: &QueryRow, why: String) -> Result<(), MatchingError> {
    let now = random::now();
    let mut tx = node.store.begin("fail_consented_sweep").await?;
    if store::move_on(&mut tx, row, QueryState::Failed, (None, Some(why.clone())), now).await? {
        let detail = serde_json::json!({ "why": why });
        let (by, actor) = (Some(&row.authority), Actor::Node);
        tx.record(Entry::new(now, by, &actor, "selector_query_failed", about(row), detail));
        tx.commit().await?;
    }
    Ok(())
}

/// What is asked for, each thing once, with our person who has it: selectors, and the keys of persons.
fn items(
    caller: &Caller,
    case: &cases::CaseFile,
    asked: Option<&[Asked]>,
    keys: Vec<(Keyed, Option<SubjectId>)>,
) -> Result<Vec<(Keyed, Option<SubjectId>)>, MatchingError> {
    let mut items = selectors(caller, case, asked)?;
    items.extend(keys);
    match (items.is_empty(), asked) {
        (false, _) => Ok(items),
        (true, None) => Err(MatchingError::unfit(
            "selectors",
            "are none in this case; name some to ask for, or its persons",
        )),
        (true, Some(_)) => Err(MatchingError::unfit(
            "selectors",
            "is empty; name some, or persons, or leave it out to ask for the case's",
        )),
    }
}

fn selectors(
    caller: &Caller,
    case: &cases::CaseFile,
    asked: Option<&[Asked]>,
) -> Result<Vec<(Keyed, Option<SubjectId>)>, MatchingError> {
    let mut of_case: BTreeMap<Vec<u8>, (Keyed, Option<SubjectId>)> = BTreeMap::new();
    for subject in &case.report.subjects {
        for keyed in keyed::of_subject(&caller.authority, subject) {
            of_case.entry(keyed.input.clone()).or_insert((keyed, Some(subject.id)));
        }
    }
    let Some(asked) = asked else { return Ok(of_case.into_values().collect()) };
    let mut found = BTreeMap::new();
    for one in asked {
        let keyed = keyed::read(&caller.authority, one.kind, &one.value).map_err(|why| {
            MatchingError::unfit("selectors", format!("holds what cannot be asked for: {why}"))
        })?;
        let subject = of_case.get(&keyed.input).and_then(|(_, subject)| *subject);
        found.insert(keyed.input.clone(), (keyed, subject));
    }
    Ok(found.into_values().collect())
}

fn padded(count: usize) -> Result<usize, MatchingError> {
    let too_many = || {
        let why = format!("and keys of persons are {count}, and one query holds {MOST}; ask in several");
        MatchingError::unfit("selectors", why)
    };
    BATCH_SIZES.into_iter().find(|size| count <= *size).ok_or_else(too_many)
}

/// Who is asked, each with the newest statement that is known.
async fn holders(
    node: &Arc<Node>,
    caller: &Caller,
    to: &AskTo,
) -> Result<BTreeMap<AuthorityId, Option<EpochStatement>>, MatchingError> {
    let directory = node.registry();
    let everyone = matches!(to, AskTo::Everyone(_));
    let named: BTreeSet<AuthorityId> = match to {
        AskTo::These(named) => named.clone(),
        AskTo::Everyone(_) => {
            directory.registry().members.iter().map(|member| member.authority.clone()).collect()
        }
    };
    let named = named.into_iter().filter(|holder| !everyone || *holder != caller.authority);
    let asking = named.map(|holder| async move {
        let known = peers::newest(node, &holder).await;
        (holder, known)
    });
    let mut found = BTreeMap::new();
    for (holder, known) in futures_util::future::join_all(asking).await {
        match known {
            Ok(statement) => _ = found.insert(holder, Some(statement)),
            Err(PeerFault::NotPublishing) if everyone => {}
            Err(PeerFault::Own(fault)) => return Err(fault),
            Err(_) => _ = found.insert(holder, None),
        }
    }
    if found.is_empty() {
        return Err(MatchingError::unfit("to", "names nobody who publishes an epoch"));
    }
    Ok(found)
}

fn check_sweep(
    new: &NewQuery,
    holders: &BTreeMap<AuthorityId, Option<EpochStatement>>,
    count: usize,
) -> Result<(), MatchingError> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let over = holders.iter().find_map(|(holder, statement)| {
        let threshold = statement.as_ref()?.limits.sweep_threshold;
        (count > threshold).then(|| (holder.to_string(), threshold))
    });
    match over {
        Some((holder, threshold)) if new.consent_from.is_none() => {
            Err(MatchingError::ConsentNeeded { count, holder, threshold })
        }
        _ => Ok(()),
    }
}

/// Blinds: the sealed state, and the blinded elements.
async fn blind(
    node: &Arc<Node>,
    caller: &Caller,
    items: Vec<(Keyed, Option<SubjectId>)>,
) -> Result<(Vec<u8>, Vec<u8>), MatchingError> {
    let (shared, authority) = (node.clone(), caller.authority.clone());
    kept::blocking(move || {
        let inputs = items.iter().map(|(keyed, _)| keyed.input.clone()).collect();
        let query = Query::new(inputs, engine::seed())?;
        let item = |(keyed, subject): (Keyed, Option<SubjectId>)| Item {
            kind: keyed.kind,
            value: keyed.value,
            subject,
        };
        let items = items.into_iter().map(item).collect();
        let state = State { query: engine::text(&query.to_bytes()), items };
        Ok((kept::keep_json(&shared, &authority, &state)?, query.blinded().to_vec()))
    })
    .await
}

/// Opens what is kept of a query.
///
/// # Errors
/// Where it does not open or is not a query's state.
pub(super) fn read_state(
    node: &Node,
    authority: &AuthorityId,
    sealed: &[u8],
) -> Result<(Query, Vec<Item>), MatchingError> {
    let state: State = kept::open_json(node, authority, sealed)?;
    let bytes = engine::bytes(&state.query).ok_or(MatchingError::Kept("a query's state"))?;
    Ok((Query::from_bytes(&bytes)?, state.items))
}

fn query(row: &QueryRow, conditions: &Conditions, blinded: &[u8], consent: Option<String>) -> Outgoing {
    let message = Message::SelectorQuery(Box::new(SelectorQuery {
        suite: MATCHING_SUITE.to_owned(),
        case_reference: row.case_reference.clone(),
        officer: row.officer.clone(),
        count: u32::try_from(row.count).unwrap_or(u32::MAX),
        elements: engine::text(blinded),
        consent,
    }));
    outgoing(row, conditions, row.id, conditions.holders.clone(), message)
}

fn request(row: &QueryRow, conditions: &Conditions, from: &AuthorityId) -> Outgoing {
    let message = Message::SweepRequest(SweepRequest {
        query: row.id,
        batch_sha256: row.batch_sha256.clone(),
        count: u32::try_from(row.count).unwrap_or(u32::MAX),
        case_reference: row.case_reference.clone(),
        officer: row.officer.clone(),
        holders: conditions.holders.clone(),
        why: row.why.clone(),
        decide_by: row.decide_by,
    });
    let id = row.consent_request.unwrap_or_else(|| random::new_id(MessageId::new));
    outgoing(row, conditions, id, BTreeSet::from([from.clone()]), message)
}

fn outgoing(
    row: &QueryRow,
    conditions: &Conditions,
    id: MessageId,
    to: BTreeSet<AuthorityId>,
    message: Message,
) -> Outgoing {
    Outgoing {
        id,
        from: row.authority.clone(),
        to,
        exchange: row.exchange,
        reply_to: None,
        urgency: conditions.urgency,
        marking: conditions.marking.clone(),
        legal_basis: Basis::chosen(conditions.legal_basis.clone(), &row.asked_by),
        message,
    }
}

fn about(row: &QueryRow) -> About {
    About { case: Some(row.case), exchange: Some(row.exchange), message: Some(row.id), ..About::default() }
}

fn entry(row: &QueryRow, conditions: &Conditions, actor: &Actor, act: &str) -> Entry {
    let detail = serde_json::json!({
        "query": row.id, "batch_sha256": row.batch_sha256, "count": row.count, "purpose": row.purpose,
        "case_reference": row.case_reference, "officer": row.officer, "holders": conditions.holders,
        "consent_from": row.consent_from, "decide_by": row.decide_by,
    });
    Entry::new(random::now(), Some(&row.authority), actor, act, about(row), detail)
}
