//! The decisions of exchanges as pure functions: who may be drawn into one, and what may be said in a message.

use comity_model::{AuthorityId, marking::Marking};
use std::collections::BTreeSet;

/// The longest subject, in characters.
pub const LONGEST_SUBJECT: usize = 200;
/// The longest text, in bytes; the sealed body holds 2 MiB.
pub const LONGEST_TEXT: usize = 1024 * 1024;

/// A step that a marking forbids: `next` would learn of what `originator` gave under a caveat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forbidden {
    /// Who is not yet part of the exchange.
    pub next: AuthorityId,
    /// Whom to ask.
    pub originator: AuthorityId,
}

/// Sending to somebody who is not yet part of an exchange shares what was received in it: the first step that the
/// marking of a received message forbids to `holder`.
#[must_use]
pub fn onward_forbidden(
    holder: &AuthorityId,
    newcomers: &BTreeSet<AuthorityId>,
    received: &[(AuthorityId, Marking)],
) -> Option<Forbidden> {
    let steps =
        newcomers.iter().flat_map(|next| received.iter().map(move |(from, marking)| (next, from, marking)));
    let mut forbidden =
        steps.filter(|(next, from, marking)| next != from && !marking.may_pass_on(holder, next));
    forbidden.next().map(|(next, from, _)| Forbidden { next: next.clone(), originator: from.clone() })
}

/// What is wrong with a message's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsFault {
    /// The subject.
    #[error("the subject is one line of 1 to {LONGEST_SUBJECT} characters; give another")]
    Subject,
    /// The text.
    #[error("the text has 1 to {LONGEST_TEXT} bytes; write something, or send large things as evidence")]
    Text,
}

/// May a message say this?
///
/// # Errors
/// The first [`WordsFault`].
pub fn check_words(subject: &str, text: &str) -> Result<(), WordsFault> {
    let characters = subject.chars().count();
    if subject.trim().is_empty() || characters > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
        return Err(WordsFault::Subject);
    }
    if text.trim().is_empty() || text.len() > LONGEST_TEXT {
        return Err(WordsFault::Text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::marking::{HandlingCode, InformationEvaluation, OnwardRule, Purpose, SourceEvaluation};

    fn id(text: &str) -> AuthorityId {
        text.parse().unwrap()
    }

    fn given(from: &str, handling: HandlingCode, onward: OnwardRule) -> (AuthorityId, Marking) {
        let marking = Marking {
            handling: BTreeSet::from([handling]),
            restrictions: None,
            purpose: Purpose::Exercise,
            source: SourceEvaluation::A,
            information: InformationEvaluation::Certain,
            onward,
            retain_until: jiff::civil::date(2030, 1, 1),
        };
        (id(from), marking)
    }

    #[test]
    fn a_newcomer_of_another_country_needs_the_originators_permission() {
        let received = [given("ES-NCB", HandlingCode::H0, OnwardRule::OwnJurisdiction)];
        let step = |next: &str| onward_forbidden(&id("FR-NCB"), &BTreeSet::from([id(next)]), &received);
        assert_eq!(step("FR-COURT"), None);
        assert_eq!(step("MA-NCB"), Some(Forbidden { next: id("MA-NCB"), originator: id("ES-NCB") }));
        assert_eq!(step("ES-NCB"), None, "what it gave is not kept from the giver");
    }

    #[test]
    fn one_forbidding_message_among_many_is_enough() {
        let newcomer = BTreeSet::from([id("MA-NCB")]);
        let open = given("ES-NCB", HandlingCode::H0, OnwardRule::Only(newcomer.clone()));
        let closed = given("PT-NCB", HandlingCode::H2, OnwardRule::Only(newcomer.clone()));
        assert_eq!(onward_forbidden(&id("FR-NCB"), &newcomer, std::slice::from_ref(&open)), None);
        let found = onward_forbidden(&id("FR-NCB"), &newcomer, &[open, closed]);
        assert_eq!(found.map(|step| step.originator), Some(id("PT-NCB")));
    }

    #[test]
    fn with_nobody_new_nothing_is_shared_onward() {
        let received = [given("ES-NCB", HandlingCode::H2, OnwardRule::AskOriginator)];
        assert_eq!(onward_forbidden(&id("FR-NCB"), &BTreeSet::new(), &received), None);
    }

    #[test]
    fn a_message_says_something_and_not_too_much() {
        assert_eq!(check_words("Sighting", "seen"), Ok(()));
        for subject in ["", "  ", "two\nlines", &"x".repeat(201)] {
            assert_eq!(check_words(subject, "seen"), Err(WordsFault::Subject), "{subject:?}");
        }
        assert_eq!(check_words("s", " \n"), Err(WordsFault::Text));
        assert_eq!(check_words("s", &"x".repeat(LONGEST_TEXT + 1)), Err(WordsFault::Text));
    }
}
