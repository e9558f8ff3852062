//! A person as `parameter` elements, and back.

use super::CapPair;
use crate::{FormatError, ReportFormat};
use comity_model::{
    Nonsense,
    id::SubjectId,
    selector::{Selector, SelectorKind},
    subject::{PersonName, Sex, Subject, SubjectRole},
};
use std::str::FromStr;

const SELECTOR_KINDS: [(SelectorKind, &str); 9] = [
    (SelectorKind::Phone, "phone"),
    (SelectorKind::Email, "email"),
    (SelectorKind::Account, "account"),
    (SelectorKind::Document, "document"),
    (SelectorKind::Plate, "plate"),
    (SelectorKind::CryptoAddress, "crypto_address"),
    (SelectorKind::OnionAddress, "onion_address"),
    (SelectorKind::FileHash, "file_hash"),
    (SelectorKind::Iban, "iban"),
];

pub(super) fn pair(name: impl Into<String>, value: impl Into<String>) -> CapPair {
    CapPair { name: name.into(), value: value.into() }
}

/// Everything that is known of `person`, each value under `prefix` and a dot.
pub(super) fn parameters(prefix: &str, person: &Subject) -> Vec<CapPair> {
    let mut out = Vec::new();
    let mut put = |key: &str, value: Option<String>| {
        out.extend(
            value.filter(|value| !value.is_empty()).map(|value| pair(format!("{prefix}.{key}"), value)),
        );
    };
    put("family", person.name.as_ref().map(|name| name.family.clone()));
    put("forename", person.name.as_ref().map(|name| name.forename.clone()));
    for alias in &person.aliases {
        put("alias", Some(format!("{}, {}", alias.family.replace(',', " "), alias.forename)));
    }
    put("born", person.born.map(|date| date.to_string()));
    put("birthplace", person.birthplace.clone());
    put("sex", person.sex.map(|sex| sex_word(sex).to_owned()));
    person.nationalities.iter().for_each(|code| put("nationality", Some(code.to_string())));
    person.languages.iter().for_each(|code| put("language", Some(code.clone())));
    let seen = &person.description;
    put("height-cm", seen.height_cm.map(|number| number.to_string()));
    put("weight-kg", seen.weight_kg.map(|number| number.to_string()));
    put("eyes", seen.eyes.clone());
    put("hair", seen.hair.clone());
    put("marks", seen.marks.clone());
    put("clothing", seen.clothing.clone());
    for selector in &person.selectors {
        let kind =
            SELECTOR_KINDS.iter().find(|(kind, _)| *kind == selector.kind()).map_or("", |(_, word)| word);
        put("selector", Some(format!("{kind}:{}", selector.value())));
    }
    out
}

fn sex_word(sex: Sex) -> &'static str {
    match sex {
        Sex::F => "F",
        Sex::M => "M",
        Sex::X => "X",
    }
}

/// The parameters of one person.
struct Given<'a> {
    prefix: &'a str,
    parameters: &'a [CapPair],
}

impl<'a> Given<'a> {
    fn all(&self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let (prefix, parameters) = (self.prefix, self.parameters);
        parameters
            .iter()
            .filter(move |pair| {
                pair.name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')) == Some(key)
            })
            .map(|pair| pair.value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn text(&self, key: &'a str) -> Option<String> {
        self.all(key).next().map(str::to_owned)
    }

    fn parsed<T: FromStr>(&self, key: &'a str, expected: &'static str) -> Result<Option<T>, FormatError> {
        let read = |text: &str| text.parse().map_err(|_| self.fault(key, &Nonsense::new(text, expected)));
        self.all(key).next().map(read).transpose()
    }

    fn fault(&self, key: &str, wrong: &Nonsense) -> FormatError {
        let at = format!("parameter `{}.{key}`", self.prefix);
        FormatError::field(ReportFormat::Cap, at, wrong.to_string())
    }

    fn name(&self) -> Result<Option<PersonName>, FormatError> {
        let (family, forename) = (self.text("family"), self.text("forename"));
        if family.is_none() && forename.is_none() {
            return Ok(None);
        }
        let name = PersonName::new(&family.unwrap_or_default(), &forename.unwrap_or_default());
        name.map(Some).map_err(|wrong| self.fault("family", &wrong))
    }

    fn sex(&self) -> Result<Option<Sex>, FormatError> {
        let Some(text) = self.text("sex") else { return Ok(None) };
        let known = [Sex::F, Sex::M, Sex::X].into_iter().find(|sex| sex_word(*sex) == text);
        known.map(Some).ok_or_else(|| self.fault("sex", &Nonsense::new(&text, "one of F, M and X")))
    }
}

/// Does any parameter speak of this person?
pub(super) fn is_given(prefix: &str, parameters: &[CapPair]) -> bool {
    parameters.iter().any(|pair| pair.name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.')))
}

pub(super) fn read(
    prefix: &str,
    role: SubjectRole,
    parameters: &[CapPair],
    id: SubjectId,
) -> Result<Subject, FormatError> {
    let given = Given { prefix, parameters };
    let mut person = Subject::new(id, role);
    person.name = given.name()?;
    for text in given.all("alias") {
        let (family, forename) = text.split_once(',').unwrap_or((text, ""));
        person.aliases.push(PersonName::new(family, forename).map_err(|wrong| given.fault("alias", &wrong))?);
    }
    person.born = given.parsed("born", "a date as YYYY, YYYY-MM or YYYY-MM-DD")?;
    person.birthplace = given.text("birthplace");
    person.sex = given.sex()?;
    for code in given.all("nationality") {
        person.nationalities.insert(code.parse().map_err(|wrong| given.fault("nationality", &wrong))?);
    }
    person.languages = given.all("language").map(str::to_owned).collect();
    person.description.height_cm = given.parsed("height-cm", "a height in centimetres")?;
    person.description.weight_kg = given.parsed("weight-kg", "a weight in kilograms")?;
    person.description.eyes = given.text("eyes");
    person.description.hair = given.text("hair");
    person.description.marks = given.text("marks");
    person.description.clothing = given.text("clothing");
    for text in given.all("selector") {
        person.selectors.push(selector(text).map_err(|wrong| given.fault("selector", &wrong))?);
    }
    Ok(person)
}

fn selector(text: &str) -> Result<Selector, Nonsense> {
    let (word, value) = text.split_once(':').unwrap_or((text, ""));
    let known = SELECTOR_KINDS.iter().find(|(_, known)| *known == word);
    let (kind, _) = known.ok_or_else(|| Nonsense::new(text, "a selector such as `phone:+33123456789`"))?;
    Selector::new(*kind, value)
}

/// A line for people: name, birth, sex, looks. Empty where nothing is known.
pub(super) fn in_words(person: &Subject) -> String {
    let seen = &person.description;
    [
        person.name.as_ref().map(|name| name.full()),
        person.born.map(|date| format!("born {date}")),
        person.sex.map(|sex| format!("sex {}", sex_word(sex))),
        seen.height_cm.map(|number| format!("{number} cm")),
        seen.weight_kg.map(|number| format!("{number} kg")),
        seen.eyes.as_ref().map(|text| format!("eyes {text}")),
        seen.hair.as_ref().map(|text| format!("hair {text}")),
        seen.marks.clone(),
        seen.clothing.clone(),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ")
}
