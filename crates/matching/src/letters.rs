//! Letters to symbols. Each script has an alphabet of fewer than 256 symbols: letters without marks that do not matter, kana,
//! the jamo of a Hangul syllable, and for a Chinese character the beginning and the end of its syllable. Everything after
//! works on these symbols.

use crate::script::Script;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A symbol that no alphabet knows.
pub(crate) const UNKNOWN: u8 = 0;
/// No symbol.
pub(crate) const NONE: u8 = 255;

/// Latin letters that sound otherwise than the letter without its mark, from symbol 27 on.
const MARKED: &str = "šśşșčćçžźżłńñğöőüűäøåđðřěțãõý";

/// What the alphabets of the other scripts are, one line a script: its name, a tab, the letters.
const ALPHABETS: &str = include_str!("../data/alphabets.txt");
/// Syllables of Chinese characters; see `data/README.md`.
const HAN: &[u8] = include_bytes!("../data/han.bin");
const FIRST_HAN: u32 = 0x4E00;
/// Characters that write different sounds by the same syllable (luo is lo in one, ro in another): a line a syllable, a word a sound.
const CHARACTERS: &str = include_str!("../data/characters.txt");
/// Symbols of the beginnings of syllables that characters are told apart by, so many for each.
const FIRST_MARKED: u8 = 76;
const MARKED_BEGINNINGS: u8 = 6;

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A letter or digit of a script, with up to three symbols.
    Letter(Script),
    /// Parts words.
    Gap,
    /// Vanishes: apostrophes, marks, directional controls.
    Nothing,
}

/// A character's kind and symbols.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letter {
    pub(crate) kind: Kind,
    pub(crate) symbols: [u8; 3],
}

const GAP: Letter = Letter { kind: Kind::Gap, symbols: [NONE; 3] };
const NOTHING: Letter = Letter { kind: Kind::Nothing, symbols: [NONE; 3] };

static LETTERS: LazyLock<Vec<Letter>> = LazyLock::new(build);

/// What a character is.
#[inline]
pub(crate) fn letter(c: char) -> Letter {
    LETTERS.get(c as usize).copied().unwrap_or_else(|| outside(c))
}

/// Characters outside the basic plane, rare in names.
fn outside(c: char) -> Letter {
    if c.is_alphanumeric() {
        Letter { kind: Kind::Letter(Script::Other), symbols: [(u32::from(c) % 250 + 1) as u8, NONE, NONE] }
    } else {
        GAP
    }
}

fn build() -> Vec<Letter> {
    let mut alphabets: Vec<Vec<char>> = vec![Vec::new(); Script::ALL.len()];
    for line in ALPHABETS.lines() {
        let Some((name, letters)) = line.split_once('\t') else { continue };
        let script = Script::ALL.iter().find(|script| script.name() == name);
        if let Some(alphabet) = script.and_then(|script| alphabets.get_mut(*script as usize)) {
            alphabet.extend(letters.chars());
        }
    }
    let mut all: Vec<Letter> =
        (0..=0xFFFF_u32).map(|code| char::from_u32(code).map_or(GAP, |c| classify(c, &alphabets))).collect();
    mark_characters(&mut all);
    all
}

/// Gives characters of one syllable that write different sounds different beginnings.
fn mark_characters(all: &mut [Letter]) {
    for line in CHARACTERS.lines().filter(|line| !line.starts_with('#')) {
        for (number, characters) in (0..MARKED_BEGINNINGS).zip(line.split(' ')) {
            for c in characters.chars() {
                let Some(letter) = all.get_mut(c as usize) else { continue };
                let begin = letter.symbols[0];
                if (1..=BEGINNINGS.len() as u8).contains(&begin) {
                    letter.symbols[0] = FIRST_MARKED + number * BEGINNINGS.len() as u8 + begin - 1;
                }
            }
        }
    }
}

/// A symbol without what tells it from others of one sound: marks of Latin letters, characters of one syllable.
#[inline]
pub(crate) fn plain(script: Script, symbol: u8) -> u8 {
    match script {
        Script::Latin => unmarked(symbol),
        Script::Han => {
            let marked = symbol.wrapping_sub(FIRST_MARKED);
            let beginnings = BEGINNINGS.len() as u8;
            if marked < MARKED_BEGINNINGS * beginnings { marked % beginnings + 1 } else { symbol }
        }
        _ => symbol,
    }
}

fn classify(c: char, alphabets: &[Vec<char>]) -> Letter {
    match c {
        '\''
        | '’'
        | '‘'
        | 'ʼ'
        | '`'
        | '´'
        | 'ʿ'
        | 'ʾ'
        | 'ʻ'
        | '׳'
        | '״'
        | '"'
        | 'ـ'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => return NOTHING,
        'ー' => {}
        _ if is_combining_mark(c) && !is_heard(c) => return NOTHING,
        _ if !c.is_alphanumeric() && !is_heard(c) => return GAP,
        _ => {}
    }
    if c.is_numeric() {
        let digit = c.to_digit(10).or_else(|| c.nfkd().next().and_then(|plain| plain.to_digit(10)));
        let symbol = digit.map_or(UNKNOWN, |digit| 200 + digit as u8);
        return Letter { kind: Kind::Letter(Script::Latin), symbols: [symbol, NONE, NONE] };
    }
    let script = Script::of(c);
    let symbols = match script {
        Script::Latin => latin(c),
        Script::Han => han(c),
        Script::Other => [(u32::from(c) % 250 + 1) as u8, NONE, NONE],
        _ => native(c, script, alphabets.get(script as usize).map_or(&[], Vec::as_slice)),
    };
    Letter { kind: Kind::Letter(script), symbols }
}

/// Vowel signs of the Indic scripts are marks by Unicode, and heard.
fn is_heard(c: char) -> bool {
    matches!(u32::from(c), 0x900..=0x9FF) && c.is_alphanumeric()
        || matches!(u32::from(c), 0x93E..=0x94D | 0x9BE..=0x9CD | 0x901..=0x903 | 0x981..=0x983)
}

fn latin(c: char) -> [u8; 3] {
    let mut out = [NONE; 3];
    let small = c.to_lowercase().next().unwrap_or(c);
    let plain = |c: char| (c as u8).wrapping_sub(b'a').wrapping_add(1);
    let spelled = match small {
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŋ' => "ng",
        'ə' => "a",
        'ĳ' => "ij",
        'ǆ' => "dž",
        'ǉ' => "lj",
        'ǌ' => "nj",
        _ => "",
    };
    if !spelled.is_empty() {
        out.iter_mut().zip(spelled.chars()).for_each(|(slot, c)| *slot = latin(c)[0]);
    } else if let Some(at) = MARKED.chars().position(|marked| marked == small) {
        out[0] = 27 + at as u8;
    } else {
        let base = small.nfkd().find(char::is_ascii_lowercase);
        out[0] = base.map_or(UNKNOWN, plain);
    }
    out
}

/// The letters of a marked Latin symbol without the mark: `a` is 1.
#[must_use]
pub fn unmarked(symbol: u8) -> u8 {
    static PLAIN: LazyLock<[u8; 256]> = LazyLock::new(|| {
        let mut plain: [u8; 256] = std::array::from_fn(|at| at as u8);
        for (at, marked) in MARKED.chars().enumerate() {
            let base = match marked {
                'ł' => 'l',
                'ø' => 'o',
                'đ' | 'ð' => 'd',
                other => other.nfd().next().unwrap_or(other),
            };
            if let Some(slot) = plain.get_mut(27 + at) {
                *slot = (base as u8).wrapping_sub(b'a').wrapping_add(1);
            }
        }
        plain
    });
    PLAIN[usize::from(symbol)]
}

/// The letter before it is looked up: small, composed, without accents where they are not heard, hiragana as katakana.
#[must_use]
pub fn plain_letter(c: char, script: Script) -> Vec<char> {
    let small: Vec<char> = c.to_lowercase().collect();
    match script {
        Script::Greek => small
            .into_iter()
            .flat_map(|c| std::iter::once(c).nfd().collect::<Vec<_>>())
            .filter(|c| !is_combining_mark(*c))
            .map(|c| if c == 'ς' { 'σ' } else { c })
            .collect(),
        Script::Kana => std::iter::once(c)
            .nfkc()
            .map(|c| match u32::from(c) {
                0x3041..=0x3096 => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
                _ => c,
            })
            .collect(),
        Script::Hangul => std::iter::once(c).nfd().collect(),
        Script::Arabic => std::iter::once(c)
            .nfkc()
            .filter(|c| !is_combining_mark(*c))
            .map(|c| match c {
                'أ' | 'إ' | 'ٱ' => 'ا',
                'ى' | 'ی' | 'ې' => 'ي',
                'ک' => 'ك',
                other => other,
            })
            .collect(),
        Script::Hebrew => std::iter::once(c)
            .nfkd()
            .filter(|c| !is_combining_mark(*c))
            .map(|c| match c {
                'ך' => 'כ',
                'ם' => 'מ',
                'ן' => 'נ',
                'ף' => 'פ',
                'ץ' => 'צ',
                other => other,
            })
            .collect(),
        _ => small,
    }
}

fn native(c: char, script: Script, alphabet: &[char]) -> [u8; 3] {
    let mut out = [NONE; 3];
    for (slot, letter) in out.iter_mut().zip(plain_letter(c, script)) {
        let at = alphabet.iter().position(|known| *known == letter);
        *slot = at.map_or(UNKNOWN, |at| (at + 1).min(250) as u8);
    }
    out
}

/// Beginnings of syllables, from symbol 1, as `data/han.bin` numbers them.
const BEGINNINGS: [&str; 24] = [
    "", "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z",
    "c", "s", "y", "w",
];
/// Ends, from symbol 40.
const ENDS: [&str; 36] = [
    "i", "ing", "ao", "ang", "ia", "an", "u", "ian", "ai", "ou", "uan", "ie", "iu", "e", "ong", "eng",
    "iang", "un", "a", "in", "uo", "ei", "iao", "uai", "ue", "ui", "er", "en", "o", "ua", "uang", "v",
    "iong", "", "m", "ve",
];

/// The Latin symbols of a Chinese syllable's half.
pub(crate) fn pinyin(symbol: u8) -> impl Iterator<Item = u8> {
    let begin = usize::from(symbol).checked_sub(1).and_then(|at| BEGINNINGS.get(at));
    let text = begin.or_else(|| ENDS.get(usize::from(symbol).checked_sub(40)?)).copied().unwrap_or_default();
    text.bytes().map(|byte| byte - b'a' + 1)
}

/// The beginning and the end of the syllable.
fn han(c: char) -> [u8; 3] {
    let at = u32::from(c).checked_sub(FIRST_HAN).map(|at| at as usize * 2);
    let pair = at.and_then(|at| HAN.get(at..at + 2));
    match pair {
        Some(&[begin, end]) if end != 0 => [begin, end, NONE],
        _ => [UNKNOWN, (u32::from(c) % 30) as u8 + 220, NONE],
    }
}
