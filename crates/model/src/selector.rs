//! Exact identifiers, in one normal form each, so that equal things are equal text.

use crate::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

fn normal_phone(value: &str) -> Result<String, Nonsense> {
    let digits: String = value.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let nonsense = || Nonsense::new(value, "a telephone number in E.164, such as `+33123456789`");
    let number = digits.strip_prefix('+').ok_or_else(nonsense)?;
    let fits = (7..=15).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
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
    fn what_cannot_be_an_identifier_is_refused() {
        assert!(Selector::new(SelectorKind::Phone, "0123456789").is_err());
        assert!(Selector::new(SelectorKind::Email, "nobody").is_err());
        assert!(Selector::new(SelectorKind::Plate, "AB-123-CD").is_err());
        assert!(serde_json::from_str::<Selector>(r#"{"kind":"phone","value":"x"}"#).is_err());
    }
}
