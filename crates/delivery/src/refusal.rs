//! Why an envelope or a batch is refused or put off, and what its sender should do next.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The reason that a receiver gives; on the wire in snake case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusalCode {
    /// The envelope's or the protocol's version is not one that the receiver speaks.
    UnsupportedVersion,
    /// The kind of message is not one that the receiver knows.
    UnknownKind,
    /// The envelope cannot be read: truncated, not JSON, a field missing or out of its range.
    Malformed,
    /// Larger than the receiver takes.
    Oversize,
    /// The sending authority is not a member in the receiver's registry.
    UnknownSender,
    /// The sending authority is not served by the node that the TLS certificate names.
    PeerMismatch,
    /// No authority served by the receiver is among the recipients.
    NotForUs,
    /// One of the two signatures is missing.
    MissingSignature,
    /// A signature does not verify.
    BadSignature,
    /// The signing key was revoked.
    KeyRevoked,
    /// The signing key is in no registry that the receiver knows.
    KeyUnknown,
    /// The signing key was not valid at the time of the statement.
    KeyExpired,
    /// The body's digest or size differs from what the statement says.
    BodyMismatch,
    /// The id was received before with other content.
    Conflict,
    /// The body is not sealed to a key of the receiver.
    CannotOpen,
    /// An exercise message at a live node, or the reverse.
    ModeMismatch,
    /// The clocks of the two nodes are too far apart.
    ClockSkew,
    /// The receiver's registry is older than the sender's: it must fetch the newer one first.
    RegistryStale,
    /// The registry has expired: nothing is sent or accepted until a newer one is there.
    RegistryExpired,
    /// The receiver has no room to store.
    StorageFull,
    /// The receiver has too much to do, or its database is locked.
    Busy,
    /// A code of a later version of the protocol.
    #[serde(other)]
    Other,
}

impl RefusalCode {
    /// Every code, in the order of their declaration.
    pub const ALL: [RefusalCode; 22] = [
        RefusalCode::UnsupportedVersion,
        RefusalCode::UnknownKind,
        RefusalCode::Malformed,
        RefusalCode::Oversize,
        RefusalCode::UnknownSender,
        RefusalCode::PeerMismatch,
        RefusalCode::NotForUs,
        RefusalCode::MissingSignature,
        RefusalCode::BadSignature,
        RefusalCode::KeyRevoked,
        RefusalCode::KeyUnknown,
        RefusalCode::KeyExpired,
        RefusalCode::BodyMismatch,
        RefusalCode::Conflict,
        RefusalCode::CannotOpen,
        RefusalCode::ModeMismatch,
        RefusalCode::ClockSkew,
        RefusalCode::RegistryStale,
        RefusalCode::RegistryExpired,
        RefusalCode::StorageFull,
        RefusalCode::Busy,
        RefusalCode::Other,
    ];

    /// The code as it stands on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RefusalCode::UnsupportedVersion => "unsupported_version",
            RefusalCode::UnknownKind => "unknown_kind",
            RefusalCode::Malformed => "malformed",
            RefusalCode::Oversize => "oversize",
            RefusalCode::UnknownSender => "unknown_sender",
            RefusalCode::PeerMismatch => "peer_mismatch",
            RefusalCode::NotForUs => "not_for_us",
            RefusalCode::MissingSignature => "missing_signature",
            RefusalCode::BadSignature => "bad_signature",
            RefusalCode::KeyRevoked => "key_revoked",
            RefusalCode::KeyUnknown => "key_unknown",
            RefusalCode::KeyExpired => "key_expired",
            RefusalCode::BodyMismatch => "body_mismatch",
            RefusalCode::Conflict => "conflict",
            RefusalCode::CannotOpen => "cannot_open",
            RefusalCode::ModeMismatch => "mode_mismatch",
            RefusalCode::ClockSkew => "clock_skew",
            RefusalCode::RegistryStale => "registry_stale",
            RefusalCode::RegistryExpired => "registry_expired",
            RefusalCode::StorageFull => "storage_full",
            RefusalCode::Busy => "busy",
            RefusalCode::Other => "other",
        }
    }

    /// The code of that name; a name of a later version becomes [`RefusalCode::Other`].
    #[must_use]
    pub fn from_name(name: &str) -> RefusalCode {
        RefusalCode::ALL.into_iter().find(|code| code.as_str() == name).unwrap_or(RefusalCode::Other)
    }

    /// Whether sending the same bytes again cannot help. An unknown code is taken for a passing fault, so
    /// that nothing is given up for a word that we do not know.
    #[must_use]
    pub fn is_permanent(self) -> bool {
        !matches!(
            self,
            RefusalCode::ClockSkew
                | RefusalCode::RegistryStale
                | RefusalCode::RegistryExpired
                | RefusalCode::StorageFull
                | RefusalCode::Busy
                | RefusalCode::Other
        )
    }

    /// Whether a batch of several, refused as a whole with this code, may hold one envelope that is to blame:
    /// smaller batches then find it.
    #[must_use]
    pub fn blames_one_item(self) -> bool {
        matches!(self, RefusalCode::Malformed | RefusalCode::Oversize)
    }

    /// What the sender should do next.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            RefusalCode::UnsupportedVersion => {
                "send it in a version that the receiver speaks, or ask it to upgrade"
            }
            RefusalCode::UnknownKind => "ask the receiver to upgrade, or say it in a kind that it knows",
            RefusalCode::Malformed => {
                "report the fault to your software's maintainers and create the message anew"
            }
            RefusalCode::Oversize => "move large content to an evidence object and send a smaller message",
            RefusalCode::UnknownSender => "ask the registry's root holders to enter your authority",
            RefusalCode::PeerMismatch => "send from the node that the registry names for your authority",
            RefusalCode::NotForUs => "check the recipients against the registry and create the message anew",
            RefusalCode::MissingSignature => {
                "sign with both keys of the authority and create the message anew"
            }
            RefusalCode::BadSignature => {
                "check the signing key against the registry and create the message anew"
            }
            RefusalCode::KeyRevoked => "sign with a key that is in force and create the message anew",
            RefusalCode::KeyUnknown => {
                "have the key entered in the registry, then send again from the dead letters"
            }
            RefusalCode::KeyExpired => "rotate the key in the registry and create the message anew",
            RefusalCode::BodyMismatch => {
                "the stored body was changed: check the disk and create the message anew"
            }
            RefusalCode::Conflict => {
                "the id is taken by other content: create the message anew with a new id"
            }
            RefusalCode::CannotOpen => "fetch the receiver's current sealing key and create the message anew",
            RefusalCode::ModeMismatch => "send exercises to exercise nodes and live messages to live nodes",
            RefusalCode::ClockSkew => "set the clock right at both nodes; delivery goes on by itself",
            RefusalCode::RegistryStale => {
                "nothing: the receiver fetches the newer registry; delivery goes on by itself"
            }
            RefusalCode::RegistryExpired => {
                "have the root holders sign a new registry; delivery then goes on by itself"
            }
            RefusalCode::StorageFull => "nothing: the receiver must make room; delivery goes on by itself",
            RefusalCode::Busy => "nothing: delivery goes on by itself",
            RefusalCode::Other => "upgrade this node to learn the reason; delivery is tried again by itself",
        }
    }
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_travels_in_snake_case_and_comes_back() {
        for code in RefusalCode::ALL {
            let text = serde_json::to_string(&code).unwrap();
            assert!(text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '"'), "{text}");
            assert_eq!(serde_json::from_str::<RefusalCode>(&text).unwrap(), code);
            assert_eq!(text, format!("\"{code}\""));
            assert_eq!(RefusalCode::from_name(code.as_str()), code);
        }
    }

    #[test]
    fn a_code_of_a_later_version_is_read_and_gives_nothing_up() {
        let code: RefusalCode = serde_json::from_str("\"sealed_with_next_suite\"").unwrap();
        assert_eq!(code, RefusalCode::Other);
        assert!(!code.is_permanent());
    }

    #[test]
    fn no_permanent_refusal_promises_that_delivery_goes_on_by_itself() {
        for code in RefusalCode::ALL {
            let by_itself = code.advice().contains("by itself");
            assert_eq!(by_itself, !code.is_permanent(), "{code:?}");
        }
    }
}
