//! The marking that travels with every item and binds its receiver: handling codes, purpose, evaluation, onward rule, retention.

use crate::AuthorityId;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Handling codes as Europol practice defines them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum HandlingCode {
    /// Use only to prevent and combat crime, within applicable law.
    H0,
    /// Not to be disclosed in judicial proceedings without the provider's permission.
    H1,
    /// Not to be disseminated without the provider's permission.
    H2,
    /// Other restrictions, which [`Marking::restrictions`] states.
    H3,
}

/// What the item may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To find a missing child and bring it to safety.
    LocateMissingChild,
    /// To return a child wrongfully removed or retained.
    ReturnOfChild,
    /// To investigate a crime.
    CriminalInvestigation,
    /// To prosecute or try a crime.
    JudicialProceedings,
    /// To protect a child at risk.
    ChildProtection,
    /// To train and exercise.
    Exercise,
}

/// How far the source is trusted (4x4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum SourceEvaluation {
    /// No doubt about authenticity, trustworthiness and competence, or reliable in all instances.
    A,
    /// Reliable in most instances.
    B,
    /// Unreliable in most instances.
    C,
    /// Cannot be assessed.
    X,
}

/// How far the information is corroborated (4x4), written `1` to `4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum InformationEvaluation {
    /// Accuracy not in doubt.
    #[serde(rename = "1")]
    Certain,
    /// Known personally to the source but not to the official passing it on.
    #[serde(rename = "2")]
    KnownToSource,
    /// Not known personally to the source but corroborated.
    #[serde(rename = "3")]
    Corroborated,
    /// Not known personally to the source and not corroborated.
    #[serde(rename = "4")]
    Uncorroborated,
}

/// To whom the receiver may pass the item on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "rule", content = "to")]
pub enum OnwardRule {
    /// To nobody without the originator's permission.
    AskOriginator,
    /// To authorities of the receiver's own jurisdiction.
    OwnJurisdiction,
    /// To these authorities only.
    Only(BTreeSet<AuthorityId>),
}

/// The conditions under which an item was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Marking {
    /// Handling codes; at least one.
    pub handling: BTreeSet<HandlingCode>,
    /// The restrictions that `H3` announces, as free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restrictions: Option<String>,
    /// What the item may be used for.
    pub purpose: Purpose,
    /// How far the source is trusted.
    pub source: SourceEvaluation,
    /// How far the information is corroborated.
    pub information: InformationEvaluation,
    /// To whom the receiver may pass it on.
    pub onward: OnwardRule,
    /// The day after which the receiver must have erased it.
    pub retain_until: Date,
}

/// What is wrong with a marking.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MarkingFault {
    /// No handling code at all.
    #[error("the marking names no handling code; give at least `H0`")]
    NoHandlingCode,
    /// `H3` without its text, or text without `H3`.
    #[error("handling code `H3` and the text of its restrictions go together; give both or neither")]
    RestrictionsWithoutH3,
    /// The retention date has passed.
    #[error("retention ended on `{0}`; give a later date")]
    AlreadyExpired(Date),
}

impl Marking {
    /// Is the marking complete and still running on `today`?
    pub fn check(&self, today: Date) -> Result<(), MarkingFault> {
        if self.handling.is_empty() {
            return Err(MarkingFault::NoHandlingCode);
        }
        if self.handling.contains(&HandlingCode::H3)
            != self.restrictions.as_ref().is_some_and(|r| !r.trim().is_empty())
        {
            return Err(MarkingFault::RestrictionsWithoutH3);
        }
        if self.retain_until < today { Err(MarkingFault::AlreadyExpired(self.retain_until)) } else { Ok(()) }
    }

    /// May `holder`, who received the item, pass it on to `next` without asking the originator?
    #[must_use]
    pub fn may_pass_on(&self, holder: &AuthorityId, next: &AuthorityId) -> bool {
        if self.handling.contains(&HandlingCode::H2) {
            return false;
        }
        match &self.onward {
            OnwardRule::AskOriginator => false,
            OnwardRule::OwnJurisdiction => holder.jurisdiction() == next.jurisdiction(),
            OnwardRule::Only(named) => named.contains(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn marking() -> Marking {
        Marking {
            handling: BTreeSet::from([HandlingCode::H0]),
            restrictions: None,
            purpose: Purpose::LocateMissingChild,
            source: SourceEvaluation::A,
            information: InformationEvaluation::Certain,
            onward: OnwardRule::OwnJurisdiction,
            retain_until: date(2027, 1, 1),
        }
    }

    #[test]
    fn a_marking_without_a_handling_code_is_refused() {
        let bare = Marking { handling: BTreeSet::new(), ..marking() };
        assert_eq!(bare.check(date(2026, 1, 1)), Err(MarkingFault::NoHandlingCode));
    }

    #[test]
    fn h3_needs_its_text_and_text_needs_h3() {
        let silent = Marking { handling: BTreeSet::from([HandlingCode::H3]), ..marking() };
        assert_eq!(silent.check(date(2026, 1, 1)), Err(MarkingFault::RestrictionsWithoutH3));
        let stray = Marking { restrictions: Some("ask first".into()), ..marking() };
        assert_eq!(stray.check(date(2026, 1, 1)), Err(MarkingFault::RestrictionsWithoutH3));
    }

    #[test]
    fn retention_ends_with_its_last_day() {
        assert!(marking().check(date(2027, 1, 1)).is_ok());
        assert!(marking().check(date(2027, 1, 2)).is_err());
    }

    #[test]
    fn h2_forbids_every_onward_step() {
        let holder = "ES-NCB".parse().unwrap();
        let court = "ES-COURT".parse().unwrap();
        assert!(marking().may_pass_on(&holder, &court));
        let closed = Marking { handling: BTreeSet::from([HandlingCode::H2]), ..marking() };
        assert!(!closed.may_pass_on(&holder, &court));
    }

    #[test]
    fn information_is_written_as_a_digit() {
        let json = serde_json::to_value(marking()).unwrap();
        assert_eq!(json["information"], "1");
        assert_eq!(serde_json::from_value::<Marking>(json).unwrap(), marking());
    }
}
