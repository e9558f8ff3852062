//! The sentences of an index by key, in each language, with `{name}` where a value goes; catalogues under `phrases/`.

use comity_model::Nonsense;
use std::{collections::BTreeMap, str::FromStr, sync::LazyLock};

/// A language of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Arabic, written from right to left.
    Ar,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 4] = [Self::En, Self::Fr, Self::Es, Self::Ar];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Ar => "ar",
        }
    }
}

impl FromStr for Language {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let known = Self::ALL.into_iter().find(|language| language.tag() == text);
        known.ok_or_else(|| Nonsense::new(text, "a language: `en`, `fr`, `es` or `ar`"))
    }
}

pub(super) type Catalogue = BTreeMap<String, String>;

pub(super) const FILES: [(Language, &str); 4] = [
    (Language::En, include_str!("phrases/en.json")),
    (Language::Fr, include_str!("phrases/fr.json")),
    (Language::Es, include_str!("phrases/es.json")),
    (Language::Ar, include_str!("phrases/ar.json")),
];

static CATALOGUES: LazyLock<BTreeMap<Language, Catalogue>> = LazyLock::new(|| {
    let read = |text| serde_json::from_str(text).unwrap_or_default();
    FILES.iter().map(|(language, text)| (*language, read(text))).collect()
});

/// The sentence of a key with its values, each put in once: what looks like `{name}` in a value stays as it is.
pub(super) fn say(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let sentence = CATALOGUES.get(&language).and_then(|catalogue| catalogue.get(key));
    let mut rest = sentence.map_or(key, String::as_str);
    let mut said = String::new();
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, from)| Some((before, from.split_once('}')?)))
    {
        said.push_str(before);
        let value = values.iter().find(|(known, _)| *known == name);
        said.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    said + rest
}
