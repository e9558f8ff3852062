//! The scripts that names are written in, as far as they are told apart here.

/// A script. What is not listed is [`Script::Other`]: compared letter by letter, without transliteration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Script {
    /// Latin.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Greek.
    Greek,
    /// Arabic, with the letters of Persian, Urdu and Kurdish.
    Arabic,
    /// Hebrew, for Yiddish too.
    Hebrew,
    /// Devanagari.
    Devanagari,
    /// Bengali.
    Bengali,
    /// Georgian.
    Georgian,
    /// Armenian.
    Armenian,
    /// Hangul.
    Hangul,
    /// Hiragana and katakana.
    Kana,
    /// Chinese characters.
    Han,
    /// Any other.
    Other,
}

impl Script {
    /// All scripts.
    pub const ALL: [Self; 13] = [
        Self::Latin,
        Self::Cyrillic,
        Self::Greek,
        Self::Arabic,
        Self::Hebrew,
        Self::Devanagari,
        Self::Bengali,
        Self::Georgian,
        Self::Armenian,
        Self::Hangul,
        Self::Kana,
        Self::Han,
        Self::Other,
    ];

    /// The script of a letter; what is no letter is `Other`.
    #[must_use]
    pub fn of(c: char) -> Self {
        match u32::from(c) {
            0x41..=0x24F | 0x1E00..=0x1EFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF | 0xFB00..=0xFB06 => {
                Self::Latin
            }
            0x370..=0x3FF | 0x1F00..=0x1FFF => Self::Greek,
            0x400..=0x52F | 0x1C80..=0x1C8F => Self::Cyrillic,
            0x530..=0x58F | 0xFB13..=0xFB17 => Self::Armenian,
            0x590..=0x5FF | 0xFB1D..=0xFB4F => Self::Hebrew,
            0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => Self::Arabic,
            0x900..=0x97F => Self::Devanagari,
            0x980..=0x9FF => Self::Bengali,
            0x10A0..=0x10FF | 0x1C90..=0x1CBF | 0x2D00..=0x2D2F => Self::Georgian,
            0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF => Self::Hangul,
            0x3040..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Self::Kana,
            0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF => Self::Han,
            _ => Self::Other,
        }
    }

    /// Its name, as Unicode writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Latin => "Latin",
            Self::Cyrillic => "Cyrillic",
            Self::Greek => "Greek",
            Self::Arabic => "Arabic",
            Self::Hebrew => "Hebrew",
            Self::Devanagari => "Devanagari",
            Self::Bengali => "Bengali",
            Self::Georgian => "Georgian",
            Self::Armenian => "Armenian",
            Self::Hangul => "Hangul",
            Self::Kana => "Kana",
            Self::Han => "Han",
            Self::Other => "other",
        }
    }
}
