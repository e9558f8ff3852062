//! Signed notes (C2SP signed-note): a text and lines of signatures. Parsed strictly, printed byte for byte as read.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Most signature lines that a note may have; the specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 100;

/// Largest note, in bytes: room for [`MAX_SIGNATURES`] of the largest kind.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// What begins a signature line: an em dash and a space.
const DASH: &str = "— ";

/// Why a note, a checkpoint or a key was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteFault {
    /// Larger than [`MAX_NOTE_BYTES`].
    #[error("the note has {got} bytes, more than {MAX_NOTE_BYTES}; drop signatures that nobody needs")]
    TooLarge {
        /// Bytes found.
        got: usize,
    },
    /// A control character other than a newline.
    #[error("the note has a control character; only newlines are allowed")]
    ControlCharacter,
    /// No empty line between text and signatures.
    #[error("the note has no empty line between text and signatures")]
    NoSeparator,
    /// The text or the last line does not end with a newline.
    #[error("the note does not end with a newline; it was cut short")]
    CutShort,
    /// No signature line.
    #[error("the note has no signature line; have the log sign it")]
    NoSignature,
    /// More signature lines than [`MAX_SIGNATURES`].
    #[error("the note has more than {MAX_SIGNATURES} signature lines")]
    TooManySignatures,
    /// A line among the signatures that is none.
    #[error("`{line}` is not a signature line; write it as `— <key name> <base64>`")]
    SignatureLine {
        /// The line found.
        line: String,
    },
    /// A key's name that is empty, or has a space, a plus or a control character.
    #[error("`{name}` is not a key name; it must not be empty, nor have spaces, `+` or control characters")]
    KeyName {
        /// The name found.
        name: String,
    },
    /// A text that is not a verifier key.
    #[error("`{key}` is not a verifier key; write it as `<name>+<key id>+<base64>`")]
    KeyText {
        /// The text found.
        key: String,
    },
    /// A verifier key whose id does not follow from name and key.
    #[error("the key id of `{name}` does not fit its key; copy the whole verifier key again")]
    KeyId {
        /// The key's name.
        name: String,
    },
    /// A signature type that is not known here.
    #[error(
        "signature type {kind:#04x} of `{name}` is not known; use Ed25519 (0x01), or a cosignature (0x04, 0x06)"
    )]
    KeyKind {
        /// The key's name.
        name: String,
        /// The type byte found.
        kind: u8,
    },
    /// Key bytes of the wrong length, or that are no key.
    #[error("the key material of `{name}` is not a key of its type")]
    KeyMaterial {
        /// The key's name.
        name: String,
    },
    /// A checkpoint whose first three lines are not origin, size and root, or with an empty extension line.
    #[error("the checkpoint's {line} is not as it must be: `{text}`")]
    Checkpoint {
        /// Which line.
        line: &'static str,
        /// The text found.
        text: String,
    },
    /// The key is for another log.
    #[error("the checkpoint is of `{origin}`, the key is for `{name}`; use the key of that log")]
    OtherLog {
        /// The checkpoint's origin.
        origin: String,
        /// The key's name.
        name: String,
    },
    /// No signature line of the key.
    #[error("`{name}` has not signed the checkpoint")]
    NotSigned {
        /// The key's name.
        name: String,
    },
    /// A signature line of the key that does not verify.
    #[error("the signature of `{name}` is false: the checkpoint or the signature was altered")]
    BadSignature {
        /// The key's name.
        name: String,
    },
    /// The kind of key does not sign this.
    #[error("an ML-DSA-44 cosignature cannot vouch for extension lines, or for names over 255 bytes")]
    NotCovered,
    /// A time beyond 2^63 - 1 seconds.
    #[error("{time} is not a time in seconds since 1970")]
    Time {
        /// The time found.
        time: u64,
    },
    /// The cryptographic library refused to sign or to make a key.
    #[error("the key of `{name}` could not be made or used")]
    Crypto {
        /// The key's name.
        name: String,
    },
}

/// One signature line of a note: whose key (name and id), and the signature's bytes after the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    name: String,
    key_id: [u8; 4],
    signature: Vec<u8>,
}

impl SignatureLine {
    /// The line for a signature; the name must be a checked key name.
    pub(crate) fn new(name: &str, key_id: [u8; 4], signature: Vec<u8>) -> Self {
        Self { name: name.to_owned(), key_id, signature }
    }

    /// Reads one line, with or without its newline.
    ///
    /// # Errors
    /// [`NoteFault::SignatureLine`], [`NoteFault::KeyName`].
    pub fn parse(line: &str) -> Result<Self, NoteFault> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let fault = || NoteFault::SignatureLine { line: line.to_owned() };
        let (name, encoded) =
            line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or_else(fault)?;
        check_key_name(name)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| fault())?;
        let (key_id, signature) = bytes.split_first_chunk::<4>().ok_or_else(fault)?;
        if signature.is_empty() {
            return Err(fault());
        }
        Ok(Self::new(name, *key_id, signature.to_vec()))
    }

    /// Reads the lines that a witness answers with, each ended by a newline.
    ///
    /// # Errors
    /// As [`SignatureLine::parse`]; [`NoteFault::CutShort`], [`NoteFault::TooManySignatures`].
    pub fn parse_lines(text: &str) -> Result<Vec<Self>, NoteFault> {
        if text.len() > MAX_NOTE_BYTES {
            return Err(NoteFault::TooLarge { got: text.len() });
        }
        let text = text.strip_suffix('\n').ok_or(NoteFault::CutShort)?;
        let lines: Vec<&str> = text.split('\n').take(MAX_SIGNATURES + 1).collect();
        if lines.len() > MAX_SIGNATURES {
            return Err(NoteFault::TooManySignatures);
        }
        lines.into_iter().map(Self::parse).collect()
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id: the first four bytes of a hash over name, type and key.
    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// The signature, after the key id; a cosignature begins with its time.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// The line without its newline.
impl fmt::Display for SignatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_id, self.signature.as_slice()].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A note: its text, which ends with a newline, and its signature lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) text: String,
    pub(crate) signatures: Vec<SignatureLine>,
}

impl Note {
    pub(crate) fn parse(note: &str) -> Result<Self, NoteFault> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteFault::TooLarge { got: note.len() });
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteFault::ControlCharacter);
        }
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteFault::NoSeparator)?;
        if signatures.is_empty() {
            return Err(NoteFault::NoSignature);
        }
        let signatures = SignatureLine::parse_lines(signatures)?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Whether `name` may name a key (signed-note: not empty, no Unicode spaces, no plus, no control characters).
pub(crate) fn check_key_name(name: &str) -> Result<(), NoteFault> {
    let bad = |c: char| c.is_whitespace() || c == '+' || c < ' ';
    if name.is_empty() || name.chars().any(bad) {
        return Err(NoteFault::KeyName { name: name.to_owned() });
    }
    Ok(())
}
