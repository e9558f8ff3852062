//! Texts of others for people: one line in which everything hidden is seen.

/// A name for people. Control characters, marks of direction, invisible characters and bytes that are no text are written as
/// `⟨U+202E⟩` and `⟨0xFF⟩`, as the vault does.
#[must_use]
pub fn shown(name: &[u8]) -> String {
    let mut shown = String::new();
    for part in name.utf8_chunks() {
        push(&mut shown, part.valid());
        part.invalid().iter().for_each(|byte| shown.push_str(&format!("⟨0x{byte:02X}⟩")));
    }
    shown
}

/// As [`shown`], for text; ends of lines and tabs become spaces.
pub(crate) fn shown_text(text: &str) -> String {
    let spaced = text.trim().replace("\r\n", " ").replace(['\n', '\t', '\u{a0}'], " ");
    let mut shown = String::with_capacity(spaced.len());
    push(&mut shown, &spaced);
    shown
}

fn push(shown: &mut String, text: &str) {
    let mut before = None;
    for letter in text.chars() {
        // The two joiners belong to the spelling of Persian, Hindi and others; after anything else they only hide.
        let joins = matches!(letter, '\u{200C}' | '\u{200D}')
            && before.is_some_and(|b: char| b.is_alphabetic() && !b.is_ascii());
        if is_hidden(letter) && !joins {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter)));
        } else {
            shown.push(letter);
        }
        before = Some(letter);
    }
}

/// Whether a character cannot be seen, or changes how those around it are seen.
pub(crate) fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || (letter.is_whitespace() && letter != ' ')
        || matches!(letter,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(letter) & 0xFFFE == 0xFFFE
}
