//! The rule of a witness (C2SP tlog-witness), without storage: given what it last cosigned of a log and a request, it
//! accepts or refuses. The caller stores what was accepted, durably and only over what it gave as `last`, and only
//! then has it cosigned.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::parse_decimal;
use crate::note::SignatureLine;
use crate::proof_file::MAX_PROOF;
use crate::{
    CosignatureSigner, Hash, NoteFault, NoteVerifier, ProofFault, SignedCheckpoint, VerifiedCheckpoint,
    empty_root, verify_consistency,
};

/// The content type of the answer that tells the witness's size (status 409).
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// Why a witness does not cosign. Each knows its HTTP status; the text may be the answer's body but for
/// [`WitnessRefusal::body`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessRefusal {
    /// The request is malformed: status 400.
    #[error("the request is malformed: {0}")]
    Malformed(NoteFault),
    /// A line before the checkpoint is malformed: status 400.
    #[error("the request is malformed: `{line}` is not a valid {expected} line")]
    Line {
        /// What was expected.
        expected: &'static str,
        /// The line found.
        line: String,
    },
    /// More hashes than a consistency proof can have: status 400.
    #[error("the request is malformed: more than {MAX_PROOF} proof lines")]
    ProofTooLong,
    /// The old size is larger than the checkpoint's: status 400.
    #[error("the old size {old} is larger than the checkpoint's {new}; a log never shrinks")]
    OldBeyondNew {
        /// The old size of the request.
        old: u64,
        /// The checkpoint's size.
        new: u64,
    },
    /// The witness knows no key of this log: status 404.
    #[error("the log `{origin}` is not known here; have its key added to the registry")]
    UnknownLog {
        /// The checkpoint's origin.
        origin: String,
    },
    /// No trusted key of the log has signed: status 403.
    #[error("no trusted key of the log has signed the checkpoint: {0}")]
    NotSigned(NoteFault),
    /// The old size is not what this witness last cosigned: status 409, with the size as body.
    #[error("the witness has last cosigned {known} entries; prove consistency from there")]
    OtherSize {
        /// What it last cosigned, in entries.
        known: u64,
    },
    /// Another root for a size that it has cosigned, so the log forked: status 409.
    #[error("another root was cosigned for this size: the log shows different histories")]
    Fork {
        /// The size with two roots.
        size: u64,
    },
    /// The consistency proof does not verify: status 422.
    #[error("the checkpoint is not proved to continue the last one: {0}")]
    Inconsistent(ProofFault),
}

impl WitnessRefusal {
    /// The HTTP status that the specification gives the refusal.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) | Self::Line { .. } | Self::ProofTooLong | Self::OldBeyondNew { .. } => 400,
            Self::UnknownLog { .. } => 404,
            Self::NotSigned(_) => 403,
            Self::OtherSize { .. } | Self::Fork { .. } => 409,
            Self::Inconsistent(_) => 422,
        }
    }

    /// The body that the specification prescribes, of type [`SIZE_CONTENT_TYPE`]: the known size and a newline.
    pub fn body(&self) -> Option<String> {
        match self {
            Self::OtherSize { known } => Some(format!("{known}\n")),
            _ => None,
        }
    }

    /// Whether this may be evidence of the log's misbehaviour, worth keeping with the request.
    pub fn is_evidence(&self) -> bool {
        matches!(self, Self::Fork { .. } | Self::Inconsistent(_))
    }
}

/// The body of an add-checkpoint request. `Display` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Entries in the checkpoint that the witness last cosigned; zero if none.
    pub old_size: u64,
    /// The consistency proof from the old size; empty from zero.
    pub proof: Vec<Hash>,
    /// The new checkpoint, signed by the log.
    pub checkpoint: SignedCheckpoint,
}

impl AddCheckpoint {
    /// Reads a request's body.
    ///
    /// # Errors
    /// Refusals of status 400 that say which line is wrong.
    pub fn parse(body: &str) -> Result<Self, WitnessRefusal> {
        let (head, checkpoint) =
            body.split_once("\n\n").ok_or(WitnessRefusal::Malformed(NoteFault::NoSeparator))?;
        let mut lines = head.split('\n');
        let old = lines.next().unwrap_or_default();
        let old_size =
            old.strip_prefix("old ").and_then(parse_decimal).ok_or_else(|| line("old size", old))?;
        let mut proof = Vec::new();
        for text in lines {
            if proof.len() == MAX_PROOF {
                return Err(WitnessRefusal::ProofTooLong);
            }
            proof.push(text.parse().map_err(|_| line("proof", text))?);
        }
        let checkpoint = SignedCheckpoint::parse(checkpoint).map_err(WitnessRefusal::Malformed)?;
        Ok(Self { old_size, proof, checkpoint })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for AddCheckpoint {
    type Err = WitnessRefusal;

    fn from_str(body: &str) -> Result<Self, WitnessRefusal> {
        Self::parse(body)
    }
}

/// A checkpoint that continues what the witness had. Only [`consider`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    previous_size: u64,
    checkpoint: VerifiedCheckpoint,
}

impl Accepted {
    /// The size that must still be the stored one when this is stored; zero for a log never cosigned.
    pub fn previous_size(&self) -> u64 {
        self.previous_size
    }

    /// The checkpoint to store: its origin, size and root.
    pub fn checkpoint(&self) -> &VerifiedCheckpoint {
        &self.checkpoint
    }
}

/// Decides on a request. `last` is size and root last cosigned for the checkpoint's origin; `log_keys` are the keys
/// trusted for it: keys whose name is not the origin do not count.
///
/// Store the outcome in one transaction that fails unless the stored size is still [`Accepted::previous_size`]: two
/// requests considered at the same time could otherwise roll the record back.
///
/// # Errors
/// The [`WitnessRefusal`], in the order of checks that the specification gives.
pub fn consider(
    last: Option<(u64, Hash)>,
    request: &AddCheckpoint,
    log_keys: &[NoteVerifier],
) -> Result<Accepted, WitnessRefusal> {
    let checkpoint = signed_by_log(&request.checkpoint, log_keys)?;
    let (known, known_root) = last.unwrap_or_else(|| (0, empty_root()));
    let (old, new) = (request.old_size, checkpoint.size());
    if old > new {
        return Err(WitnessRefusal::OldBeyondNew { old, new });
    }
    if old != known {
        return Err(WitnessRefusal::OtherSize { known });
    }
    if old == new && known_root != checkpoint.root() {
        return Err(WitnessRefusal::Fork { size: new });
    }
    verify_consistency(old, known_root, new, checkpoint.root(), &request.proof)
        .map_err(WitnessRefusal::Inconsistent)?;
    Ok(Accepted { previous_size: known, checkpoint })
}

/// Cosigns what was accepted, at `now` in seconds since 1970, once it is durably stored.
///
/// Answer with the lines, each followed by a newline.
///
/// # Errors
/// As [`CosignatureSigner::sign`].
pub fn cosign(
    accepted: &Accepted,
    signers: &[&CosignatureSigner],
    now: u64,
) -> Result<Vec<SignatureLine>, NoteFault> {
    signers.iter().map(|signer| signer.sign(accepted.checkpoint.checkpoint(), now)).collect()
}

/// The checkpoint, if one of the keys of its log has signed it.
fn signed_by_log(
    signed: &SignedCheckpoint,
    log_keys: &[NoteVerifier],
) -> Result<VerifiedCheckpoint, WitnessRefusal> {
    let origin = signed.unverified().origin();
    let mut refusal = WitnessRefusal::UnknownLog { origin: origin.to_owned() };
    for key in log_keys.iter().filter(|key| key.name() == origin) {
        match signed.verify_log(key) {
            Ok(verified) => return Ok(verified),
            Err(why) => refusal = WitnessRefusal::NotSigned(why),
        }
    }
    Err(refusal)
}

fn line(expected: &'static str, line: &str) -> WitnessRefusal {
    WitnessRefusal::Line { expected, line: line.to_owned() }
}
