//! Bank accounts by ISO 13616, check digits by ISO 7064 MOD 97-10.

use super::{Fault, Found, clean};

/// Length by state: the IBAN registry of SWIFT.
const LENGTHS: [(&str, usize); 89] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

/// Used by banks, but not in the registry.
const BESIDE_THE_REGISTRY: [(&str, usize); 22] = [
    ("AO", 25),
    ("BF", 28),
    ("BJ", 28),
    ("CF", 27),
    ("CG", 27),
    ("CI", 28),
    ("CM", 27),
    ("CV", 25),
    ("DZ", 26),
    ("GA", 27),
    ("GQ", 27),
    ("GW", 25),
    ("IR", 26),
    ("KM", 27),
    ("MA", 28),
    ("MG", 27),
    ("ML", 28),
    ("MZ", 25),
    ("NE", 28),
    ("SN", 28),
    ("TD", 27),
    ("TG", 28),
];

pub(super) fn canonical(text: &str) -> Result<Found, Fault> {
    let text = clean::strip_word(text, "iban").unwrap_or(text).trim_start_matches([':', ' ']);
    let advice = "an IBAN has letters A to Z and digits alone";
    let separator = |c: char| matches!(c, ' ' | '-' | '.');
    Fault::first_odd(text, advice, |c| c.is_ascii_alphanumeric() || separator(c))?;
    let iban: String = text.chars().filter(|c| !separator(*c)).collect::<String>().to_ascii_uppercase();
    let state = iban.get(..2).unwrap_or(&iban);
    let length = length_of(state).ok_or_else(|| Fault::Unknown {
        what: "state with IBANs",
        found: state.to_owned(),
        advice: "it begins with the two letters of a state, as in `GB82 WEST`",
    })?;
    if iban.len() != length {
        return Err(Fault::length(iban.len(), length.to_string(), format!("an IBAN of {state}")));
    }
    if !agrees(&iban) {
        return Err(Fault::Checksum { rule: "ISO 7064 MOD 97-10" });
    }
    Ok(Found::summed(iban))
}

fn length_of(state: &str) -> Option<usize> {
    let mut all = LENGTHS.iter().chain(&BESIDE_THE_REGISTRY);
    all.find(|(known, _)| *known == state).map(|(_, length)| *length)
}

/// Check digits 00, 01 and 99 are never made, though they could agree.
fn agrees(iban: &str) -> bool {
    let (head, rest) = iban.split_at_checked(4).unwrap_or(("", iban));
    let made =
        head.get(2..).and_then(|two| two.parse::<u8>().ok()).is_some_and(|two| (2..=98).contains(&two));
    made && remainder(rest.bytes().chain(head.bytes())) == 1
}

/// Of letters as 10 to 35 and digits as themselves, modulo 97.
pub(super) fn remainder(signs: impl Iterator<Item = u8>) -> u32 {
    signs.fold(0, |sum: u32, sign| {
        let value = char::from(sign).to_digit(36).unwrap_or_default();
        let shift = if value > 9 { 100 } else { 10 };
        (sum * shift + value) % 97
    })
}
