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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Instrument, Law, tables::Tables};
    use std::collections::BTreeSet;

    /// Every text of the tables that a reader sees.
    fn shown(tables: &Tables) -> BTreeSet<&str> {
        let mut texts = BTreeSet::new();
        for row in &tables.needs {
            texts.extend([&*row.condition, &row.channel, &row.authorities]);
        }
        for row in &tables.contents {
            texts.extend([&*row.item, &row.obligation, &row.language, &row.form]);
        }
        for row in &tables.grounds {
            texts.extend([&*row.ground, &row.kind, &row.decider]);
        }
        for row in &tables.deadlines {
            texts.extend([&*row.trigger, &row.bound, &row.consequence]);
        }
        for row in &tables.offences {
            texts.extend([&*row.name, &row.term]);
        }
        texts.extend(Instrument::ALL.iter().map(|known| known.title()));
        texts.remove("");
        texts
    }

    #[test]
    fn every_text_of_the_tables_has_a_translation_in_each_language() {
        let shown = shown(Law::shipped().tables());
        assert!(shown.len() > 400, "{}", shown.len());
        for (language, _) in FILES {
            let missing: Vec<_> = shown.iter().filter(|text| translation(language, text).is_none()).collect();
            assert!(missing.is_empty(), "{language:?}: {missing:#?}");
        }
    }

    #[test]
    fn every_row_of_translations_can_be_read_says_something_and_translates_a_text_that_is_shown() {
        let shown = shown(Law::shipped().tables());
        for (language, file) in FILES {
            let rows: Vec<(String, String)> =
                csv::Reader::from_reader(file.as_bytes()).into_deserialize().map(Result::unwrap).collect();
            assert_eq!(rows.len(), TEXTS[&language].len(), "{language:?} says a text twice");
            for (english, text) in rows {
                assert!(shown.contains(&*english), "{language:?}: `{english}` is no text of the tables");
                assert!(!text.trim().is_empty(), "{language:?}: `{english}`");
            }
        }
    }

    #[test]
    fn a_text_without_a_translation_stays_english() {
        assert_eq!(in_language(Language::Fr, "a row of a newer set"), "a row of a newer set");
        assert_eq!(in_language(Language::En, "identity of the child"), "identity of the child");
        assert_eq!(in_language(Language::Ar, "central authority"), "السلطة المركزية");
    }

    #[test]
    fn the_known_fields_of_an_answer_are_translated_and_no_others() {
        let mut answer = serde_json::json!({
            "contents": [{"item": "identity of the child", "article": "art. 21"}],
            "note": "identity of the child",
        });
        crate::phrase::localise(&mut answer, Language::Es);
        assert_eq!(answer["contents"][0]["item"], "identidad del menor");
        assert_eq!(answer["note"], "identity of the child");
    }
}
