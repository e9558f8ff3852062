//! What officers do with hits: the asker's claims them; the holder's shows something of an entry, or nothing, once.

use super::{
    ClaimState,
    store::{self, ClaimRow, HandleRow},
};
use crate::{
    Node,
    access::Caller,
    cases,
    exchange::{self, Outgoing},
    hits::{
        FoundState, ShownField,
        found::{self, Claiming, FoundAt, FoundBy},
        queries::{
            MatchingError,
            asked::{AnswerState, Conditions, store as asked},
            epochs::store::HeldRow,
            keyed, leads, rules,
        },
    },
    journal::{About, Actor, Entry},
    law::{Basis, BasisChoice},
    random,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, MessageId, SubjectId},
    marking::Marking,
    message::{
        HitAnswer, HitClaim, Message,
        matching::{HitOutcome, ShownHit},
    },
    statement::Urgency,
};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// Hits to claim of a holder.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClaim {
    /// Of whom.
    #[schema(value_type = String)]
    pub holder: AuthorityId,
    /// Which handles; without them, all that were found there and not claimed.
    #[serde(default)]
    pub handles: Option<BTreeSet<String>>,
    /// Why; the holder's officer reads it.
    pub why: String,
    /// The conditions; without them those of the query.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub marking: Option<Marking>,
    /// The basis in law; without it that of the query.
    #[serde(default)]
    pub legal_basis: Option<BasisChoice>,
}

/// Something of an entry to show.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisclosingHit {
    /// The handle.
    pub handle: String,
    /// Which of our persons under it, where there are several.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub case: Option<CaseId>,
    /// The person.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub subject: Option<SubjectId>,
    /// The fields to show; none: reference and contact only.
    #[serde(default)]
    pub fields: BTreeSet<ShownField>,
    /// Whom the asker may call or write to; without it that of the node's settings.
    #[serde(default)]
    pub contact: Option<String>,
    /// What the officer adds.
    #[serde(default)]
    pub note: String,
    /// The conditions; without them those of the claim.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub marking: Option<Marking>,
    /// The basis in law; the node finds out what it is worth.
    pub legal_basis: BasisChoice,
}

/// Nothing to show.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declining {
    /// Which handles; without them, all that are open.
    #[serde(default)]
    pub handles: Option<BTreeSet<String>>,
    /// What the officer adds; the asker reads it.
    #[serde(default)]
    pub note: String,
}

/// Claims hits of a holder.
///
/// # Errors
/// Where there are none to claim, or the message may not leave.
pub async fn claim(
    node: &Arc<Node>,
    caller: &Caller,
    query: MessageId,
    new: NewClaim,
) -> Result<MessageId, MatchingError> {
    let why = rules::words(&new.why).ok_or_else(|| {
        MatchingError::unfit("why", "is blank or longer than 2,000 characters; say why it is claimed")
    })?;
    let authority = &caller.authority;
    let row = asked::load(&node.store, authority, query).await?.ok_or(MatchingError::NotFound("query"))?;
    let holders = asked::holders(&node.store, authority, query).await?;
    let holder = holders.into_iter().find(|row| row.holder == new.holder);
    let holder = holder.filter(|row| row.state == AnswerState::Answered);
    let holder =
        holder.ok_or_else(|| MatchingError::unfit("holder", "has not answered the query with hits"))?;
    let hits = asked::hits(&node.store, authority, query).await?;
    let found: BTreeSet<String> = hits
        .into_iter()
        .filter(|hit| hit.holder == new.holder && hit.state == FoundState::Found)
        .map(|hit| hit.handle)
        .collect();
    let handles = new.handles.unwrap_or_else(|| found.clone());
    if handles.is_empty() || !handles.is_subset(&found) {
        return Err(MatchingError::unfit("handles", "names no hit there that is not claimed"));
    }
    let conditions: Conditions =
        serde_json::from_str(&row.conditions).map_err(|_| MatchingError::Kept("the conditions"))?;
    let claiming = Claiming {
        at: FoundAt { authority, by: FoundBy::Query(query), holder: &new.holder },
        claim: HitClaim {
            query,
            epoch: holder.epoch.unwrap_or(0),
            hits: u32::try_from(holder.hits.unwrap_or(0)).unwrap_or(u32::MAX),
            handles,
            why,
        },
        about: About {
            case: Some(row.case),
            exchange: Some(row.exchange),
            message: Some(query),
            ..About::default()
        },
        more: serde_json::json!({
            "batch_sha256": row.batch_sha256, "count": row.count, "epoch": holder.epoch,
        }),
    };
    let under = |id, message| {
        let runs = || rules::marking_that_runs(&conditions.marking, random::now());
        Ok(Outgoing {
            id,
            from: authority.clone(),
            to: BTreeSet::from([new.holder.clone()]),
            exchange: row.exchange,
            reply_to: holder.answer,
            urgency: conditions.urgency,
            marking: new.marking.unwrap_or_else(runs),
            legal_basis: Basis::chosen(new.legal_basis.unwrap_or(conditions.legal_basis), &caller.name),
            message,
        })
    };
    found::send(node, caller, claiming, under).await
}

/// Shows something of an entry to whoever claims a hit on it.
///
/// # Errors
/// Where it was decided before, the handle is none of ours, or the message may not leave.
pub async fn disclose(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    choice: DisclosingHit,
) -> Result<(), MatchingError> {
    let claim = loaded(node, &caller.authority, id).await?;
    let handle = open(node, &claim, &choice.handle).await?;
    let held = super::held(node, &claim, &handle.handle).await?;
    let (case, subject) = chosen(&held, &choice)?;
    let file = cases::load(node, &claim.authority, case).await?;
    let ours = file.report.subjects.iter().find(|one| one.id == subject);
    let ours = ours.ok_or(MatchingError::NotFound("person"))?;
    let person = (!choice.fields.is_empty()).then(|| Box::new(rules::shown_person(ours, &choice.fields)));
    let shown = ShownHit {
        reference: file.reference.clone(),
        contact: choice.contact.clone().unwrap_or_else(|| node.config.matching.contact.clone()),
        note: choice.note.trim().replace('\0', ""),
        person,
    };
    let given = || Given {
        outcome: HitOutcome::Disclosed(Box::new(shown.clone())),
        marking: choice.marking.clone(),
        basis: Basis::chosen(choice.legal_basis.clone(), &caller.name),
        actor: caller.actor(),
        by: caller.name.clone(),
        fields: choice.fields.clone(),
        case: Some(case),
    };
    answer(node, &claim, handle, given()).await?;
    if held.iter().all(|row| row.kind != keyed::PERSON_KEY) {
        return Ok(());
    }
    leads::answer_same_person(node, &claim, (case, subject), &shown, given).await
}

/// Shows nothing of entries, with a note.
///
/// # Errors
/// Where nothing of it is open, or the message may not leave.
pub async fn decline(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    declining: Declining,
) -> Result<(), MatchingError> {
    let claim = loaded(node, &caller.authority, id).await?;
    let open = store::handles(&node.store, &claim.authority, claim.id).await?;
    let open: Vec<HandleRow> = open.into_iter().filter(HandleRow::is_open).collect();
    let named =
        |handle: &HandleRow| declining.handles.as_ref().is_none_or(|named| named.contains(&handle.handle));
    let chosen: Vec<HandleRow> = open.into_iter().filter(named).collect();
    if chosen.is_empty() {
        return Err(decided());
    }
    for handle in chosen {
        let given = Given {
            outcome: HitOutcome::Declined { note: declining.note.trim().replace('\0', "") },
            marking: None,
            // To say that nothing is shown gives nothing: the claim's own basis carries it.
            basis: Basis::Stored(claim.legal_basis.clone()),
            actor: caller.actor(),
            by: caller.name.clone(),
            fields: BTreeSet::new(),
            case: None,
        };
        answer(node, &claim, handle, given).await?;
    }
    Ok(())
}

fn decided() -> MatchingError {
    MatchingError::Conflict { code: "claim_decided", why: "nothing of that is open; what was decided stands" }
}

async fn loaded(node: &Node, authority: &AuthorityId, id: MessageId) -> Result<ClaimRow, MatchingError> {
    store::load(&node.store, authority, id).await?.ok_or(MatchingError::NotFound("claim"))
}

async fn open(node: &Node, claim: &ClaimRow, handle: &str) -> Result<HandleRow, MatchingError> {
    let handles = store::handles(&node.store, &claim.authority, claim.id).await?;
    let found = handles.into_iter().find(|row| row.handle == handle);
    let found = found.ok_or_else(|| MatchingError::unfit("handle", "is none of this claim"))?;
    if found.is_open() { Ok(found) } else { Err(decided()) }
}

/// The entry that an officer chose; the only one where there is one.
fn chosen(held: &[HeldRow], choice: &DisclosingHit) -> Result<(CaseId, SubjectId), MatchingError> {
    let nothing = || MatchingError::unfit("handle", "is no entry of a case here; decline it");
    let of_cases = held.iter().filter(|row| !row.canary);
    let mut parsed = of_cases.filter_map(|row| Some((row.case.parse().ok()?, row.subject.parse().ok()?)));
    let fits = |(case, subject): &(CaseId, SubjectId)| {
        choice.case.is_none_or(|named| named == *case) && choice.subject.is_none_or(|named| named == *subject)
    };
    let found: Vec<(CaseId, SubjectId)> = parsed.by_ref().filter(fits).collect();
    match found.as_slice() {
        [] => Err(nothing()),
        [one] => Ok(*one),
        _ => Err(MatchingError::unfit(
            "subject",
            "is needed: several persons stand under this handle; name one",
        )),
    }
}

/// A decision to write and send.
pub(in crate::hits::queries) struct Given {
    pub outcome: HitOutcome,
    pub marking: Option<Marking>,
    pub basis: Basis,
    pub actor: Actor,
    pub by: String,
    pub fields: BTreeSet<ShownField>,
    pub case: Option<CaseId>,
}

/// Writes a decision, its entry and its message in one transaction.
///
/// # Errors
/// Where it was decided meanwhile, or the message may not leave.
pub(in crate::hits::queries) async fn answer(
    node: &Arc<Node>,
    claim: &ClaimRow,
    handle: HandleRow,
    given: Given,
) -> Result<(), MatchingError> {
    let now = random::now();
    let disclosed = matches!(given.outcome, HitOutcome::Disclosed(_));
    let state = if disclosed { ClaimState::Disclosed } else { ClaimState::Declined };
    let decided_row = HandleRow {
        state,
        decided_by: Some(given.by.clone()),
        decided_at: Some(now),
        decision: serde_json::to_value(&given.outcome).ok(),
        ..handle
    };
    let message = Message::HitAnswer(HitAnswer {
        query: claim.query,
        claim: claim.id,
        handle: decided_row.handle.clone(),
        outcome: given.outcome,
    });
    let outgoing = Outgoing {
        id: random::new_id(MessageId::new),
        from: claim.authority.clone(),
        to: BTreeSet::from([claim.sender.clone()]),
        exchange: claim.exchange,
        reply_to: Some(claim.id),
        urgency: Urgency::Routine,
        marking: given.marking.unwrap_or_else(|| rules::marking_that_runs(&claim.marking, now)),
        legal_basis: given.basis,
        message,
    };
    let prepared = exchange::prepare(node, outgoing).await?;
    let mut tx = node.store.begin("answer_hit_claim").await?;
    if !store::decide(&mut tx, claim, &decided_row).await? {
        return Err(decided());
    }
    let about = About {
        case: given.case,
        exchange: Some(claim.exchange),
        message: Some(claim.query),
        ..About::default()
    };
    exchange::put(&mut tx, &prepared, &given.actor, about.clone()).await?;
    let detail = serde_json::json!({
        "claim": claim.id, "query": claim.query, "to": claim.sender, "handle": decided_row.handle, "outcome": state,
        "fields": given.fields,
    });
    tx.record(Entry::new(now, Some(&claim.authority), &given.actor, "hit_claim_answered", about, detail));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}
