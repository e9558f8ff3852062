//! How the native spelling of a name reads, by rules that have nothing to do with what is measured: two names that read alike
//! cannot be told apart by who has only heard them.

use pinyin::ToPinyin;

/// What is left out of a negative by reading, in one sentence.
pub const RULE: &str = "a negative reads alike where its native words read as writings that the data attest for its Latin words: Chinese \
characters by the syllables of pinyin without tones (Unihan), Arabic and Hebrew by their letters without those that may stand for vowels \
(alef, vav, yod, he at the end; alif, waw, ya, ta marbuta) and with forms of one letter as one, other scripts as they are written";

/// How a native word reads.
pub fn reading(native: &str) -> String {
    let mut letters: Vec<char> = native.chars().filter(|c| c.is_alphabetic()).map(one_form).collect();
    if letters.last() == Some(&'ה') {
        letters.pop();
    }
    let mut out = String::new();
    for c in letters.into_iter().filter(|c| !may_be_vowel(*c)) {
        match c.to_pinyin() {
            Some(syllable) => {
                out.push_str(syllable.plain());
                out.push(' ');
            }
            None => out.push(c),
        }
    }
    out
}

/// Final letters of Hebrew, and the seats of hamza.
fn one_form(c: char) -> char {
    match c {
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        'ی' => 'ي',
        'ک' => 'ك',
        other => other,
    }
}

fn may_be_vowel(c: char) -> bool {
    matches!(c, 'א' | 'ו' | 'י' | 'ا' | 'أ' | 'إ' | 'آ' | 'و' | 'ؤ' | 'ي' | 'ئ' | 'ى' | 'ة' | 'ء')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_alike_read_alike_and_others_do_not() {
        assert_eq!(reading("克里斯"), reading("克利斯"));
        assert_ne!(reading("克里斯"), reading("卡里斯"));
        assert_eq!(reading("כרמון"), reading("כרמן"));
        assert_ne!(reading("כרמן"), reading("כרמל"));
        assert_eq!(reading("كارمن"), reading("كرمن"));
        assert_ne!(reading("로드"), reading("루드"));
    }
}
