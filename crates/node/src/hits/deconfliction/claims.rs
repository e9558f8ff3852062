//! What follows from an entry in common: either side's officer claims it of the other, as after a private query. The claim names
//! the offer where a query would stand, and no epoch.

use super::{
    DeconflictionError, State,
    offer::{loaded, under_terms},
    store::{Terms, matches},
};
use crate::{Node, access::Caller, exchange, hits::queries::whole, journal::Entry, law::BasisChoice, random};
use comity_model::{
    id::MessageId,
    marking::Marking,
    message::{HitClaim, Message},
    statement::Urgency,
};
use matches::MatchState;
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// The most handles of one claim.
const MOST_HANDLES: u64 = 4096;

/// Entries in common to claim of the other side.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMatchClaim {
    /// Which handles; without them, all that were found and not claimed, 4,096 at a time.
    #[serde(default)]
    pub handles: Option<BTreeSet<String>>,
    /// Why; the other side's officer reads it.
    pub why: String,
    /// The conditions; without them those of our offer or acceptance.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub marking: Option<Marking>,
    /// The basis in law; without it that of our offer or acceptance.
    #[serde(default)]
    pub legal_basis: Option<BasisChoice>,
    /// `immediate`, `urgent`, `priority` or `routine`; otherwise that of our offer or acceptance.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub urgency: Option<Urgency>,
}

/// Claims entries in common of the other side.
///
/// # Errors
/// Where there are none to claim, or the message may not leave.
pub async fn claim(
    node: &Arc<Node>,
    caller: &Caller,
    deconfliction: MessageId,
    new: NewMatchClaim,
) -> Result<MessageId, DeconflictionError> {
    let blank = "is blank or longer than 2,000 characters; say why it is claimed";
    let why = whole::words(&new.why).ok_or_else(|| DeconflictionError::unfit("why", blank))?;
    let mut row = loaded(node, caller, deconfliction).await?;
    let (State::Finished, Some(hits)) = (row.state, row.matches) else {
        return Err(DeconflictionError::state("it is not finished; there is nothing to claim"));
    };
    let handles = match new.handles {
        Some(handles) => handles,
        None => unclaimed(node, &row).await?,
    };
    let number = u64::try_from(handles.len()).unwrap_or(u64::MAX);
    if !(1..=MOST_HANDLES).contains(&number) {
        let why = "names no entry in common that is not claimed, or more than 4,096";
        return Err(DeconflictionError::unfit("handles", why));
    }
    let now = random::now();
    let terms = row.detail.terms.take().ok_or(DeconflictionError::Kept("the conditions"))?;
    row.detail.terms = Some(Terms {
        marking: new.marking.unwrap_or_else(|| whole::marking_that_runs(&terms.marking, now)),
        legal_basis: new.legal_basis.unwrap_or(terms.legal_basis),
        urgency: new.urgency.unwrap_or(terms.urgency),
    });
    let message = Message::HitClaim(HitClaim {
        query: row.id,
        epoch: 0,
        hits: u32::try_from(hits).unwrap_or(u32::MAX),
        handles: handles.clone(),
        why,
    });
    let id = random::new_id(MessageId::new);
    let prepared = exchange::prepare(node, under_terms(&row, [&caller.name], id, message)?).await?;
    let mut tx = node.store.begin("claim_matches").await?;
    for handle in &handles {
        if !matches::claim(&mut tx, &row, handle, id, now).await? {
            let why = "an entry was claimed before, or is none of those in common; read it again";
            return Err(DeconflictionError::Conflict { code: "hit_claimed", why });
        }
    }
    exchange::put(&mut tx, &prepared, &caller.actor(), row.about()).await?;
    let detail = json!({
        "query": row.id, "claim": id, "holder": row.peer, "session": row.session, "hits": hits, "handles": handles.len(),
    });
    tx.record(Entry::new(now, Some(&row.authority), &caller.actor(), "hit_claimed", row.about(), detail));
    tx.commit().await?;
    node.wake_outbox();
    Ok(id)
}

async fn unclaimed(
    node: &Node,
    row: &super::DeconflictionRow,
) -> Result<BTreeSet<String>, DeconflictionError> {
    let found = matches::found(&node.store, row, u64::from(u32::MAX)).await?;
    let open = found.into_iter().filter(|one| one.state == MatchState::Found).map(|one| one.handle);
    Ok(open.take(usize::try_from(MOST_HANDLES).unwrap_or(usize::MAX)).collect())
}
