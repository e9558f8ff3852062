//! An authority's whole set: every canonical selector of every person of every case, each once, and its canaries.

use super::MatchingError;
use crate::{
    Node,
    hits::queries::whole,
    store::{Store, StoreError},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, SubjectId},
    selector::SelectorKind,
    subject::Subject,
};
use comity_record::sha256;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Persons that are read at once.
const PAGE: u64 = 2_000;

/// An entry, and whose it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnEntry {
    pub kind: String,
    pub value: String,
    /// What goes into the protocol.
    pub input: Vec<u8>,
    pub persons: Vec<(CaseId, SubjectId)>,
    /// The canary that it is, by its identifier; then an officer is shown nothing of it but of persons who have it too.
    pub canary: Option<String>,
}

/// The entries, each once; their numbers are their places.
pub(super) struct Own {
    pub entries: Vec<OwnEntry>,
    /// A digest of what goes into the protocol, by which it is seen that a set has changed.
    pub digest: String,
}

impl Own {
    fn new(entries: Vec<OwnEntry>) -> Self {
        let chain = |digest: [u8; 32], entry: &OwnEntry| sha256(&[digest, sha256(&entry.input)].concat());
        let digest = hex::encode(entries.iter().fold([0; 32], chain));
        Self { entries, digest }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// The inputs of these entries, in this order.
    pub(super) fn inputs(&self, wanted: &[u32]) -> Vec<&[u8]> {
        let entry = |number: &u32| self.entries.get(*number as usize).map(|entry| entry.input.as_slice());
        wanted.iter().filter_map(entry).collect()
    }
}

/// Gathers the set of an authority, as far as it is in scope.
///
/// # Errors
/// Where the database fails or a canary does not open.
pub(super) async fn gather(
    node: &Arc<Node>,
    authority: &AuthorityId,
    scope: &BTreeSet<SelectorKind>,
) -> Result<Own, MatchingError> {
    let mut set = Set { scope: scope.iter().map(|kind| kind.word()).collect(), found: BTreeMap::new() };
    let (mut case, mut subject) = (String::new(), String::new());
    loop {
        let page = subjects(&node.store, authority, (case.as_str(), subject.as_str())).await?;
        let Some(last) = page.last() else { break };
        (case, subject) = (last.0.to_string(), last.1.id.to_string());
        let whose = authority.clone();
        set = super::blocking(move || {
            page.into_iter().for_each(|(case, subject)| set.add(&whose, case, &subject));
            Ok(set)
        })
        .await?;
    }
    for (id, canonical) in whole::canaries(node, authority).await? {
        if let Some(entry) = set.entry(canonical) {
            entry.canary = Some(id);
        }
    }
    super::blocking(move || Ok(Own::new(set.found.into_values().collect()))).await
}

/// How many own entries there are of each kind.
pub(super) fn count_kinds(own: &Own) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for entry in &own.entries {
        *counts.entry(entry.kind.clone()).or_insert(0u64) += 1;
    }
    counts
}

/// A set that is being gathered.
struct Set {
    scope: BTreeSet<&'static str>,
    found: BTreeMap<Vec<u8>, OwnEntry>,
}

impl Set {
    fn entry(&mut self, canonical: whole::Canonical) -> Option<&mut OwnEntry> {
        let whole::Canonical { kind, value, input } = canonical;
        if !self.scope.contains(kind.as_str()) {
            return None;
        }
        let new = || OwnEntry { kind, value, input: input.clone(), persons: Vec::new(), canary: None };
        Some(self.found.entry(input.clone()).or_insert_with(new))
    }

    fn add(&mut self, whose: &AuthorityId, case: CaseId, subject: &Subject) {
        for canonical in whole::of_subject(whose, subject) {
            if let Some(entry) = self.entry(canonical) {
                entry.persons.push((case, subject.id));
            }
        }
    }
}

/// The next persons after one, in the order of their identifiers.
async fn subjects(
    store: &Store,
    authority: &AuthorityId,
    (case, subject): (&str, &str),
) -> Result<Vec<(CaseId, Subject)>, StoreError> {
    let sql = "/* subjects_in_pages */ SELECT case_id, subject FROM case_subject WHERE authority = $1 \
               AND (case_id > $2 OR (case_id = $2 AND subject_id > $3)) ORDER BY case_id, subject_id LIMIT $4";
    let values = [authority.as_str().into(), case.into(), subject.into(), PAGE.into()];
    store.fetch_all(sql, &values).await?.iter().map(|row| Ok((row.word(0)?, row.json(1)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::{selector::Selector, subject::SubjectRole};

    fn subject(number: u8, selectors: &[(SelectorKind, &str)]) -> Subject {
        let mut subject = Subject::new(SubjectId::new(1, [number; 10]), SubjectRole::Suspect);
        subject.selectors =
            selectors.iter().map(|(kind, value)| Selector::new(*kind, value).unwrap()).collect();
        subject
    }

    #[test]
    fn a_set_that_gains_or_loses_an_entry_has_another_digest_and_persons_have_no_part_in_it() {
        let entry = |input: &[u8], persons| OwnEntry {
            kind: "phone".into(),
            value: String::new(),
            input: input.to_vec(),
            persons,
            canary: None,
        };
        let whose = vec![(CaseId::new(1, [0; 10]), SubjectId::new(1, [0; 10]))];
        let sets = [vec![], vec![b"ab".as_slice()], vec![b"a", b"b"], vec![b"b", b"a"]];
        let digest =
            |set: &Vec<&[u8]>| Own::new(set.iter().map(|one| entry(one, Vec::new())).collect()).digest;
        assert_eq!(sets.iter().map(digest).collect::<BTreeSet<_>>().len(), 4);
        assert_eq!(Own::new(vec![entry(b"ab", whose)]).digest, digest(&sets[1]));
    }

    #[test]
    fn what_two_persons_have_is_one_entry_and_what_is_out_of_scope_is_none() {
        let fr: AuthorityId = "FR-NCB".parse().unwrap();
        let mut set = Set { scope: BTreeSet::from(["phone"]), found: BTreeMap::new() };
        let case = CaseId::new(1, [0; 10]);
        let one = subject(1, &[(SelectorKind::Phone, "+33123456789"), (SelectorKind::Email, "a@b.example")]);
        let two = subject(2, &[(SelectorKind::Phone, "+33123456789")]);
        set.add(&fr, case, &one);
        set.add(&fr, case, &two);
        let own = Own::new(set.found.into_values().collect());
        assert_eq!(own.len(), 1);
        assert_eq!(own.entries[0].persons, [(case, one.id), (case, two.id)]);
        assert_eq!(count_kinds(&own), BTreeMap::from([("phone".to_owned(), 1)]));
        assert_eq!(own.inputs(&[0, 7]), [b"comity/selector/v1\0phone\0+33123456789".as_slice()]);
    }
}
