//! Deconfliction: two authorities that both consent compare whole case loads, and each learns which of its own entries the
//! other has too. The comparison itself does not travel in messages; what does is the consent of each, its scope and its sizes.

use crate::{id::MessageId, selector::SelectorKind};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The only suite: Diffie-Hellman set intersection on Curve25519, entries hashed to it after RFC 9380.
pub const DECONFLICTION_SUITE: &str = "dh-psi-curve25519-elligator2-sha512";
/// How often one consent may be used: an attempt that broke off is begun again with another session, so often in all.
pub const DECONFLICTION_ATTEMPTS: u32 = 3;

/// An authority offers to compare its whole case load with that of another. Nothing is compared before the other has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeconflictionOffer {
    /// [`DECONFLICTION_SUITE`].
    pub suite: String,
    /// Sixteen random bytes of the offerer's, in hexadecimal, used once; the session of each attempt is derived from them.
    #[schemars(extend("pattern" = "^[0-9a-f]{32}$"))]
    pub session: String,
    /// How many entries the offerer compares at most: a padded size, which hides the true number.
    pub entries: u32,
    /// The kinds of selectors that are compared; at least one.
    pub scope: BTreeSet<SelectorKind>,
    /// Why the case loads are to be compared.
    pub why: String,
    /// The officer who prepared it, under a pseudonym that stays the same at this authority: 32 hexadecimal digits.
    #[schemars(extend("pattern" = "^[0-9a-f]{32}$"))]
    pub officer: String,
    /// Until when it may be accepted and carried out.
    pub expires_at: Timestamp,
}

/// What becomes of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeconflictionAnswer {
    /// The offer.
    pub offer: MessageId,
    /// What becomes of it.
    pub outcome: DeconflictionOutcome,
}

/// Accepted, declined, or ended by either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", content = "detail", rename_all = "snake_case")]
pub enum DeconflictionOutcome {
    /// The case loads are compared, by the offerer's doing.
    Accepted {
        /// How many entries the accepting authority compares at most: a padded size.
        entries: u32,
        /// The officer who prepared the acceptance, by pseudonym: 32 hexadecimal digits.
        #[schemars(extend("pattern" = "^[0-9a-f]{32}$"))]
        officer: String,
    },
    /// They are not.
    Declined {
        /// Why.
        why: String,
    },
    /// Either side takes its consent back, or has given up: nothing is compared any more.
    Ended {
        /// Why.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_written_by_its_name_and_unknown_ones_are_refused() {
        let accepted = DeconflictionOutcome::Accepted { entries: 120, officer: "0".repeat(32) };
        let json = serde_json::to_value(&accepted).unwrap();
        assert_eq!((&json["outcome"], &json["detail"]["entries"]), (&"accepted".into(), &120.into()));
        assert_eq!(serde_json::from_value::<DeconflictionOutcome>(json).unwrap(), accepted);
        for wrong in [
            r#"{"outcome":"maybe","detail":{}}"#,
            r#"{"outcome":"accepted","detail":{"entries":-1,"officer":""}}"#,
        ] {
            assert!(serde_json::from_str::<DeconflictionOutcome>(wrong).is_err(), "{wrong}");
        }
    }
}
