//! The envelope: a signed statement and a sealed body. What arrives is an [`Envelope`]; only
//! [`Directory::verify_envelope`] turns it into a [`VerifiedEnvelope`], which alone lets its statement be believed.

use crate::{Directory, directory::KeyVerdict, sha256};
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::{
    message::Message,
    statement::{BodyDigest, MAX_BODY_BYTES, STATEMENT_TYPE, STATEMENT_VERSION, Statement, StatementFault},
};
use comity_seal::{Dsse, SealError, SealingPublicKey, SignatureFault, SigningKey};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The largest statement, in bytes; 64 recipients and long reasons fit.
pub const MAX_STATEMENT_BYTES: usize = 64 * 1024;

/// A signed statement and a sealed body, as they travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The signed statement.
    pub statement: Dsse,
    /// The sealed body, an age v1 file; in JSON as standard base64.
    #[serde(serialize_with = "to_base64", deserialize_with = "from_base64")]
    pub body: Vec<u8>,
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    BASE64_STANDARD.decode(text.as_bytes()).map_err(serde::de::Error::custom)
}

/// Why an envelope is not accepted; in the order in which the rules are asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeFault {
    /// Larger than is taken.
    #[error(
        "the envelope is larger than {MAX_BODY_BYTES} bytes of body and {MAX_STATEMENT_BYTES} of statement"
    )]
    Oversize,
    /// Not a statement.
    #[error("the statement cannot be read: {0}")]
    Malformed(String),
    /// Another version.
    #[error("version `{0}` of the statement format is not supported")]
    Version(u64),
    /// A kind that is not known.
    #[error("kind `{0}` is not known")]
    Kind(String),
    /// The statement breaks a rule of its own.
    #[error(transparent)]
    Statement(#[from] StatementFault),
    /// The sender is no member.
    #[error("`{0}` is not a member of the federation")]
    UnknownSender(String),
    /// One of the two signatures is missing.
    #[error("{0}")]
    MissingSignature(String),
    /// The key is not the sender's.
    #[error("the signing key is not one of `{0}`")]
    UnknownKey(String),
    /// The key was revoked.
    #[error("the signing key of `{0}` was revoked")]
    RevokedKey(String),
    /// The key was not in force.
    #[error("the signing key of `{0}` was not in force at the time of the statement")]
    KeyNotInForce(String),
    /// A signature is false.
    #[error("{0}")]
    BadSignature(String),
    /// The body is another.
    #[error("the body is not the one that the statement names: {0} differs")]
    Body(&'static str),
}

/// An envelope whose signatures and body digest hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEnvelope {
    envelope: Envelope,
    statement: Statement,
    sha256: [u8; 32],
}

impl VerifiedEnvelope {
    /// The statement.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// SHA-256 of the statement's payload bytes.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The envelope as it arrived.
    #[must_use]
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

/// Seals a message to its recipients and signs its statement; `statement.body` is filled in here.
///
/// # Errors
/// Where the library fails, or there is nobody to seal to.
pub fn seal_envelope(
    mut statement: Statement,
    message: &Message,
    recipients: &[SealingPublicKey],
    key: &SigningKey,
) -> Result<VerifiedEnvelope, SealError> {
    let plain = serde_json::to_vec(message).unwrap_or_default();
    let body = comity_seal::seal(&plain, recipients)?;
    statement.body = BodyDigest { sha256: hex::encode(sha256(&body)), size: body.len() as u64 };
    let payload = serde_json::to_vec(&statement).unwrap_or_default();
    let dsse = key.sign_dsse(STATEMENT_TYPE, &payload)?;
    let sha256 = sha256(&payload);
    Ok(VerifiedEnvelope { envelope: Envelope { statement: dsse, body }, statement, sha256 })
}

/// Reads the statement of an envelope before anything was checked, with its size, version and kind checked first.
///
/// # Errors
/// An [`EnvelopeFault`].
pub fn read_statement(payload: &[u8]) -> Result<Statement, EnvelopeFault> {
    let malformed = |fault: serde_json::Error| EnvelopeFault::Malformed(fault.to_string());
    if payload.len() > MAX_STATEMENT_BYTES {
        return Err(EnvelopeFault::Oversize);
    }
    match serde_json::from_slice::<Statement>(payload) {
        Ok(statement) if statement.version == STATEMENT_VERSION => Ok(statement),
        Ok(statement) => Err(EnvelopeFault::Version(u64::from(statement.version))),
        // The unhappy path tells version and kind apart from nonsense.
        Err(fault) => {
            let value: serde_json::Value = serde_json::from_slice(payload).map_err(malformed)?;
            let version = value["version"].as_u64();
            if version.is_some_and(|version| version != u64::from(STATEMENT_VERSION)) {
                return Err(EnvelopeFault::Version(version.unwrap_or(0)));
            }
            let kind = &value["kind"];
            let known = serde_json::from_value::<comity_model::message::MessageKind>(kind.clone()).is_ok();
            match kind.as_str() {
                Some(kind) if !known => Err(EnvelopeFault::Kind(kind.chars().take(40).collect())),
                _ => Err(malformed(fault)),
            }
        }
    }
}

impl Directory {
    /// Checks size, form, sender, key, both signatures and the body's digest, in this order.
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn verify_envelope(
        &self,
        envelope: Envelope,
        arrived: Timestamp,
    ) -> Result<VerifiedEnvelope, EnvelopeFault> {
        if envelope.body.len() as u64 > MAX_BODY_BYTES {
            return Err(EnvelopeFault::Oversize);
        }
        let (statement, sha256) = self.verify_statement(&envelope.statement, arrived)?;
        if statement.body.size != envelope.body.len() as u64 {
            return Err(EnvelopeFault::Body("its size"));
        }
        if statement.body.sha256 != hex::encode(crate::sha256(&envelope.body)) {
            return Err(EnvelopeFault::Body("its digest"));
        }
        Ok(VerifiedEnvelope { envelope, statement, sha256 })
    }

    /// As [`Directory::verify_envelope`], for a statement whose body is not at hand.
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn verify_statement(
        &self,
        dsse: &Dsse,
        arrived: Timestamp,
    ) -> Result<(Statement, [u8; 32]), EnvelopeFault> {
        let statement = read_statement(&dsse.payload)?;
        statement.check()?;
        self.verify_signatures(dsse, &statement.from, statement.time, arrived, STATEMENT_TYPE)?;
        let sha256 = sha256(&dsse.payload);
        Ok((statement, sha256))
    }

    /// Checks that `dsse` carries exactly the two signatures of one key of `authority`, both true.
    pub(crate) fn verify_signatures(
        &self,
        dsse: &Dsse,
        authority: &comity_model::AuthorityId,
        said: Timestamp,
        arrived: Timestamp,
        payload_type: &str,
    ) -> Result<(), EnvelopeFault> {
        let name = || authority.to_string();
        if self.registry().member(authority).is_none() {
            return Err(EnvelopeFault::UnknownSender(name()));
        }
        if dsse.signatures.len() < 2 {
            let missing = if dsse.signatures.is_empty() {
                "both signatures are"
            } else {
                "one of the two signatures is"
            };
            return Err(EnvelopeFault::MissingSignature(format!("{missing} missing")));
        }
        let signers = dsse.claimed_signers();
        let key = match signers.as_slice() {
            [key] => *key,
            _ => return Err(EnvelopeFault::UnknownKey(name())),
        };
        let verifier = self.verifier(authority, key, said, arrived).map_err(|verdict| match verdict {
            KeyVerdict::Unknown => EnvelopeFault::UnknownKey(name()),
            KeyVerdict::Revoked => EnvelopeFault::RevokedKey(name()),
            KeyVerdict::NotInForce => EnvelopeFault::KeyNotInForce(name()),
        })?;
        verifier.verify(dsse, payload_type).map(|_| ()).map_err(|fault| match fault {
            SignatureFault::MissingSignature { .. } => EnvelopeFault::MissingSignature(fault.to_string()),
            SignatureFault::UnknownKey { .. } => EnvelopeFault::UnknownKey(name()),
            SignatureFault::WrongPayloadType { .. } | SignatureFault::Malformed { .. } => {
                EnvelopeFault::Malformed(fault.to_string())
            }
            other => EnvelopeFault::BadSignature(format!("{other} (`{authority}`)")),
        })
    }
}
