//! The SQL of what becomes of what was found. Findings of queries and of comparisons are in tables of their own, with the same columns
//! for what becomes of them.

use super::{FoundAt, FoundBy, FoundState};
use crate::store::{StoreError, Tx, code_text, json_text};
use comity_model::{AuthorityId, id::MessageId, message::matching::ShownHit};
use jiff::Timestamp;

const CLAIM_HIT: &str = "/* claim_selector_hit */ UPDATE selector_hit SET state = 'claimed', claim = $5, changed_at = $6 \
     WHERE authority = $1 AND query = $2 AND holder = $3 AND handle = $4 AND state = 'found'";
const CLAIM_MATCH: &str = "/* claim_match */ UPDATE deconfliction_match SET state = 'claimed', claim = $5, changed_at = $6 \
     WHERE authority = $1 AND deconfliction = $2 AND handle = $4 AND state = 'found' AND canary = 0 AND EXISTS \
     (SELECT 1 FROM deconfliction d WHERE d.authority = $1 AND d.id = $2 AND d.peer = $3)";
const ANSWER_HIT: &str = "/* answer_selector_hit */ UPDATE selector_hit SET state = $6, shown = $7, note = $8, changed_at = $9 \
     WHERE authority = $1 AND query = $2 AND holder = $3 AND handle = $4 AND claim = $5 AND state = 'claimed'";
const ANSWER_MATCH: &str = "/* answer_match */ UPDATE deconfliction_match SET state = $6, shown = $7, note = $8, changed_at = $9 \
     WHERE authority = $1 AND deconfliction = $2 AND handle = $4 AND claim = $5 AND state = 'claimed' AND EXISTS \
     (SELECT 1 FROM deconfliction d WHERE d.authority = $1 AND d.id = $2 AND d.peer = $3)";

/// Notes that something found is claimed; `false` where it was before, or was never found.
pub(super) async fn claim(
    tx: &mut Tx,
    at: FoundAt<'_>,
    handle: &str,
    claim: MessageId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = match at.by {
        FoundBy::Query(_) => CLAIM_HIT,
        FoundBy::Comparison(_) => CLAIM_MATCH,
    };
    let (authority, holder) = (at.authority.as_str().into(), at.holder.as_str().into());
    let (by, claim) = (at.by.id().to_string().into(), claim.to_string().into());
    Ok(tx.execute(sql, &[authority, by, holder, handle.into(), claim, now.into()]).await? == 1)
}

/// Keeps what a holder shows of something claimed, or that it shows nothing; `false` where no such claim to it is open. An answer
/// names the query or the comparison by its message alone, so both are looked up.
pub(in crate::hits) async fn answer(
    tx: &mut Tx,
    (authority, by, holder): (&AuthorityId, MessageId, &AuthorityId),
    (handle, claim): (&str, MessageId),
    (shown, note): (Option<&ShownHit>, Option<String>),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let state = if shown.is_some() { FoundState::Disclosed } else { FoundState::Declined };
    let values = [
        authority.as_str().into(),
        by.to_string().into(),
        holder.as_str().into(),
        handle.into(),
        claim.to_string().into(),
        code_text(&state).into(),
        shown.map(json_text).into(),
        note.into(),
        now.into(),
    ];
    let of_query = tx.execute(ANSWER_HIT, &values).await? == 1;
    Ok(of_query || tx.execute(ANSWER_MATCH, &values).await? == 1)
}
