//! Check digits in the personal numbers of states, each by the rule of the state that gives it.

use super::{Fault, mod_97};

struct Rule {
    state: &'static str,
    name: &'static str,
    agrees: fn(&str) -> bool,
}

const RULES: [Rule; 9] = [
    Rule { state: "BE", name: "the Belgian national number", agrees: belgium },
    Rule { state: "BR", name: "CPF", agrees: brazil },
    Rule { state: "CL", name: "RUN", agrees: chile },
    Rule { state: "CN", name: "GB 11643", agrees: china },
    Rule { state: "ES", name: "DNI and NIE", agrees: spain },
    Rule { state: "IL", name: "the Israeli identity number", agrees: israel },
    Rule { state: "NL", name: "BSN", agrees: netherlands },
    Rule { state: "PL", name: "PESEL", agrees: poland },
    Rule { state: "TR", name: "the Turkish identity number", agrees: turkey },
];

/// Was a check digit verified? A state whose rule is not here is taken as written.
pub(super) fn check(state: &str, number: &str) -> Result<bool, Fault> {
    match RULES.iter().find(|rule| rule.state == state) {
        Some(rule) if (rule.agrees)(number) => Ok(true),
        Some(rule) => Err(Fault::Checksum { rule: rule.name }),
        None => Ok(false),
    }
}

/// The digits of a number of exactly that length.
fn digits<const N: usize>(number: &str) -> Option<[u32; N]> {
    let all: Option<Vec<u32>> = number.chars().map(|sign| sign.to_digit(10)).collect();
    all?.try_into().ok()
}

fn weighed(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// 97 less the remainder of nine digits, with a 2 before them for those born from 2000.
fn belgium(number: &str) -> bool {
    let Some((body, sum)) = number.split_at_checked(9).filter(|_| digits::<11>(number).is_some()) else {
        return false;
    };
    let is = |text: &str| sum.parse() == Ok(97 - mod_97(text));
    is(body) || is(&format!("2{body}"))
}

fn brazil(number: &str) -> bool {
    let Some(all) = digits::<11>(number) else { return false };
    let digit = |weights: &[u32]| match weighed(&all, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    let [.., first, second] = all;
    digit(&[10, 9, 8, 7, 6, 5, 4, 3, 2]) == first && digit(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) == second
}

fn chile(number: &str) -> bool {
    let Some((at, check)) = number.char_indices().last() else { return false };
    let body = number.get(..at).unwrap_or_default();
    let fits = (6..=8).contains(&body.len()) && body.bytes().all(|byte| byte.is_ascii_digit());
    let values = body.chars().rev().filter_map(|sign| sign.to_digit(10)).zip((2..=7).cycle());
    let sum: u32 = values.map(|(digit, weight)| digit * weight).sum();
    let expected = match 11 - sum % 11 {
        11 => Some('0'),
        10 => Some('K'),
        rest => char::from_digit(rest, 10),
    };
    fits && expected == Some(check)
}

/// ISO 7064 MOD 11-2 over seventeen digits.
fn china(number: &str) -> bool {
    let Some((body, check)) = number.split_at_checked(17) else { return false };
    let Some(all) = digits::<17>(body) else { return false };
    let sum = all.iter().fold(0, |sum, digit| (sum + digit) * 2 % 11);
    let expected = (12 - sum) % 11;
    check == if expected == 10 { "X".to_owned() } else { expected.to_string() }
}

/// A letter by the remainder of 23; the X, Y or Z of a foreigner's number stands for 0, 1, 2.
fn spain(number: &str) -> bool {
    let plain = match number.as_bytes().first() {
        Some(first @ b'X'..=b'Z') => format!("{}{}", first - b'X', number.get(1..).unwrap_or_default()),
        _ => number.to_owned(),
    };
    let Some((body, letter)) = plain.split_at_checked(8) else { return false };
    let Some(value) = digits::<8>(body).and_then(|_| body.parse::<usize>().ok()) else { return false };
    let expected = "TRWAGMYFPDXBNJZSQVHLCKE".get(value % 23..).and_then(|rest| rest.get(..1));
    expected == Some(letter)
}

fn israel(number: &str) -> bool {
    let Some(all) = digits::<9>(number) else { return false };
    let doubled = all.iter().zip([1, 2].into_iter().cycle()).map(|(digit, weight)| digit * weight);
    doubled.map(|value| if value > 9 { value - 9 } else { value }).sum::<u32>().is_multiple_of(10)
}

fn netherlands(number: &str) -> bool {
    let Some(all) = digits::<9>(number) else { return false };
    let [.., last] = all;
    weighed(&all, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == last
}

fn poland(number: &str) -> bool {
    digits::<11>(number)
        .is_some_and(|all| weighed(&all, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10))
}

fn turkey(number: &str) -> bool {
    let Some(all) = digits::<11>(number) else { return false };
    let [first, .., tenth, eleventh] = all;
    let odd = weighed(&all, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let even = weighed(&all, &[0, 1, 0, 1, 0, 1, 0, 1]);
    let total: u32 = all.iter().take(10).sum();
    first != 0 && (odd * 7 + 90 - even) % 10 == tenth && total % 10 == eleventh
}
