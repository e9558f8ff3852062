//! The rules that an arriving envelope must pass, numbered, in their order: the cheap before the dear, and
//! nothing believed before the signatures hold. The receiver answers each question; the first "no" refuses.

use crate::refusal::RefusalCode;

/// One rule; its number is its place in [`Rule::ALL`], from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// 1. The envelope is no larger than we take.
    FitsTheLimit,
    /// 2. The envelope can be read.
    CanBeRead,
    /// 3. Its version is one that we speak.
    VersionIsSpoken,
    /// 4. Its kind is one that we know.
    KindIsKnown,
    /// 5. It is an exercise where we exercise, live where we are live.
    ModeIsOurs,
    /// 6. An authority that we serve is among the recipients.
    IsForUs,
    /// 7. The sender is a member of the federation.
    SenderIsMember,
    /// 8. The node at the other end of the connection serves the sender.
    PeerServesSender,
    /// 9. Both signatures are there.
    BothSignaturesAreThere,
    /// 10. The registry knows the signing key as the sender's.
    KeyIsKnown,
    /// 11. The key was not revoked.
    KeyIsNotRevoked,
    /// 12. The key was valid at the time of the statement.
    KeyIsInForce,
    /// 13. Both signatures verify.
    SignaturesVerify,
    /// 14. The body has the digest and the size that the statement says.
    BodyIsTheSignedOne,
    /// 15. The body opens with a key of ours.
    BodyOpens,
}

impl Rule {
    /// Every rule, in the order in which they are asked.
    pub const ALL: [Rule; 15] = [
        Rule::FitsTheLimit,
        Rule::CanBeRead,
        Rule::VersionIsSpoken,
        Rule::KindIsKnown,
        Rule::ModeIsOurs,
        Rule::IsForUs,
        Rule::SenderIsMember,
        Rule::PeerServesSender,
        Rule::BothSignaturesAreThere,
        Rule::KeyIsKnown,
        Rule::KeyIsNotRevoked,
        Rule::KeyIsInForce,
        Rule::SignaturesVerify,
        Rule::BodyIsTheSignedOne,
        Rule::BodyOpens,
    ];

    /// The rule's number, from 1; it never changes its meaning.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// How an envelope that breaks the rule is refused.
    #[must_use]
    pub fn refusal(self) -> RefusalCode {
        match self {
            Rule::FitsTheLimit => RefusalCode::Oversize,
            Rule::CanBeRead => RefusalCode::Malformed,
            Rule::VersionIsSpoken => RefusalCode::UnsupportedVersion,
            Rule::KindIsKnown => RefusalCode::UnknownKind,
            Rule::ModeIsOurs => RefusalCode::ModeMismatch,
            Rule::IsForUs => RefusalCode::NotForUs,
            Rule::SenderIsMember => RefusalCode::UnknownSender,
            Rule::PeerServesSender => RefusalCode::PeerMismatch,
            Rule::BothSignaturesAreThere => RefusalCode::MissingSignature,
            Rule::KeyIsKnown => RefusalCode::KeyUnknown,
            Rule::KeyIsNotRevoked => RefusalCode::KeyRevoked,
            Rule::KeyIsInForce => RefusalCode::KeyExpired,
            Rule::SignaturesVerify => RefusalCode::BadSignature,
            Rule::BodyIsTheSignedOne => RefusalCode::BodyMismatch,
            Rule::BodyOpens => RefusalCode::CannotOpen,
        }
    }
}

/// Asks the rules in their order; `holds` answers each one, and is not asked any further after a "no".
///
/// # Errors
/// The refusal of the first rule that does not hold.
pub fn examine(mut holds: impl FnMut(Rule) -> bool) -> Result<(), RefusalCode> {
    Rule::ALL.into_iter().find(|rule| !holds(*rule)).map_or(Ok(()), |rule| Err(rule.refusal()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_alone_refuses_with_its_own_code_and_ends_the_questions() {
        for broken in Rule::ALL {
            let mut asked = Vec::new();
            let verdict = examine(|rule| {
                asked.push(rule);
                rule != broken
            });
            assert_eq!(verdict, Err(broken.refusal()));
            assert_eq!(asked.len(), usize::from(broken.number()));
        }
    }

    #[test]
    fn an_envelope_that_breaks_no_rule_passes() {
        assert_eq!(examine(|_| true), Ok(()));
    }

    #[test]
    fn every_broken_rule_is_a_permanent_refusal() {
        assert!(Rule::ALL.iter().all(|rule| rule.refusal().is_permanent()));
    }
}
