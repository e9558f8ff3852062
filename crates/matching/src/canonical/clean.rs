//! What every kind has in common: signs that cannot be seen, full-width letters, digits of other scripts, look-alikes.

use unicode_normalization::UnicodeNormalization;

/// The zero of each set of decimal digits that people write numbers with (Unicode general category Nd); full-width and
/// mathematical ones fall to NFKC.
const ZEROS: [u32; 22] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x19D0, 0x1B50, 0xA8D0,
];

/// NFKC, without marks of direction, joiners and other signs of no width; spaces, dashes and digits of all scripts as the ASCII ones;
/// trimmed.
pub(super) fn text(raw: &str) -> String {
    // `№` would become the letters `No`.
    let given = raw.chars().filter(|sign| !is_unseen(*sign)).map(|sign| if sign == '№' { ' ' } else { sign });
    let visible: String = given.nfkc().map(plain).collect();
    visible.nfkc().collect::<String>().trim().to_owned()
}

/// Marks of direction (UAX 9), joiners, soft hyphen, variation selectors, tags, byte order mark, and controls.
fn is_unseen(sign: char) -> bool {
    matches!(
        sign,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}'
    ) || (sign.is_control() && !sign.is_whitespace())
}

fn plain(sign: char) -> char {
    if sign.is_whitespace() {
        return ' ';
    }
    if matches!(sign, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}') {
        return '-';
    }
    digit(sign).unwrap_or(sign)
}

fn digit(sign: char) -> Option<char> {
    let code = u32::from(sign);
    let zero = ZEROS.into_iter().find(|zero| (*zero..zero.saturating_add(10)).contains(&code))?;
    char::from_digit(code.saturating_sub(zero), 10)
}

/// Latin capital for a Cyrillic or Greek capital that looks the same; plates and documents are made of such letters so that they
/// can be read abroad (Vienna Convention on Road Traffic 1968, annex 2).
pub(super) fn latin_look_alike(capital: char) -> char {
    match capital {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        other => other,
    }
}

/// Capitals without separators, look-alikes as Latin ones.
pub(super) fn compact_capitals(text: &str) -> String {
    text.to_uppercase().chars().map(latin_look_alike).filter(|c| c.is_alphanumeric()).nfkc().collect()
}

/// `text` without a prefix, whatever its case.
pub(super) fn strip_word<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}
