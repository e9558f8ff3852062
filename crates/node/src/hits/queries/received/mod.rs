//! The holder's side: a query that arrives is stored, and evaluated or refused in the background, in the order of arrival. What
//! is refused is refused before anything is evaluated, and journalled.

mod evaluate;
pub(super) mod store;

pub(super) use evaluate::answer_pending;

use super::{Outcome, engine, rules};
use crate::{
    exchange::Incoming,
    journal::{About, Actor, Entry},
    store::{StoreError, Tx},
};
use comity_law::basis::Verdict;
use comity_model::message::{SelectorQuery, matching::QueryRefusal};
use serde::{Deserialize, Serialize};
use store::ReceivedRow;
use utoipa::ToSchema;

/// Where a received query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceivedState {
    /// To be looked at.
    Pending,
    /// Within budget, and being evaluated.
    Evaluating,
    /// Evaluated.
    Answered,
    /// Refused.
    Refused,
}

/// Stores a query that arrived.
///
/// # Errors
/// Where the database fails.
pub(super) async fn arrived(
    tx: &mut Tx,
    incoming: &Incoming,
    query: &SelectorQuery,
) -> Result<Outcome, StoreError> {
    let statement = incoming.verified.statement();
    let elements = engine::bytes(&query.elements).unwrap_or_default();
    let form = rules::check_form(query, &elements);
    let digest = comity_psi::oprf::commitment(&elements);
    let cut = |text: &str| text.chars().take(200).collect::<String>().replace('\0', "");
    let row = ReceivedRow {
        authority: incoming.authority.clone(),
        sender: statement.from.clone(),
        id: statement.id,
        exchange: statement.exchange,
        case_reference: cut(&query.case_reference),
        officer: cut(&query.officer),
        purpose: statement.marking.purpose,
        marking: statement.marking.clone(),
        legal_basis: statement.legal_basis.clone(),
        count: u64::from(query.count),
        batch_sha256: hex::encode(digest),
        elements: form.is_ok().then_some(elements),
        consent: query.consent.clone(),
        contradicted: incoming.assessed.verdict == Verdict::Contradicted,
        state: ReceivedState::Pending,
        epoch: None,
        code: form.is_err().then_some(QueryRefusal::Malformed),
        why: form.err().map(str::to_owned),
        arrived_at: incoming.at,
        decided_at: None,
    };
    if !store::insert(tx, &row).await? {
        return Ok(Err("a query of that identifier is here already"));
    }
    tx.record(entry(&row, "selector_query_received", &Actor::Node, incoming.at));
    Ok(Ok(()))
}

/// An entry that commits to a query: batch, count, epoch, and who asks for which case and purpose.
pub(super) fn entry(row: &ReceivedRow, act: &str, actor: &Actor, at: jiff::Timestamp) -> Entry {
    let about = About { exchange: Some(row.exchange), message: Some(row.id), ..About::default() };
    let detail = serde_json::json!({
        "query": row.id, "from": row.sender, "batch_sha256": row.batch_sha256, "count": row.count,
        "purpose": row.purpose, "case_reference": row.case_reference, "officer": row.officer,
        "epoch": row.epoch, "code": row.code,
    });
    Entry::new(at, Some(&row.authority), actor, act, about, detail)
}
