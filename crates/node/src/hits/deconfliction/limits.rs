//! How much this node compares: whether at all, how large a set, how many sessions a day with one authority.

use super::{
    MatchingError, own, rules,
    store::{self, DeconflictionRow},
};
use crate::{Node, access::Caller, random};
use comity_model::{AuthorityId, message::deconfliction::DECONFLICTION_ATTEMPTS, selector::SelectorKind};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What may be compared, for whoever prepares an offer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LimitsView {
    /// Does this node compare at all?
    pub accepts: bool,
    /// The most entries of either side, padding included.
    pub entries: u64,
    /// The most sessions with one other authority in 24 hours.
    pub sessions_per_day: u64,
    /// How often one consent may be used, where attempts break off.
    pub attempts: u32,
    /// The own entries, each once, by kind.
    pub own: Vec<KindCount>,
    /// What the other side would be told for all kinds; none where they are too many.
    pub own_padded: Option<u32>,
    /// The other members.
    pub members: Vec<MemberLeft>,
}

/// How many own entries there are of a kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KindCount {
    /// The kind.
    pub kind: String,
    /// How many.
    pub entries: u64,
}

/// What is left with a member.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MemberLeft {
    /// The member.
    #[schema(value_type = String)]
    pub authority: AuthorityId,
    /// How many sessions may still be confirmed in these 24 hours.
    pub left_today: u64,
}

/// Since when sessions are counted.
pub(super) fn since(now: Timestamp) -> Timestamp {
    now.saturating_sub(rules::DAY).unwrap_or(Timestamp::MIN)
}

async fn left(node: &Node, authority: &AuthorityId, peer: &AuthorityId) -> Result<u64, MatchingError> {
    let used = store::confirmed_since(&node.store, authority, peer, since(random::now())).await?;
    Ok(node.config.matching.deconfliction_sessions_per_day.saturating_sub(used))
}

/// Do our own settings let it be confirmed?
pub(super) async fn check(node: &Node, row: &DeconflictionRow) -> Result<(), MatchingError> {
    let settings = &node.config.matching;
    if !settings.deconfliction {
        let why = "is none: this node compares no case loads; ask its operator";
        return Err(MatchingError::unfit_comparison("limit", why));
    }
    if row.peer_entries.is_some_and(|entries| entries > settings.deconfliction_entries) {
        let why = format!("of {} entries is exceeded by the other side", settings.deconfliction_entries);
        return Err(MatchingError::unfit_comparison("limit", why));
    }
    if left(node, &row.authority, &row.peer).await? == 0 {
        let sessions = settings.deconfliction_sessions_per_day;
        let why = format!("of {sessions} sessions with `{}` in 24 hours is used up; wait", row.peer);
        return Err(MatchingError::unfit_comparison("limit", why));
    }
    Ok(())
}

/// What may be compared.
///
/// # Errors
/// Where the database fails.
pub async fn limits(node: &Arc<Node>, caller: &Caller) -> Result<LimitsView, MatchingError> {
    let authority = &caller.authority;
    let own = own::gather(node, authority, &SelectorKind::ALL.into_iter().collect()).await?;
    let settings = &node.config.matching;
    let mut members = Vec::new();
    for member in &node.registry().registry().members {
        if member.authority != *authority {
            let left_today = left(node, authority, &member.authority).await?;
            members.push(MemberLeft { authority: member.authority.clone(), left_today });
        }
    }
    let counted = own::count_kinds(&own).into_iter().map(|(kind, entries)| KindCount { kind, entries });
    Ok(LimitsView {
        accepts: settings.deconfliction,
        entries: settings.deconfliction_entries,
        sessions_per_day: settings.deconfliction_sessions_per_day,
        attempts: DECONFLICTION_ATTEMPTS,
        own: counted.collect(),
        own_padded: rules::told_size(own.entries.len()),
        members,
    })
}
