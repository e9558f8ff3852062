//! What an officer needs from another state.

use comity_model::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A need, as `need_to_instrument.csv` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The return of a child who was wrongfully removed or retained.
    ReturnOfAbductedChild,
    /// Access to a child.
    AccessRights,
    /// Recognition and enforcement of an order on custody or access.
    RecognitionEnforcementCustody,
    /// Transfer of jurisdiction to a court of the other state.
    TransferOfJurisdiction,
    /// Evidence for criminal proceedings.
    Evidence,
    /// Preservation of computer data.
    PreservationComputerData,
    /// Surrender of a person.
    Extradition,
    /// A joint investigation team.
    JointInvestigationTeam,
    /// Police information.
    PoliceIntelligence,
    /// Publication of a notice.
    PublicationOfNotice,
}

impl Need {
    /// Every need, in the order of the tables.
    pub const ALL: [Need; 10] = [
        Need::ReturnOfAbductedChild,
        Need::AccessRights,
        Need::RecognitionEnforcementCustody,
        Need::TransferOfJurisdiction,
        Need::Evidence,
        Need::PreservationComputerData,
        Need::Extradition,
        Need::JointInvestigationTeam,
        Need::PoliceIntelligence,
        Need::PublicationOfNotice,
    ];

    /// The code in tables and JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.codes().0
    }

    /// The short word that the command line takes.
    #[must_use]
    pub fn short(self) -> &'static str {
        self.codes().1
    }

    fn codes(self) -> (&'static str, &'static str) {
        match self {
            Need::ReturnOfAbductedChild => ("return_of_abducted_child", "return"),
            Need::AccessRights => ("access_rights", "access"),
            Need::RecognitionEnforcementCustody => ("recognition_enforcement_custody", "enforcement"),
            Need::TransferOfJurisdiction => ("transfer_of_jurisdiction", "transfer"),
            Need::Evidence => ("evidence", "evidence"),
            Need::PreservationComputerData => ("preservation_computer_data", "preservation"),
            Need::Extradition => ("extradition", "extradition"),
            Need::JointInvestigationTeam => ("joint_investigation_team", "team"),
            Need::PoliceIntelligence => ("police_intelligence", "police"),
            Need::PublicationOfNotice => ("publication_of_notice", "notice"),
        }
    }
}

impl FromStr for Need {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let known = Self::ALL.into_iter().find(|need| need.code() == text || need.short() == text);
        known.ok_or_else(|| Nonsense::new(text, "a need such as `return`, `access` or `evidence`"))
    }
}

impl fmt::Display for Need {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}
