//! The typed things that one authority says to others; one file for one kind.
//!
//! A message is the plain text of an envelope's sealed body. Its [`MessageKind`] stands in the signed statement too, and
//! the receiver refuses a body of another kind.

mod alert;
pub mod deconfliction;
mod evidence;
mod information;
pub mod matching;
mod sighting;

pub use alert::{Alert, AlertCancellation, AlertUpdate, CancellationReason, MissingItem, Withdrawal};
pub use deconfliction::{DeconflictionAnswer, DeconflictionOffer};
pub use evidence::{EvidenceAnswer, EvidenceOffer, OfferOutcome};
pub use information::{Disclosure, Information, ReasonField, Verdict};
pub use matching::{HitAnswer, HitClaim, SelectorAnswer, SelectorQuery, SweepAnswer, SweepRequest};
pub use sighting::Sighting;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a message, as the statement names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A child's disappearance made known.
    Alert,
    /// What changed since the alert.
    AlertUpdate,
    /// The alert is over.
    AlertCancellation,
    /// Names and photographs were withdrawn, as a cancellation demanded.
    Withdrawal,
    /// Where the child may have been seen.
    Sighting,
    /// What the holder of a hit shows.
    Disclosure,
    /// A question, an answer or other information.
    Information,
    /// An item of evidence is offered.
    EvidenceOffer,
    /// What became of an offer of evidence.
    EvidenceAnswer,
    /// Which of these blinded identifiers are held?
    SelectorQuery,
    /// What a holder answers to a selector query.
    SelectorAnswer,
    /// What does the holder show of the hits found?
    HitClaim,
    /// What the holder decided on a hit.
    HitAnswer,
    /// A second authority is asked to consent to a sweep.
    SweepRequest,
    /// Consent to a sweep, or not.
    SweepAnswer,
    /// Shall whole case loads be compared?
    DeconflictionOffer,
    /// What becomes of an offer to compare whole case loads.
    DeconflictionAnswer,
}

impl MessageKind {
    /// The kind as it is written in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::AlertUpdate => "alert_update",
            Self::AlertCancellation => "alert_cancellation",
            Self::Withdrawal => "withdrawal",
            Self::Sighting => "sighting",
            Self::Disclosure => "disclosure",
            Self::Information => "information",
            Self::EvidenceOffer => "evidence_offer",
            Self::EvidenceAnswer => "evidence_answer",
            Self::SelectorQuery => "selector_query",
            Self::SelectorAnswer => "selector_answer",
            Self::HitClaim => "hit_claim",
            Self::HitAnswer => "hit_answer",
            Self::SweepRequest => "sweep_request",
            Self::SweepAnswer => "sweep_answer",
            Self::DeconflictionOffer => "deconfliction_offer",
            Self::DeconflictionAnswer => "deconfliction_answer",
        }
    }
}

/// One typed thing said by one authority to others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum Message {
    /// A child's disappearance made known.
    Alert(Box<Alert>),
    /// What changed since the alert.
    AlertUpdate(AlertUpdate),
    /// The alert is over.
    AlertCancellation(AlertCancellation),
    /// Names and photographs were withdrawn.
    Withdrawal(Withdrawal),
    /// Where the child may have been seen.
    Sighting(Sighting),
    /// What the holder of a hit shows.
    Disclosure(Box<Disclosure>),
    /// A question, an answer or other information.
    Information(Information),
    /// An item of evidence is offered.
    EvidenceOffer(Box<EvidenceOffer>),
    /// What became of an offer of evidence.
    EvidenceAnswer(EvidenceAnswer),
    /// Which of these blinded identifiers are held?
    SelectorQuery(Box<SelectorQuery>),
    /// What a holder answers to a selector query.
    SelectorAnswer(Box<SelectorAnswer>),
    /// What does the holder show of the hits found?
    HitClaim(HitClaim),
    /// What the holder decided on a hit.
    HitAnswer(HitAnswer),
    /// A second authority is asked to consent to a sweep.
    SweepRequest(SweepRequest),
    /// Consent to a sweep, or not.
    SweepAnswer(SweepAnswer),
    /// Shall whole case loads be compared?
    DeconflictionOffer(Box<DeconflictionOffer>),
    /// What becomes of an offer to compare whole case loads.
    DeconflictionAnswer(DeconflictionAnswer),
}

impl Message {
    /// The kind of this message.
    #[must_use]
    pub fn kind(&self) -> MessageKind {
        match self {
            Self::Alert(_) => MessageKind::Alert,
            Self::AlertUpdate(_) => MessageKind::AlertUpdate,
            Self::AlertCancellation(_) => MessageKind::AlertCancellation,
            Self::Withdrawal(_) => MessageKind::Withdrawal,
            Self::Sighting(_) => MessageKind::Sighting,
            Self::Disclosure(_) => MessageKind::Disclosure,
            Self::Information(_) => MessageKind::Information,
            Self::EvidenceOffer(_) => MessageKind::EvidenceOffer,
            Self::EvidenceAnswer(_) => MessageKind::EvidenceAnswer,
            Self::SelectorQuery(_) => MessageKind::SelectorQuery,
            Self::SelectorAnswer(_) => MessageKind::SelectorAnswer,
            Self::HitClaim(_) => MessageKind::HitClaim,
            Self::HitAnswer(_) => MessageKind::HitAnswer,
            Self::SweepRequest(_) => MessageKind::SweepRequest,
            Self::SweepAnswer(_) => MessageKind::SweepAnswer,
            Self::DeconflictionOffer(_) => MessageKind::DeconflictionOffer,
            Self::DeconflictionAnswer(_) => MessageKind::DeconflictionAnswer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_written_alike_in_the_statement_and_in_the_body() {
        let message = Message::Information(Information { subject: "s".into(), text: "t".into() });
        let json = serde_json::to_value(&message).unwrap();
        assert_eq!(json["kind"], serde_json::to_value(message.kind()).unwrap());
        assert_eq!(json["kind"], message.kind().as_str());
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        assert!(serde_json::from_str::<Message>(r#"{"kind":"rumour","content":{}}"#).is_err());
    }
}
