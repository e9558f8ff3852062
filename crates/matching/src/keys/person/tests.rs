use super::*;
use comity_model::{
    id::SubjectId,
    subject::{PersonName, SubjectRole},
};
use proptest::prelude::*;

fn person(family: &str, forename: &str, born: &str) -> Subject {
    let mut person = Subject::new(SubjectId::new(1, [0; 10]), SubjectRole::AllegedTaker);
    person.name = PersonName::new(family, forename).ok();
    person.born = born.parse().ok();
    person
}

fn shared(one: &Subject, two: &Subject) -> Vec<PersonKey> {
    let theirs: BTreeSet<String> = person_keys(two).into_iter().map(|key| key.text).collect();
    person_keys(one).into_iter().filter(|key| theirs.contains(&key.text)).collect()
}

#[test]
fn spellings_scripts_order_and_slips_in_the_date_leave_keys_in_common() {
    let ours = person("BENSAID", "Karim", "1984-06-02");
    for theirs in [
        person("Ben Saïd", "Kareem", "1984"),
        person("Karim", "Bensaid", "1984-02-06"),
        person("بن سعيد", "كريم", "1984-06-02"),
        person("Bensaïd", "Karim", "1985"),
        person("Bensaid", "Karim", "1948-06-02"),
        person("Haddad", "Karim", "1984-06-02"),
    ] {
        assert!(!shared(&ours, &theirs).is_empty(), "{:?}", theirs.name);
    }
    for other in [
        person("Bensaid", "Karim", "1990"),
        person("Bensaid", "Youssef", "1984"),
        person("Haddad", "Karim", "1984-06-03"),
        person("Haddad", "Youssef", "1984-06-02"),
    ] {
        assert_eq!(shared(&ours, &other), [], "{:?}", other.name);
    }
}

#[test]
fn whoever_has_one_word_or_no_date_of_birth_has_no_keys() {
    assert_eq!(person_keys(&person("Bensaid", "", "1984-06-02")), []);
    let mut undated = person("Bensaid", "Karim", "1984");
    undated.born = None;
    assert_eq!(person_keys(&undated), []);
}

#[test]
fn a_key_says_which_parts_it_joins_and_each_name_has_its_turn() {
    let mut ours = person("Bensaid", "Karim", "1984-06-02");
    ours.aliases = vec![PersonName::new("Haddad", "Omar").unwrap()];
    let keys = person_keys(&ours);
    let parts: BTreeSet<_> =
        keys.iter().map(|key| key.names.iter().map(|name| name.part).collect::<Vec<_>>()).collect();
    let (family, forename) = (NamePart::Family, NamePart::Forename);
    assert_eq!(parts, BTreeSet::from([vec![family, forename], vec![family], vec![forename]]));
    let names: BTreeSet<_> = keys.iter().map(|key| key.names[0].name).collect();
    assert_eq!(names, BTreeSet::from([0, 1]));
    assert_eq!((keys[0].names[0].name, keys[1].names[0].name), (0, 1));
    let forms: BTreeSet<_> = keys.iter().map(|key| key.born).collect();
    assert_eq!(
        forms,
        BTreeSet::from([KeyBorn::Year, KeyBorn::WholeDate, KeyBorn::DayAndMonth, KeyBorn::YearBefore])
    );
}

/// Other nodes have published what they have under the keys of version 1: a table or a rule that changes these needs a new domain.
#[test]
fn the_keys_of_version_1_stay_as_they_are() {
    let keys: Vec<String> =
        person_keys(&person("Bensaid", "Karim", "1984-06-02")).into_iter().map(|key| key.text).collect();
    assert_eq!(
        keys.join(" "),
        "30000f5+4000362+y1984 4000362+y1984d0206 30000f5+y1984d0206 30000f5+4000362+d0206 30000f5+4000362+y1983"
    );
    let input = person_keys(&person("Bensaid", "Karim", "1984"))[0].input();
    assert!(input.starts_with(b"comity/person-key/v1\0") && input.ends_with(b"+y1984"));
}

#[test]
fn a_whole_date_says_more_than_a_year_and_a_rare_name_more_than_a_frequent_one() {
    let bits = |one: &Subject, two: &Subject| agreement_bits(&shared(one, two));
    let (whole, frequent) =
        (person("Bensaid", "Karim", "1984-06-02"), person("Martin", "Maria", "1984-06-02"));
    let year = person("Bensaid", "Karim", "1984");
    let placeholder = person("Bensaid", "Karim", "1984-01-01");
    assert!(bits(&whole, &whole) > bits(&placeholder, &placeholder) + 4.0);
    assert!(bits(&placeholder, &placeholder) > bits(&whole, &year));
    assert!(bits(&whole, &year) > bits(&whole, &person("Bensaid", "Karim", "1985")));
    assert!(bits(&whole, &whole) > bits(&frequent, &frequent));
    assert!(agreement_bits([]) == 0.0);
    // Each word counts once, however many keys it is in.
    assert!(bits(&whole, &whole) < 3.0 * 15.0);
}

proptest! {
    #[test]
    fn whatever_a_person_is_called_there_are_at_most_32_keys_each_once(
        family in "\\PC{0,40}", forename in "\\PC{0,40}", aliases in prop::collection::vec("\\PC{1,30}", 0..6), day in 1..28_i8,
    ) {
        let mut one = person("x", "y", "1984-06-02");
        one.name = PersonName::new(&family, &forename).ok();
        one.aliases = aliases.iter().filter_map(|alias| PersonName::new(alias, &family).ok()).collect();
        one.born = PartialDate::new(1984, Some(3), Some(day)).ok();
        let keys = person_keys(&one);
        let texts: BTreeSet<&String> = keys.iter().map(|key| &key.text).collect();
        prop_assert!(keys.len() <= 32 && texts.len() == keys.len());
        prop_assert!(agreement_bits(&keys).is_finite());
    }
}
