//! Standing rules: what an authority answers to claims by itself. One releasing officer proposes a rule, another confirms it,
//! and only then the authority signs it; an answer by a rule shows reference and contact, never a person.

mod store;

use super::{
    MatchingError,
    claims::{self, Given, store as claimed},
    keyed,
    rules::{self, RuleTerms},
};
use crate::{
    Node,
    access::Caller,
    cases,
    exchange::ExchangeError,
    journal::{About, Actor, Entry},
    law::{Basis, Checked},
    random,
};
use comity_model::{
    AuthorityId,
    id::{AuthorisationId, CaseId, MessageId},
    message::matching::{HitOutcome, ShownHit},
};
use jiff::Timestamp;
use serde::Serialize;
use std::{collections::BTreeSet, sync::Arc};
use store::RuleRow;
use utoipa::ToSchema;

/// The DSSE payload type of a standing rule.
const DISCLOSURE_RULE_TYPE: &str = "application/vnd.comity.disclosure-rule.v1+json";

/// A standing rule.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleView {
    /// Its identifier.
    pub id: String,
    /// What it answers.
    pub terms: RuleTerms,
    /// `proposed`, `in_force`, `withdrawn` or `over`.
    pub state: &'static str,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub confirmed_at: Option<Timestamp>,
    /// The rule as the authority has signed it: a DSSE envelope as JSON text.
    pub signed: Option<String>,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
}

/// What the authority signs.
#[derive(Serialize)]
struct Signed<'a> {
    authority: &'a AuthorityId,
    id: &'a str,
    terms: &'a RuleTerms,
    proposed_by: &'a str,
    confirmed_by: &'a str,
    at: Timestamp,
}

/// The rules of an authority, newest first.
///
/// # Errors
/// Where the database fails.
pub async fn list_rules(node: &Node, authority: &AuthorityId) -> Result<Vec<RuleView>, MatchingError> {
    let now = random::now();
    let rows = store::list(&node.store, authority).await?;
    Ok(rows.into_iter().map(|row| RuleView::new(row, now)).collect())
}

/// Proposes a rule; it answers nothing until another releasing officer confirms it.
///
/// # Errors
/// Where its terms say too little, or the database fails.
pub async fn propose_rule(node: &Node, caller: &Caller, terms: RuleTerms) -> Result<RuleView, MatchingError> {
    if terms.kinds.is_empty() || terms.purposes.is_empty() {
        return Err(MatchingError::unfit("kinds", "and `purposes` name at least one each"));
    }
    if terms.kinds.contains(keyed::PERSON_KEY) {
        let why = "names keys of persons, which are leads and no identifiers; an officer decides on them";
        return Err(MatchingError::unfit("kinds", why));
    }
    if rules::words(&terms.contact).is_none() {
        return Err(MatchingError::unfit("contact", "is blank; say whom the asker may call or write to"));
    }
    let now = random::now();
    let row = RuleRow {
        authority: caller.authority.clone(),
        id: random::new_id(AuthorisationId::new).to_string(),
        terms,
        proposed_by: caller.name.clone(),
        proposed_at: now,
        confirmed_by: None,
        confirmed_at: None,
        signed: None,
        withdrawn_by: None,
    };
    let mut tx = node.store.begin("propose_disclosure_rule").await?;
    store::insert(&mut tx, &row).await?;
    tx.record(entry(&row, caller, "disclosure_rule_proposed", now));
    tx.commit().await?;
    Ok(RuleView::new(row, now))
}

/// Confirms a rule that another has proposed: the authority signs it, and it answers from now on.
///
/// # Errors
/// Where the same officer has proposed it, it was confirmed or withdrawn, or the database fails.
pub async fn confirm_rule(node: &Arc<Node>, caller: &Caller, id: &str) -> Result<RuleView, MatchingError> {
    let row =
        store::load(&node.store, &caller.authority, id).await?.ok_or(MatchingError::NotFound("rule"))?;
    if row.proposed_by == caller.name {
        let who = "you have proposed this rule; another releasing officer confirms it";
        return Err(MatchingError::SecondOfficerNeeded(who));
    }
    let now = random::now();
    let payload = Signed {
        authority: &row.authority,
        id,
        terms: &row.terms,
        proposed_by: &row.proposed_by,
        confirmed_by: &caller.name,
        at: now,
    };
    let payload = serde_json::to_vec(&payload).map_err(|_| MatchingError::Kept("a rule"))?;
    let key = node.keys.signing_key(&row.authority, &node.registry(), now, now);
    let dsse = key.ok_or(MatchingError::NotFound("authority"))?.sign_dsse(DISCLOSURE_RULE_TYPE, &payload)?;
    let row = RuleRow {
        confirmed_by: Some(caller.name.clone()),
        confirmed_at: Some(now),
        signed: Some(String::from_utf8_lossy(&dsse.to_json()).into_owned()),
        ..row
    };
    let mut tx = node.store.begin("confirm_disclosure_rule").await?;
    if !store::confirm(&mut tx, &row).await? {
        return Err(not_open());
    }
    tx.record(entry(&row, caller, "disclosure_rule_confirmed", now));
    tx.commit().await?;
    Ok(RuleView::new(row, now))
}

/// Withdraws a rule, whoever made it: it answers nothing any more.
///
/// # Errors
/// Where there is none, it was withdrawn, or the database fails.
pub async fn withdraw_rule(node: &Node, caller: &Caller, id: &str) -> Result<RuleView, MatchingError> {
    let row =
        store::load(&node.store, &caller.authority, id).await?.ok_or(MatchingError::NotFound("rule"))?;
    let now = random::now();
    let row = RuleRow { withdrawn_by: Some(caller.name.clone()), ..row };
    let mut tx = node.store.begin("withdraw_disclosure_rule").await?;
    if !store::withdraw(&mut tx, &row, now).await? {
        return Err(not_open());
    }
    tx.record(entry(&row, caller, "disclosure_rule_withdrawn", now));
    tx.commit().await?;
    Ok(RuleView::new(row, now))
}

fn not_open() -> MatchingError {
    MatchingError::Conflict {
        code: "rule_state",
        why: "the rule was confirmed or withdrawn before; read it again",
    }
}

fn entry(row: &RuleRow, caller: &Caller, act: &str, now: Timestamp) -> Entry {
    let detail = serde_json::json!({ "rule": row.id, "terms": row.terms });
    Entry::new(now, Some(&row.authority), &caller.actor(), act, About::default(), detail)
}

/// Answers what the standing rules answer, and notes of the rest that it is for an officer.
///
/// # Errors
/// Where the database fails.
pub(super) async fn answer_by_rules(node: &Arc<Node>) -> Result<(), MatchingError> {
    for (authority, claim, handle) in claimed::for_rules(&node.store).await? {
        if node.serves(&authority) && !try_rules(node, &authority, claim, &handle).await? {
            let mut tx = node.store.begin("no_rule_answers").await?;
            claimed::rule_tried(&mut tx, &authority, claim, &handle).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn try_rules(
    node: &Arc<Node>,
    authority: &AuthorityId,
    claim: MessageId,
    handle: &str,
) -> Result<bool, MatchingError> {
    let now = random::now();
    let Some(claim) = claimed::load(&node.store, authority, claim).await? else { return Ok(false) };
    let held = claims::held(node, &claim, handle).await?;
    let Some(entry) = held.iter().find(|row| !row.canary) else { return Ok(false) };
    let rules = store::list(&node.store, authority).await?;
    let rule = rules
        .into_iter()
        .filter(RuleRow::in_force)
        .find(|rule| rules::rule_answers(&rule.terms, &claim.sender, claim.purpose, &entry.kind, now));
    let (Some(rule), Ok(case)) = (rule, entry.case.parse::<CaseId>()) else { return Ok(false) };
    let Some(reference) = cases::reference_of(&node.store, authority, case).await? else { return Ok(false) };
    let handles = claimed::handles(&node.store, authority, claim.id).await?;
    let Some(open) = handles.into_iter().find(|row| row.handle == handle) else { return Ok(false) };
    let officers =
        [Some(&rule.proposed_by), rule.confirmed_by.as_ref()].into_iter().flatten().cloned().collect();
    let shown = ShownHit {
        reference,
        contact: rule.terms.contact.clone(),
        note: rule.terms.note.clone(),
        person: None,
    };
    let given = Given {
        outcome: HitOutcome::Disclosed(Box::new(shown)),
        marking: None,
        basis: Basis::Chosen(Checked { choice: rule.terms.legal_basis.clone(), officers }),
        actor: Actor::Rule("disclosure_rule"),
        by: format!("rule:{}", rule.id),
        fields: BTreeSet::new(),
        case: Some(case),
    };
    match claims::answer(node, &claim, open, given).await {
        Ok(()) => Ok(true),
        Err(MatchingError::Conflict { .. }) => Ok(true),
        // The law does not let the rule answer here: it is for an officer.
        Err(MatchingError::Exchange(ExchangeError::Store(fault))) => Err(fault.into()),
        Err(MatchingError::Exchange(fault)) => {
            tracing::warn!(%fault, rule = rule.id, "a standing rule cannot answer a claim");
            Ok(false)
        }
        Err(fault) => Err(fault),
    }
}

impl RuleView {
    fn new(row: RuleRow, now: Timestamp) -> Self {
        let over = row.terms.until.is_some_and(|until| until <= now);
        let state = match (&row.withdrawn_by, &row.confirmed_by) {
            (Some(_), _) => "withdrawn",
            _ if over => "over",
            (None, Some(_)) => "in_force",
            (None, None) => "proposed",
        };
        Self {
            id: row.id,
            terms: row.terms,
            state,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            confirmed_by: row.confirmed_by,
            confirmed_at: row.confirmed_at,
            signed: row.signed,
            withdrawn_by: row.withdrawn_by,
        }
    }
}
