//! Vehicle plates, as `FR:AB123CD`: capitals and digits without separators; Cyrillic and Greek letters that look like Latin ones
//! as those, since plates are made of them for that reason; Saudi Arabia's letters by the pairs on its own plates.
//!
//! The spaces of a German plate tell district from letters (`B AB 1` and `BA B 1`); they are dropped like all others, because
//! witnesses do not see them. So a hit may be another car, as with every hit.

use super::{Context, Fault, Found, clean};
use comity_model::Jurisdiction;

/// Longest plates have ten signs; twelve leave room for countries' codes on temporary ones.
const MOST: usize = 12;
const GIVE_STATE: &str = "write the state before it, as in `FR:AB-123-CD`, or name the state it was noted in";

/// The letters of Saudi plates in the pairs in which they are printed.
const SAUDI: [(char, char); 17] = [
    ('ا', 'A'),
    ('ب', 'B'),
    ('ح', 'J'),
    ('د', 'D'),
    ('ر', 'R'),
    ('س', 'S'),
    ('ص', 'X'),
    ('ط', 'T'),
    ('ع', 'E'),
    ('ق', 'G'),
    ('ك', 'K'),
    ('ل', 'L'),
    ('م', 'Z'),
    ('ن', 'N'),
    ('ه', 'H'),
    ('و', 'U'),
    ('ى', 'V'),
];

pub(super) fn canonical(text: &str, context: &Context) -> Result<Found, Fault> {
    let (state, plate) = issuer(text, context, GIVE_STATE)?;
    let separator = |c: char| matches!(c, ' ' | '-' | '.' | '·' | '•' | '/' | '_' | '*' | '\'' | '|');
    let advice = "a plate has letters and digits alone";
    Fault::first_odd(plate, advice, |c| c.is_alphanumeric() || separator(c))?;
    let compact: String = clean::compact_capitals(plate).chars().map(|c| paired(state, c)).collect();
    match compact.chars().count() {
        0 => Err(Fault::Empty),
        1..=MOST => Ok(Found::shaped(format!("{state}:{compact}"))),
        found => Err(Fault::length(found, format!("at most {MOST}"), "a plate")),
    }
}

fn paired(state: Jurisdiction, letter: char) -> char {
    let saudi = SAUDI.iter().find(|(arabic, _)| *arabic == letter || (letter == 'أ' && *arabic == 'ا'));
    saudi.filter(|_| state.code() == "SA").map_or(letter, |(_, latin)| *latin)
}

/// The state before the first colon, else that of the context, and what is left.
pub(super) fn issuer<'a>(
    text: &'a str,
    context: &Context,
    advice: &'static str,
) -> Result<(Jurisdiction, &'a str), Fault> {
    if let Some((state, rest)) = text.split_once(':') {
        let upper = state.trim().to_ascii_uppercase();
        if let Ok(state) = upper.parse() {
            return Ok((state, rest));
        }
        if upper.len() == 2 || context.region.is_none() {
            return Err(Fault::Unknown { what: "state", found: state.to_owned(), advice });
        }
    }
    context.region.map(|state| (state, text)).ok_or(Fault::NoRegion { advice })
}
