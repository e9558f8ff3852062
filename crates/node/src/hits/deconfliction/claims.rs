//! What follows from an entry in common: either side's officer claims it of the other, as after a private query. The claim names
//! the offer where a query would stand, and no epoch.

use super::{
    MatchingError, State,
    offer::{loaded, under_terms},
    store::{Terms, matches},
};
use crate::{
    Node,
    access::Caller,
    hits::{
        FoundState,
        found::{self, Claiming, FoundAt, FoundBy},
        queries::whole,
    },
    law::BasisChoice,
    random,
};
use comity_model::{id::MessageId, marking::Marking, message::HitClaim, statement::Urgency};
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
) -> Result<MessageId, MatchingError> {
    let blank = "is blank or longer than 2,000 characters; say why it is claimed";
    let why = whole::words(&new.why).ok_or_else(|| MatchingError::unfit_comparison("why", blank))?;
    let mut row = loaded(node, caller, deconfliction).await?;
    let (State::Finished, Some(hits)) = (row.state, row.matches) else {
        return Err(MatchingError::comparison_state("it is not finished; there is nothing to claim"));
    };
    let handles = match new.handles {
        Some(handles) => handles,
        None => unclaimed(node, &row).await?,
    };
    let number = u64::try_from(handles.len()).unwrap_or(u64::MAX);
    if !(1..=MOST_HANDLES).contains(&number) {
        let why = "names no entry in common that is not claimed, or more than 4,096";
        return Err(MatchingError::unfit_comparison("handles", why));
    }
    let terms = row.detail.terms.take().ok_or(MatchingError::Kept("the conditions"))?;
    row.detail.terms = Some(Terms {
        marking: new.marking.unwrap_or_else(|| whole::marking_that_runs(&terms.marking, random::now())),
        legal_basis: new.legal_basis.unwrap_or(terms.legal_basis),
        urgency: new.urgency.unwrap_or(terms.urgency),
    });
    let hits = u32::try_from(hits).unwrap_or(u32::MAX);
    let claiming = Claiming {
        at: FoundAt { authority: &row.authority, by: FoundBy::Comparison(row.id), holder: &row.peer },
        claim: HitClaim { query: row.id, epoch: 0, hits, handles, why },
        about: row.about(),
        more: json!({ "session": row.session }),
    };
    let under = |id, message| under_terms(&row, [&caller.name], id, message);
    found::send(node, caller, claiming, under).await
}

async fn unclaimed(node: &Node, row: &super::DeconflictionRow) -> Result<BTreeSet<String>, MatchingError> {
    let found = matches::found(&node.store, row, u64::from(u32::MAX)).await?;
    let open = found.into_iter().filter(|one| one.state == FoundState::Found).map(|one| one.handle);
    Ok(open.take(usize::try_from(MOST_HANDLES).unwrap_or(usize::MAX)).collect())
}
