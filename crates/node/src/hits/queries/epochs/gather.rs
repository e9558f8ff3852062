//! What an authority has to be found: the selectors and the fuzzy keys of the persons in its cases, and the canaries that were
//! planted. After a change only the cases that it concerns are read again.

use super::{
    MatchingError,
    build::EntryRow,
    store::{self, Known},
};
use crate::{
    Node,
    hits::queries::{
        canaries, kept,
        keyed::{self, Keyed},
    },
};
use comity_model::{AuthorityId, subject::Subject};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A selector or a key of one of our persons, or a canary: then `case` is empty and `subject` is its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub keyed: Keyed,
    pub case: String,
    pub subject: String,
    pub canary: bool,
}

impl Source {
    fn pair(&self) -> (String, String, String) {
        (self.keyed.source(), self.case.clone(), self.subject.clone())
    }
}

/// Everything that an authority has.
pub(super) async fn sources(node: &Arc<Node>, authority: &AuthorityId) -> Result<Vec<Source>, MatchingError> {
    let mut sources = Vec::new();
    for (case, subject) in store::subjects(&node.store, authority).await? {
        sources.extend(of_person(node, authority, &case, &subject));
    }
    sources.extend(planted(node, authority).await?);
    Ok(sources)
}

/// Everything that some cases have; canaries stand under a blank case.
pub(super) async fn sources_of(
    node: &Arc<Node>,
    authority: &AuthorityId,
    cases: &BTreeSet<String>,
) -> Result<Vec<Source>, MatchingError> {
    let mut sources = Vec::new();
    for case in cases.iter().filter(|case| !case.is_empty()) {
        for subject in store::subjects_of(&node.store, authority, case).await? {
            sources.extend(of_person(node, authority, case, &subject));
        }
    }
    if cases.contains("") {
        sources.extend(planted(node, authority).await?);
    }
    Ok(sources)
}

fn of_person(node: &Node, authority: &AuthorityId, case: &str, subject: &Subject) -> Vec<Source> {
    let mut keyed = keyed::of_subject(authority, subject);
    if node.config.matching.publish_persons {
        keyed.extend(keyed::of_person(subject).into_iter().map(|(keyed, _)| keyed));
    }
    let id = subject.id.to_string();
    let source = |keyed| Source { keyed, case: case.to_owned(), subject: id.clone(), canary: false };
    keyed.into_iter().map(source).collect()
}

async fn planted(node: &Arc<Node>, authority: &AuthorityId) -> Result<Vec<Source>, MatchingError> {
    let planted = store::canaries(&node.store, authority).await?;
    let (shared, whose) = (node.clone(), authority.clone());
    let canaries = kept::blocking(move || {
        let mut found = Vec::new();
        for row in planted {
            let source = |keyed| Source { keyed, case: String::new(), subject: row.id.clone(), canary: true };
            found.extend(canaries::entries(&shared, &whose, &row)?.into_iter().map(source));
        }
        Ok(found)
    });
    canaries.await
}

/// Has an epoch a selector that nobody has any more?
pub(super) fn is_less(sources: &[Source], known: &[Known]) -> bool {
    !gone(sources, known).is_empty()
}

/// What is known that no source has.
pub(super) fn gone(sources: &[Source], known: &[Known]) -> BTreeSet<String> {
    let there: BTreeSet<String> = sources.iter().map(|source| source.keyed.source()).collect();
    known.iter().filter(|known| !there.contains(&known.source)).map(|known| known.source.clone()).collect()
}

/// What of the sources is new to an epoch, which persons are further ones under handles that it has, and what it has that is
/// there no more. `elsewhere` is known too, of cases that are not looked at.
pub(super) fn difference(
    sources: Vec<Source>,
    known: &[Known],
    elsewhere: &[Known],
) -> (Vec<Source>, Vec<EntryRow>, Vec<Known>) {
    let handles: BTreeMap<&str, &str> =
        known.iter().chain(elsewhere).map(|known| (known.source.as_str(), known.handle.as_str())).collect();
    let pairs: BTreeSet<(String, String, String)> = known.iter().map(Known::pair).collect();
    let (mut fresh, mut further, mut there) = (Vec::new(), Vec::new(), BTreeSet::new());
    for source in sources {
        let pair = source.pair();
        match handles.get(pair.0.as_str()) {
            None => fresh.push(source),
            Some(handle) if !pairs.contains(&pair) => {
                further.push(EntryRow { handle: (*handle).to_owned(), source });
            }
            Some(_) => {
                there.insert(pair);
            }
        }
    }
    let gone = known.iter().filter(|known| !there.contains(&known.pair())).cloned().collect();
    (fresh, further, gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(value: &str, subject: &str) -> Source {
        let keyed = Keyed { kind: "phone".into(), value: value.into(), input: value.into() };
        Source { keyed, case: "c".into(), subject: subject.into(), canary: false }
    }

    fn known(value: &str, subject: &str) -> Known {
        let source = source(value, subject);
        let pair = source.pair();
        Known { source: pair.0, handle: format!("h-{value}"), case: pair.1, subject: pair.2 }
    }

    #[test]
    fn only_what_is_new_is_evaluated_and_what_went_is_taken_out() {
        let before = [known("1", "a"), known("2", "a")];
        let now = vec![source("1", "a"), source("1", "b"), source("3", "a")];
        assert!(is_less(&now, &before) && !is_less(&now, &before[..1]));
        let (fresh, further, gone) = difference(now, &before, &[]);
        assert_eq!(fresh, [source("3", "a")]);
        assert_eq!(further.len(), 1);
        assert_eq!((further[0].handle.as_str(), further[0].source.subject.as_str()), ("h-1", "b"));
        assert_eq!(gone, [known("2", "a")]);
        // What another case has is no news, and is not taken out where it is not looked at.
        let (fresh, further, gone) = difference(vec![source("2", "a")], &before[..1], &before[1..]);
        assert_eq!((fresh.len(), further.len(), gone.len()), (0, 1, 1));
    }
}
