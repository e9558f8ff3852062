//! Proof files (C2SP tlog-proof): an entry's place, its inclusion proof and a cosigned checkpoint, to be checked
//! offline with nothing but the log's key and a policy.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::parse_decimal;
use crate::{
    Hash, NoteFault, NoteVerifier, Policy, PolicyFault, ProofFault, QuorumMet, SignedCheckpoint,
    VerifiedCheckpoint, leaf_hash, verify_inclusion,
};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Hashes that a proof can have in the largest tree.
pub(crate) const MAX_PROOF: usize = 63;

/// Why a proof file was refused, or proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InclusionFault {
    /// Another first line.
    #[error("the file does not begin with `{HEADER}`; it is no proof of a kind known here")]
    Header,
    /// No empty line before the checkpoint.
    #[error("the proof file was cut short before its checkpoint")]
    CutShort,
    /// A line that is not as it must be.
    #[error("`{line}` is not a valid {expected} line of a proof file")]
    Line {
        /// What was expected.
        expected: &'static str,
        /// The line found.
        line: String,
    },
    /// More hashes than any proof has.
    #[error("the proof file has more than {MAX_PROOF} hashes")]
    TooLong,
    /// The checkpoint is malformed, or not signed by the log.
    #[error("the checkpoint cannot be trusted: {0}")]
    Checkpoint(#[from] NoteFault),
    /// The policy is not satisfied.
    #[error(transparent)]
    Policy(#[from] PolicyFault),
    /// The entry is not in the tree at this place.
    #[error("the entry is not proved to be in the log: {0}")]
    Proof(#[from] ProofFault),
}

/// What a verified proof file proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// The entry's index in the log, from zero.
    pub index: u64,
    /// The head that the log has signed.
    pub checkpoint: VerifiedCheckpoint,
    /// The quorum that has cosigned it.
    pub quorum: QuorumMet,
}

/// A proof that an entry is in a log, not checked yet. `Display` gives the `.tlog-proof` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionFile {
    /// Opaque data for the application; nobody vouches for it.
    pub extra: Option<Vec<u8>>,
    /// The entry's index in the log, from zero.
    pub index: u64,
    /// From the leaf's sibling to the root's child.
    pub proof: Vec<Hash>,
    /// The log's head, with signatures and cosignatures.
    pub checkpoint: SignedCheckpoint,
}

impl InclusionFile {
    /// Reads a proof file.
    ///
    /// # Errors
    /// The [`InclusionFault`] says which part is wrong.
    pub fn parse(text: &str) -> Result<Self, InclusionFault> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(InclusionFault::CutShort)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(InclusionFault::Header);
        }
        let extra = lines.next_if(|line| line.starts_with("extra ")).map(parse_extra).transpose()?;
        let index = parse_index(lines.next().unwrap_or_default())?;
        let proof = parse_hashes(lines)?;
        Ok(Self { extra, index, proof, checkpoint: SignedCheckpoint::parse(checkpoint)? })
    }

    /// Checks that `entry` is in the log of `log_key` as the policy asks: the log's signature, the quorum, the proof.
    ///
    /// A policy that lists logs must list this one.
    ///
    /// # Errors
    /// The [`InclusionFault`] says what is not proved.
    pub fn verify(
        &self,
        entry: &[u8],
        log_key: &NoteVerifier,
        policy: &Policy,
    ) -> Result<Included, InclusionFault> {
        self.verify_leaf(leaf_hash(entry), log_key, policy)
    }

    /// As [`InclusionFile::verify`], for an entry whose leaf hash is known.
    ///
    /// # Errors
    /// The [`InclusionFault`] says what is not proved.
    pub fn verify_leaf(
        &self,
        leaf: Hash,
        log_key: &NoteVerifier,
        policy: &Policy,
    ) -> Result<Included, InclusionFault> {
        let checkpoint = self.checkpoint.verify_log(log_key)?;
        if !policy.logs().is_empty() {
            policy.verify_log(&self.checkpoint)?;
        }
        let quorum = policy.quorum_met(&self.checkpoint)?;
        verify_inclusion(leaf, self.index, checkpoint.size(), checkpoint.root(), &self.proof)?;
        Ok(Included { index: self.index, checkpoint, quorum })
    }
}

impl fmt::Display for InclusionFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for InclusionFile {
    type Err = InclusionFault;

    fn from_str(text: &str) -> Result<Self, InclusionFault> {
        Self::parse(text)
    }
}

fn parse_extra(line: &str) -> Result<Vec<u8>, InclusionFault> {
    let encoded = line.strip_prefix("extra ").unwrap_or_default();
    STANDARD.decode(encoded).map_err(|_| InclusionFault::Line { expected: "extra", line: line.to_owned() })
}

fn parse_index(line: &str) -> Result<u64, InclusionFault> {
    let number = line.strip_prefix("index ").and_then(parse_decimal);
    number.ok_or_else(|| InclusionFault::Line { expected: "index", line: line.to_owned() })
}

fn parse_hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Hash>, InclusionFault> {
    let mut hashes = Vec::new();
    for line in lines {
        if hashes.len() == MAX_PROOF {
            return Err(InclusionFault::TooLong);
        }
        let fault = |_| InclusionFault::Line { expected: "hash", line: line.to_owned() };
        hashes.push(line.parse().map_err(fault)?);
    }
    Ok(hashes)
}
