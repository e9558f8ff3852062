//! The decisions of hand-overs as pure functions.

use super::store::{OfferRow, OfferState};
use comity_model::{AuthorityId, marking::Marking};

/// Why an item may not be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Forbidden {
    /// The marking under which it was received forbids it; `ask` may allow it.
    Onward {
        /// Who gave it.
        ask: AuthorityId,
    },
    /// The marking of the offer is laxer than that under which it was received.
    Laxer {
        /// In which field.
        field: &'static str,
    },
    /// Another offer of it is open.
    Open {
        /// To whom.
        to: AuthorityId,
    },
}

/// May `holder`, who was given the item as `received` says, offer it to `to` under `marking`? Giving it back is always allowed.
pub(super) fn may_pass_on(
    holder: &AuthorityId,
    to: &AuthorityId,
    received: Option<(&AuthorityId, &Marking)>,
    marking: &Marking,
) -> Result<(), Forbidden> {
    let Some((from, given)) = received.filter(|(from, _)| *from != to) else { return Ok(()) };
    if !given.may_pass_on(holder, to) {
        return Err(Forbidden::Onward { ask: from.clone() });
    }
    let laxer = [
        (!marking.handling.is_superset(&given.handling), "marking.handling"),
        (given.restrictions.is_some() && marking.restrictions != given.restrictions, "marking.restrictions"),
        (marking.purpose != given.purpose, "marking.purpose"),
        (marking.retain_until > given.retain_until, "marking.retain_until"),
    ];
    match laxer.into_iter().find(|(laxer, _)| *laxer) {
        Some((_, field)) => Err(Forbidden::Laxer { field }),
        None => Ok(()),
    }
}

/// May one more offer be made beside those that are open? One that leaves no copy stands alone.
pub(super) fn may_offer_beside(
    open: &[OfferRow],
    to: &AuthorityId,
    keeps_copy: bool,
) -> Result<(), Forbidden> {
    let bars = |other: &&OfferRow| !keeps_copy || !other.keeps_copy || other.peer == *to;
    match open.iter().find(bars) {
        Some(other) => Err(Forbidden::Open { to: other.peer.clone() }),
        None => Ok(()),
    }
}

/// Can the receiver still accept in this state? A fetch that failed may be tried again.
pub(super) fn may_accept(state: OfferState) -> bool {
    matches!(state, OfferState::Open | OfferState::Failed)
}

/// Can the receiver still decline, or the giver's withdrawal still end it?
pub(super) fn is_pending(state: OfferState) -> bool {
    matches!(state, OfferState::Open | OfferState::Fetching | OfferState::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::marking::{HandlingCode, InformationEvaluation, OnwardRule, Purpose, SourceEvaluation};
    use std::collections::BTreeSet;

    fn id(text: &str) -> AuthorityId {
        text.parse().unwrap()
    }

    fn marking(onward: OnwardRule) -> Marking {
        Marking {
            handling: BTreeSet::from([HandlingCode::H0]),
            restrictions: None,
            purpose: Purpose::Exercise,
            source: SourceEvaluation::A,
            information: InformationEvaluation::Certain,
            onward,
            retain_until: jiff::civil::date(2099, 1, 1),
        }
    }

    #[test]
    fn what_was_received_under_ask_originator_goes_to_nobody_but_back() {
        let (holder, from) = (id("ES-NCB"), id("FR-NCB"));
        let given = marking(OnwardRule::AskOriginator);
        let asked = may_pass_on(&holder, &id("MA-NCB"), Some((&from, &given)), &given);
        assert_eq!(asked, Err(Forbidden::Onward { ask: from.clone() }));
        assert_eq!(may_pass_on(&holder, &from, Some((&from, &given)), &given), Ok(()));
        assert_eq!(may_pass_on(&holder, &id("MA-NCB"), None, &given), Ok(()));
    }

    #[test]
    fn h2_forbids_passing_on_whatever_the_onward_rule_names() {
        let (holder, from, to) = (id("ES-NCB"), id("FR-NCB"), id("MA-NCB"));
        let mut given = marking(OnwardRule::Only(BTreeSet::from([to.clone()])));
        assert_eq!(may_pass_on(&holder, &to, Some((&from, &given)), &given), Ok(()));
        given.handling.insert(HandlingCode::H2);
        let asked = may_pass_on(&holder, &to, Some((&from, &given)), &given);
        assert_eq!(asked, Err(Forbidden::Onward { ask: from }));
    }

    #[test]
    fn caveats_are_not_loosened_on_the_way() {
        let (holder, from, to) = (id("ES-NCB"), id("FR-NCB"), id("MA-NCB"));
        let given = marking(OnwardRule::Only(BTreeSet::from([to.clone()])));
        let passed = |marking: Marking| may_pass_on(&holder, &to, Some((&from, &given)), &marking);
        let longer = Marking { retain_until: jiff::civil::date(2099, 1, 2), ..given.clone() };
        assert_eq!(passed(longer), Err(Forbidden::Laxer { field: "marking.retain_until" }));
        let other = Marking { purpose: Purpose::LocateMissingChild, ..given.clone() };
        assert_eq!(passed(other), Err(Forbidden::Laxer { field: "marking.purpose" }));
        let handling = BTreeSet::from([HandlingCode::H1]);
        let fewer = Marking { handling, ..given.clone() };
        assert_eq!(passed(fewer), Err(Forbidden::Laxer { field: "marking.handling" }));
    }
}
