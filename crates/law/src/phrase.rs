//! Sentences that the engine says, by key, so that each can be said in the reader's language.
//!
//! A phrase is a key and its values; the catalogues under `phrases/` hold the sentence for each key with `{name}` where a
//! value goes. Codes, articles and dates are values and are not translated.

use comity_model::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, ser::SerializeStruct};
use std::{collections::BTreeMap, fmt, str::FromStr, sync::LazyLock};

/// A language of the console and of memos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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
    pub const ALL: [Language; 4] = [Language::En, Language::Fr, Language::Es, Language::Ar];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Fr => "fr",
            Language::Es => "es",
            Language::Ar => "ar",
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

/// A sentence by key, with its values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phrase {
    key: &'static str,
    values: Vec<(&'static str, String)>,
}

impl Phrase {
    /// A sentence without values.
    #[must_use]
    pub fn new(key: &'static str) -> Self {
        Self { key, values: Vec::new() }
    }

    /// The same with a value for `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// The key, such as `relation.hague_1980.accession_accepted`.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// The sentence in a language; where the catalogue lacks it, in English; where that lacks it too, the key.
    #[must_use]
    pub fn say(&self, language: Language) -> String {
        let found = sentence(language, self.key).or_else(|| sentence(Language::En, self.key));
        let mut text = found.unwrap_or(self.key).to_owned();
        for (name, value) in &self.values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.say(Language::En))
    }
}

/// As `{"key", "text", "values"}`, the text being English; [`localise`] says it in another language.
impl Serialize for Phrase {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let values: BTreeMap<&str, &str> =
            self.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut parts = out.serialize_struct("Phrase", 3)?;
        parts.serialize_field("key", self.key)?;
        parts.serialize_field("text", &self.to_string())?;
        parts.serialize_field("values", &values)?;
        parts.end()
    }
}

/// Says every phrase of a serialised answer in a language, in place, and translates the texts of the tables.
pub fn localise(answer: &mut serde_json::Value, language: Language) {
    match answer {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| localise(item, language)),
        serde_json::Value::Object(fields) => {
            if let Some(text) = said(fields, language) {
                fields.insert("text".into(), text.into());
            } else {
                for (name, field) in fields.iter_mut() {
                    crate::texts::translate(name, field, language);
                    localise(field, language);
                }
            }
        }
        _ => {}
    }
}

/// Puts the text of every phrase of a serialised answer in its place, for readers who want sentences and no keys.
pub fn flatten(answer: &mut serde_json::Value) {
    match answer {
        serde_json::Value::Array(items) => items.iter_mut().for_each(flatten),
        serde_json::Value::Object(fields) => {
            let phrase = fields.len() == 3 && fields.contains_key("key") && fields.contains_key("values");
            match fields.get_mut("text").filter(|_| phrase).map(serde_json::Value::take) {
                Some(text) => *answer = text,
                None => fields.values_mut().for_each(flatten),
            }
        }
        _ => {}
    }
}

/// The sentence, if the object is a serialised phrase whose key the catalogue knows.
fn said(fields: &serde_json::Map<String, serde_json::Value>, language: Language) -> Option<String> {
    let values = fields.get("values")?.as_object()?;
    let mut text = sentence(language, fields.get("key")?.as_str()?)?.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
    }
    Some(text)
}

type Catalogue = BTreeMap<String, String>;

macro_rules! catalogues {
    ($($area:literal)*) => {
        [
            (Language::En, [$(include_str!(concat!("phrases/en/", $area, ".json")),)*]),
            (Language::Fr, [$(include_str!(concat!("phrases/fr/", $area, ".json")),)*]),
            (Language::Es, [$(include_str!(concat!("phrases/es/", $area, ".json")),)*]),
            (Language::Ar, [$(include_str!(concat!("phrases/ar/", $area, ".json")),)*]),
        ]
    };
}

static CATALOGUES: LazyLock<BTreeMap<Language, Catalogue>> = LazyLock::new(|| {
    let files = catalogues!("relation" "deadline" "offence" "basis" "pathway" "memo" "admissibility");
    let read = |text: &&str| serde_json::from_str::<Catalogue>(text).unwrap_or_default();
    files.iter().map(|(language, texts)| (*language, texts.iter().flat_map(read).collect())).collect()
});

fn sentence(language: Language, key: &str) -> Option<&'static str> {
    CATALOGUES.get(&language)?.get(key).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_catalogue_is_readable() {
        let files = catalogues!("relation" "deadline" "offence" "basis" "pathway" "memo" "admissibility");
        for (language, texts) in files {
            for text in texts {
                serde_json::from_str::<Catalogue>(text)
                    .unwrap_or_else(|fault| panic!("{language:?}: {fault}"));
            }
        }
    }

    #[test]
    fn every_sentence_is_in_every_language_with_the_same_values() {
        for (language, catalogue) in &*CATALOGUES {
            let english = &CATALOGUES[&Language::En];
            let keys: Vec<_> = catalogue.keys().collect();
            assert_eq!(keys, english.keys().collect::<Vec<_>>(), "{language:?}");
            for (key, text) in catalogue {
                assert_eq!(names(text), names(&english[key]), "{language:?} {key}");
            }
        }
    }

    #[test]
    fn a_value_takes_its_place_and_an_unknown_key_shows_itself() {
        assert_eq!(Phrase::new("no.such_key").with("a", 1).to_string(), "no.such_key");
    }
}
