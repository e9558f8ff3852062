//! A name taken apart: words of one script each, in symbols, with what they are by themselves.

use crate::{
    equivalents::{Sets, sets_of},
    letters::{self, Kind, letter},
    script::Script,
    sound_key::sounds_of,
    sounds::{MAX_WORD, heard},
};
use std::{collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// Words of a name that are looked at; more is not a name.
pub(crate) const MAX_WORDS: usize = 10;
/// Bytes of a name that are looked at.
const MAX_BYTES: usize = 512;

/// What a word is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    /// Part of a name.
    #[default]
    Name,
    /// One letter.
    Initial,
    /// Comes and goes with the clerk: de, bin, al.
    Particle,
    /// May be left out: Dr, Sheikh.
    Title,
    /// A legal form; equal numbers mean the same.
    Form(u16),
    /// A number; equal numbers mean the same.
    Number(u16),
    /// Tells little: bank, international.
    Generic,
}

/// A word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) script: Script,
    pub(crate) role: Role,
    length: u8,
    /// As written, marks included.
    symbols: [u8; MAX_WORD],
    /// Without marks, and characters of one syllable as one.
    plain: [u8; MAX_WORD],
    /// Letters that occur, to see at once that two words have little in common.
    pub(crate) letters: u64,
    /// Of script and plain symbols.
    pub(crate) hash: u64,
    /// Classes of sounds that occur, a bit each.
    pub(crate) sounds: u8,
    /// Known forms of the name.
    pub(crate) sets: Sets,
    /// The word's bytes in the text, from and to.
    pub(crate) place: (u16, u16),
}

impl Word {
    pub(crate) fn symbols(&self) -> &[u8] {
        self.symbols.get(..usize::from(self.length)).unwrap_or_default()
    }
    pub(crate) fn plain(&self) -> &[u8] {
        self.plain.get(..usize::from(self.length)).unwrap_or_default()
    }

    fn begin(script: Script, at: usize) -> Self {
        Self {
            script,
            role: Role::Name,
            length: 0,
            symbols: [0; MAX_WORD],
            plain: [0; MAX_WORD],
            letters: 0,
            hash: 0,
            sounds: 0,
            sets: Sets::default(),
            place: (at as u16, at as u16),
        }
    }

    /// The same word at another place of the text.
    pub(crate) fn placed(&self, place: Option<(u16, u16)>) -> Self {
        Self { place: place.unwrap_or(self.place), ..*self }
    }

    /// A word from its symbols.
    pub(crate) fn rebuilt(script: Script, symbols: &[u8], role: Role) -> Self {
        let mut word = Self::begin(script, 0);
        symbols.iter().for_each(|symbol| word.push(*symbol));
        word.seal();
        Self { role, sets: sets_of(word.hash), ..word }
    }

    fn push(&mut self, symbol: u8) {
        if let (Some(slot), Some(plain)) =
            (self.symbols.get_mut(usize::from(self.length)), self.plain.get_mut(usize::from(self.length)))
        {
            *slot = symbol;
            *plain = letters::plain(self.script, symbol);
            self.letters |= 1 << (*plain & 63);
            self.sounds |= sounds_of(self.script, *plain);
            self.length += 1;
        }
    }

    pub(crate) fn seal(&mut self) {
        self.hash = hash(self.script, self.plain());
    }

    /// Several words in one, in the order given; `None` where they are of different scripts.
    pub(crate) fn joined<'a>(words: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut out: Option<Self> = None;
        for word in words {
            let whole = out.get_or_insert_with(|| Self::begin(word.script, usize::from(word.place.0)));
            if whole.script != word.script {
                return None;
            }
            word.symbols().iter().for_each(|symbol| whole.push(*symbol));
            whole.place = (whole.place.0.min(word.place.0), whole.place.1.max(word.place.1));
        }
        let mut whole = out?;
        whole.seal();
        Some(whole)
    }

    /// About how many letters of sound it has: a jamo counts less, a Chinese character's half more.
    pub(crate) fn weight(&self) -> f32 {
        let length = f32::from(self.length);
        let letters = match self.script {
            Script::Arabic | Script::Hebrew => length * 1.3,
            Script::Han => length * 1.5,
            _ => length,
        };
        let all = letters.clamp(1.0, 9.0);
        match self.role {
            Role::Name => all,
            Role::Number(_) => 3.0,
            Role::Generic => all * 0.7,
            Role::Initial => 1.5,
            Role::Particle => 0.7,
            Role::Title | Role::Form(_) => 0.4,
        }
    }

    /// Does it name somebody or something by itself?
    pub(crate) fn is_core(&self) -> bool {
        matches!(self.role, Role::Name | Role::Initial | Role::Number(_) | Role::Generic)
    }
}

/// Hash of a word; stable, since tables on disk hold it.
pub(crate) fn hash(script: Script, symbols: &[u8]) -> u64 {
    let seed = (0xcbf2_9ce4_8422_2325_u64 ^ script as u64).wrapping_mul(0x0000_0100_0000_01b3);
    let mixed = symbols
        .iter()
        .fold(seed, |hash, symbol| (hash ^ u64::from(*symbol)).wrapping_mul(0x0000_0100_0000_01b3));
    mixed ^ mixed >> 29
}

/// Hash of any bytes, for keys in memory.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0x9ae1_6a3b_2f90_404f, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The words of a text. Apostrophes vanish, everything else that is no letter or digit parts words, as a change of script does.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut out = Splitter { words: Vec::with_capacity(6), open: None };
    let end = (0..=MAX_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    out.read(text.get(..end).unwrap_or_default());
    out.words
}

/// Marks that are composed with what is before them: decomposed letters, half-width kana.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36F | 0x3099..=0x309A | 0xFF9E..=0xFF9F)
}

/// Presentation forms, full and half width.
fn is_other_form(c: char) -> bool {
    matches!(u32::from(c), 0xFB00..=0xFFEF)
}

struct Splitter {
    words: Vec<Word>,
    open: Option<Word>,
}

impl Splitter {
    fn read(&mut self, text: &str) {
        if text.chars().any(|c| is_mark(c) || is_other_form(c)) {
            self.compose(text);
        } else {
            text.char_indices().for_each(|(at, c)| self.take(c, (at, at + c.len_utf8())));
        }
        self.close();
    }

    /// Reads each character with its marks as one.
    fn compose(&mut self, text: &str) {
        let mut rest = text.char_indices().peekable();
        while let Some((from, c)) = rest.next() {
            let mut to = from + c.len_utf8();
            while let Some((at, mark)) = rest.next_if(|(_, next)| is_mark(*next)) {
                to = at + mark.len_utf8();
            }
            if to > from + c.len_utf8() || is_other_form(c) {
                let composed = text.get(from..to).unwrap_or_default().nfkc();
                composed.for_each(|c| self.take(c, (from, to)));
            } else {
                self.take(c, (from, to));
            }
        }
    }

    /// Takes a character that is written from one byte to another.
    #[inline]
    fn take(&mut self, c: char, (from, to): (usize, usize)) {
        let letter = letter(c);
        match letter.kind {
            Kind::Nothing => {}
            Kind::Gap => self.close(),
            Kind::Letter(script) => {
                if self.open.as_ref().is_some_and(|word| word.script != script) {
                    self.close();
                }
                let word = self.open.get_or_insert_with(|| Word::begin(script, from));
                heard(letter.symbols).for_each(|symbol| word.push(symbol));
                word.place.1 = to as u16;
            }
        }
    }

    fn close(&mut self) {
        let Some(mut word) = self.open.take() else { return };
        if self.words.len() < MAX_WORDS * 2 {
            word.seal();
            word.sets = sets_of(word.hash);
            word.role = role(&word);
            self.words.push(word);
        }
    }
}

/// Hashing of what is hashed already.
pub(crate) type BuildFold = BuildHasherDefault<Fold>;
type Table<T> = HashMap<u64, T, BuildFold>;

/// The keys are hashes already.
#[derive(Default)]
pub(crate) struct Fold(u64);

impl std::hash::Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }
    fn write_u32(&mut self, value: u32) {
        self.0 = u64::from(value);
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

static ROLES: LazyLock<Table<Role>> = LazyLock::new(|| {
    let mut table = Table::default();
    for (line, text) in
        include_str!("../data/words.txt").lines().enumerate().filter(|(_, text)| !text.starts_with('#'))
    {
        let Some((kind, list)) = text.split_once('\t') else { continue };
        let role = match kind {
            "particle" => Role::Particle,
            "title" => Role::Title,
            "form" => Role::Form(line as u16),
            "number" => Role::Number(line as u16),
            _ => Role::Generic,
        };
        for hash in list.split(' ').filter_map(hash_of) {
            table.entry(hash).or_insert(role);
        }
    }
    table
});

/// The hash of the only word of a text.
pub(crate) fn hash_of(text: &str) -> Option<u64> {
    let mut splitter = Splitter { words: Vec::new(), open: None };
    for c in text.chars() {
        let letter = letter(c);
        if let Kind::Letter(script) = letter.kind {
            let word = splitter.open.get_or_insert_with(|| Word::begin(script, 0));
            heard(letter.symbols).for_each(|symbol| word.push(symbol));
        }
    }
    let mut word = splitter.open?;
    word.seal();
    Some(word.hash)
}

fn role(word: &Word) -> Role {
    let one_letter = word.length == 1
        && !matches!(word.script, Script::Han | Script::Kana | Script::Hangul | Script::Other);
    if one_letter && word.symbols().iter().all(|symbol| *symbol < 200) {
        return Role::Initial;
    }
    let known = ROLES.get(&word.hash).copied();
    known.unwrap_or_else(|| {
        if word.symbols().iter().all(|symbol| *symbol >= 200) && word.script == Script::Latin {
            Role::Number(0)
        } else {
            Role::Name
        }
    })
}

/// The hash of a word, as the tables hold it; `None` where there is no letter.
#[must_use]
pub fn word_hash(word: &str) -> Option<u64> {
    hash_of(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heard_of(text: &str) -> Vec<(Script, Vec<u8>)> {
        words(text).iter().map(|word| (word.script, word.symbols().to_vec())).collect()
    }

    fn places(text: &str) -> Vec<&str> {
        let place = |word: &Word| &text[usize::from(word.place.0)..usize::from(word.place.1)];
        words(text).iter().map(place).collect()
    }

    #[test]
    fn a_word_stands_where_the_text_has_it_however_its_letters_are_coded() {
        let decomposed: String = "José Müller 김철수 ガブリエル".nfd().collect();
        assert_eq!(places(&decomposed), decomposed.split(' ').collect::<Vec<_>>());
        let narrow = "ｶﾞﾌﾞﾘｴﾙ　Ｊｏｓｅ，ﬁlip";
        assert_eq!(places(narrow), ["ｶﾞﾌﾞﾘｴﾙ", "Ｊｏｓｅ", "ﬁlip"]);
        assert_eq!(heard_of(narrow), heard_of("ガブリエル Jose filip"));
    }

    #[test]
    fn two_letters_in_one_sign_are_two_letters() {
        assert_eq!(heard_of("Ĳsbrand Ǆafer Ǉubica Ǌegoš"), heard_of("IJsbrand Džafer Ljubica Njegoš"));
        assert_eq!(places("Ĳsbrand Æther"), ["Ĳsbrand", "Æther"]);
    }

    proptest! {
        #[test]
        fn a_name_is_the_same_composed_and_decomposed(
            text in "[A-Za-zÀ-ÖØ-öø-ž가-힣ァ-ヺぁ-ゖα-ωά-ώа-яёйАאבגд' -]{0,40}",
        ) {
            let composed: String = text.nfc().collect();
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(heard_of(&composed), heard_of(&decomposed));
        }

        #[test]
        fn any_text_has_its_words_within_it(text in any::<String>()) {
            let places = places(&text);
            prop_assert!(places.iter().all(|word| !word.is_empty()));
        }
    }
}
