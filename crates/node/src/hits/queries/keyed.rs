//! What is asked for and held, as bytes that both sides write alike: canonical selectors, and fuzzy keys of persons.

use crate::hits::rules::searchable;
use comity_matching::{
    PersonKey,
    canonical::{self, Context},
    person_keys,
};
use comity_model::{AuthorityId, selector::SelectorKind, subject::Subject};
use comity_record::sha256;
use std::collections::BTreeMap;

/// The kind of a person's key, beside the kinds of selectors.
pub(super) const PERSON_KEY: &str = "person_key";

/// A selector or a person's key in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keyed {
    /// Its kind, as JSON writes it.
    pub kind: String,
    /// Its canonical value; blank for a person's key, which is not written down.
    pub value: String,
    /// What goes into the protocol: separated by domain and kind.
    pub input: Vec<u8>,
}

impl Keyed {
    /// A digest by which an authority knows its own entry again.
    pub fn source(&self) -> String {
        hex::encode(sha256(&[b"comity/matching-source/v1\0".as_slice(), &self.input].concat()))
    }
}

/// Reads a selector as an officer of that authority writes it.
///
/// # Errors
/// In words, what is wrong with it.
pub(super) fn read(whose: &AuthorityId, kind: SelectorKind, raw: &str) -> Result<Keyed, String> {
    let context = Context::in_region(whose.jurisdiction());
    let canonical = canonical::selector(kind, raw, &context).map_err(|fault| fault.to_string())?;
    let (kind, value) = (kind.word().to_owned(), canonical.value().to_owned());
    Ok(Keyed { kind, value, input: canonical.input() })
}

/// The selectors of a person. One that has no canonical form, since an earlier release took it, is compared as it is written.
pub(super) fn of_subject(whose: &AuthorityId, subject: &Subject) -> Vec<Keyed> {
    let mut found: BTreeMap<Vec<u8>, Keyed> = BTreeMap::new();
    for selector in &subject.selectors {
        let (kind, value) = (selector.kind(), selector.value());
        let keyed = read(whose, kind, value).unwrap_or_else(|_| Keyed {
            kind: kind.word().to_owned(),
            value: value.to_owned(),
            input: [b"comity/selector/v1".as_slice(), kind.word().as_bytes(), value.as_bytes()].join(&0),
        });
        found.insert(keyed.input.clone(), keyed);
    }
    found.into_values().collect()
}

/// The fuzzy keys of a person, by name and date of birth.
pub(super) fn of_person(subject: &Subject) -> Vec<(Keyed, PersonKey)> {
    let keys = person_keys(&searchable(subject));
    let keyed = |key: PersonKey| {
        (Keyed { kind: PERSON_KEY.to_owned(), value: String::new(), input: key.input() }, key)
    };
    keys.into_iter().map(keyed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::{id::SubjectId, selector::Selector, subject::SubjectRole};

    #[test]
    fn what_two_authorities_write_differently_is_one_input_and_another_kind_is_another() {
        let (fr, es) = ("FR-NCB".parse().unwrap(), "ES-NCB".parse().unwrap());
        let one = read(&fr, SelectorKind::Phone, "01 23 45 67 89").unwrap();
        let two = read(&es, SelectorKind::Phone, "+33 1 23 45 67 89").unwrap();
        assert_eq!(one, two);
        assert_eq!(one.source(), two.source());
        assert!(read(&fr, SelectorKind::Email, "no address").is_err());
    }

    #[test]
    fn a_person_has_each_selector_once() {
        let mut subject = Subject::new(SubjectId::new(1, [0; 10]), SubjectRole::Suspect);
        let phone = Selector::new(SelectorKind::Phone, "+33123456789").unwrap();
        subject.selectors = vec![phone.clone(), phone];
        let keyed = of_subject(&"FR-NCB".parse().unwrap(), &subject);
        assert_eq!(keyed.len(), 1);
        assert_eq!((keyed[0].kind.as_str(), keyed[0].value.as_str()), ("phone", "+33123456789"));
        assert_eq!(keyed[0].input, b"comity/selector/v1\0phone\0+33123456789");
    }
}
