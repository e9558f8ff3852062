//! Keys that check notes: verifier keys as text (`<name>+<key id>+<base64>`), key ids, and what each kind signs.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, ML_DSA_44, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::sha256;
use crate::note::{SignatureLine, check_key_name};
use crate::{Checkpoint, NoteFault};

/// The kinds of signature that the log knows, by the type byte of signed-note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
#[non_exhaustive]
pub enum KeyKind {
    /// `0x01`: Ed25519 over the note's text; how a log signs.
    Ed25519,
    /// `0x04`: Ed25519 cosignature with a time, over the note's text.
    CosignatureEd25519,
    /// `0x06`: ML-DSA-44 cosignature with a time, over names, size and root.
    CosignatureMlDsa44,
}

impl KeyKind {
    /// The type byte in key ids and verifier keys.
    pub const fn type_byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureEd25519 => 0x04,
            Self::CosignatureMlDsa44 => 0x06,
        }
    }

    /// Whether signatures of this kind carry a time and so may come from a witness.
    pub const fn is_cosignature(self) -> bool {
        !matches!(self, Self::Ed25519)
    }

    fn from_type_byte(byte: u8) -> Option<Self> {
        [Self::Ed25519, Self::CosignatureEd25519, Self::CosignatureMlDsa44]
            .into_iter()
            .find(|kind| kind.type_byte() == byte)
    }

    const fn key_bytes(self) -> usize {
        match self {
            Self::Ed25519 | Self::CosignatureEd25519 => 32,
            Self::CosignatureMlDsa44 => 1312,
        }
    }

    fn parse_public(self, public: &[u8]) -> Option<ParsedPublicKey> {
        if public.len() != self.key_bytes() {
            return None;
        }
        let parsed = match self {
            Self::Ed25519 | Self::CosignatureEd25519 => ParsedPublicKey::new(&ED25519, public),
            Self::CosignatureMlDsa44 => ParsedPublicKey::new(&ML_DSA_44, public),
        };
        parsed.ok()
    }

    /// What is signed for a checkpoint; `time` counts only for cosignatures, in seconds since 1970.
    pub(crate) fn message(self, name: &str, time: u64, checkpoint: &Checkpoint) -> Option<Vec<u8>> {
        let text = checkpoint.text();
        match self {
            Self::Ed25519 => Some(text.into_bytes()),
            Self::CosignatureEd25519 => Some(format!("cosignature/v1\ntime {time}\n{text}").into_bytes()),
            Self::CosignatureMlDsa44 => cosigned_message(name, time, checkpoint),
        }
    }
}

/// `cosigned_message` of tlog-cosignature; `None` when a name does not fit its one-byte length.
fn cosigned_message(name: &str, time: u64, checkpoint: &Checkpoint) -> Option<Vec<u8>> {
    let mut message = b"subtree/v1\n\0".to_vec();
    message.push(u8::try_from(name.len()).ok()?);
    message.extend_from_slice(name.as_bytes());
    message.extend_from_slice(&time.to_be_bytes());
    message.push(u8::try_from(checkpoint.origin().len()).ok()?);
    message.extend_from_slice(checkpoint.origin().as_bytes());
    message.extend_from_slice(&0u64.to_be_bytes());
    message.extend_from_slice(&checkpoint.size().to_be_bytes());
    message.extend_from_slice(checkpoint.root().as_bytes());
    Some(message)
}

/// A key that checks signature lines: of a log, or of a witness. `Display` and `FromStr` use the verifier key text.
#[derive(Clone)]
pub struct NoteVerifier {
    name: String,
    kind: KeyKind,
    key_id: [u8; 4],
    public: Vec<u8>,
    parsed: ParsedPublicKey,
}

impl NoteVerifier {
    /// The verifier for a public key: 32 bytes for Ed25519, 1312 for ML-DSA-44.
    ///
    /// # Errors
    /// [`NoteFault::KeyName`], [`NoteFault::KeyMaterial`].
    pub fn new(name: &str, kind: KeyKind, public: &[u8]) -> Result<Self, NoteFault> {
        check_key_name(name)?;
        let fault = || NoteFault::KeyMaterial { name: name.to_owned() };
        let parsed = kind.parse_public(public).ok_or_else(fault)?;
        let key_id = key_id(name, kind, public);
        Ok(Self { name: name.to_owned(), kind, key_id, public: public.to_vec(), parsed })
    }

    /// Reads a verifier key: `<name>+<key id, 8 hexadecimal digits>+<base64 of type byte and public key>`.
    ///
    /// # Errors
    /// The [`NoteFault`] says which part is wrong.
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let fault = || NoteFault::KeyText { key: text.to_owned() };
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(fault());
        };
        check_key_name(name)?;
        let key = STANDARD.decode(key).map_err(|_| fault())?;
        let (kind, public) = key.split_first().ok_or_else(fault)?;
        let unknown = || NoteFault::KeyKind { name: name.to_owned(), kind: *kind };
        let verifier = Self::new(name, KeyKind::from_type_byte(*kind).ok_or_else(unknown)?, public)?;
        if hex_id(verifier.key_id) != id {
            return Err(NoteFault::KeyId { name: name.to_owned() });
        }
        Ok(verifier)
    }

    /// The key's name; for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of signature.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key's id, as signature lines carry it.
    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// The public key: 32 bytes for Ed25519, 1312 for ML-DSA-44.
    pub fn public_key(&self) -> &[u8] {
        &self.public
    }

    /// Whether name and id of a signature line are this key's.
    pub(crate) fn is_of(&self, line: &SignatureLine) -> bool {
        line.name() == self.name && line.key_id() == self.key_id
    }

    /// Checks a line of this key; gives the time of a cosignature, zero otherwise.
    pub(crate) fn verify(&self, checkpoint: &Checkpoint, line: &SignatureLine) -> Result<u64, NoteFault> {
        let fault = || NoteFault::BadSignature { name: self.name.clone() };
        let (time, signature) = match self.kind {
            KeyKind::Ed25519 => (0, line.signature()),
            _ => {
                let (time, rest) = line.signature().split_first_chunk().ok_or_else(fault)?;
                (u64::from_be_bytes(*time), rest)
            }
        };
        if i64::try_from(time).is_err() {
            return Err(NoteFault::Time { time });
        }
        let message = self.kind.message(&self.name, time, checkpoint).ok_or_else(fault)?;
        self.parsed.verify_sig(&message, signature).map_err(|_| fault())?;
        Ok(time)
    }
}

impl PartialEq for NoteVerifier {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.kind, &self.public) == (&other.name, other.kind, &other.public)
    }
}

impl Eq for NoteVerifier {}

impl fmt::Debug for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteVerifier({}+{}, {:?})", self.name, hex_id(self.key_id), self.kind)
    }
}

impl fmt::Display for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.type_byte()], self.public.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex_id(self.key_id), STANDARD.encode(key))
    }
}

impl FromStr for NoteVerifier {
    type Err = NoteFault;

    fn from_str(text: &str) -> Result<Self, NoteFault> {
        Self::parse(text)
    }
}

/// The first four bytes of SHA-256 over name, newline, type byte and public key (signed-note).
fn key_id(name: &str, kind: KeyKind, public: &[u8]) -> [u8; 4] {
    let digest = sha256(&[name.as_bytes(), &[b'\n', kind.type_byte()], public]);
    let [a, b, c, d, ..] = digest.to_bytes();
    [a, b, c, d]
}

fn hex_id(key_id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(key_id))
}
