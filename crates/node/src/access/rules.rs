//! The decisions of access as pure functions: who may do what, when a session has ended, how long a lock-out lasts.

use comity_model::Nonsense;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::ToSchema;

/// What an officer is at the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on cases.
    Officer,
    /// Works on cases, and releases alerts that another has raised.
    ReleasingOfficer,
    /// Keeps accounts and the node; sees no case.
    Administrator,
    /// Reads the journal; sees no case.
    Auditor,
}

impl Role {
    /// Every role, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::Officer, Self::ReleasingOfficer, Self::Administrator, Self::Auditor];

    /// The role as it is written in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::ReleasingOfficer => "releasing_officer",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }
}

impl FromStr for Role {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let expected = "a role: `officer`, `releasing_officer`, `administrator` or `auditor`";
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| Nonsense::new(text, expected))
    }
}

/// What may be done at the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Read case files.
    ReadCases,
    /// Open a case, by import.
    OpenCase,
    /// Read alerts, their deliveries and sightings.
    ReadAlerts,
    /// Raise an alert.
    RaiseAlert,
    /// Let an alert leave.
    ReleaseAlert,
    /// Say what changed since the alert.
    UpdateAlert,
    /// End an alert.
    CancelAlert,
    /// Report where a child may have been seen.
    SendSighting,
    /// Read hits.
    ReadHits,
    /// Disclose or dismiss a hit.
    DecideHit,
    /// Read exchanges with other authorities.
    ReadExchanges,
    /// Send a message in an exchange.
    SendMessage,
    /// Take an exchange's record away.
    ExportRecord,
    /// See what was refused for good.
    ReadDeadLetters,
    /// Send it again.
    RetryDeadLetters,
    /// Read the journal.
    ReadJournal,
    /// Create and list accounts.
    ManageOfficers,
    /// Offer the node a newer registry.
    ManageRegistry,
}

impl Act {
    /// Every act, in the order of their declaration.
    pub const ALL: [Self; 18] = [
        Self::ReadCases,
        Self::OpenCase,
        Self::ReadAlerts,
        Self::RaiseAlert,
        Self::ReleaseAlert,
        Self::UpdateAlert,
        Self::CancelAlert,
        Self::SendSighting,
        Self::ReadHits,
        Self::DecideHit,
        Self::ReadExchanges,
        Self::SendMessage,
        Self::ExportRecord,
        Self::ReadDeadLetters,
        Self::RetryDeadLetters,
        Self::ReadJournal,
        Self::ManageOfficers,
        Self::ManageRegistry,
    ];
}

/// May an officer of that role do it? One row an act: officer, releasing officer, administrator, auditor.
#[must_use]
pub fn allows(role: Role, act: Act) -> bool {
    const Y: bool = true;
    const N: bool = false;
    let row = match act {
        Act::ReadCases => [Y, Y, N, N],
        Act::OpenCase => [Y, Y, N, N],
        Act::ReadAlerts => [Y, Y, N, N],
        Act::RaiseAlert => [Y, Y, N, N],
        Act::ReleaseAlert => [N, Y, N, N],
        Act::UpdateAlert => [Y, Y, N, N],
        Act::CancelAlert => [Y, Y, N, N],
        Act::SendSighting => [Y, Y, N, N],
        Act::ReadHits => [Y, Y, N, N],
        Act::DecideHit => [Y, Y, N, N],
        Act::ReadExchanges => [Y, Y, N, N],
        Act::SendMessage => [Y, Y, N, N],
        Act::ExportRecord => [Y, Y, N, Y],
        Act::ReadDeadLetters => [Y, Y, Y, Y],
        Act::RetryDeadLetters => [Y, Y, Y, N],
        Act::ReadJournal => [N, N, Y, Y],
        Act::ManageOfficers => [N, N, Y, N],
        Act::ManageRegistry => [N, N, Y, N],
    };
    let [officer, releasing_officer, administrator, auditor] = row;
    match role {
        Role::Officer => officer,
        Role::ReleasingOfficer => releasing_officer,
        Role::Administrator => administrator,
        Role::Auditor => auditor,
    }
}
