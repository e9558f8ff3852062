//! Telephone numbers to E.164, by the numbering plans of libphonenumber.
//!
//! A number is refused when its country calling code is not assigned or its length does not occur in that country. Whether a
//! number range is in use changes from month to month, and two nodes of different age would disagree: that is not looked at.

use super::{Context, Fault, Found, clean};
use comity_model::selector::PHONE_DIGITS;
use phonenumber::{
    country,
    metadata::{DATABASE, Metadata},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

const GIVE_REGION: &str =
    "write it with `+` and the country's calling code, or name the state it was noted in";
const DIGITS_ONLY: &str = "write the digits alone, as in `+33 1 23 45 67 89`";
/// Mexico dialled `1` before mobile numbers from abroad until August 2019.
const MEXICO: &str = "52";

pub(super) fn canonical(text: &str, context: &Context) -> Result<Found, Fault> {
    let text = clean::strip_word(text, "tel:").unwrap_or(text);
    let dialled = dialled(main_line(text))?;
    if dialled.trim_start_matches('+').is_empty() {
        return Err(Fault::Empty);
    }
    let number = match (dialled.strip_prefix('+'), context.region) {
        (Some(international), _) => with_code(international),
        (None, Some(region)) => in_country(&dialled, region.code()),
        (None, None) => match dialled.strip_prefix("00") {
            Some(international) => with_code(international),
            None => Err(Fault::NoRegion { advice: GIVE_REGION }),
        },
    }?;
    if !PHONE_DIGITS.contains(&number.len()) {
        let (least, most) = (PHONE_DIGITS.start(), PHONE_DIGITS.end());
        return Err(Fault::length(
            number.len(),
            format!("{least} to {most}"),
            "a number with its calling code",
        ));
    }
    Ok(Found::shaped(format!("+{number}")))
}

/// Without the extension behind it, which leads to a person inside and not to another line.
fn main_line(text: &str) -> &str {
    let end = text.find([';', ',', '#', 'x', 'X', 'e', 'E']).unwrap_or(text.len());
    let (line, rest) = text.split_at(end);
    let is_extension = rest.starts_with([';', ',', '#'])
        || ["extension", "ext", "x"].iter().any(|word| {
            clean::strip_word(rest, word).is_some_and(|rest| !rest.contains(char::is_alphabetic))
        });
    if is_extension { line } else { text }
}

/// The digits, with the plus where there is one; `(0)` inside an international number falls out.
fn dialled(text: &str) -> Result<String, Fault> {
    let separator = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '~' | '_');
    let begins = text.trim_start_matches(separator);
    let is_international = begins.starts_with('+') || begins.starts_with("00");
    let text = if is_international { text.replacen("(0)", "", 1) } else { text.to_owned() };
    let mut seen = false;
    for (at, found) in (1..).zip(text.chars()) {
        let fits = found.is_ascii_digit() || separator(found) || (found == '+' && !seen);
        if !fits {
            return Err(Fault::Character { at, found, advice: DIGITS_ONLY });
        }
        seen |= !separator(found);
    }
    Ok(text.chars().filter(|c| !separator(*c)).collect())
}

/// Digits that begin with a country's calling code.
fn with_code(digits: &str) -> Result<String, Fault> {
    let (code, national) = split_code(digits)?;
    if code == MEXICO && national.len() == 11 && national.starts_with('1') {
        return with_code(&format!("{code}{}", national.get(1..).unwrap_or_default()));
    }
    if is_possible(code, national) {
        return Ok(digits.to_owned());
    }
    // Perhaps the trunk prefix was left in, as in +44 020.
    let without_trunk = parsed(None, &format!("+{digits}"));
    without_trunk.ok_or_else(|| length(code, national))
}

/// Digits as they are dialled inside a country, or from it.
fn in_country(digits: &str, region: &str) -> Result<String, Fault> {
    let unknown = || Fault::Unknown {
        what: "state with telephone numbers",
        found: region.to_owned(),
        advice: GIVE_REGION,
    };
    let country: country::Id = region.parse().map_err(|_| unknown())?;
    if let Some(number) = parsed(Some(country), digits) {
        return Ok(number);
    }
    let code = DATABASE.by_id(region).ok_or_else(unknown)?.country_code().to_string();
    match digits.strip_prefix("00") {
        Some(international) => with_code(international),
        None => Err(length(&code, digits)),
    }
}

/// Calling code and the rest; calling codes are free of prefixes among each other (ITU-T E.164).
fn split_code(digits: &str) -> Result<(&str, &str), Fault> {
    let is_code = |code: &str| code.parse::<u16>().is_ok_and(|code| DATABASE.by_code(&code).is_some());
    let split = (1..=3).filter_map(|size| digits.split_at_checked(size)).find(|(code, _)| is_code(code));
    split.filter(|(code, _)| !code.starts_with('0')).ok_or_else(|| Fault::Unknown {
        what: "country calling code",
        found: digits.chars().take(3).collect(),
        advice: GIVE_REGION,
    })
}

fn is_possible(code: &str, national: &str) -> bool {
    lengths(code).iter().any(|length| usize::from(*length) == national.len())
}

/// Lengths of national numbers by calling code, of all states that share it and all uses.
static LENGTHS: LazyLock<HashMap<u16, BTreeSet<u16>>> = LazyLock::new(|| {
    let plans = |code| DATABASE.by_code(&code).map(|plans| (code, plans));
    (1..=999)
        .filter_map(plans)
        .map(|(code, plans)| (code, plans.into_iter().flat_map(lengths_of).collect()))
        .collect()
});

fn lengths_of(plan: &Metadata) -> impl Iterator<Item = u16> {
    let uses = plan.descriptors();
    let each = [
        Some(uses.general()),
        uses.fixed_line(),
        uses.mobile(),
        uses.toll_free(),
        uses.premium_rate(),
        uses.shared_cost(),
        uses.personal_number(),
        uses.voip(),
        uses.pager(),
        uses.uan(),
        uses.voicemail(),
    ];
    each.into_iter().flatten().flat_map(|one| one.possible_length().iter().copied())
}

fn lengths(code: &str) -> BTreeSet<u16> {
    code.parse::<u16>().ok().and_then(|code| LENGTHS.get(&code)).cloned().unwrap_or_default()
}

fn length(code: &str, national: &str) -> Fault {
    let expected: Vec<String> = lengths(code).iter().map(u16::to_string).collect();
    Fault::length(national.len(), expected.join(", "), format!("a number behind +{code}"))
}

/// What the plans make of it, if that is possible. Only digits and a plus come here, at most 30.
fn parsed(country: Option<country::Id>, dialled: &str) -> Option<String> {
    if !(3..=30).contains(&dialled.len()) {
        return None;
    }
    let number = phonenumber::parse(country, dialled).ok()?;
    let (code, national) = (number.code().value().to_string(), number.national().to_string());
    is_possible(&code, &national).then(|| format!("{code}{national}"))
}
