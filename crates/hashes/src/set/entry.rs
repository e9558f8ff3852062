//! One entry of a set, and why a line is none.

use crate::PdqHash;

/// Longest category, in bytes.
const LONGEST_CATEGORY: usize = 64;

/// Longest name or number of an entry, in bytes.
const LONGEST_REFERENCE: usize = 512;

/// What a list says of one file. At least one hash is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Where it stands: the line, or the number of the item, from 1.
    pub place: u64,
    /// MD5.
    pub md5: Option<[u8; 16]>,
    /// SHA-1.
    pub sha1: Option<[u8; 20]>,
    /// SHA-256.
    pub sha256: Option<[u8; 32]>,
    /// BLAKE3.
    pub blake3: Option<[u8; 32]>,
    /// PDQ.
    pub pdq: Option<PdqHash>,
    /// The quality of the PDQ hash, 0 to 100.
    pub quality: Option<u8>,
    /// The category, in the set's scheme.
    pub category: Option<String>,
    /// Bytes of the file.
    pub size: Option<u64>,
    /// What the list calls it: a number or a name.
    pub reference: Option<String>,
}

/// A line or item that is no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {place}: {reason}")]
pub struct Refused {
    /// The line, or the number of the item, from 1.
    pub place: u64,
    /// Why.
    pub reason: Reason,
}

/// Why a line or item is no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No hash at all.
    #[error("there is no hash; give at least one")]
    NoHash,
    /// Not what the field asks for.
    #[error("`{given}` is no {field}; correct or remove it")]
    Field {
        /// Which field.
        field: &'static str,
        /// What was given, cut to 80 characters.
        given: String,
    },
    /// The same field twice, with different values.
    #[error("the {0} is given twice, and differently; keep one")]
    Twice(&'static str),
    /// No JSON, or fields of other types.
    #[error("the item cannot be read: {0}; correct it at its source")]
    Json(String),
    /// A quotation mark without its other.
    #[error("a quotation mark is open at the end of the line; close it")]
    OpenQuote,
    /// Other than the headers.
    #[error("the line has `{0}` fields where the headers are `{1}`; give as many")]
    Columns(usize, usize),
    /// Neither ASCII nor UTF-8.
    #[error("the line is not UTF-8; save the list as UTF-8")]
    NotUtf8,
    /// Longer than allowed.
    #[error("it is longer than `{0}` bytes; no entry needs so much")]
    TooLong(usize),
}

/// Which field a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Md5,
    Sha1,
    Sha256,
    Blake3,
    Pdq,
    Quality,
    Category,
    Size,
    Reference,
}

impl Field {
    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Blake3 => "BLAKE3",
            Self::Pdq => "PDQ hash",
            Self::Quality => "quality from 0 to 100",
            Self::Category => "category of at most 64 bytes",
            Self::Size => "size in bytes",
            Self::Reference => "name of at most 512 bytes",
        }
    }

    pub fn is_hash(self) -> bool {
        matches!(self, Self::Md5 | Self::Sha1 | Self::Sha256 | Self::Blake3 | Self::Pdq)
    }

    fn wrong(self, given: &str) -> Reason {
        Reason::Field { field: self.name(), given: given.chars().take(80).collect() }
    }
}

impl Entry {
    /// Sets a field from its text; an empty one says nothing.
    pub(super) fn set(&mut self, field: Field, text: &str) -> Result<(), Reason> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        let wrong = || field.wrong(text);
        match field {
            Field::Md5 => put(&mut self.md5, digest(text).ok_or_else(wrong)?, field),
            Field::Sha1 => put(&mut self.sha1, digest(text).ok_or_else(wrong)?, field),
            Field::Sha256 => put(&mut self.sha256, digest(text).ok_or_else(wrong)?, field),
            Field::Blake3 => put(&mut self.blake3, digest(text).ok_or_else(wrong)?, field),
            Field::Pdq => put(&mut self.pdq, digest(text).map(PdqHash).ok_or_else(wrong)?, field),
            Field::Quality => {
                let quality = text.parse().ok().filter(|quality| *quality <= 100).ok_or_else(wrong)?;
                put(&mut self.quality, quality, field)
            }
            Field::Size => put(&mut self.size, text.parse().map_err(|_| wrong())?, field),
            Field::Category => {
                put(&mut self.category, short(text, LONGEST_CATEGORY).ok_or_else(wrong)?, field)
            }
            Field::Reference => {
                // Of several names the first is kept: a name is only for people.
                let name = short(text, LONGEST_REFERENCE).ok_or_else(wrong)?;
                self.reference.get_or_insert(name);
                Ok(())
            }
        }
    }

    /// The entry, if it has a hash.
    pub(super) fn whole(self) -> Result<Self, Reason> {
        let hashed = self.md5.is_some()
            || self.sha1.is_some()
            || self.sha256.is_some()
            || self.blake3.is_some()
            || self.pdq.is_some();
        if hashed { Ok(self) } else { Err(Reason::NoHash) }
    }
}

fn put<T: PartialEq>(room: &mut Option<T>, value: T, field: Field) -> Result<(), Reason> {
    if room.as_ref().is_some_and(|there| *there != value) {
        return Err(Reason::Twice(field.name()));
    }
    *room = Some(value);
    Ok(())
}

fn digest<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).is_ok().then_some(bytes)
}

fn short(text: &str, longest: usize) -> Option<String> {
    (text.len() <= longest && !text.contains(char::is_control)).then(|| text.to_owned())
}
