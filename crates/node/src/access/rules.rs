//! The decisions of access as pure functions: who may do what, when a session has ended, how long a lock-out lasts.

use comity_model::Nonsense;
use jiff::{SignedDuration, Timestamp};
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
    /// Ask what binds two states.
    ReadLaw,
    /// Load or withdraw a data set of the law.
    ManageLaw,
    /// Let a message go although the tables contradict its basis.
    AuthoriseBasis,
    /// See items of evidence, their descriptions and custody.
    ReadEvidence,
    /// Take evidence in.
    TakeEvidence,
    /// Open, copy or examine what an item contains.
    OpenEvidence,
    /// Offer an item to another authority, or take the offer back.
    OfferEvidence,
    /// Accept or decline what another authority offers.
    AnswerOffer,
    /// Make a court bundle.
    BundleEvidence,
    /// Give an item back or destroy it.
    DisposeOfEvidence,
    /// See how the vault is, and begin a new epoch of keys.
    ManageVault,
    /// Search the persons of the authority's own cases.
    SearchPersons,
    /// Hold persons of cases to be one, or undo that.
    MergePersons,
    /// See which hash sets there are.
    ReadHashSets,
    /// Ask hash sets for hashes.
    SearchHashSets,
    /// Take a hash set in.
    ImportHashSet,
    /// Take a hash set out of use.
    WithdrawHashSet,
    /// See private queries, their budgets, and what came of them.
    ReadQueries,
    /// Ask others whether they hold identifiers, and claim hits.
    AskSelectors,
    /// Read what others claim of our entries.
    ReadClaims,
    /// Show something of an entry to whoever claims a hit on it, or decline.
    DecideClaim,
    /// Propose, confirm and withdraw standing rules of disclosure; consent to others' sweeps.
    RuleMatching,
    /// Plant entries that nobody should ever hit.
    PlantCanaries,
    /// Compare the use of private matching with the journal, canaries included.
    AuditMatching,
    /// See comparisons of whole case loads, and what they found.
    ReadDeconflictions,
    /// Prepare an offer to compare whole case loads or an acceptance, decline an offer, withdraw.
    PrepareDeconfliction,
    /// Confirm what another officer has prepared.
    ConfirmDeconfliction,
}

impl Act {
    /// Every act, in the order of their declaration.
    pub const ALL: [Self; 45] = [
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
        Self::ReadLaw,
        Self::ManageLaw,
        Self::AuthoriseBasis,
        Self::ReadEvidence,
        Self::TakeEvidence,
        Self::OpenEvidence,
        Self::OfferEvidence,
        Self::AnswerOffer,
        Self::BundleEvidence,
        Self::DisposeOfEvidence,
        Self::ManageVault,
        Self::SearchPersons,
        Self::MergePersons,
        Self::ReadHashSets,
        Self::SearchHashSets,
        Self::ImportHashSet,
        Self::WithdrawHashSet,
        Self::ReadQueries,
        Self::AskSelectors,
        Self::ReadClaims,
        Self::DecideClaim,
        Self::RuleMatching,
        Self::PlantCanaries,
        Self::AuditMatching,
        Self::ReadDeconflictions,
        Self::PrepareDeconfliction,
        Self::ConfirmDeconfliction,
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
        Act::ReadLaw => [Y, Y, Y, Y],
        Act::ManageLaw => [N, N, Y, N],
        Act::AuthoriseBasis => [N, Y, N, N],
        Act::ReadEvidence => [Y, Y, N, Y],
        Act::TakeEvidence => [Y, Y, N, N],
        Act::OpenEvidence => [Y, Y, N, N],
        Act::OfferEvidence => [N, Y, N, N],
        Act::AnswerOffer => [Y, Y, N, N],
        Act::BundleEvidence => [Y, Y, N, N],
        Act::DisposeOfEvidence => [N, Y, N, N],
        Act::ManageVault => [N, N, Y, N],
        Act::SearchPersons => [Y, Y, N, N],
        Act::MergePersons => [Y, Y, N, N],
        Act::ReadHashSets => [Y, Y, N, Y],
        Act::SearchHashSets => [Y, Y, N, N],
        Act::ImportHashSet => [Y, Y, N, N],
        Act::WithdrawHashSet => [N, Y, N, N],
        Act::ReadQueries => [Y, Y, N, N],
        Act::AskSelectors => [Y, Y, N, N],
        Act::ReadClaims => [Y, Y, N, N],
        Act::DecideClaim => [Y, Y, N, N],
        Act::RuleMatching => [N, Y, N, N],
        Act::PlantCanaries => [N, N, N, Y],
        Act::AuditMatching => [N, N, N, Y],
        Act::ReadDeconflictions => [Y, Y, N, N],
        Act::PrepareDeconfliction => [Y, Y, N, N],
        Act::ConfirmDeconfliction => [N, Y, N, N],
    };
    let [officer, releasing_officer, administrator, auditor] = row;
    match role {
        Role::Officer => officer,
        Role::ReleasingOfficer => releasing_officer,
        Role::Administrator => administrator,
        Role::Auditor => auditor,
    }
}

/// The longest that a session may last from its sign-in, whatever is asked in it.
pub const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(12);
/// So many wrong passwords in a row lock an account.
pub const LOCKING_FAILURES: u64 = 5;
/// The first lock-out, in minutes; each further failure doubles it.
const FIRST_LOCK_MINUTES: i64 = 15;
/// The longest lock-out, in minutes.
const LONGEST_LOCK_MINUTES: i64 = 24 * 60;
/// The fewest characters of a password (NIST SP 800-63B asks for 8 and advises 15).
pub const SHORTEST_PASSWORD: usize = 12;
/// The most bytes of a password.
pub const LONGEST_PASSWORD: usize = 1024;

/// Until when an account is locked after its `failures`th wrong password in a row, given at `now`.
#[must_use]
pub fn locked_until(failures: u64, now: Timestamp) -> Option<Timestamp> {
    let beyond = failures.checked_sub(LOCKING_FAILURES)?;
    let doubled = FIRST_LOCK_MINUTES << beyond.min(8);
    Some(later(now, SignedDuration::from_mins(doubled.min(LONGEST_LOCK_MINUTES))))
}

/// When a session ends if nothing more is asked in it.
#[must_use]
pub fn session_ends(created: Timestamp, last_seen: Timestamp, idle: SignedDuration) -> Timestamp {
    later(last_seen, idle).min(later(created, LONGEST_SESSION))
}

/// Has so much time passed that the session's last use is written down again? Not each request costs a write.
#[must_use]
pub fn worth_noting(last_seen: Timestamp, idle: SignedDuration, now: Timestamp) -> bool {
    now.duration_since(last_seen) >= (idle / 10).min(SignedDuration::from_secs(60))
}

/// A time that much later, or the last that can be written.
fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// What is wrong with a new account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficerFault {
    /// The name to sign in with.
    #[error(
        "`{0}` is no name to sign in with; use 2 to 64 of a-z, 0-9, dot, hyphen and underscore, a letter first"
    )]
    Name(String),
    /// The name to show.
    #[error("the name to show has 1 to 100 characters and no control characters; give another")]
    DisplayName,
    /// The password.
    #[error("a password has at least {SHORTEST_PASSWORD} characters and at most {LONGEST_PASSWORD} bytes")]
    Password,
}

/// May an account be made with these words?
///
/// # Errors
/// The first [`OfficerFault`].
pub fn check_officer(name: &str, display_name: &str, password: &str) -> Result<(), OfficerFault> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !(2..=64).contains(&name.len()) || !starts || !name.chars().all(fits) {
        return Err(OfficerFault::Name(name.chars().take(64).collect()));
    }
    let shown = display_name.trim();
    if !(1..=100).contains(&shown.chars().count()) || shown.chars().any(char::is_control) {
        return Err(OfficerFault::DisplayName);
    }
    if password.chars().count() < SHORTEST_PASSWORD || password.len() > LONGEST_PASSWORD {
        return Err(OfficerFault::Password);
    }
    Ok(())
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
