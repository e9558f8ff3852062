//! Identity and travel documents, as `FR:passport:12AB34567`: state, type, number in capitals without separators.
//!
//! Check digits are verified where a number carries them: in the machine-readable zone (ICAO 9303-3, 4.9; it is what a scan gives)
//! and in the personal numbers of some states. They stay part of a personal number and are dropped from a zone's field.

mod personal;

use super::{Context, Fault, Found, clean, iban, plate};

const GIVE_STATE: &str =
    "write state and type before it, as in `FR:passport:12AB34567`, or name the state that issued it";
const ADVICE: &str = "a document's number has letters and digits alone";
const ICAO: Fault = Fault::Checksum { rule: "ICAO 9303" };
const MOST: usize = 30;
const LEAST: usize = 3;

/// Other words for a type, in the languages of those who write them.
const TYPES: [(&str, &[&str]); 8] = [
    ("passport", &["pass", "pp", "passeport", "pasaporte", "reisepass", "p"]),
    (
        "identity_card",
        &["id_card", "id", "idcard", "identity", "cni", "carte_identite", "personalausweis", "i"],
    ),
    (
        "driving_licence",
        &["driving_license", "driver_licence", "driver_license", "drivers_license", "dl", "licence"],
    ),
    ("residence_permit", &["residence", "permit", "residence_card", "titre_de_sejour"]),
    ("visa", &["v"]),
    ("birth_certificate", &["birth", "acte_naissance"]),
    (
        "national_id",
        &[
            "personal_number",
            "national_number",
            "nin",
            "dni",
            "nie",
            "cpf",
            "pesel",
            "rut",
            "run",
            "bsn",
            "niss",
            "tckn",
            "teudat_zehut",
            "resident_id",
        ],
    ),
    ("travel_document", &["laissez_passer", "refugee_travel_document"]),
];

pub(super) fn canonical(text: &str, context: &Context) -> Result<Found, Fault> {
    let (state, rest) = plate::issuer(text, context, GIVE_STATE)?;
    let (kind, number) = match rest.rsplit_once(':') {
        Some((kind, number)) => (kind_of(kind)?, number),
        None => (kind_of(context.scheme.as_deref().unwrap_or("document"))?, rest),
    };
    let (number, by_zone) =
        if number.contains('<') { (from_zone(number)?, true) } else { (compact(number)?, false) };
    let checked = kind == "national_id" && personal::check(state.code(), &number)?;
    let size = number.chars().count();
    if !(LEAST..=MOST).contains(&size) {
        return Err(Fault::length(size, format!("{LEAST} to {MOST}"), "a document's number"));
    }
    let value = format!("{state}:{kind}:{number}");
    Ok(if checked || by_zone { Found::summed(value) } else { Found::shaped(value) })
}

fn kind_of(word: &str) -> Result<String, Fault> {
    let plain: String =
        word.trim().to_lowercase().chars().map(|c| if c == ' ' || c == '-' { '_' } else { c }).collect();
    let advice = "a type is a word such as passport, identity_card, national_id or driving_licence";
    Fault::first_odd(&plain, advice, |c| c.is_ascii_alphanumeric() || c == '_')?;
    if plain.is_empty() || plain.len() > MOST {
        return Err(Fault::NoScheme { what: "type", advice });
    }
    let known =
        TYPES.iter().find(|(_, others)| others.contains(&plain.as_str())).map(|(name, _)| (*name).to_owned());
    Ok(known.unwrap_or(plain))
}

fn compact(number: &str) -> Result<String, Fault> {
    let separator = |c: char| matches!(c, ' ' | '-' | '.' | '/' | '\\' | '_' | '#' | '\'' | ',');
    Fault::first_odd(number, ADVICE, |c| c.is_alphanumeric() || separator(c))?;
    Ok(clean::compact_capitals(number))
}

/// The number in the second line of a passport or visa (44 signs, or 36 of a small document), in both lines, or in the field of
/// nine signs and its check digit.
fn from_zone(zone: &str) -> Result<String, Fault> {
    let zone: String = zone.chars().filter(|c| *c != ' ').collect::<String>().to_ascii_uppercase();
    let advice = "a machine-readable zone has letters A to Z, digits and `<` alone";
    Fault::first_odd(&zone, advice, |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '<')?;
    let line = match zone.len() {
        88 => zone.get(44..),
        72 => zone.get(36..),
        44 | 36 | 10 => Some(zone.as_str()),
        _ => None,
    };
    let of = "a machine-readable zone";
    let field = line.and_then(|line| line.get(..10));
    let field = field.ok_or_else(|| Fault::length(zone.len(), "10, 36, 44, 72 or 88", of))?;
    let (number, digit) = field.split_at(9);
    if digit.parse() != Ok(check_digit(number)) {
        return Err(ICAO);
    }
    Ok(number.replace('<', ""))
}

/// ICAO 9303-3, 4.9: weights 7, 3, 1; letters from 10, filler 0.
fn check_digit(field: &str) -> u32 {
    let weighed = field.chars().zip([7, 3, 1].into_iter().cycle());
    weighed.map(|(sign, weight)| sign.to_digit(36).unwrap_or_default() * weight).sum::<u32>() % 10
}

/// ISO 7064 is shared with IBANs.
fn mod_97(digits: &str) -> u32 {
    iban::remainder(digits.bytes())
}
