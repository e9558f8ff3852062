//! Why a text has no canonical form.

use comity_model::selector::SelectorKind;

/// Most characters of the text that an error repeats.
const SHOWN: usize = 80;

/// A text that has no canonical form: which, why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} `{given}`: {fault}", .kind.word())]
pub struct CanonicalError {
    kind: SelectorKind,
    given: String,
    fault: Fault,
}

impl CanonicalError {
    pub(super) fn new(kind: SelectorKind, given: &str, fault: Fault) -> Self {
        let mut shown: String = given.chars().take(SHOWN).collect();
        if shown.len() < given.len() {
            shown.push('…');
        }
        Self { kind, given: shown, fault }
    }

    /// The kind that was asked for.
    #[must_use]
    pub fn kind(&self) -> SelectorKind {
        self.kind
    }

    /// The text as it was read: without signs that cannot be seen, at most its first 80 characters.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// What is wrong with it.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.fault
    }
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing is left of it.
    #[error("there is nothing to read; give a value or leave the row out")]
    Empty,
    /// More bytes than such an identifier has.
    #[error("{found} bytes are more than the {most} that it may have; give the identifier alone")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// A character that does not belong there.
    #[error("character {at} is `{found}`, which cannot stand there; {advice}")]
    Character {
        /// Position in the text, from 1.
        at: usize,
        /// The character.
        found: char,
        /// What to do.
        advice: &'static str,
    },
    /// The wrong number of characters or bytes.
    #[error("it has {found} characters where {of} has {expected}; compare it with its source")]
    Length {
        /// Characters found.
        found: usize,
        /// Characters expected, in words where there are several.
        expected: String,
        /// Whose length that is.
        of: String,
    },
    /// A checksum that does not agree.
    #[error(
        "its check digits do not agree by {rule}, so that at least one character is wrong; compare it with its source"
    )]
    Checksum {
        /// The rule's name.
        rule: &'static str,
    },
    /// The state is not known.
    #[error("it does not say of which state it is; {advice}")]
    NoRegion {
        /// What to do.
        advice: &'static str,
    },
    /// Service, coin, algorithm or type is not known.
    #[error("it does not say which {what} is meant; {advice}")]
    NoScheme {
        /// `service`, `coin`, `algorithm`, `type`.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// It says a state, service, coin, algorithm or type that is not known.
    #[error("`{found}` is no {what} that is known; {advice}")]
    Unknown {
        /// `state`, `coin`, `algorithm`, `type`.
        what: &'static str,
        /// What was found.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// It is something else, or cannot be.
    #[error("{why}; {advice}")]
    Impossible {
        /// Why.
        why: &'static str,
        /// What to do.
        advice: &'static str,
    },
}

impl Fault {
    /// The first character of `text` that `fits` refuses, as a fault.
    pub(super) fn first_odd(
        text: &str,
        advice: &'static str,
        fits: impl Fn(char) -> bool,
    ) -> Result<(), Fault> {
        let odd = text.chars().enumerate().find(|(_, found)| !fits(*found));
        odd.map_or(Ok(()), |(at, found)| Err(Fault::Character { at: at.saturating_add(1), found, advice }))
    }

    pub(super) fn length(found: usize, expected: impl Into<String>, of: impl Into<String>) -> Self {
        Self::Length { found, expected: expected.into(), of: of.into() }
    }
}
