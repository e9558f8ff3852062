//! For which needs the tables name an instrument, held against a message's purpose and kind.
//!
//! The purposes are those of the marking and the kinds those of messages, both by their own definitions in the model; the
//! needs are those of `need_to_instrument.csv`. An instrument serves a message where a need stands in all three.

use crate::Need;
use comity_model::message::MessageKind;

/// The needs that a purpose of a marking may pursue; `None` where the model knows no such purpose.
pub(super) fn needs_of_purpose(purpose: &str) -> Option<&'static [Need]> {
    Some(match purpose {
        // "To find a missing child and bring it to safety."
        "locate_missing_child" => {
            &[Need::ReturnOfAbductedChild, Need::PoliceIntelligence, Need::PublicationOfNotice]
        }
        // "To return a child wrongfully removed or retained": and to have access, orders and jurisdiction settled with it.
        "return_of_child" => &[
            Need::ReturnOfAbductedChild,
            Need::AccessRights,
            Need::RecognitionEnforcementCustody,
            Need::TransferOfJurisdiction,
        ],
        // "To investigate a crime."
        "criminal_investigation" => &[
            Need::Evidence,
            Need::PreservationComputerData,
            Need::Extradition,
            Need::JointInvestigationTeam,
            Need::PoliceIntelligence,
            Need::PublicationOfNotice,
        ],
        // "To prosecute or try a crime."
        "judicial_proceedings" => {
            &[Need::Evidence, Need::PreservationComputerData, Need::Extradition, Need::JointInvestigationTeam]
        }
        // "To protect a child at risk."
        "child_protection" => &[
            Need::ReturnOfAbductedChild,
            Need::AccessRights,
            Need::RecognitionEnforcementCustody,
            Need::TransferOfJurisdiction,
            Need::PoliceIntelligence,
            Need::PublicationOfNotice,
        ],
        // "To train and exercise": whatever is trained.
        "exercise" => &Need::ALL,
        _ => return None,
    })
}

/// Purposes that are about a crime and nothing else.
pub(super) fn is_criminal(purpose: &str) -> bool {
    matches!(purpose, "criminal_investigation" | "judicial_proceedings")
}

/// The needs that a kind of message may serve: what is said around an alert is about finding a missing child; a disclosure
/// and an information may be about anything.
pub(super) fn needs_of_kind(kind: MessageKind) -> &'static [Need] {
    match kind {
        MessageKind::Alert
        | MessageKind::AlertUpdate
        | MessageKind::AlertCancellation
        | MessageKind::Withdrawal
        | MessageKind::Sighting => {
            &[Need::ReturnOfAbductedChild, Need::PoliceIntelligence, Need::PublicationOfNotice]
        }
        MessageKind::Disclosure
        | MessageKind::Information
        | MessageKind::EvidenceOffer
        | MessageKind::EvidenceAnswer
        | MessageKind::SelectorQuery
        | MessageKind::SelectorAnswer
        | MessageKind::HitClaim
        | MessageKind::HitAnswer
        | MessageKind::SweepRequest
        | MessageKind::SweepAnswer
        | MessageKind::DeconflictionOffer
        | MessageKind::DeconflictionAnswer => &Need::ALL,
    }
}
