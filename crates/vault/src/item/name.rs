//! Names as they were found, and two forms of them that cannot do harm. A name is evidence, so it is kept to the byte; what
//! people see and what a file of an export is called are made from it.

use serde::{Deserialize, Serialize};

/// The longest name that is kept, in bytes: longer than any file system's path element, shorter than a nuisance.
pub const MAX_NAME_LEN: usize = 4096;
/// The longest file name that is made, in bytes; most file systems allow 255.
const MAX_FILE_NAME_LEN: usize = 200;
/// The longest extension that is kept when a file name is cut, in bytes with its dot.
const MAX_EXTENSION_LEN: usize = 16;
/// What Windows takes for a device, with any extension.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// A name that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing at all.
    #[error("the name is empty; give the item the name that it was found under")]
    Empty,
    /// Longer than [`MAX_NAME_LEN`].
    #[error(
        "the name has {len} bytes, more than the {MAX_NAME_LEN} that are kept; put the path into the source's description"
    )]
    TooLong {
        /// Bytes of the name.
        len: usize,
    },
    /// Not hexadecimal, or in truth Unicode text, which has to be written as text.
    #[error("`{given}` is not a name as bytes: write hexadecimal, and names that are Unicode text as `text`")]
    NotBytes {
        /// The input, cut to 80 characters.
        given: String,
    },
}

/// The name of an item as it was found: Unicode text, or bytes where it was not valid UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct ItemName(Given);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Given {
    Text(String),
    Bytes(Vec<u8>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    Text(String),
    Bytes(String),
}

impl ItemName {
    /// The name of these bytes, which are kept exactly; text where they are UTF-8.
    ///
    /// # Errors
    /// [`NameFault::Empty`], [`NameFault::TooLong`].
    pub fn new(bytes: &[u8]) -> Result<Self, NameFault> {
        match bytes.len() {
            0 => Err(NameFault::Empty),
            len if len > MAX_NAME_LEN => Err(NameFault::TooLong { len }),
            _ => Ok(Self(match std::str::from_utf8(bytes) {
                Ok(text) => Given::Text(text.to_owned()),
                Err(_) => Given::Bytes(bytes.to_vec()),
            })),
        }
    }

    /// The name exactly as it was found.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Given::Text(text) => text.as_bytes(),
            Given::Bytes(bytes) => bytes,
        }
    }

    /// The name for people: one line in which everything hidden is seen. Control characters, marks of direction, invisible
    /// characters and bytes that are no text are written as `⟨U+202E⟩` and `⟨0xFF⟩`. A page must still set it apart from the text
    /// around it (`<bdi>`), since names in right-to-left scripts are left as they are.
    #[must_use]
    pub fn display(&self) -> String {
        let mut shown = String::new();
        for part in self.as_bytes().utf8_chunks() {
            let mut before = None;
            for letter in part.valid().chars() {
                push_visible(&mut shown, before, letter);
                before = Some(letter);
            }
            part.invalid().iter().for_each(|byte| shown.push_str(&format!("⟨0x{byte:02X}⟩")));
        }
        shown
    }

    /// A file name for an export that stays in its folder and works on every file system: no separators, no hidden characters,
    /// no device names, no leading dots or hyphens, at most 200 bytes. Different names may come to the same one.
    #[must_use]
    pub fn file_name(&self) -> String {
        let text = String::from_utf8_lossy(self.as_bytes());
        let plain: String = text.chars().map(|letter| if is_unfit(letter) { '_' } else { letter }).collect();
        let trimmed = plain.trim_start_matches([' ', '.', '-']).trim_end_matches([' ', '.']);
        let named = if trimmed.is_empty() { "_" } else { trimmed };
        let named = if is_device(named) { format!("_{named}") } else { named.to_owned() };
        shortened(&named)
    }
}

impl TryFrom<Written> for ItemName {
    type Error = NameFault;
    fn try_from(written: Written) -> Result<Self, NameFault> {
        match written {
            Written::Text(text) => Self::new(text.as_bytes()),
            Written::Bytes(given) => {
                let not_bytes = || NameFault::NotBytes { given: given.chars().take(80).collect() };
                let name = Self::new(&hex::decode(&given).map_err(|_| not_bytes())?)?;
                if matches!(name.0, Given::Text(_)) { Err(not_bytes()) } else { Ok(name) }
            }
        }
    }
}

impl From<ItemName> for Written {
    fn from(name: ItemName) -> Written {
        match name.0 {
            Given::Text(text) => Written::Text(text),
            Given::Bytes(bytes) => Written::Bytes(hex::encode(bytes)),
        }
    }
}

fn push_visible(shown: &mut String, before: Option<char>, letter: char) {
    // The two joiners belong to the spelling of Persian, Hindi and others; after anything else they only hide.
    let joins = matches!(letter, '\u{200C}' | '\u{200D}')
        && before.is_some_and(|b| b.is_alphabetic() && !b.is_ascii());
    if is_hidden(letter) && !joins {
        shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter)));
    } else {
        shown.push(letter);
    }
}

fn is_unfit(letter: char) -> bool {
    is_hidden(letter)
        || letter == char::REPLACEMENT_CHARACTER
        || matches!(letter, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        // What looks like a separator: division slash, fraction slash, big solidus, fullwidth forms, set minus.
        || matches!(letter, '\u{2044}' | '\u{2215}' | '\u{2216}' | '\u{29F5}' | '\u{29F8}' | '\u{29F9}' | '\u{FF0F}' | '\u{FF3C}' | '\u{FE68}')
}

/// Whether a character cannot be seen, or changes how those around it are seen.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || (letter.is_whitespace() && letter != ' ')
        || matches!(letter,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(letter) & 0xFFFE == 0xFFFE
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |kind: &str| {
        let number = stem.strip_prefix(kind);
        number.is_some_and(|n| {
            matches!(n, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT")
}

/// Cuts a name at a character, keeping a short extension.
fn shortened(name: &str) -> String {
    if name.len() <= MAX_FILE_NAME_LEN {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| name.len() - dot <= MAX_EXTENSION_LEN);
    let extension = dot.and_then(|dot| name.get(dot..)).unwrap_or_default();
    let mut end = MAX_FILE_NAME_LEN - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let stem = name.get(..end).unwrap_or_default().trim_end_matches([' ', '.']);
    format!("{stem}{extension}")
}

#[cfg(test)]
mod tests;
