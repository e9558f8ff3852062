//! The signed header of an envelope: who says what kind of thing to whom, when, on which basis, about which sealed body.

use crate::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    legal::{LegalBasis, LegalBasisFault},
    marking::{Marking, MarkingFault},
    message::MessageKind,
};
use jiff::{Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The DSSE payload type of a statement.
pub const STATEMENT_TYPE: &str = "application/vnd.comity.statement.v1+json";
/// The version of the statement format.
pub const STATEMENT_VERSION: u16 = 1;
/// The largest sealed body that travels in an envelope, in bytes; larger things go through the vault.
pub const MAX_BODY_BYTES: u64 = 2 * 1024 * 1024;

/// Is it real, or an exercise?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Real.
    Live,
    /// Invented; cannot reach the real system.
    Exercise,
}

/// How soon an answer is due: the time limits of Directive (EU) 2023/977 art. 5 name the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// A life is at risk: at once.
    Immediate,
    /// Urgent and directly accessible: 8 hours.
    Urgent,
    /// Urgent otherwise: 3 days.
    Priority,
    /// All else: 7 days.
    Routine,
}

/// Digest and size of a sealed body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyDigest {
    /// SHA-256 of the sealed body, 64 lower-case hexadecimal digits.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// Size of the sealed body in bytes.
    pub size: u64,
}

/// The signed header of an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Version of the format; 1.
    pub version: u16,
    /// The message.
    pub id: MessageId,
    /// Its kind.
    pub kind: MessageKind,
    /// The authority that says it.
    pub from: AuthorityId,
    /// The authorities to which it is said; 1 to 64.
    pub to: BTreeSet<AuthorityId>,
    /// The thread it belongs to.
    pub exchange: ExchangeId,
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// When it was released, by the sender's clock.
    pub time: Timestamp,
    /// How soon an answer is due.
    pub urgency: Urgency,
    /// The conditions under which it is given.
    pub marking: Marking,
    /// The basis in law.
    pub legal_basis: LegalBasis,
    /// Real or exercise.
    pub mode: Mode,
    /// The sealed body.
    pub body: BodyDigest,
}

/// Why a statement may not leave, or is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    /// Another version.
    #[error("version `{0}` of the statement format is not supported; use 1")]
    Version(u16),
    /// Nobody, too many, or the sender itself.
    #[error("a statement goes to 1 to 64 authorities other than its sender; `to` holds {0}")]
    Recipients(usize),
    /// The body is too large, or its digest is no digest.
    #[error(
        "a sealed body has at most {MAX_BODY_BYTES} bytes and a SHA-256 in hexadecimal; send larger things through the vault"
    )]
    Body,
    /// The marking.
    #[error(transparent)]
    Marking(#[from] MarkingFault),
    /// The legal basis.
    #[error(transparent)]
    LegalBasis(#[from] LegalBasisFault),
}

impl Statement {
    /// May it leave, or be accepted, as far as the statement itself tells? The day that counts is that of its own time.
    pub fn check(&self) -> Result<(), StatementFault> {
        if self.version != STATEMENT_VERSION {
            return Err(StatementFault::Version(self.version));
        }
        if self.to.is_empty() || self.to.len() > 64 || self.to.contains(&self.from) {
            return Err(StatementFault::Recipients(self.to.len()));
        }
        let hex = self.body.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if self.body.size > MAX_BODY_BYTES || self.body.sha256.len() != 64 || !hex {
            return Err(StatementFault::Body);
        }
        self.marking.check(self.time.to_zoned(TimeZone::UTC).date())?;
        Ok(self.legal_basis.check()?)
    }
}
