//! Working translations of what the tables say in words, so that a reader sees contents, grounds and deadlines in their own
//! language. Not for anything that is binding: the instruments' authentic texts are.

use crate::Language;
use std::{collections::HashMap, sync::LazyLock};

const FILES: [(Language, &str); 3] = [
    (Language::Fr, include_str!("../../../law/texts/fr.csv")),
    (Language::Es, include_str!("../../../law/texts/es.csv")),
    (Language::Ar, include_str!("../../../law/texts/ar.csv")),
];

/// Fields of a serialised answer whose text comes from the tables.
const FIELDS: [&str; 15] = [
    "item",
    "obligation",
    "language",
    "form",
    "ground",
    "kind",
    "decider",
    "condition",
    "channel",
    "authorities",
    "trigger_text",
    "bound",
    "consequence",
    "name",
    "term",
];

type Texts = HashMap<Language, HashMap<String, String>>;

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| FILES.iter().map(|(language, file)| (*language, read(file))).collect());

/// The rows `english,text` of a file; what cannot be read is left out, and a test sees to it that nothing is.
fn read(file: &str) -> HashMap<String, String> {
    csv::Reader::from_reader(file.as_bytes()).into_deserialize().filter_map(Result::ok).collect()
}

/// A text of the tables in a language; the English one where there is no translation, as for a newer data set's rows.
#[must_use]
pub fn in_language(language: Language, english: &str) -> &str {
    translation(language, english).unwrap_or(english)
}

fn translation(language: Language, english: &str) -> Option<&'static str> {
    TEXTS.get(&language)?.get(english).map(String::as_str)
}

/// Translates a field of a serialised answer, if it is one whose text comes from the tables.
pub(crate) fn translate(name: &str, field: &mut serde_json::Value, language: Language) {
    let text = field.as_str().filter(|_| FIELDS.contains(&name));
    if let Some(text) = text.and_then(|text| translation(language, text)) {
        *field = text.into();
    }
}
