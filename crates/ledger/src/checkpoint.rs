//! Checkpoints (C2SP tlog-checkpoint): the head of a log, and the note in which it is signed.

use std::fmt;
use std::str::FromStr;

use crate::note::{MAX_SIGNATURES, Note, SignatureLine};
use crate::{CosignatureSigner, Hash, KeyKind, MAX_SIZE, NoteFault, NoteSigner, NoteVerifier, empty_root};

/// The head of a log: whose log, how many entries, and the root of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// The head of the log `origin` with `size` entries.
    ///
    /// # Errors
    /// [`NoteFault::Checkpoint`]: an empty origin or one with control characters, a size past 2^63 - 1, or an empty tree
    /// with another root than [`empty_root`].
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, NoteFault> {
        let fault = |line, text: &dyn fmt::Display| NoteFault::Checkpoint { line, text: text.to_string() };
        if origin.is_empty() || origin.chars().any(|c| c < ' ') {
            return Err(fault("origin", &origin));
        }
        if size > MAX_SIZE {
            return Err(fault("size", &size));
        }
        if size == 0 && root != empty_root() {
            return Err(fault("root", &root));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Reads the text of a checkpoint: three lines or more, each ended by a newline.
    ///
    /// # Errors
    /// [`NoteFault::CutShort`] or [`NoteFault::Checkpoint`], which says which line is wrong.
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let fault = |line, text: &str| NoteFault::Checkpoint { line, text: text.to_owned() };
        let mut lines = text.strip_suffix('\n').ok_or(NoteFault::CutShort)?.split('\n');
        let origin = lines.next().unwrap_or_default();
        let size = lines.next().unwrap_or_default();
        let number = parse_decimal(size).ok_or_else(|| fault("size", size))?;
        let root = lines.next().unwrap_or_default();
        let hash = root.parse().map_err(|_| fault("root", root))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if let Some(line) = extensions.iter().find(|line| line.is_empty() || line.chars().any(|c| c < ' ')) {
            return Err(fault("extension line", line));
        }
        Ok(Self { extensions, ..Self::new(origin, number, hash)? })
    }

    /// The text that is signed: origin, size, root and extension lines.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Which log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Entries in the log.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Lines after the root; opaque, and not signed by ML-DSA-44 cosignatures.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Whether `key` is the key of this checkpoint's log: its name must be the origin (tlog-policy).
    pub(crate) fn must_be_of(&self, key: &NoteVerifier) -> Result<(), NoteFault> {
        if self.origin == key.name() {
            return Ok(());
        }
        Err(NoteFault::OtherLog { origin: self.origin.clone(), name: key.name().to_owned() })
    }
}

/// A checkpoint that the log's own key has signed. Only [`SignedCheckpoint::verify_log`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedCheckpoint(Checkpoint);

impl VerifiedCheckpoint {
    /// The checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.0
    }
}

impl std::ops::Deref for VerifiedCheckpoint {
    type Target = Checkpoint;

    fn deref(&self) -> &Checkpoint {
        &self.0
    }
}

/// A cosignature that verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The cosigner's name.
    pub name: String,
    /// The kind of its key.
    pub kind: KeyKind,
    /// When it cosigned, in seconds since 1970; an ML-DSA-44 cosigner may give zero and then vouches for consistency,
    /// not for this being its latest.
    pub time: u64,
}

/// A checkpoint with its signature lines, none of them checked yet. `Display` gives the note byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signatures: Vec<SignatureLine>,
}

impl SignedCheckpoint {
    /// Signs a checkpoint with the log's Ed25519 key.
    ///
    /// # Errors
    /// As [`NoteSigner::sign`].
    pub fn sign(checkpoint: Checkpoint, signer: &NoteSigner) -> Result<Self, NoteFault> {
        let signatures = vec![signer.sign(&checkpoint)?];
        Ok(Self { checkpoint, signatures })
    }

    /// Signs a checkpoint with the log's ML-DSA-44 key; a log may give zero as `time`.
    ///
    /// # Errors
    /// As [`CosignatureSigner::sign`]; [`NoteFault::OtherLog`]; [`NoteFault::NotCovered`] with extension lines.
    pub fn sign_with_cosigner(
        checkpoint: Checkpoint,
        signer: &CosignatureSigner,
        time: u64,
    ) -> Result<Self, NoteFault> {
        checkpoint.must_be_of(signer.verifier())?;
        if signer.verifier().kind() == KeyKind::CosignatureMlDsa44 && !checkpoint.extensions.is_empty() {
            return Err(NoteFault::NotCovered);
        }
        let signatures = vec![signer.sign(&checkpoint, time)?];
        Ok(Self { checkpoint, signatures })
    }

    /// Reads a signed note whose text is a checkpoint.
    ///
    /// # Errors
    /// The [`NoteFault`] says what is wrong with the note or the checkpoint.
    pub fn parse(note: &str) -> Result<Self, NoteFault> {
        let note = Note::parse(note)?;
        Ok(Self { checkpoint: Checkpoint::parse(&note.text)?, signatures: note.signatures })
    }

    /// What the note says, before anything was checked: for choosing keys, not for trust.
    pub fn unverified(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// All signature lines, unchecked.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Checks that the log has signed; lines of other keys are passed over.
    ///
    /// # Errors
    /// [`NoteFault::OtherLog`] unless the key's name is the origin, [`NoteFault::NotSigned`], and
    /// [`NoteFault::BadSignature`] when any line of this key is false; [`NoteFault::NotCovered`] when an ML-DSA-44 key
    /// would have to vouch for extension lines.
    pub fn verify_log(&self, key: &NoteVerifier) -> Result<VerifiedCheckpoint, NoteFault> {
        self.checkpoint.must_be_of(key)?;
        if key.kind() == KeyKind::CosignatureMlDsa44 && !self.checkpoint.extensions.is_empty() {
            return Err(NoteFault::NotCovered);
        }
        match self.times(key)?.is_empty() {
            true => Err(NoteFault::NotSigned { name: key.name().to_owned() }),
            false => Ok(VerifiedCheckpoint(self.checkpoint.clone())),
        }
    }

    /// The cosignatures of these witnesses, each witness once with its latest time; keys that are no cosigner's and
    /// lines of unknown keys are passed over.
    ///
    /// # Errors
    /// [`NoteFault::BadSignature`] or [`NoteFault::Time`] when a line of a known witness is false: signed-note has the
    /// whole note rejected then.
    pub fn cosignatures(&self, witnesses: &[NoteVerifier]) -> Result<Vec<Cosignature>, NoteFault> {
        let mut found = Vec::new();
        for key in witnesses.iter().filter(|key| key.kind().is_cosignature()) {
            let latest = self.times(key)?.into_iter().max();
            found.extend(latest.map(|time| Cosignature {
                name: key.name().to_owned(),
                kind: key.kind(),
                time,
            }));
        }
        Ok(found)
    }

    /// Adds a signature line, in place of one that is the same.
    ///
    /// # Errors
    /// [`NoteFault::TooManySignatures`] past [`MAX_SIGNATURES`].
    pub fn add_signature_line(&mut self, line: SignatureLine) -> Result<(), NoteFault> {
        if self.signatures.contains(&line) {
            return Ok(());
        }
        if self.signatures.len() >= MAX_SIGNATURES {
            return Err(NoteFault::TooManySignatures);
        }
        self.signatures.push(line);
        Ok(())
    }

    /// Adds, of a witness's answer, the lines of these witnesses that verify; says how many.
    ///
    /// # Errors
    /// [`NoteFault::BadSignature`] when a line of a known witness is false; [`NoteFault::TooManySignatures`].
    pub fn add_cosignatures(
        &mut self,
        lines: &[SignatureLine],
        witnesses: &[NoteVerifier],
    ) -> Result<usize, NoteFault> {
        let mut added = 0;
        for line in lines {
            let known = witnesses.iter().find(|key| key.kind().is_cosignature() && key.is_of(line));
            let Some(key) = known else { continue };
            key.verify(&self.checkpoint, line)?;
            self.add_signature_line(line.clone())?;
            added += 1;
        }
        Ok(added)
    }

    /// The times of the key's lines, all of which must verify.
    fn times(&self, key: &NoteVerifier) -> Result<Vec<u64>, NoteFault> {
        let lines = self.signatures.iter().filter(|line| key.is_of(line));
        lines.map(|line| key.verify(&self.checkpoint, line)).collect()
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.checkpoint.text())?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for SignedCheckpoint {
    type Err = NoteFault;

    fn from_str(note: &str) -> Result<Self, NoteFault> {
        Self::parse(note)
    }
}

/// Reads ASCII digits without leading zeroes.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
