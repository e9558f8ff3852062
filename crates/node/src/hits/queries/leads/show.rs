//! The holder's side of leads: what a key joins of our person, and the other keys of a person that was shown.

use super::LeadKey;
use crate::{
    Node,
    hits::queries::{
        MatchingError,
        claims::{self, Given, store as claimed},
        epochs::store::{self as epochs, HeldRow},
        keyed::{self, PERSON_KEY},
    },
};
use comity_model::{
    id::{CaseId, SubjectId},
    message::matching::{HitOutcome, ShownHit},
    subject::Subject,
};
use std::{collections::BTreeSet, sync::Arc};

/// What a key under a handle joins of our person; none for a selector.
pub(in crate::hits::queries) fn key_under(held: &HeldRow, handle: &str, person: &Subject) -> Option<LeadKey> {
    if held.kind != PERSON_KEY {
        return None;
    }
    let mut keys = keyed::of_person(person).into_iter();
    keys.find(|(keyed, _)| keyed.source() == held.source).map(|(_, key)| LeadKey::new(handle, None, &key))
}

/// Answers the other open keys of a person that was just shown on one of them, with reference and contact: they say nothing more.
/// Keys that others of our persons have too stay open.
///
/// # Errors
/// Where the database fails, or a message may not leave.
pub(in crate::hits::queries) async fn answer_same_person(
    node: &Arc<Node>,
    claim: &claimed::ClaimRow,
    (case, subject): (CaseId, SubjectId),
    shown: &ShownHit,
    given: impl Fn() -> Given,
) -> Result<(), MatchingError> {
    let (case, subject) = (case.to_string(), subject.to_string());
    for handle in claimed::handles(&node.store, &claim.authority, claim.id).await? {
        if !handle.is_open() {
            continue;
        }
        let held = epochs::held(&node.store, &claim.authority, claim.epoch, &handle.handle).await?;
        let same = |row: &HeldRow| row.kind == PERSON_KEY && row.case == case && row.subject == subject;
        if held.is_empty() || !held.iter().all(same) {
            continue;
        }
        let bare = ShownHit { note: String::new(), person: None, ..shown.clone() };
        let outcome = HitOutcome::Disclosed(Box::new(bare));
        let given = Given { outcome, fields: BTreeSet::new(), ..given() };
        match claims::answer(node, claim, handle, given).await {
            Ok(()) | Err(MatchingError::Conflict { .. }) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}
