//! Queries are judged, counted against the budgets, and only then evaluated, in the background.

use super::{
    ReceivedState, entry,
    store::{self, ReceivedRow},
};
use crate::{
    Node,
    exchange::{self, ExchangeError, Outgoing},
    hits::queries::{
        MatchingError, engine,
        epochs::{self, store::EpochRow},
        kept, peers,
        rules::{self, Asked, DAY, Refusal},
    },
    journal::{About, Actor},
    law::Basis,
    random,
};
use comity_model::{
    id::MessageId,
    message::{
        Message, SelectorAnswer,
        matching::{Evaluated, QueryOutcome, QueryRefusal, Refused, SWEEP_CONSENT_TYPE, SweepConsent},
    },
    statement::Urgency,
};
use comity_psi::oprf::BlindedBatch;
use comity_seal::Dsse;
use jiff::Timestamp;
use std::{collections::BTreeSet, sync::Arc};

/// The rule in whose name queries are answered.
const RULE: Actor = Actor::Rule("answer_selector_queries");

/// Answers what waits. `true` where something did.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits::queries) async fn answer_pending(node: &Arc<Node>) -> Result<bool, MatchingError> {
    let mut any = false;
    for row in store::pending(&node.store).await? {
        if !node.serves(&row.authority) {
            continue;
        }
        let (sender, id) = (row.sender.clone(), row.id);
        match answer(node, row).await {
            Ok(()) => any = true,
            // It waits, and holds nobody else up.
            Err(MatchingError::Exchange(fault)) => {
                tracing::warn!(%sender, %id, %fault, "a query is not answered yet")
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(any)
}

async fn answer(node: &Arc<Node>, row: ReceivedRow) -> Result<(), MatchingError> {
    let epoch = epochs::running(node, &row.authority).await?;
    let counted = match (row.state, &epoch) {
        // Counted before a crash, in an epoch that still runs: go on.
        (ReceivedState::Evaluating, Some(epoch)) if row.epoch == Some(epoch.number) => Ok(row.clone()),
        (_, epoch) => count(node, &row, epoch.as_ref()).await?,
    };
    match (counted, epoch) {
        (Ok(counted), Some(epoch)) => evaluate(node, counted, &epoch).await,
        (Ok(_), None) => Ok(()),
        (Err(refusal), _) => refuse(node, row, refusal).await,
    }
}

/// Judges a query and takes its elements off the budgets, in one transaction.
async fn count(
    node: &Arc<Node>,
    row: &ReceivedRow,
    epoch: Option<&EpochRow>,
) -> Result<Result<ReceivedRow, Refusal>, MatchingError> {
    let now = random::now();
    let mut tx = node.store.begin("count_selector_query").await?;
    epochs::store::hold(&mut tx, &row.authority).await?;
    let replayed = store::is_replay(&mut tx, row).await?;
    if let Err(refusal) = judge(node, row, replayed, epoch, now) {
        return Ok(Err(refusal));
    }
    let Some(epoch) = epoch else { return Ok(Err(not_publishing())) };
    let day = now.saturating_sub(DAY).unwrap_or(Timestamp::MIN);
    let used = store::used(&mut tx, row, day, epoch.number).await?;
    let limits = epochs::limits(&node.config.matching);
    if let Err(refusal) = rules::within_budget(&limits, &used, row.count, now, epoch.until_at) {
        return Ok(Err(refusal));
    }
    let counted = ReceivedRow {
        state: ReceivedState::Evaluating,
        epoch: Some(epoch.number),
        decided_at: Some(now),
        ..row.clone()
    };
    store::move_on(&mut tx, row.state, &counted).await?;
    tx.commit().await?;
    Ok(Ok(counted))
}

fn not_publishing() -> Refusal {
    (QueryRefusal::NotPublishing, "this authority publishes no epoch".to_owned(), None)
}

/// Everything but the budgets.
fn judge(
    node: &Node,
    row: &ReceivedRow,
    replayed: bool,
    epoch: Option<&EpochRow>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let no = |code, why: &str| Err((code, why.to_owned(), None));
    if let Some(code) = row.code {
        return no(code, row.why.as_deref().unwrap_or("it is not what a query must be"));
    }
    if epoch.is_none() {
        return Err(not_publishing());
    }
    if replayed {
        return no(QueryRefusal::Replayed, "the same blinded batch was asked before; blind it anew");
    }
    if row.contradicted {
        return no(QueryRefusal::BasisContradicted, "our tables of the law contradict its basis");
    }
    check_consent(node, row, now)
}

/// A sweep needs the consent of a second authority, and a consent that is given must hold.
fn check_consent(node: &Node, row: &ReceivedRow, now: Timestamp) -> Result<(), Refusal> {
    let threshold = node.config.matching.sweep_threshold;
    let Some(text) = &row.consent else {
        if row.count <= threshold {
            return Ok(());
        }
        let why = format!(
            "{} elements are a sweep; more than {threshold} need the consent of a prosecutor, a court or a central authority",
            row.count
        );
        return Err((QueryRefusal::ConsentNeeded, why, None));
    };
    let invalid =
        |why: String| (QueryRefusal::ConsentInvalid, format!("the consent does not hold: {why}"), None);
    let dsse = Dsse::from_json(text.as_bytes()).map_err(|fault| invalid(fault.to_string()))?;
    let consent: SweepConsent =
        serde_json::from_slice(&dsse.payload).map_err(|_| invalid("it cannot be read".into()))?;
    let directory = node.registry();
    let (given, kind) = (consent.given_at, SWEEP_CONSENT_TYPE);
    peers::signed_by(&directory, &dsse, &consent.by, given, now, kind).map_err(invalid)?;
    let asked =
        Asked { asker: &row.sender, batch_sha256: &row.batch_sha256, count: row.count, purpose: row.purpose };
    let kind = directory.registry().member(&consent.by).map(|member| member.kind);
    rules::consent_covers(&consent, kind, &asked, now).map_err(|why| invalid(why.to_owned()))
}

async fn evaluate(node: &Arc<Node>, row: ReceivedRow, epoch: &EpochRow) -> Result<(), MatchingError> {
    let key = epochs::key_of(node, epoch).await?;
    let elements = row.elements.clone().ok_or(MatchingError::Kept("a query's elements"))?;
    let evaluated = kept::blocking(move || {
        Ok(BlindedBatch::from_bytes(&elements).map(|batch| key.evaluate(&batch, &engine::seed())))
    });
    let evaluation = match evaluated.await? {
        Ok(evaluation) => evaluation,
        // Not a canonical element, or the identity: nothing of the key goes out.
        Err(fault) => return refuse(node, row, (QueryRefusal::Malformed, fault.to_string(), None)).await,
    };
    let outcome = QueryOutcome::Evaluated(Evaluated {
        batch_sha256: row.batch_sha256.clone(),
        count: u32::try_from(row.count).unwrap_or(u32::MAX),
        epoch: epoch.number,
        public_key: epoch.public_key.clone(),
        elements: engine::text(evaluation.elements()),
        proof: engine::text(&evaluation.proof()),
    });
    let before = row.state;
    let answered = ReceivedRow { state: ReceivedState::Answered, ..row };
    write(node, before, answered, outcome, "selector_query_answered").await
}

async fn refuse(node: &Arc<Node>, row: ReceivedRow, refusal: Refusal) -> Result<(), MatchingError> {
    let (code, why, again_at) = refusal;
    let outcome = QueryOutcome::Refused(Refused { code, why: why.clone(), again_at });
    let before = row.state;
    let refused = ReceivedRow {
        state: ReceivedState::Refused,
        epoch: None,
        code: Some(code),
        why: Some(why),
        decided_at: Some(random::now()),
        ..row
    };
    write(node, before, refused, outcome, "selector_query_declined").await
}

/// State, journal and answer, in one transaction.
async fn write(
    node: &Arc<Node>,
    before: ReceivedState,
    row: ReceivedRow,
    outcome: QueryOutcome,
    act: &str,
) -> Result<(), MatchingError> {
    let now = random::now();
    let outgoing = Outgoing {
        id: random::new_id(MessageId::new),
        from: row.authority.clone(),
        to: BTreeSet::from([row.sender.clone()]),
        exchange: row.exchange,
        reply_to: Some(row.id),
        urgency: Urgency::Routine,
        marking: rules::marking_that_runs(&row.marking, now),
        legal_basis: Basis::Stored(row.legal_basis.clone()),
        message: Message::SelectorAnswer(Box::new(SelectorAnswer { query: row.id, outcome })),
    };
    let prepared = match exchange::prepare(node, outgoing).await {
        Ok(prepared) => Some(prepared),
        // Who asked is a member no more: there is nobody to tell.
        Err(ExchangeError::NotMember(_)) => None,
        Err(fault) => return Err(fault.into()),
    };
    let mut tx = node.store.begin("answer_selector_query").await?;
    if !store::move_on(&mut tx, before, &row).await? {
        return Ok(());
    }
    if let Some(prepared) = &prepared {
        exchange::put(&mut tx, prepared, &RULE, About::default()).await?;
    }
    tx.record(entry(&row, act, &RULE, now));
    tx.commit().await?;
    node.wake_outbox();
    Ok(())
}
