//! One form for each selector, so that two authorities that write the same thing differently ask about the same bytes.
//!
//! A canonical form is made of what an officer typed or a file held, by rules that are public and do not depend on the place.
//! It is a text: `canonical(canonical(x)) == canonical(x)`. What cannot be an identifier of its kind is refused with what is
//! wrong, where, and what to do. A form says what was checked: a checksum, or the shape alone.
//!
//! It is not a validity service: a telephone number in canonical form may belong to nobody.

mod account;
mod base58;
mod clean;
mod crypto;
mod document;
mod email;
mod error;
mod file_hash;
mod iban;
mod onion;
mod phone;
mod plate;
#[cfg(test)]
mod tests;

pub use error::{CanonicalError, Fault};

use comity_model::{Jurisdiction, selector::SelectorKind};

/// Longest text that is looked at, in bytes; addresses of pages are the longest that people paste.
const MAX_GIVEN: usize = 2048;
/// Longest canonical value, in bytes; what `Selector` takes.
const MAX_VALUE: usize = 300;

/// What a value belongs to where it does not say so itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The state whose telephone numbers, plates and documents are meant.
    pub region: Option<Jurisdiction>,
    /// The service of an account (`instagram`), the type of a document (`passport`), the coin of an address (`btc`), the
    /// algorithm of a hash (`sha256`).
    pub scheme: Option<String>,
}

impl Context {
    /// The state whose telephone numbers, plates and documents are meant.
    #[must_use]
    pub fn in_region(region: Jurisdiction) -> Self {
        Self { region: Some(region), scheme: None }
    }

    /// The service, document type, coin or algorithm that is meant.
    #[must_use]
    pub fn with_scheme(mut self, scheme: &str) -> Self {
        self.scheme = Some(scheme.to_owned());
        self
    }
}

/// A selector in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Canonical {
    kind: SelectorKind,
    value: String,
}

impl Canonical {
    /// The kind of identifier.
    #[must_use]
    pub fn kind(&self) -> SelectorKind {
        self.kind
    }

    /// The identifier in its canonical form.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The bytes that go into a private comparison: `comity/selector/v1`, kind and value with a zero byte between, so that
    /// equal values of two kinds are not equal.
    #[must_use]
    pub fn input(&self) -> Vec<u8> {
        [b"comity/selector/v1".as_slice(), self.kind.word().as_bytes(), self.value.as_bytes()].join(&0)
    }
}

/// How far a value was checked when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Checked {
    /// Its shape: length, characters, known prefix. A slip of the finger may have gone unnoticed.
    Shape,
    /// A checksum inside it, which agrees.
    Checksum,
}

/// A canonical form, and how far the text it was made of was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The canonical form.
    pub canonical: Canonical,
    /// What was checked.
    pub checked: Checked,
}

/// What one kind's rules found.
struct Found {
    value: String,
    checked: Checked,
}

impl Found {
    fn shaped(value: impl Into<String>) -> Self {
        Self { value: value.into(), checked: Checked::Shape }
    }

    fn summed(value: impl Into<String>) -> Self {
        Self { value: value.into(), checked: Checked::Checksum }
    }
}

/// The canonical form of `raw`.
///
/// # Errors
/// When `raw` cannot be an identifier of that kind, or does not say which and `context` does not either.
pub fn selector(kind: SelectorKind, raw: &str, context: &Context) -> Result<Canonical, CanonicalError> {
    read(kind, raw, context).map(|reading| reading.canonical)
}

/// The canonical form of `raw`, and how far it was checked.
///
/// # Errors
/// As [`selector`].
pub fn read(kind: SelectorKind, raw: &str, context: &Context) -> Result<Reading, CanonicalError> {
    let refused = |given: &str, fault| CanonicalError::new(kind, given, fault);
    if raw.len() > MAX_GIVEN {
        return Err(refused(raw, Fault::TooLong { found: raw.len(), most: MAX_GIVEN }));
    }
    let text = clean::text(raw);
    if text.is_empty() {
        return Err(refused(raw, Fault::Empty));
    }
    let found = by_kind(kind, &text, context).map_err(|fault| refused(&text, fault))?;
    if found.value.len() > MAX_VALUE {
        return Err(refused(&text, Fault::TooLong { found: found.value.len(), most: MAX_VALUE }));
    }
    Ok(Reading { canonical: Canonical { kind, value: found.value }, checked: found.checked })
}

fn by_kind(kind: SelectorKind, text: &str, context: &Context) -> Result<Found, Fault> {
    match kind {
        SelectorKind::Phone => phone::canonical(text, context),
        SelectorKind::Email => email::canonical(text),
        SelectorKind::Account => account::canonical(text, context),
        SelectorKind::Document => document::canonical(text, context),
        SelectorKind::Plate => plate::canonical(text, context),
        SelectorKind::CryptoAddress => crypto::canonical(text, context),
        SelectorKind::OnionAddress => onion::canonical(text),
        SelectorKind::FileHash => file_hash::canonical(text, context),
        SelectorKind::Iban => iban::canonical(text),
    }
}
