//! An officer's decision that persons of several cases are one, and its undoing. A merge is a statement beside the files: it
//! overwrites nothing, so that undone nothing of it is left but its entries. A person is what standing merges connect. A merge
//! of persons that are merged already with others therefore joins both; undoing one leaves the others as they are.

use super::{
    PersonError,
    rules::{self, MAX_MERGED, MAX_ONE_PERSON},
    store::{self, MergeRow, PersonRef, Undoing},
};
use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    random,
    store::Tx,
};
use comity_model::{
    AuthorityId,
    id::{CaseId, MergeId},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Holds persons to be one, for a reason.
///
/// # Errors
/// Persons that are not there, fewer than two, what is said already, or a failing database.
pub async fn merge(
    node: &Node,
    caller: &Caller,
    subjects: &[PersonRef],
    reason: &str,
) -> Result<MergeRow, PersonError> {
    let reason = rules::reason(reason)?;
    let subjects: BTreeSet<PersonRef> = subjects.iter().copied().collect();
    if !(2..=MAX_MERGED).contains(&subjects.len()) {
        let why = format!("names {} different persons; name 2 to {MAX_MERGED}", subjects.len());
        return Err(PersonError::unfit("subjects", why));
    }
    may_be_one(node, &caller.authority, &subjects).await?;
    let row = MergeRow {
        authority: caller.authority.clone(),
        id: random::new_id(MergeId::new),
        subjects: subjects.into_iter().collect(),
        reason,
        merged_by: caller.name.clone(),
        merged_at: random::now(),
        undone: None,
    };
    let mut tx = node.store.begin("merge_persons").await?;
    store::insert(&mut tx, &row).await?;
    note(&mut tx, caller, &row, "persons_merged", row.merged_at);
    tx.commit().await?;
    Ok(row)
}

/// Are they all there, not one person already, and not too many together?
async fn may_be_one(
    node: &Node,
    authority: &AuthorityId,
    subjects: &BTreeSet<PersonRef>,
) -> Result<(), PersonError> {
    let mut together = BTreeSet::new();
    let mut first: Option<(BTreeSet<PersonRef>, BTreeMap<MergeId, MergeRow>)> = None;
    for at in subjects {
        let known = store::known(&node.store, authority, *at).await?;
        known.ok_or(PersonError::NoPerson(*at))?;
        let (persons, merges) = store::connected(&node.store, authority, *at).await?;
        together.extend(persons.iter().copied());
        first.get_or_insert((persons, merges));
    }
    if let Some((persons, merges)) = first
        && subjects.is_subset(&persons)
        && let Some(merge) = merges.keys().next()
    {
        return Err(PersonError::Merged(*merge));
    }
    if together.len() > MAX_ONE_PERSON {
        let why = format!("would make one person of {}; at most {MAX_ONE_PERSON} are", together.len());
        return Err(PersonError::unfit("subjects", why));
    }
    Ok(())
}

/// Undoes a merge, for a reason. Other merges of the same persons stand.
///
/// # Errors
/// No such merge, one that was undone before, or a failing database.
pub async fn undo(node: &Node, caller: &Caller, id: MergeId, reason: &str) -> Result<MergeRow, PersonError> {
    let reason = rules::reason(reason)?;
    let row = read(node, &caller.authority, id).await?;
    let undoing = Undoing { by: caller.name.clone(), at: random::now(), reason };
    let mut tx = node.store.begin("undo_merge").await?;
    if !store::undo(&mut tx, &caller.authority, id, &undoing).await? {
        return Err(PersonError::Undone);
    }
    note(&mut tx, caller, &row, "merge_undone", undoing.at);
    tx.commit().await?;
    Ok(MergeRow { undone: Some(undoing), ..row })
}

/// An entry for each case that the merge touches, so that whoever follows one case hears of it.
fn note(tx: &mut Tx, caller: &Caller, row: &MergeRow, act: &str, at: Timestamp) {
    let cases: BTreeSet<CaseId> = row.subjects.iter().map(|one| one.case).collect();
    for case in cases {
        let about = About { case: Some(case), ..About::default() };
        let detail = serde_json::json!({ "merge": row.id, "subjects": row.subjects });
        tx.record(Entry::new(at, Some(&row.authority), &caller.actor(), act, about, detail));
    }
}

/// One merge.
///
/// # Errors
/// Where there is none, or the database fails.
pub async fn read(node: &Node, authority: &AuthorityId, id: MergeId) -> Result<MergeRow, PersonError> {
    store::load(&node.store, authority, id).await?.ok_or(PersonError::NoMerge)
}

/// The merges of an authority, newest first, after that one.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    after: Option<MergeId>,
    limit: u64,
) -> Result<Vec<MergeRow>, PersonError> {
    Ok(store::list(&node.store, authority, after, limit).await?)
}
