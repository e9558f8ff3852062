//! Exact identifiers, in one normal form each, so that equal things are equal text.

use crate::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What kind of identifier a selector is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SelectorKind {
    /// A telephone number, E.164.
    Phone,
    /// An e-mail address.
    Email,
    /// An account at a service, as `service:name`.
    Account,
    /// An identity or travel document, as `FR:passport:12AB34567`.
    Document,
    /// A vehicle registration plate, as `FR:AB123CD`.
    Plate,
    /// A cryptocurrency address.
    CryptoAddress,
    /// An onion address.
    OnionAddress,
    /// A file hash, as `sha256:hex`.
    FileHash,
    /// A bank account by ISO 13616, without spaces.
    Iban,
}

impl SelectorKind {
    /// Every kind, in the order in which forms and reasons name them.
    pub const ALL: [SelectorKind; 9] = [
        Self::Phone,
        Self::Email,
        Self::Account,
        Self::Document,
        Self::Plate,
        Self::CryptoAddress,
        Self::OnionAddress,
        Self::FileHash,
        Self::Iban,
    ];

    /// The word that stands for the kind in JSON, CSV and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Account => "account",
            Self::Document => "document",
            Self::Plate => "plate",
            Self::CryptoAddress => "crypto_address",
            Self::OnionAddress => "onion_address",
            Self::FileHash => "file_hash",
            Self::Iban => "iban",
        }
    }
}

impl fmt::Display for SelectorKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

impl FromStr for SelectorKind {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let expected = "a kind of selector: phone, email, account, document, plate, crypto_address, onion_address, \
                        file_hash or iban";
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or_else(|| Nonsense::new(text, expected))
    }
}

/// An exact identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "RawSelector")]
pub struct Selector {
    kind: SelectorKind,
    value: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawSelector {
    kind: SelectorKind,
    value: String,
}

impl TryFrom<RawSelector> for Selector {
    type Error = Nonsense;
    fn try_from(raw: RawSelector) -> Result<Self, Nonsense> {
        Selector::new(raw.kind, &raw.value)
    }
}

impl Selector {
    /// Brings `value` to its normal form; refuses what cannot be an identifier of that kind.
    pub fn new(kind: SelectorKind, value: &str) -> Result<Self, Nonsense> {
        let value = match kind {
            SelectorKind::Phone => normal_phone(value)?,
            SelectorKind::Email => normal_email(value)?,
            SelectorKind::Document | SelectorKind::Plate => normal_by_issuer(value)?,
            SelectorKind::CryptoAddress => normal_plain(value)?,
            SelectorKind::Iban => normal_iban(value)?,
            SelectorKind::Account | SelectorKind::OnionAddress | SelectorKind::FileHash => {
                normal_plain(value)?.to_lowercase()
            }
        };
        Ok(Self { kind, value })
    }

    /// The kind of identifier.
    #[must_use]
    pub fn kind(&self) -> SelectorKind {
        self.kind
    }

    /// The identifier in its normal form.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Digits of a telephone number with its country's calling code: at most 15 (ITU-T E.164), and no short number of one country.
pub const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

fn normal_phone(value: &str) -> Result<String, Nonsense> {
    let digits: String = value.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let nonsense = || Nonsense::new(value, "a telephone number in E.164, such as `+33123456789`");
    let number = digits.strip_prefix('+').ok_or_else(nonsense)?;
    let fits = PHONE_DIGITS.contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if fits { Ok(digits) } else { Err(nonsense()) }
}

fn normal_email(value: &str) -> Result<String, Nonsense> {
    let trimmed = value.trim().to_lowercase();
    let nonsense = || Nonsense::new(value, "an e-mail address");
    let (local, domain) = trimmed.rsplit_once('@').ok_or_else(nonsense)?;
    let fits = !local.is_empty() && domain.contains('.') && !trimmed.contains(char::is_whitespace);
    if fits { Ok(trimmed) } else { Err(nonsense()) }
}

fn normal_by_issuer(value: &str) -> Result<String, Nonsense> {
    let nonsense = || Nonsense::new(value, "an issuing state, a colon and the number, such as `FR:AB123CD`");
    let (issuer, number) = value.split_once(':').ok_or_else(nonsense)?;
    issuer.parse::<crate::Jurisdiction>().map_err(|_| nonsense())?;
    let (prefix, last) =
        number.rsplit_once(':').map_or((String::new(), number), |(p, l)| (format!("{p}:"), l));
    let compact: String = last.to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect();
    if compact.is_empty() { Err(nonsense()) } else { Ok(format!("{issuer}:{prefix}{compact}")) }
}

fn normal_plain(value: &str) -> Result<String, Nonsense> {
    let trimmed = value.trim();
    let fits = (1..=300).contains(&trimmed.len()) && !trimmed.contains(char::is_whitespace);
    if fits { Ok(trimmed.to_owned()) } else { Err(Nonsense::new(value, "an identifier without spaces")) }
}

/// Shape alone: two letters, two digits and 11 to 30 letters or digits.
fn normal_iban(value: &str) -> Result<String, Nonsense> {
    let compact: String = value.chars().filter(|c| !matches!(c, ' ' | '-' | '.')).collect();
    let compact = compact.to_ascii_uppercase();
    let nonsense = || Nonsense::new(value, "an IBAN, such as `GB82WEST12345698765432`");
    let (head, rest) = compact.split_at_checked(4).ok_or_else(nonsense)?;
    let begins = head
        .bytes()
        .zip(0..)
        .all(|(byte, at)| if at < 2 { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() });
    let fits = begins && (11..=30).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    if fits { Ok(compact) } else { Err(nonsense()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_phone_written_twice_is_one_selector() {
        let one = Selector::new(SelectorKind::Phone, "+33 1 23.45-67 89").unwrap();
        let two = Selector::new(SelectorKind::Phone, "+33123456789").unwrap();
        assert_eq!(one, two);
    }

    #[test]
    fn a_plate_loses_its_spaces_and_hyphens() {
        let plate = Selector::new(SelectorKind::Plate, "FR:ab-123-cd").unwrap();
        assert_eq!(plate.value(), "FR:AB123CD");
        let passport = Selector::new(SelectorKind::Document, "FR:passport:12 ab 34567").unwrap();
        assert_eq!(passport.value(), "FR:passport:12AB34567");
    }

    #[test]
    fn an_iban_loses_its_spaces_and_its_small_letters() {
        let iban = Selector::new(SelectorKind::Iban, "gb82 west 1234 5698 7654 32").unwrap();
        assert_eq!(iban.value(), "GB82WEST12345698765432");
        for text in ["", "GB", "GB8", "é€", "8282WEST12345698765432", "GB82 WEST 1234"] {
            assert!(Selector::new(SelectorKind::Iban, text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_word_of_a_kind_is_the_one_in_json() {
        for kind in SelectorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
            assert_eq!(kind.word().parse::<SelectorKind>().unwrap(), kind);
        }
        assert!("shoe size".parse::<SelectorKind>().is_err());
    }

    #[test]
    fn what_cannot_be_an_identifier_is_refused() {
        assert!(Selector::new(SelectorKind::Phone, "0123456789").is_err());
        assert!(Selector::new(SelectorKind::Email, "nobody").is_err());
        assert!(Selector::new(SelectorKind::Plate, "AB-123-CD").is_err());
        assert!(serde_json::from_str::<Selector>(r#"{"kind":"phone","value":"x"}"#).is_err());
    }
}
